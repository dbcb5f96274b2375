"""What the verification of a chain complains of, and which check takes it up.

Every number has a rule, and every rule an owner among the checks: a complaint that no check takes up would be a refusal without a
cause. What no other check can tell by itself is `tls-certificate-unfit`.
"""

from collections.abc import Iterator
from datetime import datetime

from diag.knowledge.key_strength import weakness
from diag.model.answer import Session, VerifyError
from diag.model.endpoint_view import EndpointView
from diag.model.wire.chain import EXPIRED, NOT_YET_VALID, UNTRUSTED, Chain, misfit
from diag.model.wire.facts import Certificate
from diag.model.wire.verify_codes import WEAK


def left_over(view: EndpointView, chain: Chain, session: Session) -> Iterator[VerifyError]:
    """Yield the complaints that no more particular check takes up: they are neither about the path (but for an issuer that was
    sent and does not fit), nor about a date or a key that can be read in a certificate which was sent.
    """
    for error in session.verify_errors:
        sent = chain.path[error.depth] if error.depth < len(chain.path) else None
        # Where one that was sent is outside its days, what stands above it is seldom younger: that is one story.
        by_date = any(_outside(one, error.code, view.now) for one in ((sent,) if sent else chain.path))
        by_key = sent is not None and error.code in WEAK and weakness(sent) is not None
        by_path = error.code in UNTRUSTED and error.depth != misfit(session, chain)
        if not by_path and not by_date and not by_key:
            yield error


def _outside(certificate: Certificate, code: int, now: datetime) -> bool:
    """Whether a certificate is outside its days in the way of which a complaint tells."""
    return (code == EXPIRED and certificate.not_after < now) or (code == NOT_YET_VALID and certificate.not_before > now)
