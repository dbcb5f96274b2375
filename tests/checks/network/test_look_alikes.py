"""Where a cause of the network is less than certain, it names what else it could be, and the look that would decide."""

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.verdict import Confidence
from tests.recording.scene import read_scene, scene_names

SCENES = [name for name in scene_names() if name.startswith(("network-", "lab/"))]


@pytest.mark.parametrize("name", SCENES)
def test_what_is_not_certain_names_its_rivals(name: str) -> None:
    causes = [cause for cause in judge(read_scene(name).evidence, CATALOGUE).causes if cause.id.startswith("network-")]
    assert [cause.id for cause in causes if bool(cause.rivals) is (cause.confidence is Confidence.CERTAIN)] == []
