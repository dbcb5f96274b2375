"""By what a private key would be recognised in a bundle: its secret numbers, in the forms in which keys are written down."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from diag.bundle.encodings import in_base64

LINE = 64
"""Characters of Base64 in one line of a PEM file (RFC 7468, section 2)."""
_SECRET_SHARE = 16
"""How many secret bytes a line has to hold to be looked for: half of the shortest number, so that one of two lines does.

A line of a public part stands in certificates, too.
"""


def marks(pem: str) -> Iterator[bytes]:
    """Yield the byte strings that no bundle may hold of this key (PEM, unencrypted): each is long, and says something of the
    secret.

    Its numbers raw, as hexadecimal and in Base64 wherever they begin; and the lines of its PEM forms that hold them, since a
    number that is broken over two lines is found in neither of the other ways.
    """
    key = load_pem_private_key(pem.encode(), None)
    secrets = set(_numbers(key))
    for number in secrets:
        yield number
        yield number.hex().encode()
        yield number.hex().upper().encode()
        for inside in in_base64(number):
            yield inside
            yield inside.translate(bytes.maketrans(b"+/", b"-_"))
    forms = [PrivateFormat.PKCS8]
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        forms.append(PrivateFormat.TraditionalOpenSSL)
    for form in forms:
        der = key.private_bytes(Encoding.DER, form, NoEncryption())
        lines = key.private_bytes(Encoding.PEM, form, NoEncryption()).splitlines()[1:-1]
        held = {at for number in secrets if (start := der.find(number)) >= 0 for at in range(start, start + len(number))}
        for row, line in enumerate(lines):
            covered = range(row * LINE * 3 // 4, (row + 1) * LINE * 3 // 4)
            if len(held.intersection(covered)) >= _SECRET_SHARE:
                yield line


def _numbers(key: object) -> Iterator[bytes]:
    """The secret numbers of a key, big-endian, as long as DER has them."""
    match key:
        case ec.EllipticCurvePrivateKey():
            yield key.private_numbers().private_value.to_bytes((key.key_size + 7) // 8, "big")
        case rsa.RSAPrivateKey():
            secret = key.private_numbers()
            for number in (secret.d, secret.p, secret.q, secret.dmp1, secret.dmq1, secret.iqmp):
                yield number.to_bytes((number.bit_length() + 7) // 8, "big")
        case ed25519.Ed25519PrivateKey() | ed448.Ed448PrivateKey():
            yield key.private_bytes_raw()
