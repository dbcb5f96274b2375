"""The proxy family over the settings of a machine: values that cannot be read, that disagree, and that nobody reads."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from checks.proxy import address_malformed, bypass_misread, required, variables_disagree
from diag.model.address import Address, Authority
from diag.model.answer import Connection, SystemLookup, TunnelReply
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations, ExpectedRoute, Network
from diag.model.endpoint_view import RunView
from diag.model.machine import Proxies, ProxySetting, ProxyVariable
from diag.model.question import Connect, Handshake, Lookup, Question, Tunnel
from diag.model.route import ClientReading, ProxyAddress, Route, RouteReason
from diag.model.run import Limits
from diag.model.verdict import Status
from tests.checks.authorities import PUBLIC_LEAF
from tests.checks.evidence import Notes, evidence_of
from tests.checks.replies import ADDRESS, HOST, PROXY_IP
from tests.checks.verdicts import asks, judged

OURS = ProxyAddress("proxy.corp.test", 3128)
OTHER = ProxyAddress("old-proxy.corp.test", 8080)
WAY = Connect(Address(PROXY_IP, 3128))
THROUGH = Tunnel(WAY, OURS.authority, Authority(HOST, 443))


def variables(**named: ProxyAddress | None) -> Proxies:
    """Settings; None: one that cannot be read."""
    seen = tuple(ProxyVariable(name, proxy, proxy is not None, flaw="" if proxy else "login") for name, proxy in named.items())
    return Proxies(seen, ("x",), "NO_PROXY")


def direct(*facts: Proxies, failure: str = "", why: RouteReason = RouteReason.NOTHING_SET, **expects: object) -> Notes:
    scene = Notes(expects=Expectations(**expects)).lookup(ADDRESS).connect(failure=failure).machine(*facts)  # type: ignore[arg-type]
    scene.route = Route(why)
    return scene if failure else scene.handshake([PUBLIC_LEAF]).exchange()


def silenced(reply: TunnelReply | None = None, proxy: ProxyAddress = OURS, **more: object) -> Notes:
    """Direct is silent; a proxy is set elsewhere, and was dialled and asked where `reply` says what it said."""
    scene = direct(variables(HTTP_PROXY=proxy), failure="timed_out", **more)  # type: ignore[arg-type]
    if reply:
        scene.also(Lookup(proxy.host), SystemLookup((PROXY_IP,))).also(WAY, Connection()).also(THROUGH, reply)
    return scene


def unreadable(*, decides: bool, **named: ProxyAddress | None) -> Notes:
    scene = direct(variables(**named), failure="refused")
    scene.route = Route(RouteReason.VARIABLE if decides else RouteReason.NOTHING_SET, None, "https_proxy" if decides else "")
    return scene


def read_as(*readings: str, seems: bool = True, failure: str = "") -> Notes:
    scene = direct(variables(https_proxy=OURS), failure=failure)
    clients = tuple(ClientReading(f"client {n}", reading) for n, reading in enumerate(readings))
    scene.route = Route(RouteReason.BYPASSED, None, "NO_PROXY", clients, seems)
    return scene


def system(*settings: ProxySetting, variables: tuple[ProxyVariable, ...] = ()) -> Proxies:
    """What the system itself says, beside the variables."""
    return Proxies(variables, settings=settings)


def by_system(source: str = "windows_user", **more: object) -> Notes:
    """A service that is reached through the proxy of the system's settings, which alone name one."""
    scene = Notes(proxy="proxy.corp.test:3128", **more).lookup(PROXY_IP).connect().tunnel()  # type: ignore[arg-type]
    scene.handshake([PUBLIC_LEAF]).exchange().machine(system(ProxySetting(source, https=OURS)))
    scene.route = Route(RouteReason.SETTING, OURS, source)
    return scene


def dialled(scene: Notes, failure: str = "") -> Notes:
    """The same, and the service was dialled without the proxy."""
    return scene.also(Lookup(HOST), SystemLookup((ADDRESS,))).also(Connect(Address(ADDRESS, 443)), Connection(failure))


def silenced_with(*settings: ProxySetting, reply: TunnelReply | None = None) -> Notes:
    """Direct is silent, no variable is set, and the system names proxies, of which OURS says `reply`."""
    scene = direct(system(*settings), failure="timed_out")
    if reply:
        scene.also(Lookup(OURS.host), SystemLookup((PROXY_IP,))).also(WAY, Connection()).also(THROUGH, reply)
    return scene


GNOME = ProxySetting("gnome", https=OURS)
VARIABLE = (ProxyVariable("https_proxy", OURS),)
CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (address_malformed.CHECK, "decides", lambda: unreadable(decides=True, https_proxy=None), Status.PROBLEM),
    (address_malformed.CHECK, "another decides", lambda: unreadable(decides=False, http_proxy=None), Status.WARNING),
    (address_malformed.CHECK, "all can be read", lambda: direct(variables(https_proxy=OURS)), Status.OK),
    (address_malformed.CHECK, "none is set", lambda: direct(Proxies()), Status.OK),
    (address_malformed.CHECK, "not looked at", direct, Status.UNKNOWN),
    (bypass_misread.CHECK, "clients disagree", lambda: read_as("direct", "proxied"), Status.WARNING),
    (bypass_misread.CHECK, "and this one fails", lambda: read_as("direct", "proxied", failure="timed_out"), Status.PROBLEM),
    (bypass_misread.CHECK, "one crashes", lambda: read_as("direct", "direct", "fails"), Status.WARNING),
    (bypass_misread.CHECK, "none takes it", lambda: read_as("proxied", "proxied"), Status.WARNING),
    (bypass_misread.CHECK, "all take it", lambda: read_as("direct", "direct"), Status.OK),
    (bypass_misread.CHECK, "nothing like it is there", lambda: read_as("proxied", "proxied", seems=False), Status.OK),
    (bypass_misread.CHECK, "no exceptions", lambda: direct(variables(https_proxy=OURS)), Status.NOT_APPLICABLE),
    (variables_disagree.CHECK, "two proxies", lambda: direct(variables(https_proxy=OURS, HTTPS_PROXY=OTHER)), Status.WARNING),
    (
        variables_disagree.CHECK,
        "two schemes",
        lambda: direct(variables(https_proxy=OURS, HTTPS_PROXY=replace(OURS, scheme="https"))),
        Status.WARNING,
    ),
    (variables_disagree.CHECK, "only for http", lambda: direct(variables(HTTP_PROXY=OURS)), Status.WARNING),
    (variables_disagree.CHECK, "the same twice", lambda: direct(variables(https_proxy=OURS, HTTPS_PROXY=OURS)), Status.OK),
    (variables_disagree.CHECK, "one for all", lambda: direct(variables(http_proxy=OTHER, ALL_PROXY=OURS)), Status.OK),
    (variables_disagree.CHECK, "two for two", lambda: direct(variables(https_proxy=OURS, http_proxy=OTHER)), Status.OK),
    (variables_disagree.CHECK, "one that cannot be read", lambda: direct(variables(HTTP_PROXY=None)), Status.OK),
    (variables_disagree.CHECK, "none", lambda: direct(Proxies()), Status.NOT_APPLICABLE),
    (
        variables_disagree.CHECK,
        "the system names another",
        lambda: direct(system(ProxySetting("windows_user", https=OTHER), variables=VARIABLE)),
        Status.WARNING,
    ),
    (
        variables_disagree.CHECK,
        "two places of the system differ",
        lambda: direct(system(GNOME, ProxySetting("windows_machine", https=OTHER))),
        Status.WARNING,
    ),
    (variables_disagree.CHECK, "the system names the same", lambda: direct(system(GNOME, variables=VARIABLE)), Status.OK),
    (
        variables_disagree.CHECK,
        "the system names another for http",
        lambda: direct(system(ProxySetting("gnome", http=OTHER), variables=VARIABLE)),
        Status.OK,
    ),
    (
        variables_disagree.CHECK,
        "the system is there and sets none",
        lambda: direct(system(ProxySetting("gnome"))),
        Status.NOT_APPLICABLE,
    ),
    (variables_disagree.CHECK, "desktop programs alone have one", lambda: direct(system(GNOME)), Status.OK),
    (variables_disagree.CHECK, "the system alone names one", by_system, Status.UNKNOWN),
    (variables_disagree.CHECK, "and nothing is reached without", lambda: dialled(by_system(), "timed_out"), Status.WARNING),
    (variables_disagree.CHECK, "and all is reached without", lambda: dialled(by_system()), Status.OK),
    (
        variables_disagree.CHECK,
        "the system alone names one for what is private",
        lambda: by_system(expects=Expectations(network=Network.PRIVATE)),
        Status.OK,
    ),
    (
        address_malformed.CHECK,
        "the system's cannot be read",
        lambda: direct(system(ProxySetting("gnome", readable=False))),
        Status.WARNING,
    ),
    (required.CHECK, "the desktop's opens the way", lambda: silenced_with(GNOME, reply=TunnelReply(status=200)), Status.PROBLEM),
    (
        required.CHECK,
        "the second place's opens the way",
        lambda: silenced_with(ProxySetting("windows_machine", https=OTHER), GNOME, reply=TunnelReply(status=200)),
        Status.PROBLEM,
    ),
    (
        required.CHECK,
        "the desktop's refuses",
        lambda: silenced_with(GNOME, reply=TunnelReply("tunnel_refused", 403)),
        Status.UNKNOWN,
    ),
    (required.CHECK, "the desktop has none", lambda: silenced_with(ProxySetting("gnome")), Status.NOT_APPLICABLE),
    (required.CHECK, "it opens the way", lambda: silenced(TunnelReply(status=200)), Status.PROBLEM),
    (
        required.CHECK,
        "an exception keeps it away",
        lambda: silenced(TunnelReply(status=200), why=RouteReason.BYPASSED),
        Status.PROBLEM,
    ),
    (required.CHECK, "it refuses", lambda: silenced(TunnelReply("tunnel_refused", 403)), Status.UNKNOWN),
    (required.CHECK, "it was not asked", silenced, Status.UNKNOWN),
    (required.CHECK, "no proxy is set", lambda: direct(Proxies(), failure="timed_out"), Status.NOT_APPLICABLE),
    (required.CHECK, "direct works", lambda: direct(variables(HTTP_PROXY=OURS)), Status.OK),
    (required.CHECK, "the user said direct", lambda: silenced(why=RouteReason.OPTION), Status.NOT_APPLICABLE),
    (required.CHECK, "it is private", lambda: silenced(network=Network.PRIVATE), Status.NOT_APPLICABLE),
]


@pytest.mark.parametrize(("check", "name", "scene", "status"), CASES, ids=lambda value: value if isinstance(value, str) else None)
def test_what_is_said(check: AnyCheck, name: str, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


def test_the_proxy_is_looked_up_then_dialled_then_asked() -> None:
    scene = silenced()
    assert asks(required.CHECK, scene) == [Lookup("proxy.corp.test")]
    scene.also(Lookup("proxy.corp.test"), SystemLookup((PROXY_IP,)))
    assert asks(required.CHECK, scene) == [WAY]
    scene.also(WAY, Connection())
    assert asks(required.CHECK, scene) == [THROUGH]


def test_a_proxy_over_tls_or_in_socks_is_asked_its_own_way() -> None:
    for scheme in ("https", "socks5h"):
        scene = silenced(proxy=replace(OURS, scheme=scheme))
        scene.also(Lookup("proxy.corp.test"), SystemLookup((PROXY_IP,))).also(WAY, Connection())
        last = asks(required.CHECK, scene)[-1]
        assert isinstance(last, Tunnel)
        wanted = ("connect", True) if scheme == "https" else ("socks5", False)
        assert (last.protocol, isinstance(last.over, Handshake)) == wanted


def test_one_service_is_dialled_without_the_proxy_that_the_system_alone_names() -> None:
    def asked(scene: Notes) -> list[Question]:
        return list(variables_disagree.questions(RunView(evidence_of(scene))))

    assert asked(by_system()) == [Lookup(HOST)]
    seen = by_system().also(Lookup(HOST), SystemLookup((ADDRESS,)))
    assert asked(seen) == [Connect(Address(ADDRESS, 443))]
    for scene in (
        by_system(limits=Limits(straight=False)),
        by_system(expects=Expectations(network=Network.PRIVATE)),
        by_system(expects=Expectations(proxy=ExpectedRoute.PROXIED)),
    ):
        assert asked(scene) == []


def test_where_only_the_system_names_a_proxy_it_is_told_what_needs_it() -> None:
    finding = judged(variables_disagree.CHECK, dialled(by_system(), "timed_out"))
    assert (finding.status, finding.about) == (Status.WARNING, "windows_user")
    assert finding.facts == {
        "form": "one_only",
        "setting": "windows_user",
        "says": f"http://{OURS}",
        "target": f"{HOST}:443",
    }


def test_nothing_is_asked_where_direct_works() -> None:
    assert asks(required.CHECK, direct(variables(HTTP_PROXY=OURS))) == []


def test_where_no_settings_disagree_nothing_is_asked_at_another_proxy() -> None:
    agreeing = direct(variables(https_proxy=OURS, HTTPS_PROXY=OURS))
    assert not any(isinstance(one, Tunnel) for one in variables_disagree.CHECK.questions(RunView(agreeing.evidence)))
    assert list(variables_disagree.CHECK.questions(RunView(direct(variables()).evidence))) == []
