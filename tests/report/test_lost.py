"""A view that raises costs its own part of a report: the rest is there, and the report says what is not."""

import io
from collections.abc import Callable

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.report.forms import html, json, junit, text
from diag.report.forms.terminal import diagnosis as terminal
from diag.report.forms.terminal import trails
from diag.report.layout.page import open_page
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS

BY_ID = {check.id: check for check in CATALOGUE}
EVIDENCE = Notes().lookup(ADDRESS).connect(failure="refused").evidence
DIAGNOSIS = judge(EVIDENCE, CATALOGUE)
TITLE = "refuses connections"
LOST = "missing because of a fault in diag itself (Bug at test_lost.py:"


class Bug(Exception):
    """A bug of ours."""


def breaks(*_: object, **__: object) -> None:
    raise Bug("a secret")


def on_screen() -> str:
    screen = io.StringIO()
    terminal.write_diagnosis(open_page(screen), DIAGNOSIS, BY_ID, EVIDENCE, verbose=True)
    return " ".join(screen.getvalue().split())


def on_page() -> str:
    return " ".join(html.write_page(DIAGNOSIS, BY_ID, EVIDENCE).split())


def in_summary() -> str:
    return " ".join(text.write_summary(DIAGNOSIS, BY_ID, EVIDENCE).split())


def for_ci() -> str:
    return " ".join(junit.write_junit(DIAGNOSIS, BY_ID, EVIDENCE).decode().split())


def for_programs() -> str:
    return " ".join(json.write_report(DIAGNOSIS, BY_ID, EVIDENCE).decode().split())


VIEWS = [
    (for_ci, junit, ("Endings", "circumstances", "headline")),
    (for_programs, json, ("asked_from", "traces_of", "facts_of", "open_questions")),
    (
        on_screen,
        terminal,
        ("Chains", "Endings", "asked_from", "traces_of", "circumstances", "headline"),
    ),
    (on_screen, trails, ("write_trails",)),
    (on_page, html, ("way_of", "waterfall", "asked_from", "traces_of", "circumstances", "not_looked_at", "track_of", "headline")),
    (in_summary, text, ("asked_from", "traces_of", "is_proxy_set", "circumstances", "next_steps", "headline")),
]


@pytest.mark.parametrize(
    ("write", "module", "name"),
    [pytest.param(write, module, name, id=f"{write.__name__}-{name}") for write, module, names in VIEWS for name in names],
)
def test_a_view_that_raises_costs_its_own_part(
    write: Callable[[], str], module: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write()
    assert TITLE in whole
    assert "fault in diag itself" not in whole
    monkeypatch.setattr(module, name, breaks)
    told = write()
    assert TITLE in told
    assert LOST in told
    assert "secret" not in told


def test_a_cause_that_cannot_be_told_is_named_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "tell", breaks)
    assert "1. network-connection-refused: A part of this report is missing" in on_screen()


@pytest.mark.parametrize(("write", "module"), [(for_ci, junit), (for_programs, json)])
def test_so_is_one_for_ci_and_for_programs(write: Callable[[], str], module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "tell", breaks)
    told = write()
    assert "network-connection-refused" in told
    assert DIAGNOSIS.verdict.value in told
    assert LOST in told


def test_an_output_that_fails_is_no_part_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(terminal, "asked_from", gone)
    with pytest.raises(BrokenPipeError):
        on_screen()
