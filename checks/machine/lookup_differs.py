"""The resolvers know the name, and the system's own lookup does not find it.

*What it means*

Programs do not ask resolvers themselves: the system does it for them, and it may ask other sources first, or stop before it comes
to the resolvers. Here each resolver, asked by itself, gives an address; the system's lookup, by which programs go, gives none.

*Why it matters*

Tools that ask resolvers directly (dig, nslookup, host) find the name, and programs report that it does not exist.

*What to do*

Look at the line `hosts:` of /etc/nsswitch.conf, which names the sources in order. It needs `dns` (or `resolve`), and nothing
before it that ends the search for this name. With `[NOTFOUND=return]` after `files`, names that /etc/hosts does not hold are
never looked up in DNS. Clear the memory of a program that remembers lookups for others (nscd, sssd).

*How it is told apart*

The system's lookup is made once more, a little later: if it succeeds then, it was lost for a moment, and nothing is said here.
Resolvers that differ among themselves are dns-resolvers-disagree, and one that answers only one record type is
dns-record-type-unanswered. A dead first resolver is dns-first-resolver-dead, and settings without a resolver are
machine-resolver-settings-unusable. `dig` against the same resolver and `getent ahosts` show the difference by hand.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise

from diag.knowledge.resolver_answers import (
    LOOKED_UP_AGAIN,
    DnsOutcome,
    answers_by_resolver,
    asks_as_set,
    looked_up,
    named,
    outcome_of_reply,
    seen_of,
    settled,
)
from diag.model.address import literal
from diag.model.answer import SystemLookup
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.expression import expression
from diag.model.failure import Failure
from diag.model.how_to import HowTo, ShellLine
from diag.model.machine import Resolvers
from diag.model.question import Lookup, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

_SAID_NO = frozenset({Failure.NAME_NOT_FOUND, Failure.NO_DATA, Failure.LOOKUP_FAILED})
_WHOLE = frozenset({DnsOutcome.ADDRESSES, DnsOutcome.NO_ADDRESS})
_DNS = frozenset({"dns", "resolve"})
_FILES = frozenset({"files", "db", "compat"})
"""Sources that are files of this computer: they are always there, and say no to a name that they do not hold."""
_MULTICAST = "mdns"
_RETURNS = expression(r"(!?)(SUCCESS|NOTFOUND|UNAVAIL|TRYAGAIN)=return")
"""What ends the search, in the words of nsswitch.conf(5); with `!`, every other status does."""


class _Difference(StrEnum):
    """What keeps the system from hearing what the resolvers say."""

    WITHOUT_DNS = "without_dns"
    """The sources do not hold DNS at all."""
    LOCAL_BY_MULTICAST = "local_by_multicast"
    """Names below `.local` are asked for on the own link alone (RFC 6762)."""
    STOPPED_BY_FILES = "stopped_by_files"
    """The line ends the search for every name that this computer's own files do not hold."""
    STOPPED_BEFORE = "stopped_before"
    """A service that is asked before DNS ends the search."""
    NO_IPV6 = "no_ipv6"
    """IPv6 addresses are not asked for, and the name has no other."""
    REMEMBERED = "remembered"
    """A program that remembers lookups for others may remember a no."""


def _is_split(view: EndpointView) -> bool:
    """Whether the system says that there is no address, and every resolver that programs ask gives one."""
    lookup, heard = view.lookup, answers_by_resolver(view)
    if lookup is None or lookup.answer.addresses or lookup.answer.failure not in _SAID_NO or not heard:
        return False
    words = {outcome_of_reply(reply.answer) for voice in heard for reply in voice.replies}
    return all(voice.said is DnsOutcome.ADDRESSES for voice in heard) and words <= _WHOLE


def _again(view: EndpointView) -> Lookup:
    return Lookup(view.dialled_name, attempt=LOOKED_UP_AGAIN)


def questions(view: EndpointView) -> Iterable[Question]:
    return [_again(view)] if _is_split(view) else []


def judge(view: EndpointView) -> Finding:
    heard = answers_by_resolver(view)
    cites = (*looked_up(view), *seen_of(heard))
    if not _is_split(view):
        return settled(view) or (ok(*cites) if seen_of(heard) else unknown(Because.NOT_LOOKED, *cites))
    later = view.asked(_again(view))
    if later is None or not isinstance(later.answer, SystemLookup):
        return unknown(Because.NO_ANSWER, *cites)
    if later.answer.failure not in _SAID_NO:
        return unknown(Because.UNDECIDED, *cites, later)
    configured = view.machine.resolvers
    why, source, action = _difference(view, configured.answer) if configured else (None, None, None)
    if why is None and later.answer.failure == Failure.LOOKUP_FAILED:
        return unknown(Because.UNDECIDED, *cites, later)  # it gave up waiting, as it does where packets are lost
    return problem(
        *((configured.observation,) if configured else ()),
        *cites,
        later,
        about=view.dialled_host,
        confidence=Confidence.CERTAIN if why and why is not _Difference.REMEMBERED else Confidence.LIKELY,
        rules_out={
            "lost-for-a-moment": [later],
            "another-difference": [configured.observation] if configured and why not in (None, _Difference.REMEMBERED) else (),
        },
        name=view.dialled_host,
        resolvers=named(heard),
        resolved=tuple(dict.fromkeys(address for voice in heard for address in voice.addresses)),
        ending=view.lookup.answer.failure if view.lookup else None,
        difference=why,
        source=source,
        action=action,
        sources=configured.answer.sources or None if configured else None,
    )


def _difference(view: EndpointView, settings: Resolvers) -> tuple[_Difference | None, str | None, str | None]:
    """What the settings show that keeps an answer of DNS from programs, the source that does, and what is written after it; None:
    nothing.
    """
    system = view.machine.system
    sources = () if system and system.answer.libc == "musl" else settings.sources
    if sources and not _DNS.intersection(sources):
        return _Difference.WITHOUT_DNS, None, None
    stopper, action = _stopper(sources, view.dialled_host)
    if stopper and stopper.startswith(_MULTICAST):
        return _Difference.LOCAL_BY_MULTICAST, stopper, action
    if stopper:
        return _Difference.STOPPED_BY_FILES if stopper in _FILES else _Difference.STOPPED_BEFORE, stopper, action
    ips = [literal(address) for voice in answers_by_resolver(view) for address in voice.addresses]
    if "no-aaaa" in settings.options and all(ip is not None and ip.version == 6 for ip in ips):
        return _Difference.NO_IPV6, None, None
    return (_Difference.REMEMBERED, settings.cached_by, None) if settings.cached_by else (None, None, None)


def _stopper(sources: tuple[str, ...], name: str) -> tuple[str | None, str | None]:
    """The source before `dns` whose no ends the search for a name, and the words that say so (nsswitch.conf(5)); None: none."""
    for source, action in pairwise(sources):
        if source == "dns":
            break
        concerned = not source.startswith(_MULTICAST) or name.endswith(".local")
        if concerned and not source.startswith("[") and _ends(source, action):
            return source, action
    return None, None


def _ends(source: str, action: str) -> bool:
    """Whether an action ends the search where a source has no address: files always say NOTFOUND, a service may be away too."""
    told = _RETURNS.findall(action)
    statuses = {"NOTFOUND"} if source in _FILES else {"NOTFOUND", "UNAVAIL", "TRYAGAIN"}
    return any(statuses - {status} if negated else status in statuses for negated, status in told)


CHECK = EndpointCheck(
    id="machine-lookup-differs",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man5/nsswitch.conf.5.html",
    do=(
        HowTo.LOOKUP_ORDER,
        HowTo.FLUSH_DNS,
    ),
    see=(ShellLine("dig +short @{resolvers} {name}; getent ahosts {name}", "an address from dig, and none from getent"),),
    judge=judge,
    applies=asks_as_set,
    questions=questions,
    explains=("dns-name-not-found", "proxy-name-not-found"),
    rivals=(
        Rival(
            "lost-for-a-moment",
            words="the system's lookup failed for a moment",
            decided_by="the same lookup once more",
        ),
        Rival(
            "another-difference",
            words="another program on this computer answers lookups instead of the resolvers",
            decided_by="getent ahosts {name} beside dig {name}, on this computer",
        ),
    ),
    tokens={"difference": _Difference, "ending": Failure},
    alike=("difference",),
    sentences=Sentences(
        title="The resolvers know {name}, but programs on this computer do not find it",
        seen=(
            "{resolvers} gave {resolved} for {name}.",
            "The system's own lookup was made twice: {ending}.",
            "What differs: {difference}.",
            "The system looks names up in this order: {sources}.",
        ),
        means="Tools such as dig find the name. Programs ask the system, and do not find it.",
        remedy=(
            When(
                "difference",
                (_Difference.WITHOUT_DNS,),
                "In /etc/nsswitch.conf, add dns to the line hosts:, after files.",
            ),
            When(
                "difference",
                (_Difference.LOCAL_BY_MULTICAST,),
                "Names that end in .local belong to the local network (multicast DNS). In /etc/nsswitch.conf, put dns before"
                " {source}, or remove [NOTFOUND=return] after it.",
            ),
            When(
                "difference",
                (_Difference.STOPPED_BEFORE,),
                "In /etc/nsswitch.conf, {source} ends the search before dns. Check that its service runs and knows the name, or"
                " put dns before it.",
            ),
            When(
                "difference",
                (_Difference.STOPPED_BY_FILES,),
                "In /etc/nsswitch.conf, remove {action} after {source} from the line hosts:. It ends the search for every name"
                " that is not in this computer's own files (/etc/hosts), so DNS is never asked.",
            ),
            When(
                "difference",
                (_Difference.NO_IPV6,),
                "The name has only IPv6 addresses: remove the option no-aaaa from /etc/resolv.conf.",
            ),
            When("difference", (_Difference.REMEMBERED,), "Clear the cache of {source}: nscd -i hosts, or restart it."),
            "After each change, compare getent ahosts {name} with dig {name} on this computer.",
        ),
    ),
)
