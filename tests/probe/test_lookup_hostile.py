"""Messages that no honest server would send: none of them raises, each gets a word."""

import dns.message
from hypothesis import given, settings
from hypothesis import strategies as st

from diag.model.address import Address
from diag.model.failure import WORDS
from diag.model.question import Lookup
from diag.probe.dns_query import DnsQuery
from tests.probe.name_server import reply

QUERY = DnsQuery(Lookup("host.lab.test", Address("127.0.0.1", 53), "A"))
HONEST = reply(
    QUERY.wire,
    "host.lab.test. CNAME a.lab.test.",
    "a.lab.test. A 127.0.0.7",
    'a.lab.test. TXT "text"',
    "a.lab.test. SVCB 1 b.lab.test. alpn=h2 port=8004",
    "a.lab.test. RRSIG A 8 3 60 20300101000000 20200101000000 1 lab.test. AAAA",
)


def _word_of(message: bytes) -> str:
    QUERY.is_answered_by(message)
    QUERY.is_truncated(message)
    QUERY.blames_edns(message)
    return QUERY.failure(message)


def test_the_honest_message_is_none_of_them() -> None:
    assert QUERY.is_answered_by(HONEST)
    assert QUERY.failure(HONEST) == ""


@given(st.binary(max_size=600))
def test_bytes_at_random_get_a_word(tail: bytes) -> None:
    assert _word_of(QUERY.wire[:2] + tail) in WORDS | {""}


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(2, len(HONEST) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(HONEST)))
def test_an_honest_message_gone_wrong_gets_a_word(changes: list[tuple[int, int]], end: int) -> None:
    message = bytearray(HONEST)
    for place, value in changes:
        message[place] = value
    assert _word_of(bytes(message[: max(end, 2)])) in WORDS | {""}


@given(st.integers(0, 65_535))
def test_an_answer_without_a_question_is_for_us_by_its_id_alone(number: int) -> None:
    message = dns.message.Message(id=number)
    message.flags |= 0x8000
    assert QUERY.is_answered_by(message.to_wire()) == (number == int.from_bytes(QUERY.wire[:2], "big"))
