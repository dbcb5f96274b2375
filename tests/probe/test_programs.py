"""A program that is run is the system's own, never one that lies where diag is called."""

import os
from pathlib import Path

import pytest

from diag.probe.machine import programs
from diag.probe.machine.programs import run_program, whole_path


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
