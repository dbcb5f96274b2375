"""A recorded scene as one file: what it shows, what must come out of it, the run, and the observations one a line.

{"scene": "The name has no address.", "shows": {"dns-no-address": "problem"}}
{"verdict": "problem"}                     all that must come out, by `outcome_of`
{"run": {...}}
{"id": "inspect-1", ...}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from diag.model.observation import Observation
from diag.model.run import Evidence, Run
from tests.recording.recipe import Recipe

SCENES = Path(__file__).parents[1] / "scenes"
RUN_LINE = b'{"run":'


class Title(msgspec.Struct, frozen=True):
    """The first line of a scene: what was staged, and what it shows of which checks."""

    scene: str
    shows: dict[str, str]


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
        run, *observations = self.recorded
        return Evidence(
            msgspec.json.decode(run, type=RunLine).run,
            tuple(msgspec.json.decode(line, type=Observation) for line in observations),
        )


def read_scene(name: str) -> Scene:
    """A scene by its name, such as `dns-no-address/name-without-address`. Raises FileNotFoundError where there is none."""
    title, *rest = path_of(name).read_bytes().splitlines()
    start = next(number for number, line in enumerate(rest) if line.startswith(RUN_LINE))
    return Scene(name, msgspec.json.decode(title, type=Title), tuple(rest[:start]), tuple(rest[start:]))


def recorded_lines(evidence: Evidence) -> tuple[bytes, ...]:
    """The run and the observations as they are written down."""
    return (msgspec.json.encode(RunLine(evidence.run)), *map(msgspec.json.encode, evidence.observations))


def title_of(recipe: Recipe) -> Title:
    """The first line of the scene that a recipe stages."""
    return Title(recipe.staged, {claim.check: str(claim) for claim in sorted(recipe.claims, key=lambda claim: claim.check)})


def write_scene(recipe: Recipe, outcome: Sequence[bytes], recorded: Sequence[bytes]) -> None:
    """Writes a scene over the one of that name."""
    path = path_of(recipe.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join((msgspec.json.encode(title_of(recipe)), *outcome, *recorded)) + b"\n")


def path_of(name: str) -> Path:
    """Where a scene lies."""
    return SCENES / f"{name}.jsonl"


def scene_names() -> list[str]:
    """The names of all recorded scenes, in order."""
    return sorted(str(path.relative_to(SCENES).with_suffix("")) for path in SCENES.glob("*/*.jsonl"))
