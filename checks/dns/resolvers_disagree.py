"""The resolvers of this computer give different kinds of answer for the name.

*What it means*

One of the configured resolvers knows an address for the name; another says that there is none. The system takes the first
answer that it gets, be it the wrong one.

*Why it matters*

Whether the connection works depends on which resolver is asked, so the fault comes and goes.

*What to do*

All resolvers of one computer have to know the same names. Where one of them alone knows an inside zone, the others have to be
removed, or taught to forward that zone.

*How it is told apart*

Different addresses are no disagreement: large services answer like that on purpose. Nor are resolvers that are set for other
names (those of a VPN for the company's domain, say): only those that are responsible for this one are asked. Where the system got
an address in spite of it, nothing is said, unless its settings make it change resolvers by turns, or the resolvers were named to
diag by its user. Where all say no, dns-name-not-found, dns-no-address or dns-alias-dangling says which no.
"""

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_upstream,
    is_named_by_user,
    looked_up,
    looks_up,
    named,
    not_this,
    seen_of,
    server_text,
    settled,
)
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Confidence, Finding, Owner, problem, warning

NEGATIVE = frozenset({DnsOutcome.NO_ADDRESS, DnsOutcome.NO_SUCH_NAME, DnsOutcome.BROKEN_ALIAS})
"""Answers that end a system's lookup without an address. After an error it asks the next resolver."""
BY_TURNS = "rotate"
"""The option that spreads questions over all resolvers (resolv.conf(5))."""


def judge(view: EndpointView) -> Finding:
    finding = settled(view)
    # Those behind this machine's own are asked together, and one of them that knows the name is enough.
    heard = answers_by_resolver(view) if finding else (*answers_by_resolver(view), *answers_upstream(view))
    knowing = tuple(voice for voice in heard if voice.said is DnsOutcome.ADDRESSES)
    denying = _first_hand(view, tuple(voice for voice in heard if voice.said in NEGATIVE))
    if not (knowing and denying):
        return finding or not_this(view)
    if finding and not (is_named_by_user(view) or (looked_up(view) and _by_turns(view))):
        return finding
    first = next(voice for voice in heard if voice in knowing or voice in denying)
    say = warning if finding else problem
    return say(
        *looked_up(view),
        *seen_of(heard),
        about=", ".join(named(denying)),
        confidence=Confidence.CERTAIN if finding or first in denying else Confidence.LIKELY,
        name=view.dialled_host,
        knowing=named(knowing),
        denying=named(denying),
        answers=tuple(f"{server_text(voice.server)}: {voice.said}" for voice in denying),
    )


def _first_hand(view: EndpointView, denying: tuple[ResolverAnswer, ...]) -> tuple[ResolverAnswer, ...]:
    """Those that deny the name, without this machine's own resolver where it merely passes on what one behind it says."""
    return tuple(voice for voice in denying if voice in answers_upstream(view)) or denying


def _by_turns(view: EndpointView) -> bool:
    configured = view.machine.resolvers
    return configured is not None and BY_TURNS in configured.answer.options


CHECK = EndpointCheck(
    id="dns-resolvers-disagree",
    owner=Owner.NETWORK,
    by_place=True,
    article=__doc__,
    judge=judge,
    applies=looks_up,
    sentences=Sentences(
        title="The resolvers disagree about {name}: {knowing} knows it, {denying} does not",
        seen="An address for {name} was given by {knowing}. Others answered: {answers}.",
        means="The system takes the first answer that it gets, so whether {name} is found depends on which resolver is asked.",
        remedy=(
            "Have your DNS team make {denying} forward the zone of {name} to {knowing}.",
            "Or remove {denying} from this computer's resolver settings, if {knowing} knows all names that are needed here.",
            "If {denying} is this computer itself, have it forget what it remembers: resolvectl flush-caches (Linux).",
        ),
    ),
)
