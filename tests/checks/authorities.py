"""Certificates made for the tests: authorities that sign, and what they sign, as real DER."""

import ipaddress
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from tests.checks.replies import HOST, NOW

DOMAIN_VALIDATED = "2.23.140.1.2.1"
"""The CA/Browser Forum's policy that public authorities put into what they sign."""


@cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    """One key a name, so that a cross-signed authority keeps its own."""
    return ec.generate_private_key(ec.SECP256R1())


def certificate(
    subject: str,
    issuer: str,
    *names: str,
    signed_with: str = "",
    ca: bool = False,
    start: datetime = NOW - timedelta(days=60),
    end: datetime = NOW + timedelta(days=60),
    issuer_url: str = "",
    policy: str = "",
) -> bytes:
    """DER of one certificate: `subject`'s key, signed by `issuer`'s."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key(subject).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
    )
    if names:
        alternative: list[x509.GeneralName] = []
        for name in names:
            try:
                alternative.append(x509.IPAddress(ipaddress.ip_address(name)))
            except ValueError:
                alternative.append(x509.DNSName(name))
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative), critical=False)
    if issuer_url:
        place = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(issuer_url))
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    if policy:
        information = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
        builder = builder.add_extension(x509.CertificatePolicies([information]), critical=False)
    return builder.sign(key(signed_with or issuer), hashes.SHA256()).public_bytes(Encoding.DER)


ROOT = certificate("Example Root", "Example Root", ca=True, end=NOW + timedelta(days=3000))
INTERMEDIATE = certificate("Example Issuing", "Example Root", ca=True, end=NOW + timedelta(days=900))
AIA = "http://203.0.113.80/issuing.der"
AIA_BY_NAME = "http://issuers.example.net/issuing.der"


def leaf(*names: str, issuer: str = "Example Issuing", url: str = "", policy: str = "", **days: datetime) -> bytes:
    """A server's certificate for these names (the usual host where none is given)."""
    return certificate((names or (HOST,))[0], issuer, *(names or (HOST,)), issuer_url=url, policy=policy, **days)


PUBLIC_LEAF = leaf(policy=DOMAIN_VALIDATED)
CORP_LEAF = leaf(issuer="Corp Root")
CORP_ROOT = certificate("Corp Root", "Corp Root", ca=True)
