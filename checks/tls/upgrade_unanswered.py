"""The server accepts the connection, and says nothing, or ends it, before encryption can begin.

*What it means*

The connection succeeded. In protocols that begin in the clear the server has to greet, or to answer the wish for encryption;
this one did not, or broke the connection off instead. A TLS handshake without a word before it was not answered either.

*Why it matters*

Programs hang until their own time is up, or report a connection that was closed. No certificate and no password was looked at.

*What to do*

See the service's status page. If you run the server, check whether it hangs or is overloaded, and whether a rule drops this
computer's address. Some mail servers make new clients wait on purpose. MySQL looks up a client's name before it greets, which
takes long if that resolver is dead. Run diag with `--timeout 60` before you blame one. A proxy may end a protocol that it does
not know, since it expects TLS or HTTP inside a tunnel.

*How it is told apart*

Where a handshake that begins at once is answered, it is `tls-begins-at-once`. Where a connection on which nothing is said is
ended as well, it is `network-connection-cut`. A server that answers, and be it no, is another cause.
"""

from enum import StrEnum

from diag.knowledge.starttls import WITHOUT_AN_ANSWER, at_once, expected, goes_over, speaks_tls_at_once
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, ShellLine
from diag.model.observation import Observation
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


class _Step(StrEnum):
    """How far the talk came."""

    GREETING = "greeting"
    CAPABILITIES = "capabilities"
    REQUEST = "request"


def judge(view: EndpointView) -> Finding:
    """Return whether the talk broke off without a word."""
    seen = view.upgrade
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if answer.stage:
        return unknown(Because.UNDECIDED, seen.observation)
    if answer.failure not in WITHOUT_AN_ANSWER:
        return ok(seen.observation)
    shown = speaks_tls_at_once(view, seen)
    if shown:
        return ok(seen.observation, shown)
    met = view.asked(at_once(view, seen))
    waits = answer.failure == Failure.TIMED_OUT and answer.step == "greeting"
    return problem(
        seen.observation,
        *([met] if met else []),
        about=str(view.endpoint.authority),
        confidence=Confidence.POSSIBLE if view.proxy or waits or met is None else Confidence.LIKELY,
        rules_out=_excluded(view, seen.observation, waits=waits),
        endpoint=str(view.endpoint.authority),
        protocol=expected(view),
        ending=str(answer.failure),
        seconds=round(seen.observation.took, 1),
        talk_step=answer.step or None,
        proxy=str(view.proxy.authority) if view.proxy else None,
    )


def _excluded(view: EndpointView, seen: Observation, *, waits: bool) -> dict[str, tuple[Observation, ...]]:
    """The rivals that do not arise: no proxy is on the way; it was not the greeting that was waited for in vain."""
    arises = {"proxy-ends-it": view.proxy is not None, "server-lets-wait": waits}
    return {rival: (seen,) for rival, may in arises.items() if not may}


CHECK = EndpointCheck(
    id="tls-upgrade-unanswered",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8314",
    do=(
        HowTo.STARTTLS,
        HowTo.TIME_OUT,
    ),
    see=(ShellLine("openssl s_client -starttls {protocol} -connect {endpoint} </dev/null", "no certificate, after a wait"),),
    needs=Stage.UPGRADE,
    applies=goes_over,
    judge=judge,
    rivals=(
        Rival(
            "proxy-ends-it",
            owner=Owner.PROXY,
            decided_by="the same test without the proxy",
            words="the proxy ends connections of a protocol that it does not know",
        ),
        Rival("server-lets-wait", decided_by="the same test with --timeout 60", words="the server makes new clients wait"),
    ),
    tokens={"talk_step": _Step},
    alike=("protocol", "talk_step"),
    sentences=Sentences(
        title="{endpoint} accepts connections, but TLS does not begin",
        seen=(
            "In the talk before TLS ({protocol}), {endpoint} stopped answering ({ending}, after {seconds} s).",
            "The last step was {talk_step}.",
        ),
        means="A server listens there but does not continue: it hangs, or a rule stops this computer.",
        remedy=(
            "If you run {endpoint}, check whether the server hangs, and whether a rule drops this computer's address. If you"
            " do not, compare the port with its documentation.",
            "Some servers make new clients wait: try again with diag run --timeout 60.",
            "If it lasts, report to the provider that {endpoint} {endpoint:accepts|accept} connections and"
            " {endpoint:does|do} not answer in {protocol}.",
        ),
    ),
)
