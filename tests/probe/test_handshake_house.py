"""Handshakes through a network that is broken: the kernel's account tells where the hello got to, and experiments pass where they
should.
"""

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from diag.model.address import Address
from diag.model.question import Connect, Handshake
from tests.netns import House, needs_house
from tests.netns.plan import SERVER
from tests.probe.asking import ask
from tests.probe.authority import issue

pytestmark = needs_house
NAME = "service.house.test"


def tls(credential: str, port: int) -> None:
    """Shake hands and say nothing more."""
    import contextlib
    import socket
    import ssl
    import threading

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(credential)

    def attend(guest: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(guest, server_side=True) as inner:
            inner.recv(1)

    with socket.create_server(("0.0.0.0", port)) as listener:
        while True:
            threading.Thread(target=attend, args=(listener.accept()[0],), daemon=True).start()


@pytest.fixture
def house(house: House) -> House:
    """With a service whose flight is longer than a segment."""
    others = tuple(issue(f"Padding {n} {'x' * 50}", authority=True) for n in range(6))
    credential = issue(NAME, sent_along=others)
    key = credential.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    text = b"".join([key, credential.pem, *(other.pem for other in others)])
    folder = house.errand("tls", {"credential.pem": text})
    house.serve(tls, str(folder / "credential.pem"), 443, port=443)
    return house


def shake(house: House, mss: int = 0, **how: Any) -> Any:
    with house.client.entered():
        question = Handshake(Connect(Address(SERVER, 443), mss=mss), **{"server_name": NAME, **how})
        return ask(question, patience=0.8)[0]


def test_nothing_wrong(house: House) -> None:
    assert shake(house).finished
    assert shake(house, hello="large").finished


def test_black_hole_towards_the_client(house: House) -> None:
    house.black_hole(towards="client")
    stalled = shake(house, hello="small")
    assert (stalled.failure, stalled.bytes_received) == ("timed_out", 0)
    assert (stalled.tcp.unacked, stalled.tcp.bytes_acked) == (0, stalled.hello_bytes + 1)
    assert shake(house, mss=1100).finished


def test_black_hole_towards_the_server(house: House) -> None:
    house.black_hole(towards="server")
    stalled = shake(house, hello="large")
    assert stalled.failure == "timed_out"
    assert stalled.tcp.unacked >= 1
    assert stalled.tcp.total_retransmits >= 1
    assert shake(house, mss=1100, hello="large").finished
    assert shake(house, hello="small").finished


def test_filter_that_drops_a_name(house: House) -> None:
    house.swallow_name(NAME)
    stalled = shake(house, hello="small")
    assert stalled.failure == "timed_out"
    assert (stalled.tcp.unacked, stalled.tcp.bytes_acked) == (1, 1)
    assert stalled.tcp.retransmits >= 1
    assert shake(house, hello="small", server_name="other.test").finished
    assert shake(house, hello="small", server_name="").finished


def test_filter_that_resets_a_name(house: House) -> None:
    house.reset_name(NAME)
    stopped = shake(house, hello="small")
    assert stopped.failure == "reset"
    assert (stopped.tcp.bytes_acked, stopped.tcp.bytes_received) == (1, 0)
    assert shake(house, hello="small", server_name="other.test").finished
