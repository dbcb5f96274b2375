"""A private key is found in a bundle, however it was written down; what is public of it is not mistaken for it."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from diag.bundle.known_secrets import Private
from diag.bundle.private_key import marks
from diag.bundle.scan import Leak, scan
from diag.model.secret import Secret

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
KEYS: dict[str, Callable[[], Key]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "Ed448": ed448.Ed448PrivateKey.generate,
}
PKCS8, OLD = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL


@cache
def key_of(kind: str) -> Key:
    return KEYS[kind]()


def pem(key: Key, form: PrivateFormat = PKCS8) -> bytes:
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


def der(key: Key, form: PrivateFormat = PKCS8) -> bytes:
    return key.private_bytes(Encoding.DER, form, NoEncryption())


def scanned(key: Key, content: bytes) -> None:
    scan({"evidence.jsonl": content}, Private(keys=(Secret(pem(key).decode()),)), ())


SPELLINGS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "PEM": lambda pem, _: b"before\n" + pem,
    "PEM in JSON": lambda pem, _: json.dumps({"body": pem.decode()}).encode(),
    "PEM in Base64": lambda pem, _: b'{"body":"' + base64.b64encode(b"x" + pem) + b'"}',
    "PEM with the lines of Windows": lambda pem, _: pem.replace(b"\n", b"\r\n"),
    "DER": lambda _, der: b"\0\1" + der,
    "DER in Base64": lambda _, der: b'{"body":"' + base64.b64encode(der) + b'"}',
    "DER in Base64, amid others": lambda _, der: base64.urlsafe_b64encode(b"ab" + der + b"c"),
    "DER in Base64, twice": lambda _, der: base64.b64encode(base64.b64encode(der)),
    "DER in hexadecimal": lambda _, der: der.hex().encode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_found(name: str, spelling: str) -> None:
    key = key_of(name)
    for form in (PKCS8, OLD) if name in ("P-256", "P-521", "RSA") else (PKCS8,):
        with pytest.raises(Leak) as told:
            scanned(key, SPELLINGS[spelling](pem(key, form), der(key, form)))
        assert told.value.where.startswith("evidence.jsonl")


@pytest.mark.parametrize("name", KEYS)
def test_what_is_public_is_no_leak(name: str) -> None:
    key = key_of(name)
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    hashed = None if name.startswith("Ed") else hashes.SHA256()
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashed)
    )
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for raw in (made.public_bytes(Encoding.DER), made.public_bytes(Encoding.PEM), public):
        for shift in range(3):
            scanned(key, raw + b"\n" + base64.b64encode(b"x" * shift + raw) + raw.hex().encode())


@pytest.mark.parametrize("name", KEYS)
def test_nothing_short_is_looked_for(name: str) -> None:
    assert min(map(len, marks(pem(key_of(name)).decode()))) >= 24


def test_another_key_is_not_this_one() -> None:
    scanned(key_of("P-256"), pem(ec.generate_private_key(ec.SECP256R1())))
