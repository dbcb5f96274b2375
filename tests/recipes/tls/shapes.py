"""Recipes of the family tls: certificates of every healthy shape, which must stay unblamed, and OpenSSL's own server."""

import subprocess
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity, issue, pem, self_signed
from diag.model.verdict import Status
from tests.netns import House
from tests.recipes.services import HOST, Page, declared, name_all, now, private_authority, serve_pages, usual
from tests.recipes.tls.revocation import status
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

YEARS = timedelta(days=1500)
PADDED = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
KINDS = {
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "rsa-4096": lambda: rsa.generate_private_key(65_537, 4096),
    "p-521": lambda: ec.generate_private_key(ec.SECP521R1()),
}


def days(after: timedelta = YEARS) -> Validity:
    """Valid since a month, and for so much longer."""
    return Validity.around(now(), after=after)


def presents(house: House, credential: IssuedCertificate, trusted: CertificateAuthority | IssuedCertificate) -> Look:
    """Nginx with this certificate; the endpoint's list declares `trusted`."""
    serve_pages(house, Page(credential))
    name_all(house, HOST)
    return declared(house, trusted)


def of_key(kind: str) -> Stage:
    """The server's own key is of another kind."""

    def stage(house: House) -> Look:
        authority = private_authority()
        return presents(house, authority.leaf(HOST, key=KINDS[kind]()), authority)  # type: ignore[arg-type]

    return stage


def cross_signed(house: House) -> Look:
    """The root that this client trusts is sent along as another root has signed it, which this client does not know."""
    authority = private_authority()
    older = issue("Older Root", issuer=None, validity=days())
    crossed = issue("House Root", issuer=older, validity=days(), key=authority.root.key)
    leaf = authority.leaf(HOST)
    return presents(house, leaf.presenting(*leaf.chain, crossed.certificate), authority)


def known_by_the_older(house: House) -> Look:
    """The same, where this client trusts the older root alone."""
    authority = private_authority()
    older = issue("Older Root", issuer=None, validity=days())
    crossed = issue("House Root", issuer=older, validity=days(), key=authority.root.key)
    leaf = authority.leaf(HOST)
    return presents(house, leaf.presenting(*leaf.chain, crossed.certificate), older)


def out_of_order(house: House) -> Look:
    """Root, a stranger's root, the intermediate, and the intermediate again."""
    authority, stranger = private_authority(), private_authority("Stranger")
    above = authority.intermediate.certificate
    sent = (authority.root.certificate, stranger.root.certificate, above, above)
    return presents(house, authority.leaf(HOST).presenting(*sent), authority)


def long_chain(house: House) -> Look:
    """Six authorities between the server's own and the root."""
    root = above = issue("Long Root", issuer=None, validity=days())
    sent: list[x509.Certificate] = []
    for number in range(6):
        above = issue(f"Long Issuer {number}", issuer=above, validity=days())
        sent.insert(0, above.certificate)
    leaf = issue(HOST, issuer=above, validity=days(timedelta(days=60)), names=(HOST,))
    return presents(house, leaf.presenting(*sent), root)


def made(
    subject: str, issuer: IssuedCertificate | None, key: rsa.RSAPrivateKey, *extra: x509.ExtensionType, padded: bool = False
) -> IssuedCertificate:
    """A certificate with these further critical extensions, signed with PSS where it is `padded`."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    signer = issuer.key if issuer else key
    validity = days(timedelta(days=60) if subject == HOST else YEARS)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
        .add_extension(x509.BasicConstraints(subject != HOST, None), True)
        .add_extension(usage(authority=subject != HOST), True)
    )
    if subject == HOST:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
    for extension in extra:
        builder = builder.add_extension(extension, True)
    pss = PADDED if padded and isinstance(signer, rsa.RSAPrivateKey) else None
    return IssuedCertificate(builder.sign(signer, hashes.SHA256(), rsa_padding=pss), key)


def usage(*, authority: bool) -> x509.KeyUsage:
    """What its key is for."""
    return x509.KeyUsage(not authority, False, not authority, False, False, authority, authority, False, False)


def family(*constraints: x509.ExtensionType, padded: bool = False) -> Stage:
    """Root, intermediate with these constraints and the server's own, of RSA keys."""

    def stage(house: House) -> Look:
        keys = [rsa.generate_private_key(65_537, 2048) for _ in range(3)]
        root = made("Family Root", None, keys[0], padded=padded)
        above = made("Family Issuer", root, keys[1], *constraints, padded=padded)
        leaf = made(HOST, above, keys[2], padded=padded)
        return presents(house, leaf.presenting(above.certificate), root)

    return stage


WITHIN = x509.NameConstraints([x509.DNSName("house.test")], None)


def old_root_sent(*extensions: str, usual: bool = True) -> Stage:
    """A root that signed itself with SHA-1, as old ones did, is trusted and sent along: nobody looks at that signature.

    It is made by OpenSSL, with its `usual` extensions or without, and these.
    """

    def stage(house: House) -> Look:
        folder = house.errand("root")
        command = "openssl req -x509 -newkey rsa:2048 -nodes -sha1 -days 3000 -subj /CN=Old_Root -keyout root.key -out root.pem"
        further = [] if usual else ["-config", "/dev/null"]
        further += [word for extension in extensions for word in ("-addext", extension)]
        subprocess.run([*command.split(), *further], cwd=folder, check=True, capture_output=True)
        root = read(folder)
        above = issue("Old Issuer", issuer=root, validity=days())
        leaf = issue(HOST, issuer=above, validity=days(timedelta(days=60)), names=(HOST,))
        return presents(house, leaf.presenting(above.certificate, root.certificate), root)

    return stage


def read(folder: Path) -> IssuedCertificate:
    """The root in a folder."""
    key = load_pem_private_key((folder / "root.key").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return IssuedCertificate(x509.load_pem_x509_certificate((folder / "root.pem").read_bytes()), key)


def by_openssl(house: House, credential: IssuedCertificate, *options: str, files: dict[str, bytes] | None = None) -> None:
    """Have OpenSSL's own server present this certificate, with further options; `{name}` in them is the path of a file."""
    mine = {"own.pem": pem(credential.certificate), "own.key": credential.key_pem(), "chain.pem": pem(*credential.chain)}
    folder = house.errand("s_server", {**mine, **(files or {})})
    words = ["-cert", "own.pem", "-key", "own.key", *(("-cert_chain", "chain.pem") if credential.chain else ()), *options]
    paths = [str(folder / word) if (folder / word).is_file() else word for word in words]
    house.serve(["openssl", "s_server", "-accept", "443", "-www", *paths], port=443)
    name_all(house, HOST)


def openssl_serves(*options: str, after: float = 60, names: tuple[str, ...] = (HOST,), alone: bool = False) -> Stage:
    """A server of OpenSSL with such a certificate, whose authority the endpoint's list declares."""

    def stage(house: House) -> Look:
        authority = CertificateAuthority(now(), title="House")
        days = Validity.around(now(), before=timedelta(days=30), after=timedelta(days=after))
        leaf = authority.leaf(*names, validity=days)
        by_openssl(house, leaf.presenting() if alone else leaf, *options)
        return declared(house, authority)

    return stage


def openssl_self_signed(house: House) -> Look:
    """A server of OpenSSL with a certificate that signed itself."""
    by_openssl(house, self_signed(HOST, validity=days(timedelta(days=60))))
    return usual(house, private_authority())


def openssl_staples(house: House) -> Look:
    """A server of OpenSSL that hands out that its certificate is revoked."""
    authority = CertificateAuthority(now(), title="House")
    leaf = authority.leaf(HOST)
    by_openssl(house, leaf, "-status_file", "staple.der", files={"staple.der": status(authority, leaf)})
    return declared(house, authority)


USAGE = "keyUsage=critical,keyCertSign,cRLSign"
OLDEST = ("-no_tls1_2", "-no_tls1_3", "-cipher", "ALL:@SECLEVEL=0")
RECIPES: tuple[Recipe, ...] = (
    *of(
        "tls-issuer-untrusted",
        ok("cross-signed", "The trusted root is sent along as an unknown one has signed it.", cross_signed),
        ok("known-by-the-older", "The root is sent along as an older one has signed it; that is trusted.", known_by_the_older),
        ok("out-of-order", "Root, a stranger's root, the intermediate twice.", out_of_order),
        ok("long-chain", "Six authorities in between.", long_chain),
        ok("names-constrained", "The authority may sign below house.test alone, and did.", family(WITHIN)),
        ok("openssl", "A server of OpenSSL, whose authority is declared.", openssl_serves()),
    ),
    *of(
        "tls-key-too-weak",
        ok("ed25519", "An Ed25519 key.", of_key("ed25519")),
        ok("rsa-4096", "An RSA key of 4096 bits.", of_key("rsa-4096")),
        ok("p-521", "An EC key of 521 bits.", of_key("p-521")),
        ok("rsa-pss", "Signatures with RSA-PSS throughout.", family(padded=True)),
        near_miss("old-root-sent", "A trusted root with a signature of SHA-1 is sent along.", old_root_sent(USAGE)),
    ),
    *of(
        "tls-certificate-expired",
        problem("openssl", "The certificate of a server of OpenSSL ran out two days ago.", openssl_serves(after=-2)),
    ),
    *of(
        "tls-name-mismatch",
        problem("openssl", "The certificate of a server of OpenSSL is for another name.", openssl_serves(names=("x.test",))),
    ),
    *of("tls-self-signed", problem("openssl", "The certificate of a server of OpenSSL signed itself.", openssl_self_signed)),
    *of(
        "tls-chain-incomplete",
        ok("tls-issuer-untrusted/openssl"),
        near_miss(
            "openssl-alone",
            "A server of OpenSSL sends its certificate alone, which names no place where its issuer could be fetched.",
            openssl_serves(alone=True),
            "tls-issuer-untrusted",
            says=Status.UNKNOWN,
        ),
    ),
    *of(
        "tls-certificate-revoked",
        problem("stapled-by-openssl", "OpenSSL's own server hands out that it is revoked.", openssl_staples),
    ),
    *of("tls-version-rejected", problem("openssl", "A server of OpenSSL speaks TLS 1.1 at most.", openssl_serves(*OLDEST))),
    *of(
        "tls-strict-rules-violated",
        problem("root-of-openssl", "A root as OpenSSL makes it unasked, without a key usage.", old_root_sent()),
        problem(
            "constraints-not-critical",
            "A root whose basic constraints are not marked critical, as those of some virus scanners and companies are.",
            old_root_sent("basicConstraints=CA:TRUE", USAGE, "subjectKeyIdentifier=hash", usual=False),
        ),
        ok("tls-issuer-untrusted/known-by-the-older"),
        ok("tls-issuer-untrusted/long-chain"),
    ),
)
