"""What services, filters and authorities are known by, held against what they say; and the neighbours that must not count."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from diag.knowledge.known_pages import Filter
from diag.knowledge.meant_elsewhere import MadeFor, meant_elsewhere
from diag.knowledge.response_codes import NetworkRefusal, Telling, network_refusal, telling
from diag.knowledge.sinkholes import block_page_of
from diag.lab.authority import CertificateAuthority
from diag.model.answer import HttpReply
from diag.model.wire.certificate import read_certificate
from diag.model.wire.facts import Certificate
from diag.model.wire.greeting import UNKNOWN, protocol

ADDRESS, OFF = NetworkRefusal.ADDRESS_NOT_ALLOWED, NetworkRefusal.PUBLIC_ACCESS_OFF


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b'{"error": {"message": "Public access is disabled. Please configure private endpoint."}}', OFF),
        (b'{"error": {"message": "Access denied due to Virtual Network/Firewall rules."}}', ADDRESS),
        (b'{"ok": false, "message": "Forbidden due to traffic filtering."}', ADDRESS),
        (b"the acme organization has an IP allow list enabled, and 203.0.113.9 is not permitted to access this", ADDRESS),
        (b'{"errorCode": "IP_ADDRESS_NOT_ON_ACCESS_LIST"}', ADDRESS),
        (b"The web app you have attempted to reach has blocked your access.", ADDRESS),
        (b'{"error": {"message": "BigQuery API has not been used in this project, or it is disabled."}}', None),
        (b'{"error": {"message": "Access denied due to invalid subscription key."}}', None),
    ],
)
def test_a_well_known_service_refuses_the_network_in_its_own_words(body, rule):
    assert network_refusal(HttpReply(status=403, body=body)) is rule
    assert network_refusal(HttpReply(status=200, body=body)) is None


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, b'{"message": "Your IP address 203.0.113.9 is not on the allow list"}', Telling.SOURCE_ADDRESS),
        (403, b"Access from this network is blocked by your administrator", Telling.SOURCE_ADDRESS),
        (401, b"Source IP not authorized", Telling.SOURCE_ADDRESS),
        (403, b"Request denied by a firewall rule", Telling.SOURCE_ADDRESS),
        (403, b"RBAC: access denied", Telling.ACCESS_RULE),
        (301, b"<Error><Code>PermanentRedirect</Code></Error>", Telling.WRONG_REGION),
        (302, b"explicit deny", None),
        (200, b"Your IP address is not allowed", None),
        (404, b"Your IP address is not allowed", None),
        (403, b"Access denied. You do not have permission for this project.", None),
        (401, b"Authentication is required; shipping address not given", None),
        (403, b"Anonymous access is forbidden for this resource", None),
    ],
)
def test_an_answer_tells_why_or_says_nothing(status, body, said):
    assert telling(HttpReply(status=status, body=body)) is said


@pytest.mark.parametrize(
    ("addresses", "product"),
    [
        (("146.112.61.106",), Filter.CISCO_UMBRELLA),
        (("146.112.61.104", "::ffff:146.112.61.104"), Filter.CISCO_UMBRELLA),
        (("208.91.112.55",), Filter.FORTINET),
        (("146.112.61.106", "198.51.100.7"), None),
        (("146.112.61.103",), None),
        (("146.112.61.111",), None),
        ((), None),
        (("no address",), None),
    ],
)
def test_only_block_pages_addresses_count_and_all_of_them(addresses, product):
    assert block_page_of(addresses) is product


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("000000040000000000", "HTTP/2"),
        ("000012040000000000000300000064", "HTTP/2"),
        ("00000807000000000000000000" + "00000001", "HTTP/2"),
        ("000005040000000000", UNKNOWN),
        ("000000040000000001", UNKNOWN),
        ("0000060400", UNKNOWN),
        ("ff0000040000000000", UNKNOWN),
    ],
)
def test_http_2_is_known_by_a_whole_frame_of_the_connection(first, name):
    assert protocol(bytes.fromhex(first)) == name


@pytest.mark.parametrize(
    ("title", "made_for"),
    [
        ("(STAGING) Let's Encrypt", MadeFor.TESTS),
        ("CloudFlare Origin SSL", MadeFor.CONTENT_NETWORK),
        ("mkcert development CA", MadeFor.DEVELOPMENT),
        ("Acme Staging", None),
        ("Amazon RDS", None),
    ],
)
def test_an_authority_is_made_for_something_else_by_how_its_name_begins(title, made_for):
    leaf = CertificateAuthority(datetime(2026, 11, 28, tzinfo=UTC), title=title).leaf("service.example.com")
    assert meant_elsewhere([read(leaf.certificate)]) is made_for


def read(certificate: x509.Certificate) -> Certificate:
    parsed = read_certificate(certificate.public_bytes(Encoding.DER))
    assert isinstance(parsed, Certificate)
    return parsed
