"""The proxy takes the request, and cannot find an address for the service's name.

*What it means*

Behind a proxy it is the proxy that looks up the service's name. This one answered that its own lookup failed.

*Why it matters*

The connection fails, even where this computer itself can resolve the name: its lookup is not the one that counts.

*What to do*

Ask whoever runs the proxy to look the name up on the proxy itself. If this computer resolves it to an inside address, the name
belongs to a private zone that the proxy does not see: either the proxy's DNS has to forward that zone, or the name has to go
past the proxy (NO_PROXY). If nobody can resolve it, see whether the name is spelt right.

*How it is told apart*

The proxy names the reason itself, in a field of its answer. The same name is then looked up here: where it is not found either,
a wrong name would look the same, and the finding says so. Some proxies only say that they found no way (Squid's
`ERR_CANNOT_FORWARD`): then the proxy is asked once more, for the address instead of the name, and only if it finds its way
there was the name the reason. Other gateway errors are `proxy-cannot-reach-target`.
"""

from collections.abc import Iterable

from checks.proxy.answers import has_proxy, reply
from diag.model.address import Authority, literal
from diag.model.answer import TunnelReply
from diag.model.author import gateway_reason
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.errand import Addresses, look_up
from diag.model.observation import Observation
from diag.model.question import Question, Tunnel
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

DNS_REASONS = frozenset({"err_dns_fail", "dns_error", "dns_timeout"})
"""The words for a failed lookup: Squid's, and Proxy-Status' (RFC 9209, sections 2.3.1 and 2.3.2)."""
NO_WAY = "err_cannot_forward"
"""Squid's word for finding no way at all. To CONNECT it says so of names that it cannot resolve, too."""
WENT_FOR_IT = "err_connect_fail"
"""Squid's word for a connection that it did try."""


def judge(case: Case) -> Finding:
    """Whether the proxy says that its lookup of the service's name failed."""
    seen = reply(case)
    if seen is None:
        return unknown(Because.NOT_REACHED)
    also = [by_address] if (by_address := _by_address(case)) else []
    unresolved = cannot_resolve(case)
    if unresolved is None:
        return unknown(Because.UNDECIDED, seen.observation, *also, neighbour="proxy-cannot-reach-target")
    if not unresolved:
        return ok(seen.observation, *also) if seen.answer.status else unknown(Because.UNDECIDED, seen.observation)
    here = look_up(case.evidence, case.endpoint.host)
    return problem(
        seen.observation,
        *also,
        *here.seen,
        about=str(case.proxy),
        confidence=_confidence(here),
        proxy=str(case.proxy),
        host=case.endpoint.host,
        reason=gateway_reason(seen.answer),
        here=here.told or ("none",),
    )


def cannot_resolve(case: Case) -> bool | None:
    """Whether the name was the reason why the proxy did not go on; None: it may have been."""
    seen = reply(case)
    reason = gateway_reason(seen.answer) if seen else ""
    if reason != NO_WAY or case.tunnel is None or literal(case.endpoint.host) is not None:
        return reason in DNS_REASONS
    if look_up(case.evidence, case.endpoint.host).absent:
        return True
    by_address = _by_address(case)
    if by_address is None or not isinstance(by_address.answer, TunnelReply):
        return None
    if not by_address.answer.failure or gateway_reason(by_address.answer) == WENT_FOR_IT:
        return True
    return False if gateway_reason(by_address.answer) == NO_WAY else None


def _confidence(here: Addresses) -> Confidence:
    """A name that nobody knows may as well be a wrong name."""
    if here.told:
        return Confidence.CERTAIN
    return Confidence.POSSIBLE if here.absent else Confidence.LIKELY


def _to_address(case: Case) -> Tunnel | None:
    """The walk's CONNECT, to the first address that this computer finds in place of the name."""
    here = look_up(case.evidence, case.endpoint.host)
    if not here.told or case.tunnel is None:
        return None
    asked = case.tunnel.question
    return Tunnel(asked.over, asked.proxy, Authority(here.told[0], asked.target.port), asked.login)


def _by_address(case: Case) -> Observation | None:
    question = _to_address(case)
    return case.asked(question) if question else None


def questions(case: Case) -> Iterable[Question]:
    """The name, looked up by this computer itself; then its address, asked of a proxy that names no reason."""
    seen = reply(case)
    reason = gateway_reason(seen.answer) if seen else ""
    if reason not in DNS_REASONS | {NO_WAY}:
        return
    yield from look_up(case.evidence, case.endpoint.host).wanted
    question = _to_address(case)
    if question and reason == NO_WAY:
        yield question


CHECK = EndpointCheck(
    id="proxy-cannot-resolve-target",
    owner=Owner.NETWORK,
    article=__doc__ or "",
    needs=Stage.CONNECT,
    applies=has_proxy,
    judge=judge,
    questions=questions,
    sentences=Sentences(
        title="The proxy {proxy} cannot find an address for {host}",
        seen="The proxy answered that its lookup of {host} failed ({reason}). Addresses that this computer finds: {here}.",
        means="Behind a proxy, the proxy's own lookup is the one that counts, and it failed.",
        remedy=(
            "See whether {host} is spelt right.",
            "Ask whoever runs {proxy} to look up {host} on the proxy itself and to mend its DNS.",
            "If this computer finds an inside address, {host} may have to go past the proxy (NO_PROXY).",
        ),
    ),
)
