"""No resolver of this computer answers for the name.

*What it means*

A resolver is the server that turns names into addresses. Every resolver that is configured here was asked by itself, and none
sent a reply.

*Why it matters*

Without a resolver no program here can find any service by name.

*What to do*

See whether the listed resolvers are the right ones for the network that this computer is in now: after a change of network or
a VPN that has ended, old ones stay behind. If they are right, have the DNS team see whether they run, and the firewall team
whether port 53 over UDP and TCP is open towards them.

*How it is told apart*

A resolver that answers with an error is not silent: dns-server-failure, dns-query-refused. But where it is this computer's own
(systemd-resolved, say) and those to which it hands questions on are silent, these are meant. Where this computer has no network
at all, machine-offline is the cause and this its consequence; where connections go out and nothing ever comes back,
network-no-egress: a host that you name as known to be good (`--control`, best by its address) decides. The same question over
TCP is asked as well: an answer there means that only UDP is lost.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import heard_from, is_outside, seen_in, words_for_controls
from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_upstream,
    endings,
    hosts_lines,
    looked_up,
    looks_up,
    named,
    not_this,
    outcome_of_reply,
    seen_of,
    settled,
)
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.question import Lookup, Question
from diag.model.verdict import Confidence, Finding, Owner, problem


def _applies(view: EndpointView) -> bool:
    return looks_up(view) and not hosts_lines(view)


def _silent(view: EndpointView) -> tuple[ResolverAnswer, ...]:
    """The resolvers that did not reply, where the name was not resolved and none of them did; empty otherwise.

    This machine's own is at a loss where nobody replies to it: then those behind it are meant, where they are known.
    """
    if settled(view):
        return ()
    heard, behind = answers_by_resolver(view), answers_upstream(view)
    if behind and _all_say(heard, DnsOutcome.NOTHING, DnsOutcome.SERVER_FAILURE) and _all_say(behind, DnsOutcome.NOTHING):
        return behind
    return heard if _all_say(heard, DnsOutcome.NOTHING) else ()


def _all_say(heard: Iterable[ResolverAnswer], *words: DnsOutcome) -> bool:
    return all(voice.said in words for voice in heard)


def questions(view: EndpointView) -> Iterable[Question]:
    return [Lookup(view.dialled_host, voice.server, "A", "tcp") for voice in _silent(view)]


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    silent = _silent(view)
    if not silent:
        return not_this(view)
    controls = view.control_dials
    away = heard_from(controls) is False and all(is_outside(voice.server.host) for voice in silent)
    over_tcp = [seen for seen in view.replies if seen.question.transport == "tcp" and not view.on_walk(seen)]
    answered = [seen for seen in over_tcp if outcome_of_reply(seen.answer) is not DnsOutcome.NOTHING]
    return problem(
        *looked_up(view),
        *seen_of(answers_by_resolver(view)),
        *seen_of(silent),
        *(seen.observation for seen in over_tcp),
        *seen_in(controls),
        about=", ".join(named(silent)),
        confidence=Confidence.POSSIBLE if away else Confidence.CERTAIN,
        resolvers=named(silent),
        name=view.dialled_host,
        ended=endings(reply for voice in silent for reply in voice.replies),
        other_names=_answer_for_others(view, silent),
        over_tcp="a reply" if answered else "no reply either" if over_tcp else "not asked",
        controls=words_for_controls(controls),
        neighbour="nothing at all gets out of this network" if away else "",
        decided_by="a connect to any address outside that answers" if away else "",
    )


def _answer_for_others(view: EndpointView, silent: Iterable[ResolverAnswer]) -> bool:
    """Whether one of these resolvers answered for another name of this run."""
    servers = {voice.server for voice in silent}
    return any(
        isinstance(seen.question, Lookup)
        and isinstance(seen.answer, DnsReply)
        and bool(seen.answer.message)
        and seen.question.server in servers
        and seen.question.name != view.dialled_host
        for seen in view.evidence.observations
    )


CHECK = EndpointCheck(
    id="dns-resolver-silent",
    owner=Owner.NETWORK,
    by_rule=True,
    by_place=True,
    article=__doc__,
    judge=judge,
    applies=_applies,
    questions=questions,
    explains=("dns-server-failure",),
    sentences=Sentences(
        title="No resolver answers for {name}: {resolvers}",
        seen="Each resolver was asked by itself ({resolvers}); how that ended: {ended}. The same over TCP: {over_tcp}. They"
        " answered for other names: {other_names}. Hosts known to be good: {controls}.",
        means="This name cannot be turned into an address here; if that goes for all names, no service can be found at all.",
        remedy=(
            "See whether {resolvers} are the resolvers of the network that this computer is in now; a VPN or an earlier network"
            " may have left them behind.",
            "If they are right, have the DNS team see whether they run and accept questions from this computer.",
            "Have the firewall team see whether port 53 is open towards them, over UDP and TCP.",
        ),
    ),
)
