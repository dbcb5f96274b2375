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
    Said,
    Voice,
    endings,
    hosts_lines,
    looked_up,
    looks_up,
    named,
    not_this,
    said_by,
    seen_of,
    settled,
    voices,
    voices_behind,
)
from diag.model.answer import DnsReply
from diag.model.case import Case
from diag.model.check import EndpointCheck, Sentences
from diag.model.question import Lookup, Question
from diag.model.verdict import Confidence, Finding, Owner, problem


def _applies(case: Case) -> bool:
    return looks_up(case) and not hosts_lines(case)


def _silent(case: Case) -> tuple[Voice, ...]:
    """The resolvers that did not reply, where the name was not resolved and none of them did; empty otherwise.

    This machine's own is at a loss where nobody replies to it: then those behind it are meant, where they are known.
    """
    if settled(case):
        return ()
    heard, behind = voices(case), voices_behind(case)
    if behind and _all_say(heard, Said.NOTHING, Said.SERVER_FAILURE) and _all_say(behind, Said.NOTHING):
        return behind
    return heard if _all_say(heard, Said.NOTHING) else ()


def _all_say(heard: Iterable[Voice], *words: Said) -> bool:
    return all(voice.said in words for voice in heard)


def _questions(case: Case) -> Iterable[Question]:
    return [Lookup(case.dialled_host, voice.server, "A", "tcp") for voice in _silent(case)]


def _judge(case: Case) -> Finding:
    if finding := settled(case):
        return finding
    silent = _silent(case)
    if not silent:
        return not_this(case)
    controls = case.control_dials
    away = heard_from(controls) is False and all(is_outside(voice.server.host) for voice in silent)
    over_tcp = [seen for seen in case.replies if seen.question.transport == "tcp" and not case.on_walk(seen)]
    answered = [seen for seen in over_tcp if said_by(seen.answer) is not Said.NOTHING]
    return problem(
        *looked_up(case),
        *seen_of(voices(case)),
        *seen_of(silent),
        *(seen.observation for seen in over_tcp),
        *seen_in(controls),
        about=", ".join(named(silent)),
        confidence=Confidence.POSSIBLE if away else Confidence.CERTAIN,
        resolvers=named(silent),
        name=case.dialled_host,
        ended=endings(reply for voice in silent for reply in voice.replies),
        other_names=_answer_for_others(case, silent),
        over_tcp="a reply" if answered else "no reply either" if over_tcp else "not asked",
        controls=words_for_controls(controls),
        neighbour="nothing at all gets out of this network" if away else "",
        decided_by="a connect to any address outside that answers" if away else "",
    )


def _answer_for_others(case: Case, silent: Iterable[Voice]) -> bool:
    """Whether one of these resolvers answered for another name of this run."""
    servers = {voice.server for voice in silent}
    return any(
        isinstance(seen.question, Lookup)
        and isinstance(seen.answer, DnsReply)
        and bool(seen.answer.message)
        and seen.question.server in servers
        and seen.question.name != case.dialled_host
        for seen in case.evidence.observations
    )


CHECK = EndpointCheck(
    id="dns-resolver-silent",
    owner=Owner.NETWORK,
    article=__doc__,
    judge=_judge,
    applies=_applies,
    questions=_questions,
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
