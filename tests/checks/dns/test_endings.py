"""Why no reply came, whose zone denies a name, and halves of lookups, by evidence built by hand."""

import dns.flags
import dns.message
import pytest
from msgspec.structs import replace

from checks.dns import (
    alias_dangling,
    dnssec_bogus,
    record_type_unanswered,
    resolver_silent,
    resolvers_disagree,
    server_failure,
    slow,
)
from checks.network import packet_loss
from diag.knowledge.extended_errors import BLOCKING, VALIDATION, ExtendedError, extended_error
from diag.knowledge.resolver_answers import ASKED_AGAIN
from diag.model.address import Address
from diag.model.answer import IcmpError
from diag.model.machine import Interface, Interfaces
from diag.model.question import Lookup
from diag.model.verdict import Confidence, Owner, Status
from tests.checks.evidence import Notes
from tests.checks.replies import (
    CABLE,
    FOUR,
    HOST,
    NO_DATA,
    NOT_FOUND,
    ONLINE,
    RESOLVER,
    SECOND,
    SILENCE,
    DnsReply,
    denied,
    found,
    hosts,
    resolvers,
    wire,
)
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged, whose_else

OWN = CABLE.addresses[0]
ROUTER = "10.0.0.1"
TARGET = f"acct.privatelink.{HOST}"


def lost(*servers, failure: str = "lookup_failed", took: float = 0.02, name: str = HOST) -> Notes:
    notes = Notes(f"https://{name}").machine(*ONLINE, resolvers(*servers), hosts())
    return notes.looked_up(failure=failure, took=took, name=name)


def said(failure: str, sender: str, code: int = 1) -> DnsReply:
    return DnsReply(failure=failure, icmp=IcmpError(4, 3, code, sender))


def later(notes: Notes, record: str, reply: DnsReply, over_tcp: DnsReply = SILENCE) -> Notes:
    notes.saw(Lookup(HOST, RESOLVER, record, attempt=ASKED_AGAIN), reply, beside=True)
    return notes.saw(Lookup(HOST, RESOLVER, record, "tcp"), over_tcp, beside=True)


def half(took: float = 15.0, addresses: tuple[str, ...] = (FOUR,)) -> Notes:
    """The resolver answers for IPv4 and is silent about IPv6."""
    notes = (
        Notes().machine(*ONLINE, resolvers(), hosts()).looked_up(*addresses, failure="" if addresses else "timed_out", took=took)
    )
    return notes.told(found(FOUR), SILENCE)


UNANSWERED = {
    "every lookup waits": (later(half(), "AAAA", SILENCE), Status.WARNING),
    "the lookup is lost": (later(half(6.5, ()), "AAAA", SILENCE), Status.PROBLEM),
    "asked again it is answered": (later(half(6.5, ()), "AAAA", NO_DATA), Status.UNKNOWN),
    "it was not asked again": (half(6.5, ()), Status.UNKNOWN),
    "nobody waits": (half(0.02), Status.UNKNOWN),
    "the other half": (
        later(lost(failure="timed_out").told(SILENCE, NO_DATA), "A", SILENCE),
        Status.PROBLEM,
    ),
    "one half fails": (lost().told(found(FOUR), denied("SERVFAIL")), Status.OK),
    "one half is refused by a router": (lost().told(found(FOUR), said("prohibited", ROUTER, 13)), Status.OK),
    "both are silent": (lost().told(SILENCE), Status.OK),
    "the name is not there, and one half is silent": (lost(failure="name_not_found").told(NOT_FOUND, SILENCE), Status.OK),
}


@pytest.mark.parametrize(("check", "notes", "status"), rows({record_type_unanswered.CHECK: UNANSWERED}))
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_each_resolver_is_looked_at_by_itself():
    notes = Notes().machine(*ONLINE, resolvers(RESOLVER, SECOND), hosts()).looked_up(failure="timed_out", took=6.5)
    notes.told(found(FOUR), NO_DATA, server=SECOND).told(found(FOUR), SILENCE)
    finding = judged(record_type_unanswered.CHECK, later(notes, "AAAA", SILENCE, found(FOUR)))
    assert (finding.facts["resolvers"], finding.facts["records"]) == (("10.0.0.53",), ("AAAA",))
    assert finding.facts["tcp_answers"] is True


def test_only_who_suffers_asks_again():
    assert asks(record_type_unanswered.CHECK, half(6.5, ())) == [
        Lookup(HOST, RESOLVER, "AAAA", attempt=ASKED_AGAIN),
        Lookup(HOST, RESOLVER, "AAAA", "tcp"),
        Lookup(HOST, RESOLVER, "A", attempt=ASKED_AGAIN),
    ]
    assert not asks(record_type_unanswered.CHECK, half(0.02))


@pytest.mark.parametrize(
    ("reply", "quiet", "owner"),
    [
        (SILENCE, "silent", Owner.DNS),
        (DnsReply(failure="not_permitted"), "held_back", Owner.MACHINE),
        (said("prohibited", OWN, 13), "held_back", Owner.MACHINE),
        (DnsReply(failure="no_route"), "no_way", Owner.MACHINE),
        (DnsReply(failure="blackholed"), "no_way", Owner.MACHINE),
        (said("unreachable", OWN), "no_neighbour", Owner.NETWORK),
        (said("unreachable", ROUTER), "rejected", Owner.NETWORK),
        (said("prohibited", ROUTER, 13), "rejected", Owner.NETWORK),
        (said("refused", RESOLVER.host, 3), "port_closed", Owner.DNS),
    ],
)
def test_why_no_reply_came_is_read(reply, quiet, owner):
    finding = judged(resolver_silent.CHECK, lost().told(reply))
    assert (finding.facts["quiet"], finding.owner) == (quiet, owner)
    assert ("lost-packets" in finding.rules_out) is (reply is not SILENCE)


@pytest.mark.parametrize(
    ("over_tcp", "quiet", "owner"),
    [
        (SILENCE, "silent", Owner.DNS),
        (found(FOUR), "udp_lost", Owner.NETWORK),
        (said("unreachable", ROUTER), "rejected", Owner.NETWORK),
    ],
)
def test_what_tcp_meets_with_tells_as_well(over_tcp, quiet, owner):
    notes = lost().told(SILENCE).saw(Lookup(HOST, RESOLVER, "A", "tcp"), over_tcp, beside=True)
    finding = judged(resolver_silent.CHECK, notes)
    assert (finding.facts["quiet"], finding.owner) == (quiet, owner)
    assert ("lost-packets" in finding.rules_out) is (over_tcp is not SILENCE)


LEFT = Address("100.100.100.100", 53)


@pytest.mark.parametrize(
    ("links", "quiet"),
    [
        ((CABLE,), "left_behind"),
        ((CABLE, Interface("tailscale0", up=True, vpn="Tailscale")), "left_behind"),
        ((CABLE, Interface("tailscale0", up=False, addresses=("100.101.102.103",), vpn="Tailscale")), "left_behind"),
        ((CABLE, Interface("utun3", up=True, addresses=("fe80::1",), vpn="tun")), "left_behind"),
        ((CABLE, Interface("gpd0", up=True, addresses=("10.9.9.9",), vpn="GlobalProtect")), "left_behind"),
        ((CABLE, Interface("tailscale0", up=True, addresses=("100.101.102.103",), vpn="Tailscale")), "silent"),
        ((CABLE, Interface("utun4", up=True, addresses=("100.101.102.103",), vpn="tun")), "silent"),
        ((), "silent"),
    ],
)
def test_a_resolver_of_a_vpn_is_the_machines_only_while_no_interface_can_be_that_vpns(links, quiet):
    notes = Notes(f"https://{HOST}").machine(Interfaces(links), *ONLINE[1:], resolvers(LEFT), hosts())
    finding = judged(resolver_silent.CHECK, notes.looked_up(failure="lookup_failed").told(SILENCE, server=LEFT))
    assert finding.facts["quiet"] == quiet
    others = whose_else(resolver_silent.CHECK, notes)
    assert finding.owner is (Owner.MACHINE if quiet == "left_behind" else Owner.DNS)
    assert (Owner.MACHINE in others) is (quiet != "left_behind")


def test_another_resolver_that_is_silent_beside_it_is_no_vpns():
    notes = lost(LEFT, SECOND).told(SILENCE, server=LEFT).told(SILENCE, server=SECOND)
    assert judged(resolver_silent.CHECK, notes).facts["quiet"] == "silent"


def test_silence_is_no_loss_where_others_answer_at_once():
    notes = lost().told(SILENCE)
    assert "lost-packets" not in judged(resolver_silent.CHECK, notes).rules_out
    notes.saw(Lookup("other.example.com", RESOLVER, "A"), found(FOUR), beside=True)
    assert "lost-packets" in judged(resolver_silent.CHECK, notes).rules_out


def test_a_question_that_is_answered_later_was_lost():
    notes = lost().told(SILENCE).saw(Lookup(HOST, RESOLVER, "A", attempt=ASKED_AGAIN), found(FOUR), beside=True)
    assert judged(resolver_silent.CHECK, notes).status == Status.UNKNOWN
    finding = judged(packet_loss.CHECK, notes)
    assert (finding.status, finding.facts["form"]) == (Status.PROBLEM, "questions")


@pytest.mark.parametrize(("record", "sure"), [("A", True), ("AAAA", False)])
def test_a_type_is_blamed_for_sure_where_the_other_is_answered_at_once(record, sure):
    notes = later(half(6.5, ()), "AAAA", SILENCE)
    notes.saw(Lookup(HOST, RESOLVER, "A", attempt=ASKED_AGAIN), found(FOUR) if sure else SILENCE, beside=True)
    finding = judged(record_type_unanswered.CHECK, notes)
    assert ("lost-packets" in finding.rules_out) is sure
    assert (finding.confidence is Confidence.CERTAIN) is sure


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (denied("NOTIMP"), "not_implemented"),
        (denied("FORMERR"), "format_error"),
        (denied("NOTAUTH"), "other_code"),
        (DnsReply(b"\x12\x34noise", "malformed"), "no_message"),
        (DnsReply(found(FOUR).message, "malformed"), "no_answer"),
        (DnsReply(failure="timed_out", stray=b"\0\1noise"), "stray"),
    ],
)
def test_a_reply_that_is_no_answer_is_a_failure_of_the_resolver(reply, why):
    finding = judged(server_failure.CHECK, lost().told(reply))
    assert (finding.status, finding.facts["reply"], finding.facts["form"]) == (Status.PROBLEM, (why,), "unusable")
    assert judged(resolver_silent.CHECK, lost().told(reply)).status == Status.UNKNOWN


def from_zone(zone: str, primary: str, *, alias: bool = True, rcode: str = "NXDOMAIN", authoritative: bool = False) -> DnsReply:
    """A denial with its zone's SOA."""
    message = dns.message.from_wire(wire(HOST, *([(HOST, "CNAME", f"{TARGET}.")] if alias else []), rcode=rcode, zone=zone))
    soa = f"{primary}. admin.{zone}. 1 3600 600 86400 60"
    message.authority = [dns.rrset.from_text(f"{zone}.", 60, "IN", "SOA", soa)]
    if authoritative:
        message.flags |= dns.flags.AA
    return DnsReply(message.to_wire(), "name_not_found")


ZONE = f"privatelink.{HOST}"


@pytest.mark.parametrize(
    ("zone", "primary", "owner"),
    [
        (ZONE, "azureprivatedns.net", Owner.CLOUD),
        ("example.com", "azureprivatedns.net", Owner.CLOUD),
        (ZONE, "dc1.corp.example", Owner.CLOUD),
        (ZONE, "ns1-05.azure-dns.com", Owner.SERVICE),
        ("example.com", "ns.example.com", Owner.SERVICE),
    ],
)
def test_a_target_that_a_private_zone_denies_is_the_clouds(zone, primary, owner):
    finding = judged(alias_dangling.CHECK, lost(failure="name_not_found").told(from_zone(zone, primary)))
    assert (finding.owner, finding.confidence) == (owner, Confidence.LIKELY)
    assert ("private_zone" in finding.facts, "public_target" in finding.facts) == (owner == Owner.CLOUD, owner != Owner.CLOUD)


@pytest.mark.parametrize(
    ("reply", "owner", "zone"),
    [
        (from_zone("corp.example", "dc1.corp.example", alias=False, authoritative=True), Owner.DNS, "corp.example"),
        (from_zone("example.com", "ns.example.com", alias=False), Owner.DNS, None),
        (from_zone(ZONE, "azureprivatedns.net"), Owner.CLOUD, ZONE),
    ],
)
def test_a_zone_of_ones_own_that_lacks_the_name_is_filled_and_not_forwarded(reply, owner, zone):
    notes = lost(RESOLVER, SECOND, failure="name_not_found").told(reply).told(found(FOUR), NO_DATA, server=SECOND)
    finding = judged(resolvers_disagree.CHECK, notes)
    assert (finding.owner, finding.facts.get("own_zone")) == (owner, zone)
    assert ("forwarding" in finding.facts) is (zone is None)


def given(first: str, second: str, failure: str = "timed_out") -> Notes:
    notes = Notes().machine(*ONLINE, resolvers(RESOLVER, SECOND), hosts()).looked_up(first)
    notes.told(found(first), NO_DATA).told(found(second), NO_DATA, server=SECOND)
    return notes.dialled(first, failure)


def test_addresses_of_nobody_are_told_where_another_gives_ordinary_ones():
    finding = judged(resolvers_disagree.CHECK, given("192.0.2.20", "10.77.0.20"))
    assert (finding.status, finding.about) == (Status.PROBLEM, "10.0.0.53")
    assert (finding.facts["nowhere"], finding.facts["resolved"]) == (("192.0.2.20",), ("10.77.0.20",))
    assert judged(resolvers_disagree.CHECK, given("10.77.0.21", "10.77.0.20")).status == Status.OK
    assert judged(resolvers_disagree.CHECK, given("192.0.2.20", "192.0.2.21")).status == Status.OK


@pytest.mark.parametrize("code", [1, 2, *range(5, 13)])
def test_every_error_about_signatures_makes_a_bogus_name_certain(code):
    failing = denied("SERVFAIL", errors=[code])
    notes = lost().told(failing)
    for record in ("A", "AAAA"):
        notes.saw(Lookup(HOST, RESOLVER, record, checking_disabled=True), found(FOUR), beside=True)
    assert judged(dnssec_bogus.CHECK, notes).confidence == Confidence.CERTAIN


@pytest.mark.parametrize(
    ("code", "word"), [(0, "other"), (3, "stale_answer"), (6, "bogus"), (15, "blocked"), (24, "invalid_data"), (9999, "other")]
)
def test_extended_errors_by_their_codes(code, word):
    assert extended_error(code) == word


def test_what_hides_a_name_and_what_is_about_signatures_are_apart():
    assert {extended_error(code) for code in (15, 16, 17)} == BLOCKING
    assert not BLOCKING & VALIDATION
    assert extended_error(3) not in VALIDATION
    assert len(set(ExtendedError)) == 25


@pytest.mark.parametrize(
    ("own", "direct", "status", "wait"),
    [
        (5.4, 0.02, Status.WARNING, "for_lost_packet"),
        (5.4, 1.01, Status.WARNING, "for_lost_packet"),
        (2.4, 2.3, Status.WARNING, "for_resolver"),
        (2.4, 0.02, Status.UNKNOWN, None),
    ],
)
def test_what_a_slow_lookup_waits_for(own, direct, status, wait):
    notes = Notes().machine(*ONLINE, resolvers(), hosts()).looked_up(FOUR, took=own).told(found(FOUR), NO_DATA, took=direct)
    finding = judged(slow.CHECK, notes)
    assert (finding.status, finding.facts.get("wait")) == (status, wait)


def test_a_dead_resolver_is_not_called_slow():
    notes = Notes().machine(*ONLINE, replace(resolvers(RESOLVER, SECOND)), hosts()).looked_up(FOUR, took=5.4)
    notes.told(SILENCE).told(found(FOUR), NO_DATA, server=SECOND)
    assert judged(slow.CHECK, notes).status == Status.UNKNOWN
