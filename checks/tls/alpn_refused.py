"""The server refuses the application protocol that the client names at the beginning of TLS.

*What it means*

In the first message of TLS the client says what it will speak inside (ALPN), here HTTP/1.1. The server answered that it speaks
none of what was named, and ended the connection.

*Why it matters*

Clients that name this protocol never get in; others, which name another or none, may. So one program works where another fails.

*What to do*

See the service's documentation: is this the right port, and does it want HTTP/2, or another protocol altogether? If you run
the server, add `http/1.1` to the protocols it accepts.

*How it is told apart*

The server's word is the alert `no_application_protocol`. The handshake is tried again with HTTP/2 named, and with nothing
named. Where HTTP/2 is taken, this is a warning: the service may well be meant for programs that speak it, and diag does not.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec.structs import replace

from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.observation import Observation
from diag.model.question import Handshake, Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning

_WORD = "no_application_protocol"
HTTP_2 = "h2"
NOTHING = "nothing"


class _Offered(StrEnum):
    """What clients name."""

    HTTP_1_1 = "http/1.1"


class Accepted(StrEnum):
    """What else was tried."""

    HTTP_2 = "h2"
    NOTHING = "nothing"


def judge(view: EndpointView) -> Finding:
    """Return whether the server ended the handshake over what is spoken inside (RFC 7301, section 3.2)."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    refused = not answer.finished and (
        answer.failure == f"alert:{_WORD}" or any(alert.name == _WORD and alert.sender == "peer" for alert in answer.alerts)
    )
    if not refused:
        spoke = answer.finished or answer.chain or answer.failure.startswith("alert:")
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    others = {name: view.asked(question) for name, question in _others(seen.question).items()}
    taken = tuple(name for name, other in others.items() if other and _finished(other))
    say = warning if HTTP_2 in taken else problem
    return say(
        seen.observation,
        *(other for other in others.values() if other),
        about=str(view.endpoint.authority),
        endpoint=str(view.endpoint.authority),
        offered=seen.question.alpn,
        accepted=taken or None,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Return HTTP/2, and nothing named at all."""
    seen = view.session
    return _others(seen.question).values() if seen and seen.answer.failure == f"alert:{_WORD}" else ()


def _others(question: Handshake) -> dict[str, Handshake]:
    return {HTTP_2: replace(question, alpn=(HTTP_2,)), NOTHING: replace(question, alpn=())}


def _finished(seen: Observation) -> bool:
    return isinstance(seen.answer, Session) and seen.answer.finished


CHECK = EndpointCheck(
    id="tls-alpn-refused",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc7301",
    do=(HowTo.SERVER_TLS,),
    see=(ShellLine("openssl s_client -alpn {offered} -connect {endpoint} </dev/null", "no application protocol"),),
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(),
    tokens={"accepted": Accepted, "offered": _Offered},
    sentences=Sentences(
        title="{endpoint} does not accept the protocol that programs name ({offered})",
        seen=(
            "When a client offers {offered}, {endpoint} {endpoint:answers|answer} that it does not know it, and"
            " {endpoint:ends|end} the connection.",
            "What it accepted instead: {accepted}.",
        ),
        means="Programs that offer {offered} in the TLS handshake (ALPN) are refused. Others may be accepted.",
        remedy=(
            "If you run {endpoint}, add {offered} to the application protocols (ALPN) that the server accepts.",
            "If you do not, compare the port and protocol of {endpoint} with the service's documentation.",
        ),
    ),
)
