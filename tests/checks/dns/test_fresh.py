"""What is said where the system's answer is another than a fresh one."""

import pytest
from msgspec.structs import replace

from checks.dns import cache_stale, hosts_file_override, search_domain_captured
from diag.model.address import Address
from diag.model.answer import Connection, DnsReply, Session, SystemLookup
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
    ONLINE,
    RESOLVER,
    SILENCE,
    answered,
    found,
    hosts,
    resolvers,
    trusted,
)
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

DOTTED = Lookup(f"{HOST}.")
SUFFIX = "corp.test"
BELOW = f"{HOST}.{SUFFIX}"
FRESH = Connect(Address(FIVE, 443))


def system(*addresses: str, search: tuple[str, ...] = (SUFFIX,), failed: str = "timed_out") -> Notes:
    """The system goes to FOUR, which fails; the resolvers say FIVE."""
    notes = Notes().machine(*ONLINE, resolvers(search=search), hosts()).looked_up(FOUR)
    return notes.told(found(*(addresses or (FIVE,))), NO_DATA).dialled(FOUR, failed)


def dotted(notes: Notes, *addresses: str) -> Notes:
    return notes.saw(DOTTED, SystemLookup(addresses, "" if addresses else "name_not_found"), beside=True)


def below(notes: Notes, reply: DnsReply, six: DnsReply = NO_DATA) -> Notes:
    notes.saw(Lookup(BELOW, RESOLVER, "A"), reply, beside=True)
    return notes.saw(Lookup(BELOW, RESOLVER, "AAAA"), six, beside=True)


def better(notes: Notes, failure: str = "") -> Notes:
    return notes.saw(FRESH, Connection(failure), beside=True)


def absent() -> Notes:
    """No resolver knows the name; the system has an address all the same."""
    return Notes().machine(*ONLINE, resolvers(search=(SUFFIX,)), hosts()).looked_up(FOUR).told(NOT_FOUND)


def through(notes: Notes) -> Notes:
    return notes.dialled(FOUR).shook(FOUR, trusted()).fetched(FOUR, answered())


CAPTOR = found(FOUR, name=BELOW)
SEARCH_DOMAIN_CAPTURED = {
    "the search domain has its address, the true one works": (
        better(below(dotted(system(), FIVE), CAPTOR)),
        Status.PROBLEM,
    ),
    "the true one works no better": (better(below(dotted(system(), FIVE), CAPTOR), "timed_out"), Status.UNKNOWN),
    "the search domain knows nothing": (better(below(dotted(system(), FIVE), NOT_FOUND, NOT_FOUND)), Status.OK),
    "a trailing dot changes nothing": (better(below(dotted(system(), FOUR), CAPTOR)), Status.OK),
    "the dotted name could not be asked": (below(system(), CAPTOR).saw(DOTTED, MISSED, beside=True), Status.UNKNOWN),
    "not asked": (system(), Status.UNKNOWN),
    "no search domain": (system(search=()), Status.OK),
    "the name exists below it alone, and fails": (
        below(dotted(absent(), *()), CAPTOR).dialled(FOUR, "timed_out"),
        Status.PROBLEM,
    ),
    "the name exists below it alone, and works": (through(below(dotted(absent(), *()), CAPTOR)), Status.OK),
    "it works all the same": (
        through(below(dotted(Notes().machine(*ONLINE, resolvers(search=(SUFFIX,)), hosts()).looked_up(FOUR), FIVE), CAPTOR)).told(
            found(FIVE), NO_DATA
        ),
        Status.WARNING,
    ),
    "they agree": (Notes().machine(*ONLINE, resolvers(search=(SUFFIX,))).looked_up(FOUR).told(found(FOUR), NO_DATA), Status.OK),
    "the resolver is silent": (
        Notes().machine(*ONLINE, resolvers(search=(SUFFIX,))).looked_up(FOUR).told(SILENCE),
        Status.OK,
    ),
}
CACHE_STALE = {
    "the fresh address works": (better(dotted(system(search=()), FOUR)), Status.PROBLEM),
    "the fresh address works no better": (better(dotted(system(search=()), FOUR), "timed_out"), Status.UNKNOWN),
    "asked again, the system knows": (better(dotted(system(search=()), FIVE)), Status.OK),
    "not tried": (dotted(system(search=()), FOUR), Status.UNKNOWN),
    "not asked": (system(search=()), Status.UNKNOWN),
    "the resolver gives both": (system(FIVE, FOUR), Status.OK),
    "a hosts line says so": (
        Notes()
        .machine(*ONLINE, resolvers(), hosts((FOUR, HOST)))
        .looked_up(FOUR)
        .told(found(FIVE), NO_DATA)
        .dialled(FOUR, "timed_out"),
        Status.OK,
    ),
    "it works": (through(Notes().machine(*ONLINE, resolvers()).looked_up(FOUR).told(found(FIVE), NO_DATA)), Status.OK),
    "the resolvers know nothing": (absent().dialled(FOUR, "timed_out"), Status.OK),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows({search_domain_captured.CHECK: SEARCH_DOMAIN_CAPTURED, cache_stale.CHECK: CACHE_STALE}),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_the_system_is_asked_again_only_where_it_differs_and_the_walk_failed():
    assert set(asks(cache_stale.CHECK, system(search=()))) == {DOTTED, FRESH}
    assert not asks(cache_stale.CHECK, system(FOUR))
    same = through(Notes().machine(*ONLINE, resolvers()).looked_up(FOUR).told(found(FIVE), NO_DATA))
    assert not asks(cache_stale.CHECK, same)


def test_every_search_domain_is_asked_about_by_itself():
    asked = asks(search_domain_captured.CHECK, system(search=(SUFFIX, "other.test.")))
    names = [question.name for question in asked if isinstance(question, Lookup)]
    assert names == [f"{HOST}.", BELOW, BELOW, f"{HOST}.other.test", f"{HOST}.other.test"]


def test_a_handshake_that_fails_is_tried_at_the_fresh_address():
    notes = system(search=(), failed="").shook(FOUR, Session("timed_out"))
    again = Handshake(FRESH, HOST)
    assert again in asks(cache_stale.CHECK, notes)
    finding = judged(cache_stale.CHECK, dotted(notes, FOUR).saw(again, trusted(), beside=True))
    assert (finding.status, finding.confidence) == (Status.PROBLEM, Confidence.LIKELY)
    assert judged(cache_stale.CHECK, dotted(notes, FOUR).saw(again, replace(trusted(), failure="cut"), beside=True))
    assert judged(hosts_file_override.CHECK, notes).status is Status.OK
