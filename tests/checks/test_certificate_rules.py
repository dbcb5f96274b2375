"""What OpenSSL complains of has an owner, whatever it is; and what certificates say that is easily misread."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.bindings.openssl.binding import Binding
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from checks import CATALOGUE
from checks.machine import trust_store_outdated
from checks.tls import certificate_expired, certificate_unfit, issuer_untrusted, name_mismatch, self_signed, trust_stores_differ
from diag.engine.judge import judge
from diag.model.address import Address
from diag.model.answer import Session, Trust, VerifyError
from diag.model.machine import System
from diag.model.question import Connect, Verify, carried_by
from diag.model.verdict import Owner, Status
from diag.model.wire.certificate import covers, read_certificate, signed_by
from diag.model.wire.facts import Certificate
from diag.model.wire.verify_codes import RULE_OF_CODE, Rule, rule_of
from tests.checks.authorities import CORP_LEAF, CORP_ROOT, INTERMEDIATE, ROOT, certificate, leaf
from tests.checks.replies import ADDRESS, HOST, NOW, date_line
from tests.checks.test_tls import CROSS_SIGNED, DAY, OLD, met
from tests.checks.verdicts import asks, judged

OTHER_ADDRESS = "203.0.113.11"


def known_numbers() -> list[int]:
    """Every number for which the OpenSSL at hand has a text."""
    library = Binding()
    texts = {n: library.ffi.string(library.lib.X509_verify_cert_error_string(n)) for n in range(1, 300)}
    return [n for n, text in texts.items() if text != texts[299]]


def test_every_number_that_openssl_knows_has_a_rule() -> None:
    assert len(known_numbers()) > 90
    assert set(known_numbers()) <= RULE_OF_CODE.keys()
    assert rule_of(100_000) is Rule.OTHER


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_no_complaint_is_left_without_a_cause(depth: int) -> None:
    chain = [leaf(), INTERMEDIATE]
    judged_of = {number: judge(met(chain, (number, depth)).evidence, CATALOGUE) for number in known_numbers()}
    problems = {number: [it.id for it in judged.causes if it.status is Status.PROBLEM] for number, judged in judged_of.items()}
    assert [number for number, causes in problems.items() if not causes] == [], "nobody owns these"


@pytest.mark.parametrize(
    ("number", "depth", "form", "owner"),
    [
        (26, 0, "purpose", Owner.SECURITY),
        (47, 0, "limits", Owner.SECURITY),
        (48, 0, "limits", Owner.SECURITY),
        (79, 1, "authority", Owner.SECURITY),
        (25, 1, "authority", Owner.SECURITY),
        (34, 0, "unreadable", Owner.SECURITY),
        (10, 2, "store", Owner.MACHINE),
        (67, 2, "store", Owner.MACHINE),
    ],
)
def test_what_a_certificate_is_unfit_for_is_told_with_who_can_mend_it(number: int, depth: int, form: str, owner: Owner) -> None:
    finding = judged(certificate_unfit.CHECK, met([leaf(), INTERMEDIATE], (number, depth)))
    assert (finding.status, finding.facts["form"], finding.owner) == (Status.PROBLEM, form, owner)
    assert finding.facts["number"] == number


@pytest.mark.parametrize(
    ("openssl", "complaint", "found"),
    [
        ("OpenSSL 3.0.15 3 Sep 2024", (20, 0), ("algorithm", Owner.MACHINE, "ML-DSA-65")),
        ("OpenSSL 3.4.0 22 Oct 2024", (20, 0), ("algorithm", Owner.MACHINE, "ML-DSA-65")),
        ("OpenSSL 3.5.4 30 Sep 2025", (20, 1), None),
    ],
)
def test_an_algorithm_is_called_unknown_where_that_version_does_not_know_it(
    openssl: str, complaint: tuple[int, int], found: tuple[str, Owner, str] | None
) -> None:
    newer = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mldsa")
    keys = {name: newer.MLDSA65PrivateKey.generate() for name in (HOST, "Issuing", "Root")}

    def signed(subject: str, issuer: str) -> bytes:
        named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (issuer, subject)]
        built = x509.CertificateBuilder(*named, keys[subject].public_key(), 7, NOW - 90 * DAY, NOW + DAY)
        return built.sign(keys[issuer], None).public_bytes(Encoding.DER)

    scene = met([signed(HOST, "Issuing"), signed("Issuing", "Root")], complaint).machine(
        System("Linux", "6.1", "x86_64", "3.11", openssl, openssl)
    )
    finding = judged(certificate_unfit.CHECK, scene)
    told = finding.facts.get("form"), finding.owner, finding.facts.get("algorithm")
    assert told == found if found else finding.status is Status.OK
    assert judged(issuer_untrusted.CHECK, scene).status is (Status.OK if found else Status.PROBLEM)


def test_a_certificate_without_a_name_is_told_without_one() -> None:
    key = rsa.generate_private_key(65537, 2048)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Issuing")])
    builder = x509.CertificateBuilder(issuer, x509.Name([]), key.public_key(), 7, NOW - DAY, NOW + DAY)
    nameless = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    finding = judged(certificate_unfit.CHECK, met([nameless, INTERMEDIATE], (26, 0)))
    assert (finding.status, "certificate" in finding.facts) == (Status.PROBLEM, False)


@pytest.mark.parametrize(("number", "status"), [(10, Status.UNKNOWN), (26, Status.PROBLEM)])
def test_a_wrong_clock_leaves_open_what_is_said_of_dates_and_nothing_else(number: int, status: Status) -> None:
    scene = met([leaf(), INTERMEDIATE], (number, 2)).exchange(200, date_line(NOW + 3 * timedelta(days=1)))
    assert judged(certificate_unfit.CHECK, scene).status is status


def test_a_declared_authority_s_mistake_is_the_service_s() -> None:
    assert judged(certificate_unfit.CHECK, met([leaf(), INTERMEDIATE], (26, 0), trust="x.pem")).owner is Owner.SERVICE


def test_dates_and_paths_are_told_by_their_own_checks() -> None:
    assert judged(certificate_unfit.CHECK, met([OLD, INTERMEDIATE], (10, 0))).status is Status.OK
    assert judged(certificate_unfit.CHECK, met([leaf()], (20, 0), (21, 0))).status is Status.OK
    assert judged(certificate_unfit.CHECK, met([leaf(), INTERMEDIATE])).status is Status.OK


def test_a_list_that_refuses_for_a_rule_does_not_accept() -> None:
    scene = met([CORP_LEAF], (47, 0))
    scene.also(Verify(scene.handshake_question, trust="certifi"), Trust((VerifyError(20, 0), VerifyError(21, 0))))
    assert judged(trust_stores_differ.CHECK, scene).status is Status.OK


def old_store(public: Trust) -> object:
    scene = met([leaf(), INTERMEDIATE, CROSS_SIGNED], (10, 2), (10, 3))
    [question] = asks(trust_store_outdated.CHECK, scene)
    return judged(trust_store_outdated.CHECK, scene.also(question, public))


def test_an_old_root_that_vouches_for_a_new_one_is_an_old_list() -> None:
    finding = old_store(Trust(path=3))
    assert finding.status is Status.PROBLEM  # type: ignore[attr-defined]
    assert finding.facts["issuer"] == "Example Root"  # type: ignore[attr-defined]


def test_and_is_the_service_s_where_the_public_list_refuses_as_well() -> None:
    refused = Trust((VerifyError(10, 2),))
    assert old_store(refused).status is Status.OK  # type: ignore[attr-defined]


def weakly_signed(subject: str, issuer: str, digest: hashes.HashAlgorithm, key: rsa.RSAPrivateKey) -> bytes:
    """A certificate of this key, signed by it with a hash that the library declines to sign with: the signature is put in."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (issuer, subject)]
    builder = x509.CertificateBuilder(names[0], names[1], key.public_key(), 7, NOW - DAY, NOW + DAY)
    made = builder.sign(key, hashes.SHA256())
    oid = {"sha1": b"\x05", "md5": b"\x04"}[digest.name]
    rsa_with = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
    content = made.tbs_certificate_bytes.replace(rsa_with + b"\x0b", rsa_with + oid)
    signature = key.sign(content, padding.PKCS1v15(), digest)
    return (
        made.public_bytes(Encoding.DER)
        .replace(made.tbs_certificate_bytes, content)
        .replace(rsa_with + b"\x0b", rsa_with + oid)
        .replace(made.signature, signature)
    )


@pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.MD5()])
def test_an_old_signature_is_checked_and_not_taken_for_wrong(digest: hashes.HashAlgorithm) -> None:
    key = rsa.generate_private_key(65537, 2048)
    root = weakly_signed("Old Root", "Old Root", digest, key)
    read = read_certificate(root)
    assert isinstance(read, Certificate)
    assert read.self_signed
    assert signed_by(weakly_signed("x.test", "Old Root", digest, key), root)
    other = weakly_signed("Old Root", "Old Root", digest, rsa.generate_private_key(65537, 2048))
    assert not signed_by(weakly_signed("x.test", "Old Root", digest, key), other)
    alone = met([weakly_signed(HOST, HOST, digest, key)], (18, 0))
    assert judged(self_signed.CHECK, alone).status is Status.PROBLEM
    assert judged(issuer_untrusted.CHECK, alone).status is Status.OK


def spelt(*names: x509.GeneralName) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW - DAY, NOW + DAY)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_an_address_that_is_spelt_as_a_dns_name_covers_nothing() -> None:
    der = spelt(x509.DNSName("192.0.2.8"))
    read = read_certificate(der)
    assert isinstance(read, Certificate)
    assert not covers(read, "192.0.2.8")
    finding = judged(name_mismatch.CHECK, met([der], url="https://192.0.2.8"))
    assert (finding.status, finding.facts["mismatch"]) == (Status.PROBLEM, "address_as_dns_name")
    assert covers(read_certificate(leaf("192.0.2.8")), "192.0.2.8")  # type: ignore[arg-type]


def test_a_name_in_the_old_place_alone_is_told_by_program() -> None:
    finding = judged(name_mismatch.CHECK, met([certificate(HOST, "Example Issuing"), INTERMEDIATE]))
    assert (finding.facts["form"], finding.facts["mismatch"]) == ("common_name", "only_common_name")
    other = judged(name_mismatch.CHECK, met([certificate("x.test", "Example Issuing"), INTERMEDIATE]))
    assert "form" not in other.facts


def test_the_right_certificate_in_the_wrong_place_is_told_as_that() -> None:
    finding = judged(name_mismatch.CHECK, met([INTERMEDIATE, leaf()], (20, 0)))
    assert finding.facts["form"] == "second"


def halfway(answer: Trust) -> object:
    scene = met([CORP_LEAF, CORP_ROOT], (2, 1))
    question = scene.handshake_question
    scene.also(Verify(question, trust="certifi"), Trust((VerifyError(20, 0),)))
    return judged(issuer_untrusted.CHECK, scene.also(Verify(question, strict=True), answer))


def test_a_list_that_holds_the_intermediate_alone_is_enough_for_some_programs() -> None:
    assert halfway(Trust((VerifyError(85, 0),))).facts["form"] == "partial"  # type: ignore[attr-defined]
    assert "form" not in halfway(Trust((VerifyError(2, 1),))).facts  # type: ignore[attr-defined]


def two_addresses(first: list[bytes], second: list[bytes], *errors: tuple[int, int], at_second: bool = True) -> object:
    scene = met(first, *(() if at_second else errors))
    question = carried_by(scene.handshake_question, Connect(Address(OTHER_ADDRESS, 443)))
    wrong = tuple(VerifyError(*error) for error in errors) if at_second else ()
    scene.also(question, Session(finished=True, chain=tuple(second), verify_errors=wrong))
    return judged(certificate_expired.CHECK, scene)


@pytest.mark.parametrize("at_second", [True, False])
def test_one_bad_address_is_named_whichever_the_walk_took(at_second: bool) -> None:
    good, bad = [leaf(), INTERMEDIATE], [leaf(end=NOW - timedelta(days=10)), INTERMEDIATE]
    first, second = (good, bad) if at_second else (bad, good)
    finding = two_addresses(first, second, (10, 0), at_second=at_second)
    at, elsewhere = (OTHER_ADDRESS, ADDRESS) if at_second else (ADDRESS, OTHER_ADDRESS)
    assert finding.status is Status.PROBLEM  # type: ignore[attr-defined]
    assert (finding.facts["at"], finding.facts["elsewhere"]) == ((at,), (elsewhere,))  # type: ignore[attr-defined]


def test_two_good_addresses_are_silent() -> None:
    assert two_addresses([leaf(), INTERMEDIATE], [leaf(), INTERMEDIATE]).status is Status.OK  # type: ignore[attr-defined]
    assert ROOT


def test_an_old_authority_that_nobody_trusts_is_told_as_that_alone() -> None:
    old_root = certificate("Corp Root", "Corp Root", ca=True, start=NOW - 900 * DAY, end=NOW - DAY)
    scene = met([CORP_LEAF, old_root], (19, 1), (10, 1))
    assert judged(certificate_expired.CHECK, scene).status is Status.UNKNOWN
    assert judged(issuer_untrusted.CHECK, scene).status is Status.PROBLEM
