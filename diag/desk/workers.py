"""Files judged by several processes: one that dies, or takes too long, costs its file and nothing else.

Each worker has a pipe of its own and one file at a time, so that it is always known which file it died of. The catalogue is
named by the function that gives it, since checks cannot be sent.
"""

import contextlib
import gc
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

import msgspec

from diag.bundle.archive import CannotRead, content_of
from diag.bundle.keys import Identities, UnusableKey
from diag.desk.index import DeskError
from diag.desk.reading import ReadBundle, read_bundle_anew
from diag.model.check import AnyCheck
from diag.model.obstacle import Told

LONGEST_READ = 10.0
"""Seconds that one file may take."""
FILES_A_WORKER = 12
"""Fewer files than this a worker are not worth starting another."""
GetCatalogue = Callable[[], Sequence[AnyCheck]]
_PACK = msgspec.msgpack.Encoder()
_DIED = Told("Reading it ended the process that did it: it is left out, please report this file as a fault of diag.")
_TOO_LONG = Told("Reading it took more than {seconds} seconds: it is left out.", {"seconds": f"{LONGEST_READ:g}"})


class _Message(msgspec.Struct, frozen=True):
    """What a worker says: what its file holds, or why it is skipped; neither: it is ready."""

    read: ReadBundle | None = None
    skipped: Told | None = None


_UNPACK = msgspec.msgpack.Decoder(_Message)


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Connection
    ready: bool = False
    path: Path | None = None
    since: float = 0.0


def judge_files(
    paths: Iterable[Path], catalogue: GetCatalogue, identities: Identities | None, jobs: int
) -> Iterator[tuple[Path, ReadBundle | Told]]:
    """Yield each file with what it holds, or with the sentence why it is skipped, as they are ready, in no order."""
    waiting = deque(paths)
    count = max(1, min(jobs, -(-len(waiting) // FILES_A_WORKER)))
    workers = [_begin(catalogue, identities) for _ in range(count)] if waiting else []
    try:
        while waiting or any(worker.path for worker in workers):
            for worker in workers:
                if worker.ready and worker.path is None and waiting:
                    _hand(worker, waiting.popleft())
            listened = {worker.pipe: worker for worker in workers if worker.path is not None or not worker.ready}
            for worker in [listened[pipe] for pipe in wait(list(listened), timeout=1.0) if isinstance(pipe, Connection)]:
                path, worker.path = worker.path, None
                told = _told(worker)
                if path is None:
                    if told is None:
                        raise DeskError(
                            "No process can be started to read bundles: this computer gives no more, or diag is broken."
                        )
                    worker.ready = True
                    continue
                yield path, _DIED if told is None else told.read or told.skipped or _DIED
                if told is None:
                    workers[workers.index(worker)] = _replaced(worker, catalogue, identities)
            for worker in [one for one in workers if one.path is not None and time.monotonic() - one.since > LONGEST_READ]:
                assert worker.path is not None
                yield worker.path, _TOO_LONG
                workers[workers.index(worker)] = _replaced(worker, catalogue, identities)
    finally:
        for worker in workers:
            _end(worker)


def _begin(catalogue: GetCatalogue, identities: Identities | None) -> _Worker:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_work, args=(theirs, catalogue, identities), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _replaced(worker: _Worker, catalogue: GetCatalogue, identities: Identities | None) -> _Worker:
    _end(worker)
    return _begin(catalogue, identities)


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()


def _hand(worker: _Worker, path: Path) -> None:
    worker.path, worker.since = path, time.monotonic()
    with contextlib.suppress(OSError):  # it has died; its pipe says so when it is read
        worker.pipe.send_bytes(str(path).encode("utf-8", "surrogateescape"))


def _told(worker: _Worker) -> _Message | None:
    """What a worker says of its file, first of all that it is ready; None: it has died."""
    try:
        return _UNPACK.decode(worker.pipe.recv_bytes())
    except (EOFError, OSError):
        return None


def _work(pipe: Connection, catalogue: GetCatalogue, identities: Identities | None) -> None:
    """The life of a worker: a path comes, what lies there goes back."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who writes; it ends us
    checks = catalogue()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
    with contextlib.suppress(EOFError, OSError):
        pipe.send_bytes(_PACK.encode(_Message()))
        while True:
            path = Path(pipe.recv_bytes().decode("utf-8", "surrogateescape"))
            read = read_file(path, checks, identities)
            pipe.send_bytes(_PACK.encode(_Message(skipped=read) if isinstance(read, Told) else _Message(read)))


def read_file(path: Path, checks: Sequence[AnyCheck], identities: Identities | None) -> ReadBundle | Told:
    """Return what a file holds, or why it cannot be read, in the reader's own sentence."""
    try:
        return read_bundle_anew(content_of(path), checks, identities)
    except (CannotRead, UnusableKey) as error:
        return error.kept()
    except MemoryError:
        return Told("It takes more memory than there is: it is left out.")
    except Exception as bug:  # noqa: BLE001  (a file that finds a bug of ours costs that file)
        kind = {"kind": type(bug).__name__}
        return Told("Reading it met a fault in diag itself ({kind}): it is left out, please report it.", kind)
