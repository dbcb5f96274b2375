"""Revocation over what real authorities sign: stapled, asked for, listed, out of reach, and forged."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from checks.tls import certificate_revoked, revocation_unreachable
from diag.lab.authority import Authority, Credential, Published
from diag.lab.repository import status_of
from diag.model.address import Address
from diag.model.answer import Connection, HttpReply
from diag.model.check import AnyCheck
from diag.model.question import Connect, Exchange
from diag.model.run import Limits
from diag.model.verdict import Status
from diag.model.wire.revocation import Revocation, ocsp_address, read_crl, read_ocsp
from diag.model.wire.unreadable import Unreadable
from tests.checks.layers import ADDRESS, HOST, NOW, Scene, asks, found, headers

PLACE = "203.0.113.80"
LISTED = Authority(NOW, published=Published(crl=f"http://{PLACE}/leaves.crl"))
AUTHORITY = Authority(NOW, published=Published(ocsp=f"http://{PLACE}/ocsp", crl=f"http://{PLACE}/leaves.crl"))
STRANGER = Authority(NOW, title="Lab")
GOOD, REVOKED = AUTHORITY.leaf(HOST), AUTHORITY.leaf(HOST)
AUTHORITY.revoke(REVOKED)
ON_LIST, OFF_LIST = LISTED.leaf(HOST), LISTED.leaf(HOST)
UNPUBLISHED = STRANGER.leaf(HOST)
STRANGER.revoke(UNPUBLISHED)


def der(credential: Credential) -> tuple[bytes, ...]:
    return tuple(one.public_bytes(Encoding.DER) for one in (credential.certificate, *credential.chain))


def crl() -> bytes:
    """A list of LISTED that holds ON_LIST."""
    entry = x509.RevokedCertificateBuilder().serial_number(ON_LIST.certificate.serial_number)
    entry = entry.revocation_date(NOW - timedelta(days=2)).add_extension(x509.CRLReason(x509.ReasonFlags.superseded), False)
    builder = x509.CertificateRevocationListBuilder().issuer_name(LISTED.intermediate.certificate.subject)
    builder = builder.last_update(NOW).next_update(NOW + timedelta(days=1)).add_revoked_certificate(entry.build())
    return builder.sign(LISTED.intermediate.key, hashes.SHA256()).public_bytes(Encoding.DER)


def forged() -> bytes:
    """What a stranger who calls itself by the same name says of REVOKED's chain."""
    return status_of(STRANGER, UNPUBLISHED)


def met(credential: Credential, staple: bytes = b"", *, asked: bool = True, errors: tuple[tuple[int, int], ...] = ()) -> Scene:
    scene = Scene(limits=Limits(revocation=asked)).lookup(ADDRESS).connect()
    return scene.handshake(der(credential), *errors, staple=staple)


def answered(scene: Scene, body: bytes, status: int = 200, kind: str = "application/ocsp-response") -> Scene:
    """The scene after the place was asked and gave this answer."""
    for question in asks(certificate_revoked.CHECK, scene):
        if isinstance(question, Exchange):
            scene.also(question, HttpReply(status=status, headers=headers(f"Content-Type: {kind}"), body=body, complete=True))
        else:
            scene.also(question, Connection())
    return scene


def unreached(scene: Scene, failure: str = "timed_out") -> Scene:
    return scene.also(Connect(Address(PLACE, 80)), Connection(failure))


CASES: list[tuple[AnyCheck, str, Callable[[], Scene], Status]] = [
    (certificate_revoked.CHECK, "stapled", lambda: met(REVOKED, status_of(AUTHORITY, REVOKED), asked=False), Status.PROBLEM),
    (certificate_revoked.CHECK, "asked", lambda: answered(met(REVOKED), status_of(AUTHORITY, REVOKED)), Status.PROBLEM),
    (certificate_revoked.CHECK, "listed", lambda: answered(met(ON_LIST), crl()), Status.PROBLEM),
    (certificate_revoked.CHECK, "stapled, and good", lambda: met(GOOD, status_of(AUTHORITY, GOOD), asked=False), Status.OK),
    (certificate_revoked.CHECK, "asked, and good", lambda: answered(met(GOOD), status_of(AUTHORITY, GOOD)), Status.OK),
    (certificate_revoked.CHECK, "not listed", lambda: answered(met(OFF_LIST), crl()), Status.OK),
    (certificate_revoked.CHECK, "of another certificate", lambda: met(GOOD, status_of(AUTHORITY, REVOKED)), Status.UNKNOWN),
    (certificate_revoked.CHECK, "signed by a stranger", lambda: met(UNPUBLISHED_HERE, forged()), Status.UNKNOWN),
    (certificate_revoked.CHECK, "a page", lambda: answered(met(REVOKED), b"<html>", kind="text/html"), Status.UNKNOWN),
    (certificate_revoked.CHECK, "nobody asked", lambda: met(REVOKED, asked=False), Status.UNKNOWN),
    (certificate_revoked.CHECK, "nothing presented", lambda: Scene().lookup(ADDRESS).connect(), Status.UNKNOWN),
    (revocation_unreachable.CHECK, "silent", lambda: unreached(met(GOOD)), Status.WARNING),
    (revocation_unreachable.CHECK, "refused", lambda: unreached(met(GOOD), "refused"), Status.WARNING),
    (
        revocation_unreachable.CHECK,
        "a page",
        lambda: answered(met(GOOD), b"<html>", kind="text/html"),
        Status.WARNING,
    ),
    (revocation_unreachable.CHECK, "answers", lambda: answered(met(GOOD), status_of(AUTHORITY, GOOD)), Status.OK),
    (revocation_unreachable.CHECK, "a bare 404", lambda: answered(met(GOOD), b"", 404, "text/html"), Status.OK),
    (revocation_unreachable.CHECK, "a bare 405", lambda: answered(met(GOOD), b"no", 405, "text/html"), Status.OK),
    (revocation_unreachable.CHECK, "nobody asked", lambda: met(GOOD, asked=False), Status.UNKNOWN),
    (revocation_unreachable.CHECK, "not asked yet", lambda: met(GOOD), Status.UNKNOWN),
    (revocation_unreachable.CHECK, "no place is named", lambda: met(UNPUBLISHED), Status.NOT_APPLICABLE),
    (revocation_unreachable.CHECK, "nothing presented", lambda: Scene().lookup(ADDRESS).connect(), Status.UNKNOWN),
]
UNPUBLISHED_HERE = UNPUBLISHED.presenting(AUTHORITY.intermediate.certificate)


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Scene], status: Status) -> None:
    assert found(check, scene()).status is status


def test_nobody_is_asked_unless_the_user_says_so() -> None:
    assert asks(certificate_revoked.CHECK, met(REVOKED, asked=False)) == []
    assert asks(certificate_revoked.CHECK, met(REVOKED, errors=((20, 0),))) == []
    way, question = asks(certificate_revoked.CHECK, met(REVOKED))
    assert way == Connect(Address(PLACE, 80))
    assert isinstance(question, Exchange)
    assert question.target.startswith("/ocsp/MF")
    assert [q.target for q in asks(certificate_revoked.CHECK, met(ON_LIST)) if isinstance(q, Exchange)] == ["/leaves.crl"]


def test_who_revoked_it_since_when_and_why_is_said() -> None:
    facts = found(certificate_revoked.CHECK, answered(met(ON_LIST), crl())).facts
    assert (facts["since"], facts["reason"], facts["source"]) == (NOW - timedelta(days=2), "superseded", "the authority (CRL)")
    stapled = found(certificate_revoked.CHECK, met(REVOKED, status_of(AUTHORITY, REVOKED))).facts
    assert (stapled["issuer"], stapled["reason"]) == ("Lab Intermediate", "key compromise")


def test_the_place_and_what_it_cost_are_said() -> None:
    scene = met(GOOD)
    scene.also(Connect(Address(PLACE, 80)), Connection("timed_out"))
    scene.observations[-1] = replace(scene.observations[-1], took=5.0)
    facts = found(revocation_unreachable.CHECK, scene).facts
    assert (facts["place"], facts["kind"], facts["outcome"], facts["seconds"]) == (PLACE, "OCSP", "timed_out", 5.0)


def test_only_what_the_issuer_signed_is_read() -> None:
    leaf, issuer = der(REVOKED)
    _, stranger = der(UNPUBLISHED)
    response = status_of(AUTHORITY, REVOKED)
    since = NOW - timedelta(days=1)
    assert read_ocsp(response, leaf, issuer) == Revocation(True, since=since, reason="key_compromise")
    assert isinstance(read_ocsp(response, leaf, stranger), Unreadable)
    assert isinstance(read_ocsp(response[:-3] + b"abc", leaf, issuer), Unreadable)
    assert isinstance(read_ocsp(b"<html>", leaf, issuer), Unreadable)
    assert isinstance(read_crl(crl(), der(ON_LIST)[0], stranger), Unreadable)
    assert isinstance(read_crl(b"-----BEGIN X509 CRL-----", leaf, issuer), Unreadable)
    assert ocsp_address("http://x.test/", b"", issuer) is None
