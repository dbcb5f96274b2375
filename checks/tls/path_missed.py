"""The server sends two certificates of one authority, and programs with OpenSSL go by way of the wrong one.

*What it means*

Authorities sign for each other, so several certificates may bear the same name and the same key. The server sends more than one.
By way of one of them the chain is good. OpenSSL takes the first that fits, meets a dead end or a fault above it, and stops there.

*Why it matters*

Programs with OpenSSL (curl, Python, Node.js, PHP) refuse the connection. Browsers, Go and Java try every way, and connect. So it
seems to be this program's fault, or this computer's.

*What to do*

The server has to send one way only: its own certificate, and above it what leads to the root that its clients trust. The finding
names the certificate that has to go. Adding roots to trust stores is not needed.

*How it is told apart*

The same certificates are checked again, one way at a time, against the same trust store. Where one of the ways is accepted
without any complaint, the others are what is wrong. What OpenSSL said of them is a consequence: a root that nobody trusts
(`tls-issuer-untrusted`), a date (`tls-certificate-expired`), a rule (`tls-certificate-unfit`). Where no way is accepted, one of
these is the cause.
"""

from collections.abc import Iterable

from diag.knowledge.each_address import SEEN_AT, asked_at_each_address, at_each_address
from diag.knowledge.untrusted_chain import other_looks, speaks_tls
from diag.model.answer import Session, Trust
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.wire.certificate import read_certificate
from diag.model.wire.chain import Chain, accepts, places, presented
from diag.model.wire.facts import Certificate
from diag.model.wire.verify_codes import Rule, rule_of


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the chain is refused, and accepted by another way through what was sent."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    looks = dict(other_looks(seen))
    asked = [one for question in looks if (one := view.asked(question))]
    good = next((one for one in asked if isinstance(one.answer, Trust) and accepts(one.answer)), None)
    if good is None:
        return ok(seen.observation, *asked) if len(asked) == len(looks) else unknown(Because.NOT_LOOKED, seen.observation)
    astray, instead = _parting(seen.answer, chain, looks[good.question])  # type: ignore[index]
    error = seen.answer.verify_errors[0]
    return problem(
        seen.observation,
        good,
        about=astray.fingerprint,
        host=view.endpoint.host,
        authority=astray.common_name or astray.subject,
        astray=astray.issuer_common_name or astray.issuer,
        instead=(instead.issuer_common_name or instead.issuer) if instead else None,
        sent=chain.sent,
        rule=rule_of(error.code).value,
        number=error.code,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the same chain by each other way through what was sent, where the way that was taken is refused."""
    if view.session and presented(view.session.answer):
        yield from (question for question, _ in other_looks(view.session))


def _parting(answer: Session, chain: Chain, good: tuple[int, ...]) -> tuple[Certificate, Certificate | None]:
    """The certificate at which the way that was taken leaves the good one, and what stands there instead; None: the root."""
    taken = places(answer, chain)
    at = next((depth for depth, (one, other) in enumerate(zip(taken, good, strict=False)) if one != other), len(good))
    instead = read_certificate(answer.chain[good[at]]) if at < len(good) else None
    return chain.path[min(at, len(chain.path) - 1)], instead if isinstance(instead, Certificate) else None


CHECK = EndpointCheck(
    id="tls-path-missed",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc4158#section-2.4",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} -showcerts </dev/null",
            "a verify error, and two certificates with one subject",
        ),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    explains=(
        "tls-issuer-untrusted",
        "tls-chain-incomplete",
        "tls-certificate-unfit",
        "tls-certificate-expired",
        "tls-certificate-not-yet-valid",
        "tls-key-too-weak",
        "tls-trust-stores-differ",
    ),
    rivals=(),
    tokens={"rule": Rule},
    about_chain=True,
    sentences=Sentences(
        title="Programs with OpenSSL go the wrong way through the certificates that {host} sends",
        seen=(
            "The server sent {sent} certificates, and more than one for {authority}. OpenSSL took the one that {astray} issued,"
            " and refused the chain: {rule} (error {number}).",
            "With the one that {instead} issued alone, it accepts the chain.",
            *SEEN_AT,
        ),
        means="OpenSSL takes one way up and does not try another. curl, Python, Node.js and PHP use it. Browsers, Go and Java try"
        " every way, so they connect.",
        remedy=(
            "If you run {host}, leave the certificate of {authority} that {astray} issued out of the file that the server loads.",
            "If you do not, report it to its provider. Nothing on this computer needs to change.",
        ),
    ),
)
