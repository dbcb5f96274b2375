"""The proxy family over evidence built by hand: the cause, its absence, and what nearly looks like it."""

from collections.abc import Callable

import pytest

from checks.proxy import login_required, refuses_target, unreachable
from diag.model.address import Address, Authority
from diag.model.answer import TunnelReply
from diag.model.check import AnyCheck
from diag.model.question import Connect, Handshake, Tunnel
from diag.model.verdict import Confidence, Status
from tests.checks.layers import HOST, PROXY_IP, Scene, asks, found

PROXY = "proxy.corp.test:3128"


def behind(url: str = f"https://{HOST}", *, login: bool = False, proxy: str = PROXY) -> Scene:
    """A walk that has come as far as the proxy's own connection."""
    return Scene(url, proxy=proxy, login=login).lookup(PROXY_IP).connect()


CASES: list[tuple[AnyCheck, str, Callable[[], Scene], Status]] = [
    (unreachable.CHECK, "refused", lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"), Status.PROBLEM),
    (unreachable.CHECK, "silent", lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="timed_out"), Status.PROBLEM),
    (unreachable.CHECK, "connects", behind, Status.OK),
    (
        unreachable.CHECK,
        "one of two connects",
        lambda: Scene(proxy=PROXY).lookup("10.0.0.8", PROXY_IP).connect("10.0.0.8", "timed_out").connect(),
        Status.OK,
    ),
    (
        unreachable.CHECK,
        "this computer's own firewall",
        lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="not_permitted"),
        Status.UNKNOWN,
    ),
    (unreachable.CHECK, "its name is not found", lambda: Scene(proxy=PROXY).lookup(failure="name_not_found"), Status.UNKNOWN),
    (unreachable.CHECK, "no proxy", lambda: Scene().lookup("203.0.113.1").connect(failure="refused"), Status.NOT_APPLICABLE),
    (login_required.CHECK, "407", lambda: behind().tunnel(407, 'Proxy-Authenticate: Basic realm="x"'), Status.PROBLEM),
    (login_required.CHECK, "407 without schemes", lambda: behind().tunnel(407), Status.PROBLEM),
    (
        login_required.CHECK,
        "407 to a plain request",
        lambda: behind("http://api.example.com").exchange(407, "Proxy-Authenticate: Basic"),
        Status.PROBLEM,
    ),
    (login_required.CHECK, "opens", lambda: behind().tunnel(200), Status.OK),
    (login_required.CHECK, "opens, with an odd reason", lambda: behind().tunnel(299), Status.OK),
    (
        login_required.CHECK,
        "a login was sent",
        lambda: behind(login=True).tunnel(407, "Proxy-Authenticate: Basic", login="basic"),
        Status.OK,
    ),
    (
        login_required.CHECK,
        "a login is set and its answer is missing",
        lambda: behind(login=True).tunnel(407, "Proxy-Authenticate: Basic"),
        Status.UNKNOWN,
    ),
    (login_required.CHECK, "only tickets", lambda: behind().tunnel(407, "Proxy-Authenticate: Negotiate"), Status.OK),
    (login_required.CHECK, "403", lambda: behind().tunnel(403), Status.OK),
    (login_required.CHECK, "407 of a service", lambda: behind().tunnel().handshake().exchange(407), Status.OK),
    (login_required.CHECK, "not reached", lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"), Status.UNKNOWN),
    (refuses_target.CHECK, "403", lambda: behind().tunnel(403, "Via: 1.1 proxy"), Status.PROBLEM),
    (refuses_target.CHECK, "403 without a mark", lambda: behind().tunnel(403), Status.PROBLEM),
    (refuses_target.CHECK, "451", lambda: behind().tunnel(451), Status.PROBLEM),
    (refuses_target.CHECK, "a page to look at", lambda: behind().tunnel(302, "Location: http://blocked.test/"), Status.PROBLEM),
    (
        refuses_target.CHECK,
        "its word, with an odd status",
        lambda: behind().tunnel(503, "X-Squid-Error: ERR_ACCESS_DENIED 0"),
        Status.PROBLEM,
    ),
    (
        refuses_target.CHECK,
        "200, and then a page",
        lambda: behind().tunnel().handshake(failure="not_tls", first_bytes=b"<html>blocked"),
        Status.PROBLEM,
    ),
    (refuses_target.CHECK, "opens", lambda: behind().tunnel().handshake(), Status.OK),
    (
        refuses_target.CHECK,
        "407 with Squid's word",
        lambda: behind().tunnel(407, "X-Squid-Error: ERR_ACCESS_DENIED 0"),
        Status.OK,
    ),
    (refuses_target.CHECK, "gateway error", lambda: behind().tunnel(503, "X-Squid-Error: ERR_CONNECT_FAIL 111"), Status.OK),
    (
        refuses_target.CHECK,
        "the service speaks HTTP in the tunnel",
        lambda: behind().tunnel().handshake(failure="not_tls", first_bytes=b"HTTP/1.1 400 Bad Request"),
        Status.OK,
    ),
    (refuses_target.CHECK, "no answer", lambda: behind().tunnel(0, failure="timed_out"), Status.UNKNOWN),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Scene], status: Status) -> None:
    assert found(check, scene()).status is status


def test_a_wanted_login_names_the_proxy_and_its_schemes_once() -> None:
    scene = behind().tunnel(
        407, "Proxy-Authenticate: Basic realm=a", "Proxy-Authenticate: NTLM", "Proxy-Authenticate: basic realm=b"
    )
    finding = found(login_required.CHECK, scene)
    assert finding.facts == {"proxy": PROXY, "schemes": ("basic", "NTLM")}
    assert finding.cites == ("tunnel-1",)


def test_an_unreachable_proxy_tells_who_named_it() -> None:
    finding = found(unreachable.CHECK, Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"))
    assert finding.facts["set_by"] == "HTTPS_PROXY"
    assert finding.facts["failures"] == ("refused",)


def test_a_refusal_asks_once_for_the_other_port_with_the_same_login() -> None:
    scene = behind(login=True).tunnel(403, login="basic")
    over = Connect(Address(PROXY_IP, 3128))
    assert asks(refuses_target.CHECK, scene) == [Tunnel(over, Authority("proxy.corp.test", 3128), Authority(HOST, 80), "basic")]
    assert asks(refuses_target.CHECK, behind("https://api.example.com:8443").tunnel(403)) == [
        Tunnel(over, Authority("proxy.corp.test", 3128), Authority(HOST, 443))
    ]
    for quiet in (behind().tunnel(407), behind().tunnel(503), behind().tunnel()):
        assert asks(refuses_target.CHECK, quiet) == []


def test_the_rule_is_narrowed_down_by_what_was_let_through() -> None:
    def refused() -> Scene:
        return behind("https://api.example.com:8443").tunnel(403)

    [other] = asks(refuses_target.CHECK, refused())
    by_port = found(refuses_target.CHECK, refused().also(other, TunnelReply(status=200)))
    assert by_port.facts["rule"] == "port"
    neither = found(refuses_target.CHECK, refused().also(other, TunnelReply("tunnel_refused", 403)))
    assert neither.facts["rule"] == "undecided"
    by_host = found(refuses_target.CHECK, refused(), behind("https://files.example.com:8443").tunnel())
    assert by_host.facts["rule"] == "host"
    assert by_host.confidence is Confidence.CERTAIN
    other_port = found(refuses_target.CHECK, refused(), behind("https://files.example.com").tunnel())
    assert other_port.facts["rule"] == "undecided"


def test_a_refusal_is_sure_only_of_what_shows_itself_as_a_proxy() -> None:
    assert found(refuses_target.CHECK, behind().tunnel(403)).confidence is Confidence.LIKELY
    assert (
        found(refuses_target.CHECK, behind().tunnel(403, "X-Squid-Error: ERR_ACCESS_DENIED 0")).confidence is Confidence.CERTAIN
    )


def test_a_handshake_with_the_proxy_is_not_the_endpoints() -> None:
    scene = Scene(proxy=PROXY, proxy_scheme="https").lookup(PROXY_IP).connect().proxy_handshake().tunnel(407)
    assert scene.case.session is None
    assert scene.case.proxy_session is not None
    assert isinstance(scene.case.tunnel and scene.case.tunnel.question.over, Handshake)
    assert found(login_required.CHECK, scene).status is Status.PROBLEM
