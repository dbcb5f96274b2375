"""Makes `docs/report.svg`: a service fails on purpose, diag looks at it, and its report, as far as one screen, becomes a picture.

The fault may be named: `python -m tests.picture tls-chain-incomplete`. Nothing outside this computer is contacted.
"""

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
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.coloured import Coloured
from diag.report.layout.page import Page

PICTURE = Path(__file__).parents[2] / "docs" / "report.svg"
COLUMNS = 92
LAST = "Asked from"
"""The heading before which the picture ends."""


class FirstScreen(Console):
    """A console that remembers what is written on it, as far as a picture goes."""

    def print(self, *objects: object, **how: object) -> None:  # type: ignore[override]
        """As ever; from the last heading on nothing is remembered."""
        if any(isinstance(one, Text) and one.plain.strip() == LAST for one in objects):
            self.record = False
        super().print(*objects, **how)  # type: ignore[arg-type]


def picture(fault: str) -> str:
    """The report on one staged fault as SVG, whole in itself: it loads no font."""
    with start(named(fault)) as lab:
        job = job_of(lab.scenes[0])
        evidence = look(job, OutputForm(quiet=True), without_settings(os.environ))
    console = FirstScreen(
        file=io.StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="truecolor",
        markup=False, highlight=False, emoji=False, _environ={},
    )  # fmt: skip
    console.print(Text(f"$ diag demo {fault}", style="bold"))
    catalogue = {check.id: check for check in CATALOGUE}
    write_diagnosis(Page(Coloured(console)), judge(evidence, CATALOGUE), catalogue, evidence)
    drawn = console.export_svg(title=f"diag demo {fault}", unique_id="diag")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


if __name__ == "__main__":
    PICTURE.write_text(picture(sys.argv[1] if len(sys.argv) > 1 else DEMO), encoding="utf-8")
    print(f"{PICTURE} is written: look at it before you keep it")
