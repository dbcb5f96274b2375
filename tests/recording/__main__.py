"""Records cases: all, or those whose folder begins with a given word; says what is found in each, and whether that is right."""

import sys

from checks import CATALOGUE
from diag.engine.judge import judge
from tests.recipes import RECIPES
from tests.recording.case import write_case
from tests.recording.stage import see


def main(wanted: list[str]) -> int:
    """Records, and returns how many cases did not show what their recipe says."""
    wrong = 0
    for recipe in RECIPES:
        if wanted and not recipe.folder.startswith(tuple(wanted)):
            continue
        evidence = see(recipe)
        found = tuple(cause.id for cause in judge(evidence, CATALOGUE).causes)
        wrong += found != recipe.causes
        verdict = "ok   " if found == recipe.causes else "WRONG"
        print(f"{verdict} {recipe.folder}: {', '.join(found) or 'no cause'}", flush=True)
        write_case(recipe, evidence)
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
