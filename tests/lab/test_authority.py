"""The lab's certificates hold before strict readers, and what its authority publishes can be fetched and believed."""

import base64
import http.client
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp, verification
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from diag import lab
from diag.lab.authority import CertificateAuthority, Validity, pem, self_signed

NOW = datetime.now(UTC).replace(microsecond=0)
HOST = "service.lab.test"


def verify(authority, credential, *between):
    store = verification.Store([authority.root.certificate])
    verifier = verification.PolicyBuilder().store(store).build_server_verifier(x509.DNSName(HOST))
    return verifier.verify(credential.certificate, list(between or credential.chain))


def fetch(url, body=None):
    parts = urlsplit(url)
    talk = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        talk.request("POST" if body else "GET", parts.path, body)
        answer = talk.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        talk.close()


def stated(certificate, method):
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    return next(each.access_location.value for each in access if each.access_method == method)


def test_a_healthy_chain_holds_before_a_strict_reader():
    authority = CertificateAuthority(NOW)
    assert len(verify(authority, authority.leaf(HOST))) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda authority: authority.leaf(HOST, validity=Validity.around(NOW, after=timedelta(days=-1))),
        lambda authority: authority.leaf(HOST, validity=Validity.around(NOW, before=timedelta(days=-1), after=timedelta(days=9))),
        lambda authority: authority.leaf("other.lab.test"),
        lambda authority: CertificateAuthority(NOW, title="Private").leaf(HOST),
        lambda authority: authority.leaf(HOST, identified=False),
        lambda authority: authority.leaf(HOST, purposes=[x509.ExtendedKeyUsageOID.CLIENT_AUTH]),
        lambda authority: self_signed(HOST, validity=Validity.around(NOW, after=timedelta(days=9))).presenting(
            authority.intermediate.certificate
        ),
    ],
)
def test_a_spoilt_chain_does_not(spoil):
    authority = CertificateAuthority(NOW)
    with pytest.raises(verification.VerificationError):
        verify(authority, spoil(authority))


def test_an_intermediate_can_be_spoilt_under_the_same_root():
    authority = CertificateAuthority(NOW)
    past = Validity.around(NOW, before=timedelta(days=9), after=timedelta(days=-1))
    aged = CertificateAuthority(NOW, root=authority.root, intermediate_validity=past)
    with pytest.raises(verification.VerificationError):
        verify(authority, aged.leaf(HOST))
    assert aged.root is authority.root


def test_key_and_chain_load_where_servers_load_them(tmp_path):
    made = CertificateAuthority(NOW).leaf(HOST)
    whole = tmp_path / "server.pem"
    whole.write_bytes(made.key_pem() + pem(made.certificate, *made.chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    assert whole.read_bytes().count(b"BEGIN CERTIFICATE") == 2


@pytest.fixture
def published():
    """A site with one good and one revoked leaf: the authority, the good one, the revoked one."""
    made = []

    async def raise_it(site):
        authority = site.authority
        good, revoked = authority.leaf(HOST), authority.leaf(HOST)
        authority.revoke(revoked)
        made.extend((authority, good, revoked))
        return await site.scene()

    with lab.start(lab.LabFault("published", "An authority that publishes.", None, raise_it)):
        yield made


def test_the_missing_issuer_can_be_fetched_and_completes_the_chain(published):
    authority, good, _ = published
    status, kind, der = fetch(stated(good.certificate, Access.CA_ISSUERS))
    assert (status, kind) == (200, "application/pkix-cert")
    issuer = x509.load_der_x509_certificate(der)
    assert len(verify(authority, good, issuer)) == 3
    status, _, der = fetch(stated(issuer, Access.CA_ISSUERS))
    assert x509.load_der_x509_certificate(der) == authority.root.certificate


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256()], ids=["sha1", "sha256"])
@pytest.mark.parametrize("by", ["POST", "GET"])
def test_ocsp_tells_good_from_revoked(published, algorithm, by):
    authority, good, revoked = published
    issuer = authority.intermediate.certificate
    for credential, expected in ((good, ocsp.OCSPCertStatus.GOOD), (revoked, ocsp.OCSPCertStatus.REVOKED)):
        question = ocsp.OCSPRequestBuilder().add_certificate(credential.certificate, issuer, algorithm).build()
        der = question.public_bytes(serialization.Encoding.DER)
        url = stated(credential.certificate, Access.OCSP)
        if by == "GET":
            status, kind, answer = fetch(f"{url}/{quote(base64.b64encode(der).decode(), safe='')}")
        else:
            status, kind, answer = fetch(url, der)
        assert (status, kind) == (200, "application/ocsp-response")
        response = ocsp.load_der_ocsp_response(answer)
        assert response.certificate_status is expected
        assert response.serial_number == credential.certificate.serial_number
        assert response.this_update_utc < NOW < response.next_update_utc
        signature = ec.ECDSA(response.signature_hash_algorithm)
        issuer.public_key().verify(response.signature, response.tbs_response_bytes, signature)


def test_ocsp_owns_to_what_it_cannot_answer(published):
    authority, good, _ = published
    url = stated(good.certificate, Access.OCSP)
    malformed = ocsp.load_der_ocsp_response(fetch(url, b"no question")[2])
    assert malformed.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    stranger = CertificateAuthority(NOW).leaf(HOST)
    builder = ocsp.OCSPRequestBuilder().add_certificate(stranger.certificate, authority.intermediate.certificate, hashes.SHA1())
    answer = fetch(url, builder.build().public_bytes(serialization.Encoding.DER))[2]
    assert ocsp.load_der_ocsp_response(answer).response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    assert fetch(f"{url}/!!!")[0] == 404


def test_the_revocation_list_names_the_revoked_alone(published):
    authority, good, revoked = published
    points = good.certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    status, kind, der = fetch(points[0].full_name[0].value)
    assert (status, kind) == (200, "application/pkix-crl")
    listed = x509.load_der_x509_crl(der)
    assert listed.is_signature_valid(authority.intermediate.key.public_key())
    assert listed.get_revoked_certificate_by_serial_number(revoked.certificate.serial_number) is not None
    assert listed.get_revoked_certificate_by_serial_number(good.certificate.serial_number) is None
