"""A process that has read all scenes and loaded every library, and forks for each trial: no trial waits for that again.

A line on stdin is a list in JSON. `["own scenes", check]` and `["other scenes", check]`: the child imports what judges anew, as
it stands in the files now, and stops at the first scene, of those that the check claims or of the others, out of which comes what
must not. `["tests", ...]`: the child imports the program and the tests anew, and runs those. The answer is a line: who noticed;
empty: nobody did.
"""

import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from diag.model.run import Evidence
from tests.mutants.trial import TIME_OUT
from tests.recipes import RECIPES
from tests.recording.scene import read_scene

JUDGING = ("checks", "diag.knowledge", "diag.engine", "tests.recording")
"""The packages that are imported anew to judge; the words that evidence is made of are not: a change in those is not seen so."""
OURS = ("checks", "diag", "tests")
LIBRARIES = (
    "asyncio", "click.testing", "cryptography.x509", "cryptography.hazmat.primitives.serialization.pkcs12", "dns.message",
    "dns.rdtypes.ANY", "h11", "hypothesis.strategies", "jinja2", "jsonschema", "publicsuffixlist", "rich.console", "sqlite3",
    "trustme", "unittest.mock",
)  # fmt: skip
"""What most tests load."""
PYTEST = (
    "-x", "-q", "--no-header", "-p", "no:cacheprovider", "--hypothesis-seed=0", "--timeout=40",
    "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning",
)  # fmt: skip
PATIENCE = 400
"""Seconds that one child may take; each test by itself may take far less."""
Scenes = dict[str, tuple[Evidence, list[bytes], set[str]]]


def main() -> None:
    """Answers line by line."""
    scenes: Scenes = {}
    for recipe in RECIPES:
        scene = read_scene(recipe.name)
        scenes[recipe.name] = scene.evidence, list(scene.outcome), {claim.check for claim in recipe.claims}
    for library in LIBRARIES:
        import_module(library)
    for line in sys.stdin:
        kind, *arguments = msgspec.json.decode(line, type=list[str])
        if kind == "tests":
            print(in_a_child(partial(first_failed, arguments)).strip(), flush=True)
        else:
            of = {name: scene for name, scene in scenes.items() if (arguments[0] in scene[2]) == (kind == "own scenes")}
            print(in_a_child(partial(first_changed, of)).strip() if of else "", flush=True)


def in_a_child(work: Callable[[], str]) -> str:
    """What a child of this process says within `PATIENCE`; all that it starts is in a group of its own, which ends with it."""
    reader, writer = os.pipe()
    if child := os.fork():
        os.close(writer)
        ready, _, _ = select.select([reader], [], [], PATIENCE)
        said = os.read(reader, 65_536).decode() if ready else TIME_OUT
        os.close(reader)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return said
    os.setsid()
    try:
        said = work()
    except BaseException as broken:  # noqa: BLE001 - whatever a broken program raises is noticed by that
        said = type(broken).__name__
    os.write(writer, (said or "\n").encode())
    os._exit(0)


def forget(packages: tuple[str, ...]) -> None:
    """Has packages imported anew."""
    for name in [name for name in sys.modules if name.partition(".")[0] in packages or name.startswith(packages)]:
        del sys.modules[name]


def first_changed(scenes: Scenes) -> str:
    """The first scene with another outcome; or what went wrong before any could be judged."""
    forget(JUDGING)
    try:
        from checks import CATALOGUE
        from diag.engine.judge import judge
        from tests.recording.outcome import outcome_of

        for name, (evidence, outcome, claimed) in scenes.items():
            evidence = Evidence(evidence.run, evidence.observations)
            if outcome_of(evidence, judge(evidence, CATALOGUE), claimed) != outcome:
                return f"the scene {name}"
    except Exception as broken:  # noqa: BLE001 - whatever a broken program raises is noticed by that
        return f"{type(broken).__name__} while judging"
    return ""


class Failures:
    """A plugin of pytest that keeps what failed first."""

    def __init__(self) -> None:
        self.first = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome == "failed":
            self.first = self.first or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.first = self.first or report.nodeid


def first_failed(tests: list[str]) -> str:
    """The first test that fails, or `an error`; empty: none does."""
    forget(OURS)
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    failures = Failures()
    ended = pytest.main([*PYTEST, *tests], plugins=[failures])
    if ended in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return ""
    return failures.first or f"pytest ended with {int(ended)}"


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
