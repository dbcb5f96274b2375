"""ECN is the reason of a refusal only where the connect without it is accepted, and a plain one after it refused again."""

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from checks.network.ecn_refused import CHECK
from diag.engine.judge import judge
from diag.model.address import Address
from diag.model.answer import Connection
from diag.model.endpoint_view import RunView
from diag.model.machine import System
from diag.model.question import Connect
from diag.model.run import Evidence
from diag.model.verdict import Because, Owner, Status
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS

PLAIN = Connect(Address(ADDRESS, 443))
WITHOUT = replace(PLAIN, without_ecn=True)
AGAIN = replace(PLAIN, attempt=1)
REFUSED, ACCEPTED, SILENT = Connection("refused"), Connection(), Connection("timed_out")


def met(*tries: tuple[Connect, Connection | None], asks: bool = True) -> Evidence:
    """A refused connect and further ones; None: the end of the run came first."""
    notes = Notes().machine(System("Linux", "6", "x86_64", "3.11", "3", "4", asks_ecn=asks)).looked_up(ADDRESS)
    notes.saw(PLAIN, REFUSED)
    for question, answer in tries:
        notes.also(question, answer)
    return notes.evidence


@pytest.mark.parametrize(
    ("evidence", "status", "because"),
    [
        (met((WITHOUT, ACCEPTED), (AGAIN, REFUSED)), Status.PROBLEM, None),
        (met((WITHOUT, ACCEPTED), (AGAIN, ACCEPTED)), Status.UNKNOWN, Because.UNDECIDED),
        (met((WITHOUT, ACCEPTED), (AGAIN, SILENT)), Status.UNKNOWN, Because.UNDECIDED),
        (met((WITHOUT, ACCEPTED)), Status.UNKNOWN, Because.UNDECIDED),
        (met((WITHOUT, REFUSED)), Status.OK, None),
        (met((WITHOUT, SILENT)), Status.UNKNOWN, Because.UNDECIDED),
        (met((WITHOUT, None)), Status.UNKNOWN, Because.NOT_LOOKED),
        (met(asks=False), Status.NOT_APPLICABLE, None),
    ],
    ids=["ecn", "a passing fault", "another fault", "cut short", "refused as well", "lost", "not tried", "asks for none"],
)
def test_what_earns_it(evidence: Evidence, status: Status, because: Because | None) -> None:
    (finding,) = [one.finding for one in judge(evidence, CATALOGUE).verdicts if one.check == CHECK.id]
    assert (finding.status, finding.because) == (status, because)


@pytest.mark.parametrize(("tries", "perhaps"), [(((WITHOUT, None),), True), (((WITHOUT, REFUSED),), False)])
def test_a_refusal_of_which_it_may_be_the_reason_is_perhaps_this_computers(
    tries: tuple[tuple[Connect, Connection | None], ...], perhaps: bool
) -> None:
    (cause,) = judge(met(*tries), CATALOGUE).causes
    assert (cause.id, cause.owner) == ("network-connection-refused", Owner.SERVICE)
    assert (CHECK.id in cause.rivals) is perhaps
    assert (Owner.MACHINE in cause.perhaps) is perhaps


def test_the_plain_connect_comes_after_the_one_without() -> None:
    (view,) = RunView(met()).cases
    assert list(CHECK.questions(view)) == [WITHOUT]
    (view,) = RunView(met((WITHOUT, ACCEPTED))).cases
    assert list(CHECK.questions(view)) == [WITHOUT, AGAIN]
