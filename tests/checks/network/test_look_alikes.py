"""Where a cause of the network is less than certain, its verdict names what else it could be, and the look that would decide."""

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.verdict import Confidence, Status
from tests.recording.scene import read_scene, scene_names

SCENES = [name for name in scene_names() if name.startswith(("network-", "lab/"))]
FOUND = (Status.PROBLEM, Status.WARNING)
NOT_YET = {"network-preferred-route-dead"}
"""Whose look-alike is not named so far."""


@pytest.mark.parametrize("name", SCENES)
def test_both_are_named_and_what_decides(name: str) -> None:
    evidence = read_scene(name).evidence
    found = [v for v in judge(evidence, CATALOGUE).verdicts if v.check.startswith("network-") and v.finding.status in FOUND]
    for verdict in (one for one in found if one.check not in NOT_YET):
        unsure = verdict.finding.confidence is not Confidence.CERTAIN
        named = [verdict.finding.facts.get(fact) for fact in ("neighbour", "decided_by")]
        assert all(named) or not unsure, f"{verdict.check} is {verdict.finding.confidence} and says {named}"
