"""Where the authorities are that a chain is held against: the system's, those of certifi, or a file's.

The system's are what its OpenSSL programs use: `SSL_CERT_FILE` and `SSL_CERT_DIR` where they are set, each in place of its
half of the usual places. Windows and macOS keep theirs elsewhere; they are asked for them.
"""

import contextlib
import importlib
import re
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from OpenSSL import SSL, crypto

from diag.model.local_file import read_file
from diag.model.observation import Unsupported
from diag.probe.key_store import is_key_store, read_key_store

_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Red Hat and kin
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora before them
    "/var/lib/ca-certificates/ca-bundle.pem",  # SUSE
    "/etc/ssl/ca-bundle.pem",  # older SUSE
    "/etc/ssl/cert.pem",  # Alpine, BSD, macOS
)
_FOLDERS = ("/etc/ssl/certs", "/etc/pki/tls/certs")
PEM_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
"""A certificate in a PEM file."""
_LONGEST_KEY_STORE = 8_000_000


class Roots(Struct, frozen=True):
    """A set of authorities: files and folders for OpenSSL to read, and certificates as PEM that are in no file."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    pem: bytes = b""
    locked: bool = False
    """Whether there is a key store that cannot be read, so that nothing is known of what it holds."""


def find_roots(trust: str, environment: Mapping[str, str], root: str = "") -> Roots:
    """Return the authorities behind a question's `trust`: `system`, `certifi`, or the path of a PEM file or a Java key store.

    `root` stands before the usual places. Raises Unsupported where certifi is not installed.
    """
    if trust == "certifi":
        return Roots(files=(_certifi(),))
    if trust != "system":
        return _key_store(trust) or Roots(files=(trust,))
    file, folder = environment.get("SSL_CERT_FILE", ""), environment.get("SSL_CERT_DIR", "")
    usual = _usual_places(root) if not (file and folder) else Roots()
    return Roots(
        files=(file,) if file else usual.files,
        folders=(folder,) if folder else usual.folders,
        pem=b"" if file else usual.pem,
    )


def fill(context: SSL.Context, roots: Roots) -> bool:
    """Put `roots` into a context's store. False: a file that was named cannot be read or holds no certificate."""
    whole = True
    for file in roots.files:
        whole &= _load(context, file, None)
    for folder in roots.folders:
        _load(context, None, folder)
    store = context.get_cert_store()
    assert store
    for block in PEM_CERTIFICATE.findall(roots.pem):
        with contextlib.suppress(crypto.Error):  # one that OpenSSL cannot read is in no program's store
            store.add_cert(crypto.load_certificate(crypto.FILETYPE_PEM, block))
    return whole


def _load(context: SSL.Context, file: str | None, folder: str | None) -> bool:
    try:
        context.load_verify_locations(file, folder)
    except SSL.Error:
        return False
    return True


def _key_store(path: str) -> Roots | None:
    """What a Java key store holds; None: the file is none, or it cannot be read."""
    contents = read_file(path, _LONGEST_KEY_STORE)
    if not contents.complete or not is_key_store(contents.data):
        return None
    kept = read_key_store(contents.data)
    if kept is None:
        return Roots(files=(path,), locked=True)
    return Roots(pem="".join(map(ssl.DER_cert_to_PEM_cert, kept)).encode()) if kept else None


def _certifi() -> str:
    try:
        return str(importlib.import_module("certifi").where())
    except ImportError as error:
        raise Unsupported("certifi is not installed") from error


def _usual_places(root: str) -> Roots:
    if sys.platform == "win32":
        from diag.probe.system_roots import system_listing, windows_roots

        return Roots(pem=windows_roots(system_listing))
    if sys.platform == "darwin":
        from diag.probe.system_roots import keychain_roots, run_tool

        if pem := keychain_roots(run_tool):
            return Roots(pem=pem)
    return Roots(
        files=tuple(root + file for file in _FILES if Path(root + file).is_file())[:1],
        folders=tuple(root + folder for folder in _FOLDERS if Path(root + folder).is_dir()),
    )
