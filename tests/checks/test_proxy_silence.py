"""A proxy that says nothing, or not why: told apart by one more request to it."""

from collections.abc import Callable

import pytest

from checks.proxy import cannot_reach_target, cannot_resolve_target, silent
from diag.model.address import Address, Authority
from diag.model.answer import Connection, SystemLookup, TunnelReply
from diag.model.check import AnyCheck
from diag.model.question import Connect, Lookup, Tunnel
from diag.model.verdict import Confidence, Status
from tests.checks.layers import HOST, PROXY_IP, Scene, asks, found, headers
from tests.checks.test_proxy import behind

OVER = Connect(Address(PROXY_IP, 3128))
NAME = Authority("proxy.corp.test", 3128)
NOBODY = Tunnel(OVER, NAME, Authority("other-name.invalid", 443))
NO_WAY = "X-Squid-Error: ERR_CANNOT_FORWARD 0"
TRIED = headers("X-Squid-Error: ERR_CONNECT_FAIL 111")


def mute() -> Scene:
    return behind().tunnel(0, failure="timed_out")


def dead() -> Scene:
    return mute().also(NOBODY, TunnelReply("timed_out"))


def waiting() -> Scene:
    return mute().also(NOBODY, TunnelReply("tunnel_refused", 503))


CASES: list[tuple[AnyCheck, str, Callable[[], Scene], Status]] = [
    (silent.CHECK, "says nothing to anybody", dead, Status.PROBLEM),
    (silent.CHECK, "was not asked again", mute, Status.UNKNOWN),
    (silent.CHECK, "answers for another name", waiting, Status.OK),
    (silent.CHECK, "opens", lambda: behind().tunnel(), Status.OK),
    (silent.CHECK, "refuses", lambda: behind().tunnel(407), Status.OK),
    (silent.CHECK, "cut", lambda: behind().tunnel(0, failure="cut"), Status.UNKNOWN),
    (
        silent.CHECK,
        "the second connection failed",
        lambda: mute().also(NOBODY, TunnelReply("timed_out", stage="connect")),
        Status.UNKNOWN,
    ),
    (cannot_reach_target.CHECK, "says nothing to anybody", dead, Status.UNKNOWN),
    (cannot_reach_target.CHECK, "silent about this one", waiting, Status.PROBLEM),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_silence_is_laid_to_whom_it_belongs(check: AnyCheck, scene: Callable[[], Scene], status: Status) -> None:
    assert found(check, scene()).status is status


def test_a_silent_proxy_is_asked_for_a_name_that_nobody_has_without_a_login() -> None:
    assert asks(silent.CHECK, mute()) == [NOBODY]
    assert asks(silent.CHECK, behind(login=True).tunnel(0, failure="timed_out", login="basic")) == [NOBODY]
    for spoke in (behind().tunnel(), behind().tunnel(503), behind().tunnel(0, failure="cut")):
        assert asks(silent.CHECK, spoke) == []
    assert asks(cannot_reach_target.CHECK, mute()) == [NOBODY]
    assert asks(cannot_reach_target.CHECK, waiting()) == [Lookup(HOST)]


def test_what_a_proxy_said_to_another_endpoint_shows_that_it_is_awake() -> None:
    other = behind("https://files.example.com").tunnel(407)
    assert found(silent.CHECK, mute(), other).status is Status.OK


def test_a_proxy_that_found_no_way_is_asked_for_the_address() -> None:
    def lost(*addresses: str, failure: str = "") -> Scene:
        return behind().tunnel(500, NO_WAY).also(Lookup(HOST), SystemLookup(addresses, failure))

    check, by_address = cannot_resolve_target.CHECK, Tunnel(OVER, NAME, Authority("203.0.113.10", 443))
    assert asks(check, behind().tunnel(500, NO_WAY)) == [Lookup(HOST)]
    assert asks(check, lost("203.0.113.10")) == [by_address]
    for reply, status, other in (
        (TunnelReply(status=200), Status.PROBLEM, Status.OK),
        (TunnelReply("tunnel_refused", 503, headers=TRIED), Status.PROBLEM, Status.OK),
        (TunnelReply("tunnel_refused", 500, headers=headers(NO_WAY)), Status.OK, Status.PROBLEM),
        (TunnelReply("tunnel_refused", 403), Status.UNKNOWN, Status.PROBLEM),
    ):
        scene = lost("203.0.113.10").also(by_address, reply)
        assert (found(check, scene).status, found(cannot_reach_target.CHECK, scene).status) == (status, other)
    unknown = lost(failure="name_not_found")
    assert (found(check, unknown).status, found(check, unknown).confidence) == (Status.PROBLEM, Confidence.POSSIBLE)
    reached = lost("203.0.113.10").also(Connect(Address("203.0.113.10", 443)), Connection())
    assert found(cannot_reach_target.CHECK, reached).confidence is Confidence.POSSIBLE
