"""A real web server, TLS 1.2 and 1.3, with certificates that are right, and wrong in one way each."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity
from tests.netns import House, needs
from tests.real.customer import Screen, run
from tests.recipes.services import HOST, OTHER, Page, name_all, now, private_authority, serve_pages

pytestmark = needs("nginx")
ENDPOINT = f"https://{HOST}"


def good(authority: CertificateAuthority) -> IssuedCertificate:
    return authority.leaf(HOST)


def expired(authority: CertificateAuthority) -> IssuedCertificate:
    days = Validity.around(now(), before=timedelta(days=90), after=timedelta(days=-2))
    return authority.leaf(HOST, validity=days)


def misnamed(authority: CertificateAuthority) -> IssuedCertificate:
    return authority.leaf(OTHER)


def chainless(authority: CertificateAuthority) -> IssuedCertificate:
    return authority.leaf(HOST).presenting()


def looked_at(
    house: House, made: IssuedCertificate, authority: CertificateAuthority, terms: str = "", says: str = "return 200;"
) -> Screen:
    serve_pages(house, Page(made, says=says, terms=terms))
    name_all(house, HOST)
    return run(house, authority, ENDPOINT, "--no-bundle")


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize(
    ("made", "causes"),
    [
        (good, []),
        (expired, ["tls-certificate-expired"]),
        (misnamed, ["tls-name-mismatch"]),
        (chainless, ["tls-chain-incomplete"]),
    ],
)
def test_a_certificate_is_judged_as_clients_judge_it(
    house: House, version: str, made: Callable[[CertificateAuthority], IssuedCertificate], causes: list[str]
) -> None:
    authority = private_authority()
    screen = looked_at(house, made(authority), authority, f"ssl_protocols {version};")
    assert screen.causes == causes
    assert screen.code == (1 if causes else 0)
    (endpoint,) = screen.document["endpoints"]
    assert (endpoint["endpoint"], endpoint["reached"]) == (f"{ENDPOINT}:443", "handshake" if causes else "exchange")


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_service_that_answers_no_is_healthy(house: House, status: int) -> None:
    authority = private_authority()
    screen = looked_at(house, good(authority), authority, says=f"return {status};")
    assert (screen.code, screen.causes, screen.document["verdict"]) == (0, [], "ok")


def test_a_name_that_does_not_exist_and_a_port_where_nobody_listens(house: House) -> None:
    authority = private_authority()
    name_all(house, HOST)
    assert run(house, authority, f"https://{OTHER}", "--no-bundle").causes == ["dns-name-not-found"]
    assert run(house, authority, ENDPOINT, "--no-bundle").causes == ["network-connection-refused"]
