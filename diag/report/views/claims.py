"""What a report claims, each claim with what was seen beside it: causes, what was ruled out, what could not be looked at."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from diag.language import said
from diag.model.catalogue import KnownChecks
from diag.model.check import FAMILIES, AnyCheck
from diag.model.diagnosis import Cause, Diagnosis, Outcome, Tally
from diag.model.observation import Observation
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Because, Status
from diag.report.views.article import ArticleBlock, article_blocks
from diag.report.views.waterfall import is_well, took_words
from diag.report.wording.asking import asked
from diag.report.wording.headline import affected
from diag.report.wording.how_to import Guide, guide
from diag.report.wording.narration import came_back
from diag.report.wording.sentences import Story, certainty, listed, tell
from diag.report.wording.words import BECAUSE, FAMILY_NAMES, OWNERS

MOST_QUOTES = 8
"""Observations that one claim quotes; the rest are counted."""
MOST_OBSERVATIONS = 400
"""Observations that a page lists, each with an anchor of its own."""
_MOST_NAMES = 4


class Quote(Struct, frozen=True):
    """One observation, in words."""

    id: str
    asked: str
    came_back: str
    well: bool
    when: str
    """How long after the run began."""
    took: str


class Quotes(Struct, frozen=True):
    """What a claim rests on."""

    shown: tuple[Quote, ...]
    left_out: int


class Claim(Struct, frozen=True):
    """One cause as the page tells it."""

    number: int
    id: str
    outcome: Outcome
    story: Story
    affects: str
    names: str
    """The endpoints it hits; empty: none by name."""
    owner: str
    sure: str
    explains: tuple[tuple[str, str], ...]
    """Id and description of each cause that is a consequence."""
    quotes: Quotes
    topics: tuple[Guide, ...]
    """What it is mended by, in rows for each system and program."""
    reference: str
    """Where the standard or the vendor says more; empty: this version does not know the cause."""
    article: tuple[ArticleBlock, ...] = ()
    """Empty: this version has no such check."""


class Cleared(Struct, frozen=True):
    """One thing that was looked for and not found, or could not be decided."""

    id: str
    what: str
    at: str
    """At how many endpoints."""
    quotes: Quotes


class Family(Struct, frozen=True):
    """The checks of one family that had the same outcome."""

    title: str
    checks: tuple[Cleared, ...]


class _Reason(Struct, frozen=True):
    """Why some checks could not decide."""

    words: str
    checks: tuple[Cleared, ...]


class Claims:
    """The claims of one diagnosis."""

    def __init__(self, diagnosis: Diagnosis, catalogue: KnownChecks, evidence: Evidence) -> None:
        self._diagnosis = diagnosis
        self._catalogue = catalogue
        self._evidence = evidence

    def causes(self) -> tuple[Claim, ...]:
        """Return the causes, ranked."""
        return tuple(self._cause(number, cause) for number, cause in enumerate(self._diagnosis.causes, 1))

    def ruled_out(self) -> tuple[Family, ...]:
        """Return what was looked for and not found, by family, from the ground up."""
        families: defaultdict[str, list[Cleared]] = defaultdict(list)
        for tally in self._diagnosis.tallies:
            if tally.status is Status.OK:
                families[tally.check.partition("-")[0]].append(self._cleared(tally))
        known = [family for family in FAMILIES if family in families]
        others = sorted(set(families) - set(known))
        return tuple(Family(FAMILY_NAMES.get(name, clean(name, 40)), tuple(families[name])) for name in (*known, *others))

    def undecided(self) -> tuple[_Reason, ...]:
        """Return what could not be decided, by the reason."""
        unknown = [tally for tally in self._diagnosis.tallies if tally.status is Status.UNKNOWN]
        found = []
        for because in Because:
            checks = tuple(self._cleared(tally) for tally in unknown if tally.because is because)
            if checks:
                found.append(_Reason(BECAUSE[because], checks))
        return tuple(found)

    def quotes(self, ids: Iterable[str], most: int = MOST_QUOTES) -> Quotes:
        """Return observations in words; an id that the evidence has not is told by itself."""
        wanted = list(dict.fromkeys(ids))
        return Quotes(tuple(self._quote(wanted_id) for wanted_id in wanted[:most]), max(0, len(wanted) - most))

    def _cause(self, number: int, cause: Cause) -> Claim:
        check = self._catalogue.get(cause.id)
        return Claim(
            number=number,
            id=cause.id,
            outcome={Status.PROBLEM: Outcome.PROBLEM, Status.WARNING: Outcome.WARNING}.get(cause.status, Outcome.UNKNOWN),
            story=tell(cause, self._catalogue),
            affects=affected(cause, len(self._diagnosis.endpoints)),
            names=listed(map(clean, cause.endpoints), _MOST_NAMES) if cause.endpoints else "",
            owner=OWNERS[cause.owner],
            sure=certainty(cause, self._catalogue),
            explains=tuple((name, _opening(self._catalogue, name)) for name in cause.explains),
            quotes=self.quotes(cause.cites),
            topics=tuple(guide(word) for word in check.do) if check else (),
            reference=check.reference if check else "",
            article=article_blocks(self._catalogue[cause.id]) if cause.id in self._catalogue else (),
        )

    def _cleared(self, tally: Tally) -> Cleared:
        at = said("the run as a whole") if tally.whole_run else said("{times} {times:endpoint|endpoints}", times=tally.times)
        quotes = Quotes((self._quote(tally.first),) if tally.first else (), max(0, tally.cited - 1))
        return Cleared(tally.check, _opening(self._catalogue, tally.check), at, quotes)

    def _quote(self, wanted: str) -> Quote:
        observation = self._evidence.by_id.get(wanted)
        if observation is None:
            return Quote(wanted, said("not in this evidence"), "", False, "", "")
        return Quote(
            wanted,
            asked(observation.question),
            came_back(observation),
            is_well(observation),
            took_words(max(0.0, self._after(observation))),
            took_words(observation.took),
        )

    def _after(self, observation: Observation) -> float:
        return (observation.began - self._evidence.run.began).total_seconds()


def all_quotes(claims: Claims, diagnosis: Diagnosis, evidence: Evidence) -> Quotes:
    """Return every observation, in the order in which they were made; of very many those that causes rest on,
    and the first others.
    """
    cited = [name for cause in diagnosis.causes for name in cause.cites if name in evidence.by_id][:MOST_OBSERVATIONS]
    kept = set(list(dict.fromkeys((*cited, *evidence.by_id)))[:MOST_OBSERVATIONS])
    shown = claims.quotes((name for name in evidence.by_id if name in kept), most=MOST_OBSERVATIONS)
    return Quotes(shown.shown, len(evidence.by_id) - len(shown.shown))


def machine_quotes(claims: Claims, evidence: Evidence) -> Quotes:
    """Return what this computer said of itself, and what was looked at for all endpoints together."""
    return claims.quotes((*evidence.run.machine, *evidence.run.followed), most=60)


def _opening(catalogue: KnownChecks, check: str) -> str:
    """What a check is about: the first sentence of its article; empty where this version does not know it."""
    known: AnyCheck | None = catalogue.get(check)
    lines = known.article.strip().splitlines() if known else []
    return lines[0] if lines else ""
