"""What a certificate names is a stranger's wish: no hostile certificate gets this client anywhere it must not go."""

import contextlib
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from checks.tls import certificate_revoked, chain_incomplete
from diag.knowledge.granting import may_dial
from diag.lab.authority import CertificateAuthority, Published
from diag.model.address import literal
from diag.model.answer import Connection, SystemLookup
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations, Network
from diag.model.endpoint_view import EndpointView
from diag.model.question import Connect, Exchange, Lookup, Verify
from diag.model.run import Evidence, Limits
from tests.checks.authorities import leaf
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, NOW
from tests.checks.verdicts import asks

GAP = ((20, 0), (21, 0))
NEVER = [
    "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]", "[::7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0",
    "[::]", "169.254.169.254", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a9fe:a9fe]",
    "[2002:a9fe:a9fe::1]",
    "[::ffff:0:a9fe:a9fe]", "[::a9fe:a9fe]", "[fe80::a9fe:a9fe]", "[fe80::5efe:7f00:1]", "[2001:db8::5efe:a9fe:a9fe]",
    "[2001:0:4136:e378:8000:63bf:5601:5601]", "100.100.100.200", "[::ffff:100.100.100.200]", "[fd00:ec2::254]", "[fd00:ec2::23]",
    "[fd20:ce::254]", "[fd00:42::42]", "168.63.129.16", "192.0.0.192", "224.0.0.1", "[ff02::1]", "240.0.0.1", "255.255.255.255",
    "localhost", "localhost.", "LOCALHOST", "a.localhost", "metadata", "metadata.google.internal", "METADATA.google.internal.",
    "metadata.goog", "instance-data", "instance-data.ec2.internal", "metadata.tencentyun.com", "metadata.azure.internal",
    "metadata.azure.com", "metadata.oraclecloud.com", "metadata.platformequinix.com", "metadata.packet.net",
    "api.metadata.cloud.ibm.com", "kubernetes.default.svc", "kubernetes.default",
    "127.1", "2130706433", "0x7f000001", "017700000001",
    "0x7f.0.0.1", "169.254.43518", "a.b.0x1", "a..b", "-a.test", "a%2eb.test", "1.2.3.4.5",
]  # fmt: skip
"""Hosts that are never asked, whatever the endpoint is."""
INSIDE = [
    "10.9.8.7", "172.16.0.1", "192.168.1.1", "100.64.0.1", "[fc00::1]", "[fec0::1]", "[::ffff:10.9.8.7]", "[64:ff9b::a09:807]",
    "intranet",
    "pki.corp",
]  # fmt: skip
"""Hosts that are asked only for an endpoint that is inside itself."""
PUBLIC = ["203.0.113.80", "[2001:db8::80]", "issuers.example.net", "issuers.example.net."]
WISHES = [
    "https://203.0.113.80/a", "ftp://203.0.113.80/a", "file:///etc/passwd", "ldap://203.0.113.80/a", "gopher://203.0.113.80/a",
    "http://203.0.113.80:6379/FLUSHALL", "http://203.0.113.80:22/a", "http://203.0.113.80:8080/a",
    "http://user:word@203.0.113.80/a",
    "http://user@203.0.113.80/a", "http://203.0.113.80/admin?delete=all", "http://203.0.113.80/?", "http://203.0.113.80/a b",
    "http://203.0.113.80/a\r\nHost: b", "http://203.0.113.80:99999/a", "http://[::1/a", "http:///a", "http:a", "//203.0.113.80/a",
    "http://203.0.113.80/" + "a" * 1_000,
]  # fmt: skip
"""Addresses that are not followed for what they are, whoever is behind them."""
HOSTILE = [*(f"http://{host}/x" for host in (*NEVER, *INSIDE)), *WISHES]
"""A hundred certificates' wishes."""


KINDS = ("aia", "ocsp", "crl")
PROXY = "proxy.corp.test:3128"


def met(url: str, kind: str = "aia", *, proxy: str = "", expects: Expectations | None = None, fetch: bool = True) -> Notes:
    """A server whose certificate names this address."""
    scene = Notes(proxy=proxy, expects=expects, limits=Limits(revocation=kind != "aia", fetch=fetch))
    scene = scene.lookup("10.0.0.9" if proxy else ADDRESS).connect()
    scene = scene.tunnel() if proxy else scene
    if kind == "aia":
        return scene.handshake([leaf(url=url)], *GAP)
    published = Published(ocsp=url) if kind == "ocsp" else Published(crl=url)
    made = CertificateAuthority(NOW, published=published).leaf(HOST)
    return scene.handshake([one.public_bytes(Encoding.DER) for one in (made.certificate, *made.chain)])


def went(scene: Notes, kind: str, *addresses: str) -> list[str]:
    """Where this client goes for it, names standing for these addresses: each host that is dialled, or asked of the proxy."""
    check: AnyCheck = chain_incomplete.CHECK if kind == "aia" else certificate_revoked.CHECK
    hosts: list[str] = []
    while new := [one for one in asks(check, scene) if scene.case.asked(one) is None]:
        for question in new:
            match question:
                case Verify():
                    scene.also(question, None)
                case Lookup():
                    scene.also(question, SystemLookup(addresses, "" if addresses else "name_not_found"))
                case Connect(address):
                    hosts += [] if address.host == "10.0.0.9" else [address.host]
                    scene.also(question, Connection())
                case Exchange():
                    hosts += [question.authority.host] if scene.proxy else []
                    scene.also(question, None)
    return hosts


def test_there_are_a_hundred() -> None:
    assert len(HOSTILE) >= 75
    assert len(HOSTILE) * len(KINDS) > 200


def met_all(urls: list[str], kind: str, proxy: str) -> Iterator[tuple[str, Notes]]:
    """A server for each of these, but for what no certificate can name."""
    for url in urls:
        with contextlib.suppress(ValueError):
            yield url, met(url, kind, proxy=proxy)


@pytest.mark.parametrize("proxy", ["", PROXY], ids=["straight", "proxied"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_certificate_gets_this_client_nowhere(kind: str, proxy: str) -> None:
    scenes = dict(met_all(HOSTILE, kind, proxy))
    assert len(scenes) > 75
    gone = {url: where for url, scene in scenes.items() if (where := went(scene, kind, "203.0.113.80"))}
    assert gone == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("proxy", ["", PROXY], ids=["straight", "proxied"])
def test_a_name_is_as_good_as_the_address_that_it_stands_for(proxy: str, kind: str) -> None:
    scene = met("http://issuers.example.net/x", kind, proxy=proxy)
    addresses = [host.strip("[]") for host in (*NEVER, *INSIDE) if literal(host) is not None]
    assert len(addresses) > 35
    assert {host: where for host in addresses if (where := went(scene, kind, host))} == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", PUBLIC)
def test_a_public_place_is_asked(host: str, kind: str) -> None:
    dialled = host.strip("[]") if literal(host) is not None else "203.0.113.80"
    assert went(met(f"http://{host}/x", kind), kind, "203.0.113.80") == [dialled]


def test_of_several_addresses_those_that_are_granted_are_dialled() -> None:
    told = ("169.254.169.254", "10.0.0.1", "203.0.113.80", "::ffff:127.0.0.1", "2001:db8::80")
    assert went(met("http://issuers.example.net/x"), "aia", *told) == ["203.0.113.80", "2001:db8::80"]


@pytest.mark.parametrize(
    "expects", [Expectations(network=Network.PRIVATE), Expectations(trust="/etc/ca.pem")], ids=["private", "declared trust"]
)
def test_an_endpoint_that_is_inside_may_have_its_authority_inside(expects: Expectations) -> None:
    for host in ("10.9.8.7", "[fc00::1]"):
        assert went(met(f"http://{host}/x", expects=expects), "aia") == [host.strip("[]")]
    assert went(met("http://pki.corp/x", expects=expects), "aia", "10.9.8.7") == ["10.9.8.7"]
    for host in NEVER:
        assert went(met(f"http://{host}/x", expects=expects), "aia", "127.0.0.1") == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_fetch_means_none(kind: str) -> None:
    assert went(met("http://203.0.113.80/x", kind, fetch=False), kind) == []


def test_the_port_of_an_endpoint_is_asked_and_no_other() -> None:
    assert went(met("http://203.0.113.80:443/x"), "aia") == ["203.0.113.80"]
    assert went(met("http://203.0.113.80:444/x"), "aia") == []


def test_where_all_is_staged_on_this_computer_its_authority_is_asked_there() -> None:
    view = met("http://203.0.113.80/x").case
    assert not may_dial(view, "127.0.0.1")
    run = replace(view.evidence.run, demo="tls-chain-incomplete")
    staged = EndpointView(Evidence(run, view.evidence.observations), run.trails[0])
    assert may_dial(staged, "127.0.0.1")
    assert not may_dial(staged, "169.254.169.254")
