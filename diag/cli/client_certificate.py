"""The certificate by which this client proves itself, with its key: read from files, and checked before anything is asked.

A passphrase is asked for at the terminal and never taken from the command line, which others on this computer can see.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from diag.cli.errors import WrongUse
from diag.cli.files import shown_path
from diag.language import of_system, said
from diag.model.local_file import read_file
from diag.model.secret import Credential

_LARGEST = 1_000_000
"""Bytes of a file that are read."""
_KEY = (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey, ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)
AskPassphrase = Callable[[Path], str]
"""Asks for the passphrase of a file."""


def ask_passphrase(path: Path) -> str:
    """Return the passphrase of the key in a file, asked for at the terminal and not shown; where there is none,
    the next line given.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    try:
        return str(
            click.prompt(said("Passphrase of {name}", name=path.name), hide_input=True, default="", show_default=False, err=True)
        )
    except click.Abort:
        raise WrongUse(said("no passphrase was given for {path}: run diag again, and type it when asked", path=path)) from None


def read_credentials(keys: Mapping[str, str]) -> dict[str, Credential]:
    """Return what may be shown, by the files of the certificates; `keys` names for each the file of its key. Raises WrongUse."""
    return {path: read_credential(Path(path), Path(key) if key else None) for path, key in keys.items()}


def read_credential(certificate: Path, key: Path | None, ask: AskPassphrase = ask_passphrase) -> Credential:
    """Return the credential in these files. Raises WrongUse, in words that hold nothing of what stands in them.

    PEM (RFC 7468): certificates, the client's own first, and the key in the second file or, where there is none, in the first. Or
    PKCS #12 (RFC 7292), which holds both.
    """
    content = _read(certificate)
    if b"-----BEGIN" not in content:
        return _from_pkcs12(certificate, content, key, ask)
    try:
        chain = x509.load_pem_x509_certificates(content)
    except ValueError:
        raise WrongUse(
            said("{certificate} holds no certificate that can be read: give it as PEM or PKCS #12", certificate=certificate)
        ) from None
    where = key or certificate
    pem = _read(where) if key else content
    if b"PRIVATE KEY-----" not in pem:
        missing = said("it must be a PEM file") if key else said("name the file of its key as well (--key)")
        raise WrongUse(said("{where} holds no private key: {missing}", where=where, missing=missing))
    passphrase = ""
    try:
        found = load_pem_private_key(pem, None)
    except TypeError:  # it is encrypted
        passphrase = ask(where)
        return _checked(certificate, where, chain, _decrypted(where, pem, passphrase), passphrase)
    except (ValueError, UnsupportedAlgorithm):
        raise WrongUse(
            said("the private key in {where} cannot be read: it must be PEM, of a kind that TLS knows", where=where)
        ) from None
    return _checked(certificate, where, chain, found, passphrase)


def _from_pkcs12(path: Path, content: bytes, key: Path | None, ask: AskPassphrase) -> Credential:
    if key:
        raise WrongUse(said("{path} is no PEM file: it must hold the key itself, so take the other file away", path=path))
    passphrase = ""
    found: object
    try:
        found, own, above = load_key_and_certificates(content, None)
    except (ValueError, UnsupportedAlgorithm):
        passphrase = ask(path)
        found, own, above = _unlocked(path, content, passphrase)
    if found is None or own is None:
        raise WrongUse(said("{path} holds no certificate with its key: export both together, as PKCS #12", path=path))
    return _checked(path, path, [own, *above], found, passphrase)


def _unlocked(path: Path, content: bytes, passphrase: str) -> tuple[object, x509.Certificate | None, list[x509.Certificate]]:
    try:
        return load_key_and_certificates(content, passphrase.encode())
    except (ValueError, UnsupportedAlgorithm):
        wrong = said("{path} is neither PEM nor PKCS #12, or the passphrase is not the right one", path=path)
        raise WrongUse(wrong) from None


def _decrypted(where: Path, pem: bytes, passphrase: str) -> object:
    try:
        return load_pem_private_key(pem, passphrase.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise WrongUse(
            said("the private key in {where} cannot be decrypted with that passphrase: check it, and run diag again", where=where)
        ) from None


def _checked(certificate: Path, where: Path, chain: list[x509.Certificate], key: object, passphrase: str) -> Credential:
    """The credential, if key and certificate belong together. Raises WrongUse."""
    if not isinstance(key, _KEY):
        raise WrongUse(
            said("the private key in {where} is of a kind that TLS does not know: use an RSA, EC or Ed25519 key", where=where)
        )
    own = chain[0]
    public = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        belongs = own.public_key().public_bytes(*public) == key.public_key().public_bytes(*public)
    except (ValueError, UnsupportedAlgorithm):
        belongs = False
    if not belongs:
        first = (
            said("name the key that it was issued for")
            if len(chain) == 1
            else said("its own certificate must be the first in the file")
        )
        raise WrongUse(
            said(
                "the private key in {where} does not belong to the certificate in {certificate}: {first}",
                where=where,
                certificate=certificate,
                first=first,
            )
        )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    return Credential(tuple(one.public_bytes(Encoding.DER) for one in chain), pem, passphrase)


def _read(path: Path) -> bytes:
    found = read_file(str(path), _LARGEST)
    if found.why:
        raise WrongUse(
            said(
                "{file} cannot be read ({why}): check the path, and that you may read it",
                file=shown_path(path),
                why=of_system(found.why),
            )
        )
    if not found.data or not found.complete:
        fault = said("far too large for a certificate or a key") if found.data else said("empty")
        raise WrongUse(said("{file} is {fault}: name another file", file=shown_path(path), fault=fault))
    return found.data
