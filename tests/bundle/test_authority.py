"""Certificates at the strict level: those of public authorities stay whole, of others stays what can be judged and no name."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from msgspec.structs import replace

from checks import CATALOGUE
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import Redacted, redact
from diag.bundle.write import pack
from diag.engine.judge import judge
from diag.model.answer import HttpReply, Session
from diag.model.run import Evidence
from diag.model.wire.certificate import covers, describe, read_certificate, signed_by
from diag.model.wire.facts import Certificate
from diag.model.wire.unreadable import Unreadable
from tests.bundle import sample

SECRETIVE = (
    b"Acme Rocket",
    b"alice@acme",
    b"db01",
    b"inside",
    b"pki-acme",
    b"Acme Root",
    b"/CertEnroll",
    b"1.3.6.1.4.1.99999",
)
"""What names the customer in the certificates below."""
PUBLIC_POLICY = "2.23.140.1.2.1"


def issued(
    common_name: str, names: tuple[str, ...] = (), by: "Issued | None" = None, policy: str = "1.3.6.1.4.1.99999.1"
) -> "Issued":
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme Rocket Works"),
            x509.NameAttribute(NameOID.EMAIL_ADDRESS, "alice@acme.example"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=300))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(policy), None)]), critical=False)
        .add_extension(
            x509.AuthorityInformationAccess(
                [
                    x509.AccessDescription(
                        AuthorityInformationAccessOID.CA_ISSUERS,
                        x509.UniformResourceIdentifier("http://pki-acme.inside.example.com/CertEnroll/Acme%20Root.crt"),
                    )
                ]
            ),
            critical=False,
        )
    )
    if names:
        built = built.add_extension(x509.SubjectAlternativeName(map(x509.DNSName, names)), critical=False)
    return Issued(built.sign(by.key if by else key, hashes.SHA256()), key)


class Issued:
    """A certificate with its key."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.certificate = certificate
        self.key = key
        self.der = certificate.public_bytes(Encoding.DER)


ROOT = issued("Acme Root CA 2")
NAMES = (sample.ENDPOINT.host, "*.db01.inside.example.com")
LEAF = issued(sample.ENDPOINT.host, NAMES, ROOT)
PUBLIC = issued(sample.ENDPOINT.host, NAMES, ROOT, PUBLIC_POLICY)


def redacted(level: Level, evidence: Evidence) -> Redacted:
    return redact(evidence, Private(), level, key=sample.KEY)


def evidence(leaf: Issued = LEAF, fetched: bytes = ROOT.der, **session: object) -> Evidence:
    """The sample with these certificates: presented, and fetched."""
    changes = {
        "handshake-13": lambda answer: replace(answer, **{"chain": (leaf.der, ROOT.der), "staple": b"", **session}),
        "exchange-16": lambda answer: replace(answer, body=fetched),
    }
    whole = sample.evidence()
    observations = tuple(
        replace(seen, answer=changes[seen.id](seen.answer)) if seen.id in changes else seen for seen in whole.observations
    )
    return replace(whole, observations=observations)


def written(result: Redacted) -> bytes:
    """All that would be in the bundle, with the answers' bytes as they are."""
    members, _ = pack(result, judge(result.evidence, CATALOGUE), summary="", catalogue_version="1")
    raw = [value for seen in result.evidence.observations for value in _bytes(seen.answer)]
    return b"\n".join([*members.values(), *raw])


def _bytes(answer: object) -> tuple[bytes, ...]:
    return answer.chain if isinstance(answer, Session) else (answer.body,) if isinstance(answer, HttpReply) else ()


def session_of(result: Redacted) -> Session:
    answer = result.evidence.by_id["handshake-13"].answer
    assert isinstance(answer, Session)
    return answer


def test_nothing_of_a_private_authority_names_anybody() -> None:
    text = written(redacted(Level.STRICT, evidence()))
    assert [name for name in SECRETIVE if name.lower() in text.lower()] == []


def test_at_the_standard_level_certificates_stay_whole() -> None:
    result = redacted(Level.STANDARD, evidence())
    assert session_of(result).chain == (LEAF.der, ROOT.der)


def test_what_is_judged_stays() -> None:
    leaf, root = session_of(redacted(Level.STRICT, evidence())).chain
    before, after = read_certificate(LEAF.der), read_certificate(leaf)
    assert isinstance(before, Certificate)
    assert isinstance(after, Certificate)
    for field in (
        "fingerprint",
        "not_before",
        "not_after",
        "serial",
        "self_signed",
        "is_authority",
        "key",
        "key_bits",
        "has_scts",
    ):
        assert getattr(before, field) == getattr(after, field)
    above = read_certificate(root)
    assert isinstance(above, Certificate)
    assert (after.issuer, after.issuer_common_name) == (above.subject, above.common_name)
    assert above.self_signed
    assert signed_by(leaf, root)
    assert signed_by(root, root)
    assert not signed_by(root, leaf)
    assert covers(after, sample.ENDPOINT.host)
    assert not covers(after, "x.db01.inside.example.com")
    assert after.policies == ()
    assert "C=DE" in after.subject


def test_the_user_can_be_told_what_they_stand_for() -> None:
    assert "Acme Rocket Works" in redacted(Level.STRICT, evidence()).originals.values()


def test_what_was_fetched_is_the_same_certificate() -> None:
    result = redacted(Level.STRICT, evidence())
    fetched = result.evidence.by_id["exchange-16"].answer
    assert isinstance(fetched, HttpReply)
    assert fetched.body == session_of(result).chain[1]


@pytest.mark.parametrize("fetched", [ROOT.certificate.public_bytes(Encoding.PEM), ROOT.der[:200]], ids=["PEM", "cut"])
def test_one_that_cannot_be_described_is_removed(fetched: bytes) -> None:
    text = written(redacted(Level.STRICT, evidence(fetched=fetched)))
    assert b"BEGIN CERTIFICATE" not in text
    assert b"Acme" not in text


@pytest.mark.parametrize("kept", [evidence(PUBLIC), evidence(staple=b"\x30\x03\x0a\x01\x00")], ids=["public", "stapled"])
def test_a_public_one_stays_whole_and_one_that_is_spoken_of(kept: Evidence) -> None:
    chain = session_of(redacted(Level.STRICT, kept)).chain
    assert all(der.startswith(b"\x30\x82") for der in chain)


@pytest.mark.parametrize(
    ("title", "stays"), [("Acme Root CA 2", True), ("Acme Root CA 9", False)], ids=["its issuer's name", "another name"]
)
def test_a_name_that_one_still_says_stays_in_the_others(title: str, stays: bool) -> None:
    kept = evidence(fetched=issued(title).der, chain=(LEAF.der,), staple=b"\x30\x03\x0a\x01\x00")
    result = redacted(Level.STRICT, kept)
    fetched = result.evidence.by_id["exchange-16"].answer
    assert isinstance(fetched, HttpReply)
    (leaf,) = map(read_certificate, session_of(result).chain)
    other = read_certificate(fetched.body)
    assert isinstance(leaf, Certificate)
    assert isinstance(other, Certificate)
    assert fetched.body.startswith(b'{"described"')
    assert (leaf.issuer == other.subject, "Acme" in other.subject) == (stays, stays)
    assert "alice" not in "".join((*other.issuer_urls, other.common_name))


def test_the_first_bytes_of_a_handshake_hold_no_certificate() -> None:
    first = b"\x16\x03\x03\x01\x00" + LEAF.der[:200]
    assert b"Acme" in first
    assert session_of(redacted(Level.STRICT, evidence(first_bytes=first))).first_bytes == first[:5]
    assert session_of(redacted(Level.STRICT, evidence(PUBLIC, first_bytes=first))).first_bytes == first


def test_a_product_stays_what_it_is() -> None:
    box = issued("Zscaler Intermediate Root CA for Acme Rocket")
    (leaf, _) = session_of(redacted(Level.STRICT, evidence(issued("x.example", ("x.example",), box)))).chain
    read = read_certificate(leaf)
    assert isinstance(read, Certificate)
    assert read.issuer_common_name == "zscaler"


def test_a_description_is_hostile_input() -> None:
    read = read_certificate(LEAF.der)
    assert isinstance(read, Certificate)
    good = describe(read, ())
    assert read_certificate(good) == read
    for bad in (
        describe(replace(read, subject="\x1b[2J"), ()),
        describe(replace(read, names=("a\u202eb",)), ()),
        describe(replace(read, not_after=datetime(2026, 1, 1)), ()),
        good[:-1],
        good + b" " * 70_000,
        b'{"described":' + b"[" * 5000,
        b'{"described":{}}',
    ):
        assert isinstance(read_certificate(bad), Unreadable)
        assert not signed_by(bad, good)
