"""Each way in which names go wrong, as the client's own resolver library sees it and as a plain query sees it."""

import socket
import sys
import time

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from tests.netns import Answers, Forwarder, House, needs_house
from tests.netns.knock import Answer, knock
from tests.netns.plan import PLACES, PRIVATE, PUBLIC, ROUTER, ROUTER_FAR, SERVER, SERVER6, SILENT

pytestmark = needs_house

NAME = "service.house.test"


def look_up(house: House, name: str) -> set[str]:
    """Ask the C library of the client: addresses, or the name of the EAI error."""
    asked = (
        "import socket, sys\n"
        "words = {getattr(socket, word): word for word in dir(socket) if word.startswith('EAI_')}\n"
        "try: print(*(found[4][0] for found in socket.getaddrinfo(sys.argv[1], 1, type=1)))\n"
        "except socket.gaierror as failed: print(words[failed.errno])\n"
    )
    return set(house.run([sys.executable, "-c", asked, name]).stdout.split())


def ask(house: House, name: str, *, resolver: str = ROUTER, checked: bool = True, kind: str = "A") -> dns.message.Message:
    """Ask a resolver by UDP as the client."""
    flags = dns.flags.RD if checked else dns.flags.RD | dns.flags.CD
    query = dns.message.make_query(name, kind, want_dnssec=True, flags=flags)
    with house.socket(kind=socket.SOCK_DGRAM, where="client") as wire:
        wire.settimeout(1)
        wire.sendto(query.to_wire(), (resolver, 53))
        return dns.message.from_wire(wire.recv(4096))


def said(answer: dns.message.Message) -> tuple[str, list[str], list[int]]:
    """Give the code, the addresses and names, and the Extended DNS Errors of an answer."""
    plain = [rdata.to_text() for found in answer.answer if found.rdtype != dns.rdatatype.RRSIG for rdata in found]
    return dns.rcode.to_text(answer.rcode()), plain, [error.code for error in answer.extended_errors()]


def test_names_are_answered_so_and_nothing_else_exists(house: House) -> None:
    house.names({NAME: [SERVER, SERVER6], "alias.house.test": ["next.house.test"], "next.house.test": [NAME]})
    assert look_up(house, NAME) == look_up(house, "alias.house.test") == {SERVER, SERVER6}
    assert look_up(house, "other.house.test") == {"EAI_NONAME"}
    assert said(ask(house, "other.house.test")) == ("NXDOMAIN", [], [])
    assert said(ask(house, "alias.house.test")) == ("NOERROR", ["next.house.test.", f"{NAME}.", SERVER], [])


def test_every_room_asks_it_wherever_it_is(house: House) -> None:
    house.names({NAME: [SERVER]}, where="server")
    for place in PLACES:
        assert house.run(["getent", "ahostsv4", NAME], where=place).stdout.startswith(SERVER)
    assert said(ask(house, NAME, resolver=PUBLIC[2])) == ("NOERROR", [SERVER], [])


def test_names_can_change_while_the_client_runs(house: House) -> None:
    house.names({NAME: [SERVER]})
    waiting = "import socket\nfor _ in range(2): print(socket.gethostbyname('service.house.test'), flush=True); input()"
    process = house.start([sys.executable, "-c", waiting], "client")
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline().strip() == SERVER
    house.names({NAME: [PRIVATE[0]]})
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline().strip() == PRIVATE[0]


def test_a_name_without_an_address(house: House) -> None:
    house.names({NAME: []})
    assert said(ask(house, NAME)) == ("NOERROR", [], [])
    assert look_up(house, NAME) == {"EAI_NODATA"}


def test_a_name_that_leads_nowhere_and_names_that_lead_in_a_circle(house: House) -> None:
    house.names({NAME: ["gone.house.test"], "a.house.test": ["b.house.test"], "b.house.test": ["a.house.test"]})
    assert said(ask(house, NAME)) == ("NXDOMAIN", ["gone.house.test."], [])
    assert said(ask(house, "a.house.test"))[0] == "SERVFAIL"
    assert (look_up(house, NAME), look_up(house, "a.house.test")) == ({"EAI_NONAME"}, {"EAI_AGAIN"})


def test_refused_failing_and_silent_look_alike_to_the_library_alone(house: House) -> None:
    house.names(Answers({NAME: [SERVER]}, refused=["r.test"], failing=["f.test"], silent=["s.test"]))
    assert said(ask(house, "r.test"))[0] == said(ask(house, "a.r.test"))[0] == "REFUSED"
    assert said(ask(house, "f.test")) == said(ask(house, "a.f.test")) == ("SERVFAIL", [], [])
    with pytest.raises(TimeoutError):
        ask(house, "s.test")
    assert look_up(house, "r.test") == look_up(house, "f.test") == look_up(house, "s.test") == {"EAI_AGAIN"}
    assert look_up(house, NAME) == {SERVER}


def test_signatures_good_forged_and_expired(house: House) -> None:
    names = {"good.test": [SERVER], "forged.test": [SERVER], "expired.test": [SERVER, SERVER6], "plain.test": [SERVER]}
    house.names(Answers(names, signed=["good.test"], forged=["forged.test"], expired=["expired.test"]))
    assert [bool(ask(house, name).flags & dns.flags.AD) for name in ("good.test", "plain.test")] == [True, False]
    assert said(ask(house, "good.test")) == said(ask(house, "plain.test")) == ("NOERROR", [SERVER], [])
    for name, error in (("forged.test", 6), ("expired.test", 7)):
        assert [said(ask(house, name, kind=kind)) for kind in ("A", "AAAA")] == [("SERVFAIL", [], [error])] * 2
        assert said(ask(house, name, checked=False)) == ("NOERROR", [SERVER], [])
        assert look_up(house, name) == {"EAI_AGAIN"}


def test_missing_names_are_rewritten_and_others_not(house: House) -> None:
    house.names(Answers({NAME: [SERVER]}, failing=["f.test"], missing_become=PUBLIC[3]))
    assert look_up(house, "no.such.house.test") == look_up(house, "nothing.example") == {PUBLIC[3]}
    assert (look_up(house, NAME), said(ask(house, "f.test"))[0]) == ({SERVER}, "SERVFAIL")


def test_private_addresses_are_taken_out_on_the_way(house: House) -> None:
    answers = Answers({"private.house.test": [SERVER], "public.house.test": [PUBLIC[0]]})
    house.resolver(answers, at=[PRIVATE[2]], where="server")
    house.names(Forwarder([PRIVATE[2]], forgets=["10.0.0.0/8"]))
    assert said(ask(house, "private.house.test")) == ("NOERROR", [], [])
    assert said(ask(house, "private.house.test", resolver=PRIVATE[2])) == ("NOERROR", [SERVER], [])
    assert (look_up(house, "private.house.test"), look_up(house, "public.house.test")) == ({"EAI_NODATA"}, {PUBLIC[0]})


def test_a_long_answer_is_cut_off_and_tcp_is_closed(house: House) -> None:
    many = {NAME: [f"10.77.3.{number}" for number in range(1, 41)]}
    house.names(Answers(many, udp_limit=512))
    assert (bool(ask(house, NAME).flags & dns.flags.TC), look_up(house, NAME)) == (True, set(many[NAME]))
    house.names(Answers(many, udp_limit=512, tcp=False))
    assert bool(ask(house, NAME).flags & dns.flags.TC)
    assert knock(house, ROUTER, 53) == Answer("ECONNREFUSED")
    assert look_up(house, NAME) == {"EAI_AGAIN"}


def test_two_resolvers_disagree(house: House) -> None:
    house.resolver(Answers({NAME: [SERVER]}), at=[PRIVATE[2]], where="server")
    house.resolver(Answers({NAME: [PUBLIC[0]]}), at=[PUBLIC[2]], where="server")
    house.resolvers(PRIVATE[2], PUBLIC[2])
    assert look_up(house, NAME) == {SERVER}
    house.resolvers(PUBLIC[2], PRIVATE[2])
    assert look_up(house, NAME) == {PUBLIC[0]}


def test_the_first_resolver_is_dead(house: House) -> None:
    house.names({NAME: [SERVER]})
    house.resolvers(SILENT, ROUTER)
    began = time.monotonic()
    assert look_up(house, NAME) == {SERVER}
    assert time.monotonic() - began >= 1
    house.resolvers(SILENT)
    assert look_up(house, NAME) == {"EAI_AGAIN"}


def test_names_are_captured_on_their_way_to_another_resolver(house: House) -> None:
    house.resolver(Answers({NAME: [SERVER]}), at=[PUBLIC[2]], where="server")
    house.resolver(Answers({NAME: [PUBLIC[3]]}), at=[ROUTER, ROUTER_FAR])
    assert said(ask(house, NAME, resolver=PUBLIC[2])) == ("NOERROR", [SERVER], [])
    with house.capture(port=53, at=53, protocol="udp"):
        assert said(ask(house, NAME, resolver=PUBLIC[2])) == ("NOERROR", [PUBLIC[3]], [])
        assert said(ask(house, NAME, resolver="192.0.2.53")) == ("NOERROR", [PUBLIC[3]], [])
    assert said(ask(house, NAME, resolver=PUBLIC[2])) == ("NOERROR", [SERVER], [])
