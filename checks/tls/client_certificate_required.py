"""The server wants the client to prove itself with a certificate, and the client sent none.

*What it means*

Usually only the server shows a certificate. This one asked for one of the client's as well (mutual TLS), and ended the
connection because none came.

*Why it matters*

The way to the service is open. Without the right client certificate, the service accepts nobody.

*What to do*

Ask the service's provider for a client certificate with its key, or find the one you have, and set both in the program that
connects. diag shows one only if told to (`diag run --cert
FILE --key FILE`), so a program that has one may work where diag is refused.

*How it is told apart*

The service's own word is an alert, `certificate_required`, or the page that nginx has for it. In TLS 1.3 it comes only after
the handshake, with the first answer. A bare `handshake_failure`, or an end without a word, counts only where the server had
asked for a certificate before; with less certainty. Where one was shown and not accepted, it is `tls-client-certificate-
rejected`.
"""

from collections.abc import Iterable

from diag.knowledge.asked_for import shows_no_certificate
from diag.knowledge.client_certificate import NONE_CAME, refusal, wanted, went_on
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether the connection ended for want of a certificate of ours."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    refused = refusal(view)
    if refused is None:
        shown = went_on(view)
        return ok(*shown) if shown else unknown(Because.UNDECIDED, seen.observation)
    endpoint = str(view.endpoint.authority)
    return problem(
        *refused.seen,
        about=endpoint,
        confidence=Confidence.CERTAIN if refused.word == NONE_CAME else Confidence.LIKELY,
        rules_out={"ended-for-another-reason": refused.seen} if refused.word == NONE_CAME else {},
        endpoint=endpoint,
        authorities=seen.answer.authorities[:MOST_NAMED] or None,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Return a moment of waiting, where the word has no other occasion to come."""
    return wanted(view)


MOST_NAMED = 3
CHECK = EndpointCheck(
    id="tls-client-certificate-required",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8446#section-4.3.2",
    do=(HowTo.CLIENT_CERTIFICATE,),
    see=(
        ShellLine("curl -skv {to_url}", "an alert such as certificate required, or status 400"),
        ShellLine("openssl s_client -connect {endpoint} </dev/null", "Acceptable client certificate CA names"),
        ShellLine("curl.exe -skv {to_url}", "an error, or status 400", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    applies=shows_no_certificate,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "ended-for-another-reason",
            decided_by="the log of {endpoint} at that moment",
            words="the server asked for a certificate, and ended the connection for another reason",
        ),
    ),
    explains=("http-no-answer", "http-status-unexpected", "tls-handshake-cut"),
    sentences=Sentences(
        title="{endpoint} wants a client certificate, and none was sent",
        seen=(
            "{endpoint} asked for a client certificate, got none, and ended the connection.",
            "It accepts certificates of these certificate authorities: {authorities}.",
        ),
        means="The network path works. The service accepts only clients that show a certificate.",
        remedy=(
            "Ask the team that runs {endpoint} for a client certificate, or find the one they gave you.",
            "Set the certificate and its key in the program that connects. diag had none, so your program may already work.",
            "To test yours: diag run --cert FILE --key FILE, and the endpoint.",
        ),
    ),
)
