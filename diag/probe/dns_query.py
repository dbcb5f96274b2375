"""One DNS query as it goes out, and what makes a message its answer (RFC 1035, section 4.1; EDNS: RFC 6891)."""

import secrets
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from diag.model import failure
from diag.model.failure import Failure
from diag.model.observation import Unsupported
from diag.model.question import Lookup
from diag.model.wire.dns_plain import HEADER, read_plain
from diag.model.wire.unreadable import guarded_as

if TYPE_CHECKING:
    import dns.message
    import dns.rrset

UDP_SIZE = 1_232
"""The largest UDP answer that we offer to take: it fits the smallest IPv6 packet, so it is never cut up on the way."""
_MOST_KEPT = 512
"""Octets that are kept of a message that answers another question."""
_RECURSION_DESIRED, _CHECKING_DISABLED, _INTERNET = 0x0100, 0x0010, 1
_KINDS = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "DS": 43, "HTTPS": 65}
_OPTIONS = struct.pack(">BHHIH", 0, 41, UDP_SIZE, 0, 0)
"""The OPT record without any option: the root's name, its type, the size, and nothing more (RFC 6891, section 6.1.2)."""
_LONGEST_LABEL, _LONGEST_NAME = 63, 255
_RESPONSE, _OPCODE, _TRUNCATED, _RCODE = 0x8000, 0x7800, 0x0200, 0x000F
_NO_EDNS = {1, 4}
"""FORMERR and NOTIMP: what servers from before EDNS say to it (RFC 6891, section 7)."""


class DnsQuery:
    """A question in wire format, its id random, recursion desired. Raises Unsupported where DNS has no such question."""

    def __init__(self, question: Lookup, *, extended: bool = True) -> None:
        self.extended = extended
        flags = _RECURSION_DESIRED | (_CHECKING_DISABLED if question.checking_disabled else 0)
        header = struct.pack(">HHHHHH", secrets.randbits(16), flags, 1, 0, 0, 1 if extended else 0)
        self._asked = _name(question.name) + struct.pack(">HH", _kind(question.record), _INTERNET)
        self.wire = header + self._asked + (_OPTIONS if extended else b"")
        self.stray = b""
        """The first message that came and answers another question; empty: none did."""

    def is_for_us(self, message: bytes) -> bool:
        """Return whether `message` is meant for this query; the first that is not is kept as `stray`."""
        ours = self.is_answered_by(message)
        if not ours:
            self.stray = self.stray or message[:_MOST_KEPT]
        return ours

    def is_answered_by(self, message: bytes) -> bool:
        """Return whether `message` is meant for this query: its id, and no other question. It may be garbage all the same."""
        if message[:2] != self.wire[:2]:
            return False
        if message[HEADER : HEADER + len(self._asked)].lower() == self._asked.lower():
            return True
        asked = _asked(message)
        return not asked or asked == _asked(self.wire)

    def failure(self, message: bytes) -> str:
        """Return what is wrong with an answer; empty: it holds the record that was asked for,
        be it at the end of an alias chain.
        """
        if _flags(message) & (_RESPONSE | _OPCODE) != _RESPONSE:
            return Failure.MALFORMED
        return _failure(message)

    @staticmethod
    def is_truncated(message: bytes) -> bool:
        """Return whether TC is set: the rest is to be had over TCP. What came may end in the middle of a record."""
        return _flags(message) & (_RESPONSE | _TRUNCATED) == _RESPONSE | _TRUNCATED

    @staticmethod
    def blames_edns(message: bytes) -> bool:
        """Return whether the answer may only mean that the server does not know EDNS."""
        return bool(_flags(message) & _RESPONSE) and _flags(message) & _RCODE in _NO_EDNS


def _name(text: str) -> bytes:
    """A name as its labels, each behind its length (RFC 1035, section 3.1). Raises Unsupported."""
    labels = [label.encode("ascii", "replace") for label in text.removesuffix(".").split(".")] if text not in ("", ".") else []
    wire = b"".join(bytes((min(len(label), 255),)) + label for label in labels) + b"\0"
    if not text.isascii() or len(wire) > _LONGEST_NAME or not all(0 < len(label) <= _LONGEST_LABEL for label in labels):
        raise Unsupported("a name that DNS does not have")
    return wire


def _kind(record: str) -> int:
    """The number of a record type. Raises Unsupported."""
    if record not in _KINDS:
        raise Unsupported("a record type that is not asked for")
    return _KINDS[record]


@guarded_as(())
def _asked(message: bytes) -> "Sequence[dns.rrset.RRset]":
    """The question that an answer repeats; empty: none, or it is garbage."""
    import dns.message

    return dns.message.from_wire(message, question_only=True).question


@guarded_as(Failure.MALFORMED)
def _failure(message: bytes) -> str:
    if plain := read_plain(message):
        return failure.from_rcode(plain.rcode) or ("" if plain.holds_what_was_asked() else Failure.NO_DATA)
    import dns.message  # dnspython is loaded by the first answer that is not the usual one

    answer = dns.message.from_wire(message, ignore_trailing=True)
    refusal = failure.from_rcode(answer.rcode())
    if refusal is not None:
        return refusal
    return "" if _has_record(answer) else Failure.NO_DATA


def _has_record(answer: "dns.message.Message") -> bool:
    import dns.message

    if not isinstance(answer, dns.message.QueryMessage):
        return False
    try:
        return answer.resolve_chaining().answer is not None
    except dns.message.ChainTooLong:
        return False  # an alias that leads back to itself


def _flags(message: bytes) -> int:
    """The second 16 bits of the header; 0 where there is no whole header."""
    return int.from_bytes(message[2:4], "big") if len(message) >= HEADER else 0
