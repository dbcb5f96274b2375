"""The checks about proxy scripts: what is said, and above all what is not, where something else would look the same."""

from collections.abc import Callable

import pytest

from checks.proxy import pac_broken, pac_ignored, pac_unreachable, required
from diag.model.address import Address, Authority
from diag.model.answer import Connection, PacReply, PacResult, Session, SystemLookup, TunnelReply
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations, Network
from diag.model.machine import Proxies, ProxySetting, Resolvers
from diag.model.observation import Answer
from diag.model.question import Connect, EvaluatePac, Handshake, Lookup, Script, Tunnel
from diag.model.route import ProxyAddress, Route, RouteReason, ScriptWay
from diag.model.script import Flaw, ScriptAddress
from diag.model.verdict import Confidence, Status
from tests.checks.authorities import PUBLIC_LEAF
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, PROXY_IP
from tests.checks.verdicts import asks, judged

PAC = ScriptAddress("http", "pac.corp.test", 80, "/proxy.pac")
SECURE = ScriptAddress("https", "pac.corp.test", 443, "/proxy.pac")
SERVER = "10.0.0.80"
OVER = Connect(Address(SERVER, 80))
OURS = ProxyAddress("proxy.corp.test", 3128)
SECOND = ProxyAddress("second.corp.test", 3128)
DIALLED = Connect(Address(PROXY_IP, 3128))
TARGET = Authority(HOST, 443)
LIES = PacReply(status=200, size=9)
NAMES_OURS = PacResult(text="PROXY proxy.corp.test:3128", ways=(ScriptWay(OURS),))
DIRECT = PacResult(text="DIRECT", ways=(ScriptWay(),))
DESKTOP = Proxies(settings=(ProxySetting("gnome", script=PAC),))
ENDED = {"failed": "timed_out", "refused": "refused"}


def scene(reached: bool, route: Route, **expects: object) -> Notes:
    """The endpoint's own way: reached direct, or not."""
    made = Notes(expects=Expectations(**expects)).lookup(ADDRESS).connect(failure="" if reached else "timed_out")  # type: ignore[arg-type]
    made.route = route
    return made.handshake([PUBLIC_LEAF]).exchange() if reached else made


def fetched(
    made: Notes, reply: Answer | None = LIES, steered: Answer | None = None, *, server: str = "", name: bool = True
) -> Notes:
    """What came of the script: its server's name, the connection, the script itself, and what it says."""
    made.also(Lookup(PAC.host), SystemLookup((SERVER,)) if name else SystemLookup(failure="name_not_found"))
    if not name:
        return made
    made.also(OVER, Connection(server))
    if server:
        return made
    made.also(Script(PAC, OVER), reply)
    return made.also(EvaluatePac(Script(PAC, OVER), TARGET), steered) if steered else made


def obeyed(*, reached: bool = False, why: RouteReason = RouteReason.SCRIPT_FAILED, **more: object) -> Notes:
    return fetched(scene(reached, Route(why, None, "--pac", script=PAC)), **more)  # type: ignore[arg-type]


def on_desktop(
    *, reached: bool = False, facts: Proxies = DESKTOP, expects: dict[str, object] | None = None, **more: object
) -> Notes:
    made = scene(reached, Route(RouteReason.NOTHING_SET), **(expects or {})).machine(facts)
    return made if reached else fetched(made, **more)  # type: ignore[arg-type]


def tried(made: Notes, reply: TunnelReply | None, failure: str = "") -> Notes:
    """The proxy that the script names was dialled, and asked for the service."""
    made.also(Lookup(OURS.host), SystemLookup((PROXY_IP,))).also(DIALLED, Connection(failure))
    return made.also(Tunnel(DIALLED, OURS.authority, TARGET), reply) if reply else made


OPENED = TunnelReply(status=200)
REFUSED = TunnelReply("tunnel_refused", 403)
U, B, G = pac_unreachable.CHECK, pac_broken.CHECK, pac_ignored.CHECK
CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (U, "refused", lambda: obeyed(server="refused"), Status.PROBLEM),
    (U, "silent", lambda: obeyed(server="timed_out"), Status.PROBLEM),
    (U, "no such name", lambda: obeyed(name=False), Status.PROBLEM),
    (U, "404", lambda: obeyed(reply=PacReply(Flaw.STATUS, status=404)), Status.PROBLEM),
    (U, "cut in the middle", lambda: obeyed(reply=PacReply("cut", status=200)), Status.PROBLEM),
    (U, "and the service is reached", lambda: obeyed(reached=True, server="refused"), Status.WARNING),
    (U, "set, not obeyed", lambda: on_desktop(server="refused"), Status.WARNING),
    (U, "this computer has no port left", lambda: obeyed(server="address_not_available"), Status.UNKNOWN),
    (U, "the fetching was cut short by the end of the run", lambda: obeyed(reply=None), Status.UNKNOWN),
    (U, "a page lies there", lambda: obeyed(reply=PacReply(Flaw.PAGE, status=200)), Status.OK),
    (U, "good", lambda: obeyed(steered=DIRECT, why=RouteReason.SCRIPT), Status.OK),
    (U, "throws", lambda: obeyed(steered=PacResult(Flaw.THREW)), Status.OK),
    (U, "set, not obeyed, not needed", lambda: on_desktop(reached=True), Status.NOT_APPLICABLE),
    (U, "no script anywhere", lambda: scene(False, Route(RouteReason.NOTHING_SET)).machine(Proxies()), Status.NOT_APPLICABLE),
    (
        U,
        "none to be found",
        lambda: scene(False, Route(RouteReason.NOTHING_DETECTED)).machine(Resolvers(())),
        Status.NOT_APPLICABLE,
    ),
    (U, "the user said direct", lambda: scene(False, Route(RouteReason.OPTION)).machine(DESKTOP), Status.NOT_APPLICABLE),
    (B, "throws", lambda: obeyed(steered=PacResult(Flaw.THREW, error="TypeError", line=3)), Status.PROBLEM),
    (B, "a page", lambda: obeyed(reply=PacReply(Flaw.PAGE, status=200)), Status.PROBLEM),
    (B, "empty", lambda: obeyed(reply=PacReply(Flaw.EMPTY, status=200)), Status.PROBLEM),
    (B, "nonsense", lambda: obeyed(steered=PacResult(Flaw.NONSENSE, text="x")), Status.PROBLEM),
    (B, "never ends", lambda: obeyed(steered=PacResult(Flaw.TOO_SLOW)), Status.PROBLEM),
    (B, "never ended for others", lambda: obeyed(steered=PacResult(Flaw.GIVEN_UP)), Status.PROBLEM),
    (B, "and the service is reached", lambda: obeyed(reached=True, steered=PacResult(Flaw.THREW)), Status.WARNING),
    (B, "set, not obeyed", lambda: on_desktop(steered=PacResult(Flaw.THREW)), Status.WARNING),
    (B, "our engine broke down", lambda: obeyed(steered=PacResult(Flaw.CRASHED)), Status.UNKNOWN),
    (B, "not fetched", lambda: obeyed(server="refused"), Status.UNKNOWN),
    (B, "404", lambda: obeyed(reply=PacReply(Flaw.STATUS, status=404)), Status.UNKNOWN),
    (B, "not asked to the end", lambda: obeyed(steered=PacResult(wants=("a.test",))), Status.UNKNOWN),
    (B, "a part is mistyped", lambda: obeyed(steered=PacResult(ways=(ScriptWay(),), not_understood=1)), Status.OK),
    (B, "says direct", lambda: obeyed(steered=DIRECT, why=RouteReason.SCRIPT), Status.OK),
    (G, "its proxy opens the way", lambda: tried(on_desktop(steered=NAMES_OURS), OPENED), Status.PROBLEM),
    (G, "its proxy refuses", lambda: tried(on_desktop(steered=NAMES_OURS), REFUSED), Status.UNKNOWN),
    (G, "its proxy is dead", lambda: tried(on_desktop(steered=NAMES_OURS), None, "refused"), Status.UNKNOWN),
    (G, "its proxy was not asked", lambda: on_desktop(steered=NAMES_OURS), Status.UNKNOWN),
    (G, "it says direct", lambda: tried(on_desktop(steered=DIRECT), OPENED), Status.OK),
    (
        G,
        "it allows direct first",
        lambda: tried(on_desktop(steered=PacResult(ways=(ScriptWay(), ScriptWay(OURS)))), OPENED),
        Status.OK,
    ),
    (
        G,
        "its second proxy opens the way",
        lambda: tried(on_desktop(steered=PacResult(ways=(ScriptWay(SECOND), ScriptWay(OURS)))), OPENED),
        Status.PROBLEM,
    ),
    (G, "direct works", lambda: on_desktop(reached=True), Status.OK),
    (G, "it is broken", lambda: on_desktop(steered=PacResult(Flaw.THREW)), Status.UNKNOWN),
    (G, "it is not there", lambda: on_desktop(server="refused"), Status.UNKNOWN),
    (G, "it is obeyed", lambda: obeyed(steered=DIRECT, why=RouteReason.SCRIPT).machine(DESKTOP), Status.NOT_APPLICABLE),
    (G, "none is set", lambda: on_desktop(facts=Proxies(settings=(ProxySetting("gnome", https=OURS),))), Status.NOT_APPLICABLE),
    (
        G,
        "private endpoints go direct",
        lambda: tried(on_desktop(steered=NAMES_OURS, expects={"network": Network.PRIVATE}), OPENED),
        Status.NOT_APPLICABLE,
    ),
    (required.CHECK, "found in a script", lambda: tried(on_desktop(steered=NAMES_OURS), OPENED), Status.PROBLEM),
    (required.CHECK, "the script says direct", lambda: tried(on_desktop(steered=DIRECT), OPENED), Status.NOT_APPLICABLE),
]
IDS = [f"{check.id}: {name}" for check, name, *_ in CASES]


@pytest.mark.parametrize(("check", "name", "made", "status"), CASES, ids=IDS)
def test_what_is_said(check: AnyCheck, name: str, made: Callable[[], Notes], status: Status) -> None:
    assert judged(check, made()).status is status


def test_silence_all_around_is_no_proof_against_the_script() -> None:
    alone = judged(U, obeyed(server="timed_out"))
    assert alone.confidence is Confidence.POSSIBLE
    assert "network-no-egress" not in alone.rules_out
    refused = judged(U, obeyed(server="refused"))
    assert refused.confidence is Confidence.LIKELY
    beside = judged(U, obeyed(server="timed_out").also(Connect(Address("10.0.0.99", 1)), Connection()))
    assert beside.confidence is Confidence.LIKELY
    assert beside.rules_out["network-no-egress"]


@pytest.mark.parametrize("failure", ["timed_out", "unreachable", "no_route"])
def test_nor_is_anything_else_that_a_network_that_is_down_brings(failure: str) -> None:
    assert judged(U, obeyed(server=failure)).confidence is Confidence.POSSIBLE


def test_how_it_failed_is_told_step_by_step() -> None:
    assert judged(U, obeyed(server="refused")).facts["script_ending"] == ("refused",)
    assert judged(U, obeyed(name=False)).facts["script_ending"] == ("name_not_found",)
    facts = judged(U, obeyed(reply=PacReply(Flaw.STATUS, status=503))).facts
    assert (facts["script_ending"], facts["status"]) == (("status",), 503)


@pytest.mark.parametrize("flaw", Flaw)
def test_of_what_is_wrong_with_a_script_only_some_means_that_there_is_none(flaw: Flaw) -> None:
    told = judged(U, obeyed(reply=PacReply(flaw, status=200)))
    if flaw in (Flaw.STATUS, Flaw.UNTRUSTED, Flaw.MOVED_TOO_OFTEN, Flaw.MISSING):
        assert (told.status, told.facts["script_ending"]) == (Status.PROBLEM, (flaw,))
    else:
        assert told.status is Status.OK


def test_a_refused_certificate_keeps_the_script_from_being_taken() -> None:
    over = Handshake(Connect(Address(SERVER, 443)), PAC.host)
    made = scene(False, Route(RouteReason.SCRIPT_FAILED, None, "--pac", script=SECURE))
    made.also(Lookup(PAC.host), SystemLookup((SERVER,))).also(Connect(Address(SERVER, 443)), Connection())
    made.also(over, Session(finished=True)).also(Script(SECURE, over), PacReply(Flaw.UNTRUSTED))
    assert judged(U, made).facts["script_ending"] == ("untrusted",)


def test_what_helps_to_mend_it_is_told() -> None:
    threw = judged(B, obeyed(steered=PacResult(Flaw.THREW, error="TypeError", line=3))).facts
    assert (threw["script_flaw"], threw["error"], threw["line"]) == ("threw", "TypeError", 3)
    assert judged(B, obeyed(steered=PacResult(Flaw.NONSENSE, text="PORXY a"))).facts["returned"] == "PORXY a"
    assert judged(B, obeyed(steered=PacResult(Flaw.TOO_SLOW))).confidence is Confidence.LIKELY


@pytest.mark.parametrize("host", ["direct", "none", "socks5"])
def test_a_word_of_the_language_is_no_proxys_host(host: str) -> None:
    mistyped = PacResult(text=f"PROXY {host}", ways=(ScriptWay(ProxyAddress(host, 80)),))
    told = judged(B, obeyed(steered=mistyped))
    assert told.status is Status.PROBLEM
    assert (told.facts["script_flaw"], told.facts["returned"]) == ("keyword_as_host", f"PROXY {host}")
    assert "proxy-name-not-found" in B.explains
    later = PacResult(ways=(ScriptWay(OURS), ScriptWay(ProxyAddress(host, 80))))
    assert judged(B, obeyed(steered=later)).status is Status.OK


def test_only_the_proxies_that_a_client_would_come_to_are_asked() -> None:
    both = PacResult(ways=(ScriptWay(OURS), ScriptWay(), ScriptWay(SECOND)))
    assert asks(G, on_desktop(steered=both)) == [Lookup(OURS.host)]
    assert asks(G, tried(on_desktop(steered=both), None)) == [Tunnel(DIALLED, OURS.authority, TARGET)]
    assert asks(G, on_desktop(reached=True)) == []
    assert asks(G, on_desktop(steered=DIRECT)) == []
