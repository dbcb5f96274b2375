"""How sure it is that the service wrote an answer: shared by the checks that read a status."""

from diag.model.answer import HttpReply
from diag.model.author import signed_by_proxy
from diag.model.case import Case, Seen
from diag.model.question import Exchange
from diag.model.verdict import Confidence
from diag.model.wire.chain import presented


def speaks_http(case: Case) -> bool:
    """Whether a request belongs to this endpoint."""
    return case.endpoint.speaks_http


def confidence_in(case: Case, seen: Seen[Exchange, HttpReply]) -> Confidence:
    """How much is left open where an answer is held to be the service's own.

    Nothing, inside TLS with a certificate that is publicly issued or belongs to the declared store. A certificate of a private
    authority that this client trusts may be an inspecting proxy's, and plain HTTP may be written by anybody on the way.
    """
    chain = presented(case.session.answer) if case.session else None
    if chain is None or signed_by_proxy(seen.answer.headers):
        return Confidence.LIKELY
    return Confidence.CERTAIN if chain.looks_public or case.endpoint.expects.trust else Confidence.LIKELY
