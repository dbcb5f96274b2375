"""The server wants the client to prove itself with a certificate, and the client sent none.

*What it means*

Usually only the server shows a certificate. This one asked for one of the client's as well (mutual TLS), and ended the
connection because none came.

*Why it matters*

The way to the service is open. Without the certificate that belongs to this client, the service lets nobody in.

*What to do*

Ask the service's provider for a client certificate with its key, or find out where the one you have is kept, and set both in
the program that connects. diag itself never sends one, so a program that has one may work where diag is refused.

*How it is told apart*

The service's own word is an alert, `certificate_required`. A bare `handshake_failure`, or an end without a word, counts only
where the server had asked for a certificate before; with less certainty.
"""

from checks.tls.gap import speaks_tls
from checks.tls.variants import ENDED
from diag.model.answer import Alert, HttpReply, Session
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.observation import Observation
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

OWN_WORD = "alert:certificate_required"
OTHER_WORDS = frozenset(
    {"alert:handshake_failure", "alert:bad_certificate", "alert:certificate_unknown", "alert:access_denied", "alert:unknown_ca"}
)
"""By which servers refuse a missing certificate where the version in use has no word for it (before TLS 1.3)."""


def judge(case: Case) -> Finding:
    """Whether the connection ended for want of a certificate of ours."""
    seen = case.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    exchange = case.exchange
    reply = exchange.answer if exchange else None
    after = [exchange.observation] if exchange else []
    if _said(seen.answer, OWN_WORD) or (reply and _said(reply, OWN_WORD)):
        return _found(case, Confidence.CERTAIN, seen.observation, *after)
    if seen.answer.certificate_requested:
        ended = seen.answer if seen.answer.failure else reply
        if ended and (ended.failure in OTHER_WORDS | ENDED) and not (reply and reply.status):
            return _found(case, Confidence.LIKELY, seen.observation, *after)
    went_on = seen.answer.finished and not seen.answer.failure
    return ok(seen.observation, *after) if went_on else unknown(Because.UNDECIDED, seen.observation)


def _said(answer: Session | HttpReply, word: str) -> bool:
    """Whether the other side ended it with this alert."""
    alerts: tuple[Alert, ...] = answer.alerts
    return answer.failure == word or any(alert.sender == "peer" and f"alert:{alert.name}" == word for alert in alerts)


def _found(case: Case, confidence: Confidence, *seen: Observation) -> Finding:
    endpoint = str(case.endpoint.authority)
    return problem(*seen, about=endpoint, confidence=confidence, endpoint=endpoint)


CHECK = EndpointCheck(
    id="tls-client-certificate-required",
    owner=Owner.SERVICE,
    article=__doc__ or "",
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    explains=("http-no-answer", "tls-handshake-cut"),
    sentences=Sentences(
        title="{endpoint} wants a client certificate, and none was sent",
        seen="{endpoint} asked this client for a certificate of its own, got none, and ended the connection.",
        means="The way to the service is open; it admits only clients that prove themselves with a certificate.",
        remedy=(
            "Ask the provider of {endpoint} for a client certificate, or find the one you were given.",
            "Set certificate and key in the program that connects. diag sends none, so that program may already work.",
        ),
    ),
)
