"""Where a cause of the network is less than certain, it names what else it could be, and the look that would decide."""

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Cause
from diag.model.verdict import Confidence
from tests.recording.scene import read_scene, scene_names

BY_ID = {check.id: check for check in CATALOGUE}
SCENES = [name for name in scene_names() if name.startswith(("network-", "lab/"))]


def test_what_is_not_certain_names_its_rivals() -> None:
    causes = {name: judge(read_scene(name).evidence, CATALOGUE).causes for name in SCENES}
    network = [(name, cause) for name, found in causes.items() for cause in found if cause.id.startswith("network-")]
    assert len(network) > 100
    wrong = [(name, cause.id) for name, cause in network if bool(_others(cause)) is (cause.confidence is Confidence.CERTAIN)]
    assert wrong == []


def _others(cause: Cause) -> list[str]:
    """What else it could be; not in whose hands alone."""
    rivals = {rival.id: rival for rival in BY_ID[cause.id].rivals or ()}
    return [id for id in cause.rivals if not rivals[id].whose]
