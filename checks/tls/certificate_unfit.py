"""A certificate may not be used in the way in which it is used here.

*What it means*

Each certificate says what it is good for: for servers or not, for signing others or not, for which names, for how many
authorities below it. A certificate between the server's own and the root is used otherwise than it allows, or cannot be
checked at all. Or the root in this computer's own trust store has expired, or is too weak.

*Why it matters*

Clients that check certificates refuse the connection, though the authority is trusted and every date is right. Adding roots to
trust stores changes nothing.

*What to do*

The finding says which certificate, and what it is not fit for. The team that runs the certificate authority has to issue it
again. It needs the right template (for servers), and an authority that may sign for this name, or one that is marked as an
authority at all. Where the root in this computer's list is at fault, the list needs its successor.

*How it is told apart*

It is the refusal of diag's own TLS library, by its number, with every complaint that no more particular check explains. A
missing path is `tls-issuer-untrusted` or `tls-chain-incomplete`. Where the library finds no path though the issuer was sent and
made the signature, it is a broken extension or a wrong identifier of a key, and told here. So is an algorithm that it does not
know: which ones those are follows from its version, and another program's library may know more. A readable date is
`tls-certificate-expired`, a readable key is `tls-key-too-weak`. Where a current list of public authorities accepts the same
chain, it is `machine-trust-store-outdated`. What only the strictest clients refuse is `tls-strict-rules-violated`.
"""

from collections.abc import Iterable
from datetime import timedelta

from diag.knowledge.clock_skew import skew_for
from diag.knowledge.complaints import issuer_of, left_over, limited_by, rule_broken, weight
from diag.knowledge.each_address import SEEN_AT, asked_at_each_address, at_each_address
from diag.knowledge.large_certificates import in_the_clear, too_large
from diag.knowledge.presented_name import own_comes_later
from diag.knowledge.public_roots import accepts_as_public
from diag.knowledge.unknown_algorithms import UnknownAlgorithm, UnknownPart, unknown_algorithm
from diag.knowledge.untrusted_chain import PUBLIC_STORE, speaks_tls
from diag.model.answer import Trust, VerifyError
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.observation import Observation
from diag.model.question import Question, Verify
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.chain import EXPIRED, NOT_YET_VALID, Chain, presented, untrusted
from diag.model.wire.facts import Certificate
from diag.model.wire.verify_codes import WEAK, Rule

PURPOSE, LIMITS, NO_AUTHORITY, _UNREADABLE, STORE = "purpose", "limits", "authority", "unreadable", "store"
"""What it is unfit for: servers; this name; signing others; being checked. Or: it is one of this computer's own list."""
ALGORITHM = "algorithm"
"""OpenSSL does not know the algorithm of a key or of a signature."""
TOO_LARGE = "too_large"
"""What is sent is longer than programs read."""
ANY_PURPOSE, KEY_USAGE, NO_SERVERS, LINK = "any_purpose", "key_usage", "no_servers", "link"
"""It is for everything, and not for servers by name; its key may do nothing that TLS needs; it is an authority that may not sign
for servers; it and its issuer do not fit.
"""
_FORMS = {
    Rule.WRONG_PURPOSE: PURPOSE,
    Rule.NAME_NOT_PERMITTED: LIMITS,
    Rule.NAME_EXCLUDED: LIMITS,
    Rule.LIMIT_UNREADABLE: LIMITS,
    Rule.NO_AUTHORITY: NO_AUTHORITY,
    Rule.MAY_NOT_SIGN: NO_AUTHORITY,
    Rule.TOO_MANY_BELOW: NO_AUTHORITY,
    Rule.CHAIN_TOO_LONG: NO_AUTHORITY,
    Rule.CRITICAL_UNKNOWN: _UNREADABLE,
    Rule.EXTENSION_BROKEN: _UNREADABLE,
    Rule.SIGNATURE_UNREADABLE: _UNREADABLE,
    Rule.DATES_UNREADABLE: _UNREADABLE,
    Rule.KEY_OF_WRONG_KIND: _UNREADABLE,
    Rule.ISSUER_KEY_DIFFERS: LINK,
}
_DATES = frozenset({EXPIRED, NOT_YET_VALID})
_A_DAY = timedelta(days=1)


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the verification complains of something that no more particular check takes up."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is not None and (announced := too_large(view)):
        return problem(seen.observation, announced, about=str(view.endpoint.authority), host=view.endpoint.host, form=TOO_LARGE)
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    if own_comes_later(seen.answer.chain, view.endpoint.host):
        return unknown(Because.UNDECIDED, seen.observation)  # that it comes first is what is wrong with it
    if strange := unknown_algorithm(view):
        return _unknown(view, seen.observation, strange)
    complaints = sorted(left_over(view, chain, seen.answer), key=weight)
    if not complaints:
        return ok(seen.observation)
    error = complaints[0]
    if error.code in _DATES and abs(skew_for(view) or timedelta()) > _A_DAY:
        return unknown(Because.UNDECIDED, seen.observation)  # by whose clock, machine-clock-wrong decides
    unfit = chain.path[error.depth] if error.depth < len(chain.path) else None
    rule = rule_broken(error, chain)
    form = _form(error, unfit, rule)
    public = view.asked(_second_opinion(view))
    refused = [public] if public and isinstance(public.answer, Trust) and not accepts_as_public(public.answer, chain) else []
    owner = Owner.MACHINE if form == STORE else Owner.SERVICE if _is_the_services(view, chain) else Owner.SECURITY
    return problem(
        seen.observation,
        *refused,
        about=unfit.fingerprint if unfit else chain.issuer,
        owner=owner,
        rules_out={
            "machine-trust-store-outdated": refused,
            "of-the-provider": () if owner is Owner.SECURITY else (seen.observation,),
        },
        host=view.endpoint.host,
        certificate=(unfit.common_name or unfit.subject or None) if unfit else chain.issuer,
        issuer=issuer_of(chain, error),
        limited=limited_by(chain) if form == LIMITS else None,
        rule=rule.value,
        number=error.code,
        form=form,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the public list's word, which may know another way up; and how long certificates are that were not read."""
    if question := in_the_clear(view):
        yield question
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen and chain and seen.question.trust == "system" and any(left_over(view, chain, seen.answer)):
        yield _second_opinion(view)


def _second_opinion(view: EndpointView) -> Verify:
    assert view.session is not None
    return Verify(presented=view.session.question, trust=PUBLIC_STORE)


def _unknown(view: EndpointView, seen: Observation, strange: UnknownAlgorithm) -> Finding:
    """Neither right nor wrong: what this OpenSSL does not know, another library may."""
    return problem(
        seen,
        about=strange.certificate.fingerprint,
        owner=Owner.MACHINE if strange.known_later else Owner.SERVICE,
        confidence=Confidence.LIKELY,
        rules_out={
            "machine-trust-store-outdated": (seen,),
            "of-the-provider": () if strange.known_later else (seen,),
        },
        host=view.endpoint.host,
        certificate=strange.certificate.common_name or strange.certificate.subject or None,
        unknown_part=strange.part.value,
        algorithm=strange.algorithm or None,
        unreadable=None if strange.algorithm else True,
        openssl=strange.openssl,
        newer=strange.known_later or None,
        form=ALGORITHM,
    )


def _form(error: VerifyError, unfit: Certificate | None, rule: Rule) -> str | None:
    if unfit is None and error.code in WEAK | _DATES:
        return STORE
    if rule is Rule.WRONG_PURPOSE:
        return NO_SERVERS if error.depth else _form_of_purpose(unfit)
    return _FORMS.get(rule)


def _form_of_purpose(leaf: Certificate | None) -> str:
    """Why the server's own is not taken for one: by its purposes, or by what its key may do."""
    if leaf is None or not leaf.purposes:
        return KEY_USAGE if leaf and leaf.usages else PURPOSE
    if "serverAuth" in leaf.purposes:
        return KEY_USAGE
    return ANY_PURPOSE if "anyExtendedKeyUsage" in leaf.purposes else PURPOSE


def _is_the_services(view: EndpointView, chain: Chain) -> bool:
    """Whether the provider has to see to it: a public authority signed, or one that is not in this computer's own list."""
    seen = view.session
    return chain.looks_public or seen is None or untrusted(seen.answer) or seen.question.trust != "system"


_REFUSED = "OpenSSL refuses the chain: {rule} (error {number})."
_REFUSED_ISSUED = (_REFUSED, "The refused certificate is that of {certificate}.", "It was issued by {issuer}.", *SEEN_AT)
_REFUSED_ABOVE = (_REFUSED, "The refused certificate is that of {certificate}.", *SEEN_AT)
_OWN_ISSUED = (_REFUSED, "It is the certificate of {certificate}.", "It was issued by {issuer}.", *SEEN_AT)
_SERVE_CERTIFICATE = "If you run {host}, serve the new certificate."
_SERVE_CHAIN = "If you run {host}, serve the new chain."


def _mended(first: str, serve: str = _SERVE_CERTIFICATE) -> tuple[str, ...]:
    """The steps where a certificate has to be issued again: whose it is to begin, who serves it, and whom to tell."""
    return first, serve, "If you do not, report these words to its provider. Nothing on this computer needs to change."


_FOR_SERVERS = Sentences(
    title="The certificate of {host} was not issued for servers",
    seen=_OWN_ISSUED,
    means="The certificate is for another purpose (for people, for clients, for signing programs). Probably it was made"
    " from the wrong template.",
    remedy=_mended(
        "Ask the team that runs the certificate authority {issuer} to issue the certificate of {host} again, for TLS"
        " servers (extended key usage serverAuth).",
    ),
)
_FOR_ANYTHING = Sentences(
    title="The certificate of {host} is for any purpose, and not for servers by name",
    seen=_OWN_ISSUED,
    means="It states the purpose anyExtendedKeyUsage alone. Programs with OpenSSL (curl, Python, Node.js) refuse that. Others,"
    " such as Go programs, accept it.",
    remedy=_mended(
        "Ask the team that runs the certificate authority {issuer} to issue the certificate of {host} again, for TLS"
        " servers (extended key usage serverAuth).",
    ),
)
_FOR_TLS = Sentences(
    title="The key in the certificate of {host} may not be used for TLS",
    seen=_OWN_ISSUED,
    means="A server's key has to sign the handshake. The certificate allows its key other things only (key usage).",
    remedy=_mended(
        "Ask the team that runs the certificate authority {issuer} to issue the certificate of {host} again, with the key usage"
        " digitalSignature.",
    ),
)
_TO_SIGN_SERVERS = Sentences(
    title="A certificate authority above {host} may not sign certificates of servers",
    seen=_REFUSED_ABOVE,
    means="The certificate of that authority states its purposes (extended key usage), and servers are not among them. That"
    " holds for every certificate below it.",
    remedy=_mended(
        "Have the certificate of {host} issued by a certificate authority that may sign for servers. Or ask the team that runs"
        " {certificate} to get its own certificate issued again with serverAuth, or without any extended key usage.",
        _SERVE_CHAIN,
    ),
)
_OF_THE_LINK = Sentences(
    title="The certificates that {host} sends do not fit together",
    seen=_REFUSED_ISSUED,
    means="Each certificate names the key of its issuer. Here it names another key than the issuer that was sent has, so programs"
    " do not look further. Adding trust on more computers does not help.",
    remedy=_mended(
        "Ask the team that runs the certificate authority {issuer} to issue the certificate of {certificate} again, with the"
        " right authority key identifier.",
    ),
)
_FOR_NAMES = Sentences(
    title="The certificate authority that signed for {host} may not sign for this name",
    seen=(_REFUSED, "The certificate of {limited} limits the names.", *SEEN_AT),
    means="A certificate authority above it may sign only for some domains (name constraints), and {host}"
    " {host:is|are} not among them. Adding trust on more computers does not help.",
    remedy=_mended(
        "Use another certificate authority for {host}, or ask the team that runs it to widen the limits (name constraints).",
    ),
)
_TO_SIGN = Sentences(
    title="A certificate authority above {host} may not sign other certificates",
    seen=_REFUSED_ABOVE,
    means="A certificate in the chain is not marked as a certificate authority, or allows fewer below it than there are."
    " Adding trust on more computers does not help.",
    remedy=_mended(
        "Ask the team that runs the authority above {certificate} to issue its certificate again. It needs"
        " basic constraints CA:TRUE, key usage keyCertSign, and a sufficient path length.",
        _SERVE_CHAIN,
    ),
)
_TO_READ = Sentences(
    title="The certificate of {host} has a part that programs cannot check",
    seen=_REFUSED_ISSUED,
    means=(
        When(
            "rule",
            (Rule.CRITICAL_UNKNOWN,),
            "A program has to refuse a critical part that it does not understand. Other libraries may be stricter, or less"
            " strict.",
        ),
        When(
            "rule",
            tuple(rule for rule, form in _FORMS.items() if form == _UNREADABLE and rule is not Rule.CRITICAL_UNKNOWN),
            "A part of it is written wrongly, and programs refuse what they cannot read. Other libraries may read other parts.",
        ),
    ),
    remedy=_mended(
        "Ask the team that runs the certificate authority {issuer} to issue the certificate of {certificate} again,"
        " without that part.",
    ),
)
_OF_THE_STORE = Sentences(
    title="The root certificate above {host} is no longer valid: {certificate}",
    seen=(
        _REFUSED,
        "The refused certificate comes from the trust store of this computer, not from the server.",
        *SEEN_AT,
    ),
    means="The chain that {host} sent is fine. The trust store has an old root certificate.",
    remedy=(
        "Replace the root certificate {certificate} in the trust store by its successor: update ca-certificates, or ask"
        " the security team for your company's present root.",
        "If there is no successor, {host} {host:needs|need} a certificate of another certificate authority.",
    ),
)
_OF_THE_ALGORITHM = Sentences(
    title="{host} presents certificates of an algorithm that OpenSSL here does not know",
    seen=(
        "In the certificate of {certificate}, {unknown_part} is of the algorithm {algorithm}.",
        When("unreadable", (True,), "In the certificate of {certificate}, {unknown_part} is of a kind that OpenSSL cannot read."),
        "OpenSSL {openssl}, which diag uses, ended its search for a trusted root certificate there.",
        *SEEN_AT,
    ),
    means="What cannot be checked is neither right nor wrong: nothing says that the certificates are forged or untrusted."
    " Programs with the same OpenSSL refuse the connection. A newer OpenSSL, a browser or Java may accept it.",
    remedy=(
        When("newer", (True,), "Update OpenSSL to version 3.5 or later, or the program that brings its own."),
        "Check with a current openssl, a browser or Java whether the certificates of {host} are good otherwise.",
        "If you run {host}, serve certificates with RSA or EC keys to programs that do not know the algorithm.",
    ),
)
_OF_THE_SIZE = Sentences(
    title="The certificates that {host} sends are larger than programs read",
    seen=("The server announced more than 100 KB of certificates. diag's TLS library ended the handshake for that.", *SEEN_AT),
    means="OpenSSL, and so curl, Python and Node.js, reads no more than that. Usually a certificate lists thousands of names,"
    " or a whole list of root certificates was put into the file that the server loads.",
    remedy=(
        "If you run {host}, make the server send only its own certificate and those above it, and divide the names among several"
        " certificates.",
        "If you do not, report it to its provider. Nothing on this computer needs to change.",
    ),
)
CHECK = EndpointCheck(
    id="tls-certificate-unfit",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-4.2",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null",
            "a verify error with the number of the report",
        ),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    explains=("tls-trust-stores-differ",),
    rivals=(
        Rival(
            "machine-trust-store-outdated",
            decided_by="the same chain, checked against a current list of public certificate authorities",
        ),
        Rival(
            "of-the-provider",
            owner=Owner.SERVICE,
            whose=True,
            decided_by="whose certificate authority signed it",
            words="the provider's own certificate authority signed it, and not the company's",
        ),
        Rival(
            "known-to-others",
            owner=Owner.MACHINE,
            where="form",
            among=(ALGORITHM,),
            decided_by="the same connection by a current openssl, a browser or Java",
            words="the program that fails has another TLS library, which knows the algorithm and fails for another reason",
        ),
    ),
    tokens={"rule": Rule, "unknown_part": UnknownPart},
    about_chain=True,
    alike=("form", "rule"),
    sentences=Sentences(
        title="The certificates of {host} break a rule that programs check",
        seen=_REFUSED_ISSUED,
        means="Programs that check certificates refuse the connection, even if they trust the certificate authority and the"
        " dates are right.",
        remedy=_mended(
            "Ask the team that runs the certificate authority {issuer} to issue the certificate of {certificate} again, so"
            " that it keeps the rule above.",
        ),
    ),
    forms=(
        (PURPOSE, _FOR_SERVERS),
        (ANY_PURPOSE, _FOR_ANYTHING),
        (KEY_USAGE, _FOR_TLS),
        (NO_SERVERS, _TO_SIGN_SERVERS),
        (LINK, _OF_THE_LINK),
        (LIMITS, _FOR_NAMES),
        (NO_AUTHORITY, _TO_SIGN),
        (_UNREADABLE, _TO_READ),
        (STORE, _OF_THE_STORE),
        (TOO_LARGE, _OF_THE_SIZE),
        (ALGORITHM, _OF_THE_ALGORITHM),
    ),
)
