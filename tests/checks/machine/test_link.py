"""A link that was interrupted in the middle of the run, by evidence built by hand: what shows it, and what that explains."""

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from checks.machine.link_interrupted import AT_THE_END, CHECK
from diag.engine.judge import judge
from diag.model.answer import Connection, HttpReply
from diag.model.machine import Interface, Interfaces, RouteEntry, Routes
from diag.model.question import Connect
from diag.model.verdict import Because, Status
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, CABLE, LOOPBACK, PROXY_IP, RESOLVER, SILENCE, Address, resolvers, trusted
from tests.checks.table import rows
from tests.checks.verdicts import judged

BEFORE = replace(CABLE, link_changes=2)
OUT = Routes((RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0"),))
BRIDGE = Interface("docker0", True, 1500, ("172.17.0.1",), link_changes=7)


def links(*interfaces: Interface) -> Interfaces:
    return Interfaces((LOOPBACK, *interfaces))


def ended(notes: Notes, *after: Interface, before: Interface = BEFORE) -> Notes:
    """A run on a machine with one link that leads out, and the links as they are in the end; none: nobody looked."""
    notes.machine(links(before, BRIDGE), OUT, resolvers(RESOLVER))
    return notes.also(AT_THE_END, links(*after)) if after else notes


def changed(notes: Notes, changes: int = 2, *, up: bool = True) -> Notes:
    return ended(notes, replace(BEFORE, link_changes=2 + changes, up=up), BRIDGE)


def dialled(failure: str) -> Notes:
    return Notes().lookup(ADDRESS).connect(failure=failure)


def shaken() -> Notes:
    return Notes().lookup(ADDRESS).connect()


def proxied() -> Notes:
    return Notes(proxy="proxy.corp.test:3128").lookup(PROXY_IP)


SILENT = {
    "connect": changed(dialled("timed_out")),
    "down in the end": changed(dialled("timed_out"), 1, up=False),
    "no route": changed(dialled("no_route")),
    "handshake": changed(shaken().handshake(failure="timed_out")),
    "request": changed(shaken().shook(ADDRESS, trusted()).fetched(ADDRESS, HttpReply(failure="timed_out"))),
    "resolver": changed(Notes().looked_up(failure="lookup_failed").told(SILENCE, server=RESOLVER)),
    "proxy": changed(proxied().connect(failure="timed_out")),
    "behind the proxy": changed(proxied().connect().tunnel().handshake(failure="timed_out")),
    "away and back, not counted": ended(
        dialled("no_route").also(Connect(Address(ADDRESS, 443), attempt=1), Connection()), CABLE, before=CABLE
    ),
}
HEARD = {
    "steady": (ended(dialled("timed_out"), BEFORE, BRIDGE), Status.OK),
    "another link": (ended(dialled("timed_out"), BEFORE, replace(BRIDGE, link_changes=9)), Status.OK),
    "not counted": (ended(dialled("timed_out"), CABLE, before=CABLE), Status.UNKNOWN),
    "nobody looked again": (ended(dialled("timed_out")), Status.UNKNOWN),
    "refused": (changed(dialled("refused")), Status.NOT_APPLICABLE),
    "reset": (changed(shaken().handshake(failure="reset")), Status.NOT_APPLICABLE),
    "answered": (changed(shaken().shook(ADDRESS, trusted()).fetched(ADDRESS, HttpReply(status=403))), Status.NOT_APPLICABLE),
    "no route, at another port alone": (
        ended(dialled("no_route").also(Connect(Address(ADDRESS, 80)), Connection()), BEFORE, BRIDGE),
        Status.OK,
    ),
}
TABLES = {CHECK: {**{name: (notes, Status.PROBLEM) for name, notes in SILENT.items()}, **HEARD}}


@pytest.mark.parametrize(("check", "notes", "status"), rows(TABLES))
def test_what_shows_it(check, notes, status) -> None:
    assert judged(check, notes).status is status


@pytest.mark.parametrize("name", SILENT)
def test_nobody_else_is_accused_of_what_was_not_heard(name: str) -> None:
    assert [cause.id for cause in judge(SILENT[name].evidence, CATALOGUE).causes] == [CHECK.id]


def test_what_was_not_looked_at_is_said() -> None:
    assert judged(CHECK, HEARD["nobody looked again"][0]).because is Because.NOT_LOOKED
    assert judged(CHECK, HEARD["not counted"][0]).because is Because.UNDECIDED
