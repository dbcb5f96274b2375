"""Certain is only what no declared rival could have left; a rival goes by a citation, or by its own check's word."""

import pytest

from diag.engine.certainty import Matters, certainty, matrix_of
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.verdict import RUN, Because, Confidence, Finding, Owner, Status, Verdict

HERE = "https://a.test"
SENTENCES = Sentences(title="t", seen="s", means="m", remedy=("r",))


def check(*rivals: str) -> EndpointCheck:
    return EndpointCheck(
        id="dns-a",
        owner=Owner.DNS,
        article="",
        sentences=SENTENCES,
        judge=lambda view: Finding(Status.OK, ("x",)),
        rivals=tuple(Rival(rival, "another look") for rival in rivals),
    )


def found(confidence: Confidence = Confidence.CERTAIN, **rules_out: tuple[str, ...]) -> Finding:
    excluded = {name.replace("_", "-"): ids for name, ids in rules_out.items()}
    return Finding(Status.PROBLEM, ("lookup-1",), about="it", confidence=confidence, rules_out=excluded)


def granted(finding: Finding, *others: Verdict, rivals: tuple[str, ...] = ("tls-b",), folded: tuple[str, ...] = ()):
    own = Verdict("dns-a", HERE, finding)
    return certainty(check(*rivals), [own], folded, Matters(matrix_of((own, *others))))


def rival(status: Status, subject: str = HERE) -> Verdict:
    cites = ("handshake-1",) if status not in (Status.UNKNOWN, Status.NOT_APPLICABLE) else ()
    return Verdict("tls-b", subject, Finding(status, cites, because=Because.UNDECIDED if status is Status.UNKNOWN else None))


def test_nothing_but_the_rivals_themselves_takes_certainty_away() -> None:
    sure = granted(found(), rivals=())
    assert (sure.confidence, sure.open, sure.ruled_out) == (Confidence.CERTAIN, (), {})


def test_a_rival_that_the_finding_excludes_is_ruled_out_with_what_excludes_it() -> None:
    sure = granted(found(tls_b=("connect-2",)))
    assert (sure.confidence, sure.ruled_out) == (Confidence.CERTAIN, {"tls-b": ("connect-2",)})


@pytest.mark.parametrize("subject", [HERE, RUN])
def test_a_rival_that_was_looked_for_and_is_absent_is_ruled_out(subject: str) -> None:
    sure = granted(found(), rival(Status.OK, subject))
    assert (sure.confidence, sure.ruled_out) == (Confidence.CERTAIN, {"tls-b": ("handshake-1",)})


def test_a_rival_that_does_not_arise_needs_no_citation() -> None:
    sure = granted(found(), rival(Status.NOT_APPLICABLE))
    assert (sure.confidence, sure.open, sure.ruled_out) == (Confidence.CERTAIN, (), {})


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.PROBLEM, Status.WARNING])
def test_a_rival_that_is_not_excluded_takes_certainty_away_and_is_named(status: Status) -> None:
    sure = granted(found(), rival(status))
    assert (sure.confidence, sure.open) == (Confidence.LIKELY, ("tls-b",))


def test_a_rival_that_nobody_judged_is_open() -> None:
    assert granted(found()).open == ("tls-b",)


def test_a_consequence_is_no_rival() -> None:
    assert granted(found(), rival(Status.PROBLEM), folded=("tls-b",)).confidence is Confidence.CERTAIN


def test_what_a_check_leaves_open_itself_stays_open() -> None:
    assert granted(found(Confidence.POSSIBLE, tls_b=("x",))).confidence is Confidence.POSSIBLE


def test_at_every_subject_a_rival_must_be_excluded() -> None:
    here, there = Verdict("dns-a", HERE, found()), Verdict("dns-a", "https://b.test", found())
    absent = Verdict("tls-b", HERE, Finding(Status.OK, ("handshake-1",)))
    sure = certainty(check("tls-b"), [here, there], (), Matters(matrix_of((here, there, absent))))
    assert (sure.confidence, sure.open) == (Confidence.LIKELY, ("tls-b",))
