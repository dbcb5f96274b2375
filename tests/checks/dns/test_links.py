"""What is said of names where resolvers are for certain names alone, by evidence built by hand."""

import pytest

from checks.dns import (
    cache_stale,
    dnssec_bogus,
    name_not_found,
    no_address,
    resolver_silent,
    resolvers_disagree,
    search_domain_captured,
    server_failure,
)
from diag.model.address import Address
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck
from diag.model.machine import Resolvers, ScopedResolvers
from diag.model.question import Connect, Lookup
from diag.model.verdict import Status
from tests.checks.evidence import Notes
from tests.checks.replies import FIVE, FOUR, HOST, NO_DATA, NOT_FOUND, ONLINE, SILENCE, denied, found, hosts
from tests.checks.verdicts import asks, judged

STUB = Address("127.0.0.53", 53)
HOME, VPN, OTHER = (Address(host, 53) for host in ("192.168.1.1", "10.8.0.1", "10.8.0.2"))
HOME_LINK = ScopedResolvers((HOME,), rest=True, interface="eth0")
VPN_LINK = ScopedResolvers((VPN, OTHER), ("example.com",), interface="tun0")
SERVFAIL = denied("SERVFAIL")


def stub(*links: ScopedResolvers, search: tuple[str, ...] = ()) -> Resolvers:
    return Resolvers((STUB,), search, source="resolv.conf", scoped=links or (HOME_LINK, VPN_LINK), hands_on=True)


def lost(resolvers: Resolvers, failure: str = "name_not_found") -> Notes:
    return Notes(f"tcp://{HOST}:443").machine(*ONLINE, resolvers, hosts()).looked_up(failure=failure)


def got(*addresses: str, search: tuple[str, ...] = ()) -> Notes:
    return Notes(f"tcp://{HOST}:443").machine(*ONLINE, stub(search=search), hosts()).looked_up(*addresses)


def said(notes: Notes, own: DnsReply, vpn: DnsReply, other: DnsReply) -> Notes:
    """What the own resolver, and the two behind it, say of the name."""
    return notes.told(own, server=STUB).told(vpn, server=VPN).told(other, server=OTHER)


DENIED = said(lost(stub()), NOT_FOUND, NOT_FOUND, NOT_FOUND)
DIFFERING = said(lost(stub()), NOT_FOUND, NOT_FOUND, found(FOUR))
FORGOTTEN = said(lost(stub()), NOT_FOUND, found(FOUR), found(FOUR))
EMPTY = said(lost(stub(), "no_data"), NO_DATA, NO_DATA, SILENCE)
AT_A_LOSS = said(lost(stub(), "lookup_failed"), SERVFAIL, SILENCE, SILENCE)
ONE_ALIVE = said(lost(stub(), "lookup_failed"), SERVFAIL, SILENCE, SERVFAIL)
UNCHECKED = said(lost(stub(), "lookup_failed"), SERVFAIL, found(FOUR), found(FOUR))
MERGED = said(got(FOUR), found(FOUR), NOT_FOUND, found(FOUR))
REFUSED = said(lost(stub()), NOT_FOUND, denied("REFUSED"), SILENCE)


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    [
        (name_not_found.CHECK, DENIED, Status.PROBLEM),
        (name_not_found.CHECK, DIFFERING, Status.OK),
        (name_not_found.CHECK, FORGOTTEN, Status.OK),
        (name_not_found.CHECK, REFUSED, Status.PROBLEM),
        (resolvers_disagree.CHECK, DENIED, Status.OK),
        (resolvers_disagree.CHECK, DIFFERING, Status.PROBLEM),
        (resolvers_disagree.CHECK, FORGOTTEN, Status.PROBLEM),
        (resolvers_disagree.CHECK, MERGED, Status.OK),
        (no_address.CHECK, EMPTY, Status.PROBLEM),
        (resolver_silent.CHECK, AT_A_LOSS, Status.PROBLEM),
        (resolver_silent.CHECK, ONE_ALIVE, Status.UNKNOWN),
        (resolver_silent.CHECK, UNCHECKED, Status.UNKNOWN),
        (server_failure.CHECK, ONE_ALIVE, Status.PROBLEM),
        (server_failure.CHECK, UNCHECKED, Status.PROBLEM),
    ],
)
def test_the_own_resolver_and_those_behind_it(check: EndpointCheck, notes: Notes, status: Status) -> None:
    assert judged(check, notes).status is status


def test_who_is_named_is_who_denies_it_first() -> None:
    assert judged(resolvers_disagree.CHECK, DIFFERING).facts["denying"] == (VPN.host,)
    assert judged(resolvers_disagree.CHECK, FORGOTTEN).facts["denying"] == (STUB.host,)
    assert judged(name_not_found.CHECK, DENIED).facts["resolvers"] == (STUB.host, VPN.host, OTHER.host)
    assert judged(resolver_silent.CHECK, AT_A_LOSS).facts["resolvers"] == (VPN.host, OTHER.host)


def test_those_behind_that_fail_too_are_asked_without_validation() -> None:
    notes = said(lost(stub(), "lookup_failed"), SERVFAIL, SERVFAIL, SILENCE)
    asked = {one.server for one in asks(server_failure.CHECK, notes) if isinstance(one, Lookup) and one.checking_disabled}
    assert asked == {STUB, VPN}
    notes.saw(Lookup(HOST, VPN, "A", checking_disabled=True), found(FOUR), beside=True)
    assert judged(dnssec_bogus.CHECK, notes).status is Status.PROBLEM
    assert judged(server_failure.CHECK, notes).status is Status.OK


def test_the_silent_ones_behind_are_asked_over_tcp() -> None:
    assert asks(resolver_silent.CHECK, AT_A_LOSS) == [
        asked for server in (VPN, OTHER) for asked in (Lookup(HOST, server, "A", "tcp"), Lookup(HOST, server, "A", attempt=1))
    ]


def test_what_the_own_resolver_remembers_is_old_where_those_behind_it_differ() -> None:
    notes = said(got(FOUR).dialled(FOUR, "refused"), found(FOUR), found(FIVE), found(FIVE))
    assert Connect(Address(FIVE, 443)) in asks(cache_stale.CHECK, notes)
    silent = said(got(FOUR).dialled(FOUR, "refused"), found(FOUR), SILENCE, SILENCE)
    assert asks(cache_stale.CHECK, silent) == []


def test_a_search_domain_is_asked_for_where_programs_ask() -> None:
    notes = said(got(FOUR, search=("corp.test",)), NOT_FOUND, NOT_FOUND, NOT_FOUND)
    asked = [
        question for question in asks(search_domain_captured.CHECK, notes) if isinstance(question, Lookup) and question.server
    ]
    assert {(question.name, question.server) for question in asked} == {(f"{HOST}.corp.test", STUB)}


def test_where_nothing_is_handed_on_a_scope_takes_its_names() -> None:
    resolvers = Resolvers((HOME,), source="scutil", scoped=(VPN_LINK,))
    notes = lost(resolvers).told(NOT_FOUND, server=VPN).told(NOT_FOUND, server=OTHER)
    assert judged(name_not_found.CHECK, notes).facts["resolvers"] == (VPN.host, OTHER.host)
    both = lost(resolvers).told(NOT_FOUND, server=VPN).told(found(FOUR), server=OTHER)
    assert judged(resolvers_disagree.CHECK, both).status is Status.PROBLEM
