"""What is said of resolvers that lack, refuse, hide, cut short or delay a name, by evidence built by hand."""

import pytest

from checks.dns import (
    alias_dangling,
    first_resolver_dead,
    name_sinkholed,
    no_address,
    nxdomain_rewritten,
    private_answers_stripped,
    query_refused,
    resolvers_disagree,
    slow,
    tcp_blocked,
)
from diag.model.answer import DnsReply
from diag.model.question import Lookup
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import (
    FOUR,
    HOST,
    MISSED,
    NO_DATA,
    NOT_FOUND,
    ONLINE,
    RESOLVER,
    SECOND,
    SILENCE,
    SIX,
    dangling,
    denied,
    found,
    hosts,
    resolvers,
    wire,
)
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

REFUSED = denied("REFUSED")
SERVFAIL = denied("SERVFAIL")
NO_SOA = DnsReply(wire(zone=""), "no_data")
CUT = DnsReply(failure="timed_out", transport="tcp", truncated=wire(truncated=True))
BLOCKED = denied(errors=[15])
TURNS = ("rotate",)


def lost(failure: str = "name_not_found", took: float = 0.02, options: tuple[str, ...] = ()) -> Notes:
    machine = (resolvers(RESOLVER, SECOND, options=options), hosts())
    return Notes().machine(*ONLINE, *machine).looked_up(failure=failure, took=took)


def got(*addresses: str, took: float = 0.02, options: tuple[str, ...] = ()) -> Notes:
    machine = (resolvers(RESOLVER, SECOND, options=options), hosts())
    return Notes().machine(*ONLINE, *machine).looked_up(*(addresses or (FOUR,)), took=took)


NAMED = resolvers(RESOLVER, SECOND, source="option")
ASKED = Lookup("no-such-name.invalid", RESOLVER, "A")


def named_by_user() -> Notes:
    return Notes(f"tcp://{HOST}:443").machine(*ONLINE, NAMED)


def invented(address: str | None) -> Notes:
    notes = Notes().machine(*ONLINE, resolvers(), hosts()).looked_up(FOUR).told(found(FOUR), NO_DATA).dialled(FOUR, "refused")
    return notes.saw(ASKED, found(address, name=ASKED.name) if address else denied(name=ASKED.name), beside=True)


NO_ADDRESS = {
    "both resolvers have none": (lost("no_data").told(NO_DATA).told(NO_DATA, server=SECOND), Status.PROBLEM),
    "no zone is named": (lost("no_data").told(NO_SOA).told(NO_SOA, server=SECOND), Status.PROBLEM),
    "the system wants IPv4 alone, and there is IPv6": (
        lost("no_data").told(NO_DATA, found(SIX)).told(SILENCE, server=SECOND),
        Status.OK,
    ),
    "the name is not there": (lost().told(NOT_FOUND).told(NOT_FOUND, server=SECOND), Status.OK),
    "one record was not asked for": (lost("no_data").told(NO_DATA, MISSED).told(NO_DATA, server=SECOND), Status.UNKNOWN),
    "an address": (got().told(found(FOUR), NO_DATA), Status.OK),
}
ALIAS_DANGLING = {
    "the target is gone": (lost().told(dangling()).told(dangling(), server=SECOND), Status.PROBLEM),
    "the name is gone": (lost().told(NOT_FOUND).told(NOT_FOUND, server=SECOND), Status.OK),
    "another resolver knows the target": (lost().told(dangling()).told(found(FOUR), NO_DATA, server=SECOND), Status.OK),
    "the resolvers fail": (lost("lookup_failed").told(SERVFAIL).told(SERVFAIL, server=SECOND), Status.UNKNOWN),
}
QUERY_REFUSED = {
    "both refuse": (lost("lookup_failed").told(REFUSED).told(REFUSED, server=SECOND), Status.PROBLEM),
    "one refuses, one is silent": (lost("lookup_failed").told(REFUSED).told(SILENCE, server=SECOND), Status.PROBLEM),
    "one refuses, and the next knows": (got().told(REFUSED).told(found(FOUR), NO_DATA, server=SECOND), Status.OK),
    "one refuses, one fails": (lost("lookup_failed").told(REFUSED).told(SERVFAIL, server=SECOND), Status.UNKNOWN),
}
TCP_BLOCKED = {
    "cut short, and TCP is silent": (lost("lookup_failed").told(CUT, NO_DATA).told(CUT, NO_DATA, server=SECOND), Status.PROBLEM),
    "one is silent altogether": (lost("lookup_failed").told(CUT).told(SILENCE, server=SECOND), Status.PROBLEM),
    "the system makes do with the beginning": (got().told(CUT, NO_DATA).told(CUT, NO_DATA, server=SECOND), Status.OK),
    "silent over UDP too": (lost("lookup_failed").told(SILENCE).told(SILENCE, server=SECOND), Status.UNKNOWN),
    "TCP brought it": (got().told(DnsReply(wire(HOST, (HOST, "A", FOUR)), transport="tcp", truncated=CUT.truncated)), Status.OK),
}
NAME_SINKHOLED = {
    "nobody's address": (got("0.0.0.0").told(found("0.0.0.0"), found("::")).dialled("0.0.0.0", "refused"), Status.PROBLEM),
    "said to be blocked": (lost().told(BLOCKED).told(BLOCKED, server=SECOND), Status.PROBLEM),
    "this computer, and no other name to compare": (
        got("127.0.0.1").told(found("127.0.0.1"), NO_DATA).dialled("127.0.0.1", "refused"),
        Status.UNKNOWN,
    ),
    "this computer's own hosts file": (
        Notes()
        .machine(resolvers(), hosts(("0.0.0.0", HOST)))
        .looked_up("0.0.0.0")
        .told(found(FOUR))
        .dialled("0.0.0.0", "refused"),
        Status.UNKNOWN,
    ),
    "an ordinary address that refuses": (got().told(found(FOUR), NO_DATA).dialled(FOUR, "refused"), Status.OK),
    "the name is not there": (lost().told(NOT_FOUND).told(NOT_FOUND, server=SECOND), Status.OK),
}
RESOLVERS_DISAGREE = {
    "the first denies, the second knows": (lost().told(NOT_FOUND).told(found(FOUR), NO_DATA, server=SECOND), Status.PROBLEM),
    "the first knows, and the system was denied": (
        lost().told(found(FOUR), NO_DATA).told(NOT_FOUND, server=SECOND),
        Status.PROBLEM,
    ),
    "by turns": (got(options=TURNS).told(found(FOUR), NO_DATA).told(NOT_FOUND, server=SECOND), Status.WARNING),
    "the second lacks it, and nobody minds": (got().told(found(FOUR), NO_DATA).told(NOT_FOUND, server=SECOND), Status.OK),
    "different addresses": (got(options=TURNS).told(found(FOUR)).told(found("198.51.100.9"), server=SECOND), Status.OK),
    "the first is silent": (lost("lookup_failed").told(SILENCE).told(found(FOUR), NO_DATA, server=SECOND), Status.OK),
    "the user named them": (
        named_by_user().told(NOT_FOUND).told(found(FOUR), NO_DATA, server=SECOND).dialled(FOUR),
        Status.WARNING,
    ),
    "both deny": (lost().told(NOT_FOUND).told(NOT_FOUND, server=SECOND), Status.OK),
}
FIRST_RESOLVER_DEAD = {
    "no name was looked up": (Notes().machine(resolvers(RESOLVER, SECOND)), Status.UNKNOWN),
    "lookups wait": (got(took=5.03).told(SILENCE).told(found(FOUR), NO_DATA, server=SECOND), Status.WARNING),
    "lookups wait as long as was set": (
        got(took=1.02, options=("timeout:1",)).told(SILENCE).told(found(FOUR), NO_DATA, server=SECOND),
        Status.WARNING,
    ),
    "a lookup is given up": (
        lost("timed_out", took=5.0).told(SILENCE).told(found(FOUR), NO_DATA, server=SECOND),
        Status.PROBLEM,
    ),
    "the system does not wait": (got().told(SILENCE).told(found(FOUR), NO_DATA, server=SECOND), Status.UNKNOWN),
    "the user named it": (
        named_by_user().told(SILENCE, took=5.0).told(found(FOUR), NO_DATA, server=SECOND).dialled(FOUR),
        Status.WARNING,
    ),
    "the second is dead": (got(took=5.03).told(found(FOUR), NO_DATA).told(SILENCE, server=SECOND), Status.OK),
    "both are dead": (lost("lookup_failed", 10).told(SILENCE).told(SILENCE, server=SECOND), Status.UNKNOWN),
    "it answered once": (got(took=5.03).told(SILENCE, NO_DATA).told(found(FOUR), NO_DATA, server=SECOND), Status.OK),
    "one resolver alone": (
        Notes().machine(resolvers()).looked_up(failure="lookup_failed", took=5).told(SILENCE),
        Status.NOT_APPLICABLE,
    ),
}
INSIDE = found("10.1.2.3")
STRIPPED = {
    "one empties what another gives": (lost("no_data").told(NO_SOA).told(INSIDE, NO_DATA, server=SECOND), Status.PROBLEM),
    "one says no with its zone": (lost("no_data").told(NO_DATA).told(INSIDE, NO_DATA, server=SECOND), Status.PROBLEM),
    "the other gives a public address": (lost("no_data").told(NO_SOA).told(found(FOUR), NO_DATA, server=SECOND), Status.OK),
    "one lacks the name": (lost().told(NOT_FOUND).told(INSIDE, NO_DATA, server=SECOND), Status.OK),
    "nobody gives one, and no zone says so": (lost("no_data").told(NO_SOA).told(NO_SOA, server=SECOND), Status.UNKNOWN),
    "nobody gives one, says its zone": (lost("no_data").told(NO_DATA).told(NO_DATA, server=SECOND), Status.OK),
    "the system got it": (got("10.1.2.3").told(INSIDE, NO_DATA).told(NO_SOA, server=SECOND), Status.OK),
}
NXDOMAIN_REWRITTEN = {
    "a name that cannot exist has the same address": (invented(FOUR), Status.PROBLEM),
    "it has another": (invented("198.51.100.9"), Status.OK),
    "it has none": (invented(None), Status.OK),
    "it was not asked for": (got().told(found(FOUR), NO_DATA).dialled(FOUR, "refused"), Status.UNKNOWN),
    "the name is not there": (lost().told(NOT_FOUND).told(NOT_FOUND, server=SECOND), Status.OK),
}
SLOW = {
    "a resolver that the user named": (named_by_user().told(found(FOUR), NO_DATA, took=2.3).dialled(FOUR), Status.WARNING),
    "of two that the user named, one is quick": (
        named_by_user().told(found(FOUR), NO_DATA, took=2.3).told(found(FOUR), NO_DATA, server=SECOND).dialled(FOUR),
        Status.OK,
    ),
    "system and resolver are slow": (got(took=2.4).told(found(FOUR), NO_DATA, took=2.3), Status.WARNING),
    "the system alone is slow": (got(took=2.4).told(found(FOUR), NO_DATA), Status.UNKNOWN),
    "quick": (got().told(found(FOUR), NO_DATA, took=2.3), Status.OK),
    "lost": (lost(took=3).told(NOT_FOUND, took=3), Status.UNKNOWN),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows(
        {
            no_address.CHECK: NO_ADDRESS,
            alias_dangling.CHECK: ALIAS_DANGLING,
            query_refused.CHECK: QUERY_REFUSED,
            tcp_blocked.CHECK: TCP_BLOCKED,
            name_sinkholed.CHECK: NAME_SINKHOLED,
            resolvers_disagree.CHECK: RESOLVERS_DISAGREE,
            first_resolver_dead.CHECK: FIRST_RESOLVER_DEAD,
            slow.CHECK: SLOW,
            private_answers_stripped.CHECK: STRIPPED,
            nxdomain_rewritten.CHECK: NXDOMAIN_REWRITTEN,
        }
    ),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def empty_from(reply: DnsReply) -> Notes:
    return lost("no_data").told(reply).told(reply, server=SECOND)


def test_a_server_that_refers_elsewhere_says_nothing_of_the_name():
    """It is no resolver: asked for a name of somebody else's, it points to other servers, and asks none for us."""
    refers = DnsReply(wire(zone="", recurses=False))
    assert judged(no_address.CHECK, empty_from(refers)).status == Status.UNKNOWN
    assert judged(no_address.CHECK, empty_from(DnsReply(wire(zone="")))).status == Status.PROBLEM
    assert judged(no_address.CHECK, empty_from(DnsReply(wire(zone="example.com", recurses=False)))).status == Status.PROBLEM


def test_without_a_zone_the_address_may_have_been_removed_on_the_way():
    notes = NO_ADDRESS["no zone is named"][0]
    assert judged(no_address.CHECK, notes).confidence == Confidence.POSSIBLE
    assert judged(private_answers_stripped.CHECK, notes).status == Status.UNKNOWN


def test_this_computers_address_is_possibly_meant():
    notes = Notes(f"https://{HOST}", "https://stage.example.com").machine(*ONLINE, resolvers(), hosts())
    notes.looked_up("127.0.0.1").told(found("127.0.0.1"), NO_DATA).dialled("127.0.0.1", "refused")
    notes.looked_up(FOUR, name="stage.example.com", at=1)
    assert judged(name_sinkholed.CHECK, notes).confidence == Confidence.POSSIBLE


def test_the_one_who_denies_is_named():
    finding = judged(resolvers_disagree.CHECK, RESOLVERS_DISAGREE["the first denies, the second knows"][0])
    assert finding.facts["resolvers_said"] == ("no_such_name",)
    assert finding.about == "10.0.0.53"


def test_a_dead_first_resolver_hits_whoever_waits():
    finding = judged(first_resolver_dead.CHECK, FIRST_RESOLVER_DEAD["a lookup is given up"][0])
    assert finding.hits == (f"https://{HOST}:443",)
    assert finding.facts["dead"] == ("10.0.0.53",)


def test_a_name_that_cannot_exist_is_asked_for_only_where_the_walk_came_to_nothing():
    assert {question.name for question in asks(nxdomain_rewritten.CHECK, invented(FOUR))} == set(nxdomain_rewritten.IMPOSSIBLE)
    assert not asks(nxdomain_rewritten.CHECK, named_by_user().told(found(FOUR), NO_DATA).dialled(FOUR))
