"""A recorded case as files: the run, the observations one a line, and what must be found in them."""

from pathlib import Path

import msgspec

from diag.model.observation import Observation
from diag.model.run import Evidence, Run
from tests.recording.recipe import Kind, Recipe

CASES = Path(__file__).parents[1] / "cases"


class Expected(msgspec.Struct, frozen=True):
    """What a case must give, under whatever checks there are."""

    check: str
    kind: Kind
    staged: str
    causes: tuple[str, ...]


def write_case(recipe: Recipe, evidence: Evidence) -> Path:
    """Writes one case over the one of that name, and returns its folder."""
    folder = CASES / recipe.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_bytes(msgspec.json.format(msgspec.json.encode(evidence.run), indent=1) + b"\n")
    lines = [msgspec.json.encode(observation) for observation in evidence.observations]
    (folder / "evidence.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    expected = Expected(recipe.check, recipe.kind, recipe.staged, recipe.causes)
    (folder / "expected.json").write_bytes(msgspec.json.format(msgspec.json.encode(expected), indent=1) + b"\n")
    return folder


def read_case(folder: Path) -> tuple[Evidence, Expected]:
    """The evidence of a case, and what must be found in it."""
    lines = (folder / "evidence.jsonl").read_bytes().splitlines()
    observations = tuple(msgspec.json.decode(line, type=Observation) for line in lines)
    run = msgspec.json.decode((folder / "run.json").read_bytes(), type=Run)
    return Evidence(run, observations), msgspec.json.decode((folder / "expected.json").read_bytes(), type=Expected)


def all_cases() -> list[Path]:
    """The folders of all recorded cases, in order."""
    return sorted(path.parent for path in CASES.glob("*/*/expected.json"))
