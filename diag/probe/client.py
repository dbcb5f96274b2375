"""The certificate of this client: shown where a server asks for one, and what a server may not like about it."""

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import SSL
from OpenSSL.crypto import X509Name

from diag.model.answer import ClientShown
from diag.model.observation import Unsupported
from diag.model.secret import Credential
from diag.model.text import clean
from diag.model.wire.unreadable import guarded_as

MOST_AUTHORITIES = 20
_LONGEST_NAME = 200


def show(context: SSL.Context, credential: Credential) -> None:
    """Have the connections of `context` show this certificate. Raises Unsupported where OpenSSL will not."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # only for who has a certificate

    own, *above = (x509.load_der_x509_certificate(der) for der in credential.chain)
    key = load_pem_private_key(credential.key.reveal().encode(), None)
    try:
        context.use_certificate(own)
        context.use_privatekey(key)  # type: ignore[arg-type]  # it takes every key that TLS knows
        for certificate in above:
            context.add_extra_chain_cert(certificate)
    except (SSL.Error, TypeError) as error:
        raise Unsupported("this OpenSSL does not use the client's certificate: its key may be too weak") from error


@guarded_as(())
def accepted(connection: SSL.Connection) -> tuple[X509Name, ...]:
    """Return the authorities whose client certificates the server says it accepts (RFC 8446, section 4.2.4; RFC 5246,
    section 7.4.4).
    """
    return tuple(connection.get_client_ca_list())


@guarded_as(())
def names(authorities: tuple[X509Name, ...]) -> tuple[str, ...]:
    """Return the first of them as texts, much as RFC 4514 has it."""
    return tuple(clean(_text(name), _LONGEST_NAME) for name in authorities[:MOST_AUTHORITIES])


def _text(name: X509Name) -> str:
    parts = reversed(name.get_components())
    return ",".join(f"{kind.decode('ascii', 'replace')}={value.decode('utf-8', 'replace')}" for kind, value in parts)


def _folded(name: bytes) -> bytes:
    """A name, as DER, in which capitals make no difference (RFC 5280, section 7.1); it is fit for comparing and nothing else."""
    return name.lower()


def shown(credential: Credential, authorities: tuple[X509Name, ...]) -> ClientShown:
    """Return what a server may look at."""
    chain = [x509.load_der_x509_certificate(der) for der in credential.chain]
    own = chain[0]
    try:
        purposes = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        for_clients = bool({ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & {*purposes})
    except x509.ExtensionNotFound:
        for_clients = True
    return ClientShown(
        own.not_valid_before_utc,
        own.not_valid_after_utc,
        for_clients,
        _is_wanted(chain, authorities),
    )


@guarded_as(False)
def _is_wanted(chain: list[x509.Certificate], authorities: tuple[X509Name, ...]) -> bool:
    """Whether one of the authorities that a server names stands in the chain."""
    return not {_folded(one.issuer.public_bytes()) for one in chain}.isdisjoint(_folded(name.der()) for name in authorities)
