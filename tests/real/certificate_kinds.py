"""Every kind of chain that the corpora of certificate tests know, made by ourselves, with what OpenSSL and diag make of it.

The kinds are those of RFC 5280 and of the rules of public authorities: purposes, limits of names, lengths of paths, extensions
that are critical, broken or there twice, days, numbers, keys, hashes, and the ways in which names are written.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID

from diag.lab.authority import IssuedCertificate
from diag.lab.scene import LAB_HOST
from diag.model.verdict import Owner
from tests.real.certificate_maker import (
    AUTHORITY,
    SERVER,
    SERVES,
    SIGNS,
    USUAL,
    Terms,
    make,
    names,
    numbered,
    of_version_1,
    purposes,
    resigned,
    sent,
    usage,
    with_dates_reversed,
    with_old_hash,
    with_one_twice,
)

HERE, FOR_SERVERS = names(LAB_HOST), purposes()
LENGTH_0 = x509.BasicConstraints(True, 0)
STRANGE = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
STRANGE_AND_CRITICAL = Terms(critical=(STRANGE,))
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
) -> Presented:
    """The authority between may sign for some names alone (RFC 5280, section 4.2.1.10)."""
    limits = x509.NameConstraints(permitted or None, excluded or None)
    return between(AUTHORITY, SIGNS, limits, alternative=names(LAB_HOST, *alternative))


def two_below(length: int) -> Presented:
    """Two authorities below a root that allows so many."""
    top = root(x509.BasicConstraints(True, length), SIGNS)
    upper = issuer(top)
    lower = issuer(upper)
    return Presented(sent(own(lower), [lower, upper]), (top,))


def edited(edit: Callable[[list[bytes]], list[bytes]]) -> Presented:
    """The server's own with other fields."""
    top = root()
    above = issuer(top)
    return Presented(sent(resigned(own(above), above, edit), [above]), (top,))


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


@dataclass(frozen=True)
class Kind:
    """One kind of chain, and what is to be made of it."""

    make: Make
    refusal: int = 0
    """The first number (X509_V_ERR) by which OpenSSL refuses it; 0: it takes it."""
    cause: str = ""
    """What diag finds; empty: nothing."""
    form: str = ""
    owner: Owner = Owner.SERVICE


_UNFIT, _NAME, _WEAK = "tls-certificate-unfit", "tls-name-mismatch", "tls-key-too-weak"
_STRICT, _UNTRUSTED = "tls-strict-rules-violated", "tls-issuer-untrusted"
_WILDCARDS = {
    "one label too deep": ("*.test", _NAME),
    "part of a label": ("serv*.lab.test", _NAME),
    "in the middle": ("service.*.test", _NAME),
    "bare": ("*", _NAME),
    "with a leading dot": (".lab.test", _NAME),
    "in capitals": ("SERVICE.LAB.TEST", ""),
    "with a final dot": (f"{LAB_HOST}.", ""),
    "a wildcard": ("*.lab.test", ""),
    "with a zero octet": (f"{LAB_HOST}\0.example.test", _NAME),
    "of another": ("other.lab.test", _NAME),
    "an address as a DNS name": ("127.0.0.1", _NAME),
}
KINDS: dict[str, Kind] = {
    "as it should be": Kind(leaf),
    "without identifiers of keys": Kind(partial(leaf, terms=Terms(key_ids=False)), 0, _STRICT, owner=Owner.SECURITY),
    # Extensions
    "unknown extension": Kind(partial(leaf, STRANGE)),
    "unknown and critical": Kind(partial(leaf, STRANGE, terms=STRANGE_AND_CRITICAL), 34, _UNFIT, "unreadable"),
    "unknown and critical, of the issuer": Kind(
        partial(between, AUTHORITY, SIGNS, STRANGE, terms=STRANGE_AND_CRITICAL), 34, _UNFIT, "unreadable"
    ),
    "unknown and critical, of the root": Kind(
        partial(on_top, AUTHORITY, SIGNS, STRANGE, terms=STRANGE_AND_CRITICAL), 34, _UNFIT, "unreadable"
    ),
    "one extension twice": Kind(partial(edited, with_one_twice), 20, _UNFIT, "unreadable"),
    "broken names": Kind(partial(leaf, raw("2.5.29.17", b"\x30\x05\x82\x09ab"), alternative=None), 20, _UNFIT, "unreadable"),
    "broken list places": Kind(partial(leaf, raw("2.5.29.31", b"\x04\x00")), 20, _UNFIT, "unreadable"),
    "broken limits of the issuer": Kind(
        partial(between, AUTHORITY, SIGNS, raw("2.5.29.30", b"\x04\x00")), 20, _UNFIT, "unreadable"
    ),
    "broken place of the issuer": Kind(partial(leaf, raw("1.3.6.1.5.5.7.1.1", b"\x30\x03\x02\x01"))),
    "broken policies": Kind(partial(leaf, raw("2.5.29.32", b"\x30\x02\x30\x00"))),
    # Purposes
    "for any purpose": Kind(partial(leaf, purpose=purposes(Purpose.ANY_EXTENDED_KEY_USAGE)), 26, _UNFIT, "any_purpose"),
    "for clients": Kind(partial(leaf, purpose=purposes(Purpose.CLIENT_AUTH)), 26, _UNFIT, "purpose"),
    "for clients and servers": Kind(partial(leaf, purpose=purposes(Purpose.CLIENT_AUTH, Purpose.SERVER_AUTH))),
    "without purpose": Kind(partial(leaf, purpose=None)),
    "issuer for clients": Kind(partial(between, AUTHORITY, SIGNS, purposes(Purpose.CLIENT_AUTH)), 26, _UNFIT, "no_servers"),
    "issuer for e-mail": Kind(partial(between, AUTHORITY, SIGNS, purposes(Purpose.EMAIL_PROTECTION)), 26, _UNFIT, "no_servers"),
    "issuer for servers": Kind(partial(between, AUTHORITY, SIGNS, purposes())),
    "root for clients": Kind(partial(on_top, AUTHORITY, SIGNS, purposes(Purpose.CLIENT_AUTH)), 26, _UNFIT, "no_servers"),
    "key that only signs certificates": Kind(partial(leaf, key_usage=usage("key_cert_sign")), 26, _UNFIT, "key_usage"),
    "key that only commits": Kind(partial(leaf, key_usage=usage("content_commitment")), 26, _UNFIT, "key_usage"),
    "key of any use": Kind(partial(leaf, key_usage=None)),
    # Authorities
    "server that is an authority": Kind(partial(leaf, basic=AUTHORITY, key_usage=usage("key_cert_sign", "digital_signature"))),
    "issuer that is a server": Kind(partial(between, SERVER, SIGNS), 79, _UNFIT, "authority"),
    "issuer without basic constraints": Kind(partial(between, SIGNS), 79, _UNFIT, "authority"),
    "issuer that may not sign": Kind(partial(between, AUTHORITY, usage("crl_sign")), 79, _UNFIT, "authority"),
    "issuer of version 1": Kind(between_of_version_1, 79, _UNFIT, "authority"),
    "length of path is enough": Kind(partial(two_below, 2)),
    "length of path is one too short": Kind(partial(two_below, 1), 25, _UNFIT, "authority"),
    "root that allows none below": Kind(partial(on_top, LENGTH_0, SIGNS), 25, _UNFIT, "authority"),
    # Limits of names
    "limited to this domain": Kind(partial(limited, (dns("lab.test"),))),
    "limited to another domain": Kind(partial(limited, (dns("corp.test"),)), 47, _UNFIT, "limits"),
    "this domain is excluded": Kind(partial(limited, (), (dns("lab.test"),)), 48, _UNFIT, "limits"),
    "another domain is excluded": Kind(partial(limited, (), (dns("corp.test"),))),
    "limited to these addresses": Kind(partial(limited, (block("127.0.0.0/8"),), (), address("127.0.0.1"))),
    "limited to other addresses": Kind(
        partial(limited, (block("192.0.2.0/24"),), (), address("127.0.0.1")), 47, _UNFIT, "limits"
    ),
    "all addresses are excluded": Kind(partial(limited, (), (block("0.0.0.0/0"),), address("127.0.0.1")), 48, _UNFIT, "limits"),
    "addresses are excluded, and none is there": Kind(partial(limited, (), (block("0.0.0.0/0"),))),
    "limited to mail of a domain, and none is there": Kind(partial(limited, (x509.RFC822Name("corp.test"),))),
    "limited to mail of another domain": Kind(
        partial(limited, (x509.RFC822Name("corp.test"),), (), x509.RFC822Name("a@lab.test")), 47, _UNFIT, "limits"
    ),
    "limited to another company": Kind(partial(limited, (company("Corp"),)), 47, _UNFIT, "limits"),
    "limited in a way that is not known": Kind(
        partial(
            limited,
            (x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),),
            (),
            x509.RegisteredID(x509.ObjectIdentifier("1.2.4")),
        ),
        51,
        _UNFIT,
        "limits",
    ),
    "root limited to another domain": Kind(
        partial(on_top, AUTHORITY, SIGNS, x509.NameConstraints([dns("corp.test")], None)), 47, _UNFIT, "limits"
    ),
    # Subjects and names
    "no subject, and critical names": Kind(partial(leaf, terms=Terms(subject=x509.Name([]), critical=(HERE,)))),
    "no subject, and names": Kind(partial(leaf, terms=Terms(subject=x509.Name([]))), 0, _STRICT, owner=Owner.SECURITY),
    "common name alone": Kind(partial(leaf, alternative=None), 0, _NAME, "common_name"),
    "common name and a mail address": Kind(
        partial(leaf, alternative=names(x509.RFC822Name("a@lab.test"))), 0, _NAME, "common_name"
    ),
    "address alone": Kind(partial(leaf, alternative=names(address("127.0.0.1"))), 0, _NAME),
    "a thousand names": Kind(partial(leaf, alternative=names(LAB_HOST, *(f"n{n}.lab.test" for n in range(1000))))),
    **{f"name {how}": Kind(partial(leaf, alternative=names(written)), 0, cause) for how, (written, cause) in _WILDCARDS.items()},
    # Days and numbers
    "expired": Kind(partial(leaf, terms=PAST), 10, "tls-certificate-expired"),
    "not yet valid": Kind(partial(leaf, terms=FUTURE), 9, "tls-certificate-not-yet-valid"),
    "ended before it began": Kind(partial(edited, with_dates_reversed), 9, "tls-certificate-expired"),
    "valid far beyond 2049": Kind(partial(leaf, terms=Terms(days=(-1, 20_000)))),
    "issuer expired": Kind(partial(between, terms=LONG_PAST), 10, "tls-certificate-expired", "authority"),
    "issuer not yet valid": Kind(partial(between, terms=FUTURE), 9, "tls-certificate-not-yet-valid", "authority"),
    "root expired": Kind(partial(on_top, terms=LONG_PAST), 10, _UNFIT, "store", Owner.MACHINE),
    "root expired, and sent": Kind(partial(on_top, terms=LONG_PAST, is_sent=True), 10, "tls-certificate-expired", "authority"),
    "number zero": Kind(partial(edited, numbered(b"\x00"))),
    "negative number": Kind(partial(edited, numbered(b"\xff"))),
    "number that is too long": Kind(partial(edited, numbered(b"\x01" * 25))),
    "version 1": Kind(partial(edited, of_version_1), 0, _NAME, "common_name"),
    # Keys and hashes
    "RSA of 1024 bits": Kind(lambda: leaf(terms=Terms(key=rsa.generate_private_key(65_537, 1024))), 66, _WEAK),
    "RSA of 1024 bits, of the issuer": Kind(lambda: between(terms=Terms(key=rsa.generate_private_key(65_537, 1024))), 67, _WEAK),
    "RSA of 1024 bits, of the root": Kind(
        lambda: on_top(terms=Terms(key=rsa.generate_private_key(65_537, 1024))), 67, _UNFIT, "store", Owner.MACHINE
    ),
    "RSA with a small exponent": Kind(lambda: leaf(terms=Terms(key=rsa.generate_private_key(3, 2048)))),
    "EC of 521 bits": Kind(lambda: leaf(terms=Terms(key=ec.generate_private_key(ec.SECP521R1())))),
    "SHA-1": Kind(partial(old_hash, hashes.SHA1()), 68, _WEAK),
    "MD5": Kind(partial(old_hash, hashes.MD5()), 68, _WEAK),
    "SHA-1, of the issuer": Kind(partial(old_hash, hashes.SHA1(), of_issuer=True), 68, _WEAK),
    # Ways up
    "signature of a stranger": Kind(lambda: leaf(terms=Terms(signed_by=ec.generate_private_key(ec.SECP256R1()))), 7, _UNFIT),
    "issuer's key is another, by its identifier": Kind(partial(leaf, terms=Terms(issuer_key_id=b"x" * 20)), 20, _UNFIT, "link"),
    "issuer with a new key": Kind(partial(rekeyed, key_ids=True), 20, "tls-chain-incomplete", "namesake"),
    "issuer with a new key, and no identifiers": Kind(partial(rekeyed, key_ids=False), 7, _UNFIT),
    "cross-signed": Kind(cross_signed),
    "in the wrong order": Kind(in_the_wrong_order),
    "root sent along": Kind(partial(trusting, the_root=True, with_root=True)),
    "issuer is trusted, and not the root": Kind(partial(trusting, what_signs=True), 2, _UNTRUSTED, "partial", Owner.MACHINE),
    "nobody is trusted": Kind(trusting, 20, _UNTRUSTED, "", Owner.MACHINE),
    "nobody is trusted, and the root is sent": Kind(partial(trusting, with_root=True), 19, _UNTRUSTED, "", Owner.MACHINE),
    "signed by itself": Kind(partial(alone, SERVER, SERVES), 18, "tls-self-signed"),
    "signed by itself, and an authority": Kind(partial(alone, AUTHORITY, SIGNS), 18, "tls-self-signed"),
    "signed by itself, and trusted": Kind(partial(alone, SERVER, SERVES, trusted=True)),
}
