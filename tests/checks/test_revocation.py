"""Revocation over what real authorities sign: stapled, asked for, listed, out of reach, and forged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec.structs import replace

from checks.tls import certificate_revoked, revocation_unreachable
from diag.lab.authority import CertificateAuthority, IssuedCertificate, Published, Validity, issue
from diag.lab.repository import status_of
from diag.model.address import Address
from diag.model.answer import Connection, HttpReply
from diag.model.check import AnyCheck
from diag.model.question import Connect, Exchange
from diag.model.run import Limits
from diag.model.verdict import Status
from diag.model.wire.facts import Revocation, Unsaid
from diag.model.wire.revocation import ocsp_address, read_crl, read_ocsp
from diag.model.wire.revocation_der import is_list
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, NOW, headers
from tests.checks.verdicts import asks, judged

PLACE = "203.0.113.80"
LISTED = CertificateAuthority(NOW, published=Published(crl=f"http://{PLACE}/leaves.crl"))
AUTHORITY = CertificateAuthority(NOW, published=Published(ocsp=f"http://{PLACE}/ocsp", crl=f"http://{PLACE}/leaves.crl"))
STRANGER = CertificateAuthority(NOW, title="Lab")
GOOD, REVOKED = AUTHORITY.leaf(HOST), AUTHORITY.leaf(HOST)
AUTHORITY.revoke(REVOKED)
ON_LIST, OFF_LIST = LISTED.leaf(HOST), LISTED.leaf(HOST)
UNPUBLISHED = STRANGER.leaf(HOST)
STRANGER.revoke(UNPUBLISHED)


def der(credential: IssuedCertificate) -> tuple[bytes, ...]:
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


def met(
    credential: IssuedCertificate, staple: bytes = b"", *, asked: bool = True, errors: tuple[tuple[int, int], ...] = ()
) -> Notes:
    scene = Notes(limits=Limits(revocation=asked)).lookup(ADDRESS).connect()
    return scene.handshake(der(credential), *errors, staple=staple)


def answered(scene: Notes, body: bytes, status: int = 200, kind: str = "application/ocsp-response") -> Notes:
    """The scene after the place was asked and gave this answer."""
    for question in asks(certificate_revoked.CHECK, scene):
        if isinstance(question, Exchange):
            scene.also(question, HttpReply(status=status, headers=headers(f"Content-Type: {kind}"), body=body, complete=True))
        else:
            scene.also(question, Connection())
    return scene


def unreached(scene: Notes, failure: str = "timed_out") -> Notes:
    return scene.also(Connect(Address(PLACE, 80)), Connection(failure))


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
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
    (certificate_revoked.CHECK, "nothing presented", lambda: Notes().lookup(ADDRESS).connect(), Status.UNKNOWN),
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
    (revocation_unreachable.CHECK, "nothing presented", lambda: Notes().lookup(ADDRESS).connect(), Status.UNKNOWN),
]
UNPUBLISHED_HERE = UNPUBLISHED.presenting(AUTHORITY.intermediate.certificate)


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


def test_nobody_is_asked_unless_the_user_says_so() -> None:
    assert asks(certificate_revoked.CHECK, met(REVOKED, asked=False)) == []
    assert asks(certificate_revoked.CHECK, met(REVOKED, errors=((20, 0),))) == []
    way, ocsp_question, _, list_question = asks(certificate_revoked.CHECK, met(REVOKED))
    assert way == Connect(Address(PLACE, 80))
    assert isinstance(ocsp_question, Exchange)
    assert ocsp_question.target.startswith("/ocsp/MF")
    assert isinstance(list_question, Exchange)
    assert list_question.target == "/leaves.crl"
    assert [q.target for q in asks(certificate_revoked.CHECK, met(ON_LIST)) if isinstance(q, Exchange)] == ["/leaves.crl"]


def test_who_revoked_it_since_when_and_why_is_said() -> None:
    facts = judged(certificate_revoked.CHECK, answered(met(ON_LIST), crl())).facts
    assert (facts["since"], facts["reason"], facts["source"]) == (NOW - timedelta(days=2), "superseded", "crl")
    stapled = judged(certificate_revoked.CHECK, met(REVOKED, status_of(AUTHORITY, REVOKED))).facts
    assert (stapled["issuer"], stapled["reason"]) == ("Lab Intermediate", "key_compromise")


@pytest.mark.parametrize("reason", x509.ReasonFlags)
def test_every_reason_that_an_authority_can_give_is_a_word_of_ours(reason: x509.ReasonFlags) -> None:
    told = responded(AUTHORITY.intermediate, revocation_reason=reason)
    said = read_ocsp(told, *der(GOOD))
    assert isinstance(said, Revocation)
    assert certificate_revoked.CHECK.tokens["reason"](said.reason).name.lower() == reason.name


def test_the_place_and_what_it_cost_are_said() -> None:
    scene = met(GOOD)
    scene.also(Connect(Address(PLACE, 80)), Connection("timed_out"))
    scene.observations[-1] = replace(scene.observations[-1], took=5.0)
    facts = judged(revocation_unreachable.CHECK, scene).facts
    assert (facts["place"], facts["status_kind"], facts["outcome"], facts["seconds"]) == (PLACE, "ocsp", "timed_out", 5.0)


def test_only_what_the_issuer_signed_is_read() -> None:
    leaf, issuer = der(REVOKED)
    _, stranger = der(UNPUBLISHED)
    response = status_of(AUTHORITY, REVOKED)
    since, begins, ends = NOW - timedelta(days=1), NOW - timedelta(hours=1), NOW + timedelta(days=6)
    assert read_ocsp(response, leaf, issuer) == Revocation(True, True, since, "key_compromise", begins, ends)
    assert read_ocsp(response, leaf, stranger) is Unsaid.UNSIGNED
    assert read_ocsp(response[:-3] + b"abc", leaf, issuer) in (Unsaid.UNSIGNED, Unsaid.NO_STATUS)
    assert read_ocsp(b"<html>", leaf, issuer) is Unsaid.NO_STATUS
    assert read_ocsp(response, der(GOOD)[0], issuer) is Unsaid.OTHER
    assert read_crl(crl(), der(ON_LIST)[0], stranger) is Unsaid.UNSIGNED
    assert read_crl(b"-----BEGIN X509 CRL-----", leaf, issuer) is Unsaid.NO_STATUS
    assert ocsp_address("http://x.test/", b"", issuer) is None


def responded(signer: IssuedCertificate, *sent: x509.Certificate, key: object = None, **terms: object) -> bytes:
    """What `signer` says of GOOD: that it is revoked. `terms` are of `add_response`."""
    issuer = AUTHORITY.intermediate.certificate
    told: dict[str, Any] = {
        "cert": GOOD.certificate,
        "issuer": issuer,
        "algorithm": hashes.SHA256(),
        "cert_status": ocsp.OCSPCertStatus.REVOKED,
        "this_update": NOW - timedelta(hours=1),
        "next_update": NOW + timedelta(hours=1),
        "revocation_time": NOW - timedelta(days=9),
        "revocation_reason": None,
    }
    builder = ocsp.OCSPResponseBuilder().add_response(**(told | terms))
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate).certificates(list(sent) or [issuer])
    hashed = None if isinstance(signer.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer.key, hashed).public_bytes(Encoding.DER)


def appointed(
    *, by: CertificateAuthority = AUTHORITY, days: float = 30, signing: bool = True, key: Any = None
) -> IssuedCertificate:
    """A responder of its own, made by an authority."""
    purpose = ExtendedKeyUsageOID.OCSP_SIGNING if signing else ExtendedKeyUsageOID.SERVER_AUTH
    validity = Validity.around(NOW, before=timedelta(days=60), after=timedelta(days=days))
    return issue("responder.test", issuer=by.intermediate, validity=validity, names=("r.test",), purposes=(purpose,), key=key)


@pytest.mark.parametrize(
    "make", [lambda: None, lambda: rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate]
)
def test_a_responder_counts_only_where_the_issuer_appointed_it(make: Callable[[], Any]) -> None:
    key = make()
    leaf, issuer = der(GOOD)
    good = appointed(key=key)
    assert isinstance(read_ocsp(responded(good, good.certificate), leaf, issuer), Revocation)
    assert read_ocsp(responded(good), leaf, issuer) is Unsaid.UNSIGNED  # its certificate was not sent
    for impostor in (appointed(by=STRANGER), appointed(signing=False)):
        assert read_ocsp(responded(impostor, impostor.certificate), leaf, issuer) is Unsaid.UNSIGNED


def test_a_word_holds_as_long_as_it_says_and_as_its_responder_is_valid() -> None:
    leaf, issuer = der(GOOD)

    def holds(signer: IssuedCertificate, **terms: object) -> bool:
        said = read_ocsp(responded(signer, signer.certificate, **terms), leaf, issuer)
        assert isinstance(said, Revocation)
        return said.holds(NOW)

    own, hour = AUTHORITY.intermediate, timedelta(hours=1)
    assert holds(own)
    assert holds(own, this_update=NOW + timedelta(minutes=4))  # clocks differ
    assert not holds(own, this_update=NOW + timedelta(minutes=6))
    assert not holds(own, this_update=NOW - 3 * hour, next_update=NOW - hour)
    assert holds(own, this_update=NOW - 24 * hour, next_update=None)
    assert not holds(own, this_update=NOW - 24 * 8 * hour, next_update=None)  # an old one, said again
    assert not holds(appointed(days=-1))


def test_a_namesake_number_of_another_issuer_is_not_meant() -> None:
    leaf, issuer = der(GOOD)
    signer = AUTHORITY.intermediate
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        bytes(32),
        bytes(32),
        GOOD.certificate.serial_number,
        hashes.SHA256(),
        ocsp.OCSPCertStatus.REVOKED,
        NOW,
        None,
        NOW,
        None,
    )
    said = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate).sign(signer.key, hashes.SHA256())
    assert read_ocsp(said.public_bytes(Encoding.DER), leaf, issuer) is Unsaid.OTHER


def test_an_error_of_the_responder_is_a_word_of_its_own() -> None:
    declined = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER)
    assert read_ocsp(declined, *der(GOOD)) is Unsaid.DECLINED
    assert judged(revocation_unreachable.CHECK, answered(met(GOOD), declined)).status is Status.OK


def scoped(*extensions: x509.ExtensionType) -> bytes:
    """An empty list of LISTED with these critical extensions."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(LISTED.intermediate.certificate.subject)
    builder = builder.last_update(NOW).next_update(NOW + timedelta(days=1))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(LISTED.intermediate.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def scope(**terms: bool) -> x509.IssuingDistributionPoint:
    place = [x509.UniformResourceIdentifier(f"http://{PLACE}/leaves.crl")]
    usual = {f"only_contains_{kind}_certs": False for kind in ("user", "ca", "attribute")} | {"indirect_crl": False}
    return x509.IssuingDistributionPoint(place, None, only_some_reasons=None, **(usual | terms))


def test_a_list_of_changes_or_of_other_certificates_says_nothing() -> None:
    leaf, issuer = der(OFF_LIST)
    assert isinstance(read_crl(scoped(), leaf, issuer), Revocation)
    assert isinstance(read_crl(scoped(scope(only_contains_user_certs=True)), leaf, issuer), Revocation)
    assert read_crl(scoped(scope(only_contains_ca_certs=True)), leaf, issuer) is Unsaid.OTHER
    assert read_crl(scoped(scope(indirect_crl=True)), leaf, issuer) is Unsaid.OTHER
    assert read_crl(scoped(x509.DeltaCRLIndicator(1)), leaf, issuer) is Unsaid.OTHER
    assert is_list(scoped())
    assert not is_list(b"<html>")


def test_what_is_out_of_date_decides_nothing_and_is_no_status() -> None:
    old = responded(AUTHORITY.intermediate, this_update=NOW - timedelta(days=9), next_update=NOW - timedelta(days=2))
    assert judged(certificate_revoked.CHECK, met(GOOD, old, asked=False)).status is Status.UNKNOWN
    said = judged(revocation_unreachable.CHECK, answered(met(GOOD), old))
    assert (said.status, said.facts["outcome"]) == (Status.WARNING, revocation_unreachable.RevocationOutcome.STALE)


def test_by_a_clock_that_is_known_to_be_wrong_nothing_is_out_of_date() -> None:
    ahead = met(GOOD, responded(AUTHORITY.intermediate, next_update=NOW - timedelta(minutes=30)), asked=False)
    assert judged(certificate_revoked.CHECK, ahead).status is Status.UNKNOWN
    told = f"Date: {(NOW - timedelta(minutes=45)).strftime('%a, %d %b %Y %H:%M:%S GMT')}"
    assert judged(certificate_revoked.CHECK, ahead.exchange(200, told)).status is Status.PROBLEM


@pytest.mark.parametrize(
    ("status", "lines", "body", "outcome"),
    [
        (302, "Location: http://portal.example.test/login", b"", revocation_unreachable.RevocationOutcome.ELSEWHERE),
        (301, "Location: /other", b"", None),
        (404, "Content-Type: text/html", b"<html>", None),
        (405, "Allow: POST", b"", None),
        (403, "X-Squid-Error: ERR_ACCESS_DENIED 0", b"<html>", revocation_unreachable.RevocationOutcome.NOT_THE_AUTHORITY),
        (511, "Content-Type: text/html", b"<html>", revocation_unreachable.RevocationOutcome.NOT_THE_AUTHORITY),
        (
            200,
            "Content-Type: application/ocsp-response",
            b"\xef\xbb\xbf\r\n<HTML>",
            revocation_unreachable.RevocationOutcome.PAGE,
        ),
        (200, "Content-Type: text/html", b"", revocation_unreachable.RevocationOutcome.PAGE),
        (200, "Content-Type: text/plain", b"blocked", revocation_unreachable.RevocationOutcome.NO_STATUS),
        (200, "Content-Type: application/pkix-crl", b"\x30\x84\x00", None),  # cut off, as long lists are
    ],
)
def test_whose_answer_it_is_decides(status: int, lines: str, body: bytes, outcome: str | None) -> None:
    scene = met(GOOD)
    for question in asks(revocation_unreachable.CHECK, scene):
        answer = HttpReply(status=status, headers=headers(lines), body=body) if isinstance(question, Exchange) else Connection()
        scene.also(question, answer)
    said = judged(revocation_unreachable.CHECK, scene)
    assert said.facts.get("outcome") == outcome
    assert said.status is (Status.WARNING if outcome else Status.OK)


def test_silence_costs_what_clients_wait_and_a_refusal_costs_nothing() -> None:
    assert judged(revocation_unreachable.CHECK, unreached(met(GOOD))).facts["waits"] is True
    assert judged(revocation_unreachable.CHECK, unreached(met(GOOD), "refused")).facts["waits"] is False
