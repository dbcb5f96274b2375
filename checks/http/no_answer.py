"""The service accepts the request and does not answer it.

*What it means*

Connection and TLS handshake succeeded, and the request was sent. Then not a byte of an answer came within the time, or the
connection was closed without one.

*Why it matters*

Programs hang or report an empty answer. Whatever is wrong sits behind the point that the request has reached.

*What to do*

See the service's status page, and try again. If it lasts, tell the provider the time, the name and the path: what accepts
requests there gets no answer from behind.

*How it is told apart*

The finding counts only where the request is known not to have been lost on the way: where the system shows that it was never
acknowledged, nothing is said. Over plain HTTP behind an HTTP proxy the proxy may be the one that waits, so it is only possible,
and both are named. A server that first asked for a client certificate is `tls-client-certificate-required`.
"""

from diag.knowledge.each_address import ANSWERED_AT, at_each_answer
from diag.knowledge.own_endpoint import NEAR_END, is_here, owner_here
from diag.knowledge.response_author import speaks_http
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

_FORWARDED = "forwarded"
"""The form where a proxy reads the request and passes it on: either of the two may be the one who does not answer."""
_ENDED = frozenset({Failure.CUT, Failure.RESET})


@at_each_answer
def judge(view: EndpointView) -> Finding:
    """Return whether the request was taken, and nothing came back."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if answer.status or answer.first_bytes:
        return ok(seen.observation)
    if answer.stage or answer.failure not in _ENDED | {Failure.TIMED_OUT} or answer.alerts:
        return unknown(Because.UNDECIDED, seen.observation)
    forwarded = view.proxy is not None and not view.proxy.is_socks and not view.endpoint.speaks_tls
    if _lost(answer):
        return unknown(Because.UNDECIDED, seen.observation)
    trusted = view.session is None or view.session_accepted
    if not trusted or (view.session and view.session.answer.certificate_requested):
        return unknown(Because.UNDECIDED, seen.observation)
    silent = answer.failure == Failure.TIMED_OUT
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY if silent and not forwarded else Confidence.POSSIBLE,
        owner=owner_here(view),
        here=is_here(view) or None,
        endpoint=str(view.endpoint.authority),
        path=view.endpoint.path,
        ending=str(answer.failure),
        proxy=str(view.proxy.authority) if view.proxy else None,
        seconds=round(seen.observation.took, 1),
        form=_FORWARDED if forwarded else None,
    )


def _lost(answer: HttpReply) -> bool:
    """Whether the request was still unacknowledged at the end."""
    return answer.tcp is not None and answer.tcp.unacked > 0


CHECK = EndpointCheck(
    id="http-no-answer",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.6.5",
    do=(HowTo.TIME_OUT,),
    see=(
        ShellLine("curl -sv --max-time 60 {to_url}", "Empty reply, or a time-out without an answer"),
        ShellLine("curl.exe -sv --max-time 60 {to_url}", "Empty reply, or a time-out without an answer", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    rivals=(
        Rival("network-packet-loss", decided_by="whether packets of the connection were lost"),
        Rival("http-slow", decided_by="the same request with a longer time-out"),
        Rival(
            "service-silent",
            owner=Owner.SERVICE,
            where="form",
            among=(_FORWARDED,),
            decided_by="the proxy's log, or the same request without the proxy",
            words="the service takes the proxy's request, but does not answer it",
        ),
    ),
    judge=judge,
    alike=("ending",),
    sentences=Sentences(
        title="{endpoint} accepts the request but does not answer",
        seen=(
            "diag sent the request for {path} to {endpoint}. No byte of an answer came in {seconds} s ({ending}).",
            *ANSWERED_AT,
        ),
        means="The network path works as far as the server that takes the request. What works behind it does not answer.",
        remedy=(
            NEAR_END,
            "If you run {endpoint}, check the servers behind it. If you do not, check its provider's status page, and try again.",
            "If it lasts, report to the provider that {endpoint} {endpoint:accepts|accept} requests for {path} and"
            " {endpoint:gives|give} no answer.",
        ),
    ),
    forms=(
        (
            _FORWARDED,
            Sentences(
                owner=Owner.PROXY,
                title="The proxy {proxy} takes the request for {endpoint} but gives no answer",
                seen="diag sent the request for {path} to {proxy}. No byte of an answer came in {seconds} s ({ending}).",
                means="The proxy works so far that it takes requests. It waits for {endpoint}, or cannot connect to it, and does"
                " not say so.",
                remedy=(
                    "Ask the team that runs {proxy} what its log says of this request: whether it connected to {endpoint}, and"
                    " who ended the connection.",
                    "If it did connect, report to the provider that {endpoint} {endpoint:gives|give} no answer.",
                ),
            ),
        ),
    ),
)
