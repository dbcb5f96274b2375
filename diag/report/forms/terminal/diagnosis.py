"""The diagnosis on a terminal: the verdict first, then one block a cause, then how each endpoint fares.

What was seen, what it means, who fixes it, what to do: in this order, in plain words, calm. Colour comes with its word.
"""

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Status
from diag.report.forms.terminal.trails import write_trails
from diag.report.layout.page import Page
from diag.report.views.certificate_lines import Chains, chain_lines, client_lines
from diag.report.views.proxy_table import bypass_line, is_proxy_set, ways
from diag.report.wording.endings import Endings, not_looked_at
from diag.report.wording.headline import affected, cause_numbers, circumstances, counted, headline, next_steps
from diag.report.wording.sentences import Catalogue, listed, tell
from diag.report.wording.words import OUTCOMES, OWNERS

_MOST_ROWS = 25
"""Endpoints that are shown with a row of their own; `-v` shows all."""
_MOST_NAMES = 4
"""Endpoints that a cause names."""


def write_diagnosis(
    page: Page,
    diagnosis: Diagnosis,
    catalogue: Catalogue,
    evidence: Evidence,
    *,
    verbose: bool = False,
    quiet: bool = False,
    meaning: Sequence[str] = (),
) -> None:
    """The whole report. `quiet` leaves the verdict and a line a cause; `verbose` adds every observation.

    `meaning` is what the diagnosis means for the user's work, in sentences; none: nothing is known of that.
    """
    page.write(page.badge(diagnosis.verdict, strong=True), page.words(f": {headline(diagnosis, evidence)}", "bold"))
    if quiet:
        for number, cause in enumerate(diagnosis.causes, 1):
            page.write(
                page.words(f"{number}. {tell(cause, catalogue).title} ({clean(cause.id, 80)}). Who: {OWNERS[cause.owner]}."),
                hang=3,
            )
        return
    for line in circumstances(evidence):
        page.write(page.words(line, "dim"))
    chains = Chains(diagnosis, evidence)
    for number, cause in enumerate(diagnosis.causes, 1):
        _write_cause(page, number, cause, catalogue, len(diagnosis.endpoints), chains)
    _write_meaning(page, meaning)
    _write_open_ends(page, diagnosis, evidence, verbose)
    _write_endpoints(page, diagnosis, evidence, verbose)
    _write_ways(page, evidence, verbose)
    _write_checks(page, diagnosis, evidence, verbose)
    if verbose:
        write_trails(page, evidence, chains)


def _write_cause(page: Page, number: int, cause: Cause, catalogue: Catalogue, total: int, chains: Chains) -> None:
    story = tell(cause, catalogue)
    page.blank()
    outcome = {Status.PROBLEM: Outcome.PROBLEM, Status.WARNING: Outcome.WARNING}.get(cause.status, Outcome.UNKNOWN)
    page.write(page.words(f"{number}. ", "bold"), page.badge(outcome), page.words(f"  {story.title}", "bold"), hang=3)
    names = listed(map(clean, cause.endpoints), _MOST_NAMES)
    hit = affected(cause, total)
    page.labelled("Affects", page.words(f"{hit}: {names}" if cause.endpoints else hit))
    page.labelled("What was seen", page.words(story.seen))
    page.labelled("What it means", page.words(story.means))
    page.labelled("Who fixes it", page.words(OWNERS[cause.owner], "bold"))
    page.steps("Next steps", story.remedy)
    page.labelled("How sure", page.words(story.sure))
    picture = chains.beside(cause)
    if picture:
        page.labelled("Certificates", *map(page.words, chain_lines(picture)), hang=3)
    if picture and picture.disputed:
        page.labelled("Who trusts it", *map(page.words, client_lines(picture.clients)), hang=3)
    if cause.explains:
        page.labelled("Also explains", page.words(listed(map(clean, cause.explains), 8)))
    if story.known:
        page.labelled("More about it", page.words(f"diag explain {clean(cause.id, 80)}", "cyan"))


def _write_meaning(page: Page, meaning: Sequence[str]) -> None:
    if meaning:
        page.heading("What this means for you")
    for sentence in meaning:
        page.write(page.words(sentence), indent=3)


def _write_open_ends(page: Page, diagnosis: Diagnosis, evidence: Evidence, verbose: bool) -> None:
    """What failed without a proved cause, and what to do about that, or about a program that fails though all is well."""
    endings = Endings(diagnosis, evidence).unexplained()
    if endings:
        page.heading("No cause could be proved for")
    for ending in endings:
        page.write(page.words(listed(ending.endpoints, _MOST_NAMES)), indent=3)
        page.write(page.words(f"{ending.words} ({listed(ending.cites, 4)})"), indent=5)
    steps = next_steps(diagnosis, evidence, verbose=verbose)
    if steps:
        page.blank()
        page.steps("What to do", steps, indent=3 if endings else 0)


def _write_endpoints(page: Page, diagnosis: Diagnosis, evidence: Evidence, verbose: bool) -> None:
    states, omitted = list(diagnosis.endpoints), []
    if not states:
        return
    page.heading("Endpoints")
    if len(states) > _MOST_ROWS and not verbose:
        ranked = sorted(states, key=lambda state: state.status is Outcome.OK)
        states, omitted = ranked[:_MOST_ROWS], ranked[_MOST_ROWS:]
    causes = cause_numbers(diagnosis)
    endings = Endings(diagnosis, evidence)
    page.rows([_row(page, state, endings.how_far(state), causes) for state in states], long=1, indent=3)
    if omitted:
        statuses = Counter(OUTCOMES[state.status][2] for state in omitted)
        of_each = ", ".join(f"{number} {word}" for word, number in statuses.items())
        page.write(page.words(f"and {len(omitted)} more: {of_each} (-v shows them all)", "dim"), indent=3)


def _write_ways(page: Page, evidence: Evidence, verbose: bool) -> None:
    """Which way the endpoints go, and what is set: where that is a question at all, or the reader wants everything."""
    rows = ways(evidence)
    if not rows or not (verbose or is_proxy_set(evidence)):
        return
    page.heading("Ways")
    cells = [(row.place or "-", row.value, f"for {row.endpoints}: {row.why}") for row in rows]
    page.rows([[page.words(cell) for cell in row] for row in cells], long=2, indent=3)
    differing, line = bypass_line(evidence)
    if differing:
        page.write(page.words(f"Programs read NO_PROXY differently: {differing}."), indent=3, hang=2)
        page.write(page.words(f"All of them understand: NO_PROXY={line}"), indent=3, hang=2)


def _row(page: Page, state: EndpointState, ended: str, causes: dict[str, list[str]]) -> list[Text]:
    numbers = causes.get(str(state.endpoint), [])
    because = f"cause {listed(numbers, 3)}" if numbers else listed(map(clean, state.causes), 2) if state.causes else ""
    return [page.badge(state.status), page.words(str(state.endpoint)), page.words(ended), page.words(because)]


def _write_checks(page: Page, diagnosis: Diagnosis, evidence: Evidence, verbose: bool) -> None:
    page.blank()
    page.write(page.words(counted(diagnosis), "dim"))
    if verbose:
        for reason in not_looked_at(diagnosis, evidence):
            page.write(page.words(reason, "dim"), indent=3)
