"""The server wants the client to prove itself with a certificate, and does not accept the one it was shown.

*What it means*

diag showed the client certificate, as the server asked, and the server refused it.

*Why it matters*

The way to the service is open, and the service itself is well. With this certificate it lets nobody in.

*What to do*

See what the finding says about the certificate. One that has run out must be renewed. One that was issued for servers only, or
by an authority that the service does not accept, must be asked for anew from who runs the service. If nothing is visibly
wrong, the service may not know this certificate (any more), or may have revoked it. Or it may want the intermediate
certificates as well: put them into the same file, after it.

*How it is told apart*

The refusal is the server's own word: an alert about the certificate it was shown, in TLS 1.3 only after the handshake, or the
page that nginx has for it. What may be the reason is read from the certificate itself and from the server's list of
authorities. Where no certificate was given to diag, it is `tls-client-certificate-required`. That a key does not belong to its
certificate is said before anything is asked.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.asked_for import shows_certificate
from diag.knowledge.client_certificate import refusal, wanted, went_on
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, not_applicable, ok, problem, unknown


class _Said(StrEnum):
    """What the server says about the certificate that it was shown."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    ISSUER_UNKNOWN = "issuer_unknown"
    KIND_UNSUPPORTED = "kind_unsupported"
    NONE_CAME = "none_came"
    NO_ACCESS = "no_access"
    WRONG_SIGNATURE = "wrong_signature"
    NOT_ACCEPTED = "not_accepted"


class _Fault(StrEnum):
    """What can be seen from here that a server may not like."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NOT_FOR_CLIENTS = "not_for_clients"
    ISSUER_NOT_LISTED = "issuer_not_listed"


SAYS = {
    "certificate_expired": _Said.EXPIRED,
    "certificate_revoked": _Said.REVOKED,
    "unknown_ca": _Said.ISSUER_UNKNOWN,
    "unsupported_certificate": _Said.KIND_UNSUPPORTED,
    "certificate_required": _Said.NONE_CAME,
    "access_denied": _Said.NO_ACCESS,
    "decrypt_error": _Said.WRONG_SIGNATURE,
}
"""What the server's alert says about the certificate; the others say no more than that it is not accepted."""


def judge(view: EndpointView) -> Finding:
    """Return whether the server refused the certificate it was shown, and what speaks against it from here."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if seen.answer.client is None:
        return not_applicable()
    refused = refusal(view)
    if refused is None:
        shown = went_on(view)
        return ok(*shown) if shown else unknown(Because.UNDECIDED, seen.observation)
    endpoint = str(view.endpoint.authority)
    return problem(
        *refused.seen,
        about=endpoint,
        confidence=Confidence.CERTAIN if refused.is_plain else Confidence.LIKELY,
        endpoint=endpoint,
        refused_as=(SAYS.get(refused.word, _Said.NOT_ACCEPTED)).value,
        faults=tuple(fault.value for fault in _faults(seen.observation, seen.answer)) or None,
        not_after=seen.answer.client.not_after,
        not_before=seen.answer.client.not_before,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Return a moment of waiting, where the word has no other occasion to come."""
    return wanted(view)


def _faults(observation: Observation, answer: Session) -> Iterable[_Fault]:
    """What can be seen from here that a server may not like."""
    shown = answer.client
    if shown is None:
        return
    if observation.began > shown.not_after:
        yield _Fault.EXPIRED
    if observation.began < shown.not_before:
        yield _Fault.NOT_YET_VALID
    if not shown.for_clients:
        yield _Fault.NOT_FOR_CLIENTS
    if answer.authorities and not shown.issuer_named:
        yield _Fault.ISSUER_NOT_LISTED


CHECK = EndpointCheck(
    id="tls-client-certificate-rejected",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2",
    do=(HowTo.CLIENT_CERTIFICATE,),
    see=(
        ShellLine("curl -sv --cert CERT.pem --key KEY.pem {to_url}", "an alert about the certificate, or status 400"),
        ShellLine("curl.exe -sv --cert STORE.p12 {to_url}", "an alert about the certificate, or status 400", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    applies=shows_certificate,
    judge=judge,
    questions=questions,
    rivals=(),
    tokens={"refused_as": _Said, "faults": _Fault},
    explains=("http-no-answer", "http-status-unexpected", "tls-handshake-cut"),
    alike=("refused_as",),
    sentences=Sentences(
        title="{endpoint} does not accept your client certificate",
        seen=(
            "{endpoint} asked for a client certificate, and refused the one that diag showed. Reason it gives: {refused_as}.",
            "What diag finds wrong with the certificate: {faults}.",
            "It is valid from {not_before} to {not_after}.",
        ),
        means="The network path works. The service does not accept your client certificate.",
        remedy=(
            "If diag found something wrong, ask the team that runs {endpoint} for a new client certificate.",
            "If not, ask them whether they know this certificate, and which certificate authorities they accept.",
            "Put the certificates between yours and its root into the same file, after yours.",
        ),
    ),
)
