"""Certificates outside their days, and whose clock says so: shared by the checks of dates."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from diag.knowledge.clock_skew import skew_for
from diag.knowledge.untrusted_chain import PUBLIC_STORE
from diag.model.answer import Session, Trust
from diag.model.endpoint_view import EndpointView
from diag.model.question import Handshake, Question, Verify
from diag.model.verdict import Because, Confidence, Finding, ok, problem, unknown
from diag.model.view import Answered
from diag.model.wire.certificate import Certificate
from diag.model.wire.chain import presented

LEAF = "leaf"
AUTHORITY = "authority"
"""What is told of: the server's own certificate, or one above it."""
Outside = Callable[[Certificate, datetime], bool]
"""Whether a certificate is outside its days, on the wrong side, at a moment."""


@dataclass(frozen=True)
class Suspicion:
    """What a handshake shows of one kind of wrong date."""

    session: Answered[Handshake, Session]
    outside: Outside
    certificate: Certificate | None
    """The certificate that is outside its days by this machine's clock; None: none of those presented on the path is."""
    complained: bool
    """Whether the store complained of such a date, wherever on the path."""


def on_path(view: EndpointView, code: int, outside: Outside) -> Suspicion | None:
    """The first certificate on the used path that is outside its days; None where nothing was presented.

    The server's own is always used. One above it counts only where the store complained about its place on the path.
    """
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return None
    depths = {error.depth for error in seen.answer.verify_errors if error.code == code}
    found = next(
        (one for depth, one in enumerate(chain.path) if (depth == 0 or depth in depths) and outside(one, view.now)),
        None,
    )
    return Suspicion(seen, outside, found, bool(depths))


def second_opinion(view: EndpointView, code: int) -> Iterator[Question]:
    """The public store's word, where this machine's complains about the date of something above the server's own certificate."""
    seen = view.session
    if seen and seen.question.trust == "system" and any(e.code == code and e.depth for e in seen.answer.verify_errors):
        yield Verify(presented=seen.question, trust=PUBLIC_STORE)


def judged_by_clock(view: EndpointView, suspicion: Suspicion | None, limit: Callable[[Certificate], datetime]) -> Finding:
    """The finding about a suspicion, once it is known whose clock is right. `limit` is the date that was missed."""
    if suspicion is None:
        return unknown(Because.NOT_REACHED)
    seen, certificate = suspicion.session, suspicion.certificate
    if certificate is None:
        return unknown(Because.UNDECIDED, seen.observation) if suspicion.complained else ok(seen.observation)
    chain = presented(seen.answer)
    is_leaf = chain is not None and certificate == chain.leaf
    other = view.asked(Verify(presented=seen.question, trust=PUBLIC_STORE))
    if not is_leaf and other and isinstance(other.answer, Trust) and not other.answer.failure and not other.answer.verify_errors:
        return unknown(Because.UNDECIDED, seen.observation, other, neighbour="machine-trust-store-outdated")
    skew = skew_for(view)
    if skew is not None and not suspicion.outside(certificate, view.now + skew):
        witness = [view.exchange.observation] if view.exchange else []
        return unknown(Because.UNDECIDED, seen.observation, *witness, neighbour="machine-clock-wrong")
    witness = [view.exchange.observation] if view.exchange and skew is not None else []
    return problem(
        seen.observation,
        *witness,
        about=certificate.fingerprint,
        confidence=Confidence.LIKELY if skew is None else Confidence.CERTAIN,
        host=view.endpoint.host,
        subject=certificate.common_name or certificate.subject or view.endpoint.host,
        date=limit(certificate),
        days=abs((view.now - limit(certificate)).days),
        form=LEAF if is_leaf else AUTHORITY,
    )
