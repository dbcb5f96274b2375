"""The rooms of the program, and which tests are to notice what breaks in each."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SCENES = "tests/test_scenes.py"
CATALOGUE = ("tests/gates/test_catalogue.py", "tests/gates/test_met.py", "tests/checks")
ROOMS: dict[str, tuple[str, ...]] = {
    "checks/machine": CATALOGUE,
    "checks/dns": CATALOGUE,
    "checks/network": CATALOGUE,
    "checks/proxy": CATALOGUE,
    "checks/privatelink": CATALOGUE,
    "checks/tls": CATALOGUE,
    "checks/http": CATALOGUE,
    "diag/knowledge": ("tests/checks", "tests/model", "tests/engine"),
    "diag/model": ("tests/model", SCENES, "tests/engine", "tests/checks"),
    "diag/engine": ("tests/engine", SCENES),
    "diag/probe": ("tests/probe",),
    "diag/profile": ("tests/profile",),
    "diag/bundle": ("tests/bundle",),
    "diag/report": ("tests/report", "tests/gates/test_facts.py"),
    "diag/desk": ("tests/desk",),
    "diag/lab": ("tests/lab",),
    "diag/cli": ("tests/cli",),
}
"""Each folder of the program, and the tests of which each is tried where nobody knows what it reaches."""
JUDGED = ("checks/", "diag/knowledge", "diag/engine")
"""The rooms over which all scenes are judged first, without pytest."""
SLOW = (
    "tests/bundle/test_law_twelve.py",
    "tests/bundle/test_worst_content.py",
    "tests/bundle/test_hostile.py",
    "tests/canaries",
    "tests/fuzz",
    "tests/netns",
    "tests/picture",
    "tests/real",
    "tests/recording",
    "tests/release",
    "tests/new",
    "tests/report/test_html_browser.py",
    "tests/test_demo_offline.py",
    "tests/live",
    "tests/test_unprivileged.py",
    "tests/windows",
)
"""Not run: what takes minutes and looks for something else."""


def files_of(room: str) -> list[Path]:
    """The files of a room that hold anything to break, in order."""
    return sorted(path for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py")


def rooms_named(beginning: str) -> list[str]:
    """The rooms whose name begins so."""
    return [room for room in ROOMS if room.startswith(beginning)]
