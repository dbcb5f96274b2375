"""The usual DNS message is read without dnspython, and to the same facts; whatever else there is, is left to it."""

import dns.message
import dns.rrset
import pytest

from diag.model.wire.dns import read_message
from diag.model.wire.dns_plain import PlainMessage, read_plain
from diag.model.wire.dns_wire import facts
from diag.probe.dns_query import _has_record
from tests.foreign import mutations

NAME = "Svc.example.test."


def answered(*records: tuple[str, str, str], authority: tuple[str, ...] = (), kind: str = "A", **options: object) -> bytes:
    """An answer for NAME with these records: owner, type, value; `authority`: owner and text of an SOA."""
    made = dns.message.make_response(dns.message.make_query(NAME, kind, **options))  # type: ignore[arg-type]
    for number, (owner, of, value) in enumerate(records):
        made.answer.append(dns.rrset.from_text(owner, 60 + number, "IN", of, value))
    if authority:
        made.authority.append(dns.rrset.from_text(authority[0], 300, "IN", "SOA", authority[1]))
    return made.to_wire()


SOA = ("example.test.", "ns.example.test. host.example.test. 1 2 3 4 5")
USUAL = {
    "an address": answered((NAME, "A", "192.0.2.7")),
    "two, and EDNS": answered((NAME, "A", "192.0.2.7"), (NAME, "A", "192.0.2.8"), use_edns=0),
    "IPv6": answered((NAME, "AAAA", "2001:db8::0:7"), kind="AAAA"),
    "an alias": answered((NAME, "CNAME", "a_1.cdn.test."), ("a_1.cdn.test.", "A", "192.0.2.7")),
    "records that do not stand together": answered(
        (NAME, "A", "192.0.2.7"), ("b.test.", "A", "192.0.2.8"), (NAME, "A", "192.0.2.9")
    ),
    "a loop": answered((NAME, "CNAME", "b.test."), ("b.test.", "CNAME", NAME)),
    "an alias that leads nowhere": answered((NAME, "CNAME", "b.test.")),
    "no record": answered(authority=SOA),
    "an alias that was asked for": answered((NAME, "CNAME", "b.test."), kind="CNAME"),
}
OTHERS = {
    "another type": answered((NAME, "TXT", "a")),
    "an option of EDNS": answered((NAME, "A", "192.0.2.7"), use_edns=0)[:-2] + b"\0\4\0\3\0\0",
    "a name of other letters": answered((NAME, "CNAME", r"b\046c.test.")),
    "an address within an address": answered((NAME, "AAAA", "::ffff:192.0.2.7"), kind="AAAA"),
    "a query": dns.message.make_query(NAME, "A").to_wire(),
}


def same(wire: bytes) -> None:
    """What is read without dnspython is what dnspython reads."""
    plain = read_plain(wire)
    if plain is not None:
        assert read_message(wire) == facts(wire)
        assert plain.rcode or plain.holds_what_was_asked() == _has_record(dns.message.from_wire(wire, ignore_trailing=True))


@pytest.mark.parametrize("wire", USUAL.values(), ids=USUAL.keys())
def test_the_usual_answer_is_read_to_the_same_facts(wire: bytes) -> None:
    assert isinstance(read_plain(wire), PlainMessage)
    same(wire)
    same(wire + b"more")


@pytest.mark.parametrize("wire", OTHERS.values(), ids=OTHERS.keys())
def test_any_other_is_left_alone(wire: bytes) -> None:
    assert read_plain(wire) is None


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_read_of_a_spoilt_one_dnspython_reads_too(seed: int) -> None:
    for wire in USUAL.values():
        for spoilt in mutations(wire, 60, seed):
            same(spoilt)
