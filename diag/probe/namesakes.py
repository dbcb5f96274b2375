"""What does a store hold by one name? A root that was renewed keeps its name, and has another key.

OpenSSL looks for an issuer by its name, and says no more than that none fits. So the files of the store are read once more: those
with all authorities in them, and of a folder those that OpenSSL itself would open, which bear the hash of a name.

A root may also say of itself that another certificate signed it: OpenSSL looks for that one, and no name leads anywhere else.
"""

import os
import re
import ssl
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from OpenSSL import crypto

from diag.model.local_file import read_file
from diag.model.namesake import Namesake
from diag.model.wire.certificate_der import extension_of, signed_by_key_of
from diag.model.wire.unreadable import guarded_as
from diag.probe.stores import PEM_CERTIFICATE, Roots

_LARGEST_LIST = 16_000_000
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
"""How OpenSSL names the files of its folders (openssl-rehash(1))."""
_MOST_FILES = 2_000
_MOST = 4
"""How many certificates of one name are told."""


@guarded_as(())
def namesakes(below: crypto.X509, stores: tuple[Roots, ...]) -> tuple[Namesake, ...]:
    """Return the certificates of these stores that bear the name of the issuer of `below`."""
    child = below.to_cryptography()
    name = child.issuer.public_bytes()
    found = {der: None for roots in stores for der in _held(roots) if name in der}
    return tuple(filter(None, (_namesake(der, child, name) for der in found)))[:_MOST]


@guarded_as(())
def denying_itself(top: crypto.X509) -> tuple[Namesake, ...]:
    """Return this certificate of a store where it bears its own name as its issuer's and says that its issuer is another one;
    empty: it does not.
    """
    itself = top.to_cryptography()
    if itself.issuer != itself.subject or not _is_unlike(itself, itself):
        return ()
    return (_described(itself, itself),)


@guarded_as(None)
def _namesake(der: bytes, child: x509.Certificate, name: bytes) -> Namesake | None:
    held = x509.load_der_x509_certificate(der)
    return _described(held, child) if held.subject.public_bytes() == name else None


def _described(held: x509.Certificate, child: x509.Certificate) -> Namesake:
    return Namesake(
        fingerprint=held.fingerprint(hashes.SHA256()).hex(),
        not_after=held.not_valid_after_utc,
        signed=bool(signed_by_key_of(child, held)),
        is_root=held.issuer == held.subject,
        unlike=_is_unlike(held, child),
    )


def _is_unlike(held: x509.Certificate, child: x509.Certificate) -> bool:
    """Whether a certificate says that its issuer's is another one than this, as OpenSSL compares (X509_check_akid)."""
    said = extension_of(child, x509.AuthorityKeyIdentifier)
    if said is None:
        return False
    own = extension_of(held, x509.SubjectKeyIdentifier)
    if said.key_identifier and own and said.key_identifier != own.digest:
        return True
    if said.authority_cert_serial_number not in (None, held.serial_number):
        return True
    named = [one.value for one in said.authority_cert_issuer or () if isinstance(one, x509.DirectoryName)]
    return bool(named) and named[0] != held.issuer


def _held(roots: Roots) -> Iterator[bytes]:
    """Yield the certificates of one store, as DER."""
    files = (*roots.files, *(file for folder in roots.folders for file in _hashed(folder)))
    for contents in (roots.pem, *(read_file(file, _LARGEST_LIST).data for file in files)):
        for block in PEM_CERTIFICATE.findall(contents):
            yield from _der(block)


def _hashed(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [f"{folder}/{name}" for name in sorted(names) if _HASHED.fullmatch(name)][:_MOST_FILES]


@guarded_as(())
def _der(block: bytes) -> tuple[bytes, ...]:
    return (ssl.PEM_cert_to_DER_cert(block.decode("ascii")),)
