"""Recipes of the family tls: certificates whose path, days and names are right, and which may not be used so all the same."""

import dataclasses
import warnings
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dh, rsa
from cryptography.hazmat.primitives.serialization import Encoding, ParameterFormat
from cryptography.utils import CryptographyDeprecationWarning
from msgspec.structs import replace

from diag.lab.authority import IssuedCertificate, Validity, issue, pem
from tests.netns import House
from tests.recipes.machine.compared import REPOSITORY
from tests.recipes.services import HOST, Page, declared, name_all, now, private_authority, serve_pages, usual
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem


def _days() -> Validity:
    return Validity.around(now(), after=timedelta(days=60))


def trusted(house: House, root: IssuedCertificate, leaf: IssuedCertificate) -> Look:
    """A web server with this certificate, whose root is in the system's own store."""
    serve_pages(house, Page(leaf))
    name_all(house, HOST)
    return usual(house, root)


def limited_to(domain: str) -> Stage:
    """The company's authority in between may sign for one domain only."""

    def stage(house: House) -> Look:
        root = private_authority("Company").root
        between = issue("Company Limited", issuer=root, validity=_days(), permitted=(domain,))
        leaf = issue(HOST, issuer=between, validity=_days(), names=(HOST,))
        return trusted(house, root, leaf.presenting(between.certificate))

    return stage


def one_too_many(house: House) -> Look:
    """An authority that allows none below it has signed another one."""
    root = private_authority("Company").root
    upper = issue("Company Upper", issuer=root, validity=_days(), path_length=0)
    lower = issue("Company Lower", issuer=upper, validity=_days())
    leaf = issue(HOST, issuer=lower, validity=_days(), names=(HOST,))
    return trusted(house, root, leaf.presenting(lower.certificate, upper.certificate))


def no_authority(house: House) -> Look:
    """What signed for the server is a server's certificate itself."""
    root = private_authority("Company").root
    other = issue("other.house.test", issuer=root, validity=_days(), names=("other.house.test",))
    leaf = issue(HOST, issuer=other, validity=_days(), names=(HOST,))
    return trusted(house, root, leaf.presenting(other.certificate))


def strangely_signed(house: House) -> Look:
    """The server's own certificate is signed by an algorithm that nobody knows."""
    authority = private_authority("Company")
    leaf = authority.leaf(HOST)
    usual_one, strange = bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06082b0601040183b203")
    content = leaf.certificate.public_bytes(Encoding.DER).replace(usual_one, strange)
    signed = dataclasses.replace(leaf, certificate=x509.load_der_x509_certificate(content))
    serve_pages(house, Page(signed, terms="ssl_ciphers ALL:@SECLEVEL=0;"))  # or this server, too, would refuse it
    name_all(house, HOST)
    return usual(house, authority)


def crossed(*, known: bool) -> Stage:
    """The list here has an old root that ran out; the service sends the certificate by which it vouched for its successor.

    `known`: the public list has the successor.
    """

    def stage(house: House) -> Look:
        authority = private_authority("New")
        past = Validity.around(now(), before=timedelta(days=3000), after=timedelta(days=-200))
        older = issue("Old Root", issuer=None, validity=past)
        vouched = issue("New Root", issuer=older, validity=past, key=authority.root.key)
        leaf = authority.leaf(HOST)
        look = trusted(house, older, leaf.presenting(*leaf.chain, vouched.certificate))
        public = house.errand("authorities", {"public.pem": pem((authority.root if known else older).certificate)}) / "public.pem"
        package = house.errand("public", {"certifi.py": f"def where() -> str:\n    return {str(public)!r}\n"})
        more = {**look.environment, "PYTHONPATH": f"{package}:{REPOSITORY}"}
        return replace(look, environment=more, public_roots=str(public))

    return stage


GROUP_2 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
"""The second group of Oakley (RFC 2409, section 6.2): 1,024 bits."""
GROUP_14 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
"""The fourteenth (RFC 3526, section 3): 2,048 bits."""


def old_in_renegotiation(house: House) -> Look:
    """A real server of TLS 1.2 that does not renegotiate safely."""
    authority = private_authority()
    leaf = authority.leaf(HOST)
    files = {"service.pem": pem(leaf.certificate, *leaf.chain), "service.key": leaf.key_pem()}
    folder = house.errand("gnutls", files)
    terms = "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"
    paths = ["--x509certfile", str(folder / "service.pem"), "--x509keyfile", str(folder / "service.key")]
    house.serve(["gnutls-serv", "--http", "--port", "443", "--priority", terms, *paths], port=443)
    name_all(house, HOST)
    return declared(house, authority)


def agreeing_by(prime: int) -> Stage:
    """A real web server that agrees on keys by Diffie-Hellman in this group alone."""

    def stage(house: House) -> Look:
        authority = private_authority()
        key = rsa.generate_private_key(65537, 2048)
        with warnings.catch_warnings():
            # That the library gives up finite fields is the very reason why a server of this kind is told.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            group = dh.DHParameterNumbers(prime, 2).parameters().parameter_bytes(Encoding.PEM, ParameterFormat.PKCS3)
        terms = "ssl_protocols TLSv1.2; ssl_ciphers DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0; ssl_dhparam group.pem;"
        serve_pages(house, Page(authority.leaf(HOST, key=key), terms=terms), files={"group.pem": group})
        name_all(house, HOST)
        return declared(house, authority)

    return stage


RENEGOTIATION, EXCHANGE = "tls-legacy-renegotiation", "tls-weak-key-exchange"
ENDED = (
    *of(
        RENEGOTIATION,
        problem("gnutls", "A real server that does not renegotiate safely.", old_in_renegotiation, needs=("gnutls-serv",)),
        ok("healthy/one-service"),
        near_miss("tls-weak-key-exchange/1024-bits"),
        near_miss("lab/tls-no-shared-cipher"),
    ),
    *of(
        EXCHANGE,
        problem("1024-bits", "A real web server agrees on keys in a group of 1,024 bits.", agreeing_by(GROUP_2)),
        ok("2048-bits", "A real web server agrees on keys in a group of 2,048 bits.", agreeing_by(GROUP_14)),
        near_miss("tls-legacy-renegotiation/gnutls"),
        near_miss("lab/tls-no-shared-cipher"),
    ),
)
UNFIT = "tls-certificate-unfit"
OLD_LIST = of(
    "machine-trust-store-outdated",
    problem("old-root-ran-out", "The list has an old root that ran out, and not its successor.", crossed(known=True)),
    near_miss(
        "old-root-everywhere",
        "An old root ran out, and nobody knows a successor: not this list alone is old.",
        crossed(known=False),
        "tls-certificate-expired",
    ),
)
_UNFIT = of(
    UNFIT,
    problem("lab/tls-certificate-unfit", "The certificate was issued for clients, not for servers.", in_lab(UNFIT), UNFIT),
    problem(
        "limited-to-another-domain", "The authority in between may sign for another domain only.", limited_to("else.test"), UNFIT
    ),
    problem("one-authority-too-many", "An authority that allows none below it has signed another one.", one_too_many, UNFIT),
    problem("signed-by-a-server", "What signed for the server is a server's certificate itself.", no_authority, UNFIT),
    problem(
        "algorithm-that-nobody-knows",
        "The server's own certificate is signed by an algorithm that OpenSSL does not know.",
        strangely_signed,
        UNFIT,
    ),
    ok("healthy/one-service"),
    near_miss(
        "limited-to-this-domain",
        "The authority in between may sign for this domain only.",
        limited_to("house.test"),
        "tls-trust-stores-differ",
    ),
    near_miss("tls-certificate-expired/behind-nginx"),
)
RECIPES: tuple[Recipe, ...] = (*OLD_LIST, *ENDED, *_UNFIT)
