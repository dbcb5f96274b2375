"""A program that is run is the system's own, never one that lies where diag is called."""

import ast
import os
import sys
from pathlib import Path

import pytest

from diag.probe.machine import programs
from diag.probe.machine.programs import run_program, whole_path
from diag.probe.machine.settings.macos import COMMAND
from diag.probe.system_roots import SECURITY


def planted(folder: Path, name: str = "resolvectl") -> Path:
    """A program of somebody else's."""
    program = folder / name
    program.write_text("#!/bin/sh\necho planted\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("path", ["", ".", ":", "bin:.", "::/nowhere", "./"])
def test_what_lies_in_the_current_folder_is_not_run(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(tmp_path)
    (tmp_path / "bin").mkdir()
    planted(tmp_path / "bin")
    monkeypatch.chdir(tmp_path)
    assert run_program(("resolvectl", "dns"), {"PATH": path}) is None


def test_what_lies_in_a_folder_that_is_named_in_full_is_run(tmp_path: Path) -> None:
    planted(tmp_path)
    assert run_program(("resolvectl", "dns"), {"PATH": f".{os.pathsep}{tmp_path}"}) == ("planted",)


def test_windows_own_programs_come_from_its_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.sys, "platform", "win32")
    monkeypatch.setattr(programs, "system_folder", lambda: "/windows/system32")
    assert whole_path("reg", {"PATH": "/tmp"}) == "/windows/system32/reg.exe"


def test_programs_are_started_in_three_places_that_all_name_them_in_full() -> None:
    """Whoever starts one elsewhere has to say here how it is found: a bare name is looked for where diag is called first."""
    root = Path(programs.__file__).parents[3]
    starting = {
        str(file.relative_to(root))
        for room in ("diag", "checks")
        for file in (root / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and (ast.unparse(node) in ("subprocess.run", "subprocess.Popen", "os.system", "os.popen") or "subprocess_" in node.attr)
    }
    assert starting == {"diag/probe/machine/programs.py", "diag/probe/system_roots.py", "diag/probe/pac/sandbox.py"}
    assert all(os.path.isabs(path) for path in (SECURITY, COMMAND[0], sys.executable))
