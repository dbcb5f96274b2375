"""Whole reports, as they were when somebody last read them: whatever changes in one stands in the diff of `golden/`.

`DIAG_GOLDEN=write` in the environment writes them anew.
"""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.report.forms.html import write_page
from diag.report.forms.json import write_report
from diag.report.forms.junit import write_junit
from diag.report.forms.markdown import write_markdown
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.forms.text import write_summary
from diag.report.layout.coloured import Coloured
from diag.report.layout.page import Page
from tests.report import samples
from tests.report.pages import Read

GOLDEN = Path(__file__).parent / "golden"
MANY, OF_MANY = samples.many(7, 3)
RUNS: dict[str, tuple[Diagnosis, Evidence]] = {
    "causes": (samples.DIAGNOSIS, samples.EVIDENCE),
    "undecided": (samples.UNDECIDED, samples.EVIDENCE),
    "well": (samples.WELL, samples.EVIDENCE),
    "many": (MANY, OF_MANY),
}


def on_terminal(diagnosis: Diagnosis, evidence: Evidence, *, verbose: bool = False) -> str:
    screen = io.StringIO()
    console = Console(file=screen, width=80, color_system=None, markup=False, highlight=False, emoji=False, _environ={})
    write_diagnosis(Page(Coloured(console)), diagnosis, samples.CATALOGUE, evidence, verbose=verbose)
    return screen.getvalue()


def verbosely(diagnosis: Diagnosis, evidence: Evidence) -> str:
    return on_terminal(diagnosis, evidence, verbose=True)


def as_text(diagnosis: Diagnosis, evidence: Evidence) -> str:
    return write_summary(diagnosis, samples.CATALOGUE, evidence)


def as_markdown(diagnosis: Diagnosis, evidence: Evidence) -> str:
    return write_markdown(diagnosis, samples.CATALOGUE, evidence)


def as_junit(diagnosis: Diagnosis, evidence: Evidence) -> str:
    return write_junit(diagnosis, samples.CATALOGUE, evidence).decode().replace("><", ">\n<")


def as_json(diagnosis: Diagnosis, evidence: Evidence) -> str:
    return str(write_report(diagnosis, samples.CATALOGUE, evidence))


def as_page(diagnosis: Diagnosis, evidence: Evidence) -> str:
    """The elements of the page that have a class or a text, one a line."""
    read = Read(write_page(diagnosis, samples.CATALOGUE, evidence))
    lines = [
        " ".join((element.tag, f"[{element.attributes.get('class', '')}]", *element.text.split())).strip()
        for element in read.elements
        if element.tag not in ("style", "script")
    ]
    return "\n".join(line for line in lines if not line.endswith("[]")) + "\n"


FORMS: dict[str, Callable[[Diagnosis, Evidence], str]] = {
    "summary": as_text,
    "markdown": as_markdown,
    "terminal": on_terminal,
    "verbose": verbosely,
    "junit": as_junit,
    "json": as_json,
    "page": as_page,
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_as_it_was_read_last(form: str, run: str) -> None:
    written = FORMS[form](*RUNS[run])
    path = GOLDEN / f"{run}.{form}.txt"
    if os.environ.get("DIAG_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(written)
    assert written == path.read_text(), "is it meant? then DIAG_GOLDEN=write, and read the diff"
