"""A run in the place of a real process: its settings, its network, its connections, and none of its secrets."""

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.netns import House, needs
from tests.netns.plan import SILENT
from tests.recipes.services import HOST, Page, name_all, private_authority, serve_pages, trust_file

pytestmark = needs("nginx")
WAITS = "import time; time.sleep(60)"
CONNECTS = f"import socket; socket.create_connection(({SILENT!r}, 443), 60)"


@contextmanager
def process_in(house: House, program: str, **environment: str) -> Iterator[int]:
    """A Python program in the client's room, by its number outside."""
    process = house.start([sys.executable, "-c", program, "--token=Canary1"], "client", env={"SECRET": "Canary2", **environment})
    try:
        yield _number(process.pid)
    finally:
        house.finish(process)


def _number(pid: int, patience: float = 5.0) -> int:
    """The process itself, at the end of those that led to it."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        if command.startswith(sys.executable.encode()) and not below:
            time.sleep(0.3)  # until it has done what it does
            return pid
        pid = int(below[0]) if below else pid
        time.sleep(0.05)
    raise AssertionError("it did not start")


def run_like(folder: Path, pid: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "diag",
        "run",
        *arguments,
        "--like",
        str(pid),
        "--json",
        "--timeout",
        "2",
        "--deadline",
        "20",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=60)


def bundled(folder: Path) -> tuple[dict[str, object], str]:
    (bundle,) = folder.glob("diag-*.zip")
    with zipfile.ZipFile(bundle) as opened:
        return json.loads(opened.read("run.json")), "".join(
            opened.read(name).decode("utf-8", "replace") for name in opened.namelist()
        )


def test_the_process_is_stood_in_for_where_it_is(house: House, tmp_path: Path) -> None:
    authority = private_authority()
    serve_pages(house, Page(authority.leaf(HOST)))
    name_all(house, HOST)
    with process_in(house, WAITS, SSL_CERT_FILE=trust_file(house, authority)) as pid:
        done = run_like(tmp_path, pid, f"https://{HOST}", "--client", "requests")
    report = json.loads(done.stdout)
    assert [cause["id"] for cause in report["causes"]] == ["machine-program-fails-alone"], done.stderr
    assert report["causes"][0]["facts"]["client"] == "Python requests"
    run, everything = bundled(tmp_path)
    process = run["process"]
    assert isinstance(process, dict)
    assert (process["runtime"], process["other_network"], process["entered"]) == ("python", True, True)
    assert process["settings"] == ["SSL_CERT_FILE"]
    assert "Canary" not in everything + done.stdout + done.stderr


def test_what_it_waits_for_is_looked_at(house: House, tmp_path: Path) -> None:
    with process_in(house, CONNECTS) as pid:
        done = run_like(tmp_path, pid)
    report = json.loads(done.stdout)
    assert [endpoint["endpoint"] for endpoint in report["endpoints"]] == [f"tcp://{SILENT}:443"], done.stderr
    assert done.returncode in (1, 3)


def test_a_process_without_connections_needs_an_endpoint(house: House, tmp_path: Path) -> None:
    with process_in(house, WAITS) as pid:
        done = run_like(tmp_path, pid)
    assert done.returncode == 2
    assert "it has no connection" in done.stderr.replace("the process", "it")


@pytest.mark.parametrize("wanted", ["no-such-program", "999999999"])
def test_what_is_not_there_is_said(wanted: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "diag", "run", "--like", wanted], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert "process" in done.stderr
