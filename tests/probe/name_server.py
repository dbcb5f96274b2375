"""A name server for tests, on loopback: each test hands it the function that makes its answers, byte by byte."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from diag.model.address import Address

Answers = Callable[[bytes], list[bytes]]
"""The messages that go back for one query; none: silence."""


@dataclass
class Served:
    """One name server as a test sees it."""

    address: Address
    over_udp: list[bytes] = field(default_factory=list)
    over_tcp: list[bytes] = field(default_factory=list)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answers: Answers, queries: list[bytes]) -> None:
        self._answers = answers
        self._queries = queries

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._queries.append(data)
        for message in self._answers(data):
            self._transport.sendto(message, addr)


@contextlib.asynccontextmanager
async def name_server(udp: Answers | None = None, tcp: Answers | None = None, host: str = "127.0.0.1") -> AsyncIterator[Served]:
    """Serves at one port, where a transport without a function is refused. TCP ends after its answers, or with the client."""
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        datagrams, stream = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_STREAM)
        datagrams.bind((host, 0))
        try:
            stream.bind((host, datagrams.getsockname()[1]))
            break
        except OSError:
            datagrams.close()
            stream.close()
    served = Served(Address(host, datagrams.getsockname()[1]))
    conversations: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        assert tcp is not None
        conversations.add(task)
        try:
            query = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
            served.over_tcp.append(query)
            messages = tcp(query)
            for message in messages:
                writer.write(message)
            await writer.drain()
            if not messages:
                await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away, as some tests want
        finally:
            writer.close()

    server = transport = None
    if udp is not None:
        transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(udp, served.over_udp), sock=datagrams)
    else:
        datagrams.close()
    if tcp is not None:
        server = await asyncio.start_server(converse, sock=stream)
    try:
        yield served
    finally:
        if transport is not None:
            transport.close()
        if server is not None:
            server.close()
        stream.close()
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        await asyncio.sleep(0)


def framed(message: bytes) -> bytes:
    """With its length in front, as TCP carries it."""
    return len(message).to_bytes(2, "big") + message


def reply(query: bytes, *records: str, code: str = "NOERROR", flags: int = 0, edns: bool = True) -> bytes:
    """An answer to `query`; `records` as `name type data`, all with a TTL of a minute."""
    asked = dns.message.from_wire(query)
    made = dns.message.make_response(asked, recursion_available=True)
    if not edns:
        made.use_edns(-1)
    made.set_rcode(dns.rcode.from_text(code))
    made.flags |= flags
    for record in records:
        name, kind, data = record.split(" ", 2)
        made.answer.append(dns.rrset.from_text(name, 60, "IN", kind, data))
    return made.to_wire(max_size=65_535)


def address(query: bytes) -> bytes:
    """The answer that all is well."""
    return reply(query, f"{dns.message.from_wire(query).question[0].name} A 127.0.0.7")


def truncated(query: bytes) -> bytes:
    """An answer that did not fit."""
    return reply(query, flags=dns.flags.TC)
