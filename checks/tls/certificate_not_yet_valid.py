"""A certificate that the server needs is not valid yet.

*What it means*

Certificates are valid from a fixed moment on. The server's own, or one that leads from it to a trusted root, begins later than
this computer's clock says it is now.

*Why it matters*

Clients that check certificates refuse the connection until that moment.

*What to do*

Compare this computer's clock with a trustworthy one first: a clock that is behind is by far the most common cause. If the
clock is right, the server uses a new certificate too early.

*How it is told apart*

Servers say in their answers what time it is (the `Date` field). Where that time lies within the certificate's days, nothing is
said against the service, and `machine-clock-wrong` decides.
"""

from collections.abc import Iterable

from diag.knowledge.certificate_dates import AUTHORITY, RIVALS, ClockComparison, judged_by_clock, on_path, second_opinion
from diag.knowledge.each_address import SEEN_AT, asked_at_each_address, at_each_address
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Finding, Owner
from diag.model.wire.chain import NOT_YET_VALID


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether a certificate on the path to the root begins in the future, by a clock that is right."""
    return judged_by_clock(
        view,
        on_path(view, NOT_YET_VALID, lambda certificate, now: certificate.not_before > now and not certificate.never_valid),
        lambda certificate: certificate.not_before,
        early=True,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return the public list's word, where the date of something above the server's own certificate is complained of."""
    return second_opinion(view, NOT_YET_VALID)


_CLOCK_FIRST = When(
    "clock",
    (ClockComparison.NOT_COMPARED.value,),
    "Compare the clock, date and time zone of this computer with the right time, and correct them if they are wrong.",
)
_MEANS = (
    When(
        "clock",
        (ClockComparison.NOT_COMPARED.value,),
        "Either this computer's clock is behind, which is more common, or the server uses the certificate too early.",
    ),
    When(
        "clock",
        (ClockComparison.RIGHT.value,),
        "The server uses the certificate too early: other servers show that the clock here is right.",
    ),
)
_OF_AN_AUTHORITY = Sentences(
    title="The certificate of the certificate authority {subject}, above {host}, is not valid before {date}",
    seen=(
        "The server's own certificate is valid. The certificate of {subject}, above it in the chain, begins on {date} (in"
        " {days} days).",
        *SEEN_AT,
    ),
    means=_MEANS,
    remedy=(_CLOCK_FIRST, "If you run {host}, serve a certificate of {subject} that is valid now."),
)
CHECK = EndpointCheck(
    id="tls-certificate-not-yet-valid",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    do=(
        HowTo.SERVE_CERTIFICATE,
        HowTo.SET_CLOCK,
    ),
    see=(
        ShellLine("openssl s_client -connect {to_authority} -servername {host} </dev/null", "certificate is not yet valid"),
        ShellLine("curl.exe -sv {to_url}", "a certificate that is not yet valid", Shell.POWERSHELL),
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
        title="The {subject:certificate|certificates} of {subject} {subject:is|are} not valid before {date}",
        seen=(
            "{host} presented {subject:a certificate|certificates} of {subject} that {subject:begins|begin} on"
            " {date} (in {days} {days:day|days}).",
            *SEEN_AT,
        ),
        means=_MEANS,
        remedy=(_CLOCK_FIRST, "If you run {host}, use a certificate that is valid now."),
    ),
    forms=((AUTHORITY, _OF_AN_AUTHORITY),),
)
