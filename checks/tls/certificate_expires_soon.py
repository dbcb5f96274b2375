"""A certificate that the server needs expires soon.

*What it means*

The server's certificate, or one between it and the root, is still valid, and has less than two weeks left. For certificates
that live only for some weeks or days, it is the last fifth of their life that counts.

*Why it matters*

Nothing fails today. If it is not renewed in time, every client will refuse the connection on that day.

*What to do*

If you run the server, check that the automatic renewal works: at this point it has usually happened already.

*How it is told apart*

A certificate that has run out already is `tls-certificate-expired`. Only certificates that are trusted here are looked at, and
where servers show that this computer's clock is wrong, theirs is used.
"""

from datetime import datetime, timedelta

from diag.knowledge.clock_skew import skew_for
from diag.knowledge.each_address import at_each_address
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, unknown, warning
from diag.model.wire.chain import presented
from diag.model.wire.facts import Certificate

SOON = timedelta(days=14)
LAST_PART = 5
"""Of a short life, the last fifth."""


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether a trusted certificate of the path is near its end."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    if seen.answer.verify_errors:
        return unknown(Because.UNDECIDED, seen.observation)
    now = view.now + (skew_for(view) or timedelta())
    ending = next((one for one in chain.path if not one.self_signed and _ends_soon(one, now)), None)
    if ending is None:
        return ok(seen.observation)
    return warning(
        seen.observation,
        about=ending.fingerprint,
        host=view.endpoint.host,
        subject=ending.common_name or ending.subject or view.endpoint.host,
        date=ending.not_after,
        days=(ending.not_after - now).days,
    )


def _ends_soon(certificate: Certificate, now: datetime) -> bool:
    life = certificate.not_after - certificate.not_before
    return now <= certificate.not_after < now + min(SOON, life / LAST_PART)


CHECK = EndpointCheck(
    id="tls-certificate-expires-soon",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null | openssl x509 -noout -dates",
            "notAfter, a day that is near",
        ),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    rivals=(),
    about_chain=True,
    measures=("date", "days"),
    sentences=Sentences(
        title="The {subject:certificate|certificates} of {subject} {subject:expires|expire, the first} on {date}",
        seen=(
            "{host} presented {subject:a certificate|certificates} of {subject}, {subject:valid|the first valid}"
            " until {date} ({days} {days:day|days} left).",
            When("at", (), "Seen at {at}."),
            "At {elsewhere}, the certificate is valid for longer.",
        ),
        means="Nothing fails yet. From that day on, every program that checks certificates refuses {host}.",
        remedy=(
            "If you run {host}, check that the automatic renewal of the certificate of {subject} works, and renew it.",
            "If you do not, tell its provider the date above.",
        ),
    ),
)
