"""The certificate authority has revoked the certificate.

*What it means*

An authority revokes a certificate before its time when its key was stolen or lost, or when it was issued wrongly. The certificate
that the server uses, or one between it and the root, is revoked.

*Why it matters*

Clients that ask whether a certificate is revoked (browsers, many drivers, Java and .NET where it is switched on) refuse the
connection. Others notice nothing, so it fails in one program and works in another.

*What to do*

The server needs a new certificate, with a new key. On the side of the client there is nothing to repair; do not switch the
check off, since somebody else may hold the key.

*How it is told apart*

An answer counts only where the certificate's own issuer, or a responder that it appointed, has signed it. It counts only while
it is valid: what is out of date, or from the future, decides nothing. Servers may hand it out themselves (stapling); that is
always read. The authority is asked only with `--revocation`, by the way that clients here go, at the places that the
certificate names (OCSP and list). If they cannot be reached, it is `tls-revocation-unreachable`.
"""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from diag.knowledge.revocation import holds, places, wanted
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.wire.chain import Chain, presented
from diag.model.wire.facts import Certificate, Revocation
from diag.model.wire.revocation import read_ocsp


class _Reason(StrEnum):
    """Why, by the authority's own word (RFC 5280, section 5.3.1)."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key_compromise"
    CA_COMPROMISE = "ca_compromise"
    AFFILIATION_CHANGED = "affiliation_changed"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessation_of_operation"
    CERTIFICATE_HOLD = "certificate_hold"
    PRIVILEGE_WITHDRAWN = "privilege_withdrawn"
    AA_COMPROMISE = "aa_compromise"
    REMOVE_FROM_CRL = "remove_from_crl"


class Source(StrEnum):
    """Who told it."""

    STAPLE = "staple"
    """The server itself hands it out."""
    OCSP = "ocsp"
    CRL = "crl"


class Word(Struct, frozen=True):
    """What an authority says of one certificate, and where that was seen."""

    certificate: Certificate
    said: Revocation
    source: Source
    seen: Observation


def judge(view: EndpointView) -> Finding:
    """Return whether an issuer's own word is that a certificate of the path is revoked."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    words = [*_stapled(view, chain), *_fetched(view)]
    valid = [word for word in words if holds(view, word.said)]
    revoked = next((word for word in valid if word.said.revoked), None)
    if revoked is None:
        told = [word for word in valid if word.said.known]
        if any(word.certificate == chain.leaf for word in told):
            return ok(seen.observation, *(word.seen for word in told))
        because = Because.UNDECIDED if words else Because.NOT_LOOKED
        return unknown(because, seen.observation, *(word.seen for word in words))
    return problem(
        seen.observation,
        revoked.seen,
        about=revoked.certificate.fingerprint,
        host=view.endpoint.host,
        subject=revoked.certificate.common_name or revoked.certificate.subject or view.endpoint.host,
        issuer=revoked.certificate.issuer_common_name or revoked.certificate.issuer,
        reason=revoked.said.reason or None,
        source=revoked.source.value,
        since=revoked.said.since or None,
    )


def _stapled(view: EndpointView, chain: Chain) -> Iterator[Word]:
    """What the server itself hands out about its own certificate (RFC 6066, section 8)."""
    seen = view.session
    if seen and seen.answer.staple and len(chain.der) > 1:
        said = read_ocsp(seen.answer.staple, chain.der[0], chain.der[1])
        if isinstance(said, Revocation):
            yield Word(chain.leaf, said, Source.STAPLE, seen.observation)


def _fetched(view: EndpointView) -> Iterator[Word]:
    for place in places(view):
        if place.brought and place.status:
            yield Word(place.named.certificate, place.status, Source(place.named.kind.lower()), place.brought.observation)


CHECK = EndpointCheck(
    id="tls-certificate-revoked",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6960",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine(
            "openssl s_client -status -connect {to_authority} -servername {host} </dev/null",
            "Cert Status: revoked, if the server staples it",
        ),
        ShellLine("certutil -urlfetch -verify CERT.cer", "revoked", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    questions=wanted,
    rivals=(),
    tokens={"source": Source, "reason": _Reason},
    about_chain=True,
    measures=("since",),
    sentences=Sentences(
        title="The {subject:certificate of|certificates of} {subject} {subject:is|are} revoked",
        seen=(
            "{issuer} revoked {subject:the certificate|the certificates} of {subject}, which {host} presented. Source: {source}.",
            "{subject:It was|The first was} revoked on {since}.",
            "The reason is {reason}.",
        ),
        means="Programs that check for revocation refuse {host}. Others connect, and should not.",
        remedy=(
            "If you run {host}, get a new certificate with a new key, and check that the server has loaded it.",
            "If you do not, report it to its provider. Do not switch the revocation check off.",
        ),
    ),
)
