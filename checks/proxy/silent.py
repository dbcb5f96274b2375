"""The proxy accepts connections and never answers.

*What it means*

This computer is told to go through a proxy. Its address accepts the connection, and to the request that follows not a byte
comes back, whatever is asked for.

*Why it matters*

Programs hang until their own time is up, and then blame the service, which was never asked.

*What to do*

Tell whoever runs the proxy that it accepts connections and does not answer: it may be stuck, overloaded, or unable to look names
up, or something in front of it accepts in its place. See also whether host and port of the setting are those of the proxy.

*How it is told apart*

A proxy is silent, too, while it waits for a service that does not answer it. So it is asked for a name that nobody has, to which
a proxy that is awake says no at once. If it does, or if it has answered for any other endpoint of this run, it is
`proxy-cannot-reach-target`. A proxy that accepts no connection at all is `proxy-unreachable`.
"""

from collections.abc import Iterable

from checks.proxy.answers import awake, has_proxy, met_with_silence, nobody, reply, set_by
from diag.model.answer import TunnelReply
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.failure import Failure
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def judge(case: Case) -> Finding:
    """Whether the proxy said nothing to this request, nor to any other."""
    seen = reply(case)
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not met_with_silence(case):
        spoke = seen.answer.status or seen.answer.first_bytes
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    answered = awake(case)
    if answered:
        return ok(seen.observation, answered)
    question = nobody(case)
    other = case.asked(question) if question else None
    if other is None:
        return unknown(Because.NOT_LOOKED, seen.observation)
    if not isinstance(other.answer, TunnelReply) or other.answer.failure != Failure.TIMED_OUT or other.answer.stage:
        return unknown(Because.UNDECIDED, seen.observation, other)
    return problem(
        seen.observation,
        other,
        about=str(case.proxy),
        confidence=Confidence.LIKELY,
        proxy=str(case.proxy),
        seconds=round(seen.observation.took, 1),
        set_by=set_by(case),
    )


def questions(case: Case) -> Iterable[Question]:
    """The same proxy, asked for a name that nobody has."""
    question = nobody(case) if met_with_silence(case) else None
    return (question,) if question else ()


CHECK = EndpointCheck(
    id="proxy-silent",
    owner=Owner.NETWORK,
    article=__doc__ or "",
    needs=Stage.CONNECT,
    applies=has_proxy,
    judge=judge,
    questions=questions,
    sentences=Sentences(
        title="The proxy {proxy} accepts connections and does not answer",
        seen="{proxy} accepted the connection; to the request nothing came back in {seconds} seconds, nor to one for a name that"
        " does not exist, which a proxy can refuse at once.",
        means="The proxy is stuck or overloaded, or something else accepts connections in its place. The service was not asked.",
        remedy=(
            "Tell whoever runs {proxy} that it accepts connections and answers no request.",
            "See whether host and port in {set_by} are those of the proxy.",
        ),
    ),
)
