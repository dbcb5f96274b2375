"""Where a cause of the network is less than certain, it names what else it could be, and the look that would decide."""

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Cause
from diag.model.verdict import Confidence
from tests.recording.scene import read_scene, scene_names

BY_ID = {check.id: check for check in CATALOGUE}
SCENES = [name for name in scene_names() if name.startswith(("network-", "lab/"))]


@pytest.mark.parametrize("name", SCENES)
def test_what_is_not_certain_names_its_rivals(name: str) -> None:
    causes = [cause for cause in judge(read_scene(name).evidence, CATALOGUE).causes if cause.id.startswith("network-")]
    assert [cause.id for cause in causes if bool(_others(cause)) is (cause.confidence is Confidence.CERTAIN)] == []


def _others(cause: Cause) -> list[str]:
    """What else could be; not in whose hands alone."""
    rivals = {rival.id: rival for rival in BY_ID[cause.id].rivals or ()}
    return [id for id in cause.rivals if not rivals[id].whose]
