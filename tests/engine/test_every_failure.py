"""No failure ends in silence: whatever fails, at whatever stage and on whatever way, has a cause or is listed as unclaimed."""

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
}
FAILING: dict[type[Question], type[Answer]] = {
    Lookup: SystemLookup,
    Connect: Connection,
    Tunnel: TunnelReply,
    Upgrade: UpgradeReply,
    Handshake: Session,
    Exchange: HttpReply,
}
HOSTS, ADDRESSES = ("one.example", "two.example"), ("10.1.0.1", "10.1.0.2")
CELLS = [
    (stage, way, whom)
    for stage in FAILING
    for way in ROUTES
    for whom in (1, 2)
    if not (stage is Tunnel and way == "direct")  # nobody is asked for a tunnel there
]


@pytest.mark.parametrize(("stage", "way", "whom"), CELLS, ids=lambda word: getattr(word, "__name__", str(word)))
def test_what_fails_has_a_cause_or_is_listed(stage: type[Question], way: str, whom: int) -> None:
    assert {failure: silent for failure in Failure if (silent := silence_in(failure, stage, way, whom))} == {}


def silence_in(failure: Failure, stage: type[Question], way: str, whom: int) -> list[str]:
    """The endpoints of one cell that do not arrive, and for which neither a cause nor what failed there is told."""
    scheme = "imap" if stage is Upgrade else "https"
    unlucky = [*HOSTS[:whom], *ADDRESSES[:whom], *(["proxy.example"] if whom == len(HOSTS) else [])]

    def script(question: Question) -> Answer | None:
        if isinstance(question, stage) and any(word in repr(question) for word in unlucky):
            return FAILING[stage](failure=str(failure))  # type: ignore[call-arg]
        match question:
            case Lookup():
                return SystemLookup((ADDRESSES[HOSTS.index(question.name)] if question.name in HOSTS else "10.1.0.9",))
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
