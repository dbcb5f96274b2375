"""The algorithms of keys and signatures in certificates, by their numbers (OIDs): the usual ones, and the names of newer ones."""

_RSA, _EC, _DSA = "1.2.840.113549.1.1.", "1.2.840.10045.", "1.2.840.10040.4."
_EDWARDS = ("1.3.101.112", "1.3.101.113")
_OF_OIW = "1.3.14.3.2."
"""Old numbers for RSA and DSA with SHA-1."""
_OF_NIST = "2.16.840.1.101.3.4.3."
"""Signatures that NIST has numbered: up to 16 those of DSA, ECDSA and RSA with newer hashes."""
_LAST_USUAL = 16
UNUSUAL = {
    f"{_OF_NIST}17": "ML-DSA-44",
    f"{_OF_NIST}18": "ML-DSA-65",
    f"{_OF_NIST}19": "ML-DSA-87",
    f"{_OF_NIST}20": "SLH-DSA-SHA2-128s",
    f"{_OF_NIST}21": "SLH-DSA-SHA2-128f",
    f"{_OF_NIST}22": "SLH-DSA-SHA2-192s",
    f"{_OF_NIST}23": "SLH-DSA-SHA2-192f",
    f"{_OF_NIST}24": "SLH-DSA-SHA2-256s",
    f"{_OF_NIST}25": "SLH-DSA-SHA2-256f",
    f"{_OF_NIST}26": "SLH-DSA-SHAKE-128s",
    f"{_OF_NIST}27": "SLH-DSA-SHAKE-128f",
    f"{_OF_NIST}28": "SLH-DSA-SHAKE-192s",
    f"{_OF_NIST}29": "SLH-DSA-SHAKE-192f",
    f"{_OF_NIST}30": "SLH-DSA-SHAKE-256s",
    f"{_OF_NIST}31": "SLH-DSA-SHAKE-256f",
    "1.2.156.10197.1.501": "SM2",
}
"""What numbers beyond the usual ones stand for (RFC 9881, RFC 9909, GM/T 0015)."""
SINCE = {"ML-DSA": (3, 5), "SLH-DSA": (3, 5), "SM2": (1, 1)}
"""The version of OpenSSL from which it knows them, by the beginning of the name."""


def unusual(number: str) -> str:
    """Return the name of an algorithm that is none of RSA, DSA, ECDSA and EdDSA, or its number where it has no name here;
    empty: it is one of these.
    """
    if number.startswith((_RSA, _EC, _DSA, _OF_OIW)) or number in _EDWARDS:
        return ""
    if number.startswith(_OF_NIST) and int(number.removeprefix(_OF_NIST)) <= _LAST_USUAL:
        return ""
    return UNUSUAL.get(number, number)


def known_since(name: str) -> tuple[int, ...]:
    """Return the version of OpenSSL from which it knows an unusual algorithm; empty: none that is known of."""
    return next((version for start, version in SINCE.items() if name.startswith(start)), ())
