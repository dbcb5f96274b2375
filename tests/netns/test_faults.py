"""Each fault shows to a plain client as the real one would, leaves its neighbours alone, and is gone once undone."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.netns import House, needs, needs_house
from tests.netns.faults import REFUSALS6, Refusal
from tests.netns.knock import Answer, knock, send_datagram
from tests.netns.plan import CLIENT, CLIENT6, PUBLIC, ROUTER, ROUTER6, SERVER, SERVER6

pytestmark = needs_house

OPEN, SILENT, REFUSED = Answer("open"), Answer("silent"), Answer("ECONNREFUSED")
NAME, OTHER_NAME = "service.house.test", "other.house.test"
REFUSED_WITH: dict[Refusal, tuple[Answer, Answer]] = {  # by IPv4 and by IPv6
    "admin-prohibited": (Answer("EHOSTUNREACH", (3, 13), ROUTER), Answer("EACCES", (1, 1), ROUTER6)),
    "host-prohibited": (Answer("EHOSTUNREACH", (3, 10), ROUTER), Answer("EACCES", (1, 1), ROUTER6)),
    "net-prohibited": (Answer("ENETUNREACH", (3, 9), ROUTER), Answer("EACCES", (1, 1), ROUTER6)),
    "port-unreachable": (Answer("ECONNREFUSED", (3, 3), ROUTER), Answer("ECONNREFUSED", (1, 4), ROUTER6)),
    "host-unreachable": (Answer("EHOSTUNREACH", (3, 1), ROUTER), Answer("EHOSTUNREACH", (1, 3), ROUTER6)),
    "net-unreachable": (Answer("ENETUNREACH", (3, 0), ROUTER), Answer("ENETUNREACH", (1, 0), ROUTER6)),
}


def mirror(*ports: int) -> None:
    """Give back all that was sent, once the other side has finished."""
    import socket
    import threading

    def attend(guest: socket.socket) -> None:
        with guest:
            kept = bytearray()
            try:
                while heard := guest.recv(65536):
                    kept += heard
                guest.sendall(kept)
            except OSError:
                return

    def keep(door: socket.socket) -> None:
        while True:
            threading.Thread(target=attend, args=(door.accept()[0],)).start()

    doors = [socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True) for port in ports]
    keepers = [threading.Thread(target=keep, args=(door,)) for door in doors]
    for keeper in keepers:
        keeper.start()
    for keeper in keepers:
        keeper.join()  # a program whose main thread is over may start no more threads (Python 3.12)


@pytest.fixture
def house(house: House) -> House:
    house.serve(mirror, 7000, 7001, port=7001)
    return house


def echo(house: House, address: str = SERVER, *, octets: int = 20_000, segment: int | None = None) -> str:
    """Send and get back that much by TCP: `whole`, `silent` or `reset`."""
    with house.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, where="client") as wire:
        wire.settimeout(0.8)
        if segment:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
        try:
            wire.connect((address, 7000))
            wire.sendall(bytes(octets))
            wire.shutdown(socket.SHUT_WR)
            got = 0
            while heard := wire.recv(65536):
                got += len(heard)
        except TimeoutError:
            return "silent"
        except ConnectionResetError:
            return "reset"
        return "whole" if got == octets else "cut"


def greet(house: House, name: str) -> str:
    """Shake hands by TLS under a name: `done`, `silent` or `reset`."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with house.socket(where="client") as wire:
        wire.settimeout(0.8)
        wire.connect((SERVER, 443))
        try:
            with context.wrap_socket(wire, server_hostname=name):
                return "done"
        except TimeoutError:
            return "silent"
        except ConnectionResetError:
            return "reset"


def certificate() -> dict[str, str | bytes]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return {
        "key.pem": key.private_bytes(serialization.Encoding.PEM, *plain),
        "certificate.pem": made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
    }


@pytest.mark.parametrize("address", [SERVER, SERVER6])
def test_what_is_dropped_is_silent(house: House, address: str) -> None:
    with house.drop(port=7000):
        assert (knock(house, address, 7000), knock(house, address, 7001)) == (SILENT, OPEN)
    assert knock(house, address, 7000) == OPEN


def test_a_fault_befalls_only_the_address_it_is_for(house: House) -> None:
    with house.drop(to=SERVER):
        assert (knock(house, SERVER, 7000), knock(house, PUBLIC[0], 7000)) == (SILENT, OPEN)
    with house.reset(to="fd77:2::/64"):
        assert (knock(house, SERVER6, 7000), knock(house, SERVER, 7000)) == (REFUSED, OPEN)
    assert [knock(house, address, 7000) for address in (SERVER, SERVER6)] == [OPEN, OPEN]


def test_a_fault_also_befalls_what_stays_at_the_router(house: House) -> None:
    house.serve(mirror, 3128, port=3128, where="router")
    with house.drop(port=3128):
        assert knock(house, ROUTER, 3128) == SILENT
    assert knock(house, ROUTER, 3128) == OPEN


@pytest.mark.parametrize("how", REFUSALS6)
def test_a_refusal_bears_its_icmp_message_each_time(house: House, how: Refusal) -> None:
    four, six = REFUSED_WITH[how]
    with house.reject(how, port=7000):
        assert [knock(house, SERVER, 7000) for _ in range(3)] == [four] * 3
        assert [knock(house, SERVER6, 7000) for _ in range(3)] == [six] * 3
        assert knock(house, SERVER, 7001) == OPEN
    assert [knock(house, address, 7000) for address in (SERVER, SERVER6)] == [OPEN, OPEN]


def test_a_reset_refuses_without_icmp(house: House) -> None:
    with house.reset(port=7000):
        assert [knock(house, address, 7000) for address in (SERVER, SERVER6)] == [REFUSED, REFUSED]
    assert [knock(house, address, 7000) for address in (SERVER, SERVER6)] == [OPEN, OPEN]


def test_every_third_connect_is_silent(house: House) -> None:
    with house.drop_every(3, port=7000):
        found = [knock(house, SERVER, 7000, patience=0.3) for _ in range(9)]
    assert found == [OPEN, OPEN, SILENT] * 3
    assert knock(house, SERVER, 7000) == OPEN


def test_loss_is_by_chance_or_total(house: House) -> None:
    with house.loss(1.0):
        assert knock(house, SERVER, 7000) == SILENT
    with house.loss(0.5):
        found = {knock(house, SERVER, 7000, patience=0.02).word for _ in range(40)}
    assert found == {"open", "silent"}
    assert echo(house) == "whole"


def test_a_long_connection_is_cut(house: House) -> None:
    with house.cut_after(50_000):
        assert (echo(house, octets=20_000), echo(house, octets=200_000)) == ("whole", "reset")
    assert echo(house, octets=200_000) == "whole"


def test_no_more_than_two_connections_at_a_time(house: House) -> None:
    one, two = house.socket(where="client"), house.socket(where="client")
    with house.limit_connections(2, port=7000), one, two:
        one.connect((SERVER, 7000))
        two.connect((SERVER, 7000))
        assert (knock(house, SERVER, 7000), knock(house, SERVER, 7001)) == (SILENT, OPEN)
    assert knock(house, SERVER, 7000) == OPEN


@needs("nginx")
def test_a_filter_by_name_reads_the_hello(house: House) -> None:
    files = certificate()
    server = "server { listen 443 ssl; ssl_certificate certificate.pem; ssl_certificate_key key.pem; }"
    house.nginx(server, port=443, files=files)
    with house.swallow_name(NAME, port=443):
        assert knock(house, SERVER, 443) == OPEN
        assert (greet(house, NAME), greet(house, OTHER_NAME)) == ("silent", "done")
    with house.reset_name(NAME, port=443):
        assert (greet(house, NAME), greet(house, OTHER_NAME)) == ("reset", "done")
    assert greet(house, NAME) == "done"


@pytest.mark.parametrize("address", [SERVER, SERVER6, PUBLIC[0]])
@pytest.mark.parametrize("side", ["client", "server"])
def test_a_black_hole_swallows_what_is_long(house: House, side: str, address: str) -> None:
    with house.black_hole(towards="client" if side == "client" else "server"):
        assert knock(house, address, 7000) == OPEN
        assert echo(house, address, octets=500) == "whole"
        assert (echo(house, address), echo(house, address, segment=1100)) == ("silent", "whole")
    assert echo(house, address) == "whole"


def test_a_narrow_link_that_says_so_harms_nothing_and_is_forgotten(house: House) -> None:
    for side in ("client", "server"):
        with house.narrow(towards="client" if side == "client" else "server"):
            assert [echo(house, address) for address in (SERVER, SERVER6, *PUBLIC[:1])] == ["whole"] * 3
    with house.black_hole(towards="server"):
        assert [echo(house, address) for address in (SERVER, SERVER6)] == ["silent", "silent"]


def test_ipv6_is_broken_and_ipv4_is_not(house: House) -> None:
    with house.ipv6_broken():
        assert (knock(house, SERVER6, 7000), knock(house, SERVER, 7000)) == (SILENT, OPEN)
    with house.ipv6_broken("net-unreachable"):
        assert knock(house, SERVER6, 7000) == Answer("ENETUNREACH", (1, 0), ROUTER6)
    assert knock(house, SERVER6, 7000) == OPEN


def test_everything_is_captured_by_the_router(house: House) -> None:
    house.serve(mirror, 8080, port=8080, where="router")
    nowhere = "192.0.2.77"
    with house.capture_all(at=8080):
        assert [knock(house, address, 443) for address in (SERVER, SERVER6, nowhere)] == [OPEN] * 3
        assert knock(house, ROUTER, 443) == REFUSED
    with house.capture(at=8080, port=80):
        assert (knock(house, SERVER, 80), knock(house, SERVER, 443)) == (OPEN, REFUSED)
    assert knock(house, SERVER, 443) == REFUSED


def test_a_delay_is_as_long_as_said_and_no_hop_of_its_own(house: House) -> None:
    def took(address: str) -> float:
        began = time.monotonic()
        assert knock(house, address, 7000, patience=2) == OPEN
        return time.monotonic() - began

    with house.delay(0.1):
        assert min(took(SERVER), took(SERVER6)) >= 0.1
        assert echo(house, octets=500) == "whole"
        assert [reach(house, hops) for hops in (1, 2)] == ["EHOSTUNREACH", "open"]
        assert knock(house, SERVER, 443) == REFUSED
    assert "slow" not in house.router.do("ip", "link") + house.router.do("ip", "rule")
    with house.delay(0.01, jitter=0.02):
        assert echo(house, octets=500) == "whole"


def reach(house: House, hops: int) -> str:
    """Connect with so much time to live."""
    with house.socket(where="client") as wire:
        wire.settimeout(1)
        wire.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR: be told at once
        wire.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
        try:
            wire.connect((SERVER, 7000))
        except OSError as refusal:
            return "EHOSTUNREACH" if refusal.errno == 113 else str(refusal)
        return "open"


def test_the_client_refuses_to_send(house: House) -> None:
    with house.refuse_locally(port=7000):
        assert [knock(house, address, 7000) for address in (SERVER, SERVER6)] == [Answer("EACCES")] * 2
        assert knock(house, SERVER, 7001) == OPEN
    with house.refuse_locally("drop", to=SERVER):
        assert (knock(house, SERVER, 7000), knock(house, PUBLIC[0], 7000)) == (SILENT, OPEN)
    with house.refuse_locally("reject", port=7000):
        assert knock(house, SERVER, 7000) == Answer("EHOSTUNREACH", (3, 13), CLIENT)
        assert knock(house, SERVER6, 7000) == Answer("EACCES", (1, 1), CLIENT6)
    assert [knock(house, address, 7000) for address in (SERVER, SERVER6)] == [OPEN, OPEN]


def test_the_client_refuses_to_send_datagrams(house: House) -> None:
    with house.refuse_locally("drop", port=53, protocol="udp"):
        assert (send_datagram(house, SERVER, 53), send_datagram(house, SERVER, 54)) == ("EPERM", "sent")
    with house.refuse_locally("prohibit", port=53, protocol="udp", to=SERVER):
        assert (send_datagram(house, SERVER, 53), send_datagram(house, PUBLIC[0], 53)) == ("EACCES", "sent")
    assert send_datagram(house, SERVER, 53) == "sent"


def test_without_a_way_out_the_network_is_unreachable(house: House) -> None:
    for fault in (house.without_default_route, house.unplugged):
        with fault():
            assert [knock(house, address, 7000) for address in (SERVER, SERVER6)] == [Answer("ENETUNREACH")] * 2
        assert [knock(house, address, 7000) for address in (SERVER, SERVER6)] == [OPEN, OPEN]


def test_a_crowded_server_is_silent(house: House) -> None:
    with house.crowded(port=7002):
        assert knock(house, SERVER, 7002) == SILENT
    assert knock(house, SERVER, 7002) == REFUSED


def test_the_client_runs_out_of_ports(house: House) -> None:
    with house.few_ports(1), house.socket(where="client") as one:
        one.connect((SERVER, 7000))
        assert knock(house, SERVER, 7000) == Answer("EADDRNOTAVAIL")
    assert knock(house, SERVER, 7000) == OPEN


def test_faults_lie_over_one_another_and_are_mended_together(house: House) -> None:
    first, second = house.drop(port=7000), house.reject(port=7001)
    house.without_default_route()
    assert knock(house, SERVER, 7000) == Answer("ENETUNREACH")
    first.undo()
    first.undo()
    house.mend()
    assert [knock(house, SERVER, port) for port in (7000, 7001)] == [OPEN, OPEN]
    second.undo()
    house.drop(port=7000)
    assert knock(house, SERVER, 7000) == SILENT
