"""What each resolver here says of one name, in one word: its A and its AAAA reply of the plain walk, read together.

A word that says no is given only where both replies came, so that a missing reply never reads as a missing name.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from diag.model.address import Address
from diag.model.answer import DnsReply
from diag.model.check import Rival
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.machine import HostsLine
from diag.model.observation import Observation
from diag.model.question import Lookup
from diag.model.verdict import Because, Finding, ok, unknown
from diag.model.view import Answered, remembered
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage


class DnsOutcome(StrEnum):
    """One resolver's answer about one name, in one word."""

    ADDRESSES = "addresses"
    NO_ADDRESS = "no_address"
    """The name exists and has no address (NODATA, RFC 2308, section 2.2)."""
    NO_SUCH_NAME = "no_such_name"
    BROKEN_ALIAS = "broken_alias"
    """NXDOMAIN at the end of a chain of aliases (RFC 6604): the name exists, its target does not."""
    SERVER_FAILURE = "server_failure"
    REFUSED = "refused"
    NOTHING = "nothing"
    """No reply at all."""
    CUT_SHORT = "cut_short"
    """UDP said that the answer is too long for it, and TCP brought none."""
    UNUSABLE = "unusable"
    """A reply came that is no answer: no DNS message, one for another question, a code that no resolver in order gives, or a
    mere reference to other servers."""
    UNCLEAR = "unclear"
    """Replies that contradict each other, or that no word here fits."""
    NOT_ASKED = "not_asked"
    """A reply is missing through no doing of the network."""


UNANSWERED = frozenset(
    {
        Failure.TIMED_OUT,
        Failure.REFUSED,
        Failure.UNREACHABLE,
        Failure.NO_ROUTE,
        Failure.PROHIBITED,
        Failure.NOT_PERMITTED,
        Failure.BLACKHOLED,
    }
)
"""How a question to a resolver ends that brings no reply."""

_FAILED = {
    Failure.NAME_NOT_FOUND: DnsOutcome.NO_SUCH_NAME,
    Failure.NO_DATA: DnsOutcome.NO_ADDRESS,
    Failure.SERVER_FAILURE: DnsOutcome.SERVER_FAILURE,
    Failure.QUERY_REFUSED: DnsOutcome.REFUSED,
}
_RCODES = {
    "NXDOMAIN": DnsOutcome.NO_SUCH_NAME,
    "SERVFAIL": DnsOutcome.SERVER_FAILURE,
    "REFUSED": DnsOutcome.REFUSED,
}
_ALIVE = frozenset(
    {
        DnsOutcome.NO_SUCH_NAME,
        DnsOutcome.BROKEN_ALIAS,
        DnsOutcome.SERVER_FAILURE,
        DnsOutcome.REFUSED,
        DnsOutcome.CUT_SHORT,
        DnsOutcome.UNUSABLE,
    }
)
"""What still holds when the other record's reply did not come."""


ASKED_AGAIN = 1
"""The number of a later question to a resolver among its like."""
LOOKED_UP_AGAIN = 1
"""The same of a later lookup by the system."""
NAMED_BY_USER = "option"
"""The source of resolvers that the user named: they are then asked in the system's place."""


class ResolverAnswer(Struct, frozen=True):
    """One resolver, and what it said of the name."""

    server: Address
    said: DnsOutcome
    replies: tuple[Answered[Lookup, DnsReply], ...] = ()

    @property
    def seen(self) -> tuple[Observation, ...]:
        """What this rests on."""
        return tuple(reply.observation for reply in self.replies)

    @property
    def messages(self) -> tuple[DnsMessage, ...]:
        """The replies that can be read."""
        return tuple(read for reply in self.replies if (read := message_of(reply.answer)))

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address in the replies, in their order."""
        return tuple(dict.fromkeys(address for message in self.messages for address in message.addresses))

    @property
    def unanswered(self) -> tuple[Answered[Lookup, DnsReply], ...]:
        """The replies that did not come."""
        return tuple(reply for reply in self.replies if outcome_of_reply(reply.answer) is DnsOutcome.NOTHING)


def message_of(reply: DnsReply) -> DnsMessage | None:
    """Return the message of one reply; None where none came or none can be read."""
    read = read_message(reply.message) if reply.message else None
    return read if isinstance(read, DnsMessage) else None


def outcome_of_reply(reply: DnsReply) -> DnsOutcome:
    """Return one reply in one word."""
    message = message_of(reply)
    if message is None or (message.truncated and not message.addresses):
        if reply.truncated:
            return DnsOutcome.CUT_SHORT
        if reply.failure == Failure.MALFORMED:
            return DnsOutcome.UNUSABLE
        if reply.failure in UNANSWERED:
            return DnsOutcome.UNUSABLE if reply.stray else DnsOutcome.NOTHING
        return _FAILED.get(Failure(reply.failure), DnsOutcome.UNCLEAR) if reply.failure in set(Failure) else DnsOutcome.UNCLEAR
    if reply.failure == Failure.MALFORMED:
        return DnsOutcome.UNUSABLE  # it can be read, and is no answer: the question itself, sent back
    if message.rcode == "NOERROR":
        none = DnsOutcome.UNUSABLE if message.refers else DnsOutcome.NO_ADDRESS
        return DnsOutcome.ADDRESSES if message.addresses else none
    said = _RCODES.get(message.rcode, DnsOutcome.UNUSABLE)
    return DnsOutcome.BROKEN_ALIAS if said is DnsOutcome.NO_SUCH_NAME and message.aliases else said


@remembered
def answers_by_resolver(view: EndpointView) -> tuple[ResolverAnswer, ...]:
    """Return every resolver that programs here ask for the host that is dialled, in that order, with what it said of it."""
    configured = view.machine.resolvers
    listed = configured.answer.asked_for(view.dialled_host) if configured else ()
    behind = configured.answer.behind(view.dialled_host) if configured else ()
    others = (seen.question.server for seen in view.resolver_replies if seen.question.server not in behind)
    return _voices(view, (*listed, *(server for server in others if server)))


@remembered
def answers_upstream(view: EndpointView) -> tuple[ResolverAnswer, ...]:
    """Return the resolvers to which this machine's own hands the name on; empty where it hands nothing on, or does not say to
    whom.

    What programs here get is what its own says: these tell where that comes from.
    """
    configured = view.machine.resolvers
    return _voices(view, configured.answer.behind(view.dialled_host)) if configured else ()


def _voices(view: EndpointView, servers: Iterable[Address]) -> tuple[ResolverAnswer, ...]:
    replies = tuple(seen for seen in view.resolver_replies if _is_plain(seen.question, view.dialled_host))
    return tuple(
        _voice(server, [seen for seen in replies if seen.question.server == server]) for server in dict.fromkeys(servers)
    )


def _is_plain(question: Lookup, name: str) -> bool:
    return question.name.removesuffix(".") == name and not question.checking_disabled


def _voice(server: Address, replies: list[Answered[Lookup, DnsReply]]) -> ResolverAnswer:
    words = {outcome_of_reply(seen.answer) for seen in replies}
    return ResolverAnswer(server, _together(words, {seen.question.record for seen in replies}), tuple(replies))


def _together(words: set[DnsOutcome], records: set[str]) -> DnsOutcome:
    if DnsOutcome.ADDRESSES in words:
        return DnsOutcome.ADDRESSES
    if not {"A", "AAAA"} <= records:
        return DnsOutcome.NOT_ASKED
    if len(words) == 1:
        return words.pop()
    if DnsOutcome.SERVER_FAILURE in words and words <= {
        DnsOutcome.SERVER_FAILURE,
        DnsOutcome.NO_ADDRESS,
        DnsOutcome.NOTHING,
    }:
        return DnsOutcome.SERVER_FAILURE
    if DnsOutcome.CUT_SHORT in words and words <= {
        DnsOutcome.CUT_SHORT,
        DnsOutcome.NO_ADDRESS,
        DnsOutcome.NOTHING,
    }:
        return DnsOutcome.CUT_SHORT
    heard = words - {DnsOutcome.NOTHING}
    return heard.pop() if len(heard) == 1 and heard <= _ALIVE else DnsOutcome.UNCLEAR


def resolved(view: EndpointView) -> bool | None:
    """Return whether this client got an address for the host that it dials; None where that was not seen."""
    if view.lookup is not None:
        return bool(view.lookup.answer.addresses)
    if view.dials:
        return True
    words = {voice.said for voice in answers_by_resolver(view)}
    if DnsOutcome.ADDRESSES in words:
        return True
    return False if is_named_by_user(view) and words and DnsOutcome.NOT_ASKED not in words else None


def is_named_by_user(view: EndpointView) -> bool:
    """Return whether the user named the resolvers: they are then asked in the system's place, and its own lookup is not made."""
    configured = view.machine.resolvers
    return configured is not None and configured.answer.source == NAMED_BY_USER


def hosts_lines(view: EndpointView) -> tuple[HostsLine, ...]:
    """Return the lines of the hosts file that name the host that is dialled.

    A line for a name without its final dot is none for the name with it (glibc): there it counts where its address was given.
    """
    hosts = view.machine.hosts
    lines = tuple(line for line in hosts.answer.lines if view.dialled_host in line.names) if hosts else ()
    if not view.dialled_name.endswith("."):
        return lines
    given = view.lookup.answer.addresses if view.lookup else ()
    return tuple(line for line in lines if line.address in given)


@remembered
def settled(view: EndpointView) -> Finding | None:
    """Return the finding where there is nothing to explain: the name was resolved, or no lookup was seen. None: it failed."""
    heard = answers_by_resolver(view)
    cites = (*looked_up(view), *seen_of(heard), *(dial.observation for dial in view.dials))
    got = resolved(view)
    if got is None or not cites:
        return unknown(_unseen(view), *cites)
    return ok(*cites, name=view.dialled_host) if got else None


def agreed(heard: Iterable[ResolverAnswer], said: DnsOutcome) -> tuple[ResolverAnswer, ...]:
    """Return the resolvers that say `said`, where nobody who answers says anything else; empty otherwise."""
    spoke = tuple(voice for voice in heard if voice.said is not DnsOutcome.NOTHING)
    return spoke if all(voice.said is said for voice in spoke) else ()


def agreed_here(view: EndpointView, said: DnsOutcome) -> tuple[ResolverAnswer, ...]:
    """Return the resolvers that say `said`, where none that programs here ask says anything else,
    and none behind has an address.
    """
    behind = answers_upstream(view)
    told = agreed(answers_by_resolver(view), said)
    known = any(voice.said is DnsOutcome.ADDRESSES for voice in behind)
    return (*told, *(voice for voice in behind if voice.said is said)) if told and not known else ()


def not_this(view: EndpointView) -> Finding:
    """Return the finding of a check that asks what is amiss with a name, where something else is, or where nobody can say."""
    heard = answers_by_resolver(view)
    words = {voice.said for voice in heard}
    if DnsOutcome.NOT_ASKED in words:
        return unknown(_unseen(view), *seen_of(heard))
    if words & {
        DnsOutcome.ADDRESSES,
        DnsOutcome.NO_ADDRESS,
        DnsOutcome.NO_SUCH_NAME,
        DnsOutcome.BROKEN_ALIAS,
    }:
        return ok(*seen_of(heard))
    return unknown(Because.UNDECIDED, *looked_up(view), *seen_of(heard))


def endings(replies: Iterable[Answered[Lookup, DnsReply]]) -> tuple[str, ...]:
    """Return how questions without a reply ended, each word of `Failure` once."""
    return tuple(dict.fromkeys(reply.answer.failure for reply in replies))


def plain_questions(view: EndpointView, servers: Iterable[Address]) -> tuple[Lookup, ...]:
    """Return the questions of the plain walk about the host that is dialled, for these resolvers."""
    return tuple(Lookup(view.dialled_host, server, record) for server in servers for record in ("A", "AAAA"))


def answers_of(view: EndpointView, servers: Iterable[Address]) -> tuple[ResolverAnswer, ...]:
    """Return what resolvers said that programs here do not ask, and that were asked besides; only those that were."""
    replies = tuple(seen for seen in view.replies if _is_plain(seen.question, view.dialled_host))
    asked = {server: [seen for seen in replies if seen.question.server == server] for server in servers}
    return tuple(_voice(server, seen) for server, seen in asked.items() if seen)


def _unseen(view: EndpointView) -> Because:
    """Why the lookup is not there to be judged."""
    faulty = any(seen.fault for seen in view.observations if isinstance(seen.question, Lookup))
    return Because.NO_ANSWER if faulty else Because.NOT_LOOKED


def asks_resolvers(view: EndpointView) -> bool:
    """Return whether a name has to be asked for that no line of the hosts file gives."""
    return looks_up(view) and not hosts_lines(view)


def leaves_names_to_proxy(run_view: RunView) -> bool:
    """Return whether a proxy looks up the name of an endpoint."""
    return any(view.proxy is not None for view in run_view.cases)


def asks_several(run_view: RunView) -> bool:
    """Return whether names have to be asked for, and there are several resolvers to ask."""
    configured = run_view.machine.resolvers
    return configured is not None and len(configured.answer.servers) > 1 and any(map(looks_up, run_view.cases))


def asks_as_set(view: EndpointView) -> bool:
    """Return whether a name has to be asked for, and the resolvers that this computer is set to ask are asked."""
    return looks_up(view) and not is_named_by_user(view)


def looks_up(view: EndpointView) -> bool:
    """Return whether this client's way begins with a name that a resolver has to answer for."""
    return view.needs_lookup


def looked_up(view: EndpointView) -> tuple[Observation, ...]:
    """Return the system's lookup, to be cited; empty where there is none."""
    return (view.lookup.observation,) if view.lookup else ()


def seen_of(heard: Iterable[ResolverAnswer]) -> tuple[Observation, ...]:
    """Return what several resolvers' words rest on."""
    return tuple(observation for voice in heard for observation in voice.seen)


def named(heard: Iterable[ResolverAnswer]) -> tuple[str, ...]:
    """Return the resolvers, as texts."""
    return tuple(server_text(voice.server) for voice in heard)


def server_text(server: Address) -> str:
    """Return a resolver as people write it: without the port where it is 53."""
    return server.host if server.port == 53 else str(server)


def zone_of(heard: Iterable[ResolverAnswer]) -> str | None:
    """Return the zone whose negative answer the resolvers pass on, `.` for the root; None where none is named."""
    return next((message.zone for voice in heard for message in voice.messages if message.zone), None)


SILENT_MAY_KNOW = Rival(
    "silent-resolver-knows",
    words="a resolver that did not answer knows the name",
    decided_by="an answer of {silent}",
)
"""What a "no" of some resolvers leaves open while others are silent."""
