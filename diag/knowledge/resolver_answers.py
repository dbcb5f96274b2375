"""What each resolver here says of one name, in one word: its A and its AAAA reply of the plain walk, read together.

A word that says no is given only where both replies came, so that a missing reply never reads as a missing name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from diag.model.address import Address
from diag.model.answer import DnsReply
from diag.model.case import Case
from diag.model.failure import Failure
from diag.model.machine import HostsLine
from diag.model.observation import Observation
from diag.model.question import Lookup
from diag.model.verdict import Because, Finding, ok, unknown
from diag.model.view import Seen, remembered
from diag.model.wire.dns import DnsMessage, read_message


class Said(StrEnum):
    """One resolver's answer about one name, in one word."""

    ADDRESSES = "addresses"
    NO_ADDRESS = "no address"
    """The name exists and has no address (NODATA, RFC 2308, section 2.2)."""
    NO_SUCH_NAME = "no such name"
    BROKEN_ALIAS = "an alias that leads nowhere"
    """NXDOMAIN at the end of a chain of aliases (RFC 6604): the name exists, its target does not."""
    SERVER_FAILURE = "server failure"
    REFUSED = "refused"
    NOTHING = "nothing"
    """No reply at all."""
    CUT_SHORT = "a reply cut short"
    """UDP said that the answer is too long for it, and TCP brought none."""
    UNCLEAR = "unclear"
    """Replies that contradict each other, or that no word here fits."""
    NOT_ASKED = "not asked"
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
    Failure.NAME_NOT_FOUND: Said.NO_SUCH_NAME,
    Failure.NO_DATA: Said.NO_ADDRESS,
    Failure.SERVER_FAILURE: Said.SERVER_FAILURE,
    Failure.QUERY_REFUSED: Said.REFUSED,
}
_RCODES = {"NXDOMAIN": Said.NO_SUCH_NAME, "SERVFAIL": Said.SERVER_FAILURE, "REFUSED": Said.REFUSED}
_ALIVE = frozenset({Said.NO_SUCH_NAME, Said.BROKEN_ALIAS, Said.SERVER_FAILURE, Said.REFUSED, Said.CUT_SHORT})
"""What still holds when the other record's reply did not come."""


NAMED_BY_USER = "option"
"""The source of resolvers that the user named: they are then asked in the system's place."""


@dataclass(frozen=True)
class Voice:
    """One resolver, and what it said of the name."""

    server: Address
    said: Said
    replies: tuple[Seen[Lookup, DnsReply], ...] = ()

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


def message_of(reply: DnsReply) -> DnsMessage | None:
    """The message of one reply; None where none came or none can be read."""
    read = read_message(reply.message) if reply.message else None
    return read if isinstance(read, DnsMessage) else None


def said_by(reply: DnsReply) -> Said:
    """One reply in one word."""
    message = message_of(reply)
    if message is None or (message.truncated and not message.addresses):
        if reply.truncated:
            return Said.CUT_SHORT
        if reply.failure in UNANSWERED:
            return Said.NOTHING
        return _FAILED.get(Failure(reply.failure), Said.UNCLEAR) if reply.failure in set(Failure) else Said.UNCLEAR
    if message.rcode == "NOERROR":
        return Said.ADDRESSES if message.addresses else Said.NO_ADDRESS
    said = _RCODES.get(message.rcode, Said.UNCLEAR)
    return Said.BROKEN_ALIAS if said is Said.NO_SUCH_NAME and message.aliases else said


@remembered
def voices(case: Case) -> tuple[Voice, ...]:
    """Every resolver that programs here ask for the host that is dialled, in that order, with what it said of it."""
    configured = case.machine.resolvers
    listed = configured.answer.asked_for(case.dialled_host) if configured else ()
    behind = configured.answer.behind(case.dialled_host) if configured else ()
    others = (seen.question.server for seen in case.resolver_replies if seen.question.server not in behind)
    return _voices(case, (*listed, *(server for server in others if server)))


@remembered
def voices_behind(case: Case) -> tuple[Voice, ...]:
    """The resolvers to which this machine's own hands the name on; empty where it hands nothing on, or does not say to whom.

    What programs here get is what its own says: these tell where that comes from.
    """
    configured = case.machine.resolvers
    return _voices(case, configured.answer.behind(case.dialled_host)) if configured else ()


def _voices(case: Case, servers: Iterable[Address]) -> tuple[Voice, ...]:
    replies = tuple(seen for seen in case.resolver_replies if _is_plain(seen.question, case.dialled_host))
    return tuple(
        _voice(server, [seen for seen in replies if seen.question.server == server]) for server in dict.fromkeys(servers)
    )


def _is_plain(question: Lookup, name: str) -> bool:
    return question.name.removesuffix(".") == name and not question.checking_disabled


def _voice(server: Address, replies: list[Seen[Lookup, DnsReply]]) -> Voice:
    words = {said_by(seen.answer) for seen in replies}
    return Voice(server, _together(words, {seen.question.record for seen in replies}), tuple(replies))


def _together(words: set[Said], records: set[str]) -> Said:
    if Said.ADDRESSES in words:
        return Said.ADDRESSES
    if not {"A", "AAAA"} <= records:
        return Said.NOT_ASKED
    if len(words) == 1:
        return words.pop()
    if Said.SERVER_FAILURE in words and words <= {Said.SERVER_FAILURE, Said.NO_ADDRESS, Said.NOTHING}:
        return Said.SERVER_FAILURE
    if Said.CUT_SHORT in words and words <= {Said.CUT_SHORT, Said.NO_ADDRESS, Said.NOTHING}:
        return Said.CUT_SHORT
    heard = words - {Said.NOTHING}
    return heard.pop() if len(heard) == 1 and heard <= _ALIVE else Said.UNCLEAR


def resolved(case: Case) -> bool | None:
    """Whether this client got an address for the host that it dials; None where that was not seen."""
    if case.lookup is not None:
        return bool(case.lookup.answer.addresses)
    if case.dials:
        return True
    words = {voice.said for voice in voices(case)}
    if Said.ADDRESSES in words:
        return True
    return False if is_named_by_user(case) and words and Said.NOT_ASKED not in words else None


def is_named_by_user(case: Case) -> bool:
    """Whether the user named the resolvers: they are then asked in the system's place, and its own lookup is not made."""
    configured = case.machine.resolvers
    return configured is not None and configured.answer.source == NAMED_BY_USER


def hosts_lines(case: Case) -> tuple[HostsLine, ...]:
    """The lines of the hosts file that name the host that is dialled."""
    hosts = case.machine.hosts
    return tuple(line for line in hosts.answer.lines if case.dialled_host in line.names) if hosts else ()


def settled(case: Case) -> Finding | None:
    """The finding where there is nothing to explain: the name was resolved, or no lookup was seen. None: it failed."""
    heard = voices(case)
    cites = (*looked_up(case), *seen_of(heard), *(dial.observation for dial in case.dials))
    got = resolved(case)
    if got is None or not cites:
        return unknown(_unseen(case), *cites)
    return ok(*cites, name=case.dialled_host) if got else None


def agreed(heard: Iterable[Voice], said: Said) -> tuple[Voice, ...]:
    """The resolvers that say `said`, where nobody who answers says anything else; empty otherwise."""
    spoke = tuple(voice for voice in heard if voice.said is not Said.NOTHING)
    return spoke if all(voice.said is said for voice in spoke) else ()


def agreed_here(case: Case, said: Said) -> tuple[Voice, ...]:
    """The resolvers that say `said`, where none that programs here ask says anything else, and none behind has an address."""
    behind = voices_behind(case)
    told = agreed(voices(case), said)
    known = any(voice.said is Said.ADDRESSES for voice in behind)
    return (*told, *(voice for voice in behind if voice.said is said)) if told and not known else ()


def not_this(case: Case) -> Finding:
    """The finding of a check that asks what is amiss with a name, where something else is, or where nobody can say."""
    heard = voices(case)
    words = {voice.said for voice in heard}
    if Said.NOT_ASKED in words:
        return unknown(_unseen(case), *seen_of(heard))
    if words & {Said.ADDRESSES, Said.NO_ADDRESS, Said.NO_SUCH_NAME, Said.BROKEN_ALIAS}:
        return ok(*seen_of(heard), answers=tuple(sorted(words)))
    return unknown(Because.UNDECIDED, *looked_up(case), *seen_of(heard), answers=tuple(sorted(words)))


def endings(replies: Iterable[Seen[Lookup, DnsReply]]) -> tuple[str, ...]:
    """How questions without a reply ended, in words."""
    return tuple(dict.fromkeys(reply.answer.failure.replace("_", " ") for reply in replies))


def _unseen(case: Case) -> Because:
    """Why the lookup is not there to be judged."""
    faulty = any(seen.fault for seen in case.observations if isinstance(seen.question, Lookup))
    return Because.NO_ANSWER if faulty else Because.NOT_LOOKED


def looks_up(case: Case) -> bool:
    """Whether this client's way begins with a name that a resolver has to answer for."""
    return case.needs_lookup


def looked_up(case: Case) -> tuple[Observation, ...]:
    """The system's lookup, to be cited; empty where there is none."""
    return (case.lookup.observation,) if case.lookup else ()


def seen_of(heard: Iterable[Voice]) -> tuple[Observation, ...]:
    """What several resolvers' words rest on."""
    return tuple(observation for voice in heard for observation in voice.seen)


def named(heard: Iterable[Voice]) -> tuple[str, ...]:
    """The resolvers, as texts."""
    return tuple(server_text(voice.server) for voice in heard)


def server_text(server: Address) -> str:
    """A resolver as people write it: without the port where it is 53."""
    return server.host if server.port == 53 else str(server)


def zone_of(heard: Iterable[Voice]) -> str:
    """The zone whose negative answer the resolvers pass on; empty where none is named."""
    zone = next((message.zone for voice in heard for message in voice.messages if message.zone), "")
    return "the root of DNS" if zone == "." else zone


_REASONS = {
    1: "unsupported DNSKEY algorithm",
    2: "unsupported DS digest",
    5: "DNSSEC indeterminate",
    6: "DNSSEC bogus",
    7: "signature expired",
    8: "signature not yet valid",
    9: "DNSKEY missing",
    10: "signatures missing",
    11: "no zone key",
    12: "proof of absence missing",
    13: "failure remembered from before",
    14: "not ready",
    15: "blocked",
    16: "censored",
    17: "filtered",
    18: "prohibited",
    20: "not authoritative",
    22: "no authority reachable",
    23: "network error",
}
BLOCKING = frozenset({15, 16, 17})
"""The codes by which a resolver says that it hides a name on purpose (RFC 8914, sections 4.16 to 4.18)."""


def codes_of(heard: Iterable[Voice]) -> tuple[int, ...]:
    """The extended errors that the resolvers gave (RFC 8914), each once."""
    return tuple(dict.fromkeys(code for voice in heard for message in voice.messages for code in message.extended_errors))


def reasons(codes: Iterable[int]) -> tuple[str, ...]:
    """Extended errors in words."""
    return tuple(_REASONS.get(code, f"code {code}") for code in codes)
