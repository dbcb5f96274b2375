"""A customer at the client's machine: types `diag ...` and gets back what is on the screen."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diag.lab.authority import CertificateAuthority
from tests.cli import shell
from tests.netns import House
from tests.recipes.services import trust_file


@dataclass(frozen=True)
class Screen:
    """How one call ended. No call ever ends in a traceback."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What stands on stdout, as JSON."""
        return json.loads(self.out)

    @property
    def causes(self) -> list[str]:
        """The ids of the document's causes, ranked."""
        return [cause["id"] for cause in self.document["causes"]]


def diag(house: House, *arguments: str, cwd: Path | None = None, typed: str | None = None, **environment: str) -> Screen:
    """Type this at the client, without any privilege; `typed` is what is typed when diag asks."""
    command = [sys.executable, "-W", "error", "-m", "diag", *arguments]
    return _screen(house.run(command, unprivileged=True, env=environment, text=typed, timeout=60, cwd=cwd))


def run(house: House, trusted: CertificateAuthority, *arguments: str, **environment: str) -> Screen:
    """Type `diag run ... --json` with a trust file of this authority, and impatiently."""
    trust = trust_file(house, trusted)
    return diag(house, "run", *arguments, "--trust", trust, "--timeout", "2", "--deadline", "20", "--json", **environment)


def called(house: House, *arguments: str) -> str:
    """What a command prints that needs neither a network nor a start of its own, such as `show`."""
    return shell.called(*arguments, within=house.home).out


def bundle_of(house: House) -> Path:
    """The one bundle that the customer has."""
    (bundle,) = house.home.glob("diag-*.zip")
    return bundle


def _screen(done: "subprocess.CompletedProcess[str]") -> Screen:
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Screen(done.returncode, done.stdout, done.stderr)
