"""The server's certificate leads to a certificate authority that is not trusted here.

*What it means*

The certificate was signed by a certificate authority whose root is not in the trust store in use. It is a private one: no
public list that was asked knows it either.

*Why it matters*

The client cannot tell the service from somebody who pretends to be it, and refuses the connection. Programs with lists of their
own (Java, Node, Python) may disagree with the system and with the browser.

*What to do*

Find out whether that certificate authority should sign for this service: ask the team that runs the service, or the security
team. If it is, add its root to the trust store of the program that fails. If nobody knows it, somebody may be reading along:
do not add it. Switching the check off is no way out; it lets anybody pretend to be the service.

*How it is told apart*

`tls-chain-incomplete` is a public root with an intermediate certificate missing: the issuer that the certificate names is
fetched, and the chain checked again. `tls-self-signed` is a certificate without any authority. `tls-intercepted` is an
authority that signs for unrelated services, or belongs to a TLS inspection. A root that public lists do know, and this
client's does not, is an outdated store (`machine-trust-store-outdated`). Where the trust store holds an intermediate
certificate and not the root, the chain is checked once more as the programs do that accept that. The finding says which they
are. The trust store is also searched for the authority's name: a renewed root keeps it, and has another key, or the same key
under another identifier. A root that names another certificate as its issuer's is told from an intermediate.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from diag.knowledge.each_address import SEEN_AT, asked_at_each_address, at_each_address
from diag.knowledge.meant_elsewhere import MadeFor, meant_elsewhere
from diag.knowledge.presented_name import is_strangers
from diag.knowledge.untrusted_chain import Gap, known_publicly, look, speaks_tls, strictly, trusted_by, wanted
from diag.model.answer import Trust
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Question, Verify
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered
from diag.model.wire.certificate import read_certificate
from diag.model.wire.facts import Certificate
from diag.model.wire.verify_codes import Rule, rule_of

PARTIAL = "partial"
"""The form where the list holds an authority below the root, and not the root."""
ANOTHER_KEY, ANOTHER_ID, ROOT_UNUSABLE = "another_key", "another_id", "unusable"
"""The forms where the list holds a certificate of the authority's name: with another key; or with the right one, under another
identifier or with another fault."""
DENIES_ITSELF = "denies_itself"
"""The form where the list holds the root, which says of itself that another certificate signed it."""
ELSEWHERE = "elsewhere"
"""The form where the authority's certificates are meant for tests, for a content network or for one developer."""


class TrustList(StrEnum):
    """Which list was asked."""

    SYSTEM = "system"
    DECLARED = "declared"
    OF_PROGRAM = "of_program"
    """That of the program in whose place diag looked."""


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the chain leads to a root that is in no store here."""
    gap = look(view)
    if gap is None:
        return unknown(Because.NOT_REACHED)
    if not gap.distrusted or gap.chain.leaf.self_signed:
        return ok(gap.observation)
    if is_strangers(gap.chain.leaf, view.endpoint.host):
        return unknown(Because.UNDECIDED, gap.observation)  # to trust it would help nobody: another server answered
    if gap.public and known_publicly(gap):
        return ok(gap.observation, gap.public.observation)
    if gap.filled and trusted_by(gap.filled):
        return ok(gap.observation, gap.filled.observation)
    if made_for := meant_elsewhere(gap.chain.path):
        return _wrong_one(gap, made_for)
    if gap.halfway and trusted_by(gap.halfway):
        return _content(gap, gap.halfway)
    if gap.halfway and gap.halfway.answer.namesakes:
        return _renewed(gap, gap.halfway)
    return _whole(gap) if gap.chain.whole else _open(gap)


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Yield what may lie above what was sent; and the same chain,
    asked of a program that is content with an authority in between.
    """
    yield from wanted(view)
    gap = look(view)
    if gap and gap.distrusted and not gap.chain.leaf.self_signed:
        yield strictly(gap.session.question)


def _wrong_one(gap: Gap, made_for: MadeFor) -> Finding:
    """The authority's own name says that no caller of a service should meet it: the service shows the wrong certificate."""
    return problem(
        gap.observation,
        about=gap.chain.issuer,
        owner=Owner.SERVICE,
        confidence=Confidence.LIKELY,
        rules_out=dict.fromkeys(("tls-chain-incomplete", "machine-trust-store-outdated"), (gap.observation,)),
        host=gap.view.endpoint.host,
        issuer=gap.chain.issuer,
        trust_list=_list_of(gap).value,
        made_for=made_for,
        form=ELSEWHERE,
    )


def _content(gap: Gap, look: Answered[Verify, Trust]) -> Finding:
    """Some programs are content with what the store holds: an authority below the root, or a root that denies itself."""
    root = next(iter(look.answer.namesakes), None)
    form, date = (DENIES_ITSELF, root.not_after) if root else (PARTIAL, None)
    return _found(gap, Confidence.CERTAIN, look.observation, form=form, date=date)


def _renewed(gap: Gap, look: Answered[Verify, Trust]) -> Finding:
    """The store holds a certificate of that name; its key signed and it is not taken all the same, or it is another key's."""
    held = max(look.answer.namesakes, key=lambda one: (one.signed, one.is_root, one.not_after))
    sure = Confidence.CERTAIN if held.signed or held.is_root else Confidence.LIKELY
    form = ANOTHER_KEY if not held.signed else ANOTHER_ID if held.unlike else ROOT_UNUSABLE
    return _found(gap, sure, look.observation, form=form, date=held.not_after)


def _whole(gap: Gap) -> Finding:
    """The root was sent along: there is nothing that could still be missing."""
    if gap.public and not gap.public.answer.failure:
        return _found(gap, Confidence.CERTAIN, gap.public.observation)
    return _found(gap, Confidence.LIKELY if gap.by_system else Confidence.CERTAIN)


def _open(gap: Gap) -> Finding:
    """What was sent ends below a root, as it does with most healthy servers."""
    if gap.fetched and gap.filled and not gap.filled.answer.failure:
        seen = (gap.fetched.observation, gap.filled.observation)
        if gap.issuer and gap.issuer.self_signed:
            return _found(gap, Confidence.CERTAIN, *seen)
        if not gap.chain.looks_public:
            return _found(gap, Confidence.LIKELY, *seen)
    if gap.chain.looks_public or gap.may_lack_one or gap.namesake:
        return unknown(Because.UNDECIDED, gap.observation)
    return _found(gap, Confidence.LIKELY if gap.errand is None else Confidence.POSSIBLE)


def _found(
    gap: Gap, confidence: Confidence, *also: Observation, form: str | None = None, date: datetime | None = None
) -> Finding:
    held, rule, number = _beside(gap) or (None, None, None)
    asked = [gap.public.observation] if gap.public and not gap.public.answer.failure else []
    return problem(
        gap.observation,
        *also,
        *((gap.beside[1].observation,) if gap.beside else ()),
        about=gap.chain.issuer,
        confidence=confidence,
        rules_out={
            "tls-chain-incomplete": (gap.observation,) if gap.chain.whole or form else also,
            "machine-trust-store-outdated": asked if gap.by_system else (gap.observation,),
        },
        host=gap.view.endpoint.host,
        issuer=gap.chain.issuer,
        trust_list=_list_of(gap).value,
        date=date,
        form=form,
        held=held,
        rule=rule,
        number=number,
    )


def _beside(gap: Gap) -> tuple[str, str, int] | None:
    """Where another way through what was sent ends, and what is against it; None: none ends at a root of the store."""
    if gap.beside is None:
        return None
    way, refused = gap.beside
    top = read_certificate(gap.session.answer.chain[way[-1]])
    error = refused.answer.verify_errors[0]
    named = (top.issuer_common_name or top.issuer) if isinstance(top, Certificate) else ""
    return named, rule_of(error.code).value, error.code


def _list_of(gap: Gap) -> TrustList:
    if gap.by_system:
        return TrustList.SYSTEM
    return TrustList.DECLARED if gap.view.endpoint.expects.trust else TrustList.OF_PROGRAM


_HALF_WAY = Sentences(
    title="Only some programs trust {host}: the trust store holds an intermediate certificate, not the root",
    seen=(
        "The trust store in use ({trust_list}) does not hold {issuer}, the root of the chain of {host}. It holds a"
        " certificate below it, and some programs accept that.",
        *SEEN_AT,
    ),
    means="curl, Go, and Python 3.13 or later accept an intermediate certificate. Python up to 3.12, Node.js and others"
    " want the root, and refuse the connection.",
    remedy=(
        "Add the root certificate of {issuer} to that trust store, beside the one that is there. Your security team has it.",
    ),
)
_ANOTHER_KEY = Sentences(
    title="This computer trusts another certificate of {issuer} than the one that signed for {host}",
    seen=(
        "The trust store in use ({trust_list}) holds a certificate of {issuer}, valid until {date}. Another key of the same name"
        " signed the chain of {host}.",
        *SEEN_AT,
    ),
    means="Usually a certificate authority has a new root certificate with its old name, and this computer has only the old one."
    " Somebody else may also use that name.",
    remedy=(
        "Ask your security team for the present root certificate of {issuer}, and add it to that trust store, beside the old.",
        "If they do not know the new key, do not trust it, and do not switch the check off: somebody may be reading the traffic.",
    ),
)
_ANOTHER_ID = Sentences(
    title="This computer trusts another certificate of {issuer} than the one that the chain of {host} names",
    seen=(
        "The trust store in use ({trust_list}) holds a certificate of {issuer}, valid until {date}. Its key signed the chain of"
        " {host}, but the chain names that key, or its certificate, by another identifier.",
        *SEEN_AT,
    ),
    means="Usually a certificate authority has issued its root certificate again, with the same name and key, and this computer"
    " has the other one. Programs with OpenSSL (curl, Python, Node.js) refuse the chain then. Browsers and Go accept it.",
    remedy=(
        "Ask the team that runs {issuer} for its present root certificate, and add it to that trust store, beside the old.",
        "If there is only one root certificate, the certificate below it has to be issued again, with the right authority key"
        " identifier.",
    ),
)
_DENIES_ITSELF = Sentences(
    title="The root certificate of {issuer} in the trust store has a mistake: not all programs trust {host}",
    seen=(
        "The trust store in use ({trust_list}) holds the root certificate of {issuer}, valid until {date}. It is signed by its"
        " own key, but names another certificate as its issuer's (authority key identifier).",
        *SEEN_AT,
    ),
    means="OpenSSL looks for that other certificate, which does not exist. curl, Go, and Python 3.13 or later do without it."
    " Python up to 3.12, Node.js and others refuse the connection.",
    remedy=(
        "Ask the team that runs {issuer} to issue its root certificate again, with the right authority key identifier, or"
        " with none. Replace the old one with it.",
    ),
)
_UNUSABLE = Sentences(
    title="The trust store holds {issuer}, which signed for {host}, and programs cannot use that certificate",
    seen=(
        "The trust store in use ({trust_list}) holds a certificate of {issuer}, valid until {date}. Its key signed the chain of"
        " {host}, and OpenSSL does not take it for the issuer.",
        *SEEN_AT,
    ),
    means="A part of one of the two certificates is written wrongly, or the identifiers of their keys differ.",
    remedy=(
        "Ask the team that runs {issuer} for a root certificate without that mistake, and replace the old one with it.",
        "If the root certificate is right, have the certificate of {host} issued again, with the right authority key identifier.",
    ),
)
_ELSEWHERE = Sentences(
    title="{host} presents a certificate that is not meant for its callers",
    seen=(
        "The certificate of {host} comes from {issuer}, which issues certificates for {made_for}.",
        *SEEN_AT,
    ),
    means="No trust store holds that certificate authority, and none should. The server presents the wrong certificate.",
    remedy=(
        "If you run {host}, install a certificate that your callers trust there (for a content network: let callers come through"
        " it).",
        "If you do not, report to its provider that {host} {host:presents|present} a certificate of {issuer}.",
    ),
)
CHECK = EndpointCheck(
    id="tls-issuer-untrusted",
    owner=Owner.MACHINE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-6",
    do=(HowTo.TRUST_ROOT,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null",
            "verify error: unable to get local issuer certificate, or self-signed certificate in certificate chain",
        ),
        ShellLine("curl.exe -sv {to_url}", "an error about the certificate's issuer", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival("tls-chain-incomplete", decided_by="the certificate that the server did not send, if there is one"),
        Rival(
            "machine-trust-store-outdated",
            decided_by="the same chain, checked against a current list of public certificate authorities",
        ),
        Rival(
            "authority-of-the-company",
            owner=Owner.SECURITY,
            whose=True,
            where="made_for",
            among=(None,),
            decided_by="to whom {issuer} {issuer:belongs|belong}",
            words="{issuer} {issuer:is|are} the company's own, and should be given to every computer",
        ),
        Rival(
            "authority-of-the-provider",
            owner=Owner.SERVICE,
            whose=True,
            where="made_for",
            among=(None,),
            decided_by="to whom {issuer} {issuer:belongs|belong}",
            words="{issuer} {issuer:is|are} the provider's own, where programs expect a public one",
        ),
    ),
    tokens={"trust_list": TrustList, "made_for": MadeFor, "rule": Rule},
    about_chain=True,
    alike=("trust_list", "form"),
    sentences=Sentences(
        title="This computer does not trust {issuer}, which signed for {host}",
        seen=(
            "The certificate of {host} leads to the certificate authority {issuer}. The trust store in use ({trust_list})"
            " does not hold it.",
            "Another chain through the certificates that the server sent ends at {held}, which the store holds. It is refused"
            " as well: {rule} (error {number}).",
            *SEEN_AT,
        ),
        means="It is a private certificate authority. Either this computer should trust it and does not, or it should not sign"
        " for {host} at all.",
        remedy=(
            "Ask your security team, or the team that runs {host}, whether {issuer} should sign for {host}.",
            "If it should, get its root certificate from them, and add it to the trust store of the program that fails.",
            "If nobody knows it, do not trust it, and do not switch the check off: somebody may be reading the traffic.",
            "If {held} should sign for {host}, have its server send a valid chain to {held}. Then nothing has to be added here.",
        ),
    ),
    forms=(
        (PARTIAL, _HALF_WAY),
        (ANOTHER_KEY, _ANOTHER_KEY),
        (ANOTHER_ID, _ANOTHER_ID),
        (DENIES_ITSELF, _DENIES_ITSELF),
        (ROOT_UNUSABLE, _UNUSABLE),
        (ELSEWHERE, _ELSEWHERE),
    ),
)
