"""Every staged fault on a real Windows CPython, beside what Linux says of it; and what Windows lacks, taken away here.

A part of the faults is tried in each run, of every family; `python -m tests.windows` tries them all.
"""

import json
import socket
from pathlib import Path

import pytest

from tests.netns import needs_house
from tests.windows.build import NotHere, built
from tests.windows.inside import carried_out
from tests.windows.running import on_windows

SOME = (
    "healthy",
    "network-connection-refused",
    "network-address-dead",
    "network-ipv6-broken",
    "network-connection-cut",
    "dns-name-not-found",
    "dns-tcp-blocked",
    "proxy-unreachable",
    "proxy-login-required",
    "proxy-tunnel-cut",
    "tls-handshake-cut",
    "tls-chain-incomplete",
    "tls-intercepted",
    "http-server-error",
)
"""Those among them that a system's own numbers decide, and one at least of each family."""
EXPECTED = {"healthy": []}


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Python for Windows can be started."""
    try:
        built()
    except NotHere as reason:
        pytest.skip(str(reason))
    return tmp_path_factory.mktemp("windows")


@needs_house
def test_windows_names_the_causes_that_were_staged(windows: Path) -> None:
    told = on_windows([["demo", name, "--json", "--no-bundle"] for name in SOME], windows)
    causes = {name: one["causes"] for name, one in zip(SOME, told, strict=True)}
    assert causes == {name: EXPECTED.get(name, [name]) for name in SOME}


@needs_house
def test_commands_do_on_windows_what_they_do_elsewhere(windows: Path) -> None:
    commands = [
        ["--version"],
        ["demo", "tls-chain-incomplete", "-o", "seen.zip", "--html", "seen.html", "-q"],
        ["show", "seen.zip"],
        ["verify", "seen.zip"],
        ["redact", "seen.zip", "-o", "less.zip"],
        ["explain", "tls-chain-incomplete"],
        ["checks"],
        ["init"],
        ["demo", "network-connection-filtered", "--no-bundle"],
        ["show", "missing.zip"],
    ]
    told = on_windows(commands, windows)
    assert [one["exit"] for one in told] == [0, 1, 0, 0, 0, 0, 0, 0, 2, 2], json.dumps(told, indent=1)
    assert "Windows refuses a connection" in told[8]["err"]
    assert "Lab Intermediate" in told[2]["out"]
    assert (windows / "seen.html").read_text("utf-8").startswith("<!")


def test_a_hello_dropped_for_its_size_is_told_where_nobody_may_set_a_segment_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(socket, "TCP_MAXSEG")
    told = carried_out(["demo", "tls-large-hello-dropped", "--json", "--no-bundle"])
    assert (told["exit"], told["causes"]) == (1, ["tls-large-hello-dropped"])
