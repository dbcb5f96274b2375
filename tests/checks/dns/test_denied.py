"""One record type has an address and the other is denied: told where it lasts, and whom it stops."""

import pytest

from checks import CATALOGUE
from checks.dns import record_type_denied
from diag.engine.judge import judge
from diag.model.answer import SystemLookup
from diag.model.question import Lookup
from diag.model.verdict import Because, Owner, Status
from tests.checks.evidence import Notes
from tests.checks.replies import HOST, NO_DATA, ONLINE, RESOLVER, denied, found, resolvers
from tests.checks.verdicts import asks, judged, whose_else

FOUR, INSIDE = "203.0.113.9", "10.1.2.3"
AGAIN = Lookup(HOST, RESOLVER, "AAAA", attempt=1)


def half(code: str, again: str | None = None, address: str = FOUR, failure: str = "") -> Notes:
    """IPv4 is answered and IPv6 denied with this code; then it is asked once more, or not."""
    notes = Notes(f"https://{HOST}").machine(resolvers(RESOLVER), *ONLINE)
    notes.looked_up(*(() if failure else (address,)), failure=failure).told(found(address), denied(code))
    if not failure:
        notes.dialled(address)
    if again is not None:
        notes.saw(AGAIN, denied(again) if again else NO_DATA, beside=True)
    return notes


STOPPED = half("NXDOMAIN", "NXDOMAIN", failure="name_not_found").saw(
    Lookup(HOST, attempt=1), SystemLookup(failure="name_not_found"), beside=True
)


@pytest.mark.parametrize("code", ["NXDOMAIN", "SERVFAIL"])
def test_a_denial_that_lasts_is_told_though_nothing_fails_here(code: str) -> None:
    finding = judged(record_type_denied.CHECK, half(code, code))
    assert (finding.status, finding.facts["records"], finding.facts["addresses"]) == (Status.WARNING, ("AAAA",), (FOUR,))
    assert (finding.owner, whose_else(record_type_denied.CHECK, half(code, code))) == (Owner.SERVICE, (Owner.DNS,))
    assert judged(record_type_denied.CHECK, half(code, code, INSIDE)).owner is Owner.DNS
    assert whose_else(record_type_denied.CHECK, half(code, code, INSIDE)) == ()


def test_it_is_asked_once_more_before_it_is_told() -> None:
    assert asks(record_type_denied.CHECK, half("NXDOMAIN")) == [AGAIN]
    assert judged(record_type_denied.CHECK, half("NXDOMAIN")).because is Because.NOT_LOOKED
    assert judged(record_type_denied.CHECK, half("SERVFAIL", "")).status is Status.OK, "a moment's"


def test_where_this_system_takes_the_denial_for_the_name_it_is_the_problem() -> None:
    (cause,) = judge(STOPPED.evidence, CATALOGUE).causes
    assert (cause.id, cause.status) == ("dns-record-type-denied", Status.PROBLEM)


def test_an_empty_answer_is_right() -> None:
    notes = (
        Notes(f"https://{HOST}").machine(resolvers(RESOLVER), *ONLINE).looked_up(FOUR).told(found(FOUR), NO_DATA).dialled(FOUR)
    )
    assert judged(record_type_denied.CHECK, notes).status is Status.OK
    assert asks(record_type_denied.CHECK, notes) == []
