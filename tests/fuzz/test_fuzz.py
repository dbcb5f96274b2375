"""A small run of the fuzz, in a process of its own: its exit code is 0 only where nothing did harm and memory stayed bounded."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from diag.bundle.closing import Envelope
from tests.bundle.hostile import MEMBERS
from tests.fuzz import harm
from tests.fuzz.harm import Harm
from tests.fuzz.mutations import Mutations
from tests.fuzz.run import fuzz

ROOT = Path(__file__).parents[2]
NUMBER = 800
INPUTS = 1_000
"""Spoilt inputs through whole runs; 200,000 by hand: `python -m tests.fuzz.whole`."""


@pytest.mark.timeout(300)
def test_whatever_is_done_to_a_bundle_does_no_harm() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.fuzz", str(NUMBER), "2"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    print(ended.stdout)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    refused, read, shown = (int(found) for found in re.findall(r"(?:sentence|harm|which) +(\d+)", ended.stdout))
    assert refused + read == NUMBER
    assert refused > NUMBER / 2
    assert read > NUMBER / 20
    assert shown > 0


@pytest.mark.timeout(300)
def test_whatever_strangers_say_ends_no_run_and_no_show() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.fuzz.whole", str(INPUTS), "1"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    kinds = ("certificate", "DNS message", "HTTP head", "OCSP", "PAC", "list", "settings file", "variable", "program's output")
    assert not [kind for kind in kinds if not re.search(rf"^{re.escape(kind)} +\d\d", ended.stdout, re.MULTILINE)]


def test_the_same_seed_spoils_alike() -> None:
    mutations = Mutations(MEMBERS, Envelope("", lambda content: content))
    assert [mutations.draw(random.Random(one)) for one in range(50)] == [mutations.draw(random.Random(one)) for one in range(50)]


def test_an_exception_is_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: bytes) -> dict[str, bytes]:
        raise KeyError("x")

    monkeypatch.setattr(harm, "unpack", breaks)
    with pytest.raises(Harm, match="mutation 0 of seed 5: KeyError"):
        fuzz(10, 5)
