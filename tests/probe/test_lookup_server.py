"""Questions to one resolver, over real sockets on loopback."""

import asyncio
from typing import Any

import dns.flags
import dns.message
import dns.rdatatype
import pytest

from diag.model.address import Address
from diag.model.answer import DnsReply
from diag.model.failure import Failure
from diag.model.observation import Unsupported
from diag.model.question import Lookup
from diag.probe.lookup import Lookups
from tests.probe.name_server import Answers, Served, address, framed, name_server, reply, truncated

NAME = "host.lab.test"
SHORT = 0.3
"""Patience where the answer is silence."""
LONG = 20.0
"""Patience that a test never uses up."""


def ask(server: Address, patience: float = LONG, **changes: object) -> DnsReply:
    async def once() -> DnsReply:
        return await _ask(server, patience, **changes)

    return asyncio.run(once())


async def _ask(server: Address, patience: float = LONG, **changes: object) -> DnsReply:
    fields: dict[str, object] = {"name": NAME, "server": server, "record": "A"}
    lookups = Lookups()
    answer = await lookups.ask(Lookup(**(fields | changes)), patience)  # type: ignore[arg-type]
    await lookups.close()
    assert isinstance(answer, DnsReply)
    return answer


def served(
    udp: Answers | None = None, tcp: Answers | None = None, patience: float = LONG, host: str = "127.0.0.1", **changes: object
) -> tuple[DnsReply, Served]:
    async def once() -> tuple[DnsReply, Served]:
        async with name_server(udp, tcp, host) as server:
            return await _ask(server.address, patience, **changes), server

    return asyncio.run(once())


def test_an_answer_is_kept_byte_by_byte() -> None:
    sent: list[bytes] = []

    def answers(query: bytes) -> list[bytes]:
        sent.append(address(query))
        return sent

    answer, _ = served(answers)
    assert answer == DnsReply(message=sent[0])


def test_the_query_wants_recursion_and_takes_1232_bytes() -> None:
    _, server = served(lambda query: [address(query)])
    asked = dns.message.from_wire(server.over_udp[0])
    assert asked.flags == dns.flags.RD
    assert (asked.edns, asked.payload) == (0, 1232)
    assert [(str(q.name), q.rdtype) for q in asked.question] == [("host.lab.test.", dns.rdatatype.A)]


def test_checking_disabled_is_a_flag_of_the_query() -> None:
    _, server = served(lambda query: [address(query)], checking_disabled=True)
    assert dns.message.from_wire(server.over_udp[0]).flags == dns.flags.RD | dns.flags.CD


def test_an_ipv6_resolver_is_asked_too() -> None:
    answer, _ = served(lambda query: [address(query)], host="::1")
    assert (answer.failure, answer.transport) == ("", "udp")


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("NXDOMAIN", Failure.NAME_NOT_FOUND),
        ("SERVFAIL", Failure.SERVER_FAILURE),
        ("REFUSED", Failure.QUERY_REFUSED),
        ("FORMERR", Failure.MALFORMED),
        ("NOTIMP", Failure.RCODE_OTHER),
        ("YXDOMAIN", Failure.RCODE_OTHER),
        ("BADVERS", Failure.RCODE_OTHER),
    ],
)
def test_an_rcode_becomes_its_word(code: str, failure: Failure) -> None:
    answer, _ = served(lambda query: [reply(query, code=code, edns=code == "BADVERS")])
    assert answer.failure == failure
    assert answer.message


@pytest.mark.parametrize(
    "records",
    [
        (),
        (f"{NAME}. AAAA ::1",),
        (f"{NAME}. CNAME other.lab.test.",),
        (f"{NAME}. CNAME other.lab.test.", f"other.lab.test. CNAME {NAME}."),
        ("unrelated.lab.test. A 127.0.0.7",),
    ],
    ids=["empty", "other kind", "alias alone", "alias loop", "other name"],
)
def test_no_record_of_the_kind_is_no_data(records: tuple[str, ...]) -> None:
    answer, _ = served(lambda query: [reply(query, *records)])
    assert answer.failure == Failure.NO_DATA
    assert answer.message


def test_an_alias_is_followed_to_its_address() -> None:
    records = (f"{NAME}. CNAME a.lab.test.", "a.lab.test. CNAME b.lab.test.", "b.lab.test. A 127.0.0.7")
    answer, _ = served(lambda query: [reply(query, *records)])
    assert answer.failure == ""


@pytest.mark.parametrize(
    "garbled",
    [
        lambda query: query[:2],
        lambda query: query[:2] + b"\x81\x80\xff\xff\xff\xff no name server \xc0\x0c",
        lambda query: query,
        lambda query: address(query)[:-3],
        lambda query: query[:2] + b"\x81\x80" + bytes(8),
        lambda query: query[:2] + b"\xa9\x80" + address(query)[4:],
    ],
    ids=["id alone", "noise", "our own query", "cut short", "no question", "an update"],
)
def test_garbage_is_malformed_and_kept(garbled: object) -> None:
    assert callable(garbled)
    answer, server = served(lambda query: [garbled(query)])
    assert answer == DnsReply(garbled(server.over_udp[0]), Failure.MALFORMED)


def _of_another_id(query: bytes) -> bytes:
    return (int.from_bytes(query[:2], "big") ^ 1).to_bytes(2, "big") + address(query)[2:]


def _of_another_question(query: bytes) -> bytes:
    other = dns.message.make_query("other.lab.test", "A", id=int.from_bytes(query[:2], "big"))
    return address(other.to_wire())


@pytest.mark.parametrize("forged", [_of_another_id, _of_another_question, lambda query: b"", lambda query: b"?"])
def test_what_is_no_answer_is_passed_over(forged: object) -> None:
    assert callable(forged)
    answer, _ = served(lambda query: [forged(query), address(query)])
    assert answer.failure == ""
    answer, server = served(lambda query: [forged(query)], patience=SHORT)
    assert answer == DnsReply(failure=Failure.TIMED_OUT, stray=forged(server.over_udp[0]))


def test_silence_is_asked_again_and_again_with_the_same_bytes() -> None:
    answer, server = served(lambda query: [], patience=1.0)
    assert answer == DnsReply(failure=Failure.TIMED_OUT)
    assert len(server.over_udp) >= 3
    assert set(server.over_udp) == {server.over_udp[0]}


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_question_costs_a_repeat(lost: int) -> None:
    heard: list[bytes] = []

    def answers(query: bytes) -> list[bytes]:
        heard.append(query)
        return [address(query)] if len(heard) > lost else []

    answer, _ = served(answers)
    assert answer.failure == ""


def test_a_closed_port_is_refused_at_once_and_says_who_said_so() -> None:
    answer, _ = served(None, None)
    assert (answer.failure, answer.message, answer.transport) == (Failure.REFUSED, b"", "udp")
    assert answer.icmp is not None
    assert (answer.icmp.version, answer.icmp.kind, answer.icmp.code, answer.icmp.sender) == (4, 3, 3, "127.0.0.1")


def test_a_closed_ipv6_port_is_refused_at_once() -> None:
    answer, _ = served(None, None, host="::1")
    assert answer.failure == Failure.REFUSED
    assert answer.icmp is not None
    assert (answer.icmp.version, answer.icmp.kind, answer.icmp.code, answer.icmp.sender) == (6, 1, 4, "::1")


def test_an_interface_that_is_not_there_costs_no_time() -> None:
    assert ask(Address("fe80::1%nowhere", 53)).failure == Failure.OTHER


def test_a_truncated_answer_is_asked_for_again_over_tcp() -> None:
    answer, server = served(lambda query: [truncated(query)], lambda query: [framed(address(query))])
    assert (answer.failure, answer.transport) == ("", "tcp")
    assert answer.message == address(server.over_tcp[0])
    assert answer.truncated == truncated(server.over_udp[0])


def test_a_truncated_answer_may_end_in_the_middle() -> None:
    def cut(query: bytes) -> list[bytes]:
        whole = reply(query, f"{NAME}. A 127.0.0.7", flags=dns.flags.TC, edns=False)
        return [whole[:-2]]

    answer, _ = served(cut, lambda query: [framed(address(query))])
    assert (answer.failure, answer.transport) == ("", "tcp")
    assert answer.truncated


def test_tcp_that_is_refused_leaves_the_truncated_answer() -> None:
    answer, server = served(lambda query: [truncated(query)])
    assert (answer.failure, answer.transport, answer.message) == (Failure.REFUSED, "tcp", b"")
    assert answer.truncated == truncated(server.over_udp[0])


def test_tcp_that_is_silent_leaves_the_truncated_answer() -> None:
    answer, server = served(lambda query: [truncated(query)], lambda query: [], patience=SHORT)
    assert (answer.failure, answer.transport, answer.message) == (Failure.TIMED_OUT, "tcp", b"")
    assert answer.truncated == truncated(server.over_udp[0])


def test_tcp_can_be_asked_at_once() -> None:
    answer, server = served(None, lambda query: [framed(address(query))], transport="tcp")
    assert (answer.failure, answer.transport, answer.truncated) == ("", "tcp", b"")
    assert server.over_udp == []


def test_tcp_passes_over_what_is_no_answer() -> None:
    answer, _ = served(None, lambda query: [framed(_of_another_id(query)), framed(b""), framed(address(query))], transport="tcp")
    assert answer.failure == ""


@pytest.mark.parametrize("bytes_of_it", [1, 2, 20])
def test_tcp_that_ends_early_is_cut(bytes_of_it: int) -> None:
    answer, _ = served(None, lambda query: [framed(address(query))[:bytes_of_it]], transport="tcp")
    assert (answer.failure, answer.transport) == (Failure.CUT, "tcp")


def test_a_large_answer_comes_whole() -> None:
    records = tuple(f"{NAME}. TXT {number:0200d}" for number in range(280))
    answer, _ = served(None, lambda query: [framed(reply(query, *records))], transport="tcp", record="TXT")
    assert answer.failure == ""
    assert len(answer.message) > 57_000


def test_a_server_from_before_edns_is_asked_without_it() -> None:
    def old(query: bytes) -> list[bytes]:
        if dns.message.from_wire(query).edns >= 0:
            return [query[:2] + b"\x81\x81" + bytes(8)]
        return [address(query)]

    answer, server = served(old)
    assert answer == DnsReply(address(server.over_udp[1]))


def test_that_it_blames_edns_is_kept_where_nothing_follows() -> None:
    def old(query: bytes) -> list[bytes]:
        return [query[:2] + b"\x81\x81" + bytes(8)] if dns.message.from_wire(query).edns >= 0 else []

    answer, _ = served(old, patience=SHORT)
    assert (answer.failure, len(answer.message)) == (Failure.MALFORMED, 12)


@pytest.mark.parametrize("changes", [{"name": "a" * 64 + ".test"}, {"name": "a..test"}, {"record": "NONE SUCH"}, {"record": ""}])
def test_what_dns_cannot_ask_is_unsupported(changes: dict[str, Any]) -> None:
    with pytest.raises(Unsupported):
        ask(Address("127.0.0.1", 9), **changes)


def test_many_questions_run_at_once() -> None:
    async def all_of_them() -> list[DnsReply]:
        async with name_server(lambda query: [address(query)]) as server:
            return list(await asyncio.gather(*(_ask(server.address, name=f"n{i}.lab.test") for i in range(32))))

    answers = asyncio.run(all_of_them())
    assert {answer.failure for answer in answers} == {""}
    assert len({answer.message for answer in answers}) == 32
