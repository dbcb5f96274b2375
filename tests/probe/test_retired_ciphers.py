"""The first message by hand: what servers hear in it, and what is read of their choice."""

import asyncio
from collections.abc import Iterator

import pytest

from diag.lab.hello import hear
from diag.model.answer import Session
from diag.model.question import Connect, Handshake
from diag.probe.retired_ciphers import RETIRED, client_hello, offer_retired

RSA_AES, RC4, UNKNOWN = 0x002F, 0x0005, 0x1301
ALERT = b"\x15\x03\x00\x00\x02\x02\x28"


class Wire:
    """A connection on which these pieces come; after them it ends."""

    tcp = None
    dead_in_silence = False

    def __init__(self, *pieces: bytes) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self.sent = b""
        self.aborted = False

    async def read(self) -> bytes:
        return next(self._pieces, b"")

    receive = read

    async def write(self, data: bytes) -> None:
        self.sent += data

    def unread(self, data: bytes) -> None:
        raise AssertionError("nothing is put back")

    def abort(self) -> None:
        self.aborted = True


def server_hello(suite: int, version: bytes = b"\x03\x03") -> bytes:
    body = version + bytes(32) + b"\x00" + suite.to_bytes(2, "big") + b"\x00"
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return b"\x16" + version + len(message).to_bytes(2, "big") + message


def offered(wire: Wire) -> Session:
    question = Handshake(Connect("192.0.2.1", 443), "api.example.com", ciphers="retired")

    async def ask() -> Session:
        return await offer_retired(question, wire, asyncio.get_running_loop().time() + 5)

    return asyncio.run(ask())


def test_a_server_hears_the_name_and_the_ciphers_that_are_given_up() -> None:
    heard = asyncio.run(hear(Wire(client_hello("api.example.com"))))  # type: ignore[arg-type]
    assert (heard.complete, heard.server_name) == (True, "api.example.com")
    assert set(RETIRED) < set(heard.suites)
    assert asyncio.run(hear(Wire(client_hello("")))).server_name == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pieces", "failure", "version", "cipher"),
    [
        ((server_hello(RC4),), "not_supported", "TLSv1.2", "RC4-SHA"),
        ((server_hello(RSA_AES, b"\x03\x00"),), "not_supported", "SSLv3", "AES128-SHA"),
        ((server_hello(RC4)[:30], server_hello(RC4)[30:]), "not_supported", "TLSv1.2", "RC4-SHA"),
        ((server_hello(UNKNOWN),), "not_supported", "TLSv1.2", ""),
        ((ALERT,), "alert:handshake_failure", "", ""),
        ((ALERT[:3], ALERT[3:]), "alert:handshake_failure", "", ""),
        ((b"HTTP/1.1 400 Bad Request\r\n",), "not_tls", "", ""),
        ((), "cut", "", ""),
        ((server_hello(RC4)[:20],), "cut", "", ""),
        ((b"\x16\x03\x03\xff\xff" + bytes(3000),), "tls_broken", "", ""),
    ],
)
def test_what_the_server_chooses_is_read_and_no_more(pieces: tuple[bytes, ...], failure: str, version: str, cipher: str) -> None:
    wire = Wire(*pieces)
    session = offered(wire)
    assert (session.failure, session.version, session.cipher) == (failure, version, cipher)
    assert wire.aborted
    assert session.hello_bytes == len(wire.sent) < 400
