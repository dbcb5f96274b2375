"""The server's name, days and issuer may be right, and what it sends is refused all the same: what certificates may not be."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity, issue, never_valid, resigned
from diag.lab.scene import LAB_HOST, LabFault, Scene, Site

MANY_NAMES = 8000
"""Names whose list is longer than OpenSSL reads (100 KB)."""
STRANGE = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
"""An extension that nobody knows."""


async def _presenting(site: Site, credential: IssuedCertificate, *also_trusted: IssuedCertificate) -> Scene:
    return await site.scene(await site.stand(site.tls(credential)), also_trusted=also_trusted)


def _days(site: Site, after: int = 60, before: int = 30) -> Validity:
    return Validity.around(site.clock(), before=timedelta(days=before), after=timedelta(days=after))


def _below(site: Site, issuer: IssuedCertificate, *, listed: bool = True) -> IssuedCertificate:
    """The server's own, by this issuer, which is sent with it."""
    made = issue(LAB_HOST, issuer=issuer, validity=_days(site), names=(LAB_HOST,), listed=listed)
    return made.presenting(issuer.certificate)


def _signed_by(site: Site, other: IssuedCertificate, authority: IssuedCertificate, name: str) -> x509.Certificate:
    """What `other` has signed for the key of `authority`."""
    return issue(name, issuer=other, validity=_days(site, 900), key=authority.key).certificate


async def _cross_signed(site: Site) -> Scene:
    other = CertificateAuthority(site.clock(), title="Other")
    leaf = site.authority.leaf(LAB_HOST)
    crossed = _signed_by(site, other.root, site.authority.root, "Lab Root")
    return await _presenting(site, leaf.presenting(*leaf.chain, crossed))


async def _path_missed(site: Site) -> Scene:
    other = CertificateAuthority(site.clock(), title="Other")
    between = site.authority.intermediate
    twin = _signed_by(site, other.root, between, "Lab Intermediate")
    return await _presenting(site, site.authority.leaf(LAB_HOST).presenting(twin, between.certificate))


async def _in_a_circle(site: Site) -> Scene:
    one, other = (CertificateAuthority(site.clock(), title=title) for title in ("One", "Other"))
    crossed = _signed_by(site, other.root, one.root, "One Root"), _signed_by(site, one.root, other.root, "Other Root")
    leaf = one.leaf(LAB_HOST)
    return await _presenting(site, leaf.presenting(*leaf.chain, *crossed))


async def _name_not_permitted(site: Site) -> Scene:
    limited = issue("Limited", issuer=site.authority.root, validity=_days(site, 900), permitted=("corp.test",))
    return await _presenting(site, _below(site, limited))


async def _no_authority(site: Site) -> Scene:
    server = issue("issuer.lab.test", issuer=site.authority.root, validity=_days(site, 900), names=("issuer.lab.test",))
    return await _presenting(site, _below(site, server))


async def _critical_unknown(site: Site) -> Scene:
    between = site.authority.intermediate
    made = issue(LAB_HOST, issuer=between, validity=_days(site), names=(LAB_HOST,), critical=(STRANGE,))
    return await _presenting(site, made.presenting(between.certificate))


async def _wrong_signature(site: Site) -> Scene:
    stranger = ec.generate_private_key(ec.SECP256R1())
    return await _presenting(site, resigned(_below(site, site.authority.intermediate), stranger))


async def _root_expired(site: Site) -> Scene:
    root = issue("Old Root", issuer=None, validity=_days(site, after=-3, before=3000))
    old = CertificateAuthority(site.clock(), title="Old", root=root)
    return await _presenting(site, old.leaf(LAB_HOST), root)


async def _root_renewed(site: Site) -> Scene:
    old, new = (CertificateAuthority(site.clock(), title="Company") for _ in range(2))
    return await _presenting(site, new.leaf(LAB_HOST), old.root)


async def _half_trusted(site: Site) -> Scene:
    private = CertificateAuthority(site.clock(), title="Private")
    return await _presenting(site, private.leaf(LAB_HOST), private.intermediate)


async def _never_valid(site: Site) -> Scene:
    between = site.authority.intermediate
    return await _presenting(site, never_valid(_below(site, between), between))


async def _common_name_alone(site: Site) -> Scene:
    return await _presenting(site, _below(site, site.authority.intermediate, listed=False))


async def _wrong_order(site: Site) -> Scene:
    leaf = site.authority.leaf(LAB_HOST)
    return await _presenting(site, site.authority.intermediate.presenting(leaf.certificate))


async def _too_large(site: Site) -> Scene:
    return await _presenting(site, site.authority.leaf(LAB_HOST, *(f"name-{number}.lab.test" for number in range(MANY_NAMES))))


_UNFIT = "tls-certificate-unfit"
FAULTS: tuple[LabFault, ...] = (
    LabFault("healthy-cross-signed", "Another root has signed for the trusted one, and that is sent along.", None, _cross_signed),
    LabFault("tls-path-missed", "Two roots have signed for the issuer; the wrong one is first.", "tls-path-missed", _path_missed),
    LabFault(
        "authorities-in-a-circle",
        "Two authorities have signed for each other, and nobody here trusts either.",
        "tls-issuer-untrusted",
        _in_a_circle,
    ),
    LabFault(
        "root-renewed",
        "The root has a new key under its old name, and this computer trusts the old one.",
        "tls-issuer-untrusted",
        _root_renewed,
    ),
    LabFault(
        "issuer-half-trusted",
        "This computer trusts the intermediate certificate, and not the root.",
        "tls-issuer-untrusted",
        _half_trusted,
    ),
    LabFault("name-not-permitted", "The issuer may sign only for other domains.", _UNFIT, _name_not_permitted),
    LabFault("issuer-is-no-authority", "The issuer's certificate is that of a server.", _UNFIT, _no_authority),
    LabFault("critical-part-unknown", "The certificate has a critical part that nobody knows.", _UNFIT, _critical_unknown),
    LabFault("signature-wrong", "The issuer's key did not make the signature.", _UNFIT, _wrong_signature),
    LabFault("root-expired", "The root in this computer's own list has run out.", _UNFIT, _root_expired),
    LabFault("certificates-too-large", "The certificate lists thousands of names.", _UNFIT, _too_large),
    LabFault(
        "certificate-never-valid",
        "The certificate ends before it begins.",
        "tls-certificate-expired",
        _never_valid,
    ),
    LabFault("common-name-alone", "The name stands in the old place only.", "tls-name-mismatch", _common_name_alone),
    LabFault("certificates-in-the-wrong-order", "The server's own certificate comes second.", "tls-name-mismatch", _wrong_order),
)
