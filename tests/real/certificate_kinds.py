"""Every kind of chain that the corpora of certificate tests know, made by ourselves, with what OpenSSL and diag make of it.

The kinds are those of RFC 5280 and of the rules of public authorities: purposes, limits of names, lengths of paths, extensions
that are critical, broken or there twice, days, numbers, keys, hashes, ways up, and the ways in which names are written.
"""

from dataclasses import dataclass, replace
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID

from diag.lab.scene import LAB_HOST
from diag.model.verdict import Owner
from tests.real.certificate_maker import (
    AUTHORITY,
    SERVER,
    SERVES,
    SIGNS,
    Terms,
    names,
    numbered,
    of_version_1,
    purposes,
    usage,
    with_dates_reversed,
    with_one_twice,
    without_issuer,
)
from tests.real.chain_shapes import (
    FUTURE,
    HERE,
    LENGTH_0,
    LONG_PAST,
    PAST,
    STRANGE,
    STRANGE_AND_CRITICAL,
    Make,
    address,
    alone,
    another_of_the_root,
    between,
    between_of_version_1,
    block,
    company,
    cross_signed,
    dns,
    edited,
    in_a_circle,
    in_the_wrong_order,
    leaf,
    limited,
    limited_alone,
    of_algorithm,
    of_the_root,
    old_hash,
    on_top,
    raw,
    rekeyed,
    renewed_root,
    reversed_order,
    root,
    signed_twice,
    trusting,
    two_below,
)

STRANGE_KEY = b"\x06\x05\x2b\xce\x0f\x03\x06"
EC, STRANGE_CURVE = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01", b"\x06\x05\x2b\x81\x04\x00\x7f"
"""Algorithms as they stand in certificates: a number that is nobody's; that of elliptic curves, and a curve that is nobody's."""


def called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


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
    "broken names, and no issuer is sent": Kind(
        partial(of_the_root, raw("2.5.29.17", b"\x30\x05\x82\x09ab"), alternative=None), 20, _UNFIT, "unreadable"
    ),
    "key of no use, and no issuer is sent": Kind(partial(of_the_root, key_usage=usage()), 20, _UNFIT, "unreadable"),
    "broken policies, and no issuer is sent": Kind(partial(of_the_root, raw("2.5.29.32", b"\x30\x02\x30\x00"))),
    "broken policies, and nobody is trusted": Kind(
        lambda: replace(of_the_root(raw("2.5.29.32", b"\x30\x02\x30\x00")), trusted=(root(),)), 20, _UNTRUSTED, "", Owner.MACHINE
    ),
    "issuer's key of no use": Kind(partial(between, AUTHORITY, usage()), 20, _UNFIT, "unreadable"),
    "no issuer is named": Kind(partial(edited, without_issuer), 20, _UNFIT),
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
    "limited to another domain, by the common name": Kind(partial(limited_alone, (dns("corp.test"),)), 47, _UNFIT, "limits"),
    "this domain is excluded, by the common name": Kind(partial(limited_alone, (), (dns("lab.test"),)), 48, _UNFIT, "limits"),
    "limited to this domain, by the common name": Kind(partial(limited_alone, (dns("lab.test"),)), 0, _NAME, "common_name"),
    "limited to this company": Kind(partial(limited, (company("Lab"),), company="Lab")),
    "this company is excluded": Kind(partial(limited, (), (company("Lab"),), company="Lab"), 48, _UNFIT, "limits"),
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
    "address alone": Kind(partial(leaf, alternative=names(address("127.0.0.1"))), 0, _NAME, "common_name"),
    "address alone, and another common name": Kind(
        partial(leaf, alternative=names(address("127.0.0.1")), terms=Terms(subject=called("other.lab.test"))), 0, _NAME
    ),
    "common name with a star alone": Kind(
        partial(leaf, alternative=None, terms=Terms(subject=called("*.lab.test"))), 0, _NAME, "common_name"
    ),
    "ten thousand names": Kind(
        partial(leaf, alternative=names(LAB_HOST, *(f"n{n}.lab.test" for n in range(10_000)))), 0, _UNFIT, "too_large"
    ),
    "a thousand names": Kind(partial(leaf, alternative=names(LAB_HOST, *(f"n{n}.lab.test" for n in range(1000))))),
    **{f"name {how}": Kind(partial(leaf, alternative=names(written)), 0, cause) for how, (written, cause) in _WILDCARDS.items()},
    # Days and numbers
    "expired": Kind(partial(leaf, terms=PAST), 10, "tls-certificate-expired"),
    "not yet valid": Kind(partial(leaf, terms=FUTURE), 9, "tls-certificate-not-yet-valid"),
    "ended before it began": Kind(partial(edited, with_dates_reversed), 9, "tls-certificate-expired", "never"),
    "ended before it began, and both ahead": Kind(
        partial(edited, with_dates_reversed, Terms(days=(3, 90))), 9, "tls-certificate-expired", "never"
    ),
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
    "DSA": Kind(lambda: leaf(terms=Terms(key=dsa.generate_private_key(1024))), 0, "tls-no-shared-cipher", "old_key"),  # type: ignore[arg-type]
    "SHA-1": Kind(partial(old_hash, hashes.SHA1()), 68, _WEAK),
    "MD5": Kind(partial(old_hash, hashes.MD5()), 68, _WEAK),
    "SHA-1, of the issuer": Kind(partial(old_hash, hashes.SHA1(), of_issuer=True), 68, _WEAK),
    # Ways up
    "signature of a stranger": Kind(lambda: leaf(terms=Terms(signed_by=ec.generate_private_key(ec.SECP256R1()))), 7, _UNFIT),
    "issuer's key is another, by its identifier": Kind(partial(leaf, terms=Terms(issuer_key_id=b"x" * 20)), 20, _UNFIT, "link"),
    "issuer with a new key": Kind(partial(rekeyed, key_ids=True), 20, "tls-chain-incomplete", "namesake"),
    "issuer with a new key, and no identifiers": Kind(partial(rekeyed, key_ids=False), 7, _UNFIT),
    "root with a new key": Kind(renewed_root, 20, _UNTRUSTED, "another_key", Owner.MACHINE),
    "root with a new key, and no issuer between": Kind(
        partial(renewed_root, with_issuer=False), 20, _UNTRUSTED, "another_key", Owner.MACHINE
    ),
    "root with a new key, and both are trusted": Kind(partial(renewed_root, both_trusted=True)),
    "root's key of no use": Kind(partial(on_top, AUTHORITY, usage()), 20, _UNTRUSTED, "unusable", Owner.MACHINE),
    "root's identifier is not the one that its issuer names": Kind(
        partial(between, terms=Terms(issuer_key_id=b"x" * 20)), 20, _UNTRUSTED, "another_id", Owner.MACHINE
    ),
    "another certificate of the root is trusted": Kind(another_of_the_root, 20, _UNTRUSTED, "another_id", Owner.MACHINE),
    "another certificate of the root is trusted, and no issuer between": Kind(
        partial(another_of_the_root, with_issuer=False), 20, _UNTRUSTED, "another_id", Owner.MACHINE
    ),
    "another certificate of the root is trusted, and the root is sent": Kind(
        partial(another_of_the_root, is_sent=True), 19, _UNTRUSTED, "another_id", Owner.MACHINE
    ),
    "another certificate of the root is trusted, which names no key": Kind(
        partial(another_of_the_root, held=Terms(key_ids=False)), 0, _STRICT, owner=Owner.SECURITY
    ),
    "both certificates of the root are trusted": Kind(partial(another_of_the_root, both_trusted=True)),
    "root that names another as its issuer": Kind(
        partial(on_top, terms=Terms(issuer_key_id=b"x" * 20)), 2, _UNTRUSTED, "denies_itself", Owner.MACHINE
    ),
    "root that names another as its issuer, and is sent": Kind(
        partial(on_top, terms=Terms(issuer_key_id=b"x" * 20), is_sent=True), 2, _UNTRUSTED, "denies_itself", Owner.MACHINE
    ),
    "root with a new key, and it is sent": Kind(
        partial(renewed_root, is_sent=True), 19, _UNTRUSTED, "another_key", Owner.MACHINE
    ),
    # Algorithms
    "signature that nobody knows": Kind(partial(of_algorithm, STRANGE_KEY, signature="own"), 20, _UNFIT, "algorithm"),
    "signature of the issuer that nobody knows": Kind(
        partial(of_algorithm, STRANGE_KEY, signature="issuer"), 20, _UNFIT, "algorithm"
    ),
    "key of the issuer that nobody knows": Kind(partial(of_algorithm, STRANGE_KEY, key="issuer"), 20, _UNFIT, "algorithm"),
    "key of the issuer, and what it signs, that nobody knows": Kind(
        partial(of_algorithm, STRANGE_KEY, key="issuer", signature="own"), 20, _UNFIT, "algorithm"
    ),
    "key of the root, and what it signs, that nobody knows": Kind(
        partial(of_algorithm, STRANGE_KEY, key="root", signature="issuer"), 20, _UNFIT, "algorithm"
    ),
    "the same, and the root is sent": Kind(
        partial(of_algorithm, STRANGE_KEY, key="root", signature="issuer", with_root=True), 20, _UNFIT, "algorithm"
    ),
    "key of the issuer on a curve that nobody knows": Kind(
        partial(of_algorithm, EC + STRANGE_CURVE, key="issuer"), 20, _UNFIT, "algorithm"
    ),
    "cross-signed": Kind(cross_signed),
    "signed twice, the dead end first": Kind(partial(signed_twice, wrong_first=True), 20, "tls-path-missed"),
    "signed twice, the dead end second": Kind(partial(signed_twice, wrong_first=False)),
    "signed twice, the expired first": Kind(partial(signed_twice, wrong_first=True, wrong=LONG_PAST)),
    "signed twice, and both are trusted": Kind(partial(signed_twice, wrong_first=True, wrong_trusted=True)),
    "signed by each other, and one is trusted": Kind(partial(in_a_circle, trusted=True)),
    "signed by each other alone": Kind(in_a_circle, 20, _UNTRUSTED, "", Owner.MACHINE),
    "in the wrong order": Kind(in_the_wrong_order),
    "its own after its issuer's": Kind(reversed_order, 0, _NAME, "second"),
    "root sent along": Kind(partial(trusting, the_root=True, with_root=True)),
    "issuer is trusted, and not the root": Kind(partial(trusting, what_signs=True), 2, _UNTRUSTED, "partial", Owner.MACHINE),
    "nobody is trusted": Kind(trusting, 20, _UNTRUSTED, "", Owner.MACHINE),
    "nobody is trusted, and the root is sent": Kind(partial(trusting, with_root=True), 19, _UNTRUSTED, "", Owner.MACHINE),
    "signed by itself": Kind(partial(alone, SERVER, SERVES), 18, "tls-self-signed"),
    "signed by itself, and an authority": Kind(partial(alone, AUTHORITY, SIGNS), 18, "tls-self-signed"),
    "signed by itself, and trusted": Kind(partial(alone, SERVER, SERVES, trusted=True)),
}
