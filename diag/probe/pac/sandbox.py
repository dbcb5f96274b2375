"""Asks a proxy script in a process of its own, which is ended where it does not answer: a script costs its time, no more."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from msgspec import Struct

from diag.model.observation import Unsupported
from diag.model.script import Flaw
from diag.probe.pac import worker

_PATIENCE = worker.SECONDS + 1.0
"""Seconds after which a process that has not answered is ended: some loops of the engine do not look at its clock."""
STARTING = 10.0
"""Seconds within which the process has to be ready."""
LARGEST_BILL = 3 * worker.SECONDS
"""Seconds that the failures of one script may take in all; its other targets are then not tried."""
COSTLY = frozenset({Flaw.TOO_SLOW, Flaw.TOO_LARGE, Flaw.CRASHED})
_WORKER = Path(worker.__file__)
_LONGEST_ANSWER = 1 << 16


class Target(Struct, frozen=True):
    """What a script is asked, and what it may know."""

    url: str
    host: str
    now: datetime
    known: Mapping[str, Sequence[str]]
    """The addresses of names that were looked up; a name without any has an empty list."""
    own: Sequence[str] = ()
    """This machine's addresses, the one to be called its own first."""


class Said(Struct, frozen=True):
    """What a script answered."""

    failure: str = ""
    """A word of `Flaw`, or empty."""
    text: str = ""
    error: str = ""
    """The kind of error that it threw, such as `TypeError`; empty: another value, or none."""
    line: int = 0
    names: tuple[str, ...] = ()
    """What it wants to have looked up first; where there are any, the rest counts for nothing."""
    own: bool = False
    """Whether it asked for this machine's own address."""


def engine_folder() -> str:
    """Return where the engine is installed. Raises Unsupported where it is not."""
    found = find_spec("quickjs")
    if found is None or found.origin is None:
        raise Unsupported("the script engine is not installed: pip install 'diag[pac]'")
    return str(Path(found.origin).parents[1])


def _command() -> tuple[str, ...]:
    """What starts the process: this Python, or, where there is none, the single file that diag is."""
    if getattr(sys, "frozen", False):
        return sys.executable, worker.WORD, engine_folder()
    return sys.executable, "-I", "-S", "-B", str(_WORKER), engine_folder()


class Sandbox:
    """Asks one script, one target after the other."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._bill = 0.0

    async def ask(self, target: Target) -> Said:
        """Return what the script says of `target`. Raises Unsupported where there is no engine."""
        async with self._turn:
            if self._bill >= LARGEST_BILL:
                return Said(Flaw.GIVEN_UP)
            clock = asyncio.get_running_loop().time
            process = self._process or await self._start()
            began = clock()
            try:
                said = await self._asked(process, target)
            except asyncio.CancelledError:
                _kill(process)  # its answer would be taken for that to the next question
                raise
            if said.failure in COSTLY:
                self._bill += max(clock() - began, worker.SECONDS / 2)
            return said

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._end()

    async def _start(self) -> asyncio.subprocess.Process:
        # Of our environment it sees what the time zone needs, what Windows needs to start anything, and where a single file has
        # unpacked itself.
        kept = {name: value for name, value in os.environ.items() if name in ("TZ", "SYSTEMROOT") or name.startswith("_PYI_")}
        process = await asyncio.create_subprocess_exec(
            *_command(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=kept,
            limit=_LONGEST_ANSWER,
        )
        self._process = process
        if not (await self._answer(process, STARTING) or {}).get("ready"):
            await self._end()
            raise Unsupported("the script engine does not start")
        await self._tell(process, {"script": self._script})
        return process

    async def _asked(self, process: asyncio.subprocess.Process, target: Target) -> Said:
        question = {
            "url": target.url,
            "host": target.host,
            "now": int(target.now.timestamp() * 1000),
            "known": {name: list(addresses) for name, addresses in target.known.items()},
            "own": list(target.own),
        }
        await self._tell(process, question)
        answer = await self._answer(process, _PATIENCE)
        if answer is None:
            ended = process.returncode is not None or process.stdout is None or process.stdout.at_eof()
            await self._end()
            return Said(Flaw.CRASHED if ended else Flaw.TOO_SLOW)
        return _read(answer)

    async def _tell(self, process: asyncio.subprocess.Process, message: dict[str, Any]) -> None:
        assert process.stdin
        process.stdin.write(json.dumps(message).encode() + b"\n")
        with suppress(ConnectionError):  # it has ended: told by the answer that does not come
            await process.stdin.drain()

    async def _answer(self, process: asyncio.subprocess.Process, patience: float) -> dict[str, Any] | None:
        """One answer; None where none came in time, or what came is none."""
        assert process.stdout
        try:
            async with asyncio.timeout(patience):
                line = await process.stdout.readline()
            answer = json.loads(line)
        except (TimeoutError, ValueError):
            return None
        return answer if isinstance(answer, dict) else None

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        if process.stdin:
            process.stdin.close()
        await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):  # it may have ended by itself
        process.kill()


def _read(answer: dict[str, Any]) -> Said:
    """An answer, each part of which may be anything: the script had its hands on it."""
    names = answer.get("names")
    line, error = answer.get("line"), answer.get("error")
    text = answer.get("text")
    failure = answer.get("failure")
    return Said(
        failure=failure if isinstance(failure, str) and failure in frozenset(Flaw) else "" if failure == "" else Flaw.CRASHED,
        text=text if isinstance(text, str) else "",
        error=error if isinstance(error, str) else "",
        line=line if isinstance(line, int) else 0,
        names=tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else (),
        own=answer.get("own") is True,
    )
