"""The system's answer beside a fresh one: where they differ, and whether a search domain is what makes them differ."""

from collections.abc import Iterable

from msgspec import Struct

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_upstream,
    hosts_lines,
    is_named_by_user,
    looked_up,
    looks_up,
    message_of,
    seen_of,
)
from diag.model.address import Address
from diag.model.answer import DnsReply, SystemLookup
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Lookup

MOST_SUFFIXES = 6
"""How many search domains are looked at: no system has more (resolv.conf(5))."""


class LookupDifference(Struct, frozen=True):
    """The system has addresses for the name that no resolver gives, and no line of the hosts file says so."""

    view: EndpointView
    ours: tuple[str, ...]
    """What the system says."""
    theirs: tuple[str, ...]
    """What the resolvers say, each by itself; empty: that there is no such name, or no address for it."""
    answers_by_resolver: tuple[ResolverAnswer, ...]

    @property
    def seen(self) -> tuple[Observation, ...]:
        """What this rests on: the system's lookup, and the resolvers' replies."""
        return (*looked_up(self.view), *seen_of(self.answers_by_resolver))

    @property
    def whole_name(self) -> Lookup:
        """The same lookup by the system, with a trailing dot: search domains play no part in it."""
        return Lookup(f"{self.view.dialled_host}.")

    @property
    def whole(self) -> tuple[Observation, SystemLookup] | None:
        """What the system says of the name with a trailing dot; None: it was not asked, or could not say."""
        seen = self.view.asked(self.whole_name)
        if seen is None or not isinstance(seen.answer, SystemLookup):
            return None
        settled = seen.answer.addresses or seen.answer.failure in ("name_not_found", "no_data")
        return (seen, seen.answer) if settled else None

    @property
    def suffixed(self) -> tuple[Lookup, ...]:
        """The name below each search domain, asked of the first resolver that answers and that programs here ask for it.

        Empty for a name that is looked up with its final dot: no search domain is tried for it.
        """
        if self.view.dialled_name.endswith("."):
            return ()
        configured = self.view.machine.resolvers
        search = configured.answer.search if configured else ()
        names = (f"{self.view.dialled_host}.{suffix.strip('.')}" for suffix in search[:MOST_SUFFIXES] if suffix.strip("."))
        asked = ((name, server) for name in names if (server := self._server_for(name)))
        return tuple(Lookup(name, server, record) for name, server in asked for record in ("A", "AAAA"))

    @property
    def captor(self) -> tuple[str, Observation] | None:
        """The search domain below which the name has the system's addresses, with the reply that says so; None: none has."""
        for question in self.suffixed:
            seen = self.view.asked(question)
            message = message_of(seen.answer) if seen and isinstance(seen.answer, DnsReply) else None
            if seen and message and set(message.addresses) & set(self.ours):
                return question.name.removeprefix(f"{self.view.dialled_host}."), seen
        return None

    def _server_for(self, name: str) -> Address | None:
        configured = self.view.machine.resolvers
        mute = {
            voice.server for voice in answers_by_resolver(self.view) if voice.said in (DnsOutcome.NOTHING, DnsOutcome.NOT_ASKED)
        }
        servers = configured.answer.asked_for(name) if configured else ()
        return next((server for server in servers if server not in mute), None)


def difference(view: EndpointView) -> LookupDifference | None:
    """Return where the system and every resolver differ about the name that is dialled; None where they do not,
    or nobody can say.
    """
    if not looks_up(view) or is_named_by_user(view) or view.lookup is None or hosts_lines(view):
        return None
    ours = view.lookup.answer.addresses
    # What this machine's own resolver says may be what it remembers: where those behind it answer, theirs is the fresh answer.
    heard = _audible(answers_upstream(view)) or _audible(answers_by_resolver(view))
    definite = {DnsOutcome.ADDRESSES, DnsOutcome.NO_ADDRESS, DnsOutcome.NO_SUCH_NAME}
    if not ours or not heard or any(voice.said not in definite for voice in heard):
        return None
    theirs = tuple(dict.fromkeys(address for voice in heard for address in voice.addresses))
    return None if set(ours) & set(theirs) else LookupDifference(view, ours, theirs, heard)


def _audible(heard: Iterable[ResolverAnswer]) -> tuple[ResolverAnswer, ...]:
    return tuple(voice for voice in heard if voice.said is not DnsOutcome.NOTHING)
