"""The rooms of the program, and which tests are to notice what breaks in each: the nearest first, so that most die quickly."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCENES = "tests/test_scenes.py"
GATES = "tests/gates/test_catalogue.py"
ROOMS: dict[str, tuple[str, ...]] = {
    "checks/machine": (GATES, "tests/checks"),
    "checks/dns": (GATES, "tests/checks"),
    "checks/network": (GATES, "tests/checks"),
    "checks/proxy": (GATES, "tests/checks"),
    "checks/privatelink": (GATES, "tests/checks"),
    "checks/tls": (GATES, "tests/checks"),
    "checks/http": (GATES, "tests/checks"),
    "diag/knowledge": ("tests/checks", "tests/knowledge", "tests/model", "tests/engine"),
    "diag/model": ("tests/model", SCENES, "tests/engine", "tests/checks"),
    "diag/engine": ("tests/engine", SCENES, "tests/checks"),
    "diag/probe": ("tests/probe",),
    "diag/profile": ("tests/profile",),
    "diag/bundle": ("tests/bundle",),
    "diag/report": ("tests/report",),
}
"""Each folder of the program, and its tests."""
JUDGED = ("checks/", "diag/knowledge")
"""The rooms over which all scenes are judged first, without pytest."""
SLOW = ("tests/bundle/test_law_twelve.py", "tests/report/test_html_browser.py", "tests/bundle/test_hostile.py")
"""Not run: what takes minutes and looks for something else."""


def files_of(room: str) -> list[Path]:
    """The files of a room that hold anything to break, in order."""
    return sorted(path for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py")


def rooms_named(beginning: str) -> list[str]:
    """The rooms whose name begins so."""
    return [room for room in ROOMS if room.startswith(beginning)]


def tests_for(room: str, stem: str) -> Iterator[list[str]]:
    """Groups of tests to run one after the other: those named after the file, then the room's."""
    groups = ROOMS[room]
    named = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob(f"test_{stem}*.py"))
        if str(path.relative_to(ROOT)).startswith(groups) and str(path.relative_to(ROOT)) not in SLOW
    ]
    if named:
        yield named
    yield from ([group] for group in groups if (ROOT / group).exists())
