"""Search domains at which some programs stop, by evidence built by hand."""

import pytest
from msgspec.structs import replace

from checks.dns import search_domain_captured
from diag.model.machine import System
from diag.model.question import Lookup
from diag.model.verdict import Status
from tests.checks.evidence import Notes
from tests.checks.replies import FOUR, HOST, NO_DATA, NOT_FOUND, ONLINE, RESOLVER, SILENCE, DnsReply, found, hosts, resolvers
from tests.checks.verdicts import asks, judged

POD = System("Linux", "6.1", "x86_64", "3.11", "3.0", "4.0", "debian 12", "container", libc="glibc", kubernetes=True)
LISTED = resolvers(search=("ns.svc.cluster.test", "corp.test"), options=("ndots:5",))
FIRST, NEXT = (f"{HOST}.{domain}" for domain in LISTED.search)


def below(first: DnsReply, after: DnsReply, *, system=POD, settings=LISTED, addresses: tuple[str, ...] = (FOUR,)) -> Notes:
    """What the resolver says of the name below each search domain."""
    notes = Notes().machine(*ONLINE, settings, hosts(), system).looked_up(*addresses, failure="" if addresses else "no_data")
    notes.told(found(FOUR), NO_DATA)
    for name, reply in ((FIRST, first), (NEXT, after)):
        for record in ("A", "AAAA"):
            notes.saw(Lookup(name, RESOLVER, record), reply, beside=True)
    return notes


@pytest.mark.parametrize(
    ("notes", "status"),
    [
        (below(NO_DATA, NOT_FOUND), Status.WARNING),
        (below(NOT_FOUND, NO_DATA), Status.WARNING),
        (below(NO_DATA, NOT_FOUND, system=replace(POD, libc="musl"), addresses=()), Status.PROBLEM),
        (below(NOT_FOUND, NOT_FOUND), Status.OK),
        (below(SILENCE, NO_DATA), Status.OK),
        (below(found(FOUR), NO_DATA), Status.OK),
        (below(NO_DATA, NOT_FOUND, system=replace(POD, setting="", kubernetes=False)), Status.OK),
        (below(NO_DATA, NOT_FOUND, settings=replace(LISTED, options=("ndots:2",))), Status.OK),
        (below(NO_DATA, NOT_FOUND, settings=replace(LISTED, options=())), Status.OK),
    ],
)
def test_verdict(notes, status):
    assert judged(search_domain_captured.CHECK, notes).status == status


def test_the_domain_that_ends_the_lookup_is_named():
    facts = judged(search_domain_captured.CHECK, below(NOT_FOUND, NO_DATA)).facts
    assert (facts["domain"], facts["stops"], facts["found_here"]) == ("corp.test", True, True)


def test_it_is_asked_only_where_the_list_comes_first():
    pod = Notes().machine(*ONLINE, LISTED, hosts(), POD).looked_up(FOUR).told(found(FOUR), NO_DATA)
    assert [question.name for question in asks(search_domain_captured.CHECK, pod)] == [FIRST, FIRST, NEXT, NEXT]
    plain = Notes().machine(*ONLINE, replace(LISTED, options=()), hosts(), POD).looked_up(FOUR).told(found(FOUR), NO_DATA)
    assert not asks(search_domain_captured.CHECK, plain)
