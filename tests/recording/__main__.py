"""Records scenes, all or those whose name begins with a given word; or, with `--rejudge`, writes anew what must come out of them.

What is written is read by a person, in the diff, and committed. A scene out of which comes what its recipe does not say is
not written, unless `--anyway`; one that needs what this machine does not have is passed over.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from tests.recipes import RECIPES
from tests.recording.outcome import broken_claims, changes, outcome_of
from tests.recording.recipe import Recipe
from tests.recording.sameness import stopped, with_stopped_clock
from tests.recording.scene import SCENES, path_of, read_scene, recorded_lines, write_scene
from tests.recording.settled import FINE, settled
from tests.recording.stage import missing_here, see


def main() -> int:
    """Records or judges anew, and returns how many scenes did not show what their recipe says."""
    said = argparse.ArgumentParser(prog="python -m tests.recording", description=__doc__)
    said.add_argument("scenes", nargs="*", metavar="SCENE", help="the beginning of a scene's name; none: all scenes")
    said.add_argument("--rejudge", action="store_true", help="stage nothing: judge what is recorded by the checks of today")
    said.add_argument("--anyway", action="store_true", help="write what comes out even where the recipe says otherwise")
    said.add_argument("--into", type=Path, default=SCENES, metavar="FOLDER", help="write there, and leave the scenes as they are")
    given = said.parse_args()
    if not given.rejudge and not stopped():
        with tempfile.TemporaryDirectory(prefix="recording-") as folder:
            command = [sys.executable, "-m", "tests.recording", *sys.argv[1:]]
            return subprocess.run(command, env={**os.environ, **with_stopped_clock(Path(folder))}, check=False).returncode
    tally: Counter[str] = Counter()
    wrong = 0
    for recipe in RECIPES:
        if not given.scenes or recipe.name.startswith(tuple(given.scenes)):
            wrong += not (rejudge if given.rejudge else record)(recipe, tally, given.anyway, given.into)
    for change, scenes in tally.most_common():
        print(f"{scenes:5} {'scene ' if scenes == 1 else 'scenes'}  {change}")
    return wrong


def record(recipe: Recipe, tally: Counter[str], anyway: bool, into: Path = SCENES) -> bool:
    """Stages a scene and writes what was seen; returns whether it shows what its recipe says."""
    if missing := missing_here(recipe):
        print(f"passed over {recipe.name}: it needs {', '.join(missing)}", flush=True)
        return True
    seen = see(recipe)
    evidence, fine = settled(seen), settled(seen, FINE)
    if _outcome(recipe, evidence, judge(evidence, CATALOGUE)) != _outcome(recipe, fine, judge(fine, CATALOGUE)):
        evidence = fine
    return _judged(recipe, evidence, recorded_lines(evidence), tally, anyway, into)


def rejudge(recipe: Recipe, tally: Counter[str], anyway: bool, into: Path = SCENES) -> bool:
    """Writes anew what must come out of a scene that is recorded; returns whether it shows what its recipe says."""
    if not path_of(recipe.name).exists():
        print(f"passed over {recipe.name}: it is not recorded yet", flush=True)
        return True
    scene = read_scene(recipe.name)
    return _judged(recipe, scene.evidence, scene.recorded, tally, anyway, into, quiet=True)


def _outcome(recipe: Recipe, evidence: Evidence, diagnosis: Diagnosis) -> list[bytes]:
    return outcome_of(evidence, diagnosis, [claim.check for claim in recipe.claims])


def _judged(
    recipe: Recipe,
    evidence: Evidence,
    recorded: Sequence[bytes],
    tally: Counter[str],
    anyway: bool,
    into: Path,
    quiet: bool = False,
) -> bool:
    diagnosis = judge(evidence, CATALOGUE)
    outcome = _outcome(recipe, evidence, diagnosis)
    broken = broken_claims(recipe, diagnosis)
    before = read_scene(recipe.name).outcome if path_of(recipe.name).exists() else ()
    changed = changes(before, outcome) if before else []
    tally.update(changed)
    if broken or changed or not quiet:
        found = ", ".join(cause.id for cause in diagnosis.causes) or "no cause"
        print("\n      ".join((f"{'WRONG' if broken else 'ok   '} {recipe.name}: {found}", *broken, *changed)), flush=True)
    if not broken or anyway:
        write_scene(recipe, outcome, recorded, into)
    return not broken


if __name__ == "__main__":
    sys.exit(bool(main()))
