"""A process that judges all recorded scenes again and again, each time with whatever stands in the files of the checks now.

It reads the scenes once, and forks for each line on stdin: the child imports what judges anew, begins with the scenes of the
check that is named on the line, and stops at the first out of which comes what must not. The answer is
its name, or an empty line.
"""

import os
import sys

from diag.model.run import Evidence
from tests.recipes import RECIPES
from tests.recording.scene import read_scene

JUDGING = ("checks", "diag.knowledge", "diag.engine", "tests.recording")
"""The packages that are imported anew; the words that evidence is made of are not, so a change in those is not seen here."""
Scenes = dict[str, tuple[Evidence, list[bytes], set[str]]]


def main() -> None:
    """Answers line by line."""
    scenes: Scenes = {}
    for recipe in RECIPES:
        scene = read_scene(recipe.name)
        scenes[recipe.name] = scene.evidence, list(scene.outcome), {claim.check for claim in recipe.claims}
    for line in sys.stdin:
        reader, writer = os.pipe()
        if child := os.fork():
            os.close(writer)
            with os.fdopen(reader) as answer:
                print(answer.read(), flush=True)
            os.waitpid(child, 0)
        else:
            with os.fdopen(writer, "w") as answer:
                answer.write(_first_changed(scenes, line.strip()))
            os._exit(0)


def _first_changed(scenes: Scenes, check: str) -> str:
    """The first scene with another outcome; or what went wrong before any could be judged."""
    for name in [name for name in sys.modules if name.startswith(JUDGING)]:
        del sys.modules[name]
    try:
        from checks import CATALOGUE
        from diag.engine.judge import judge
        from tests.recording.outcome import outcome_of

        for name in sorted(scenes, key=lambda name: check not in scenes[name][2]):
            evidence, outcome, claimed = scenes[name]
            evidence = Evidence(evidence.run, evidence.observations)
            if outcome_of(evidence, judge(evidence, CATALOGUE), claimed) != outcome:
                return f"the scene {name}"
    except Exception as broken:  # noqa: BLE001 - whatever a broken program raises is noticed by that
        return f"{type(broken).__name__} while judging"
    return ""


if __name__ == "__main__":
    main()
