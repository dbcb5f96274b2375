"""The answer to the request is not HTTP.

*What it means*

A request was sent as the web does it, in HTTP/1.1, and what came back follows another protocol, or breaks the rules of this
one. Or the server speaks only HTTP/2, as servers of gRPC do: this is a warning, since programs that speak HTTP/2 work.

*Why it matters*

No program that expects a web service can use it. Usually the port or the scheme is wrong: a port that speaks TLS asked in clear
text, or the port of another service altogether.

*What to do*

Compare scheme and port with the service's documentation. If the finding says TLS, use `https` in place of `http`. If both are
right, report it to the service's provider. If the finding says HTTP/2, only a program that speaks HTTP/1.1 alone needs another
address.

*How it is told apart*

The first bytes of the answer are looked at. Over plain HTTP behind a proxy the proxy may have written them, so nothing is said
against the service there. HTTP/2 is told by its first frame (RFC 9113, section 3.4). A server that ends the TLS handshake
because diag offers no HTTP/2 is tls-alpn-refused.
"""

from diag.knowledge.each_address import ANSWERED_AT, at_each_answer
from diag.knowledge.response_author import speaks_http
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning
from diag.model.wire.greeting import GREETINGS, UNKNOWN, Greeting, protocol

BROKEN = "broken"
"""The form of an answer that begins as HTTP, and breaks its rules."""
NEWER = "newer"
"""The form of an answer in HTTP/2, from a server that speaks nothing older: as those of gRPC do."""


@at_each_answer
def judge(view: EndpointView) -> Finding:
    """Return whether bytes came back that are no HTTP."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if answer.failure != Failure.MALFORMED or (answer.status and answer.first_bytes):
        return ok(seen.observation) if answer.status else unknown(Because.UNDECIDED, seen.observation)
    if (view.proxy and not view.endpoint.speaks_tls) or (view.session and not view.session_accepted):
        return unknown(Because.UNDECIDED, seen.observation)
    spoken = protocol(answer.first_bytes)
    if spoken == "HTTP/2":
        return warning(seen.observation, about=str(view.endpoint.authority), endpoint=str(view.endpoint), form=NEWER)
    broken = spoken == "HTTP" or bool(answer.status)
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY if broken or spoken in (UNKNOWN, "HTML") else Confidence.CERTAIN,
        endpoint=str(view.endpoint),
        spoken=None if broken or spoken == UNKNOWN else GREETINGS[spoken].value,
        form=BROKEN if broken else None,
    )


_BROKEN = Sentences(
    title="{endpoint} sends invalid HTTP",
    seen=("The answer of {endpoint} began as HTTP, but its body breaks the rules.", *ANSWERED_AT),
    means="The server, or a device in front of it, is faulty: programs cannot tell where the answer ends.",
    remedy=(
        "If you run {endpoint}, check what writes the answer (chunks, length). An old device in front of it is often the cause.",
        "If you do not, report to its provider that {endpoint} {endpoint:sends|send} invalid HTTP.",
    ),
)
_NEWER = Sentences(
    title="{endpoint} speaks only HTTP/2",
    seen=("diag asked in HTTP/1.1, and {endpoint} answered in HTTP/2.", *ANSWERED_AT),
    means="Programs that speak HTTP/2 work (gRPC, curl, browsers). Programs that only speak HTTP/1.1 do not.",
    remedy=(
        "If your program uses gRPC or HTTP/2, nothing is wrong here.",
        "If it does not, ask the provider of {endpoint} for an address that answers HTTP/1.1.",
    ),
)
CHECK = EndpointCheck(
    id="http-answer-malformed",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9112#section-4",
    see=(
        ShellLine("curl -sv --http1.1 {to_url}", "an error such as Received HTTP/0.9, or a broken chunk"),
        ShellLine("curl.exe -sv --http1.1 {to_url}", "an error such as Received HTTP/0.9, or a broken chunk", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    rivals=(),
    tokens={"spoken": Greeting},
    sentences=Sentences(
        title="{endpoint} does not answer in HTTP",
        seen=(
            "The answer of {endpoint} to a web request is not HTTP.",
            When("spoken", (), "It is another protocol: {spoken}."),
            *ANSWERED_AT,
        ),
        means="The port or the scheme is wrong for this service, or the server is faulty.",
        remedy=(
            "Compare the scheme and port of {endpoint} with the service's documentation (for TLS, use https).",
            "If they are right, report to its provider that {endpoint} {endpoint:does|do} not answer web requests in HTTP.",
        ),
    ),
    forms=((BROKEN, _BROKEN), (NEWER, _NEWER)),
)
