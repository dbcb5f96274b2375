"""What makes two recordings of one staging the same: a clock that stands still, and keys that are drawn from a seed.

Every program of the house is started with that clock (`stopped_clock.c`); how long something takes is measured by another, which
goes on. Keys and serial numbers are drawn here, and signatures over
certificates need no chance (RFC 6979). What real servers sign as they go, such as a proxy that inspects, is new each time.
"""

import contextlib
import hashlib
import os
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

MOMENT = 1_795_348_800
"""22 November 2026, noon UTC: when everything is recorded, in seconds since 1970."""
SOURCE = Path(__file__).with_name("stopped_clock.c")
LIBRARY = "stopped_clock.so"


def with_stopped_clock(folder: Path) -> dict[str, str]:
    """Return the variables that stop the clock of a program, having made in `folder` what they load.

    Raises FileNotFoundError where there is no C compiler.
    """
    library = folder / LIBRARY
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE], check=True)
    return {"LD_PRELOAD": str(library), "STOPPED_AT": str(MOMENT)}


def stopped() -> dict[str, str]:
    """Return the variables with which this process's own clock was stopped; none: it goes."""
    is_ours = os.environ.get("LD_PRELOAD", "").endswith(LIBRARY)
    return {name: os.environ[name] for name in ("LD_PRELOAD", "STOPPED_AT")} if is_ours else {}


@contextlib.contextmanager
def seeded(word: str) -> Iterator[None]:
    """Have keys and serial numbers drawn from a word, in the order in which they are asked for."""
    draws = count()

    def draw() -> Random:
        return Random(hashlib.sha256(f"{word} {next(draws)}".encode()).digest())

    def elliptic(curve: ec.EllipticCurve, backend: Any = None) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(draw().getrandbits(curve.key_size - 1), curve)

    sign = x509.CertificateBuilder.sign

    def signed(builder: x509.CertificateBuilder, key: Any, algorithm: Any, **options: Any) -> x509.Certificate:
        if isinstance(key, ec.EllipticCurvePrivateKey):
            options["ecdsa_deterministic"] = True
        return sign(builder, key, algorithm, **options)

    with (
        patch.object(ec, "generate_private_key", elliptic),
        patch.object(rsa, "generate_private_key", lambda exponent, size, backend=None: rsa_key(draw(), exponent, size)),
        patch.object(x509, "random_serial_number", lambda: draw().getrandbits(158) | 1),
        patch.object(x509.CertificateBuilder, "sign", signed),
    ):
        yield


def rsa_key(lot: Random, exponent: int, size: int) -> rsa.RSAPrivateKey:
    """Return an RSA key of `size` bits whose primes are drawn from `lot`."""
    while True:
        p, q = prime(lot, size // 2), prime(lot, size - size // 2)
        if p != q and (p * q).bit_length() == size and (p - 1) % exponent and (q - 1) % exponent:
            break
    p, q = max(p, q), min(p, q)
    d = pow(exponent, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(exponent, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def prime(lot: Random, bits: int) -> int:
    """Return a number of so many bits that is, as good as surely, a prime (Fermat's test; nobody chose it to deceive)."""
    while True:
        found = lot.getrandbits(bits) | 1 | 3 << bits - 2
        if all(found % small for small in SMALL) and all(pow(base, found - 1, found) == 1 for base in (2, 3, 5)):
            return found


SMALL = tuple(number for number in range(3, 2000, 2) if all(number % other for other in range(3, int(number**0.5) + 1, 2)))
