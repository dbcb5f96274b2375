"""The diagnosis on a terminal: the verdict first, then one block a cause, then how each endpoint fares.

What was seen, what it means, who fixes it, what to do: in this order, in plain words, calm. Colour comes with its word.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from diag.language import joined, said
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis, Outcome
from diag.model.endpoint_view import EndpointView
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Confidence, Status
from diag.report.layout.marked import Marked
from diag.report.layout.page import Page
from diag.report.views.asked_from import asked_from
from diag.report.views.chains import Chains
from diag.report.views.endpoint_facts import facts_of, facts_words
from diag.report.views.endpoint_groups import URGENCY, causes_words, group_words, groups_of
from diag.report.views.proxy_table import bypass_line, is_proxy_set, ways
from diag.report.views.request_traces import traces_of
from diag.report.wording.endings import Endings, not_looked_at
from diag.report.wording.headline import affected, cause_numbers, circumstances, counted, headline, next_steps
from diag.report.wording.lost import Parts
from diag.report.wording.open_questions import open_questions
from diag.report.wording.see_it import continued
from diag.report.wording.sentences import listed, tell
from diag.report.wording.suspects import suspect_line, suspect_stories
from diag.report.wording.words import OWNERS, whose_else

if TYPE_CHECKING:
    from diag.report.views.certificate_chain import Picture

_FEW = 6
"""Up to so many endpoints are told each by itself, with its facts; `-v` tells all."""
_MOST_LINES = 8
"""Causes that the overview names."""
_COMMAND = 62
"""Columns of a command's line, so that none is broken where a shell would not go on."""
_MOST_NAMES = 4
"""Endpoints that a cause names."""


def write_diagnosis(
    page: Page,
    diagnosis: Diagnosis,
    catalogue: KnownChecks,
    evidence: Evidence,
    *,
    verbose: bool = False,
    quiet: bool = False,
    meaning: Sequence[str] = (),
    quoted: Evidence | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Write the whole report. `quiet` leaves the verdict and a line a cause; `verbose` adds every observation.

    `meaning` is what the diagnosis means for the user's work, in sentences; none: nothing is known of that. `quoted` is the
    evidence redacted, from which answers are quoted; None: none is. `notes`: what else a reader must know, a sentence each.
    """
    parts = Parts()

    def part(write: Callable[..., None], *arguments: object, name: str = "") -> None:
        parts.made(lambda: write(page, *arguments), None)
        while parts.lost:
            page.write(page.words(f"{name} {parts.lost.pop(0)}".strip(), "bold"))

    part(_write_verdict, diagnosis, evidence)
    if quiet:
        part(_write_titles, diagnosis, catalogue)
        part(_write_notes, notes)
        return
    if len(diagnosis.causes) > 1:
        part(_write_overview, diagnosis, catalogue)
    for line in parts.made(lambda: tuple(circumstances(evidence)), ()):
        page.write(page.words(line, "dim"))
    chains = parts.made(lambda: Chains(diagnosis, evidence, catalogue), None)
    for number, cause in enumerate(diagnosis.causes, 1):
        told = (number, cause, catalogue, len(diagnosis.endpoints), chains, quoted is evidence)
        part(_write_cause, *told, name=f"{number}. {cause.id}:")
    part(_write_meaning, meaning)
    part(_write_open_ends, diagnosis, catalogue, evidence, verbose)
    part(_write_endpoints, diagnosis, evidence, verbose)
    part(_write_ways, evidence, verbose)
    if verbose:
        part(_write_checks, diagnosis, evidence)
        from diag.report.forms.terminal.trails import write_trails  # of the longer report

        part(write_trails, evidence, chains, quoted)
    part(_write_asked_from, evidence)
    part(_write_traces, diagnosis, evidence, quoted, verbose)
    part(_write_open_questions, diagnosis, catalogue)
    part(_write_notes, notes)
    page.blank()
    page.write(page.words(counted(diagnosis), "dim"))
    part(_write_verdict, diagnosis, evidence)


def _write_verdict(page: Page, diagnosis: Diagnosis, evidence: Evidence) -> None:
    page.write(page.badge(diagnosis.verdict, strong=True), page.words(f": {headline(diagnosis, evidence)}", "bold"))


def _write_titles(page: Page, diagnosis: Diagnosis, catalogue: KnownChecks) -> None:
    """One line a cause, and no more."""
    for number, cause in enumerate(diagnosis.causes, 1):
        title = tell(cause, catalogue).title
        told = said("{title} ({id}). Who: {owner}.", title=title, id=clean(cause.id, 80), owner=OWNERS[cause.owner])
        page.write(page.words(f"{number}. {told}"), hang=3)


def _write_overview(page: Page, diagnosis: Diagnosis, catalogue: KnownChecks) -> None:
    """One line a cause: what, and who can fix it."""
    for number, cause in enumerate(diagnosis.causes[:_MOST_LINES], 1):
        words = f" {tell(cause, catalogue).title} \u2192 {OWNERS[cause.owner]}"
        page.write(page.words(f"{number}. "), page.badge(_outcome(cause)), page.words(words), indent=3, hang=3)
    more = len(diagnosis.causes) - _MOST_LINES
    if more > 0:
        page.write(page.words(said("and {more} {more:more cause|more causes}", more=more)), indent=3)


def _outcome(cause: Cause) -> Outcome:
    return {Status.PROBLEM: Outcome.PROBLEM, Status.WARNING: Outcome.WARNING}.get(cause.status, Outcome.UNKNOWN)


def _write_cause(
    page: Page, number: int, cause: Cause, catalogue: KnownChecks, total: int, chains: Chains | None, stand_ins: bool
) -> None:
    story = tell(cause, catalogue, stand_ins=stand_ins)
    page.blank()
    page.write(page.words(f"{number}. ", "bold"), page.badge(_outcome(cause)), page.words(f"  {story.title}", "bold"), hang=3)
    names = listed(map(clean, cause.endpoints), _MOST_NAMES)
    hit = affected(cause, total)
    page.labelled(said("Affects"), page.words(f"{hit}: {names}" if cause.endpoints else hit))
    page.labelled(said("What was seen"), page.words(story.seen))
    page.labelled(said("What it means"), page.words(story.means))
    page.labelled(said("Who fixes it"), page.words(OWNERS[cause.owner], "bold"), *_perhaps(page, cause))
    page.steps(said("Next steps"), story.remedy)
    if story.see_it:
        page.labelled(said("See it"), *(page.words(line, "cyan") for line in continued(story.see_it.line, _COMMAND)), hang=2)
        page.labelled("", page.words(said("shows: {shows}", shows=story.see_it.shows), "dim"))
    page.labelled(said("How sure"), page.words(story.sure))
    if picture := chains.beside(cause) if chains else None:
        _write_certificates(page, picture)
    if cause.explains:
        page.labelled(said("Also explains"), page.words(listed(map(clean, cause.explains), 8)))
    if story.known:
        on_the_web = (page.words(story.article_at, "cyan"),) if story.article_at else ()
        page.labelled(said("More about it"), page.words(f"diag explain {clean(cause.id, 80)}", "cyan"), *on_the_web)


def _perhaps(page: Page, cause: Cause) -> tuple[Marked, ...]:
    """Whose it may be instead."""
    perhaps = whose_else(cause)
    if not perhaps:
        return ()
    if cause.confidence is Confidence.CERTAIN:
        return (page.words(said("What happens is certain. Who has to fix it is not: {perhaps}.", perhaps=perhaps)),)
    return (page.words(said("Who has to fix it is not certain: {perhaps}.", perhaps=perhaps)),)


def _write_meaning(page: Page, meaning: Sequence[str]) -> None:
    if meaning:
        page.heading(said("What this means for you"))
    for sentence in meaning:
        page.write(page.words(sentence), indent=3)


def _write_certificates(page: Page, picture: "Picture") -> None:
    from diag.report.views.certificate_lines import chain_lines, client_lines  # only where certificates are in question

    page.labelled(said("Certificates"), *map(page.words, chain_lines(picture)), hang=3)
    if picture.disputed:
        page.labelled(said("Who trusts it"), *map(page.words, client_lines(picture.clients)), hang=3)


def _write_open_ends(page: Page, diagnosis: Diagnosis, catalogue: KnownChecks, evidence: Evidence, verbose: bool) -> None:
    """What failed without a proved cause, and what to do about that, or about a program that fails though all is well."""
    endings = Endings(diagnosis, evidence).unexplained()
    if endings:
        page.heading(said("No cause could be proved for"))
    for ending in endings:
        page.write(page.words(listed(ending.endpoints, _MOST_NAMES)), indent=3)
        page.write(page.words(f"{ending.words} ({listed(ending.cites, 4)})"), indent=5)
    suspected = suspect_stories(diagnosis, catalogue)
    if suspected:
        page.heading(said("What fits best, and is not proved"))
    for story in suspected:
        page.write(page.words(suspect_line(story)), indent=3, hang=2)
    steps = next_steps(diagnosis, evidence, verbose=verbose)
    if steps:
        page.blank()
        page.steps(said("What to do"), steps, indent=3 if endings else 0)


def _write_endpoints(page: Page, diagnosis: Diagnosis, evidence: Evidence, verbose: bool) -> None:
    """Few endpoints each with its facts; many in groups, with the names of those that are not well."""
    if not diagnosis.endpoints:
        return
    page.heading(said("Endpoints"))
    if verbose or len(diagnosis.endpoints) <= _FEW:
        _write_each(page, diagnosis, evidence)
        return
    for group in groups_of(diagnosis, evidence):
        page.write(page.badge(group.status), page.words(f"  {group_words(group, len(diagnosis.endpoints))}"), indent=3, hang=2)
        if group.status is not Outcome.OK:
            page.write(page.words(listed(map(clean, group.endpoints), _MOST_NAMES), "dim"), indent=5)


def _write_each(page: Page, diagnosis: Diagnosis, evidence: Evidence) -> None:
    causes = cause_numbers(diagnosis)
    endings = Endings(diagnosis, evidence)
    trails = {str(trail.endpoint): trail for trail in evidence.run.trails}
    for state in sorted(diagnosis.endpoints, key=lambda state: URGENCY.index(state.status)):
        name = str(state.endpoint)
        numbers = causes.get(name, [])
        fared = joined(filter(None, (endings.how_far(state), causes_words(numbers))))
        fared = fared if state.endpoint.expects.required else said("{endpoint} (optional)", endpoint=fared)
        ended = page.words(f"{clean(name)}  {fared}")
        page.write(page.badge(state.status), page.words("  "), ended, indent=3, hang=2)
        told = facts_words(facts_of(EndpointView(evidence, trails[name])), evidence.run.began) if name in trails else ""
        if told:
            page.write(page.words(told, "dim"), indent=5, hang=2)


def _write_asked_from(page: Page, evidence: Evidence) -> None:
    page.heading(said("Asked from"))
    for line in asked_from(evidence):
        page.labelled(line.label, page.words(line.words))


def _write_traces(page: Page, diagnosis: Diagnosis, evidence: Evidence, quoted: Evidence | None, verbose: bool) -> None:
    traces = traces_of(diagnosis, evidence, quoted, every=verbose)
    if traces:
        page.heading(said("To trace these requests"))
    for trace in traces:
        page.write(page.words(trace.endpoint), indent=3)
        page.write(page.words(trace.line, "dim"), indent=5, hang=2)
        if trace.words:
            page.write(page.words(said("the answer: “{words}”", words=trace.words), "dim"), indent=5, hang=2)


def _write_open_questions(page: Page, diagnosis: Diagnosis, catalogue: KnownChecks) -> None:
    left = open_questions(diagnosis, catalogue)
    page.heading(said("Only you can answer (write it beside the bundle: support asks for it)"))
    for number, question in enumerate(left.asked, 1):
        page.write(page.words(f"{number}. {question}: ____"), indent=3, hang=3)
    if left.not_needed:
        page.write(page.words(left.not_needed), indent=3)


def _write_ways(page: Page, evidence: Evidence, verbose: bool) -> None:
    """Which way the endpoints go, and what is set: where that is a question at all, or the reader wants everything."""
    rows = ways(evidence)
    if not rows or not (verbose or is_proxy_set(evidence)):
        return
    page.heading(said("Routes"))
    cells = [(row.place or "-", row.value, said("for {endpoints}: {why}", endpoints=row.endpoints, why=row.why)) for row in rows]
    page.rows([[page.words(cell) for cell in row] for row in cells], long=2, indent=3)
    differing, line = bypass_line(evidence)
    if differing:
        page.write(page.words(said("Programs read NO_PROXY differently: {differing}.", differing=differing)), indent=3, hang=2)
        page.write(page.words(said("All of them understand: NO_PROXY={line}", line=line)), indent=3, hang=2)


def _write_notes(page: Page, notes: Sequence[str]) -> None:
    """What a reader must know besides, such as that the checks of then saw it otherwise."""
    if notes:
        page.heading(said("Notes"))
    for note in notes:
        page.write(page.words(f"- {note}"), indent=3, hang=2)


def _write_checks(page: Page, diagnosis: Diagnosis, evidence: Evidence) -> None:
    """What could not be looked at or decided, and why."""
    reasons = not_looked_at(diagnosis, evidence)
    if reasons:
        page.heading(said("Not looked at, or not decided"))
    for reason in reasons:
        page.write(page.words(reason, "dim"), indent=3)
