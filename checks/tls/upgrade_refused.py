"""The server speaks its protocol, but does not start TLS.

*What it means*

Databases, mail servers and directories begin in the clear, and go over to encryption (TLS) when the client asks for it. This
server was asked and did not: it does not offer it, or it offers it and then said no.

*Why it matters*

A program that insists on encryption cannot connect. One that does not insist goes on unencrypted, with its password.

*What to do*

TLS has to be switched on in the server. In PostgreSQL that is `ssl = on` and a certificate; in MySQL and MariaDB a certificate.
Mail servers and directories have a setting of their own. Where it is offered and then refused, its key or certificate cannot be
read or has run out; its log says which. Do not let programs go on without encryption instead.

*How it is told apart*

The refusal is the server's own, in its protocol. In SMTP and IMAP the offer is a line of text that a firewall may remove. diag
asks for TLS all the same, and where the server then agrees, it is `tls-upgrade-stripped`. A server that does not talk to this
client at all is `tls-upgrade-turned-away`.
"""

from collections.abc import Iterable

from diag.knowledge.starttls import expected, goes_over, insisted, insisting, refused_as, took_it
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Question
from diag.model.upgrade import LISTING, UpgradeRefusal
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether the server itself refuses to go over."""
    seen = view.upgrade
    if seen is None:
        return unknown(Because.NOT_REACHED)
    not_offered = refused_as(seen, UpgradeRefusal.NOT_OFFERED)
    if not (not_offered or refused_as(seen, UpgradeRefusal.REFUSED)):
        went_on = not seen.answer.failure or seen.answer.refusal
        return ok(seen.observation) if went_on else unknown(Because.UNDECIDED, seen.observation)
    also = insisted(view, seen)
    if took_it(also):
        return ok(seen.observation, *([also] if also else []))
    may_be_taken_out = not_offered and seen.question.protocol in LISTING
    return problem(
        seen.observation,
        *([also] if also else []),
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY if may_be_taken_out else Confidence.CERTAIN,
        rules_out={} if may_be_taken_out else {"tls-upgrade-stripped": (seen.observation,)},
        endpoint=str(view.endpoint.authority),
        protocol=expected(view),
        upgrade_refusal=(UpgradeRefusal.NOT_OFFERED if not_offered else UpgradeRefusal.REFUSED).value,
        code=seen.answer.code or None,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the same, asked for where the list does not name it."""
    seen = view.upgrade
    if seen and refused_as(seen, UpgradeRefusal.NOT_OFFERED) and seen.question.protocol in LISTING:
        yield insisting(seen.question)


CHECK = EndpointCheck(
    id="tls-upgrade-refused",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8314",
    do=(
        HowTo.STARTTLS,
        HowTo.SERVE_CERTIFICATE,
    ),
    see=(
        ShellLine(
            "openssl s_client -starttls {protocol} -connect {endpoint} </dev/null",
            "no certificate: the server does not start TLS",
        ),
    ),
    needs=Stage.UPGRADE,
    applies=goes_over,
    judge=judge,
    questions=questions,
    rivals=(Rival("tls-upgrade-stripped", decided_by="the same session from another network"),),
    tokens={"upgrade_refusal": UpgradeRefusal},
    alike=("protocol", "upgrade_refusal"),
    sentences=Sentences(
        title="{endpoint} speaks {protocol}, but does not start TLS",
        seen=("{endpoint} did not start TLS when asked in {protocol}: {upgrade_refusal}.", "The code in the answer: {code}."),
        means="Programs that require encryption cannot connect. Others would send their password unencrypted.",
        remedy=(
            "If you run {endpoint}, switch TLS on in its settings, and check its log for whether certificate and key can be"
            " read.",
            "If you do not, report to its provider that {endpoint} {endpoint:does|do} not start TLS.",
            "Do not switch encryption off in your program: it would send its password unencrypted.",
        ),
    ),
)
