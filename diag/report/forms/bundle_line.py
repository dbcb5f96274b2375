"""One bundle on one line, for whoever has many: when, how it ended, how many endpoints, the first cause, its owner, the file."""

from diag.language import said
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Diagnosis, Outcome
from diag.model.run import Evidence
from diag.model.text import clean
from diag.report.layout.marked import Marked, together
from diag.report.layout.page import Page
from diag.report.wording.sentences import tell
from diag.report.wording.words import OWNERS


def bundle_line(page: Page, name: str, diagnosis: Diagnosis, evidence: Evidence, catalogue: KnownChecks) -> Marked:
    """Return the line, with nothing in it that a file of many lines could not be searched or sorted by."""
    run = evidence.run
    hit = sum(state.status is not Outcome.OK for state in diagnosis.endpoints)
    total = said("{number} {number:endpoint|endpoints}", number=len(diagnosis.endpoints))
    fared = said("{hit} of {total}", hit=hit, total=total) if hit else total
    told = page.words(f"  {fared}  {_first(diagnosis, catalogue)}diag {clean(run.tool, 40)}  {name}")
    return together((page.words(f"{run.began:%Y-%m-%d %H:%M:%S} UTC  "), page.badge(diagnosis.verdict), told))


def _first(diagnosis: Diagnosis, catalogue: KnownChecks) -> str:
    if not diagnosis.causes:
        return ""
    cause, more = diagnosis.causes[0], len(diagnosis.causes) - 1
    first = f"{clean(cause.id, 80)}: {tell(cause, catalogue).title} \u2192 {OWNERS[cause.owner]}"
    return f"{said('{first} (and {n} {n:more cause|more causes})', first=first, n=more) if more else first}  "
