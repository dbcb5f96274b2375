"""A proxy that found no way and does not say why: told apart by one more request to it."""

from checks.proxy import cannot_reach_target, cannot_resolve_target
from diag.model.address import Address, Authority
from diag.model.answer import Connection, SystemLookup, TunnelReply
from diag.model.question import Connect, Lookup, Tunnel
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import HOST, PROXY_IP, headers
from tests.checks.test_proxy import behind
from tests.checks.verdicts import asks, judged

OVER = Connect(Address(PROXY_IP, 3128))
NAME = Authority("proxy.corp.test", 3128)
NO_WAY = "X-Squid-Error: ERR_CANNOT_FORWARD 0"
TRIED = headers("X-Squid-Error: ERR_CONNECT_FAIL 111")


def test_a_proxy_that_found_no_way_is_asked_for_the_address() -> None:
    def lost(*addresses: str, failure: str = "") -> Notes:
        return behind().tunnel(500, NO_WAY).also(Lookup(HOST), SystemLookup(addresses, failure))

    check, by_address = cannot_resolve_target.CHECK, Tunnel(OVER, NAME, Authority("203.0.113.10", 443))
    assert asks(check, behind().tunnel(500, NO_WAY)) == [Lookup(HOST)]
    assert asks(check, lost("203.0.113.10")) == [by_address]
    for reply, status, other in (
        (TunnelReply(status=200), Status.PROBLEM, Status.OK),
        (TunnelReply("tunnel_refused", 503, headers=TRIED), Status.PROBLEM, Status.OK),
        (TunnelReply("tunnel_refused", 500, headers=headers(NO_WAY)), Status.OK, Status.PROBLEM),
        (TunnelReply("tunnel_refused", 403), Status.OK, Status.PROBLEM),
    ):
        scene = lost("203.0.113.10").also(by_address, reply)
        assert (judged(check, scene).status, judged(cannot_reach_target.CHECK, scene).status) == (status, other)
    unknown = lost(failure="name_not_found")
    assert (judged(check, unknown).status, judged(check, unknown).confidence) == (Status.PROBLEM, Confidence.POSSIBLE)
    reached = lost("203.0.113.10").also(Connect(Address("203.0.113.10", 443)), Connection())
    assert judged(cannot_reach_target.CHECK, reached).confidence is Confidence.POSSIBLE
