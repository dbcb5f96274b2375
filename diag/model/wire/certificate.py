"""One certificate, from DER to the facts that checks ask about (RFC 5280). Nothing here trusts or distrusts."""

from datetime import datetime
from functools import lru_cache

import msgspec
from msgspec import Struct

from diag.model.address import literal
from diag.model.wire.facts import Certificate
from diag.model.wire.unreadable import Unreadable, guarded, guarded_as

ALTERNATIVE_NAMES = "2.5.29.17"
"""The number of the extension in which a certificate lists its names (RFC 5280, section 4.2.1.6)."""


class Described(Struct, frozen=True):
    """A certificate without its bytes, which would name somebody: what strict redaction leaves of a private authority's."""

    described: Certificate
    signers: tuple[str, ...]
    """Fingerprints of the certificates beside it whose keys made its signature."""


_DESCRIBED = b'{"described":'
_LARGEST = 1 << 16
_DESCRIPTION = msgspec.json.Decoder(Described)


def describe(certificate: Certificate, signers: tuple[str, ...]) -> bytes:
    """Return the bytes that are read, here and wherever a certificate is, as this certificate, signed by these."""
    return msgspec.json.encode(Described(certificate, signers))


@guarded_as(False)
def is_described(content: bytes) -> bool:
    """Return whether these bytes are what `describe` made."""
    return _described(content) is not None


@lru_cache(maxsize=4096)
@guarded_as(None)
def _described(content: bytes) -> Described | None:
    """What `describe` made; None where it did not, or not so."""
    if not content.startswith(_DESCRIBED) or len(content) > _LARGEST:
        return None
    found = _DESCRIPTION.decode(content)
    values = [getattr(found.described, name) for name in found.described.__struct_fields__]
    texts = [text for value in values for text in (value if isinstance(value, tuple) else (value,)) if isinstance(text, str)]
    whole = all(text.isprintable() for text in texts) and all(value.tzinfo for value in values if isinstance(value, datetime))
    return found if whole else None


@lru_cache(maxsize=4096)
@guarded("certificate")
def read_certificate(der: bytes) -> Certificate | Unreadable:
    """Return the facts of a DER certificate, or of one that was described; `Unreadable` where it is none."""
    described = _described(der)
    if described is not None:
        return described.described
    from diag.model.wire.certificate_der import facts  # the library is loaded by who reads the first certificate

    return facts(der)


@lru_cache(maxsize=4096)
@guarded_as(())
def read_chain(chain: tuple[bytes, ...]) -> tuple[Certificate, ...]:
    """Return the readable certificates of a chain, in the order presented."""
    read = (read_certificate(der) for der in chain)
    return tuple(certificate for certificate in read if isinstance(certificate, Certificate))


@lru_cache(maxsize=4096)
@guarded_as(False)
def signed_by(child: bytes, parent: bytes) -> bool:
    """Return whether `parent`'s key made the signature on `child`, and the names agree. False where either is unreadable."""
    described = _described(child)
    if described is not None:
        above = read_certificate(parent)
        return isinstance(above, Certificate) and above.fingerprint in described.signers
    from diag.model.wire.certificate_der import signed  # as above

    return signed(child, parent)


def covers(certificate: Certificate, host: str) -> bool:
    """Return whether a certificate is for `host` (RFC 9525): alternative names only, a wildcard for one whole leftmost label.

    An address is covered by an address alone, never by a DNS name that is spelt like one.
    """
    ip = literal(host)
    if ip is not None:
        return any(literal(address) == ip for address in certificate.addresses)
    return any(fits(name, host) for name in certificate.names)


def fits(name: str, host: str) -> bool:
    """Return whether a DNS name as certificates write it is that of `host`: the same, or with a star for its leftmost label."""
    wanted = host.lower().rstrip(".")
    _, _, parent = wanted.partition(".")
    return name == wanted or (name.startswith("*.") and name[2:] == parent and "." in parent)
