"""A name server that answers each name in its own way, right or wrong (RFC 1035, negative answers RFC 2308).

It plays the part of a recursive resolver: it knows `lab.test` and denies everything else, as a resolver does for a name
that does not exist.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from diag.lab.stream import Listeners, Stream, StreamService, silence

_ZONE = "lab.test"
TTL = 60
LONGEST_ALIAS_CHAIN = 8
PLAIN_UDP_SIZE = 512

Code = Literal["NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR", "NOTIMP"]
_Manner = Literal["plain", "silent", "truncated", "wrong-id", "garbage"]
Transport = Literal["udp", "tcp"]


@dataclass(frozen=True)
class LabReply:
    """What the server says when asked for one name."""

    addresses: tuple[str, ...] = ()
    """IPv4 and IPv6 mixed; a family without one gets an empty answer with the SOA (no data)."""
    alias: str | None = None
    """A CNAME, followed within the zone; a target that is not there is denied (dangling)."""
    code: Code = "NOERROR"
    code_unchecked: Code | None = None
    """The code for a query that has CD set (RFC 4035, 3.2.2); None: the same."""
    reason: int | None = None
    """An extended DNS error code (RFC 8914) to go with `code`."""
    manner: _Manner = "plain"
    """Truncated and wrong-id are for UDP alone, as is real."""
    delay: float = 0.0
    """Seconds before the answer leaves."""


DENIED_NAME = LabReply(code="NXDOMAIN")
EMPTY = LabReply()


class NameServer:
    """Answers queries from `zone`, which may still grow; names that are not in it get `otherwise`."""

    def __init__(self, zone: Mapping[str, LabReply], tally: Counter[str], otherwise: LabReply = DENIED_NAME) -> None:
        self._zone = zone
        self._tally = tally
        self._otherwise = otherwise

    def rule(self, name: str) -> LabReply:
        """Return what is said about `name` (no trailing dot): its own rule, no data above a name that exists, or the rest."""
        name = name.lower()
        if name in self._zone:
            return self._zone[name]
        if name == _ZONE or any(known.endswith(f".{name}") for known in self._zone):
            return EMPTY
        return self._otherwise

    def respond(self, wire: bytes, transport: Transport) -> tuple[bytes, float] | None:
        """Return the answer's bytes and the seconds to wait before sending them; None for silence."""
        self._tally["dns queries"] += 1
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if not query.question:
            return None
        asked = query.question[0]
        rule = self.rule(asked.name.to_text(omit_final_dot=True))
        if rule.manner == "silent":
            return None
        if rule.manner == "garbage":
            return wire[:2] + b"\x81\x80\xff\xff\xff\xff not a name server \xc0\x0c", rule.delay
        response = self._written(query, asked, rule)
        if transport == "udp" and rule.manner == "truncated":
            return _truncated(query), rule.delay
        if transport == "udp" and rule.manner == "wrong-id":
            response.id = (query.id + 1) % 65_536
        size = 65_535 if transport == "tcp" else max(query.payload, PLAIN_UDP_SIZE)
        try:
            return response.to_wire(max_size=size, want_shuffle=False), rule.delay
        except dns.exception.TooBig:
            return _truncated(query), rule.delay

    def _written(self, query: dns.message.Message, asked: dns.rrset.RRset, rule: LabReply) -> dns.message.Message:
        response = dns.message.make_response(query, recursion_available=True)
        name, hops = asked.name, 0
        while rule.alias is not None and hops < LONGEST_ALIAS_CHAIN:
            response.answer.append(dns.rrset.from_text(name, TTL, "IN", "CNAME", f"{rule.alias}."))
            name, hops = dns.name.from_text(rule.alias), hops + 1
            if asked.rdtype == dns.rdatatype.CNAME:
                return response
            rule = self.rule(rule.alias)
        unchecked = bool(query.flags & dns.flags.CD)
        code = rule.code_unchecked if unchecked and rule.code_unchecked else rule.code
        response.set_rcode(dns.rcode.from_text(code))
        if rule.reason is not None and code != "NOERROR" and query.edns >= 0:
            response.use_edns(0, payload=1232, options=[dns.edns.EDEOption(dns.edns.EDECode(rule.reason))])
        if code == "NOERROR":
            records = _records(name, asked.rdtype, rule)
            if records is not None:
                response.answer.append(records)
                return response
        if code in ("NOERROR", "NXDOMAIN"):
            response.authority.append(_start_of_authority(name))
        return response

    async def over_tcp(self, stream: Stream) -> None:
        """Serve length-prefixed queries on one connection (RFC 1035, 4.2.2)."""
        heard = b""
        while data := await stream.receive():
            heard += data
            while len(heard) >= 2 and len(heard) >= 2 + (size := int.from_bytes(heard[:2], "big")):
                query, heard = heard[2 : 2 + size], heard[2 + size :]
                answer = self.respond(query, "tcp")
                if answer is None:
                    continue
                wire, delay = answer
                await asyncio.sleep(delay)
                await stream.send(len(wire).to_bytes(2, "big") + wire)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer, delay: float) -> None:
        self._server = server
        self._delay = delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # by duty, though before 3.12 not by class

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._server.respond(data, "udp")
        if answer is None:
            return
        wire, delay = answer
        if delay + self._delay:
            asyncio.get_running_loop().call_later(delay + self._delay, self._send, wire, addr)
        else:
            self._send(wire, addr)

    def _send(self, wire: bytes, address: tuple[str, int]) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(wire, address)


async def open_name_server(
    listeners: Listeners,
    server: NameServer,
    *,
    tcp: Literal["open", "silent", "refused"] = "open",
    round_trip: float = 0.0,
) -> str:
    """Listen on UDP and TCP at one port. Returns "ADDRESS:PORT"."""
    over_tcp: StreamService = silence if tcp == "silent" else server.over_tcp
    for _ in range(50):
        port = await listeners.serve_datagrams(lambda: _Datagrams(server, round_trip))
        try:
            if tcp == "refused":
                listeners.refuse(port=port)
            else:
                await listeners.serve(over_tcp, port=port, round_trip=round_trip)
        except OSError:
            continue  # the TCP port of that number is taken: another number, the first stays idle until the end
        return f"{listeners.address}:{port}"
    raise OSError("no port is free for both UDP and TCP")


def _records(name: dns.name.Name, kind: dns.rdatatype.RdataType, rule: LabReply) -> dns.rrset.RRset | None:
    if name == dns.name.from_text(_ZONE) and kind == dns.rdatatype.SOA:
        return _start_of_authority(name)
    wanted = {dns.rdatatype.A: False, dns.rdatatype.AAAA: True}.get(kind)
    fitting = [address for address in rule.addresses if (":" in address) is wanted]
    return dns.rrset.from_text(name, TTL, "IN", kind, *fitting) if fitting else None


def _start_of_authority(name: dns.name.Name) -> dns.rrset.RRset:
    zone = dns.name.from_text(_ZONE)
    owner = zone if name.is_subdomain(zone) else dns.name.root
    return dns.rrset.from_text(owner, TTL, "IN", "SOA", "ns.lab.test. hostmaster.lab.test. 1 3600 600 86400 60")


def _truncated(query: dns.message.Message) -> bytes:
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.TC
    return response.to_wire()
