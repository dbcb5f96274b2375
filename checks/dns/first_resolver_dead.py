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

The lookup by the system has to be slow or lost as well. A system that asks all resolvers at once, or remembers the dead one,
suffers nothing, and then nothing is reported. Where no resolver answers, it is dns-resolver-silent; where the first answers
that a name does not exist and another knows it, dns-resolvers-disagree.
"""

from itertools import takewhile

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    answers_by_resolver,
    asks_several,
    is_named_by_user,
    looked_up,
    named,
    seen_of,
)
from diag.knowledge.resolver_settings import SLACK, wait_of
from diag.knowledge.vpn_resolvers import left_by_vpn
from diag.model.address import Address
from diag.model.check import Rival, RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, not_applicable, ok, problem, unknown, warning

_MUTE = frozenset({DnsOutcome.NOTHING, DnsOutcome.NOT_ASKED})
_GAVE_UP = frozenset({Failure.TIMED_OUT, Failure.LOOKUP_FAILED})


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
    patience = min(wait_of(configured.answer), run_view.evidence.run.limits.timeout)
    late = [view for view in cases if _took(view, dead) >= SLACK * patience]
    if not lost and not late:
        return unknown(Because.UNDECIDED, *cites)
    waited = [seen for view in late for seen in (*looked_up(view), *seen_of(answers_by_resolver(view)))]
    left = left_by_vpn(run_view, (server.host for server in dead))
    say = problem if lost else warning
    return say(
        *cites,
        *((left.interfaces,) if left else ()),
        about=", ".join(_text(dead)),
        rules_out={"slow-of-its-own": waited, "resolver-down": [left.interfaces] if left else ()},
        hits=[str(view.endpoint) for view in (lost or late)],
        confidence=Confidence.CERTAIN if late else Confidence.LIKELY,
        dead=_text(dead),
        alive=tuple(
            dict.fromkeys(text for view in cases for text in named(v for v in answers_by_resolver(view) if v.said not in _MUTE))
        ),
        seconds=round(max(_took(view, dead) for view in (lost or late)), 1),
        lost=len(lost) or None,
        late=len(late) or None,
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
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man5/resolv.conf.5.html",
    do=(HowTo.RESOLVERS,),
    see=(
        ShellLine("dig +tries=1 +time=3 @{dead} {to_host}", "no reply (timed out)"),
        ShellLine("Resolve-DnsName {to_host} -Server {dead}", "a time-out", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=asks_several,
    explains=("dns-slow",),
    rivals=(
        Rival(
            "slow-of-its-own",
            words="the lookups failed for another reason than the wait for {dead}",
            decided_by="the same lookup without {dead} in the settings",
        ),
        Rival(
            "resolver-down",
            owner=Owner.DNS,
            whose=True,
            words="{dead} should answer, and is down",
            decided_by="whether {dead} {dead:is|are} still in use as a resolver",
        ),
    ),
    sentences=Sentences(
        title="The first resolver does not answer: {dead}",
        seen=(
            "{dead} did not answer for any name. {alive} {alive:does|do}.",
            "Lookups that waited for it: {late}.",
            "Lookups that failed while they waited for it: {lost}.",
            "The slowest lookup took {seconds} s.",
        ),
        means="The system asks the first resolver first. Every lookup waits for it, and programs with a short time-out fail.",
        remedy=(
            "Remove {dead} from the resolver settings of this computer, or from the DHCP server that gives them out.",
            "If {dead} should answer, ask your DNS team to restart it, or the firewall team to open port 53 to it.",
        ),
    ),
)
