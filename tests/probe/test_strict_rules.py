"""What the strict rules refuse is what Python 3.13 refuses, whatever Python diag runs on: both look at the same chains."""

import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity, issue, pem
from diag.model.address import Address
from diag.model.answer import Session
from diag.model.observation import Observation
from diag.model.question import Connect, Handshake, Verify
from diag.probe.contexts import Contexts
from diag.probe.verify import verify

HOST = "service.test"
NOW = datetime.now(UTC)
SHAKE = Handshake(Connect(Address("127.0.0.1", 443)))
WITH_STRICT = ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
SOMEBODY = x509.AuthorityKeyIdentifier(b"somebody", None, None)
USAGE = x509.KeyUsage(True, False, False, False, False, True, True, False, False)


def root(*extensions: tuple[x509.ExtensionType, bool], own_critical: bool = False) -> IssuedCertificate:
    """A root with these extensions and no others."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Strict Root")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW - timedelta(days=9)).not_valid_after(NOW + timedelta(days=900))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return IssuedCertificate(builder.add_extension(identifier, own_critical).sign(key, hashes.SHA256()), key)


def nameless(above: IssuedCertificate) -> IssuedCertificate:
    """A certificate of nobody, for a host."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(x509.Name([])).issuer_name(above.certificate.subject)
    builder = builder.public_key(key.public_key()).serial_number(8)
    builder = builder.not_valid_before(NOW - timedelta(days=9)).not_valid_after(NOW + timedelta(days=9))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), False)
    return IssuedCertificate(builder.sign(above.key, hashes.SHA256()), key)


def under(above: IssuedCertificate) -> IssuedCertificate:
    days = Validity.around(NOW, after=timedelta(days=60))
    return issue(HOST, issuer=above, validity=days, names=(HOST,))


AUTHORITY = CertificateAuthority(NOW - timedelta(days=1))
ORDINARY = (x509.BasicConstraints(True, None), True)
CHAINS = {
    "by the rules": (AUTHORITY.leaf(HOST), AUTHORITY.root),
    "no authority key identifier": (AUTHORITY.leaf(HOST, identified=False), AUTHORITY.root),
    "a root by the rules": ((one := root(ORDINARY, (USAGE, True))), one),
    "a root without key usage": ((one := root(ORDINARY)), one),
    "a root whose constraints are not critical": ((one := root((ORDINARY[0], False), (USAGE, True))), one),
    "a root without constraints": ((one := root((USAGE, True))), one),
    "a root whose own key is marked critical": ((one := root(ORDINARY, (USAGE, True), own_critical=True)), one),
    "a root whose issuer's key is marked critical": ((one := root(ORDINARY, (USAGE, True), (SOMEBODY, True))), one),
    "the names of nobody, not critical": ((one := root(ORDINARY, (USAGE, True))), one),
}
NOBODY = "the names of nobody, not critical"
SELF_SIGNED = issue(HOST, issuer=None, validity=Validity.around(NOW, after=timedelta(days=60)), names=(HOST,))
STAGED = {name: (own if own is not above else under(above), above) for name, (own, above) in CHAINS.items()}
STAGED[NOBODY] = (nameless(STAGED[NOBODY][1]), STAGED[NOBODY][1])
STAGED["alone"] = (SELF_SIGNED, SELF_SIGNED)
NOBODY_TAKES = {name for name in STAGED if name.endswith("is marked critical")}
KEEPS = {"by the rules", "a root by the rules", "alone"}


def python_accepts(own: IssuedCertificate, above: IssuedCertificate, folder: Path, *, strict: bool) -> bool:
    """Whether Python's own client takes it, with the flags of 3.13 or without."""
    (folder / "own.pem").write_bytes(pem(own.certificate, *own.chain) + own.key_pem())
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(folder / "own.pem")
    client_side = ssl.create_default_context(cadata=pem(above.certificate).decode())
    client_side.verify_flags |= WITH_STRICT
    if not strict:
        client_side.verify_flags &= ~WITH_STRICT
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(back, there, server_hostname=HOST)
    server = server_side.wrap_bio(there, back, server_side=True)
    for side in (client, server, client):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLCertVerificationError:
            return False
    return True


def diag_accepts(own: IssuedCertificate, above: IssuedCertificate, folder: Path, *, strict: bool) -> bool:
    """Whether diag says that the store does."""
    store = folder / "root.pem"
    store.write_bytes(pem(above.certificate))
    chain = tuple(one.public_bytes(Encoding.DER) for one in (own.certificate, *own.chain))
    known = {SHAKE: Observation(id="any-1", question=SHAKE, began=NOW, took=0.0, answer=Session(chain=chain))}
    answer = verify(Verify(SHAKE, trust=str(store), strict=strict), known, Contexts({}))
    assert not answer.failure
    return not answer.verify_errors


@pytest.mark.parametrize("name", STAGED)
@pytest.mark.parametrize("strict", [True, False])
def test_diag_and_python_agree(name: str, strict: bool, tmp_path: Path) -> None:
    own, above = STAGED[name]
    expected = name in KEEPS or not (strict or name in NOBODY_TAKES)
    assert python_accepts(own, above, tmp_path, strict=strict) is expected
    assert diag_accepts(own, above, tmp_path, strict=strict) is expected


def test_the_flags_are_those_of_python_3_13() -> None:
    usual = ssl.create_default_context().verify_flags
    assert bool(usual & WITH_STRICT == WITH_STRICT) is (sys.version_info >= (3, 13))
