"""The fixture that others use in their tests, in a test session of its own."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
TESTS = """
import socket

import pytest

from diag.lab.site import UnknownFaultError


def test_a_fault_stands_for_the_length_of_a_test(diag_fault):
    scene = diag_fault("tls-certificate-expired")
    port = int(scene.endpoints[0].rpartition(":")[2])
    socket.create_connection(("127.0.0.1", port), 5).close()
    assert scene.expects == "tls-certificate-expired"
    globals()["left"] = port


def test_it_is_gone_afterwards():
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", left), 1)


def test_a_name_that_is_none(diag_fault):
    with pytest.raises(UnknownFaultError):
        diag_fault("no-such-fault")
"""


def test_faults_come_and_go_with_a_test(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "diag.lab.pytest_plugin", "test_theirs.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr
