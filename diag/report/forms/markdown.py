"""The diagnosis in Markdown, to be pasted into a ticket: short, whole in itself, and under what Jira takes in one field.

What was seen and who fixes it come first; then the endpoints, where the run looked from, and what only the customer can answer.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from diag.language import said
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis, Outcome
from diag.model.endpoint_view import EndpointView
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Status
from diag.report.layout.markdown import bold, code, escaped
from diag.report.views.asked_from import asked_from
from diag.report.views.endpoint_facts import facts_of, facts_words
from diag.report.views.endpoint_groups import URGENCY, causes_words, group_words, groups_of
from diag.report.views.request_traces import traces_of
from diag.report.wording.endings import Endings
from diag.report.wording.headline import affected, cause_numbers, circumstances, headline, next_steps
from diag.report.wording.lost import Parts
from diag.report.wording.open_questions import open_questions
from diag.report.wording.sentences import listed, tell
from diag.report.wording.suspects import suspect_line, suspect_stories
from diag.report.wording.words import OUTCOME_WORDS, OUTCOMES, OWNERS, whose_else

LARGEST_MARKDOWN = 30_000
"""Characters: Jira takes 32,767 in one field, GitHub 65,536."""
_CAUSES = 18_000
"""Of these, how many the causes may take."""
_FEW = 6
_MOST_NAMES = 4
_STATUS = {Status.PROBLEM: Outcome.PROBLEM, Status.WARNING: Outcome.WARNING}


def write_markdown(
    diagnosis: Diagnosis,
    catalogue: KnownChecks,
    evidence: Evidence,
    meaning: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> str:
    """Return the whole of redacted evidence. `meaning` and `notes` are sentences: for the user's work, and for the reader."""
    made = Parts()
    parts: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: _opening(diagnosis, evidence, notes),
        lambda: _causes(diagnosis, catalogue),
        lambda: _titled(said("What this means for you"), [f"- {escaped(sentence)}" for sentence in meaning]),
        lambda: _titled(said("No cause proved for"), _open_ends(diagnosis, catalogue, evidence)),
        lambda: _titled(said("What to do"), _numbered(next_steps(diagnosis, evidence))),
        lambda: _titled(said("Endpoints"), _endpoints(diagnosis, evidence)),
        lambda: _titled(said("Asked from"), [f"- {line.label}: {escaped(line.words)}" for line in asked_from(evidence)]),
        lambda: _titled(said("To trace these requests"), _traces(diagnosis, evidence)),
        lambda: _titled(said("Only you can answer"), _questions(diagnosis, catalogue)),
    )
    text = ""
    for part in parts:
        lines = made.made(lambda part=part: tuple(part()), ())  # type: ignore[misc]
        block = "\n".join(lines)
        text += f"{block}\n\n" if block and len(text) + len(block) <= LARGEST_MARKDOWN else ""
    return "".join((text, *(f"{escaped(line)}\n" for line in made.lost))).rstrip() + "\n"


def _opening(diagnosis: Diagnosis, evidence: Evidence, notes: Sequence[str]) -> Iterator[str]:
    glyph, word = OUTCOMES[diagnosis.verdict][0], OUTCOME_WORDS[diagnosis.verdict]
    yield bold(f"{glyph} {word.upper()}: {headline(diagnosis, evidence)}")
    yield ""
    yield escaped(" ".join(circumstances(evidence)))
    for note in notes:
        yield f"- {escaped(note)}"


def _causes(diagnosis: Diagnosis, catalogue: KnownChecks) -> Iterator[str]:
    left = _CAUSES
    for number, cause in enumerate(diagnosis.causes, 1):
        block = list(_cause(number, cause, catalogue, len(diagnosis.endpoints)))
        left -= sum(map(len, block))
        if left < 0:
            left_out = len(diagnosis.causes) - number + 1
            yield said("... and {n} {n:more cause|more causes}: the whole is in the bundle.", n=left_out)
            return
        yield from ([""] if number > 1 else [])
        yield from block


def _cause(number: int, cause: Cause, catalogue: KnownChecks, total: int) -> Iterator[str]:
    story = tell(cause, catalogue)
    yield bold(f"{number}. {story.title}")
    yield ""
    names = ", ".join(map(code, cause.endpoints[:_MOST_NAMES]))
    more = len(cause.endpoints) - _MOST_NAMES
    names = said("{items} and {number} more", items=names, number=more) if more > 0 else names
    yield _row(said("Affects"), f"{escaped(affected(cause, total))}{f': {names}' if names else ''}")
    yield _row(said("Seen"), escaped(story.seen))
    yield _row(said("Means"), escaped(story.means))
    perhaps = whose_else(cause)
    yield _row(said("Who fixes it"), f"{escaped(OWNERS[cause.owner])}{f' ({escaped(perhaps)})' if perhaps else ''}")
    yield _row(said("How sure"), escaped(story.sure))
    seen_in = code(listed(map(clean, cause.cites), 6))
    named = f"{code(cause.id)} ({_outcome(cause)})"
    yield _row(said("Id"), said("{cause}; seen in {observations}", cause=named, observations=seen_in))
    yield ""
    yield said("Next steps:")
    yield ""
    if story.article_at:
        yield _row(said("More about it"), f"<{story.article_at}>")
    yield from _numbered(story.remedy)
    if story.see_it:
        yield ""
        command, shows = code(story.see_it.line), escaped(story.see_it.shows)
        yield said("See it for yourself: {command} (shows: {shows})", command=command, shows=shows)


def _row(label: str, words: str) -> str:
    return f"- **{label}:** {words}"


def _outcome(cause: Cause) -> str:
    return OUTCOME_WORDS[_STATUS.get(cause.status, Outcome.UNKNOWN)]


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A part with its title; nothing where it has no line."""
    for position, line in enumerate(lines):
        if not position:
            yield bold(title)
            yield ""
        yield line


def _numbered(steps: Iterable[str]) -> Iterator[str]:
    return (f"{number}. {escaped(step)}" for number, step in enumerate(steps, 1))


def _open_ends(diagnosis: Diagnosis, catalogue: KnownChecks, evidence: Evidence) -> Iterator[str]:
    for ending in Endings(diagnosis, evidence).unexplained():
        yield f"- {code(listed(ending.endpoints, _MOST_NAMES))} {escaped(ending.words)} ({code(listed(ending.cites, 4))})"
    for story in suspect_stories(diagnosis, catalogue):
        yield f"- {said('What fits, and is not proved: {suspect}', suspect=escaped(suspect_line(story)))}"


def _endpoints(diagnosis: Diagnosis, evidence: Evidence) -> Iterator[str]:
    """Few endpoints each with its facts; many in groups."""
    if len(diagnosis.endpoints) > _FEW:
        for group in groups_of(diagnosis, evidence):
            names = "" if group.status is Outcome.OK else f": {', '.join(map(code, group.endpoints[:_MOST_NAMES]))}"
            yield f"- {OUTCOMES[group.status][0]} {escaped(group_words(group, len(diagnosis.endpoints)))}{names}"
        return
    numbers = cause_numbers(diagnosis)
    endings = Endings(diagnosis, evidence)
    trails = {str(trail.endpoint): trail for trail in evidence.run.trails}
    for state in sorted(diagnosis.endpoints, key=lambda state: URGENCY.index(state.status)):
        name = str(state.endpoint)
        causes = causes_words(numbers.get(name, ()))
        facts = facts_words(facts_of(EndpointView(evidence, trails[name])), evidence.run.began) if name in trails else ""
        told = "; ".join(part for part in (endings.how_far(state), causes, facts) if part)
        yield f"- {OUTCOMES[state.status][0]} {code(name)} {escaped(told)}"


def _traces(diagnosis: Diagnosis, evidence: Evidence) -> Iterator[str]:
    for trace in traces_of(diagnosis, evidence, evidence):
        yield f"- {code(trace.endpoint)}: {code(trace.line)}"
        if trace.words:
            yield f"- {said('the answer: {words}', words=code(trace.words))}"


def _questions(diagnosis: Diagnosis, catalogue: KnownChecks) -> Iterator[str]:
    left = open_questions(diagnosis, catalogue)
    yield from (f"{number}. {escaped(question)}: ..." for number, question in enumerate(left.asked, 1))
    if left.not_needed:
        yield ""
        yield escaped(left.not_needed)
