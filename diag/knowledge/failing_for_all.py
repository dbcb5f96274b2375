"""A resolver that fails for every domain it is asked for: that so many zones broke at once is no explanation.

One zone whose name servers fail makes every resolver answer SERVFAIL for its names (RFC 8020 and RFC 9520 say how that is passed
on and kept), and for no others. Where names of several unrelated domains end so at one resolver, and it resolves nothing else in
the same run, what fails is the resolver, or its own way to other name servers.
"""

from collections.abc import Iterable

from diag.knowledge.domains import registrable_domain
from diag.knowledge.resolver_answers import ResolverAnswer
from diag.model.address import Address
from diag.model.answer import DnsReply
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Lookup

_DOMAINS = 3
"""How many domains of different owners have to fail."""


def failures_for_all(view: EndpointView, failed: Iterable[ResolverAnswer]) -> tuple[Observation, ...]:
    """Return one reply a domain, at each of these resolvers, that shows it fails for all; empty: one of them may not."""
    told = [_one_a_domain(view, voice.server) for voice in failed]
    return tuple(seen for domains in told for seen in domains.values()) if all(told) else ()


def _one_a_domain(view: EndpointView, server: Address) -> dict[str, Observation]:
    """A reply of server failure by each domain, where the resolver gave no other answer in the whole run; else empty."""
    found: dict[str, Observation] = {}
    for seen in view.evidence.observations:
        if not (isinstance(seen.answer, DnsReply) and isinstance(seen.question, Lookup) and seen.question.server == server):
            continue
        if seen.answer.failure == Failure.SERVER_FAILURE:
            if len(found) < _DOMAINS:
                found.setdefault(registrable_domain(seen.question.name), seen)
        elif seen.answer.message:
            return {}
    return found if len(found) >= _DOMAINS else {}
