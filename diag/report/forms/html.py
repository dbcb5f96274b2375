"""The diagnosis as one page for a browser: whole in itself, without script, safe to open from disk, and fit to be printed.

The page may load nothing and run nothing: its policy (Content Security Policy, level 3) allows the one style sheet in it, by
its digest, and nothing else. Every text is made safe and escaped on its way onto the page, by the one rule of `browser_page`.
"""

from collections.abc import Sequence
from functools import cache, partial

from jinja2 import Environment
from msgspec import Struct

from diag.language import said, spoken
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.endpoint_view import EndpointView
from diag.model.run import Evidence, Trail
from diag.model.text import clean
from diag.report.layout.browser_page import LONGEST_TEXT, page_environment, policy_and_style
from diag.report.views.asked_from import asked_from
from diag.report.views.certificate_chain import Picture, picture_beside, picture_of
from diag.report.views.claims import Claim, Claims, Quotes, all_quotes, machine_quotes
from diag.report.views.endpoint_facts import seconds_of
from diag.report.views.endpoint_groups import URGENCY, causes_words
from diag.report.views.hops import Track, track_of
from diag.report.views.path import WayPicture, way_of
from diag.report.views.proxy_table import bypass_line, heads, is_proxy_set, ways
from diag.report.views.repetition_chart import Series, series
from diag.report.views.repetitions import looks_at
from diag.report.views.request_traces import traces_of
from diag.report.views.waterfall import Waterfall, median_words, took_words, waterfall
from diag.report.wording.endings import Endings, not_looked_at
from diag.report.wording.headline import cause_numbers, circumstances, counted, headline, next_steps
from diag.report.wording.lost import Parts
from diag.report.wording.narration import route_words
from diag.report.wording.open_questions import open_questions
from diag.report.wording.sentences import listed
from diag.report.wording.suspects import suspect_line, suspect_stories
from diag.report.wording.words import OUTCOME_WORDS

MOST_DRAWN = 16
"""Endpoints whose timings and certificates are drawn; the others have a row each."""
MOST_DRAWN_WELL = 4
"""How many of those may be endpoints that fare well."""
MOST_UNFOLDED = 12
"""Endpoints of one kind, those with a fault and those without, that are shown unfolded."""
_FEW = 5


class _Row(Struct, frozen=True):
    """One endpoint on the page."""

    name: str
    outcome: Outcome
    ended: str
    took: str
    causes: tuple[str, ...]
    """Numbers of its causes."""
    role: str
    route: str
    way: WayPicture | None = None
    """None, as all below: not drawn."""
    track: Track | None = None
    waterfall: Waterfall | None = None
    looks: Series | None = None
    chain: Picture | None = None


class _Told(Struct, frozen=True):
    """A cause with its pictures."""

    claim: Claim
    way: WayPicture | None
    """The way to the first endpoint that it hits, or, where it is about the computer as a whole, to any; None: there is none."""
    chain: Picture | None
    """The certificates that it is about; None: it is about none."""
    track: Track | None = None
    """How far a packet gets, where the cause rests on that."""


def write_page(
    diagnosis: Diagnosis,
    catalogue: KnownChecks,
    evidence: Evidence,
    notes: Sequence[str] = (),
    meaning: Sequence[str] = (),
    copies: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the whole page, HTML 5, of redacted evidence. The same arguments, the same text.

    `notes`: what else the reader must know, a sentence each. `meaning`: what it means for the user's work, in sentences.
    `copies`: texts to be copied and sent, each with its title.
    """
    policy, style = policy_and_style("style.css")
    sight = _Sight(diagnosis, catalogue, evidence)
    parts = sight.parts
    seen = parts.made(lambda: all_quotes(sight.claims, diagnosis, evidence), Quotes((), 0))
    return (
        _environment()
        .get_template("page.html")
        .render(
            policy=policy,
            language=spoken(),
            style=style,
            diagnosis=diagnosis,
            outcomes=OUTCOME_WORDS,
            headline=parts.made(lambda: _sentence(headline(diagnosis, evidence)), ""),
            circumstances=parts.made(lambda: circumstances(evidence), ()),
            meaning=tuple(clean(sentence, LONGEST_TEXT) for sentence in meaning),
            told=parts.made(sight.told, ()),
            unexplained=parts.made(Endings(diagnosis, evidence).unexplained, ()),
            suspected=parts.made(
                lambda: tuple((story.id, suspect_line(story)) for story in suspect_stories(diagnosis, catalogue)), ()
            ),
            steps=parts.made(lambda: next_steps(diagnosis, evidence, verbose=True), ()),
            way=parts.made(sight.first_way, None),
            rows=parts.made(sight.rows, ()),
            well=parts.made(sight.well, ""),
            way_table=parts.made(lambda: ways(evidence) if is_proxy_set(evidence) else (), ()),
            way_heads=heads(),
            bypass=parts.made(lambda: bypass_line(evidence), ("", "")),
            counted=counted(diagnosis),
            ruled_out=parts.made(sight.claims.ruled_out, ()),
            undecided=parts.made(sight.claims.undecided, ()),
            not_looked_at=parts.made(lambda: not_looked_at(diagnosis, evidence), ()),
            machine=parts.made(lambda: machine_quotes(sight.claims, evidence), ()),
            asked_from=parts.made(lambda: asked_from(evidence), ()),
            traces=parts.made(lambda: traces_of(diagnosis, evidence, evidence), ()),
            open=parts.made(lambda: open_questions(diagnosis, catalogue), ()),
            most_rows=MOST_UNFOLDED,
            observations=seen,
            anchors=frozenset(quote.id for quote in seen.shown),
            copies=copies,
            notes=(*notes, *parts.lost),  # the last: by then all parts are made
        )
    )


class _Sight:
    """One run on its way onto the page: each endpoint's case is read once."""

    def __init__(self, diagnosis: Diagnosis, catalogue: KnownChecks, evidence: Evidence) -> None:
        self.claims = Claims(diagnosis, catalogue, evidence)
        self.parts = Parts()
        self._diagnosis = diagnosis
        self._evidence = evidence
        self._trails = {str(trail.endpoint): trail for trail in evidence.run.trails}
        self._cases: dict[str, EndpointView] = {}

    def told(self) -> tuple[_Told, ...]:
        """Return the causes with their pictures."""
        pairs = zip(self.claims.causes(), self._diagnosis.causes, strict=True)
        return tuple(self.parts.made(partial(self._told, claim, cause), _Told(claim, None, None)) for claim, cause in pairs)

    def first_way(self) -> WayPicture | None:
        """Return, where no cause was found, the way to the endpoint that most needs a look, and how many are like it."""
        states = sorted(self._diagnosis.endpoints, key=_urgency)
        alike = sum((state.status, state.reached) == (states[0].status, states[0].reached) for state in states) - 1
        return self._way(states[0], alike) if states and not self._diagnosis.causes else None

    def rows(self) -> tuple[_Row, ...]:
        """Return every endpoint, those that need a look first; as many of them drawn as a page can bear."""
        numbers = cause_numbers(self._diagnosis)
        endings = Endings(self._diagnosis, self._evidence)
        rows, drawn_well = [], 0
        for position, state in enumerate(sorted(self._diagnosis.endpoints, key=_urgency)):
            well = state.status is Outcome.OK
            drawn_well += well
            draw = position < MOST_DRAWN and (not well or drawn_well <= MOST_DRAWN_WELL)
            rows.append(self._row(state, endings.how_far(state), tuple(numbers.get(str(state.endpoint), ())), draw))
        return tuple(rows)

    def well(self) -> str:
        """Return how those that fare well do, in one sentence; empty: they are few, and each says it for itself."""
        names = [str(state.endpoint) for state in self._diagnosis.endpoints if state.status is Outcome.OK]
        timed = {name: self._took(self._trails[name]) for name in names if name in self._trails}
        if len(timed) < _FEW:
            return ""
        slowest = max(timed, key=lambda name: timed[name])
        return said(
            "{n} {n:endpoint|endpoints} without a fault; half of them took {median} or less, the slowest {time} ({endpoint}).",
            n=len(timed),
            median=median_words(list(timed.values())),
            time=took_words(timed[slowest]),
            endpoint=clean(slowest),
        )

    def _told(self, claim: Claim, cause: Cause) -> _Told:
        hit = frozenset(cause.endpoints)
        states = [state for state in self._diagnosis.endpoints if str(state.endpoint) in hit]
        shown = next(iter(states or sorted(self._diagnosis.endpoints, key=_urgency)), None)
        view = self._case(shown) if shown else None
        if shown is None or view is None:
            return _Told(claim, None, None)
        picture = picture_beside(view, cause) if states and cause.id.startswith("tls-") else None
        way = way_of(view, shown, [cause, *self._hitting(shown)], max(0, len(states) - 1))
        rests_on = (self._evidence.by_id[i] for i in cause.cites if i in self._evidence.by_id)
        chain = picture if picture and (picture.at_fault or picture.disputed) else None
        return _Told(claim, way, chain, track_of(rests_on))

    def _row(self, state: EndpointState, ended: str, numbers: tuple[str, ...], draw: bool) -> _Row:
        view = self._case(state)
        trail = self._trails.get(str(state.endpoint))
        steps = waterfall(trail, self._evidence) if trail and draw else None
        return _Row(
            name=str(state.endpoint),
            outcome=state.status,
            ended=ended,
            took=took_words(self._took(trail)) if trail and trail.walk else "",
            causes=numbers,
            role=state.endpoint.role,
            route=route_words(trail.route if trail else None),
            way=self.parts.made(lambda: self._way(state, 0), None) if draw else None,
            track=self.parts.made(lambda: track_of(view.observations), None) if view and draw else None,
            waterfall=steps if steps and steps.bars else None,
            looks=self.parts.made(lambda: series(looks_at(trail, self._evidence)), None) if trail and draw else None,
            chain=self.parts.made(lambda: picture_of(view, self._hitting(state)), None) if view and draw else None,
        )

    def _way(self, state: EndpointState, alike: int) -> WayPicture | None:
        view = self._case(state)
        return way_of(view, state, self._hitting(state), alike) if view else None

    def _hitting(self, state: EndpointState) -> list[Cause]:
        return [cause for cause in self._diagnosis.causes if str(state.endpoint) in cause.endpoints]

    def _case(self, state: EndpointState) -> EndpointView | None:
        name = str(state.endpoint)
        if name not in self._cases and name in self._trails:
            self._cases[name] = EndpointView(self._evidence, self._trails[name])
        return self._cases.get(name)

    def _took(self, trail: Trail) -> float:
        return seconds_of(trail, self._evidence) or 0.0


def _urgency(state: EndpointState) -> int:
    return URGENCY.index(state.status)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


@cache
def _environment() -> Environment:
    environment = page_environment()
    environment.filters["listed"] = listed
    environment.filters["capitalize_first"] = _sentence
    environment.globals["took_words"] = took_words
    environment.globals["causes_words"] = causes_words
    return environment
