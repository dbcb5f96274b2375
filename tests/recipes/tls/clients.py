"""Recipes of the family tls: servers that ask their clients for a certificate, and clients that show one."""

from collections.abc import Callable
from datetime import timedelta

from cryptography.x509.oid import ExtendedKeyUsageOID

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity, pem
from diag.model.verdict import Status
from tests.netns import House
from tests.recipes.services import HOST, Page, declared, name_all, now, private_authority, serve_pages
from tests.recipes.tls.servers import POSTGRES, postgres
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

Given = Callable[[CertificateAuthority], IssuedCertificate]
CLIENT_AUTH = (ExtendedKeyUsageOID.CLIENT_AUTH,)
"""The purpose of a client's certificate."""


def good(authority: CertificateAuthority) -> IssuedCertificate:
    """A client's certificate without fault."""
    return authority.leaf("client.house.test", purposes=CLIENT_AUTH)


def expired(authority: CertificateAuthority) -> IssuedCertificate:
    """One that has run out."""
    validity = Validity.around(now(), before=timedelta(days=90), after=timedelta(days=-2))
    return authority.leaf("client.house.test", purposes=CLIENT_AUTH, validity=validity)


def for_servers(authority: CertificateAuthority) -> IssuedCertificate:
    """One that was issued for servers alone."""
    return authority.leaf("client.house.test")


def of_another(_: CertificateAuthority) -> IssuedCertificate:
    """One of an authority that the server does not know."""
    return private_authority(title="Other").leaf("client.house.test", purposes=CLIENT_AUTH)


def showing(house: House, look: Look, credential: IssuedCertificate | None) -> Look:
    """The same look, by a client that has this certificate to show."""
    if credential is None:
        return look
    path, key = house.home / "client.pem", house.home / "client.key"
    path.write_bytes(pem(credential.certificate, *credential.chain))
    key.write_bytes(credential.key_pem())
    return Look(**{name: getattr(look, name) for name in Look.__struct_fields__} | {"cert": str(path), "key": str(key)})


def nginx(given: Given | None, *, verify: str = "on") -> Stage:
    """Nginx that asks for a certificate of its authority; `given` is what the client shows."""

    def stage(house: House) -> Look:
        authority = private_authority()
        terms = f"ssl_verify_client {verify}; ssl_verify_depth 2; ssl_client_certificate root.pem;"
        page = Page(authority.leaf(HOST), terms=terms if verify else "")
        serve_pages(house, page, files={"root.pem": pem(authority.root.certificate)})
        name_all(house, HOST)
        return showing(house, declared(house, authority), given(authority) if given else None)

    return stage


def openssl(given: Given | None, *options: str, scheme: str = "tls") -> Stage:
    """OpenSSL's own server that ends every handshake without a certificate of its authority."""

    def stage(house: House) -> Look:
        authority = private_authority()
        leaf = authority.leaf(HOST)
        files = {
            "cert.pem": pem(leaf.certificate, *leaf.chain),
            "key.pem": leaf.key_pem(),
            "root.pem": pem(authority.root.certificate),
        }
        folder = house.errand("openssl", files)
        server = ["openssl", "s_server", "-quiet", "-accept", "443", "-Verify", "3", "-verify_return_error"]
        named = ["-cert", folder / "cert.pem", "-cert_chain", folder / "cert.pem", "-key", folder / "key.pem"]
        house.serve([*server, *named, "-CAfile", folder / "root.pem", "-www", *options], port=443, folder=folder)
        name_all(house, HOST)
        look = declared(house, authority)
        look = Look(**{name: getattr(look, name) for name in Look.__struct_fields__} | {"endpoints": (f"{scheme}://{HOST}:443",)})
        return showing(house, look, given(authority) if given else None)

    return stage


def database(given: Given) -> Stage:
    """PostgreSQL that asks for a certificate of its authority."""

    def stage(house: House) -> Look:
        authority = private_authority()
        postgres(house, authority.leaf(HOST), clients=authority.root)
        name_all(house, HOST)
        look = declared(house, authority)
        look = Look(**{name: getattr(look, name) for name in Look.__struct_fields__} | {"endpoints": (f"postgres://{HOST}",)})
        return showing(house, look, given(authority))

    return stage


REJECTED = "tls-client-certificate-rejected"
REQUIRED = "tls-client-certificate-required"
OPENSSL = ("openssl",)
RECIPES: tuple[Recipe, ...] = (
    *of(
        REJECTED,
        problem("nginx-expired", "nginx is shown a certificate that has run out, and says so with a page.", nginx(expired)),
        problem("nginx-of-another", "nginx is shown a certificate of an authority that it does not know.", nginx(of_another)),
        problem(
            "tls-1.3-of-another",
            "OpenSSL's server refuses, in TLS 1.3, a certificate of an authority that it does not know.",
            openssl(of_another, "-tls1_3"),
            needs=OPENSSL,
        ),
        problem(
            "tls-1.2-expired",
            "OpenSSL's server refuses, in TLS 1.2, a certificate that has run out.",
            openssl(expired, "-tls1_2"),
            needs=OPENSSL,
        ),
        problem(
            "tls-1.3-for-servers",
            "OpenSSL's server refuses, in TLS 1.3, a certificate that was issued for servers; HTTP is spoken over it.",
            openssl(for_servers, "-tls1_3", scheme="https"),
            needs=OPENSSL,
        ),
        problem(
            "postgres-of-another",
            "PostgreSQL refuses a certificate of an authority that it does not know.",
            database(of_another),
            needs=(POSTGRES,),
        ),
        ok("nginx-accepted", "nginx accepts the certificate.", nginx(good)),
        ok("tls-1.2-accepted", "OpenSSL takes it in TLS 1.2.", openssl(good, "-tls1_2"), needs=OPENSSL),
        ok("tls-1.3-accepted", "OpenSSL takes it in TLS 1.3.", openssl(good, "-tls1_3"), needs=OPENSSL),
        ok("postgres-accepted", "PostgreSQL accepts the certificate.", database(good), needs=(POSTGRES,)),
        near_miss("never-asked-for", "The certificate has run out, and nginx never asks for one.", nginx(expired, verify="")),
        near_miss(
            "checked-by-nobody",
            "The certificate is of an authority that nginx does not know, and nginx asks for one only to pass it on.",
            nginx(of_another, verify="optional_no_ca"),
        ),
    ),
    *of(
        REQUIRED,
        problem("nginx", "nginx wants a certificate, and says with a page that none came.", nginx(None)),
        problem(
            "without-http-1.3",
            "OpenSSL's server wants a certificate in TLS 1.3, and no HTTP is spoken that would bring the word.",
            openssl(None, "-tls1_3"),
            needs=OPENSSL,
        ),
        problem("without-http-1.2", "OpenSSL's server wants a certificate in TLS 1.2.", openssl(None, "-tls1_2"), needs=OPENSSL),
        near_miss(
            "shown",
            "A certificate is wanted, and one that has run out is shown.",
            openssl(expired, "-tls1_3"),
            REJECTED,
            says=Status.NOT_APPLICABLE,
            needs=OPENSSL,
        ),
    ),
)
