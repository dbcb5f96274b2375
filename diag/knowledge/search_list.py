"""Search domains that end a lookup for some programs: musl's, of Alpine images, stop at the first domain that says "no address".

glibc goes on to the next domain, and at last to the name itself; musl goes on after "no such name" alone. That matters where the
search list comes before the name itself: where the name has fewer dots than the option `ndots` says (resolv.conf(5)).
"""

import re

from msgspec import Struct

from diag.knowledge.resolver_answers import DnsOutcome, answers_by_resolver, is_named_by_user, outcome_of_reply
from diag.model.answer import DnsReply
from diag.model.endpoint_view import EndpointView
from diag.model.machine import Resolvers
from diag.model.observation import Observation
from diag.model.question import Lookup

MOST_DOMAINS = 3
"""How many search domains are asked for: as many as Kubernetes writes."""
_MUTE = frozenset({DnsOutcome.NOTHING, DnsOutcome.NOT_ASKED})


class SearchStop(Struct, frozen=True):
    """The search domain at which musl's lookup ends."""

    domain: str
    seen: tuple[Observation, ...]


class SearchWait(Struct, frozen=True):
    """A search domain that the resolver does not answer for, while it answers for the name itself."""

    domain: str
    seen: tuple[Observation, ...]


def dots_wanted(resolvers: Resolvers) -> int:
    """Return the option `ndots`: with so many dots a name is tried by itself first."""
    told = [re.fullmatch(r"ndots:([0-9]{1,2})", option) for option in resolvers.options]
    return int(next((match[1] for match in reversed(told) if match), "1"))


def below_search_domains(view: EndpointView) -> dict[str, tuple[Lookup, Lookup]]:
    """Return the name below each domain that is tried before the name itself, asked of the first resolver that answers.

    Empty where the name comes first or is looked up with its final dot, and where no program of musl is likely: outside of
    containers.
    """
    settings, system = view.machine.resolvers, view.machine.system
    if settings is None or system is None or is_named_by_user(view):
        return {}
    within = system.answer.libc == "musl" or system.answer.kubernetes or system.answer.setting == "container"
    by_itself = view.dialled_name.endswith(".") or view.dialled_host.count(".") >= dots_wanted(settings.answer)
    if not within or by_itself:
        return {}
    server = next((voice.server for voice in answers_by_resolver(view) if voice.said not in _MUTE), None)
    names = {domain: f"{view.dialled_host}.{domain}" for domain in settings.answer.search[:MOST_DOMAINS]}
    return {domain: (Lookup(name, server, "A"), Lookup(name, server, "AAAA")) for domain, name in names.items()} if server else {}


def stop_of(view: EndpointView) -> SearchStop | None:
    """Return the first search domain below which the name exists without an address; None: none is, or that was not answered."""
    for domain, asked in below_search_domains(view).items():
        seen = tuple(seen for question in asked if (seen := view.asked(question)))
        said = {outcome_of_reply(one.answer) for one in seen if isinstance(one.answer, DnsReply)}
        if len(seen) == len(asked) and said == {DnsOutcome.NO_ADDRESS}:
            return SearchStop(domain, seen)
        if said != {DnsOutcome.NO_SUCH_NAME}:
            return None
    return None


def unanswered_below(view: EndpointView) -> SearchWait | None:
    """Return the first search domain that comes before the name itself and got no answer below it; None: none."""
    for domain, asked in below_search_domains(view).items():
        seen = tuple(seen for question in asked if (seen := view.asked(question)))
        mute = tuple(one for one in seen if isinstance(one.answer, DnsReply))
        if mute and all(outcome_of_reply(one.answer) is DnsOutcome.NOTHING for one in mute if isinstance(one.answer, DnsReply)):
            return SearchWait(domain, mute)
    return None
