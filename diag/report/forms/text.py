"""The diagnosis as plain text, for a ticket: at most 78 columns, under 60 KB however many endpoints there are.

In English it is ASCII only.
"""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from diag.language import in_turn, said, spoken
from diag.language.columns import columns_of, padded, wrapped
from diag.language.spoken import ENGLISH
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis, Outcome
from diag.model.endpoint_view import EndpointView
from diag.model.run import Evidence
from diag.model.text import clean
from diag.report.layout.ascii import to_ascii
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
from diag.report.wording.words import OUTCOME_WORDS, OWNERS, STATUS_WORDS, whose_else

if TYPE_CHECKING:
    from diag.report.views.certificate_chain import Picture

WIDTH = 78
CAUSES_SIZE = 22_000
MEANING_SIZE = 3_000
ENDPOINTS_SIZE = 9_000
WAYS_SIZE = 2_000
ASKED_FROM_SIZE = 2_500
TRACES_SIZE = 6_000
REST_SIZE = 3_500
"""How many bytes each part may take: together under 60,000. What does not fit is counted."""
_LABEL = 11
_COMMAND = 62
"""Columns of a command's line."""
_FEW = 6
"""Up to so many endpoints are told each by itself, with its facts."""


def write_summary(
    diagnosis: Diagnosis,
    catalogue: KnownChecks,
    evidence: Evidence,
    meaning: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> str:
    """Return the whole summary of redacted evidence, with a newline at its end.

    `meaning`: what it means for the user's work; `notes`: what else the reader must know, a sentence each.
    """
    parts: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: _wrapped(f"{OUTCOME_WORDS[diagnosis.verdict].upper()}: {headline(diagnosis, evidence)}"),
        lambda: (line for words in circumstances(evidence) for line in _wrapped(words)),
        lambda: (line for note in notes for line in _wrapped(said("Note: {note}", note=note), hang=6)),
        lambda: _part(
            said("Causes"), _causes(diagnosis, catalogue, Chains(diagnosis, evidence, catalogue)), CAUSES_SIZE, said("causes")
        ),
        lambda: _part(
            said("What this means for you"), (list(_wrapped(sentence)) for sentence in meaning), MEANING_SIZE, said("sentences")
        ),
        lambda: _part(
            said("No cause proved"), _open_ends(diagnosis, catalogue, evidence), REST_SIZE, said("groups of endpoints")
        ),
        lambda: _part(said("What to do"), _numbered(next_steps(diagnosis, evidence)), REST_SIZE, said("steps")),
        lambda: _part(said("Endpoints"), _endpoints(diagnosis, evidence), ENDPOINTS_SIZE, said("endpoints")),
        lambda: _part(said("Routes"), _ways(evidence), WAYS_SIZE, said("ways")),
        lambda: _part(said("Asked from"), _asked_from(evidence), ASKED_FROM_SIZE, said("lines")),
        lambda: _part(said("To trace these requests"), _traces(diagnosis, evidence), TRACES_SIZE, said("requests")),
        lambda: _part(said("Only you can answer"), _open_questions(diagnosis, catalogue), REST_SIZE, said("questions")),
        lambda: _part(said("Checks"), _checks(diagnosis, evidence), REST_SIZE, said("reasons")),
    )
    made = Parts()
    lines = [line for part in parts for line in made.made(partial(_whole, part), ())]
    lines += [line for sentence in made.lost for line in _wrapped(sentence)]
    return "\n".join(lines) + "\n"


def _whole(part: Callable[[], Iterable[str]]) -> tuple[str, ...]:
    return tuple(part())


def _part(title: str, blocks: Iterable[list[str]], size: int, many: str) -> Iterator[str]:
    """A titled part: its blocks as far as they fit into `size` bytes, and how many do not. Nothing where there is no block."""
    left = size
    omitted = 0
    begun = False
    for block in blocks:
        if not begun:
            yield from ("", title, "-" * columns_of(title))
            begun = True
        needed = sum(len(line.encode()) + 1 for line in block)
        if omitted or needed > left:
            omitted += 1
            continue
        left -= needed
        yield from block
    if omitted:
        yield said("... and {omitted} more {many}: the whole is in the bundle.", omitted=omitted, many=many)


def _certificates(picture: "Picture") -> Iterator[str]:
    from diag.report.views.certificate_lines import chain_lines, client_lines  # only where certificates are in question

    for position, line in enumerate(chain_lines(picture)):
        yield from _field("" if position else said("Chain"), line, hang=3)
    for position, line in enumerate(client_lines(picture.clients) if picture.disputed else ()):
        yield from _field("" if position else said("Trust"), line, hang=3)


def _causes(diagnosis: Diagnosis, catalogue: KnownChecks, chains: Chains) -> Iterator[list[str]]:
    for number, cause in enumerate(diagnosis.causes, 1):
        yield list(_cause(number, cause, catalogue, len(diagnosis.endpoints), chains))


def _cause(number: int, cause: Cause, catalogue: KnownChecks, total: int, chains: Chains) -> Iterator[str]:
    story = tell(cause, catalogue)
    if number > 1:
        yield ""
    yield from _wrapped(f"{number}. {story.title}", hang=3)
    names = listed((clean(endpoint) for endpoint in cause.endpoints), 5) if cause.endpoints else ""
    yield from _field(said("Affects"), f"{affected(cause, total)}{': ' if names else ''}{names}")
    yield from _field(said("Seen"), story.seen)
    yield from _field(said("Means"), story.means)
    yield from _field(said("Who"), "; ".join(filter(None, (OWNERS[cause.owner], whose_else(cause)))))
    for step, words in enumerate(story.remedy, 1):
        yield from _field(said("Next") if step == 1 else "", f"{step}) {words}", hang=3)
    for position, line in enumerate(continued(story.see_it.line, _COMMAND) if story.see_it else ()):
        label = "" if position else said("See it:")
        yield f"   {padded(label, _LABEL)}{to_ascii(line) if spoken() == ENGLISH else line}".rstrip()
    if story.see_it:
        yield from _field("", said("shows: {shows}", shows=story.see_it.shows))
    if cause.explains:
        yield from _field(
            said("Explains"), said("also found, and a consequence: {causes}", causes=listed(map(clean, cause.explains), 10))
        )
    if picture := chains.beside(cause):
        yield from _certificates(picture)
    yield from _field(said("How sure"), story.sure)
    yield from _field(said("Evidence"), listed(map(clean, cause.cites), 10))
    yield from _field(said("Id"), f"{clean(cause.id, 80)} ({STATUS_WORDS.get(cause.status, cause.status)})")
    if story.article_at:
        yield from _field(said("More"), story.article_at)


def _open_ends(diagnosis: Diagnosis, catalogue: KnownChecks, evidence: Evidence) -> Iterator[list[str]]:
    for ending in Endings(diagnosis, evidence).unexplained():
        yield list(_wrapped(f"- {listed(ending.endpoints, 5)} {ending.words} ({listed(ending.cites, 5)})", hang=2))
    for story in suspect_stories(diagnosis, catalogue):
        told = said("What fits, and is not proved: {suspect} ({id})", suspect=suspect_line(story), id=story.id)
        yield list(_wrapped(f"- {told}", hang=2))


def _endpoints(diagnosis: Diagnosis, evidence: Evidence) -> Iterator[list[str]]:
    """Few endpoints each with its facts; many in groups, with all names of those that are not well."""
    if len(diagnosis.endpoints) <= _FEW:
        yield from _each(diagnosis, evidence)
        return
    for group in groups_of(diagnosis, evidence):
        row = f"{padded(OUTCOME_WORDS[group.status], 8)} {group_words(group, len(diagnosis.endpoints))}"
        names = "" if group.status is Outcome.OK else f": {', '.join(map(clean, group.endpoints))}"
        yield list(_wrapped(f"{row}{names}", hang=9))


def _each(diagnosis: Diagnosis, evidence: Evidence) -> Iterator[list[str]]:
    causes = cause_numbers(diagnosis)
    endings = Endings(diagnosis, evidence)
    trails = {str(trail.endpoint): trail for trail in evidence.run.trails}
    for state in sorted(diagnosis.endpoints, key=lambda state: URGENCY.index(state.status)):
        name = str(state.endpoint)
        row = f"{padded(OUTCOME_WORDS[state.status], 8)} {clean(name)}: {endings.how_far(state)}"
        numbers = causes.get(name)
        facts = facts_words(facts_of(EndpointView(evidence, trails[name])), evidence.run.began) if name in trails else ""
        told = "; ".join(part for part in (row, causes_words(numbers or ()), facts) if part)
        yield list(_wrapped(told, hang=9))


def _asked_from(evidence: Evidence) -> Iterator[list[str]]:
    for line in asked_from(evidence):
        yield list(_wrapped(f"{padded(line.label, 8)} {line.words}", hang=9))


def _traces(diagnosis: Diagnosis, evidence: Evidence) -> Iterator[list[str]]:
    for trace in traces_of(diagnosis, evidence, evidence):
        answer = [f"  {said('the answer: “{words}”', words=trace.words)}"] if trace.words else []
        yield [line for words in (f"- {trace.endpoint}", f"  {trace.line}", *answer) for line in _wrapped(words, hang=4)]


def _open_questions(diagnosis: Diagnosis, catalogue: KnownChecks) -> Iterator[list[str]]:
    left = open_questions(diagnosis, catalogue)
    yield from _numbered(f"{question}: ____" for question in left.asked)
    if left.not_needed:
        yield list(_wrapped(left.not_needed))


def _ways(evidence: Evidence) -> Iterator[list[str]]:
    """Where a proxy is set, which endpoints go by it and why; nothing where none is set anywhere."""
    if not is_proxy_set(evidence):
        return
    for row in ways(evidence):
        place = f"{row.place}: " if row.place else ""
        told = said("{value}; endpoints: {endpoints} ({why})", value=row.value, endpoints=row.endpoints, why=row.why)
        yield list(_wrapped(f"- {place}{told}", hang=2))
    differing, line = bypass_line(evidence)
    if differing:
        told = in_turn(
            said("Programs read NO_PROXY differently: {differing}.", differing=differing),
            said("All of them understand: NO_PROXY={line}", line=line),
        )
        yield list(_wrapped(f"- {told}", hang=2))


def _checks(diagnosis: Diagnosis, evidence: Evidence) -> Iterator[list[str]]:
    yield list(_wrapped(counted(diagnosis)))
    for reason in not_looked_at(diagnosis, evidence):
        yield list(_wrapped(f"- {reason}", hang=2))


def _numbered(steps: Iterable[str]) -> Iterator[list[str]]:
    for number, step in enumerate(steps, 1):
        yield list(_wrapped(f"{number}) {step}", hang=3))


def _field(label: str, words: str, hang: int = 0) -> Iterator[str]:
    """A labelled paragraph below a cause's title."""
    head = f"   {padded(f'{label}:' if label else '', _LABEL)}"
    lines = list(_wrapped(words, hang, WIDTH - columns_of(head))) or [""]
    for first, line in zip((head, *(" " * columns_of(head) for _ in lines)), lines, strict=False):
        yield (first + line).rstrip()


def _wrapped(words: str, hang: int = 0, width: int = WIDTH) -> Iterator[str]:
    if spoken() == ENGLISH:
        yield from textwrap.wrap(to_ascii(words), width, subsequent_indent=" " * hang, break_on_hyphens=False)
    else:
        yield from wrapped(words, width, hang)
