"""One DNS query as it goes out, and what makes a message its answer (RFC 1035, section 4.1; EDNS: RFC 6891)."""

from collections.abc import Sequence

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset

from diag.model import failure
from diag.model.failure import Failure
from diag.model.observation import Unsupported
from diag.model.question import Lookup
from diag.model.wire.unreadable import guarded_as

UDP_SIZE = 1_232
"""The largest UDP answer that we offer to take: it fits the smallest IPv6 packet, so it is never cut up on the way."""
_HEADER = 12
_RESPONSE, _OPCODE, _TRUNCATED, _RCODE = 0x8000, 0x7800, 0x0200, 0x000F
_NO_EDNS = {1, 4}
"""FORMERR and NOTIMP: what servers from before EDNS say to it (RFC 6891, section 7)."""


class DnsQuery:
    """A question in wire format, its id random, recursion desired. Raises Unsupported where DNS has no such question."""

    def __init__(self, question: Lookup, *, extended: bool = True) -> None:
        self.extended = extended
        try:
            self._kind = dns.rdatatype.from_text(question.record)
            name = dns.name.from_text(question.name)
            self._message = dns.message.make_query(
                name, self._kind, use_edns=0 if extended else -1, payload=UDP_SIZE if extended else None
            )
            self._message.flags |= dns.flags.CD if question.checking_disabled else 0
            self.wire = self._message.to_wire()
        except (dns.exception.DNSException, ValueError) as error:
            raise Unsupported(f"a name or record type that DNS does not have: {type(error).__name__}") from None

    def is_answered_by(self, message: bytes) -> bool:
        """Whether `message` is meant for this query: its id, and no other question. It may be garbage all the same."""
        if message[:2] != self.wire[:2]:
            return False
        asked = _asked(message)
        return not asked or asked == self._message.question

    def failure(self, message: bytes) -> str:
        """What is wrong with an answer; empty: it holds the record that was asked for, be it at the end of an alias chain."""
        if _flags(message) & (_RESPONSE | _OPCODE) != _RESPONSE:
            return Failure.MALFORMED
        return _failure(message)

    @staticmethod
    def is_truncated(message: bytes) -> bool:
        """Whether TC is set: the rest is to be had over TCP. What came may end in the middle of a record."""
        return _flags(message) & (_RESPONSE | _TRUNCATED) == _RESPONSE | _TRUNCATED

    @staticmethod
    def blames_edns(message: bytes) -> bool:
        """Whether the answer may only mean that the server does not know EDNS."""
        return bool(_flags(message) & _RESPONSE) and _flags(message) & _RCODE in _NO_EDNS


@guarded_as(())
def _asked(message: bytes) -> Sequence[dns.rrset.RRset]:
    """The question that an answer repeats; empty: none, or it is garbage."""
    return dns.message.from_wire(message, question_only=True).question


@guarded_as(Failure.MALFORMED)
def _failure(message: bytes) -> str:
    answer = dns.message.from_wire(message, ignore_trailing=True)
    refusal = failure.from_rcode(answer.rcode())
    if refusal is not None:
        return refusal
    return "" if _has_record(answer) else Failure.NO_DATA


def _has_record(answer: dns.message.Message) -> bool:
    if not isinstance(answer, dns.message.QueryMessage):
        return False
    try:
        return answer.resolve_chaining().answer is not None
    except dns.message.ChainTooLong:
        return False  # an alias that leads back to itself


def _flags(message: bytes) -> int:
    """The second 16 bits of the header; 0 where there is no whole header."""
    return int.from_bytes(message[2:4], "big") if len(message) >= _HEADER else 0
