"""The trust store that is in use here lacks a public certificate authority that others hold.

*What it means*

The service presents a certificate that leads to a public authority, one that browsers trust. The trust store in use on this
computer does not hold that root. It is old, or it was replaced by a file that holds only a company's own roots.

*Why it matters*

Programs that use this list refuse the service, and will refuse others whose authority is as new.

*What to do*

Update the package or system that brings the list (ca-certificates on Linux, system updates elsewhere). If a setting names a
list of its own, add the public authorities to it.

*How it is told apart*

The same chain, as it was presented, is held against the list of public authorities that comes with diag (certifi), which
accepts it. The trust store in use may know no certificate authority for the chain. Or it knows only an old root that has
expired, and the service still sends the certificate by which the old root vouched for the new one. An authority of a company
or an inspecting proxy is not on that list: tls-intercepted, tls-issuer-untrusted. A chain with a gap is accepted by neither:
tls-chain-incomplete. Where a setting names a file that cannot be read, it is machine-trust-file-broken.
"""

from collections.abc import Iterable
from datetime import datetime

from diag.knowledge.asked_for import trusts_as_set
from diag.knowledge.public_roots import accepts_as_public, finds_public
from diag.model.answer import Session, Trust
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Handshake, Question, Verify
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered
from diag.model.wire.chain import EXPIRED, Chain, presented, untrusted

_PUBLIC_STORE = "certifi"
OF_A_SETTING = "of-a-setting"
"""The form where a variable names a trust store that takes the place of the system's."""
FILES = frozenset({"SSL_CERT_FILE", "SSL_CERT_DIR"})
"""The settings that diag's own handshake heeds."""


def _distrusted(view: EndpointView) -> Answered[Handshake, Session] | None:
    """The handshake, where the system's list knows no authority for its chain, or only one that has run out; None otherwise."""
    session = view.session
    if session is None or session.question.trust != "system":
        return None
    return session if untrusted(session.answer) or _ran_out_above(session.answer) else None


def _ran_out_above(answer: Session) -> bool:
    """Whether nothing is wrong but the date of something above the server's own certificate: another way up may avoid that."""
    errors = answer.verify_errors
    return bool(errors) and all(error.code == EXPIRED and error.depth > 0 for error in errors)


def _lacking(chain: Chain, now: datetime) -> str:
    """The root that the list should know: the one above what was sent, or one for which an old root vouched."""
    crossed = chain.top.not_after < now and not chain.top.self_signed and len(chain.path) > 1
    return (chain.top.common_name or chain.top.subject) if crossed else chain.issuer


def questions(view: EndpointView) -> Iterable[Question]:
    session = _distrusted(view)
    return [Verify(presented=session.question, trust=_PUBLIC_STORE)] if session else []


def judge(view: EndpointView) -> Finding:
    session, settings = _distrusted(view), view.machine.trust
    if view.session is None:
        return unknown(Because.NOT_REACHED)
    if session is None:
        return ok(view.session.observation)
    seen = view.asked(Verify(presented=session.question, trust=_PUBLIC_STORE))
    chain = presented(session.answer)
    if seen is None or not isinstance(seen.answer, Trust) or seen.answer.failure or chain is None:
        return unknown(Because.NO_ANSWER, session.observation)
    vouched = finds_public if untrusted(session.answer) else accepts_as_public
    if not vouched(seen.answer, chain):
        return ok(session.observation, seen)
    named = [v for v in settings.answer.variables if v.name in FILES and v.state == "ok"] if settings else []
    store = named[0].path if named else settings.answer.store if settings else ""
    return problem(
        session.observation,
        seen,
        *((settings.observation,) if settings else ()),
        about=_lacking(chain, view.now),
        host=view.endpoint.host,
        issuer=_lacking(chain, view.now),
        store=store or None,
        setting=named[0].name if named else None,
        form=OF_A_SETTING if named and settings and named[0].path != settings.answer.store else None,
    )


CHECK = EndpointCheck(
    id="machine-trust-store-outdated",
    owner=Owner.MACHINE,
    about_chain=True,
    article=__doc__,
    reference="https://wiki.mozilla.org/CA",
    do=(HowTo.UPDATE_ROOTS,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} -CAfile {store} </dev/null",
            "a verify error, such as unable to get issuer certificate",
        ),
    ),
    judge=judge,
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=trusts_as_set,
    questions=questions,
    explains=("tls-issuer-untrusted", "tls-trust-stores-differ", "tls-certificate-unfit", "tls-certificate-expired"),
    rivals=(),
    sentences=Sentences(
        title="The trust store of this computer lacks a public certificate authority: {issuer}",
        seen=(
            "The certificate of {host} leads to {issuer}. Public trust stores hold it. The trust store in use here does not.",
            "The trust store in use is {store}.",
            "{setting} points to it.",
        ),
        means="Programs that use this trust store refuse {host}, and every other service with the same certificate authority.",
        remedy=(
            "Update the trust store: the package ca-certificates on Linux, system updates elsewhere.",
            "Add the public certificate authorities to {store}, or remove the setting {setting}.",
        ),
    ),
    forms=(
        (
            OF_A_SETTING,
            Sentences(
                title="{setting} names a trust store without the public certificate authority {issuer}",
                seen=(
                    "The certificate of {host} leads to {issuer}. Public trust stores hold it.",
                    "{setting} points to {store}, which does not hold it.",
                ),
                means=(
                    "That trust store replaces the system's.",
                    "Programs that read {setting} refuse {host}, and every other service with the same certificate authority.",
                ),
                remedy=(
                    "Add the public certificate authorities to {store}. What is in it, such as your company's own, can stay.",
                    "Or remove the setting {setting}, and add your company's certificate authority to the system's trust store.",
                ),
            ),
        ),
    ),
)
