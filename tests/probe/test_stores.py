"""Which authorities stand behind a question's trust, on each kind of system."""

import sys
from pathlib import Path

import pytest
from OpenSSL import SSL, crypto

from diag.model.observation import Unsupported
from diag.probe import stores, system_roots
from diag.probe.stores import Roots, fill, find_roots
from tests.probe.authority import issue


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Roots:
    """A Linux with a bundle and a folder of its own."""
    bundle, folder = tmp_path / "bundle.crt", tmp_path / "certs"
    bundle.write_bytes(issue("System Root", authority=True).pem)
    folder.mkdir()
    monkeypatch.setattr(stores, "_FILES", (str(tmp_path / "absent"), str(bundle), str(bundle) + ".older"))
    monkeypatch.setattr(stores, "_FOLDERS", (str(tmp_path / "nowhere"), str(folder)))
    monkeypatch.setattr(sys, "platform", "linux")
    return Roots(files=(str(bundle),), folders=(str(folder),))


def test_system_without_variables(usual: Roots) -> None:
    assert find_roots("system", {}) == usual


@pytest.mark.parametrize("value", ["/somewhere/else", "/no/such"])
def test_each_variable_stands_in_for_its_half(usual: Roots, value: str) -> None:
    assert find_roots("system", {"SSL_CERT_FILE": value}) == Roots(files=(value,), folders=usual.folders)
    assert find_roots("system", {"SSL_CERT_DIR": value}) == Roots(files=usual.files, folders=(value,))
    assert find_roots("system", {"SSL_CERT_FILE": value, "SSL_CERT_DIR": value}) == Roots(files=(value,), folders=(value,))


def test_empty_variable_is_none(usual: Roots) -> None:
    assert find_roots("system", {"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""}) == usual


def test_file(usual: Roots) -> None:
    assert find_roots("/etc/corp.pem", {"SSL_CERT_FILE": "/else"}) == Roots(files=("/etc/corp.pem",))


def test_certifi_is_its_file() -> None:
    certifi = pytest.importorskip("certifi")
    assert find_roots("certifi", {}) == Roots(files=(certifi.where(),))


def test_certifi_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "certifi", None)
    with pytest.raises(Unsupported):
        find_roots("certifi", {})


def test_macos_asks_its_keychains(usual: Roots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(system_roots, "keychain_roots", lambda run: b"what it holds")
    assert find_roots("system", {}) == Roots(pem=b"what it holds")
    assert find_roots("system", {"SSL_CERT_FILE": "/corp.pem"}) == Roots(files=("/corp.pem",))
    monkeypatch.setattr(system_roots, "keychain_roots", lambda run: b"")
    assert find_roots("system", {}) == usual


def test_a_certificate_that_nobody_can_read_does_not_spoil_the_others() -> None:
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    root = issue("Root", authority=True)
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    assert fill(context, Roots(pem=broken + root.pem))
    store = context.get_cert_store()
    assert store
    leaf = crypto.X509.from_cryptography(issue("service.test", root).certificate)
    crypto.X509StoreContext(store, leaf).verify_certificate()


def test_filling(tmp_path: Path) -> None:
    good, broken = tmp_path / "good.pem", tmp_path / "broken.pem"
    good.write_bytes(issue("One", authority=True).pem)
    broken.write_bytes(b"nonsense")

    def filled(roots: Roots) -> bool:
        return fill(SSL.Context(SSL.TLS_CLIENT_METHOD), roots)

    assert filled(Roots(files=(str(good),), folders=(str(tmp_path),), pem=issue("Two", authority=True).pem))
    assert not filled(Roots(files=(str(broken),)))
    assert not filled(Roots(files=(str(good), str(tmp_path / "absent"))))
