"""What is not understood: with any check taken out, its cases appear there, and those of one cause stand together."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from checks import CATALOGUE
from diag.desk.alike import stops_in
from diag.engine.judge import judge
from tests.recipes import RECIPES
from tests.recording.recipe import Kind
from tests.recording.scene import read_scene


def entropy(counts: Sequence[int]) -> float:
    whole = sum(counts)
    return -sum(count / whole * math.log(count / whole) for count in counts if count)


def v_measure(pairs: Sequence[tuple[str, str]]) -> float:
    """The harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg, 2007) of (truth, cluster)."""
    truths, clusters = Counter(truth for truth, _ in pairs), Counter(cluster for _, cluster in pairs)
    both = entropy(list(Counter(pairs).values()))
    of_truth, of_clusters = entropy(list(truths.values())), entropy(list(clusters.values()))
    homogeneity = 1 - (both - of_clusters) / of_truth if of_truth else 1.0
    completeness = 1 - (both - of_truth) / of_clusters if of_clusters else 1.0
    return 2 * homogeneity * completeness / (homogeneity + completeness) if homogeneity + completeness > 1e-9 else 0.0


def not_understood() -> list[tuple[str, str]]:
    """Each check taken out in turn: of its cases that nothing explains any more, the check and the stop."""
    scenes: defaultdict[str, list[str]] = defaultdict(list)
    for recipe in RECIPES:
        for claim in recipe.claims:
            if claim.kind is Kind.PROBLEM:
                scenes[claim.check].append(recipe.name)
    found = []
    for check in CATALOGUE:
        without = tuple(other for other in CATALOGUE if other is not check)
        for name in scenes[check.id]:
            evidence = read_scene(name).evidence
            stop = stops_in(judge(evidence, without), evidence)
            if stop is not None:
                found.append((check.id, stop.fingerprint))
    return found


def test_the_cases_of_a_check_that_is_taken_out_stand_together() -> None:
    pairs = not_understood()
    assert len({check for check, _ in pairs}) >= 40
    assert v_measure(pairs) >= 0.8


def test_the_measure_is_one_for_the_truth_and_none_for_a_heap() -> None:
    assert v_measure([("a", "1"), ("a", "1"), ("b", "2")]) == 1.0
    assert v_measure([("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]) < 1e-9
