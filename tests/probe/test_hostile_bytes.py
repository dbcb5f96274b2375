"""Whatever a peer says, in whatever protocol is spoken to it, is an answer that is written down: no probe breaks over it."""

import contextlib
import os
import random
import socket
from collections.abc import Callable

import pytest

from diag.model.address import Authority
from diag.model.answer import Connection
from diag.model.question import Connect, Exchange, Handshake, Question, Tunnel, Upgrade
from tests.foreign import mutations
from tests.probe.asking import ask
from tests.probe.peers import peer

MANY = int(os.environ.get("DIAG_HOSTILE", "8"))
"""How many peers of each kind."""
TARGET = Authority("service.test", 443)
HELLO = b"".join((bytes.fromhex("160303003e0200003a0303"), b"\x11" * 32, bytes.fromhex("001301000012002b00020304"), b"\0" * 12))
HTTP = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: Sun, 22 Nov 2026 12:00:00 GMT\r\nX-A: b\r\n\r\nhello"
CHUNKED = (
    b'HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm="a", nonce="b"\r\nTransfer-Encoding: chunked\r\n\r\n'
    b"5\r\nhello\r\n0\r\n\r\n"
)
SAID: dict[str, tuple[bytes, Callable[[Connect], Question]]] = {
    "http": (HTTP, lambda way: Exchange(way, TARGET)),
    "http in chunks": (CHUNKED, lambda way: Exchange(way, TARGET)),
    "http for a certificate": (HTTP, lambda way: Exchange(way, TARGET, wants="certificate")),
    "tls": (HELLO, lambda way: Handshake(way, "service.test")),
    "connect": (CHUNKED, lambda way: Tunnel(way, Authority("proxy.test", 3128), TARGET)),
    "socks5": (b"\x05\x00\x05\x00\x00\x01\x7f\0\0\1\x01\xbb", lambda way: Tunnel(way, TARGET, TARGET, protocol="socks5")),
    "socks4": (b"\0\x5a\x01\xbb\x7f\0\0\1", lambda way: Tunnel(way, TARGET, TARGET, protocol="socks4")),
    "postgres": (b"S", lambda way: Upgrade(way, "postgres")),
    "mysql": (b"\x4a\0\0\0\x0a8.0.1\0" + b"\1" * 66, lambda way: Upgrade(way, "mysql")),
    "smtp": (b"220 a\r\n250-a\r\n250 STARTTLS\r\n220 go\r\n", lambda way: Upgrade(way, "smtp")),
    "imap": (b"* OK a\r\n* CAPABILITY STARTTLS\r\na OK\r\nb OK\r\n", lambda way: Upgrade(way, "imap")),
    "ldap": (b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00", lambda way: Upgrade(way, "ldap")),
}


@pytest.mark.parametrize("seed", range(MANY))
@pytest.mark.parametrize("spoken", SAID)
def test_a_probe_answers_whatever_it_hears(spoken: str, seed: int) -> None:
    right, question = SAID[spoken]
    chance = random.Random(f"{spoken} {seed}")
    said = [right, b"", chance.randbytes(40), *mutations(right, 3, chance.randrange(1 << 30))]

    def serve(connection: socket.socket) -> None:
        connection.settimeout(0.2)
        content = chance.choice(said)
        with contextlib.suppress(TimeoutError):
            connection.recv(4_096)
        for at in range(0, len(content), 7):
            connection.sendall(content[at : at + 7])

    with peer(serve) as standing:
        way = Connect(standing.address)
        answers = ask(way, question(way), patience=1.0)
    assert isinstance(answers[0], Connection)
    assert len(answers) == 2
