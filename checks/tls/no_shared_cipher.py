"""Client and server have no cipher in common that this client still takes for safe.

*What it means*

At the beginning of TLS both sides agree on the ciphers to use. The server takes none of those that this client offers, or uses
them with keys that are too short for it. The same handshake with every cipher on offer, old and weak ones too, came about.

*Why it matters*

No encrypted connection can come about between the two. Old clients may still connect, which makes it look like a fault of this
one; but what they agree on is given up elsewhere because it can be broken.

*What to do*

Whoever runs the server has to allow ciphers in use today; the finding names what the server takes instead. Allowing weak ciphers
on the client is at most a stopgap.

*How it is told apart*

A server says with the alert `handshake_failure` that it will not go on, and has many reasons for it: a name that it does not
know, a client certificate that is missing. Only where the same handshake succeeds with nothing but the list of ciphers changed
are the ciphers the cause. If the sides have no version in common, it is `tls-version-rejected`.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.question import Handshake, Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

_WORDS = frozenset({"handshake_failure", "insufficient_security"})
"""The alerts by which a side says that nothing on offer is good enough for it (RFC 8446, section 6.2)."""


def judge(view: EndpointView) -> Finding:
    """Whether the handshake comes about as soon as every cipher is on offer."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not _refused(seen.answer):
        spoke = seen.answer.finished or seen.answer.chain or seen.answer.failure.startswith("alert:")
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    wide = view.asked(_wide(seen.question))
    if wide is None or not isinstance(wide.answer, Session) or wide.answer.stage:
        return unknown(Because.NOT_LOOKED, seen.observation)
    if not wide.answer.finished:
        return unknown(Because.UNDECIDED, seen.observation, wide)
    return problem(
        seen.observation,
        wide,
        about=str(view.endpoint.authority),
        endpoint=str(view.endpoint.authority),
        cipher=wide.answer.cipher,
        version=wide.answer.version,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """The same handshake with every cipher on offer."""
    if view.session and _refused(view.session.answer):
        yield _wide(view.session.question)


def _wide(question: Handshake) -> Handshake:
    return replace(question, ciphers="wide")


def _refused(answer: Session) -> bool:
    """Whether a side ended the handshake as too weak or without choice, and not for want of a client's certificate."""
    if answer.finished or answer.certificate_requested or not answer.failure:
        return False
    return answer.failure.removeprefix("alert:") in _WORDS or any(alert.name in _WORDS for alert in answer.alerts)


CHECK = EndpointCheck(
    id="tls-no-shared-cipher",
    owner=Owner.SERVICE,
    article=__doc__,
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    sentences=Sentences(
        title="{endpoint} and this client have no safe cipher in common",
        seen="{endpoint} ended the handshake with the ciphers that are in use today. With every cipher on offer it agreed on"
        " {cipher} ({version}).",
        means="The server is set to ciphers or keys that clients have given up because they can be broken.",
        remedy=(
            "Whoever runs {endpoint}: allow ciphers in use today (for TLS 1.2 ECDHE with AES-GCM; better, switch on TLS 1.3).",
            "If you do not run it, report to its provider that it takes only {cipher} ({version}).",
        ),
    ),
)
