"""Repeated looks in words and as a picture: which failed is seen at once, and none is lost."""

from io import StringIO

import pytest
from rich.console import Console

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.address import Address, Authority
from diag.model.answer import Connection, SystemLookup
from diag.model.question import Connect, Exchange, Lookup
from diag.model.run import Evidence, Trials
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.coloured import Coloured
from diag.report.layout.page import Page
from diag.report.views.repetition_chart import MOST_ROWS, series
from diag.report.views.repetitions import Look, looks_at, looks_words
from tests.checks.evidence import Notes
from tests.checks.replies import FOUR, HOST, MISSED, answered

URL = f"http://{HOST}"


def looked(marks: str) -> Evidence:
    """Looks that were answered (`.`), refused (`x`), or cut short by the deadline (`?`)."""
    notes = Notes(URL, trials=Trials(repeat=len(marks)))
    for attempt, mark in enumerate(marks):
        way = Connect(Address(FOUR, 80), attempt=attempt)
        outcome = {".": Connection(), "x": Connection("refused"), "?": MISSED}[mark]
        seen = [(Lookup(HOST, attempt=attempt), SystemLookup((FOUR,))), (way, outcome)]
        if mark == ".":
            seen.append((Exchange(way, Authority(HOST, 80)), answered()))
        if attempt:
            notes.repeated(0, *seen)
        else:
            for question, answer in seen:
                notes.saw(question, answer)
    return notes.evidence


def looks(marks: str) -> tuple[Look, ...]:
    evidence = looked(marks)
    return looks_at(evidence.run.trails[0], evidence)


def test_each_look_says_how_it_ended() -> None:
    good, bad, cut = looks(".x?")
    assert (good.number, good.well, good.failed, good.words) == (1, True, False, "answered")
    assert (bad.number, bad.well, bad.failed) == (2, False, True)
    assert bad.words == "stopped at the connection (TCP): the connection was refused"
    assert (cut.well, cut.failed) == (False, False)
    assert "the time limit of the run was reached" in cut.words


def test_one_look_is_no_series() -> None:
    assert looks(".") == ()
    assert series(()) is None


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ("..x..x", "6 looks, of which 2 failed: 3, 6"),
        ("....", "4 looks, none failed"),
        ("xxx", "3 looks, all of them failed"),
        (".x?", "3 looks, of which 1 failed: 2; 1 did not come to an end"),
    ],
)
def test_which_failed_is_said_by_their_numbers(marks: str, words: str) -> None:
    assert looks_words(looks(marks)) == words


def test_the_strip_holds_every_look_and_marks_those_that_failed() -> None:
    drawn = series(looks("..x..x?"))
    assert drawn
    assert [mark.kind for mark in drawn.strip] == ["well", "well", "failed", "well", "well", "failed", "open"]
    assert all(float(mark.at) >= 0 and float(mark.at) + float(mark.width) <= 100 for mark in drawn.strip)
    assert [row.number for row in drawn.rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [piece.kind for piece in drawn.rows[2].pieces] == ["well", "failed"]
    assert all(float(piece.at) + float(piece.width) <= 100.01 for row in drawn.rows for piece in row.pieces)


def test_where_there_are_many_those_that_failed_keep_their_rows() -> None:
    drawn = series(looks("." * 60 + "x"))
    assert drawn
    assert (len(drawn.rows), drawn.left_out, len(drawn.strip)) == (MOST_ROWS, 61 - MOST_ROWS, 61)
    assert (drawn.rows[-1].number, drawn.rows[-1].kind) == (61, "failed")


def test_the_trail_says_which_failed_before_it_shows_each() -> None:
    evidence = looked("..x")
    console = Console(file=StringIO(), width=100, color_system=None)
    write_diagnosis(
        Page(Coloured(console)), judge(evidence, CATALOGUE), {check.id: check for check in CATALOGUE}, evidence, verbose=True
    )
    written = console.file.getvalue()  # type: ignore[attr-defined]
    assert "3 looks, of which 1 failed: 3" in written
    assert "look 3 of 3: stopped at the connection (TCP): the connection was refused" in written
