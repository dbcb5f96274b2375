"""The name server's ways, one by one, as seen by plain datagrams and streams."""

import socket
import time
from dataclasses import replace

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from diag import lab
from diag.lab.dns import LabReply, NameServer, open_name_server

PATIENCE = 20.0
ZONE = {
    "service.lab.test": LabReply(("127.0.0.1", "::1")),
    "front.lab.test": LabReply(alias="service.lab.test"),
    "loop.lab.test": LabReply(alias="loop.lab.test"),
    "dangling.lab.test": LabReply(alias="gone.lab.test"),
    "deep.below.lab.test": LabReply(("127.0.0.1",)),
    "empty.lab.test": LabReply(),
    "bogus.lab.test": LabReply(("127.0.0.1",), code="SERVFAIL", code_unchecked="NOERROR", reason=6),
    "broken.lab.test": LabReply(code="SERVFAIL"),
    "long.lab.test": LabReply(("127.0.0.1",), manner="truncated"),
    "many.lab.test": LabReply(tuple(f"127.0.1.{number}" for number in range(200))),
    "forged.lab.test": LabReply(("127.0.0.1",), manner="wrong-id"),
    "garbage.lab.test": LabReply(manner="garbage"),
    "silent.lab.test": LabReply(manner="silent"),
    "late.lab.test": LabReply(("127.0.0.1",), delay=0.01),
}


@pytest.fixture(scope="module")
def place():
    async def raise_it(site):
        site.zone.update(ZONE)
        return await site.scene()

    with lab.start(lab.LabFault("names", "Names of every kind.", None, raise_it)) as running:
        [scene] = running.scenes
        host, port = scene.resolver.split(":")
        yield host, int(port)


def ask(place, name, kind="A", over=dns.query.udp, **options):
    query = dns.message.make_query(name, kind, use_edns=0, **options)
    return over(query, place[0], PATIENCE, place[1])


def texts(answer):
    return [str(record) for records in answer.answer for record in records]


def raw(place, query):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talk:
        talk.settimeout(PATIENCE)
        talk.connect(place)
        talk.send(query)
        return talk.recv(65_535)


@pytest.mark.parametrize("over", [dns.query.udp, dns.query.tcp])
def test_both_families_over_both_transports(place, over):
    assert texts(ask(place, "service.lab.test", "A", over)) == ["127.0.0.1"]
    assert texts(ask(place, "service.lab.test", "AAAA", over)) == ["::1"]
    assert texts(ask(place, "Service.LAB.test", "A", over)) == ["127.0.0.1"]
    assert texts(ask(place, "late.lab.test", "A", over)) == ["127.0.0.1"]


def test_an_alias_comes_with_what_it_leads_to(place):
    assert texts(ask(place, "front.lab.test")) == ["service.lab.test.", "127.0.0.1"]
    assert texts(ask(place, "front.lab.test", "CNAME")) == ["service.lab.test."]


def test_a_loop_of_aliases_ends(place):
    assert set(texts(ask(place, "loop.lab.test"))) == {"loop.lab.test."}


def test_a_dangling_alias_is_denied_with_the_alias_shown(place):
    answer = ask(place, "dangling.lab.test")
    assert answer.rcode() == dns.rcode.NXDOMAIN
    assert texts(answer) == ["gone.lab.test."]


@pytest.mark.parametrize(
    ("name", "code", "owner"),
    [
        ("missing.lab.test", dns.rcode.NXDOMAIN, "lab.test."),
        ("elsewhere.invalid", dns.rcode.NXDOMAIN, "."),
        ("empty.lab.test", dns.rcode.NOERROR, "lab.test."),
        ("below.lab.test", dns.rcode.NOERROR, "lab.test."),
        ("lab.test", dns.rcode.NOERROR, "lab.test."),
    ],
)
def test_a_negative_answer_says_whose_zone_it_is(place, name, code, owner):
    answer = ask(place, name)
    assert answer.rcode() == code
    assert not answer.answer
    [authority] = answer.authority
    assert (authority.rdtype, authority.name.to_text()) == (dns.rdatatype.SOA, owner)


def test_a_bogus_name_is_given_out_unchecked_only(place):
    checked = ask(place, "bogus.lab.test")
    assert checked.rcode() == dns.rcode.SERVFAIL
    assert [option.code for option in checked.options if isinstance(option, dns.edns.EDEOption)] == [6]
    unchecked = ask(place, "bogus.lab.test", flags=dns.flags.RD | dns.flags.CD)
    assert texts(unchecked) == ["127.0.0.1"]
    assert ask(place, "broken.lab.test", flags=dns.flags.RD | dns.flags.CD).rcode() == dns.rcode.SERVFAIL


@pytest.mark.parametrize(("name", "records"), [("long.lab.test", 1), ("many.lab.test", 200)])
def test_a_truncated_answer_is_whole_over_tcp(place, name, records):
    cut = ask(place, name)
    assert cut.flags & dns.flags.TC
    assert not cut.answer
    assert len(texts(ask(place, name, over=dns.query.tcp))) == records


def test_a_forged_answer_has_another_id(place):
    query = dns.message.make_query("forged.lab.test", "A")
    assert dns.message.from_wire(raw(place, query.to_wire())).id == (query.id + 1) % 65_536
    assert ask(place, "forged.lab.test", over=dns.query.tcp).rcode() == dns.rcode.NOERROR


def test_garbage_cannot_be_read_and_does_not_end_the_server(place):
    with pytest.raises(dns.exception.DNSException):
        dns.message.from_wire(raw(place, dns.message.make_query("garbage.lab.test", "A").to_wire()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talk:
        talk.sendto(b"\x00\x01no query at all", place)
        talk.sendto(dns.message.Message().to_wire(), place)
    assert texts(ask(place, "service.lab.test")) == ["127.0.0.1"]


def test_a_silent_name_leaves_the_others_answering(place):
    query = dns.message.make_query("silent.lab.test", "A")
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(query, place[0], 0.2, place[1])
    assert texts(ask(place, "service.lab.test")) == ["127.0.0.1"]


def test_a_rewriting_server_gives_every_name_an_address():
    with lab.start("dns-nxdomain-rewritten") as running:
        [scene] = running.scenes
        host, port = scene.resolver.split(":")
        assert texts(ask((host, int(port)), "anything.invalid")) == ["127.0.0.1"]
        assert running.tally("dns-nxdomain-rewritten")["dns queries"] == 1


@pytest.mark.parametrize("fault", ["dns-first-resolver-dead", "dns-resolvers-disagree"])
def test_the_other_name_server_knows_the_name(fault, visitor):
    with lab.start(fault) as running:
        [scene] = running.scenes
        [other] = scene.other_resolvers
        assert other != scene.resolver
        assert visitor(replace(scene, resolver=other), PATIENCE).walk(scene.endpoints[0]) == "200"


def test_tcp_can_be_refused_where_udp_answers():
    async def raise_it(site):
        server = NameServer({"service.lab.test": LabReply(("127.0.0.1",))}, site.tally)
        return await site.scene(resolver=await open_name_server(site.listeners, server, tcp="refused"))

    with lab.start(lab.LabFault("no-tcp", "Names over UDP alone.", None, raise_it)) as running:
        [scene] = running.scenes
        host, port = scene.resolver.split(":")
        assert texts(ask((host, int(port)), "service.lab.test")) == ["127.0.0.1"]
        with pytest.raises(ConnectionRefusedError):
            ask((host, int(port)), "service.lab.test", over=dns.query.tcp)


def test_a_query_that_comes_in_pieces_is_answered_once_it_is_whole(place):
    query = dns.message.make_query("service.lab.test", "A").to_wire()
    framed = len(query).to_bytes(2, "big") + query
    with socket.create_connection(place, PATIENCE) as talk:
        talk.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in (framed[:1], framed[1:2], framed[2:9], framed[9:]):
            talk.sendall(piece)
            time.sleep(0.02)
        answer = talk.recv(4096)
    assert texts(dns.message.from_wire(answer[2:])) == ["127.0.0.1"]
