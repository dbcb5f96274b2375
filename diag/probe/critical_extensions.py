"""The strict rules about what must be marked critical (RFC 5280, sections 4.2.1.6 and 4.2.1.9).

OpenSSL 3, with which Python 3.13 comes, holds certificates to them; OpenSSL 4 does not any more. So they are looked at here, or
the finding would depend on the OpenSSL that diag happens to bring along.
"""

from collections.abc import Iterator, Mapping

from cryptography import x509
from OpenSSL import crypto

from diag.model.answer import VerifyError
from diag.model.wire.unreadable import guarded_as

NAMES_NOT_CRITICAL = 88
CONSTRAINTS_NOT_CRITICAL = 89
"""OpenSSL's numbers (X509_V_ERR) for what is not marked. What is marked against the rules, no OpenSSL takes anyway."""


def wrongly_marked(path: Mapping[int, crypto.X509]) -> Iterator[VerifyError]:
    """Yield the complaints about the certificates of a path, by depth.

    A path of one certificate alone is held to none of the rules.
    """
    for depth, certificate in path.items() if len(path) > 1 else ():
        yield from (VerifyError(code, depth) for code in complaints(certificate))


@guarded_as(())
def complaints(certificate: crypto.X509) -> tuple[int, ...]:
    """Return the complaints about one certificate; none where it cannot be read: it is refused for that."""
    readable = certificate.to_cryptography()
    return tuple(_complaints(readable, {type(extension.value): extension for extension in readable.extensions}))


def _complaints(
    certificate: x509.Certificate, marks: Mapping[type[x509.ExtensionType], x509.Extension[x509.ExtensionType]]
) -> Iterator[int]:
    names = marks.get(x509.SubjectAlternativeName)
    if names and not names.critical and not list(certificate.subject):
        yield NAMES_NOT_CRITICAL
    constraints = marks.get(x509.BasicConstraints)
    if constraints and isinstance(constraints.value, x509.BasicConstraints) and constraints.value.ca and not constraints.critical:
        yield CONSTRAINTS_NOT_CRITICAL
