"""Java's lists of authorities, in each format, as Java writes them; and files that are none."""

import hashlib
import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from OpenSSL import SSL

from diag.probe.key_store import is_key_store, read_key_store
from diag.probe.machine.trust import JAVA_STORES, read_trust
from diag.probe.stores import Roots, fill, find_roots
from tests.probe.authority import issue

ONE, TWO = issue("One", authority=True), issue("Two", authority=True)
DERS = tuple(each.certificate.public_bytes(serialization.Encoding.DER) for each in (ONE, TWO))


def text(words: str) -> bytes:
    return struct.pack(">H", len(words)) + words.encode()


def jks(*ders: bytes, version: int = 2, magic: bytes = b"\xfe\xed\xfe\xed", kind: int = 2) -> bytes:
    """A store as `keytool -storetype JKS -importcert` writes it; its last 20 bytes seal it with the password."""
    written = magic + struct.pack(">II", version, len(ders))
    for number, der in enumerate(ders):
        described = text("X.509") if version == 2 else b""
        written += struct.pack(">I", kind) + text(f"alias-{number}") + bytes(8) + described + struct.pack(">I", len(der)) + der
    return written + hashlib.sha1("changeit".encode("utf-16-be") + b"Mighty Aphrodite" + written).digest()


def p12(password: bytes | None) -> bytes:
    kept = [pkcs12.PKCS12Certificate(each.certificate, None) for each in (ONE, TWO)]
    sealed = serialization.NoEncryption() if password is None else serialization.BestAvailableEncryption(password)
    return pkcs12.serialize_java_truststore(kept, sealed)


@pytest.mark.parametrize(
    "content",
    [jks(*DERS), jks(*DERS, version=1), jks(*DERS, magic=b"\xce\xce\xce\xce"), p12(b"changeit"), p12(None)],
    ids=["JKS", "JKS 1", "JCEKS", "PKCS #12", "PKCS #12 without a password"],
)
def test_each_format_is_read(content: bytes, tmp_path: Path) -> None:
    assert is_key_store(content)
    assert read_key_store(content) == DERS
    store = tmp_path / "cacerts"
    store.write_bytes(content)
    roots = find_roots(str(store), {})
    assert roots.pem.count(b"BEGIN CERTIFICATE") == 2
    assert fill(SSL.Context(SSL.TLS_CLIENT_METHOD), roots)


@pytest.mark.parametrize(
    "content",
    [jks(*DERS)[:200], jks(*DERS, kind=1), b"\xfe\xed\xfe\xed", p12(b"own"), b"\x30\x82", b""],
    ids=["cut off", "with keys", "empty", "other password", "nonsense", "nothing"],
)
def test_what_cannot_be_read_is_no_store(content: bytes, tmp_path: Path) -> None:
    assert read_key_store(content) is None
    store = tmp_path / "cacerts"
    store.write_bytes(content)
    assert find_roots(str(store), {}) == Roots(files=(str(store),), locked=bool(content))
    assert not fill(SSL.Context(SSL.TLS_CLIENT_METHOD), find_roots(str(store), {}))


def test_where_java_keeps_it(tmp_path: Path) -> None:
    def found(**environment: str) -> str:
        return read_trust(environment, "Linux", str(tmp_path / "root")).java

    assert found() == ""
    usual = Path(f"{tmp_path}/root{JAVA_STORES[0]}")
    usual.parent.mkdir(parents=True)
    usual.write_bytes(jks(*DERS))
    assert found() == JAVA_STORES[0]
    home = tmp_path / "jdk"
    assert found(JAVA_HOME=str(home)) == JAVA_STORES[0]
    own = home / "lib/security/cacerts"
    own.parent.mkdir(parents=True)
    own.write_bytes(jks(*DERS))
    assert found(JAVA_HOME=str(home)) == str(own)
    told = "-Xmx1g -Djavax.net.ssl.trustStore=/opt/corp.jks -Djavax.net.ssl.trustStorePassword=secret"
    assert found(JAVA_HOME=str(home), JAVA_TOOL_OPTIONS=told) == "/opt/corp.jks"
    assert read_trust({}, "Windows", str(tmp_path / "root")).java == ""


def test_a_java_home_that_is_not_set_is_not_the_folder_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib/security").mkdir(parents=True)
    (tmp_path / "lib/security/cacerts").write_bytes(jks(*DERS))
    monkeypatch.chdir(tmp_path)
    assert read_trust({}, "Windows", str(tmp_path / "root")).java == ""
