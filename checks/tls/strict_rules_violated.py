"""The certificates are trusted here, and the strictest clients refuse them.

*What it means*

The rules for certificates (RFC 5280) ask for some things that most clients do not look at, such as a mark that says which key
signed. One of the certificates here lacks one.

*Why it matters*

Python 3.13 and later look at all of these rules, and refuse the connection; so do other programs that are set to be strict.
Everything else goes on working, so it looks as if the update of Python had broken it.

*What to do*

Certificates of public authorities keep the rules. This is nearly always a company's own certificate authority, often that of a
TLS inspection: its team has to make its certificates again.

*How it is told apart*

The same chain is held against the same store twice, with and without the strict rules. It is a finding only where nothing but
the strict rules makes the difference. Nothing here failed by it, so it is a warning.
"""

from collections.abc import Iterable

from diag.knowledge.each_address import SEEN_AT, asked_at_each_address, at_each_address
from diag.knowledge.untrusted_chain import speaks_tls, strictly
from diag.model.answer import Session, Trust
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Handshake, Question
from diag.model.verdict import Because, Finding, Owner, ok, unknown, warning
from diag.model.view import Answered
from diag.model.wire.chain import EXPIRED, NOT_YET_VALID, Chain, codes, presented
from diag.model.wire.verify_codes import Rule, rule_of

DATES = frozenset({NOT_YET_VALID, EXPIRED})
"""A store is asked as of the minute: one that began or ended within it may make a difference, and by no strict rule."""


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the strict rules alone make the store refuse the chain."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    if not _accepted(seen):
        return unknown(Because.UNDECIDED, seen.observation)
    strict = view.asked(strictly(seen.question))
    if strict is None or not isinstance(strict.answer, Trust) or strict.answer.failure:
        return unknown(Because.NOT_LOOKED, seen.observation)
    broken = sorted(codes(strict.answer) - DATES)
    if not broken:
        return ok(seen.observation, strict)
    return warning(
        seen.observation,
        strict,
        about=_culprit(chain, strict.answer),
        host=view.endpoint.host,
        certificate=_culprit(chain, strict.answer),
        issuer=chain.issuer,
        rule=tuple(dict.fromkeys(rule_of(code).value for code in broken)),
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the same chain and store, with the strict rules; nothing is sent for it."""
    if view.session and _accepted(view.session):
        yield strictly(view.session.question)


def _accepted(seen: Answered[Handshake, Session]) -> bool:
    """Whether this client's own rules found nothing wrong with the chain."""
    return bool(seen.answer.finished and seen.answer.chain and not seen.answer.verify_errors)


def _culprit(chain: Chain, strict: Trust) -> str:
    """By name, the first certificate that was complained of; the issuer, where that was not sent."""
    depth = min(error.depth for error in strict.verify_errors if error.code not in DATES)
    found = chain.path[depth] if depth < len(chain.path) else None
    return (found.common_name or found.subject if found else "") or chain.issuer


CHECK = EndpointCheck(
    id="tls-strict-rules-violated",
    owner=Owner.SECURITY,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-4.2",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(ShellLine("openssl s_client -x509_strict -connect {to_authority} -servername {host} </dev/null", "a verify error"),),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(),
    tokens={"rule": Rule},
    about_chain=True,
    sentences=Sentences(
        title="The {certificate:certificate|certificates} of {certificate} {certificate:breaks|break} rules that Python 3.13"
        " and later check",
        seen=(
            "The certificates of {host} are accepted with the usual rules. With the strict rules of RFC 5280 they are"
            " refused: {rule}.",
            *SEEN_AT,
        ),
        means="Programs with Python 3.13 or later, and other strict ones, refuse to connect to {host}. All others work.",
        remedy=(
            "Ask the team that runs the certificate authority {issuer} to issue its certificates again by the rules"
            " of RFC 5280. With TLS inspection, that is your security team.",
            "Until then, a program with Python 3.13 can clear the flag ssl.VERIFY_X509_STRICT of its context. It then checks"
            " like Python 3.12.",
        ),
    ),
)
