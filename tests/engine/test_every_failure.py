"""No failure ends in silence: whatever fails, at whatever stage, on whatever way, in whatever protocol and over which IP, has a
cause or is listed as unclaimed; and what checks are there for has a cause each time.

Each stage, way and number of endpoints is tried in one protocol and over one family of addresses; `DIAG_MATRIX=all` tries each in
every one.
"""

import os
from collections.abc import Iterator
from itertools import count

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.engine.suspects import failed_in
from diag.model.answer import Connection, HttpReply, Session, SystemLookup, TunnelReply, UpgradeReply
from diag.model.diagnosis import Diagnosis, Outcome
from diag.model.endpoint import parse_endpoint
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.machine import Interfaces, RouteEntry, Routes
from diag.model.observation import Answer
from diag.model.question import Connect, Exchange, Handshake, Inspect, Lookup, Question, Topic, Tunnel, Upgrade
from diag.model.route import ProxyAddress, Route, RouteReason
from tests.checks.replies import CABLE, LOOPBACK, certificate, trusted
from tests.engine.scripted import Scripted
from tests.engine.test_investigate import look

DIRECT, OWN_LOOKUP, OVER_TLS = "direct", "SOCKS proxy, own lookup", "HTTPS proxy"
ROUTES = {
    DIRECT: Route(RouteReason.NOTHING_SET),
    "HTTP proxy": Route(RouteReason.OPTION, ProxyAddress("proxy.example", 3128)),
    OVER_TLS: Route(RouteReason.OPTION, ProxyAddress("proxy.example", 3129, "https")),
    "SOCKS proxy": Route(RouteReason.OPTION, ProxyAddress("proxy.example", 1080, "socks5h")),
    OWN_LOOKUP: Route(RouteReason.OPTION, ProxyAddress("proxy.example", 1080, "socks5")),
}
FAMILIES = ("IPv4", "IPv6", "both", "IPv4 of both", "IPv6 of both")
"""Which addresses the names have; of two, which half fails."""
SCHEMES = ("https", "http", "imap")
"""TLS from the first byte, none, and STARTTLS."""
FAILING: dict[type[Question], type[Answer]] = {
    Lookup: SystemLookup,
    Connect: Connection,
    Tunnel: TunnelReply,
    Upgrade: UpgradeReply,
    Handshake: Session,
    Exchange: HttpReply,
}
HOSTS, PROXY = ("one.example", "two.example"), "proxy.example"
FOUR = {"one.example": "10.1.0.1", "two.example": "10.1.0.2", PROXY: "10.1.0.9"}
SIX = {"one.example": "fd01::1", "two.example": "fd01::2", PROXY: "fd01::9"}
FOUR_OUT, SIX_OUT = RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0"), RouteEntry("::/0", "fe80::1", "eth0")
DUAL: dict[Topic, Answer] = {
    Topic.INTERFACES: Interfaces((LOOPBACK, replace(CABLE, addresses=("10.0.0.9", "fd00::9")))),
    Topic.ROUTES: Routes((FOUR_OUT, SIX_OUT)),
}
SIX_ALONE: dict[Topic, Answer] = {
    Topic.INTERFACES: Interfaces((LOOPBACK, replace(CABLE, addresses=("fd00::9",)))),
    Topic.ROUTES: Routes((SIX_OUT,)),
}
_HUNG_UP = frozenset({Failure.TIMED_OUT, Failure.RESET, Failure.CUT})
_HELD_BACK = frozenset({Failure.NOT_PERMITTED, Failure.BLACKHOLED, Failure.ADDRESS_NOT_AVAILABLE})
_NO_WAY = frozenset({Failure.UNREACHABLE, Failure.PROHIBITED, Failure.NO_ROUTE})
CLAIMED: dict[type[Question], frozenset[Failure]] = {
    Lookup: frozenset({Failure.NAME_NOT_FOUND}),
    Connect: _HELD_BACK | {Failure.TIMED_OUT, Failure.REFUSED},
    Tunnel: _HUNG_UP,
    Upgrade: _HUNG_UP | {Failure.MALFORMED},
    Handshake: _HUNG_UP | {Failure.NOT_TLS},
    Exchange: _HUNG_UP,
}
"""What has a cause wherever it stops an endpoint; of the others, that depends on what else was seen."""
CLAIMED_OF_A_PROXY: dict[type[Question], frozenset[Failure]] = {
    Lookup: frozenset({Failure.NO_DATA}),
    Connect: _HUNG_UP | _NO_WAY,
}
"""What has one besides, where the proxy itself is looked up and dialled."""


def passes(stage: type[Question], way: str, scheme: str, whom: int) -> bool:
    """Whether what is asked on this way, in this protocol, has such a stage, at one endpoint alone or at all."""
    forwarded = scheme == "http" and way in ("HTTP proxy", OVER_TLS)
    return {
        Tunnel: way != DIRECT and not forwarded,
        Upgrade: scheme == "imap",
        Handshake: scheme != "http" or (way == OVER_TLS and whom == len(HOSTS)),
        Exchange: scheme != "imap",
    }.get(stage, True)


def befallen_by(stage: type[Question], way: str, whom: int) -> tuple[str, ...]:
    """The names whose questions fail; those that the proxy takes over are asked of nobody here."""
    hosts = HOSTS[:whom] if way == DIRECT or stage is not Connect else ()
    return (*hosts, *((PROXY,) if whom == len(HOSTS) and way != DIRECT else ()))


EACH_ONCE = [
    (stage, way, whom, [scheme for scheme in SCHEMES if passes(stage, way, scheme, whom)])
    for stage in FAILING
    for way in ROUTES
    for whom in (1, 2)
    if whom == 2 or way == DIRECT or stage not in (Lookup, Connect) or (stage is Lookup and way == OWN_LOOKUP)
]
ALL = os.environ.get("DIAG_MATRIX") == "all"
CELLS = [
    (stage, way, whom, scheme, family)
    for number, (stage, way, whom, schemes) in zip(count(), EACH_ONCE)
    for scheme in (schemes if ALL else schemes[number % len(schemes) :][:1] if schemes else ())
    for family in (FAMILIES if ALL else FAMILIES[number % len(FAMILIES) :][:1])
]


@pytest.mark.parametrize(
    ("stage", "way", "whom", "scheme", "family"), CELLS, ids=lambda word: getattr(word, "__name__", str(word))
)
def test_what_fails_has_a_cause_or_is_listed(stage: type[Question], way: str, whom: int, scheme: str, family: str) -> None:
    seen = {failure: looked_at(failure, stage, way, whom, scheme, family) for failure in Failure}
    stopped = {failure for failure, (views, _) in seen.items() if not all(view.arrived for view in views)}
    assert stopped or family.endswith("of both"), "nothing fails in this cell"
    assert {failure: silent for failure in stopped if (silent := list(silence_in(*seen[failure])))} == {}
    assert {failure for failure in stopped & claimed(stage, way, whom) if uncaused_in(*seen[failure])} == set()


def claimed(stage: type[Question], way: str, whom: int) -> frozenset[Failure]:
    """What must have a cause in a cell. Where a proxy answers nobody, its silence about these targets says nothing of them."""
    of_proxy = CLAIMED_OF_A_PROXY.get(stage, frozenset()) if way != DIRECT and whom == len(HOSTS) else frozenset()
    of_stage = CLAIMED[stage] if stage is not Tunnel or whom < len(HOSTS) else frozenset()
    return of_stage | of_proxy | {Failure.DESCRIPTORS_EXHAUSTED}


def looked_at(
    failure: Failure, stage: type[Question], way: str, whom: int, scheme: str, family: str
) -> tuple[tuple[EndpointView, ...], Diagnosis]:
    """What one failure makes of two endpoints."""
    befallen = befallen_by(stage, way, whom)
    failing = {"IPv4 of both": (FOUR,), "IPv6 of both": (SIX,)}.get(family, (FOUR, SIX))
    by_address = [f"'{half[host]}'" for half in failing for host in befallen]
    unlucky = by_address if len(failing) == 1 and stage is not Lookup else [*befallen, *by_address]

    def script(question: Question) -> Answer | None:
        if isinstance(question, stage) and any(word in repr(question) for word in unlucky):
            return FAILING[stage](failure=str(failure))  # type: ignore[call-arg]
        match question:
            case Inspect():
                return (SIX_ALONE if family == "IPv6" else DUAL).get(question.topic)
            case Lookup():
                halves = {"IPv4": (FOUR,), "IPv6": (SIX,)}.get(family, (SIX, FOUR))
                return SystemLookup(tuple(half[question.name] for half in halves))
            case Handshake():
                return trusted(der=certificate(question.server_name))
            case _:
                return None

    endpoints = [parse_endpoint(f"{scheme}://{host}") for host in HOSTS]
    evidence = look(*endpoints, prober=Scripted(script), route=ROUTES[way])
    return RunView(evidence).cases, judge(evidence, CATALOGUE)


def silence_in(views: tuple[EndpointView, ...], diagnosis: Diagnosis) -> Iterator[str]:
    """The endpoints that do not arrive, and for which neither a cause nor what failed there is told."""
    by_name = {str(view.endpoint): view for view in views}
    cited = {id for cause in diagnosis.causes for id in cause.cites}
    for state in diagnosis.endpoints:
        view = by_name[str(state.endpoint)]
        told = state.causes or {seen.id for seen in failed_in(view)} & {*cited, *diagnosis.unclaimed}
        if not view.arrived and (state.status in (Outcome.OK, Outcome.WARNING) or not told):
            yield f"{state.endpoint} is {state.status}"


def uncaused_in(views: tuple[EndpointView, ...], diagnosis: Diagnosis) -> list[str]:
    """The endpoints that do not arrive, and for which there is no cause."""
    arrived = {str(view.endpoint) for view in views if view.arrived}
    return [str(state.endpoint) for state in diagnosis.endpoints if str(state.endpoint) not in arrived and not state.causes]
