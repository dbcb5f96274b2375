"""The DNS message that nearly every resolver sends (RFC 1035, section 4), read without a library.

It answers one question with addresses, aliases, or the SOA that a negative answer stands on, in class IN, under names of letters,
digits, hyphens and underscores, with EDNS and none of its options. Whatever is not exactly that is left to dnspython, which takes
longer to be loaded than all the rest of a lookup.
"""

import re
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from msgspec import Struct

from diag.model.wire.unreadable import guarded_as

A, CNAME, SOA, AAAA = 1, 5, 6, 28
HEADER = 12
"""Bytes of a message's header (RFC 1035, section 4.1.1)."""
_OPT, _INTERNET = 41, 1
_RESPONSE, _OPCODE, _RCODE = 0x8000, 0x7800, 0x000F
_POINTER = 0xC0
_LONGEST_NAME = 255
_LONGEST_TTL = 2**31 - 1
_SOA_NUMBERS = 20
"""Bytes of an SOA after its two names (RFC 1035, section 3.3.13)."""
_EMBEDDED = bytes(10)
"""How an IPv6 address begins that is written with an IPv4 address in it."""
_LABEL = re.compile(rb"[A-Za-z0-9_*-]+")
LONGEST_CHAIN = 16
"""How many aliases of one name are followed: loops end here."""
_USUAL_RCODES = range(6)
_ANSWER, _AUTHORITY, _ADDITIONAL = range(3)
_TYPES = {_ANSWER: (A, CNAME, AAAA), _AUTHORITY: (SOA,), _ADDITIONAL: ()}
"""What the usual message holds where, beside the OPT record."""


class Record(Struct, frozen=True):
    """One record of a section."""

    owner: str
    kind: int
    ttl: int
    """Seconds."""
    value: str
    """The address, or the name that the record gives: an alias's target, a zone's primary server."""


class PlainMessage(Struct, frozen=True):
    """The usual message. Names are as they were sent, with the trailing dot."""

    flags: int
    """The second 16 bits of the header."""
    question: str
    kind: int
    """The type of record that was asked for."""
    answer: tuple[Record, ...]
    """Records of one name and type stand together, where the first of them stood."""
    authority: tuple[Record, ...]
    names: tuple[str, ...]
    """Every name in it."""
    addresses: tuple[str, ...]

    @property
    def rcode(self) -> int:
        """The number of its response code (section 4.1.1)."""
        return self.flags & _RCODE

    def holds_what_was_asked(self) -> bool:
        """Return whether the answer holds the record that was asked for, be it at the end of an alias chain."""
        there = {(record.owner.lower(), record.kind): record.value for record in self.answer}
        name = self.question.lower()
        for _ in range(LONGEST_CHAIN):
            if (name, self.kind) in there:
                return True
            if (name, CNAME) not in there:
                return False
            name = there[name, CNAME].lower()
        return False


class _Unusual(Exception):
    """It is not the usual message: somebody else has to read it."""


@guarded_as(None)
def read_plain(wire: bytes) -> PlainMessage | None:
    """Return the message; None: it is not the usual one, or none at all. What stands behind its last record is left alone."""
    return _Reader(wire).message()


class _Reader:
    """Goes through one message, from its first byte to its last record."""

    def __init__(self, wire: bytes) -> None:
        self._wire = wire
        self._at = HEADER
        self._names: list[str] = []

    def message(self) -> PlainMessage:
        """Return the whole of it. Raises _Unusual, or what a byte that is missing raises."""
        _, flags, questions, *counts = struct.unpack_from(">HHHHHH", self._wire)
        if questions != 1 or flags & (_RESPONSE | _OPCODE) != _RESPONSE or flags & _RCODE not in _USUAL_RCODES:
            raise _Unusual
        question = self._name()
        kind, of = self._numbers(">HH")
        if of != _INTERNET:
            raise _Unusual
        answer, authority, _ = (tuple(self._records(section, count)) for section, count in enumerate(counts))
        addresses = tuple(record.value for record in answer if record.kind in (A, AAAA))
        return PlainMessage(flags, question, kind, _together(answer), authority, tuple(self._names), addresses)

    def _records(self, section: int, count: int) -> Iterator[Record]:
        for number in range(count):
            owner = self._name()
            kind, of, ttl, length = self._numbers(">HHIH")
            if kind == _OPT and section == _ADDITIONAL and owner == "." and count == 1 and not length and not ttl >> 24:
                continue
            if kind not in _TYPES[section] or of != _INTERNET or ttl > _LONGEST_TTL or (kind == SOA and number):
                raise _Unusual
            end = self._at + length
            value = self._value(kind, length)
            if self._at != end:
                raise _Unusual
            yield Record(owner, kind, ttl, value)

    def _value(self, kind: int, length: int) -> str:
        if kind in (A, AAAA):
            packed = self._bytes(length)
            if length != (4 if kind == A else 16) or packed.startswith(_EMBEDDED):
                raise _Unusual
            return str(IPv4Address(packed) if kind == A else IPv6Address(packed))
        target = self._name()
        if kind == SOA:
            self._name()
            self._bytes(_SOA_NUMBERS)
        return target

    def _name(self) -> str:
        """The name that begins here (sections 3.1 and 4.1.4): a pointer leads to what stands before it, and ever further back."""
        labels, size, at, least = [], 1, self._at, self._at
        followed = False
        while length := self._wire[at]:
            if length >= _POINTER:
                target = (length & ~_POINTER) << 8 | self._wire[at + 1]
                if not followed:
                    self._at, followed = at + 2, True
                if not HEADER <= target < least:
                    raise _Unusual
                at = least = target
                continue
            label = self._wire[at + 1 : at + 1 + length]
            size += 1 + length
            if len(label) < length or size > _LONGEST_NAME or not _LABEL.fullmatch(label):
                raise _Unusual
            labels.append(label.decode("ascii"))
            at += 1 + length
        if not followed:
            self._at = at + 1
        name = ".".join(labels) + "."
        self._names.append(name)
        return name

    def _numbers(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(form, self._wire, self._at)
        self._at += struct.calcsize(form)
        return found

    def _bytes(self, count: int) -> bytes:
        found = self._wire[self._at : self._at + count]
        if len(found) < count:
            raise _Unusual
        self._at += count
        return found


def _together(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Records of one name and type together. Raises _Unusual for what is said twice, and for two aliases of one name."""
    sets: dict[tuple[str, int], list[Record]] = {}
    for record in records:
        sets.setdefault((record.owner.lower(), record.kind), []).append(record)
    for (_, kind), alike in sets.items():
        if len({record.value for record in alike}) < len(alike) or (kind == CNAME and len(alike) > 1):
            raise _Unusual
    return tuple(record for alike in sets.values() for record in alike)
