"""The server accepts the connection, and says nothing, or ends it, before encryption can begin.

*What it means*

The connection came about. In protocols that begin in the clear the server has to greet, or to answer the wish for encryption;
this one did not, or broke the connection off instead. A TLS handshake without a word before it was not answered either.

*Why it matters*

Programs hang until their own time is up, or report a connection that was closed. No certificate and no password was looked at.

*What to do*

See the service's status page. Whoever runs the server should see whether it is stuck or overloaded, and whether a rule drops this
client's address. Some mail servers let new clients wait on purpose, and MySQL looks up a client's name before it greets, which
takes long where that name server is dead: run diag with `--timeout 60` before you blame one. A proxy on the way may end what it
does not know, since it expects TLS or HTTP inside a tunnel.

*How it is told apart*

Where a handshake that begins at once is answered, it is `tls-begins-at-once`. Where a connection on which nothing is said is
ended as well, it is `network-connection-cut`. A server that answers, and be it no, is another cause.
"""

from diag.knowledge.starttls import LOST, at_once, expected, goes_over, speaks_tls_at_once
from diag.model.answer import UpgradeReply
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

_ENDINGS = {Failure.TIMED_OUT: "said nothing more", Failure.CUT: "ended the connection", Failure.RESET: "reset the connection"}


def judge(view: EndpointView) -> Finding:
    """Whether the talk broke off without a word."""
    seen = view.upgrade
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if answer.stage:
        return unknown(Because.UNDECIDED, seen.observation)
    if answer.failure not in LOST:
        return ok(seen.observation)
    shown = speaks_tls_at_once(view, seen)
    if shown:
        return ok(seen.observation, shown)
    met = view.asked(at_once(view, seen))
    neighbour, decided_by = _neighbour(view, answer)
    return problem(
        seen.observation,
        *([met] if met else []),
        about=str(view.endpoint.authority),
        confidence=Confidence.POSSIBLE if neighbour or met is None else Confidence.LIKELY,
        endpoint=str(view.endpoint.authority),
        protocol=expected(view),
        ending=next(words for failure, words in _ENDINGS.items() if answer.failure == failure),
        seconds=round(seen.observation.took, 1),
        step=answer.step,
        neighbour=neighbour or None,
        decided_by=decided_by or None,
    )


def _neighbour(view: EndpointView, answer: UpgradeReply) -> tuple[str, str]:
    """What else would leave this evidence, and what would decide; empty: nothing that is common."""
    if view.proxy:
        return "the proxy ends what it does not know", "the same look without the proxy"
    if answer.failure == Failure.TIMED_OUT and answer.step == "greeting":
        return "a server that lets new clients wait", "the same look with --timeout 60"
    return "", ""


CHECK = EndpointCheck(
    id="tls-upgrade-unanswered",
    owner=Owner.SERVICE,
    article=__doc__,
    needs=Stage.UPGRADE,
    applies=goes_over,
    judge=judge,
    sentences=Sentences(
        title="{endpoint} accepts connections and does not come to encryption",
        seen="In the talk before encryption ({protocol}, at the {step}) {endpoint} {ending}, after {seconds} s.",
        means="Something listens there and does not do its part: a server that is stuck, or a rule that stops this client.",
        remedy=(
            "See the status page of the service's provider, and whether port and kind of service are those it documents.",
            "A server may let new clients wait, on purpose or not: try again with diag run --timeout 60.",
            "If it lasts, report to the provider that {endpoint} accepts connections and does not answer in {protocol}.",
        ),
    ),
)
