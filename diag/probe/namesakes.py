"""What does a store hold by one name? A root that was renewed keeps its name, and has another key.

OpenSSL looks for an issuer by its name, and says no more than that none fits. So the files of the store are read once more: those
with all authorities in them, and of a folder the ones that OpenSSL itself would open, by the hash of the name.
"""

import ssl
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from OpenSSL import crypto

from diag.model.local_file import read_file
from diag.model.namesake import Namesake
from diag.model.wire.certificate_der import signed_by_key_of
from diag.model.wire.unreadable import guarded_as
from diag.probe.stores import PEM_CERTIFICATE, Roots

_LARGEST_LIST = 16_000_000
_SAME_HASH = 4
"""How many files of one hash are opened."""
_MOST = 4
"""How many certificates of one name are told."""


@guarded_as(())
def namesakes(below: crypto.X509, stores: tuple[Roots, ...]) -> tuple[Namesake, ...]:
    """Return the certificates of these stores that bear the name of the issuer of `below`."""
    child = below.to_cryptography()
    name = child.issuer.public_bytes()
    found = {der: None for roots in stores for der in _held(roots, below) if name in der}
    return tuple(filter(None, (_namesake(der, child, name) for der in found)))[:_MOST]


@guarded_as(None)
def _namesake(der: bytes, child: x509.Certificate, name: bytes) -> Namesake | None:
    held = x509.load_der_x509_certificate(der)
    if held.subject.public_bytes() != name:
        return None
    return Namesake(
        fingerprint=held.fingerprint(hashes.SHA256()).hex(),
        not_after=held.not_valid_after_utc,
        signed=bool(signed_by_key_of(child, held)),
        is_root=held.issuer == held.subject,
    )


def _held(roots: Roots, below: crypto.X509) -> Iterator[bytes]:
    """Yield the certificates of one store, as DER; of its folders those with the hash of the issuer's name."""
    hashed = f"{below.get_issuer().hash():08x}"
    files = (*roots.files, *(f"{folder}/{hashed}.{number}" for folder in roots.folders for number in range(_SAME_HASH)))
    for contents in (roots.pem, *(read_file(file, _LARGEST_LIST).data for file in files)):
        for block in PEM_CERTIFICATE.findall(contents):
            yield from _der(block)


@guarded_as(())
def _der(block: bytes) -> tuple[bytes, ...]:
    return (ssl.PEM_cert_to_DER_cert(block.decode("ascii")),)
