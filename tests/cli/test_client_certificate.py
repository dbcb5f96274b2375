"""The client's certificate and its key, from files: every form that is in use, and every mistake in words of its own."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from diag.cli import client_certificate
from diag.cli.client_certificate import read_credential
from diag.cli.errors import WrongUse
from diag.cli.lab import invocation
from diag.lab.site import start
from tests.cli.shell import diag
from tests.probe.authority import Credential, issue

PASSPHRASE = "Gelb+Feder/7"
ROOT = issue("Clients", authority=True)
MIDDLE = issue("Between", ROOT, authority=True)
CLIENT = issue("client", MIDDLE, purpose=ExtendedKeyUsageOID.CLIENT_AUTH, sent_along=(MIDDLE,))
OTHER = issue("other", ROOT)


def key_pem(credential: Credential = CLIENT, passphrase: str = "", form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    locked = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return credential.key.private_bytes(Encoding.PEM, form, locked)


def chain_pem(*credentials: Credential) -> bytes:
    return b"".join(credential.pem for credential in credentials)


def never(_: Path) -> str:
    raise AssertionError("no passphrase is needed")


def read(tmp_path: Path, certificate: bytes, key: bytes | None = None, ask: Callable[[Path], str] = never) -> object:
    (tmp_path / "client.pem").write_bytes(certificate)
    if key is not None:
        (tmp_path / "client.key").write_bytes(key)
    return read_credential(tmp_path / "client.pem", tmp_path / "client.key" if key is not None else None, ask)


@pytest.mark.parametrize(
    ("certificate", "key"),
    [
        (chain_pem(CLIENT, MIDDLE), key_pem()),
        (chain_pem(CLIENT, MIDDLE), key_pem(form=PrivateFormat.TraditionalOpenSSL)),
        (key_pem() + chain_pem(CLIENT, MIDDLE), None),
        (b"Bag Attributes: <none>\n" + chain_pem(CLIENT, MIDDLE) + key_pem(), None),
        (chain_pem(CLIENT, MIDDLE), key_pem(passphrase=PASSPHRASE)),
        (chain_pem(CLIENT, MIDDLE), key_pem(passphrase=PASSPHRASE, form=PrivateFormat.TraditionalOpenSSL)),
        (
            pkcs12.serialize_key_and_certificates(
                b"client", CLIENT.key, CLIENT.certificate, [MIDDLE.certificate], BestAvailableEncryption(PASSPHRASE.encode())
            ),
            None,
        ),
    ],
)
def test_every_form_gives_the_same(tmp_path: Path, certificate: bytes, key: bytes | None) -> None:
    found = read_credential_of(tmp_path, certificate, key)
    assert found.chain == (CLIENT.der, MIDDLE.der)
    loaded = load_pem_private_key(found.key.reveal().encode(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    assert loaded.private_numbers() == CLIENT.key.private_numbers()


def read_credential_of(tmp_path: Path, certificate: bytes, key: bytes | None):  # type: ignore[no-untyped-def]
    return read(tmp_path, certificate, key, lambda _: PASSPHRASE)


@pytest.mark.parametrize(
    ("certificate", "key", "words"),
    [
        (b"", key_pem(), "is empty"),
        (b"x" * 1_000_001, key_pem(), "far too large"),
        (b"\x30\x82nonsense", None, "neither PEM nor PKCS #12"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key_pem(), "holds no certificate that can be read"),
        (key_pem(), None, "holds no certificate that can be read"),
        (chain_pem(CLIENT), None, "holds no private key: name the file of its key as well (--key)"),
        (chain_pem(CLIENT), chain_pem(CLIENT), "holds no private key: it must be a PEM file"),
        (chain_pem(CLIENT), b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cannot be read"),
        (chain_pem(CLIENT), key_pem(OTHER), "does not belong to the certificate"),
        (chain_pem(MIDDLE, CLIENT), key_pem(), "its own certificate must be the first in the file"),
        (chain_pem(CLIENT), key_pem(passphrase="another"), "cannot be decrypted with that passphrase"),
        (
            chain_pem(CLIENT),
            x25519.X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            "of a kind that TLS does not know",
        ),
        (
            pkcs12.serialize_key_and_certificates(b"x", None, None, [ROOT.certificate], NoEncryption()),
            None,
            "holds no certificate with its key",
        ),
        (
            pkcs12.serialize_key_and_certificates(b"x", CLIENT.key, CLIENT.certificate, None, NoEncryption()),
            key_pem(),
            "it must hold the key itself",
        ),
    ],
)
def test_every_mistake_has_its_words_and_holds_nothing_of_the_key(
    tmp_path: Path, certificate: bytes, key: bytes | None, words: str
) -> None:
    with pytest.raises(WrongUse) as told:
        read_credential_of(tmp_path, certificate, key)
    assert words in told.value.message
    for line in key_pem().decode().splitlines()[1:-1]:
        assert line not in told.value.message
    assert PASSPHRASE not in told.value.message


@pytest.mark.parametrize("make", [lambda: rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate])
def test_other_kinds_of_keys_are_compared_too(tmp_path: Path, make: Callable[[], object]) -> None:
    key = make().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined]
    with pytest.raises(WrongUse, match="does not belong"):
        read(tmp_path, chain_pem(CLIENT), key)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"gone\.pem cannot be read"):
        read_credential(tmp_path / "gone.pem", None)


def test_the_command_line_takes_it(tmp_path: Path) -> None:
    (tmp_path / "client.pem").write_bytes(chain_pem(CLIENT) + key_pem())
    with start("tls-client-certificate-required") as lab:
        given = [*invocation(lab.scenes[0])[1:], "--cert", "client.pem", "--json"]
        ended = diag(*given, within=tmp_path)
    assert [cause["id"] for cause in ended.document["causes"]] == ["tls-client-certificate-rejected"]
    (cause,) = ended.document["causes"]
    assert "issuer_not_listed" in cause["facts"]["faults"]
    (bundle,) = tmp_path.glob("diag-*.zip")
    shown = diag("show", bundle.name, "--evidence", within=tmp_path)
    for line in key_pem().decode().splitlines()[1:-1]:
        assert line not in ended.out + ended.err + shown.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--key", "client.pem"), "--key has no --cert"),
        (("--cert", "gone.pem"), "cannot be read"),
    ],
)
def test_the_command_line_refuses_what_makes_no_sense(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    ended = diag("run", "https://localhost:1", *arguments, within=tmp_path)
    assert ended.code == 2
    assert words in ended.err


def test_diag_toml_names_a_certificate_for_each_endpoint(tmp_path: Path) -> None:
    (tmp_path / "client.pem").write_bytes(chain_pem(CLIENT))
    (tmp_path / "client.key").write_bytes(key_pem(OTHER))
    (tmp_path / "diag.toml").write_text('[[endpoint]]\nurl = "https://localhost:1"\ncert = "client.pem"\nkey = "client.key"\n')
    ended = diag("run", within=tmp_path)
    assert ended.code == 2
    assert "does not belong to the certificate" in ended.err
    (tmp_path / "diag.toml").write_text('[[endpoint]]\nurl = "https://localhost:1"\nkey = "client.key"\n')
    ended = diag("run", within=tmp_path)
    assert "key needs cert beside it" in ended.err


@pytest.mark.parametrize(("typed", "told"), [(True, "typed in"), (False, "opensesame")])
def test_a_passphrase_is_typed_in_or_the_next_line(monkeypatch: pytest.MonkeyPatch, typed: bool, told: str) -> None:
    lines = io.StringIO("opensesame\r\nmore\n")
    monkeypatch.setattr(lines, "isatty", lambda: typed)
    monkeypatch.setattr(sys, "stdin", lines)
    monkeypatch.setattr(client_certificate.click, "prompt", lambda *_, **__: "typed in")
    assert client_certificate.ask_passphrase(Path("key.pem")) == told
