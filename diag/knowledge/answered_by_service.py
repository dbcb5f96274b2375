"""How sure it is that the service wrote an answer, and where an answer sends people: shared by the checks that read a status."""

from collections.abc import Callable
from urllib.parse import urlsplit

from diag.knowledge.response_author import Author, author, field, lacks_mark, signed_by_proxy
from diag.model.answer import HttpReply
from diag.model.case import Case
from diag.model.question import Exchange
from diag.model.verdict import Because, Confidence, Finding, ok, unknown
from diag.model.view import Seen
from diag.model.wire.chain import presented

Answered = Seen[Exchange, HttpReply]
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BLOCK_HOSTS = frozenset(
    {
        "block.opendns.com",
        "malware.opendns.com",
        "phish.opendns.com",
        "block.sse.cisco.com",
        "gateway.zscaler.net",
        "gateway.zscalertwo.net",
        "gateway.zscloud.net",
    }
)
"""Hosts of web filters, to which they send people whose request they have turned away."""


def speaks_http(case: Case) -> bool:
    """Whether a request belongs to this endpoint."""
    return case.endpoint.speaks_http


def said_by_service(case: Case, is_it: Callable[[Answered], bool]) -> Answered | Finding:
    """The walk's answer, where it is such a one and the service itself wrote it; else what there is to say instead."""
    seen = case.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not seen.answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    if not is_it(seen):
        return ok(seen.observation)
    wrote = author(case, seen)
    if wrote is not Author.SERVICE:
        return unknown(Because.UNDECIDED, seen.observation, status=seen.answer.status, author=wrote.value)
    return seen


def confidence_in(case: Case, seen: Answered) -> Confidence:
    """How much is left open where an answer is held to be the service's own.

    Nothing, inside TLS with a certificate that is publicly issued or belongs to the declared store. A certificate of a private
    authority that this client trusts may be an inspecting proxy's, and plain HTTP may be written by anybody on the way. Where
    the service's profile names a mark that every answer has, one without it may be of what stands before the service.
    """
    chain = presented(case.session.answer) if case.session else None
    if chain is None or signed_by_proxy(seen.answer.headers) or lacks_mark(case, seen.answer):
        return Confidence.LIKELY
    return Confidence.CERTAIN if chain.looks_public or case.endpoint.expects.trust else Confidence.LIKELY


def target_of(answer: HttpReply) -> str:
    """The host that a Location field leads to (RFC 9110, section 10.2.2); empty: it stays on the same one, or cannot be read."""
    try:
        return (urlsplit(field(answer.headers, "location")).hostname or "").removesuffix(".")
    except ValueError:
        return ""


def site_of(host: str) -> str:
    """The last two labels: hosts that differ in them have different owners."""
    return ".".join(host.split(".")[-2:])


def less_sure(one: Confidence, other: Confidence) -> Confidence:
    """Of two confidences the one that leaves more open."""
    return max(one, other, key=list(Confidence).index)
