"""The first resolver of this computer does not answer, so every lookup waits for it before the next is asked.

*What it means*

Several resolvers are configured, and they are asked in order. The first was silent for every name of this run; a later one
answers. The system waits for the first each time.

*Why it matters*

Every first connection to a host is seconds late. Programs that are less patient than that give up, and report that the name
cannot be found.

*What to do*

Remove the dead resolver from this computer's settings (or from the DHCP server that hands it out), or bring it back.

*How it is told apart*

The lookup by the system has to be slow or lost as well: a system that asks all resolvers at once, or remembers the dead one,
suffers nothing, and nothing is said of it then. Where no resolver answers, it is dns-resolver-silent; where the first answers
that a name does not exist and another knows it, dns-resolvers-disagree.
"""

import re
from itertools import takewhile

from diag.knowledge.resolver_answers import DnsOutcome, answers_by_resolver, is_named_by_user, looked_up, named, seen_of
from diag.model.address import Address
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.machine import Resolvers
from diag.model.verdict import Because, Confidence, Finding, Owner, not_applicable, ok, problem, unknown, warning

_PATIENCE = 5.0
"""Seconds that a system waits for one resolver unless told otherwise (resolv.conf(5))."""
SLACK = 0.8
"""Which part of that wait is enough to recognise it."""
_MUTE = frozenset({DnsOutcome.NOTHING, DnsOutcome.NOT_ASKED})
_GAVE_UP = frozenset({Failure.TIMED_OUT, Failure.LOOKUP_FAILED})


def _applies(run_view: RunView) -> bool:
    configured = run_view.machine.resolvers
    return configured is not None and len(configured.answer.servers) > 1 and any(view.needs_lookup for view in run_view.cases)


def _wait(resolvers: Resolvers) -> float:
    """Seconds that this system waits for one resolver."""
    told = [re.fullmatch(r"timeout:([0-9]{1,3})", option) for option in resolvers.options]
    return float(next((match[1] for match in reversed(told) if match), _PATIENCE)) or _PATIENCE


def judge(run_view: RunView) -> Finding:
    configured = run_view.machine.resolvers
    if configured is None:
        return not_applicable()
    cases = [view for view in run_view.cases if view.needs_lookup and (looked_up(view) or is_named_by_user(view))]
    words: dict[Address, set[DnsOutcome]] = {server: set() for server in configured.answer.servers}
    for view in cases:
        for voice in answers_by_resolver(view):
            words.setdefault(voice.server, set()).add(voice.said)
    cites = [
        configured.observation,
        *(seen for view in cases for seen in (*looked_up(view), *seen_of(answers_by_resolver(view)))),
    ]
    dead = list(takewhile(lambda server: words[server] == {DnsOutcome.NOTHING}, configured.answer.servers))
    if not cases or all(said <= {DnsOutcome.NOT_ASKED} for said in words.values()):
        return unknown(Because.NOT_REACHED)
    if not dead:
        return ok(*cites)
    if all(said <= _MUTE for said in words.values()):
        return unknown(Because.UNDECIDED, *cites)
    lost = [view for view in cases if _is_lost(view)]
    patience = min(_wait(configured.answer), run_view.evidence.run.limits.timeout)
    late = [view for view in cases if _took(view, dead) >= SLACK * patience]
    if not lost and not late:
        return unknown(Because.UNDECIDED, *cites)
    say = problem if lost else warning
    return say(
        *cites,
        about=", ".join(_text(dead)),
        hits=[str(view.endpoint) for view in (lost or late)],
        confidence=Confidence.CERTAIN if late else Confidence.LIKELY,
        dead=_text(dead),
        alive=tuple(
            dict.fromkeys(text for view in cases for text in named(v for v in answers_by_resolver(view) if v.said not in _MUTE))
        ),
        seconds=round(max(_took(view, dead) for view in (lost or late)), 1),
        lost=len(lost),
        late=len(late),
    )


def _is_lost(view: EndpointView) -> bool:
    """Whether the system gave up on a name for which a later resolver has an address."""
    gave_up = view.lookup is not None and not view.lookup.answer.addresses and view.lookup.answer.failure in _GAVE_UP
    return gave_up and any(voice.said is DnsOutcome.ADDRESSES for voice in answers_by_resolver(view))


def _took(view: EndpointView, dead: list[Address]) -> float:
    """Seconds that the lookup took; where the resolvers are asked in the system's place, those that the dead ones cost."""
    if view.lookup:
        return view.lookup.observation.took
    return max((seen.took for voice in answers_by_resolver(view) if voice.server in dead for seen in voice.seen), default=0.0)


def _text(servers: list[Address]) -> tuple[str, ...]:
    return tuple(server.host if server.port == 53 else str(server) for server in servers)


CHECK = RunCheck(
    id="dns-first-resolver-dead",
    owner=Owner.NETWORK,
    by_place=True,
    article=__doc__,
    judge=judge,
    applies=_applies,
    explains=("dns-slow",),
    sentences=Sentences(
        title="The first resolver does not answer: {dead}",
        seen="{dead} was silent for every name; {alive} answers. Lookups that had to wait: {late}; that were given up: {lost}."
        " The slowest took {seconds} s.",
        means="The system asks its resolvers in order, so every lookup waits for the dead one first.",
        remedy=(
            "Remove {dead} from this computer's resolver settings, or from the DHCP server that hands it out.",
            "If {dead} should answer, have your DNS team bring it back, or the firewall team open port 53 towards it.",
        ),
    ),
)
