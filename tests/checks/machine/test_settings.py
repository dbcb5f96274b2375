"""What is said of settings about names, and of lookups that differ from what resolvers know, by evidence built by hand."""

import pytest
from msgspec.structs import replace

from checks.machine import local_firewall, lookup_differs, outgoing_redirected, resolver_ignored, resolver_settings_unusable
from diag.knowledge.connect_outcomes import ONE_STEP
from diag.knowledge.resolver_answers import LOOKED_UP_AGAIN
from diag.model.address import Address
from diag.model.answer import Hop, IcmpError, Path, SystemLookup
from diag.model.machine import MisreadLine, Resolvers, RouteEntry, Routes, System
from diag.model.question import Lookup, Trace
from diag.model.verdict import Confidence, Owner, Status
from tests.checks.evidence import Notes
from tests.checks.replies import (
    CABLE,
    FIVE,
    FOUR,
    HOST,
    LOOPBACK,
    NO_DATA,
    NOT_FOUND,
    ONLINE,
    RESOLVER,
    SECOND,
    SILENCE,
    SIX,
    DnsReply,
    Interfaces,
    denied,
    found,
    hosts,
    resolvers,
)
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

HERE = Address("127.0.0.1", 53)
STUB = Address("127.0.0.53", 53)
FOURTH = Address("10.0.3.53", 53)
NOBODY_LISTENS = DnsReply(failure="refused", icmp=IcmpError(4, 3, 3, "127.0.0.1"))
NOT_PERMITTED = DnsReply(failure="not_permitted")
MISTYPED = MisreadLine(1, "keyword", "nameservers 10.0.0.53", (RESOLVER,))
POD = System("Linux", "6.1", "x86_64", "3.11", "3.0", "4.0", "debian 12", "container", kubernetes=True)


def lost(settings: Resolvers, *facts, failure: str = "lookup_failed") -> Notes:
    return Notes().machine(*ONLINE, settings, hosts(), *facts).looked_up(failure=failure)


def nobody_named(*misread: MisreadLine) -> Resolvers:
    return Resolvers((HERE,), source="default", misread=misread)


def sourced(*sources: str, **more) -> Resolvers:
    return replace(resolvers(), sources=sources, **more)


def split(settings: Resolvers, *, name: str = HOST, later: str = "name_not_found", addresses: tuple[str, ...] = (FOUR,)) -> Notes:
    """The resolver knows the name, and the system does not, twice."""
    notes = Notes(f"https://{name}").machine(*ONLINE, settings, hosts()).looked_up(failure="name_not_found", name=name)
    four = [address for address in addresses if ":" not in address]
    six = [address for address in addresses if ":" in address]
    notes.told(found(*four, name=name) if four else NO_DATA, found(*six, name=name) if six else NO_DATA, name=name)
    again = SystemLookup((), later) if later else SystemLookup(addresses)
    return notes.saw(Lookup(name, attempt=LOOKED_UP_AGAIN), again, beside=True)


def late(reply: DnsReply) -> Notes:
    """Two resolvers deny the name, and one that is never asked says `reply`."""
    notes = lost(replace(resolvers(RESOLVER, SECOND), beyond=(FOURTH,)), failure="name_not_found")
    return (
        notes.told(NOT_FOUND)
        .told(NOT_FOUND, server=SECOND)
        .saw(Lookup(HOST, FOURTH, "A"), reply, beside=True)
        .saw(Lookup(HOST, FOURTH, "AAAA"), NO_DATA if not reply.failure else reply, beside=True)
    )


def refused(*hosts: str, arrived: int = 1, facts: tuple = (), ports: tuple[int, ...] = (443, 80)) -> Notes:
    """Connects that are all refused, and one that was let go a single step."""
    notes = Notes(*(f"https://{host}" for host in hosts)).machine(*ONLINE, *facts)
    for at, host in enumerate(hosts):
        notes.dialled(host, "refused", at=at, took=0.0002)
        for port in ports[1:]:
            notes.dialled(host, "refused", port=port, at=at, beside=True, took=0.0002)
    way = Path((), 1) if arrived else Path((Hop(1, "10.0.0.1", 0.001),), 0)
    return notes.saw(Trace(Address(hosts[0], 443), ONE_STEP), way, beside=True)


SETTINGS = {
    "no line names one": (lost(nobody_named()).told(NOBODY_LISTENS, server=HERE), Status.PROBLEM),
    "the line is mistyped, and its resolver knows": (
        lost(nobody_named(MISTYPED)).told(NOBODY_LISTENS, server=HERE).saw(Lookup(HOST, RESOLVER, "A"), found(FOUR), beside=True),
        Status.PROBLEM,
    ),
    "this computer is named, and nobody listens": (
        lost(resolvers(STUB)).told(NOBODY_LISTENS, server=STUB),
        Status.PROBLEM,
    ),
    "this computer is named, and is silent": (lost(resolvers(STUB)).told(SILENCE, server=STUB), Status.OK),
    "this computer answers by default": (
        lost(nobody_named(), failure="name_not_found").told(NOT_FOUND, server=HERE),
        Status.OK,
    ),
    "a resolver elsewhere refuses": (lost(resolvers()).told(DnsReply(failure="refused")), Status.OK),
    "one of two is elsewhere": (
        lost(resolvers(STUB, RESOLVER)).told(NOBODY_LISTENS, server=STUB).told(SILENCE),
        Status.OK,
    ),
    "a misread line beside one that denies, not asked": (
        lost(replace(resolvers(), misread=(replace(MISTYPED, meant=(SECOND,)),)), failure="name_not_found").told(NOT_FOUND),
        Status.UNKNOWN,
    ),
    "the user named it": (
        Notes(f"tcp://{HOST}:443").machine(resolvers(STUB, source="option")).told(NOBODY_LISTENS, server=STUB),
        Status.NOT_APPLICABLE,
    ),
    "an address": (
        Notes().machine(*ONLINE, nobody_named(), hosts()).looked_up(FOUR).told(found(FOUR), NO_DATA, server=HERE),
        Status.OK,
    ),
}
IGNORED = {
    "the fourth knows": (late(found(FOUR)), Status.PROBLEM),
    "the fourth denies": (late(NOT_FOUND), Status.OK),
    "the fourth is silent": (late(SILENCE), Status.UNKNOWN),
    "it was not asked": (
        lost(replace(resolvers(), beyond=(FOURTH,)), failure="name_not_found").told(NOT_FOUND),
        Status.UNKNOWN,
    ),
    "there is none": (lost(resolvers(), failure="name_not_found").told(NOT_FOUND), Status.OK),
    "the first knows": (
        Notes().machine(replace(resolvers(), beyond=(FOURTH,))).looked_up(FOUR).told(found(FOUR), NO_DATA),
        Status.OK,
    ),
}
DIFFERS = {
    "DNS is no source": (split(sourced("files", "myhostname")), Status.PROBLEM),
    "nothing shows why": (split(sourced("files", "dns")), Status.PROBLEM),
    "it gave up later, which this difference explains": (split(sourced("files"), later="lookup_failed"), Status.PROBLEM),
    "it gave up later, and nothing shows why": (split(sourced("files", "dns"), later="lookup_failed"), Status.UNKNOWN),
    "it was lost for a moment": (split(sourced("files"), later=""), Status.UNKNOWN),
    "it then took too long": (split(sourced("files"), later="timed_out"), Status.UNKNOWN),
    "the resolver denies it": (lost(resolvers(), failure="name_not_found").told(NOT_FOUND), Status.OK),
    "one type fails": (lost(resolvers()).told(found(FOUR), denied("SERVFAIL")), Status.OK),
    "one resolver denies it": (
        lost(resolvers(RESOLVER, SECOND), failure="name_not_found").told(found(FOUR), NO_DATA).told(NOT_FOUND, server=SECOND),
        Status.OK,
    ),
    "the first is silent": (
        lost(resolvers(RESOLVER, SECOND)).told(SILENCE).told(found(FOUR), NO_DATA, server=SECOND),
        Status.OK,
    ),
    "it took too long": (lost(resolvers(), failure="timed_out").told(found(FOUR), NO_DATA), Status.OK),
    "found": (Notes().machine(sourced("files")).looked_up(FOUR).told(found(FOUR), NO_DATA), Status.OK),
}
NEAR = Routes((RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0"), RouteEntry("198.51.100.0/24", "", "eth1")))
REDIRECTED = {
    "all outside, on both ports": (refused(FOUR, FIVE), Status.PROBLEM),
    "the packet got no further than the router": (refused(FOUR, FIVE, arrived=0), Status.OK),
    "one accepts": (refused(FOUR, FIVE).dialled("203.0.113.9", at=1, beside=True), Status.OK),
    "one is silent": (refused(FOUR, FIVE).dialled("203.0.113.9", "timed_out", at=1, beside=True), Status.OK),
    "one public host": (refused(FOUR), Status.PROBLEM),
    "one private host, which may be this computer's host": (refused("10.9.9.9"), Status.UNKNOWN),
    "one port": (refused(FOUR, FIVE, ports=(443,)), Status.UNKNOWN),
    "in the own network": (
        Notes(f"tcp://{FOUR}:443").machine(Interfaces((LOOPBACK, CABLE)), NEAR).dialled(FOUR, "refused", took=0.0002),
        Status.UNKNOWN,
    ),
    "not looked at closely": (Notes(f"tcp://{FOUR}:443").machine(*ONLINE).dialled(FOUR, "refused"), Status.UNKNOWN),
}
HELD_BACK = {
    "no question gets out": (lost(resolvers()).told(NOT_PERMITTED), Status.PROBLEM),
    "one of two resolvers answers": (
        lost(resolvers(RESOLVER, SECOND)).told(NOT_PERMITTED).told(denied("SERVFAIL"), server=SECOND),
        Status.UNKNOWN,
    ),
    "one is silent": (
        lost(resolvers(RESOLVER, SECOND)).told(NOT_PERMITTED).told(SILENCE, server=SECOND),
        Status.UNKNOWN,
    ),
    "found all the same": (
        Notes().machine(resolvers()).looked_up(FOUR).told(NOT_PERMITTED).dialled(FOUR),
        Status.OK,
    ),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows(
        {
            resolver_settings_unusable.CHECK: SETTINGS,
            resolver_ignored.CHECK: IGNORED,
            lookup_differs.CHECK: DIFFERS,
            outgoing_redirected.CHECK: REDIRECTED,
            local_firewall.CHECK: HELD_BACK,
        }
    ),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_the_line_that_is_misread_is_quoted_with_what_is_wrong_in_it():
    facts = judged(resolver_settings_unusable.CHECK, SETTINGS["the line is mistyped, and its resolver knows"][0]).facts
    assert (facts["fault"], facts["lines"], facts["texts"]) == ("misread", ("1",), (MISTYPED.text,))
    assert (facts["flaws"], facts["knowing"], facts["asked"]) == (("keyword",), ("10.0.0.53",), ("127.0.0.1",))


def test_what_a_misread_line_names_is_asked_only_where_the_name_is_lost():
    asked = asks(resolver_settings_unusable.CHECK, lost(nobody_named(MISTYPED)).told(NOBODY_LISTENS, server=HERE))
    assert asked == [Lookup(HOST, RESOLVER, "A"), Lookup(HOST, RESOLVER, "AAAA")]
    healthy = Notes().machine(nobody_named(MISTYPED)).looked_up(FOUR).told(found(FOUR), NO_DATA, server=HERE)
    assert not asks(resolver_settings_unusable.CHECK, healthy)


@pytest.mark.parametrize(("setting", "fault"), [("container", "stub_of_host"), ("", "nobody_listens")])
def test_the_resolver_of_the_host_is_told_in_a_container(setting, fault):
    system = replace(POD, setting=setting)
    notes = lost(resolvers(STUB), system).told(NOBODY_LISTENS, server=STUB)
    assert judged(resolver_settings_unusable.CHECK, notes).facts["fault"] == fault


LOCAL = "printer.local"
MULTICAST = ("files", "mdns4_minimal", "[NOTFOUND=return]", "dns")


@pytest.mark.parametrize(
    ("notes", "difference", "source"),
    [
        (split(sourced("files")), "without_dns", None),
        (split(sourced(*MULTICAST), name=LOCAL), "local_by_multicast", "mdns4_minimal"),
        (split(sourced("files", "sss", "[NOTFOUND=return]", "dns")), "stopped_before", "sss"),
        (split(sourced("resolve", "[!UNAVAIL=return]", "files")), "stopped_before", "resolve"),
        (split(sourced("files", "[NOTFOUND=return]", "dns")), "stopped_by_files", "files"),
        (split(sourced("files", "[!SUCCESS=return]", "sss", "dns")), "stopped_by_files", "files"),
        (split(sourced("files", "[SUCCESS=continue NOTFOUND=return]", "dns")), "stopped_by_files", "files"),
        (split(sourced("files", "[UNAVAIL=return]", "dns")), None, None),
        (split(sourced(*MULTICAST[:3], "nis", "[NOTFOUND=return]", "dns")), "stopped_before", "nis"),
        (split(sourced("files", "dns", options=("no-aaaa",)), addresses=(SIX,)), "no_ipv6", None),
        (split(sourced("files", "dns", cached_by="nscd")), "remembered", "nscd"),
        (split(sourced(*MULTICAST)), None, None),
        (split(sourced("files", "dns", "[NOTFOUND=return]", "sss")), None, None),
    ],
)
def test_what_is_different_is_named(notes, difference, source):
    facts = judged(lookup_differs.CHECK, notes).facts
    assert (facts.get("difference"), facts.get("source")) == (difference, source)


def test_musl_takes_names_from_where_it_likes_whatever_the_file_says():
    notes = split(sourced("files")).machine(replace(POD, libc="musl"))
    assert judged(lookup_differs.CHECK, notes).facts.get("difference") is None


@pytest.mark.parametrize(("sources", "confidence"), [(("files",), Confidence.CERTAIN), (("files", "dns"), Confidence.LIKELY)])
def test_a_difference_that_is_not_seen_leaves_others_open(sources, confidence):
    finding = judged(lookup_differs.CHECK, split(sourced(*sources)))
    assert finding.confidence == confidence
    assert ("another-difference" in finding.rules_out) is (confidence == Confidence.CERTAIN)


def test_a_pod_is_told_of_its_sidecar():
    facts = judged(outgoing_redirected.CHECK, refused(FOUR, FIVE, facts=(POD,))).facts
    assert facts["kubernetes"] is True
    assert "elsewhere" not in facts
    assert facts["ports"] == ("443", "80")


def test_the_closer_look_is_taken_only_where_all_is_refused():
    notes = Notes(f"tcp://{FOUR}:443").machine(*ONLINE).dialled(FOUR, "refused")
    asked = asks(outgoing_redirected.CHECK, notes)
    assert Trace(Address(FOUR, 443), ONE_STEP) in asked
    assert not asks(outgoing_redirected.CHECK, Notes(f"tcp://{FOUR}:443").machine(*ONLINE).dialled(FOUR))


def test_questions_that_are_held_back_are_this_computers_doing():
    finding = judged(local_firewall.CHECK, HELD_BACK["no question gets out"][0])
    assert (finding.facts["host"], finding.facts["port"]) == (("10.0.0.53",), 53)
    assert local_firewall.CHECK.owner == Owner.MACHINE
