"""Makes `docs/report.svg`: a service fails on purpose, diag looks at it, and its report, as far as one screen, becomes a picture.

The fault may be named, and the language: `python -m tests.picture tls-chain-incomplete ko`. Nothing outside this computer is
contacted.
"""

import html
import io
import os
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from checks import CATALOGUE
from diag.cli.demo import job_of, without_settings
from diag.cli.diagnose import look
from diag.cli.job import OutputForm
from diag.engine.judge import judge
from diag.lab.faults import DEMO, named
from diag.lab.site import start
from diag.language import said, speaking
from diag.language.columns import columns_of
from diag.language.spoken import ENGLISH
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.coloured import Coloured
from diag.report.layout.page import Page
from diag.report.wording.checks import SpokenChecks

PICTURE = Path(__file__).parents[2] / "docs" / "report.svg"
COLUMNS = 92
_TEXT = re.compile(r'(<text [^>]*)textLength="([0-9.]+)"([^>]*)>([^<]*)</text>')
LAST = "Asked from"
"""The heading before which the picture ends, in English."""


class FirstScreen(Console):
    """A console that remembers what is written on it, as far as a picture goes."""

    def print(self, *objects: object, **how: object) -> None:  # type: ignore[override]
        """As ever; from the last heading on nothing is remembered."""
        if any(isinstance(one, Text) and one.plain.strip() == said(LAST) for one in objects):
            self.record = False
        super().print(*objects, **how)  # type: ignore[arg-type]


def picture(fault: str, language: str = ENGLISH) -> str:
    """The report on one staged fault as SVG, whole in itself: it loads no font."""
    with start(named(fault)) as lab:
        job = job_of(lab.scenes[0])
        evidence = look(job, OutputForm(quiet=True), without_settings(os.environ))
    console = FirstScreen(
        file=io.StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="truecolor",
        markup=False, highlight=False, emoji=False, _environ={},
    )  # fmt: skip
    console.print(Text(f"$ diag demo {fault}", style="bold"))
    with speaking(language):
        write_diagnosis(Page(Coloured(console)), judge(evidence, CATALOGUE), SpokenChecks(CATALOGUE), evidence)
    drawn = console.export_svg(title=f"diag demo {fault}", unique_id="diag")
    return _TEXT.sub(_as_wide_as_it_is, re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL))


def _as_wide_as_it_is(text: re.Match[str]) -> str:
    """A text of the picture with its width in columns: rich counts its characters."""
    words = html.unescape(text[4])
    width = float(text[2]) / max(len(words), 1) * columns_of(words)
    return f'{text[1]}textLength="{width:g}"{text[3]}>{text[4]}</text>'


if __name__ == "__main__":
    fault, language = (*sys.argv[1:], *(DEMO, ENGLISH)[len(sys.argv) - 1 :])[:2]
    path = PICTURE if language == ENGLISH else PICTURE.with_suffix(f".{language}.svg")
    path.write_text(picture(fault, language), encoding="utf-8")
    print(f"{path} is written: look at it before you keep it")
