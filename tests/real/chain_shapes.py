"""Chains of every shape, each with something about one of its certificates that is given, and with what is trusted."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from diag.lab.authority import IssuedCertificate
from diag.lab.scene import LAB_HOST
from tests.real.certificate_maker import (
    AUTHORITY,
    SERVER,
    SERVES,
    SIGNS,
    USUAL,
    Terms,
    make,
    names,
    of_version_1,
    purposes,
    resigned,
    sent,
    signed_in_the_way_of,
    usage,
    with_key_of,
    with_old_hash,
)

HERE, FOR_SERVERS = names(LAB_HOST), purposes()
LENGTH_0 = x509.BasicConstraints(True, 0)
STRANGE = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
STRANGE_AND_CRITICAL = Terms(critical=(STRANGE,))
OTHER_KEY_ID = Terms(key_id=b"y" * 20)
PAST, FUTURE, LONG_PAST = Terms(days=(-90, -3)), Terms(days=(3, 90)), Terms(days=(-900, -3))


@dataclass(frozen=True)
class Presented:
    """What a server sends, and which certificates its clients trust."""

    credential: IssuedCertificate
    trusted: tuple[IssuedCertificate, ...]


Make = Callable[[], Presented]
_counted = iter(range(1_000_000))


def root(*extensions: x509.ExtensionType, terms: Terms = USUAL) -> IssuedCertificate:
    return make(f"Root {next(_counted)}", None, *(extensions or (AUTHORITY, SIGNS)), terms=terms)


def issuer(above: IssuedCertificate, *extensions: x509.ExtensionType, terms: Terms = USUAL) -> IssuedCertificate:
    return make(f"Issuer {next(_counted)}", above, *(extensions or (AUTHORITY, SIGNS)), terms=terms)


def own(
    above: IssuedCertificate,
    *extensions: x509.ExtensionType,
    alternative: x509.SubjectAlternativeName | None = HERE,
    purpose: x509.ExtendedKeyUsage | None = FOR_SERVERS,
    basic: x509.BasicConstraints = SERVER,
    key_usage: x509.KeyUsage | None = SERVES,
    terms: Terms = USUAL,
) -> IssuedCertificate:
    usual = (one for one in (alternative, purpose, basic, key_usage) if one)
    return make(LAB_HOST, above, *usual, *extensions, terms=terms)


def leaf(*extensions: x509.ExtensionType, **terms: object) -> Presented:
    """The server's own certificate is of this kind."""
    top = root()
    above = issuer(top)
    return Presented(sent(own(above, *extensions, **terms), [above]), (top,))  # type: ignore[arg-type]


def between(*extensions: x509.ExtensionType, terms: Terms = USUAL, alternative: x509.SubjectAlternativeName = HERE) -> Presented:
    """The authority between is of this kind."""
    top = root()
    above = issuer(top, *extensions, terms=terms)
    return Presented(sent(own(above, alternative=alternative), [above]), (top,))


def on_top(*extensions: x509.ExtensionType, terms: Terms = USUAL, is_sent: bool = False) -> Presented:
    """The root is of this kind."""
    top = root(*extensions, terms=terms)
    above = issuer(top)
    return Presented(sent(own(above), [above, top] if is_sent else [above]), (top,))


def limited(
    permitted: tuple[x509.GeneralName, ...] = (),
    excluded: tuple[x509.GeneralName, ...] = (),
    *alternative: x509.GeneralName,
    company: str = "",
) -> Presented:
    """The authority between may sign for some names alone (RFC 5280, section 4.2.1.10). The server's own may be a company's."""
    top = root()
    above = issuer(top, AUTHORITY, SIGNS, x509.NameConstraints(permitted or None, excluded or None))
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, company)]) if company else None
    return Presented(sent(own(above, alternative=names(LAB_HOST, *alternative), terms=Terms(subject=subject)), [above]), (top,))


def limited_alone(permitted: tuple[x509.GeneralName, ...] = (), excluded: tuple[x509.GeneralName, ...] = ()) -> Presented:
    """The same for a server whose name stands in the common name alone."""
    top = root()
    above = issuer(top, AUTHORITY, SIGNS, x509.NameConstraints(permitted or None, excluded or None))
    return Presented(sent(own(above, alternative=None), [above]), (top,))


def two_below(length: int) -> Presented:
    """Two authorities below a root that allows so many."""
    top = root(x509.BasicConstraints(True, length), SIGNS)
    upper = issuer(top)
    lower = issuer(upper)
    return Presented(sent(own(lower), [lower, upper]), (top,))


def of_algorithm(number: bytes, *, key: str = "", signature: str = "", with_root: bool = False) -> Presented:
    """The key, or the signature, of one of the certificates (`own`, `issuer`, `root`) is of this algorithm."""

    def with_it(made: IssuedCertificate, above: IssuedCertificate, name: str) -> IssuedCertificate:
        if name == key:
            made = replace(resigned(made, above, with_key_of(number)), key=made.key)
        return replace(resigned(made, above, signed_in_the_way_of(number)), key=made.key) if name == signature else made

    top = with_it(made := root(), made, "root")
    above = with_it(issuer(top), top, "issuer")
    return Presented(sent(with_it(own(above), above, "own"), [above, *([top] if with_root else [])]), (top,))


def edited(edit: Callable[[list[bytes]], list[bytes]], terms: Terms = USUAL) -> Presented:
    """The server's own with other fields."""
    top = root()
    above = issuer(top)
    return Presented(sent(resigned(own(above, terms=terms), above, edit), [above]), (top,))


def of_the_root(*extensions: x509.ExtensionType, **terms: object) -> Presented:
    """The root itself has signed for the server's own, which is sent alone."""
    top = root()
    return Presented(own(top, *extensions, **terms), (top,))  # type: ignore[arg-type]


def between_of_version_1() -> Presented:
    top = root()
    above = resigned(made := issuer(top), top, of_version_1)
    return Presented(sent(own(replace_key(above, made)), [above]), (top,))


def replace_key(certificate: IssuedCertificate, keeper: IssuedCertificate) -> IssuedCertificate:
    return replace(certificate, key=keeper.key)


def old_hash(digest: hashes.HashAlgorithm, *, of_issuer: bool = False) -> Presented:
    keys = [rsa.generate_private_key(65_537, 2048) for _ in range(2)]
    top = root(terms=Terms(key=keys[0]))
    above = issuer(top, terms=Terms(key=keys[1]))
    if of_issuer:
        above = with_old_hash(above, top, digest)
        return Presented(sent(own(above), [above]), (top,))
    return Presented(sent(with_old_hash(own(above), above, digest), [above]), (top,))


def rekeyed(*, key_ids: bool) -> Presented:
    """The issuer has a new key, and the server sends its old certificate."""
    top, terms = root(), Terms(key_ids=key_ids)
    old = issuer(top, terms=terms)
    new = make("", top, AUTHORITY, SIGNS, terms=replace(terms, subject=old.certificate.subject))
    return Presented(sent(own(new, terms=terms), [old]), (top,))


def cross_signed() -> Presented:
    top, other = root(), root()
    above = issuer(top)
    crossed = make("", other, AUTHORITY, SIGNS, terms=Terms(key=top.key, subject=top.certificate.subject))  # type: ignore[arg-type]
    return Presented(sent(own(above), [above, crossed]), (top,))


def renewed_root(*, with_issuer: bool = True, both_trusted: bool = False, is_sent: bool = False) -> Presented:
    """The root has a new key under its old name, and clients trust the old one, or both."""
    old = root()
    new = make("", None, AUTHORITY, SIGNS, terms=Terms(subject=old.certificate.subject))
    above = issuer(new) if with_issuer else new
    above_own = [*([above] if with_issuer else []), *([new] if is_sent else [])]
    return Presented(sent(own(above), above_own), (old, *([new] if both_trusted else [])))


def another_of_the_root(
    *, with_issuer: bool = True, is_sent: bool = False, held: Terms = OTHER_KEY_ID, both_trusted: bool = False
) -> Presented:
    """Clients trust another certificate of the same root, with the same key and other identifiers of it."""
    top = root()
    twin = make("", None, AUTHORITY, SIGNS, terms=replace(held, key=top.key, subject=top.certificate.subject))  # type: ignore[arg-type]
    above = [issuer(top)] if with_issuer else []
    credential = sent(own((*above, top)[0]), [*above, *([top] if is_sent else [])])
    return Presented(credential, (twin, *([top] if both_trusted else [])))


def signed_twice(*, wrong_first: bool, wrong: Terms = USUAL, wrong_trusted: bool = False) -> Presented:
    """Two roots have signed for the issuer, whose both certificates are sent; the `wrong` one is the other root's."""
    top, other = root(), root()
    above = issuer(top)
    terms = replace(wrong, key=above.key, subject=above.certificate.subject)  # type: ignore[arg-type]
    twin = make("", other, AUTHORITY, SIGNS, terms=terms)
    return Presented(
        sent(own(above), [twin, above] if wrong_first else [above, twin]), (top, *([other] if wrong_trusted else []))
    )


def in_a_circle(*, trusted: bool = False) -> Presented:
    """Two authorities have signed for each other; the root of the first is trusted or not."""
    one, other = root(), root()
    made = [
        make("", signer, AUTHORITY, SIGNS, terms=Terms(key=of.key, subject=of.certificate.subject))  # type: ignore[arg-type]
        for signer, of in ((other, one), (one, other))
    ]
    return Presented(sent(own(one), made), (one,) if trusted else (root(),))


def reversed_order() -> Presented:
    """The issuer's certificate comes first, and the server's own after it."""
    top = root()
    above = issuer(top, AUTHORITY, usage("key_cert_sign", "digital_signature"))
    return Presented(sent(above, [own(above)]), (top,))


def in_the_wrong_order() -> Presented:
    top = root()
    upper = issuer(top)
    lower = issuer(upper)
    return Presented(sent(own(lower), [upper, lower]), (top,))


def trusting(*, the_root: bool = False, what_signs: bool = False, with_root: bool = False) -> Presented:
    """Clients trust the root, or the authority between, or neither; the root is sent along or not."""
    top = root()
    above = issuer(top)
    trusted = (*([top] if the_root else []), *([above] if what_signs else []))
    return Presented(sent(own(above), [above, top] if with_root else [above]), trusted)


def alone(basic: x509.BasicConstraints, key_usage: x509.KeyUsage, *, trusted: bool = False) -> Presented:
    made = make(LAB_HOST, None, HERE, purposes(), basic, key_usage)
    return Presented(made, (made,) if trusted else ())


def raw(number: str, content: bytes) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(number), content)


def dns(name: str) -> x509.GeneralName:
    return x509.DNSName(name)


def block(text: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_network(text))


def address(text: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(text))


def company(name: str) -> x509.GeneralName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]))
