"""What is said of a name, by evidence built by hand: each cause with a problem, an absence and its near misses."""

import pytest

from checks.dns import dnssec_bogus, hosts_file_override, name_not_found, resolver_silent, server_failure
from diag.model.address import Address
from diag.model.answer import Session
from diag.model.question import Connect, Handshake, Lookup
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import (
    FIVE,
    FOUR,
    HOST,
    MISSED,
    NO_DATA,
    NOT_FOUND,
    RESOLVER,
    SECOND,
    SILENCE,
    dangling,
    denied,
    found,
    hosts,
    resolvers,
    trusted,
)
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

SERVFAIL = denied("SERVFAIL")
BOGUS = denied("SERVFAIL", errors=[6])


def lost(failure: str = "name_not_found", **of: str) -> Notes:
    return Notes(**of).machine(resolvers(RESOLVER, SECOND)).looked_up(failure=failure)


def unchecked(answer, record: str = "A") -> dict:
    return {"question": Lookup(HOST, RESOLVER, record, checking_disabled=True), "answer": answer, "beside": True}


NAME_NOT_FOUND = {
    "every resolver denies it": (lost().told(NOT_FOUND).told(NOT_FOUND, server=SECOND), Status.PROBLEM),
    "one denies it, one is silent": (lost().told(NOT_FOUND).told(SILENCE, server=SECOND), Status.PROBLEM),
    "only the system could be asked": (Notes().looked_up(failure="name_not_found"), Status.PROBLEM),
    "only the system could be asked, and it gave up": (Notes().looked_up(failure="timed_out"), Status.UNKNOWN),
    "one resolver knows it": (lost().told(NOT_FOUND).told(found(FOUR), NO_DATA, server=SECOND), Status.OK),
    "the target of its alias is gone": (lost().told(dangling()).told(dangling(), server=SECOND), Status.OK),
    "it has no address": (lost().told(NO_DATA).told(NO_DATA, server=SECOND), Status.OK),
    "denied for one record alone": (lost().told(NOT_FOUND, NO_DATA).told(NOT_FOUND, NO_DATA, server=SECOND), Status.UNKNOWN),
    "the resolvers fail": (lost().told(SERVFAIL).told(SERVFAIL, server=SECOND), Status.UNKNOWN),
    "the other resolver was not asked": (lost().told(NOT_FOUND).told(MISSED, server=SECOND), Status.UNKNOWN),
    "hidden on purpose": (lost().told(denied(errors=[15])).told(denied(errors=[15]), server=SECOND), Status.OK),
    "found by a search domain": (
        Notes("https://api").machine(resolvers(search=("example.com",))).looked_up(FOUR, name="api").told(NOT_FOUND, name="api"),
        Status.OK,
    ),
    "no lookup at all": (Notes(), Status.UNKNOWN),
    "the system's lookup is missing": (Notes().machine(resolvers()).told(NOT_FOUND), Status.UNKNOWN),
    "resolvers that the user named deny it": (Notes().machine(resolvers(source="option")).told(NOT_FOUND), Status.PROBLEM),
    "a literal": (Notes(f"https://{FOUR}").dialled(FOUR), Status.NOT_APPLICABLE),
    "this machine": (Notes("https://localhost").looked_up("127.0.0.1", name="localhost"), Status.NOT_APPLICABLE),
    "a proxy looks it up": (Notes(proxy="10.0.0.80:3128").dialled("10.0.0.80", port=3128), Status.NOT_APPLICABLE),
}

OUTSIDE = Address("198.51.100.53", 53)
RESOLVER_SILENT = {
    "none answers, nor what is known to be good": (
        Notes()
        .machine(resolvers(OUTSIDE))
        .looked_up(failure="lookup_failed")
        .told(SILENCE, server=OUTSIDE)
        .control(FOUR, "timed_out"),
        Status.PROBLEM,
    ),
    "none answers": (lost("lookup_failed").told(SILENCE).told(SILENCE, server=SECOND), Status.PROBLEM),
    "one denies the name": (lost("lookup_failed").told(SILENCE).told(NOT_FOUND, server=SECOND), Status.OK),
    "one fails": (lost("lookup_failed").told(SILENCE).told(SERVFAIL, server=SECOND), Status.UNKNOWN),
    "one was not asked": (lost("lookup_failed").told(SILENCE).told(MISSED, server=SECOND), Status.UNKNOWN),
    "the system knows another way": (
        Notes().machine(resolvers()).looked_up(FOUR).told(SILENCE),
        Status.OK,
    ),
    "the hosts file knows it": (
        Notes().machine(resolvers(), hosts((FOUR, HOST))).looked_up(FOUR).told(SILENCE),
        Status.NOT_APPLICABLE,
    ),
}

SERVER_FAILURE = {
    "fails without validation too": (
        Notes().machine(resolvers()).looked_up(failure="lookup_failed").told(SERVFAIL).saw(**unchecked(SERVFAIL)),
        Status.PROBLEM,
    ),
    "all fail, validation or not": (
        lost("lookup_failed").told(SERVFAIL).told(SERVFAIL, server=SECOND).saw(**unchecked(SERVFAIL)),
        Status.PROBLEM,
    ),
    "nothing said without validation": (lost("lookup_failed").told(SERVFAIL).told(SILENCE, server=SECOND), Status.PROBLEM),
    "AAAA alone fails": (
        lost("lookup_failed")
        .told(found(FOUR), SERVFAIL)
        .told(found(FOUR), SERVFAIL, server=SECOND)
        .saw(**unchecked(SERVFAIL, "AAAA")),
        Status.PROBLEM,
    ),
    "AAAA alone fails, and nobody minds": (
        Notes().machine(resolvers()).looked_up(FOUR).told(found(FOUR), SERVFAIL),
        Status.OK,
    ),
    "an answer without validation": (
        lost("lookup_failed").told(BOGUS).told(BOGUS, server=SECOND).saw(**unchecked(found(FOUR))),
        Status.OK,
    ),
    "one knows it": (lost("lookup_failed").told(SERVFAIL).told(found(FOUR), NO_DATA, server=SECOND), Status.OK),
    "all silent": (lost("lookup_failed").told(SILENCE).told(SILENCE, server=SECOND), Status.UNKNOWN),
}
DNSSEC_BOGUS = {
    "an answer without validation": (SERVER_FAILURE["an answer without validation"][0], Status.PROBLEM),
    "fails all the same": (SERVER_FAILURE["fails without validation too"][0], Status.OK),
    "not asked without validation": (SERVER_FAILURE["nothing said without validation"][0], Status.UNKNOWN),
    "not there at all": (lost().told(NOT_FOUND).told(NOT_FOUND, server=SECOND), Status.OK),
}

ELSEWHERE = Handshake(Connect(Address(FOUR, 443)), HOST)


def pinned(to: str = FIVE, resolved: str = FOUR) -> Notes:
    return Notes(f"tls://{HOST}").machine(resolvers(), hosts((to, HOST))).looked_up(to).told(found(resolved), NO_DATA)


HOSTS_FILE_OVERRIDE = {
    "the line's address is silent, the resolver's accepts": (
        pinned().dialled(FIVE, "timed_out").dialled(FOUR, beside=True),
        Status.PROBLEM,
    ),
    "both are silent": (pinned().dialled(FIVE, "timed_out").dialled(FOUR, "timed_out", beside=True), Status.UNKNOWN),
    "not tried elsewhere": (pinned().dialled(FIVE, "timed_out"), Status.UNKNOWN),
    "the handshake goes well elsewhere": (
        pinned().dialled(FIVE).shook(FIVE, Session("reset")).dialled(FOUR, beside=True).shook(FOUR, trusted(), beside=True),
        Status.PROBLEM,
    ),
    "the handshake fails elsewhere too": (
        pinned()
        .dialled(FIVE)
        .shook(FIVE, Session("reset"))
        .dialled(FOUR, beside=True)
        .shook(FOUR, Session("reset"), beside=True),
        Status.UNKNOWN,
    ),
    "it works": (pinned().dialled(FIVE).shook(FIVE, trusted()), Status.WARNING),
    "a resolver agrees": (pinned(FOUR).dialled(FOUR, "timed_out"), Status.OK),
    "no resolver knows the name": (
        Notes().machine(resolvers(), hosts((FIVE, HOST))).looked_up(FIVE).told(NOT_FOUND).dialled(FIVE),
        Status.UNKNOWN,
    ),
    "another decided": (Notes().machine(resolvers(), hosts((FIVE, HOST))).looked_up(FOUR).told(found(FOUR)), Status.OK),
    "no line": (Notes().machine(resolvers(), hosts()).looked_up(FOUR).told(found(FOUR)), Status.OK),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows(
        {
            name_not_found.CHECK: NAME_NOT_FOUND,
            resolver_silent.CHECK: RESOLVER_SILENT,
            server_failure.CHECK: SERVER_FAILURE,
            dnssec_bogus.CHECK: DNSSEC_BOGUS,
            hosts_file_override.CHECK: HOSTS_FILE_OVERRIDE,
        }
    ),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_certainty_falls_with_what_was_not_heard():
    sure = judged(name_not_found.CHECK, NAME_NOT_FOUND["every resolver denies it"][0])
    less = judged(name_not_found.CHECK, NAME_NOT_FOUND["one denies it, one is silent"][0])
    least = judged(name_not_found.CHECK, NAME_NOT_FOUND["only the system could be asked"][0])
    assert [finding.confidence for finding in (sure, less, least)] == list(Confidence)
    assert less.facts["silent"] == ("10.0.1.53",)
    assert sure.facts["zone"] == "example.com"


def test_a_name_of_the_run_that_looks_alike_is_offered():
    notes = Notes(f"https://{HOST}", "https://apl.example.com").machine(resolvers()).looked_up(FOUR)
    notes.looked_up(failure="name_not_found", name="apl.example.com", at=1).told(NOT_FOUND, name="apl.example.com", at=1)
    assert judged(name_not_found.CHECK, notes, at=1).facts["alike"] == (HOST,)


@pytest.mark.parametrize(("server", "for_others"), [(RESOLVER, True), (Address("10.0.9.9", 53), None)])
def test_a_resolver_that_is_silent_for_one_name_alone_is_told(server, for_others):
    other = "stage.example.net"
    notes = Notes(f"https://{HOST}", f"https://{other}").machine(resolvers()).looked_up(failure="timed_out")
    notes.told(SILENCE).told(found(FOUR, name=other), name=other, server=server, at=1)
    assert judged(resolver_silent.CHECK, notes).facts.get("for_others") is for_others


@pytest.mark.parametrize(("server", "inside"), [(RESOLVER, True), (OUTSIDE, False)])
def test_the_silence_of_a_resolver_outside_does_not_show_that_the_way_out_is_open(server, inside):
    notes = Notes().machine(resolvers(server)).looked_up(failure="lookup_failed").told(SILENCE, server=server)
    assert ("network-no-egress" in judged(resolver_silent.CHECK, notes).rules_out) is inside


def test_silent_resolvers_are_asked_over_tcp():
    notes = lost("lookup_failed").told(SILENCE).told(SILENCE, server=SECOND)
    asked = asks(resolver_silent.CHECK, notes)
    assert [one for one in asked if one.transport == "tcp"] == [Lookup(HOST, server, "A", "tcp") for server in (RESOLVER, SECOND)]
    assert judged(resolver_silent.CHECK, notes).facts.get("tcp_answers") is None
    notes.saw(asked[0], found(FOUR), beside=True)
    assert judged(resolver_silent.CHECK, notes).facts["tcp_answers"] is True


def test_failing_resolvers_are_asked_again_without_validation():
    notes = Notes().machine(resolvers()).looked_up(failure="lookup_failed").told(found(FOUR), SERVFAIL)
    assert asks(server_failure.CHECK, notes) == [Lookup(HOST, RESOLVER, "AAAA", checking_disabled=True)]
    assert not asks(server_failure.CHECK, Notes().machine(resolvers()).looked_up(FOUR).told(found(FOUR), SERVFAIL))


def test_a_proxied_client_looks_up_its_proxy():
    notes = (
        Notes(proxy="proxy.example.net:3128").machine(resolvers()).looked_up(failure="name_not_found", name="proxy.example.net")
    )
    notes.told(denied(name="proxy.example.net"), name="proxy.example.net")
    assert judged(name_not_found.CHECK, notes).facts["name"] == "proxy.example.net"


def test_the_hosts_file_is_held_against_the_resolvers_only_where_the_walk_failed():
    assert asks(hosts_file_override.CHECK, pinned().dialled(FIVE, "timed_out")) == [Connect(Address(FOUR, 443))]
    assert asks(hosts_file_override.CHECK, pinned().dialled(FIVE).shook(FIVE, Session("reset"))) == [ELSEWHERE]
    assert not asks(hosts_file_override.CHECK, pinned().dialled(FIVE).shook(FIVE, trusted()))


def test_a_silent_resolver_outside_proves_little_where_nothing_outside_answers():
    def sure(failure: str) -> Confidence:
        notes = Notes().machine(resolvers(OUTSIDE)).looked_up(failure="lookup_failed").told(SILENCE, server=OUTSIDE)
        return judged(resolver_silent.CHECK, notes.control(FOUR, failure)).confidence

    assert sure("") is Confidence.CERTAIN
    assert sure("timed_out") is Confidence.POSSIBLE
