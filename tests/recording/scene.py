"""A recorded scene as one file: what it shows, what must come out of it, the run, and the observations one a line.

{"scene": "The name has no address.", "shows": {"dns-no-address": "problem"}}
{"verdict": "problem"}                      all that must come out, by `outcome_of`
{"run": {...}}
{"usual": {"inspect-1": "system", ...}}     what this machine says of itself, where that is what it says in most scenes
{"id": "lookup-1", "began": 0.1, ...}       seconds since the run began
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from diag.model.machine import MachineFacts
from diag.model.observation import Observation
from diag.model.question import Inspect, Question, Topic
from diag.model.run import Evidence, Run
from tests.recording.recipe import Recipe

SCENES = Path(__file__).parents[1] / "scenes"
RUN_LINE = b'{"run":'


class Title(msgspec.Struct, frozen=True):
    """The first line of a scene: what was staged, and what it shows of which checks."""

    scene: str
    shows: dict[str, str]


class Usual(msgspec.Struct, frozen=True):
    """One thing that the machine of most scenes says of itself."""

    usual: Topic
    answer: MachineFacts


class RunLine(msgspec.Struct, frozen=True):
    """The line between what must come out and what was seen."""

    run: Run


@dataclass(frozen=True)
class Scene:
    """One scene, as it was recorded."""

    name: str
    title: Title
    outcome: tuple[bytes, ...]
    """What must come out, a JSON object a line."""
    recorded: tuple[bytes, ...]
    """The run and the observations as they stand in the file."""

    @cached_property
    def evidence(self) -> Evidence:
        """What was seen."""
        run = msgspec.json.decode(self.recorded[0], type=RunLine).run
        return Evidence(run, tuple(seen for line in self.recorded[1:] for seen in _observations(line, run.began)))


def _observations(line: bytes, began: datetime) -> Iterator[Observation]:
    said = msgspec.json.decode(line)
    if "usual" in said:
        for name, asked in said["usual"].items():
            topic, *names = asked.split()
            yield Observation(name, Inspect(Topic(topic), tuple(names)), began, 0.0, usual_machine()[Topic(topic)])
    else:
        yield msgspec.convert({**said, "began": began + timedelta(seconds=said["began"])}, Observation)


@cache
def usual_machine() -> dict[Topic, MachineFacts]:
    """What the machine of most scenes says of itself."""
    lines = (SCENES / "machine.jsonl").read_bytes().splitlines()
    return {told.usual: told.answer for told in (msgspec.json.decode(line, type=Usual) for line in lines)}


def read_scene(name: str) -> Scene:
    """A scene by its name, such as `dns-no-address/name-without-address`. Raises FileNotFoundError where there is none."""
    title, *rest = path_of(name).read_bytes().splitlines()
    start = next(number for number, line in enumerate(rest) if line.startswith(RUN_LINE))
    return Scene(name, msgspec.json.decode(title, type=Title), tuple(rest[:start]), tuple(rest[start:]))


def recorded_lines(evidence: Evidence) -> tuple[bytes, ...]:
    """The run and the observations as they are written down."""
    began = evidence.run.began
    lines: list[object] = [RunLine(evidence.run)]
    for usual, group in groupby(evidence.observations, lambda seen: _is_usual(seen, began)):
        if usual:
            lines.append({"usual": {seen.id: _asked(seen.question) for seen in group}})
        else:
            lines += [{**msgspec.to_builtins(seen), "began": (seen.began - began).total_seconds()} for seen in group]
    return tuple(map(msgspec.json.encode, lines))


def _is_usual(seen: Observation, began: datetime) -> bool:
    """Whether this is what the machine of most scenes says of itself."""
    known = usual_machine().get(seen.question.topic) if isinstance(seen.question, Inspect) else None
    return known is not None and seen == Observation(seen.id, seen.question, began, 0.0, known)


def _asked(question: Question) -> str:
    """What was asked of this machine: a topic, and the names that it was asked about."""
    return " ".join((question.topic, *question.names)) if isinstance(question, Inspect) else ""


def title_of(recipe: Recipe) -> Title:
    """The first line of the scene that a recipe stages."""
    return Title(recipe.staged, {claim.check: str(claim) for claim in sorted(recipe.claims, key=lambda claim: claim.check)})


def write_scene(recipe: Recipe, outcome: Sequence[bytes], recorded: Sequence[bytes], into: Path = SCENES) -> None:
    """Writes a scene over the one of that name."""
    path = path_of(recipe.name, into)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join((msgspec.json.encode(title_of(recipe)), *outcome, *recorded)) + b"\n")


def path_of(name: str, into: Path = SCENES) -> Path:
    """Where a scene lies."""
    return into / f"{name}.jsonl"


def family_of(name: str) -> str:
    """The family of the check that a scene was staged for: the first word of its name."""
    return re.split("[-/]", name, maxsplit=1)[0]


def scene_names() -> list[str]:
    """The names of all recorded scenes, in order."""
    return list(_names())


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in SCENES.glob("*/*.jsonl")))


@cache
def outcomes() -> Mapping[str, tuple[dict[str, Any], ...]]:
    """What must come out of each scene, line by line, which is what today's judgement gives (tests/test_scenes.py)."""
    return {name: tuple(map(msgspec.json.decode, read_scene(name).outcome)) for name in scene_names()}
