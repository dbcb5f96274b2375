"""Calls `diag` as a user does: an environment of its own, nothing inherited that could steer it.

`diag` starts another process, as a shell does. `called` spares that where no process matters: help, mistakes, reading bundles.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from diag.cli.main import carry_out

ROOT = Path(__file__).parents[2]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Variables for one call; `home` is its home folder."""
    found_by = os.pathsep.join(entry for entry in (str(ROOT), os.environ.get("PYTHONPATH", "")) if entry)
    return {"PATH": os.environ["PATH"], "PYTHONPATH": found_by, "HOME": str(home), "USER": "somebody-else", **more}


def command(*arguments: str) -> list[str]:
    """The command line of one call."""
    return [sys.executable, "-W", "error", "-m", "diag", *arguments]


def diag(*arguments: str, within: Path, given: bytes = b"", **more: str) -> "Ended":
    """Runs `diag` in the folder `within` and waits for its end."""
    ended = subprocess.run(
        command(*arguments),
        cwd=within,
        env=environment(within, **more),
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def called(*arguments: str, within: Path, **more: str) -> "Ended":
    """Carries out `diag` in this process, in the folder `within`, with the same environment."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        patch.dict(os.environ, environment(within, **more), clear=True),
        contextlib.chdir(within),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = carry_out(arguments, os.environ)
    return Ended(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]


def begun(*arguments: str, within: Path) -> subprocess.Popen[bytes]:
    """The same, still running, with all three streams as pipes."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(*arguments), cwd=within, env=environment(within), stdin=pipe, stdout=pipe, stderr=pipe)


class Ended:
    """How one call ended. No call ever ends in a traceback."""

    def __init__(self, code: int, out: str, err: str) -> None:
        assert "Traceback" not in out + err, err
        self.code = code
        self.out = out
        self.err = err

    @property
    def document(self) -> Any:
        """What stood on stdout, as JSON."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line on stderr."""
        (line,) = self.err.splitlines()
        assert line.startswith("diag: ")
        assert self.out == ""
        return line.removeprefix("diag: ")


def causes(document: Any) -> Sequence[str]:
    """The ids of a report's causes."""
    return [cause["id"] for cause in document["causes"]]
