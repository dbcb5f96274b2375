"""The whole diagnosis of a scene in short lines, so that whatever changes in it is a line that changes.

What is pinned: the run's word; every cause with all that is told of it; how each endpoint fares and how far it was reached; and
what each check says of each subject, family by family: `mostly` what most of them say, and whatever says otherwise by its name.
A check says its status, or, where that is unknown, why. All else of its findings (cites, facts, confidence, what is ruled out) is
pinned in a digest where it found something, could not decide, or is claimed by the recipe; so are the questions that it asks
besides. A new check thus adds its own words, and changes none of another.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from checks import CATALOGUE
from diag.model.check import AnyCheck, EndpointCheck
from diag.model.diagnosis import Cause, Diagnosis, EndpointState
from diag.model.endpoint_view import RunView
from diag.model.question import Question, kind
from diag.model.run import Evidence
from diag.model.verdict import RUN, Because, Finding, Status
from tests.recording.recipe import Kind, Recipe

Line = dict[str, object]
LOUD = (Status.PROBLEM, Status.WARNING)


def outcome_of(evidence: Evidence, diagnosis: Diagnosis, claimed: Collection[str]) -> list[bytes]:
    """The lines that say it, each a JSON object; `claimed` are the checks of which the recipe says something."""
    lines = [
        {"verdict": diagnosis.verdict},
        *map(_cause, diagnosis.causes),
        *map(_endpoint, diagnosis.endpoints),
        *_matrix(diagnosis),
        {"pinned": "findings", **_pinned(diagnosis, claimed)},
        {"pinned": "questions", **_asked(RunView(_walked(evidence)), RunView(evidence))},
    ]
    return [msgspec.json.encode(line) for line in lines]


def _cause(cause: Cause) -> Line:
    return {
        "cause": cause.id,
        "status": cause.status,
        "confidence": cause.confidence,
        "owner": cause.owner,
        **({"perhaps": cause.perhaps} if cause.perhaps else {}),
        **({"open": cause.rivals} if cause.rivals else {}),
        "about": cause.about,
        "explains": cause.explains,
        "cites": cause.cites,
        "facts": cause.facts,
        "endpoints": cause.endpoints,
    }


def _endpoint(state: EndpointState) -> Line:
    return {
        "endpoint": str(state.endpoint),
        "status": state.status,
        "reached": state.reached.name.lower(),
        "arrived": state.arrived,
        "causes": state.causes,
    }


def _matrix(diagnosis: Diagnosis) -> Iterator[Line]:
    families: defaultdict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for verdict in diagnosis.verdicts:
        families[verdict.check.partition("-")[0]][verdict.subject][verdict.check] = word_of(verdict.finding)
    for family, by_subject in families.items():
        alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for subject, words in by_subject.items():
            alike.setdefault(tuple(words.items()), []).append(subject)
        for same, subjects in alike.items():
            yield _row(family, subjects, dict(same))


def _row(family: str, subjects: Sequence[str], words: dict[str, str]) -> Line:
    ((mostly, _),) = Counter(words.values()).most_common(1)
    otherwise: defaultdict[str, list[str]] = defaultdict(list)
    for check, word in words.items():
        if word != mostly:
            otherwise[word].append(check)
    at = RUN if list(subjects) == [RUN] else subjects
    return {"checks": family, "at": at, "mostly": mostly, **{word: otherwise[word] for word in sorted(otherwise)}}


def _pinned(diagnosis: Diagnosis, claimed: Collection[str]) -> dict[str, str]:
    """The digest of a check's findings over all subjects, for each that has more to say than a word."""
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    for verdict in diagnosis.verdicts:
        findings[verdict.check].append(verdict.finding)
    return {
        check: digest(found)
        for check, found in findings.items()
        if check in claimed or any(one.status in LOUD or one.because is Because.UNDECIDED for one in found)
    }


def _asked(*runs: RunView) -> dict[str, str]:
    """What each check asks besides: how often which kind of question, and the digest of them all."""
    asked = {check.id: list(dict.fromkeys(one for run in runs for one in asked_by(check, run))) for check in CATALOGUE}
    return {check: f"{_kinds(questions)}, {digest(questions)}" for check, questions in asked.items() if questions}


def _walked(evidence: Evidence) -> Evidence:
    """The evidence as it was before any check had asked: most leave off once they have their answer."""
    followed = {name for trail in evidence.run.trails for name in trail.followed}
    trails = tuple(replace(trail, followed=()) for trail in evidence.run.trails)
    seen = tuple(one for one in evidence.observations if one.id not in followed)
    return Evidence(replace(evidence.run, trails=trails), seen)


def _kinds(questions: Sequence[Question]) -> str:
    return ", ".join(f"{number} {word}" for word, number in Counter(map(kind, questions)).items())


def asked_by(check: AnyCheck, run: RunView) -> Iterator[Question]:
    """Yield all questions that a check asks besides, over a whole run."""
    if isinstance(check, EndpointCheck):
        for view in run.cases:
            yield from check.questions(view) if check.applies(view) else ()
    elif check.applies(run):
        yield from check.questions(run)


def digest(said: object) -> str:
    """Return a few characters that are others where anything that is said is otherwise."""
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()[:8]


def word_of(finding: Finding) -> str:
    """What a check says, in one word: its status, or why there is none."""
    return str(finding.because) if finding.status is Status.UNKNOWN else str(finding.status)


def broken_claims(recipe: Recipe, diagnosis: Diagnosis) -> list[str]:
    """What the recipe of a scene says of it, and the diagnosis does not; a sentence each."""
    found = tuple(cause.id for cause in diagnosis.causes)
    broken = [] if found == recipe.causes else [f"causes: {_listed(found)} instead of {_listed(recipe.causes)}"]
    said: defaultdict[str, set[Status]] = defaultdict(set)
    for verdict in diagnosis.verdicts:
        said[verdict.check].add(verdict.finding.status)
    for claim in recipe.claims:
        if not said[claim.check].intersection(claim.says):
            broken.append(f"{claim.check}: {_listed(sorted(said[claim.check]))} instead of {claim}")
        if claim.kind is Kind.NEAR_MISS and claim.check in found:
            broken.append(f"{claim.check}: falls for a near miss")
    return broken


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"


def changes(before: Sequence[bytes], after: Sequence[bytes]) -> list[str]:
    """What is otherwise in a scene's outcome now, a short line each."""
    old, new = _told(before), _told(after)
    differing = [of for of in dict.fromkeys((*old, *new)) if old.get(of) != new.get(of)]
    return list(dict.fromkeys(f"{of[0]}: {old.get(of, 'nothing')} -> {new.get(of, 'nothing')}" for of in differing))


def _told(lines: Sequence[bytes]) -> dict[tuple[str, int], str]:
    """Each thing that the lines say, by what it is said of, and of which endpoint or which cause of that id: by its place."""
    told: dict[tuple[str, int], str] = {}
    said = [msgspec.json.decode(line, type=dict[str, object]) for line in lines]
    places = {str(one["endpoint"]): number for number, one in enumerate(one for one in said if "endpoint" in one)}
    met: Counter[str] = Counter()
    for one in said:
        (about, of), *rest = one.items()
        if about == "checks":
            told |= _row_told(str(of), one, places)
        elif about == "pinned":
            told |= {(f"{check}, its {of}", 0): str(value) for check, value in rest}
        else:
            met[name := about if about == "endpoint" else str(of)] += 1
            told |= {(f"{name}, {key}", met[name]): str(value) for key, value in rest} or {(about, 0): str(of)}
    return told


def _row_told(family: str, row: Line, places: Mapping[str, int]) -> dict[tuple[str, int], str]:
    subjects = (RUN,) if row["at"] == RUN else tuple(msgspec.convert(row["at"], tuple[str, ...]))
    otherwise = {check: word for word, checks in row.items() if isinstance(checks, list) and word != "at" for check in checks}
    return {
        (check.id, places.get(subject, 0)): otherwise.get(check.id, str(row["mostly"]))
        for check in CATALOGUE
        if check.id.startswith(f"{family}-") and isinstance(check, EndpointCheck) == (row["at"] != RUN)
        for subject in subjects
    }
