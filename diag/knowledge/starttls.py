"""Going over to TLS in the midst of another protocol: what the checks of it share."""

from diag.model.answer import Session, UpgradeReply
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Handshake, Upgrade
from diag.model.upgrade import LISTING, UpgradeRefusal
from diag.model.view import Answered
from diag.model.wire.greeting import protocol

WITHOUT_AN_ANSWER = frozenset({Failure.CUT, Failure.RESET, Failure.TIMED_OUT})
"""How a talk ends that nobody ended in words."""


def goes_over(view: EndpointView) -> bool:
    """Return whether the endpoint's protocol begins in the clear and goes over to TLS."""
    return view.endpoint.upgrade is not None


def expected(view: EndpointView) -> str:
    """Return the endpoint's protocol, as it stands in its address."""
    return view.endpoint.upgrade or ""


def refused_as(seen: Answered[Upgrade, UpgradeReply], refusal: UpgradeRefusal) -> bool:
    """Return whether the server did not go over for this reason."""
    return seen.answer.refusal == refusal


def insisting(question: Upgrade) -> Upgrade:
    """Return the same, asked for though it is not offered."""
    return Upgrade(question.over, question.protocol, insist=True)


def insisted(view: EndpointView, seen: Answered[Upgrade, UpgradeReply]) -> Observation | None:
    """Return what came of insisting where a list of lines does not name TLS; None: it was not asked."""
    if not (refused_as(seen, UpgradeRefusal.NOT_OFFERED) and seen.question.protocol in LISTING):
        return None
    observation = view.asked(insisting(seen.question))
    reached = observation is not None and isinstance(observation.answer, UpgradeReply) and not observation.answer.stage
    return observation if reached else None


def took_it(observation: Observation | None) -> bool:
    """Return whether the server went over."""
    return observation is not None and isinstance(observation.answer, UpgradeReply) and not observation.answer.failure


def at_once(view: EndpointView, seen: Answered[Upgrade, UpgradeReply]) -> Handshake:
    """Return a handshake on a connection on which nothing was said before."""
    expects = view.endpoint.expects
    name = view.endpoint.server_name
    return Handshake(seen.question.over, name, alpn=(), trust=expects.trust or "system", client=expects.certificate)


def is_lost(answer: UpgradeReply) -> bool:
    """Return whether the talk broke off, or went on in another protocol, and not for want of a connection."""
    return not answer.stage and not answer.refusal and answer.failure in WITHOUT_AN_ANSWER | {Failure.MALFORMED}


def speaks_tls_at_once(view: EndpointView, seen: Answered[Upgrade, UpgradeReply]) -> Observation | None:
    """Return the observation that shows TLS from the first byte on; None: nothing does."""
    if protocol(seen.answer.first_bytes) == "TLS":
        return seen.observation
    met = view.asked(at_once(view, seen))
    if met is None or not isinstance(met.answer, Session):
        return None
    answer = met.answer
    heard = answer.finished or answer.chain or any(alert.sender == "peer" for alert in answer.alerts)
    return met if heard else None
