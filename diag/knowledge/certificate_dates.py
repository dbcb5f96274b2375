"""Certificates outside their days, and whose clock says so: shared by the checks of dates."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from diag.knowledge.clock_skew import skew_for
from diag.knowledge.public_roots import accepts_as_public
from diag.knowledge.untrusted_chain import PUBLIC_STORE
from diag.model.answer import Session, Trust
from diag.model.check import Rival
from diag.model.endpoint_view import EndpointView
from diag.model.question import Handshake, Question, Verify
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered
from diag.model.wire.chain import EXPIRED, NOT_YET_VALID, presented, untrusted
from diag.model.wire.facts import Certificate

AUTHORITY, NEVER = "authority", "never"
"""The forms where it is not the server's own certificate, but one above it; where it ends before it begins."""


class ClockComparison(StrEnum):
    """What is known of this computer's clock."""

    RIGHT = "right"
    """Servers say the same time, as far as the dates in question go."""
    NOT_COMPARED = "not_compared"


_DATES = frozenset({EXPIRED, NOT_YET_VALID})
RIVALS = (
    Rival("machine-clock-wrong", decided_by="the clock of this computer, compared with the right time"),
    Rival(
        "machine-trust-store-outdated",
        decided_by="the same chain, checked against a current list of public certificate authorities",
    ),
)
"""What else makes a certificate look outside its days: a wrong clock, and an old list that forces the path over it."""
Outside = Callable[[Certificate, datetime], bool]
"""Whether a certificate is outside its days, on the wrong side, at a moment."""


class Suspicion(Struct, frozen=True):
    """What a handshake shows of one kind of wrong date."""

    session: Answered[Handshake, Session]
    outside: Outside
    certificate: Certificate | None
    """The certificate that is outside its days by this machine's clock; None: none of those presented on the path is."""
    complained: bool
    """Whether the store complained of such a date, wherever on the path."""


def on_path(view: EndpointView, code: int, outside: Outside) -> Suspicion | None:
    """Return the first certificate on the used path that is outside its days; None where nothing was presented.

    The server's own is always used. One above it counts only where the store complained about its place on the path.
    """
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return None
    depths = {error.depth for error in seen.answer.verify_errors if error.code == code}
    of_dates = {error.depth for error in seen.answer.verify_errors if error.code in _DATES}
    found = next(
        (
            one
            for depth, one in enumerate(chain.path)
            if (depth == 0 or depth in (of_dates if one.never_valid else depths)) and outside(one, view.now)
        ),
        None,
    )
    return Suspicion(seen, outside, found, bool(depths))


def second_opinion(view: EndpointView, code: int) -> Iterator[Question]:
    """Yield the public store's word, where this machine's complains about the date of something above the server's own
    certificate.
    """
    seen = view.session
    if seen and seen.question.trust == "system" and any(e.code == code and e.depth for e in seen.answer.verify_errors):
        yield Verify(presented=seen.question, trust=PUBLIC_STORE)


def judged_by_clock(
    view: EndpointView, suspicion: Suspicion | None, limit: Callable[[Certificate], datetime], *, early: bool = False
) -> Finding:
    """Return the finding about a suspicion, once it is known whose clock is right. `limit` is the date that was missed.

    `early`: it is the first day that was not reached, which is this computer's clock more often than the server's mistake.
    """
    if suspicion is None:
        return unknown(Because.NOT_REACHED)
    seen, certificate = suspicion.session, suspicion.certificate
    if certificate is None:
        return unknown(Because.UNDECIDED, seen.observation) if suspicion.complained else ok(seen.observation)
    chain = presented(seen.answer)
    is_leaf = chain is not None and certificate == chain.leaf
    if not is_leaf and untrusted(seen.answer):
        return unknown(Because.UNDECIDED, seen.observation)  # that nobody trusts what stands above is what matters
    other = view.asked(Verify(presented=seen.question, trust=PUBLIC_STORE))
    said = other.answer if other else None
    if not is_leaf and other and chain and isinstance(said, Trust) and accepts_as_public(said, chain):
        return unknown(Because.UNDECIDED, seen.observation, other)
    skew = skew_for(view)
    never = certificate.never_valid
    witness = [view.exchange.observation] if view.exchange and skew is not None else [seen.observation] if never else []
    if skew is not None and not suspicion.outside(certificate, view.now + skew):
        return unknown(Because.UNDECIDED, seen.observation, *witness)
    return problem(
        seen.observation,
        *witness,
        about=certificate.fingerprint,
        owner=Owner.SERVICE if skew is not None or not early else Owner.MACHINE,
        rules_out={"machine-clock-wrong": witness} | ({"machine-trust-store-outdated": witness} if never else {}),
        host=view.endpoint.host,
        subject=certificate.common_name or certificate.subject or view.endpoint.host,
        date=limit(certificate),
        days=abs((view.now - limit(certificate)).days),
        clock=(ClockComparison.NOT_COMPARED if skew is None else ClockComparison.RIGHT).value,
        begins=certificate.not_before if never else None,
        form=NEVER if never else None if is_leaf else AUTHORITY,
    )
