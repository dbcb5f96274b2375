"""The address that is set as the proxy is not a proxy.

*What it means*

Asked to open a tunnel (CONNECT), the other side answered in a protocol that is not HTTP, or as a web server that does not know
this request.

*Why it matters*

Everything that is sent to that address fails. Usually the host or the port in the setting is that of something else, such as
the proxy's administration page.

*What to do*

Compare host and port in the setting with what the network team names. Proxies often listen on 3128, 8080, 8000 or 9090.

*How it is told apart*

An answer that bears a proxy's mark, and an address that opened a tunnel for any other endpoint of this run, belong to a proxy.
An answer in TLS is `proxy-scheme-wrong`.
"""

from diag.knowledge.proxy_replies import WEB_SERVER, has_proxy, heard, opened_by, set_by, status_of
from diag.knowledge.response_author import passed_a_proxy
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.greeting import UNKNOWN, protocol


def judge(view: EndpointView) -> Finding:
    """Return whether the answer to CONNECT is one that no proxy gives."""
    seen = view.tunnel
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    spoken = protocol(answer.first_bytes)
    stranger = answer.failure == Failure.MALFORMED and bool(answer.first_bytes) and spoken != "TLS"
    server = answer.status in WEB_SERVER and not passed_a_proxy(answer.headers)
    if not (stranger or server):
        return ok(seen.observation) if heard(answer) else unknown(Because.UNDECIDED, seen.observation)
    if any(opened_by(view)):
        return unknown(Because.UNDECIDED, seen.observation)
    return problem(
        seen.observation,
        about=str(view.proxy),
        confidence=Confidence.CERTAIN if stranger else Confidence.LIKELY,
        proxy=str(view.proxy),
        protocol=spoken if spoken != UNKNOWN else None,
        status=status_of(answer),
        set_by=set_by(view),
    )


CHECK = EndpointCheck(
    id="proxy-not-a-proxy",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6",
    do=(HowTo.SET_PROXY,),
    see=(
        ShellLine("curl -sv -x http://{proxy} {to_url}", "an answer that is not a proxy's"),
        ShellLine("curl.exe -sv -x http://{proxy} {to_url}", "an answer that is not a proxy's", Shell.POWERSHELL),
    ),
    needs=Stage.TUNNEL,
    applies=has_proxy,
    judge=judge,
    rivals=(Rival("proxy-scheme-wrong", decided_by="the same port over TLS and over SOCKS"),),
    alike=("status", "protocol"),
    sentences=Sentences(
        title="{proxy} is set as the proxy, but is not a proxy",
        seen=(
            "The answer of {proxy} to a request for a connection is not that of a proxy.",
            "It answered with the protocol {protocol}.",
            "It answered with status {status}.",
        ),
        means="A server listens there, but it is not a proxy. Probably the host or port in the setting is wrong.",
        remedy=(
            "Compare {proxy}, set by {set_by}, with the host and port that your proxy team names.",
            "Correct the setting and run diag again.",
        ),
    ),
)
