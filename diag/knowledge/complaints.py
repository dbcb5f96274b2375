"""What the verification of a chain complains of, and which check takes it up.

Every number has a rule, and every rule an owner among the checks: a complaint that no check takes up would be a refusal without a
cause. What no other check can tell by itself is `tls-certificate-unfit`.
"""

from collections.abc import Iterator
from datetime import datetime

from diag.knowledge.key_strength import weakness
from diag.knowledge.unknown_algorithms import unknown_algorithm
from diag.model.answer import Session, VerifyError
from diag.model.endpoint_view import EndpointView
from diag.model.wire.chain import EXPIRED, NOT_YET_VALID, UNTRUSTED, Chain, misfit, stops_search
from diag.model.wire.facts import Certificate
from diag.model.wire.verify_codes import WEAK, Rule, rule_of


def left_over(view: EndpointView, chain: Chain, session: Session) -> Iterator[VerifyError]:
    """Yield the complaints that no more particular check takes up: not those about the path (but for an issuer that was sent and
    does not fit, or could not be checked), about a date, or about a key that can be read in a certificate which was sent.
    """
    unknown = unknown_algorithm(view)
    open_links = (misfit(session, chain), unknown.depth if unknown else None)
    for error in session.verify_errors:
        sent = chain.path[error.depth] if error.depth < len(chain.path) else None
        # Where one that was sent is outside its days, what stands above it is seldom younger: that is one story.
        by_date = any(_outside(one, error.code, view.now) for one in ((sent,) if sent else chain.path))
        by_key = sent is not None and error.code in WEAK and weakness(sent) is not None
        by_path = error.code in UNTRUSTED and error.depth not in open_links
        if not by_path and not by_date and not by_key:
            yield error


def _outside(certificate: Certificate, code: int, now: datetime) -> bool:
    """Whether a certificate is outside its days in the way of which a complaint tells."""
    return (code == EXPIRED and certificate.not_after < now) or (code == NOT_YET_VALID and certificate.not_before > now)


def weight(error: VerifyError) -> tuple[bool, int, bool, int]:
    """Return by what to sort: what says most comes first, and a purpose is missed as well by what is no authority."""
    return error.code in (EXPIRED, NOT_YET_VALID), error.depth, rule_of(error.code) is Rule.WRONG_PURPOSE, error.code


def rule_broken(error: VerifyError, chain: Chain) -> Rule:
    """Return what is broken; of an issuer that was sent and is not taken for it, why it is not."""
    if error.code not in UNTRUSTED:
        return rule_of(error.code)
    pair = chain.path[error.depth : error.depth + 2]
    if not pair[0].issuer:
        return Rule.ISSUER_NAMELESS
    return Rule.EXTENSION_BROKEN if any(map(stops_search, pair)) else Rule.ISSUER_KEY_DIFFERS


def issuer_of(chain: Chain, error: VerifyError) -> str | None:
    """Return who signed the certificate at fault; None: it is a root."""
    at = chain.path[min(error.depth, len(chain.path) - 1)]
    return None if at.self_signed or error.depth >= len(chain.path) else at.issuer_common_name or at.issuer or None


def limited_by(chain: Chain) -> str | None:
    """Return the authority that says for which names it may sign; None: it is none of those that were sent."""
    found = next((one for one in chain.path[1:] if one.limits_names), None)
    return (found.common_name or found.subject) if found else chain.issuer if not chain.whole else None
