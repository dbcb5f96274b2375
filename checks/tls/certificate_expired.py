"""A certificate that the server needs has expired.

*What it means*

Certificates are valid until a fixed day. The server's own, or one that leads from it to a trusted root, is past that day. Or its
last day is before its first, so that it is never valid.

*Why it matters*

Every client that checks certificates refuses the connection, from now on and everywhere, until the server gets a new one.

*What to do*

The team that runs the server has to renew the certificate and load it into the server (a renewed file that was never loaded is
a common cause). On the side of the client there is nothing to repair; do not switch the check off.

*How it is told apart*

A clock that is ahead makes good certificates look expired. Servers say in their answers what time it is (the `Date` field):
where that time lies within the certificate's days, nothing is said against the service, and `machine-clock-wrong` decides.
Expired certificates that were sent along and that the path to a trusted root does not use are no fault. Where only this
computer's list of authorities forces the path over an old certificate, and a public list finds another, nothing is said either.
"""

from collections.abc import Iterable

from diag.knowledge.certificate_dates import AUTHORITY, NEVER, RIVALS, ClockComparison, judged_by_clock, on_path, second_opinion
from diag.knowledge.each_address import SEEN_AT, asked_at_each_address, at_each_address
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Finding, Owner
from diag.model.wire.chain import EXPIRED


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether a certificate on the path to the root has run out, by a clock that is right."""
    return judged_by_clock(
        view,
        on_path(view, EXPIRED, lambda certificate, now: certificate.not_after < now or certificate.never_valid),
        lambda certificate: certificate.not_after,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return the public list's word, where the date of something above the server's own certificate is complained of."""
    return second_opinion(view, EXPIRED)


_OF_AN_AUTHORITY = Sentences(
    title="The certificate of the certificate authority {subject}, above {host}, expired on {date}",
    seen=(
        "The server's own certificate is still valid. The certificate of {subject}, above it in the chain, was valid"
        " until {date} ({days} {days:day|days} ago).",
        *SEEN_AT,
    ),
    means="Programs refuse {host} because of the certificate above its own.",
    remedy=(
        "If you run {host}, get the current certificate of {subject}, or of its successor, and serve it instead. If its"
        " key is new, have your own certificate issued again.",
        "If you do not, report the name and date above to its provider. Nothing on this computer needs to change.",
    ),
)
_BEFORE_IT_BEGAN = Sentences(
    title="The certificate of {subject} ends before it begins",
    seen=("{host} presented a certificate of {subject} that is valid from {begins} until {date}.", *SEEN_AT),
    means="There is no day on which it is valid. Probably the two dates were mixed up when it was issued.",
    remedy=(
        "If you run {host}, have the certificate of {subject} issued again, with the right dates, and serve the new one.",
        "If you do not, report the dates above to its provider. Nothing on this computer needs to change.",
    ),
)
CHECK = EndpointCheck(
    id="tls-certificate-expired",
    owner=Owner.SERVICE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine("openssl s_client -connect {to_authority} -servername {host} </dev/null", "certificate has expired"),
        ShellLine("curl.exe -sv {to_url}", "an expired certificate", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=RIVALS,
    tokens={"clock": ClockComparison},
    about_chain=True,
    alike=("form",),
    measures=("date", "days"),
    sentences=Sentences(
        title="The {subject:certificate|certificates} of {subject} {subject:expired|expired, the first} on {date}",
        seen=(
            "{host} presented {subject:a certificate|certificates} of {subject}, {subject:valid|the first valid}"
            " until {date} ({days} {days:day|days} ago).",
            *SEEN_AT,
        ),
        means="No program that checks certificates connects to {host} until it has a new one.",
        remedy=(
            "If you run {host}, renew the certificate of {subject}, and check that the server has loaded the new one.",
            When("at", (), "If {host} {host:has|have} several servers, it is the one at {at} that has to load it."),
            "If you do not, report the date above to its provider. Nothing on this computer needs to change.",
        ),
    ),
    forms=((AUTHORITY, _OF_AN_AUTHORITY), (NEVER, _BEFORE_IT_BEGAN)),
)
