"""No failure ends in silence: whatever fails, at whatever stage, on whatever way and over which IP, has a cause or is listed as
unclaimed.

Each stage, way and number of endpoints is tried over one family of addresses; `DIAG_MATRIX=all` tries each over every one.
"""

import os
from itertools import cycle

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.engine.suspects import failed_in
from diag.model.answer import Connection, HttpReply, Session, SystemLookup, TunnelReply, UpgradeReply
from diag.model.diagnosis import Outcome
from diag.model.endpoint import parse_endpoint
from diag.model.endpoint_view import RunView
from diag.model.failure import Failure
from diag.model.observation import Answer
from diag.model.question import Connect, Exchange, Handshake, Lookup, Question, Tunnel, Upgrade
from diag.model.route import ProxyAddress, Route, RouteReason
from tests.checks.replies import certificate, trusted
from tests.engine.scripted import Scripted
from tests.engine.test_investigate import look

ROUTES = {
    "direct": Route(RouteReason.NOTHING_SET),
    "HTTP proxy": Route(RouteReason.OPTION, ProxyAddress("proxy.example", 3128)),
    "SOCKS proxy": Route(RouteReason.OPTION, ProxyAddress("proxy.example", 1080, "socks5h")),
    "SOCKS proxy, own lookup": Route(RouteReason.OPTION, ProxyAddress("proxy.example", 1080, "socks5")),
}
FAMILIES = ("IPv4", "IPv6", "both", "IPv4 of both", "IPv6 of both")
"""Which addresses the names have; of two, which half fails."""
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
EACH_ONCE = [
    (stage, way, whom)
    for stage in FAILING
    for way in ROUTES
    for whom in (1, 2)
    if not (stage is Tunnel and way == "direct")  # nobody is asked for a tunnel there
]
ALL = os.environ.get("DIAG_MATRIX") == "all"
CELLS = (
    [(*cell, family) for cell in EACH_ONCE for family in FAMILIES]
    if ALL
    else [(*cell, family) for cell, family in zip(EACH_ONCE, cycle(FAMILIES))]
)


@pytest.mark.parametrize(("stage", "way", "whom", "family"), CELLS, ids=lambda word: getattr(word, "__name__", str(word)))
def test_what_fails_has_a_cause_or_is_listed(stage: type[Question], way: str, whom: int, family: str) -> None:
    assert {failure: silent for failure in Failure if (silent := silence_in(failure, stage, way, whom, family))} == {}


def silence_in(failure: Failure, stage: type[Question], way: str, whom: int, family: str) -> list[str]:
    """The endpoints of one cell that do not arrive, and for which neither a cause nor what failed there is told."""
    scheme = "imap" if stage is Upgrade else "https"
    befallen = [*HOSTS[:whom], *([PROXY] if whom == len(HOSTS) else [])]
    failing = {"IPv4 of both": (FOUR,), "IPv6 of both": (SIX,)}.get(family, (FOUR, SIX))
    by_address = [f"'{half[host]}'" for half in failing for host in befallen]
    unlucky = by_address if len(failing) == 1 and stage is not Lookup else [*befallen, *by_address]

    def script(question: Question) -> Answer | None:
        if isinstance(question, stage) and any(word in repr(question) for word in unlucky):
            return FAILING[stage](failure=str(failure))  # type: ignore[call-arg]
        match question:
            case Lookup():
                halves = {"IPv4": (FOUR,), "IPv6": (SIX,)}.get(family, (SIX, FOUR))
                return SystemLookup(tuple(half[question.name] for half in halves))
            case Handshake():
                return trusted(der=certificate(question.server_name))
            case _:
                return None

    endpoints = [parse_endpoint(f"{scheme}://{host}") for host in HOSTS]
    evidence = look(*endpoints, prober=Scripted(script), route=ROUTES[way])
    diagnosis = judge(evidence, CATALOGUE)
    views = {str(view.endpoint): view for view in RunView(evidence).cases}
    cited = {id for cause in diagnosis.causes for id in cause.cites}
    return [
        f"{name} is {state.status}"
        for state in diagnosis.endpoints
        if not views[name := str(state.endpoint)].arrived
        and (
            state.status in (Outcome.OK, Outcome.WARNING)
            or not (state.causes or {seen.id for seen in failed_in(views[name])} & {*cited, *diagnosis.unclaimed})
        )
    ]
