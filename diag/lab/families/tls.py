"""The connection stands and the handshake fails, or proves something wrong."""

from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Published, Validity, self_signed
from diag.lab.repository import status_of
from diag.lab.scene import LAB_HOST, OTHER, UNRELATED, LabFault, Scene, Site
from diag.lab.stream import StreamService, silence, speak
from diag.lab.tls import (
    Terms,
    alert,
    by_name,
    choosing,
    cut_after_hello,
    insisting_on,
    over_tls,
    part_after_hello,
    small_hellos_only,
)

ONE_SEGMENT = 1400
WEAK_BITS = 1024
TRIPLE_DES = 0x000A
"""TLS_RSA_WITH_3DES_EDE_CBC_SHA (RFC 5246, appendix A.5)."""

SSH_BANNER = b"SSH-2.0-OpenSSH_9.2\r\n"
SMTP_BANNER = b"220 mail.lab.test ESMTP\r\n"


async def _presenting(site: Site, credential: IssuedCertificate) -> Scene:
    return await site.scene(await site.stand(site.tls(credential)))


async def _serving(site: Site, service: StreamService) -> Scene:
    return await site.scene(await site.stand(service))


async def _on_terms(site: Site, terms: Terms) -> Scene:
    return await _serving(site, over_tls(terms, site.http()))


async def _expired(site: Site) -> Scene:
    validity = Validity.around(site.clock(), before=timedelta(days=93), after=timedelta(days=-3))
    return await _presenting(site, site.authority.leaf(LAB_HOST, validity=validity))


async def _expires_soon(site: Site) -> Scene:
    return await _presenting(site, site.authority.leaf(LAB_HOST, validity=Validity.around(site.clock(), after=timedelta(days=5))))


async def _intermediate_expired(site: Site) -> Scene:
    past = Validity.around(site.clock(), before=timedelta(days=1825), after=timedelta(days=-3))
    aged = CertificateAuthority(site.clock(), title="Aged", root=site.authority.root, intermediate_validity=past)
    return await _presenting(site, aged.leaf(LAB_HOST))


async def _not_yet_valid(site: Site) -> Scene:
    validity = Validity.around(site.clock(), before=timedelta(days=-3), after=timedelta(days=93))
    return await _presenting(site, site.authority.leaf(LAB_HOST, validity=validity))


async def _name_mismatch(site: Site) -> Scene:
    return await _presenting(site, site.authority.leaf(OTHER, "service.eu.lab.test"))


async def _self_signed(site: Site) -> Scene:
    return await _presenting(site, self_signed(LAB_HOST, validity=Validity.around(site.clock(), after=timedelta(days=60))))


async def _issuer_untrusted(site: Site) -> Scene:
    private = CertificateAuthority(site.clock(), title="Private")
    chain = (private.intermediate.certificate, private.root.certificate)
    return await _presenting(site, private.leaf(LAB_HOST).presenting(*chain))


async def _private_root_not_sent(site: Site) -> Scene:
    return await _presenting(site, CertificateAuthority(site.clock(), title="Private").leaf(LAB_HOST))


async def _chain_incomplete(site: Site) -> Scene:
    return await _presenting(site, site.authority.leaf(LAB_HOST).presenting())


async def _chain_incomplete_aia_dead(site: Site) -> Scene:
    dead = f"http://{site.here}:{site.listeners.refuse()}"
    published = Published(issuer=f"{dead}/intermediate.cer")
    return await _presenting(site, site.authority.leaf(LAB_HOST, published=published).presenting())


async def _revoked(site: Site) -> Scene:
    credential = site.authority.leaf(LAB_HOST)
    site.authority.revoke(credential)
    return await _presenting(site, credential)


async def _revoked_stapled(site: Site) -> Scene:
    credential = site.authority.leaf(LAB_HOST)
    site.authority.revoke(credential)
    return await _on_terms(site, Terms(credential, staple=status_of(site.authority, credential)))


async def _stapled(site: Site) -> Scene:
    credential = site.authority.leaf(LAB_HOST)
    return await _on_terms(site, Terms(credential, staple=status_of(site.authority, credential)))


async def _revocation_unreachable(site: Site) -> Scene:
    dead = f"http://{site.here}:{site.listeners.refuse()}"
    published = Published(issuer=f"{dead}/intermediate.cer", ocsp=f"{dead}/ocsp", crl=f"{dead}/intermediate.crl")
    return await _presenting(site, site.authority.leaf(LAB_HOST, published=published))


async def _strict_rules(site: Site) -> Scene:
    return await _presenting(site, site.authority.leaf(LAB_HOST, identified=False))


async def _not_for_servers(site: Site) -> Scene:
    return await _presenting(site, site.authority.leaf(LAB_HOST, purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,)))


async def _weak_key(site: Site) -> Scene:
    key = rsa.generate_private_key(65_537, WEAK_BITS)
    return await _on_terms(site, Terms(site.authority.leaf(LAB_HOST, key=key), weak=True))


async def _intercepted(site: Site) -> Scene:
    return await _inspected(site, ())


async def _intercepted_and_trusted(site: Site) -> Scene:
    gateway = _gateway(site)
    return await _inspected(site, (gateway.root,), gateway)


def _gateway(site: Site) -> CertificateAuthority:
    return CertificateAuthority(site.clock(), title="Web Gateway", organisation="Example Corporation")


async def _inspected(
    site: Site, also_trusted: tuple[IssuedCertificate, ...], gateway: CertificateAuthority | None = None
) -> Scene:
    gateway = gateway or _gateway(site)
    urls = [await site.stand(site.tls(gateway.leaf(host)), host) for host in (LAB_HOST, UNRELATED)]
    return await site.scene(*urls, also_trusted=also_trusted)


async def _large_hello_dropped(site: Site) -> Scene:
    return await _serving(site, small_hellos_only(site.tls(), ONE_SEGMENT))


async def _plaintext(site: Site) -> Scene:
    return await _serving(site, site.http())


async def _ssh(site: Site) -> Scene:
    return await _serving(site, speak(SSH_BANNER))


async def _smtp(site: Site) -> Scene:
    return await _serving(site, speak(SMTP_BANNER))


async def _cut(site: Site) -> Scene:
    return await _serving(site, cut_after_hello)


async def _parted(site: Site) -> Scene:
    return await _serving(site, part_after_hello)


async def _silent(site: Site) -> Scene:
    return await _serving(site, silence)


async def _sni_filtered(site: Site) -> Scene:
    return await _serving(site, by_name({LAB_HOST: cut_after_hello}, site.tls(site.authority.leaf(OTHER))))


async def _name_unrecognized(site: Site) -> Scene:
    known = {OTHER: site.tls(site.authority.leaf(OTHER))}
    return await _serving(site, by_name(known, alert("unrecognized_name")))


async def _version_rejected(site: Site) -> Scene:
    return await _on_terms(site, Terms(site.authority.leaf(LAB_HOST), oldest="1.0", newest="1.1"))


async def _no_shared_cipher(site: Site) -> Scene:
    return await _on_terms(site, Terms(site.authority.leaf(LAB_HOST), newest="1.2", ciphers="AECDH-AES256-SHA:@SECLEVEL=0"))


async def _retired_cipher(site: Site) -> Scene:
    return await _serving(site, choosing(TRIPLE_DES))


async def _protocol_refused(site: Site) -> Scene:
    return await _serving(site, insisting_on("lab/1", site.tls()))


def _demanding(site: Site) -> Terms:
    return Terms(site.authority.leaf(LAB_HOST), client_authority=site.authority.root.certificate)


async def _client_certificate(site: Site) -> Scene:
    return await _on_terms(site, replace(_demanding(site), oldest="1.3"))


async def _client_certificate_12(site: Site) -> Scene:
    return await _on_terms(site, replace(_demanding(site), newest="1.2"))


FAULTS: tuple[LabFault, ...] = (
    LabFault("healthy-stapled", "A service that works and staples its OCSP response.", None, _stapled),
    LabFault("tls-certificate-expired", "The certificate ran out three days ago.", "tls-certificate-expired", _expired),
    LabFault(
        "tls-intermediate-expired",
        "The certificate is valid, the one that signed it ran out.",
        "tls-certificate-expired",
        _intermediate_expired,
    ),
    LabFault(
        "tls-certificate-not-yet-valid",
        "The certificate is valid from three days ahead.",
        "tls-certificate-not-yet-valid",
        _not_yet_valid,
    ),
    LabFault(
        "tls-certificate-expires-soon",
        "The certificate runs out in five days.",
        "tls-certificate-expires-soon",
        _expires_soon,
    ),
    LabFault("tls-name-mismatch", "The certificate is for other names.", "tls-name-mismatch", _name_mismatch),
    LabFault("tls-self-signed", "The certificate signed itself.", "tls-self-signed", _self_signed),
    LabFault("tls-issuer-untrusted", "The root is one that nobody here trusts.", "tls-issuer-untrusted", _issuer_untrusted),
    LabFault(
        "private-root-not-sent",
        "The root is one that nobody here trusts, and is not sent along.",
        "tls-issuer-untrusted",
        _private_root_not_sent,
    ),
    LabFault("tls-chain-incomplete", "The intermediate certificate is not sent.", "tls-chain-incomplete", _chain_incomplete),
    LabFault(
        "chain-incomplete-aia-dead",
        "The intermediate certificate is not sent, and cannot be fetched.",
        "tls-chain-incomplete",
        _chain_incomplete_aia_dead,
    ),
    LabFault("tls-certificate-revoked", "The issuer has revoked the certificate.", "tls-certificate-revoked", _revoked),
    LabFault(
        "certificate-revoked-stapled",
        "The service itself hands out the proof that its certificate is revoked.",
        "tls-certificate-revoked",
        _revoked_stapled,
    ),
    LabFault(
        "tls-revocation-unreachable",
        "The places that say whether the certificate is revoked are dead.",
        "tls-revocation-unreachable",
        _revocation_unreachable,
    ),
    LabFault(
        "tls-strict-rules-violated",
        "The certificate lacks what only the strictest clients ask for.",
        "tls-strict-rules-violated",
        _strict_rules,
    ),
    LabFault(
        "tls-certificate-unfit",
        "The certificate was issued for clients, not for servers.",
        "tls-certificate-unfit",
        _not_for_servers,
    ),
    LabFault("tls-key-too-weak", "The certificate's key is too small to be safe.", "tls-key-too-weak", _weak_key),
    LabFault("tls-intercepted", "A gateway signs for two unrelated hosts itself.", "tls-intercepted", _intercepted),
    LabFault(
        "intercepted-and-trusted",
        "A gateway signs for two unrelated hosts itself, as this client was told to expect (--trust).",
        None,
        _intercepted_and_trusted,
    ),
    LabFault("tls-plaintext-answer", "Plain HTTP is spoken at the TLS port.", "tls-plaintext-answer", _plaintext),
    LabFault("tls-answered-by-ssh", "SSH is spoken at the TLS port.", "tls-plaintext-answer", _ssh),
    LabFault("tls-answered-by-smtp", "Mail is spoken at the TLS port.", "tls-plaintext-answer", _smtp),
    LabFault("tls-handshake-cut", "The connection is reset at the first TLS message.", "tls-handshake-cut", _cut),
    LabFault("tls-handshake-closed", "The connection ends at the first TLS message.", "tls-handshake-cut", _parted),
    LabFault("tls-handshake-silent", "The first TLS message is never answered.", "tls-handshake-silent", _silent),
    LabFault(
        "tls-large-hello-dropped",
        "A first TLS message is answered only when it is small.",
        "tls-large-hello-dropped",
        _large_hello_dropped,
    ),
    LabFault("tls-sni-filtered", "The connection is reset for this name alone.", "tls-sni-filtered", _sni_filtered),
    LabFault("tls-name-unrecognized", "The server does not know the name.", "tls-name-unrecognized", _name_unrecognized),
    LabFault("tls-version-rejected", "The server speaks TLS 1.1 at most.", "tls-version-rejected", _version_rejected),
    LabFault("tls-no-shared-cipher", "The server's ciphers are nobody else's.", "tls-no-shared-cipher", _no_shared_cipher),
    LabFault("tls-retired-cipher", "The server knows only triple DES.", "tls-no-shared-cipher", _retired_cipher),
    LabFault("tls-alpn-refused", "The server insists on a protocol of its own.", "tls-alpn-refused", _protocol_refused),
    LabFault(
        "tls-client-certificate-required",
        "The server demands a certificate of the client (TLS 1.3).",
        "tls-client-certificate-required",
        _client_certificate,
    ),
    LabFault(
        "tls-client-certificate-required-12",
        "The server demands a certificate of the client (TLS 1.2).",
        "tls-client-certificate-required",
        _client_certificate_12,
    ),
)
