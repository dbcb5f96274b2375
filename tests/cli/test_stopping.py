"""Whatever ends a run early, and whenever: a valid bundle of what was seen, and no traceback."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from diag.cli.stopping import Stopping
from tests.cli.shell import begun, command, diag, environment
from tests.cli.test_run import options, staged

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MANY = int(os.environ.get("DIAG_STOPS", "6"))
"""How many random moments are tried."""


def whole_bundle(folder: Path) -> None:
    """There is one bundle, it is as it was written, and nothing half-done is beside it."""
    (bundle,) = folder.glob("diag-*.zip")
    assert diag("verify", bundle.name, within=folder).code == 0
    assert not list(folder.glob(".diag-*"))


@pytest.mark.parametrize("number", STOPS)
def test_stopping_keeps_what_was_seen(number: signal.Signals, tmp_path: Path) -> None:
    with staged("tls-handshake-silent") as (lab, scene):
        process = begun(*options(scene), "--timeout", "50", "--deadline", "50", "--json", within=tmp_path)
        while not lab.tally(scene.fault)["dns queries"]:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=40)
    assert process.returncode == 130
    assert err.startswith(b"diag: Bundle: ")
    assert b'"verdict": "unknown"' in out
    whole_bundle(tmp_path)
    (bundle,) = tmp_path.glob("diag-*.zip")
    assert "The run was stopped early" in diag("show", bundle.name, within=tmp_path).out


@pytest.mark.parametrize("seed", range(MANY))
def test_a_signal_at_any_moment_leaves_a_whole_bundle(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    with staged("tls-handshake-silent") as (lab, scene):
        process = begun(*options(scene), "--timeout", "1", "--deadline", "3", within=tmp_path)
        while not lab.tally(scene.fault)["dns queries"]:
            assert process.poll() is None
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 2.5))
        numbers = chance.choices(STOPS, k=chance.choice((1, 1, 2)))
        for number in numbers:
            if process.poll() is None:
                process.send_signal(number)
        _, err = process.communicate(timeout=40)
    assert process.returncode in (130, 1, 3), (numbers, err)
    assert b"Traceback" not in err
    whole_bundle(tmp_path)


@pytest.mark.parametrize("seed", range(MANY))
def test_a_reader_who_leaves_at_any_moment_leaves_a_whole_bundle(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    call = command("run", "https://127.0.0.1:1", "--no-proxy", "--resolver", "127.0.0.1:1", "-v")
    process = subprocess.Popen(
        call, cwd=tmp_path, env=environment(tmp_path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    time.sleep(chance.uniform(0, 1))
    process.stdout.read(chance.choice((0, 1, 100, 2_000)))
    process.stdout.close()
    with process.stderr as stderr:
        err = stderr.read()
    assert process.wait(timeout=40) in (1, 141)
    assert b"Traceback" not in err
    whole_bundle(tmp_path)


def test_one_signal_is_enough_once_all_is_saved_and_a_closed_loop_is_no_harm() -> None:
    """The second of two would meet whatever tidies up after the first."""
    before = {number: signal.getsignal(number) for number in STOPS}
    loop = asyncio.new_event_loop()
    try:
        with Stopping() as stopping:

            async def look() -> None:
                stopping.event()

            loop.run_until_complete(look())
            loop.close()
            signal.raise_signal(signal.SIGTERM)
            assert stopping.asked == 1
            stopping.saved = True
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGHUP)
            for number in STOPS:
                signal.raise_signal(number)
        for number in STOPS:
            signal.raise_signal(number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.skipif(shutil.which("nohup") is None, reason="there is no nohup here")
def test_nohup_is_heeded(tmp_path: Path) -> None:
    with staged("tls-handshake-silent") as (lab, scene):
        process = subprocess.Popen(
            ["nohup", *command(*options(scene), "--timeout", "1", "--deadline", "3", "--json")],
            cwd=tmp_path,
            env=environment(tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        while not lab.tally(scene.fault)["dns queries"]:
            time.sleep(0.01)
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=40)
    assert process.returncode in (1, 3)
    whole_bundle(tmp_path)
