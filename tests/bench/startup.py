"""How quick diag is for one person with one endpoint: the help, a run against a healthy service here, and a bundle shown again.

All of it in time of the processor, as many times as a bare interpreter takes; the first packet in time that passes.
"""

import socket
import subprocess
import tempfile
import time
from pathlib import Path

from diag.lab.site import start
from tests.bench.figures import BARE, DIAG, QUIET, TIMES, Figure, alternately, processor, ratios, wall


def measure() -> list[Figure]:
    """The figures of the start."""
    with start("healthy") as running, tempfile.TemporaryDirectory() as folder:
        (scene,) = running.scenes
        options = ("--resolver", scene.resolver or "", "--trust", scene.trust or "", "-o", folder, "-q")
        run = (*DIAG, "run", *scene.endpoints, *options)
        subprocess.run(run, env=QUIET, check=True, capture_output=True)
        bundle = str(next(Path(folder).iterdir()))
        taken = alternately({"bare": BARE, "help": (*DIAG, "--help"), "run": run, "show": (*DIAG, "show", bundle)})
    bare = taken["bare"]
    return [
        Figure("diag --help, to a bare interpreter", ratios(taken["help"], bare, processor), "x", "under 4"),
        Figure("diag run, one healthy endpoint, to a bare interpreter", ratios(taken["run"], bare, processor), "x", "under 20"),
        Figure("  its first packet, to a bare interpreter", _first_packets(), "x", "under 12"),
        Figure("diag show, to a bare interpreter", ratios(taken["show"], bare, processor), "x", "under 20"),
    ]


def beside_installed(file: Path, times: int = TIMES) -> list[Figure]:
    """How much longer a single file takes than the installed command, in turns: its help, and a fault that is staged."""
    told = []
    for what, words, code in (("--help", ("--help",), 0), ("demo", ("demo", "-q", "--no-bundle"), 1)):
        taken = alternately({"installed": (*DIAG, *words), "file": (str(file), *words)}, times, (code,))
        for how in (processor, wall):
            of = "of the processor" if how is processor else "that passed"
            figure = ratios(taken["file"], taken["installed"], how)
            told.append(Figure(f"diag {what}, the single file to the installed, time {of}", figure, "x", "under 2"))
    return told


def _first_packets() -> tuple[float, ...]:
    """So many times a bare interpreter's start until a resolver hears the first question."""
    return tuple(_until_packet() / _until_end() for _ in range(TIMES))


def _until_end() -> float:
    began = time.perf_counter()
    subprocess.run(BARE, env=QUIET, check=True)
    return time.perf_counter() - began


def _until_packet() -> float:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.bind(("127.0.0.1", 0))
        resolver.settimeout(60)
        place = "{}:{}".format(*resolver.getsockname())
        began = time.perf_counter()
        command = (*DIAG, "run", "https://service.example", "--resolver", place, "--no-bundle", "-q")
        with subprocess.Popen(command, env=QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            resolver.recv(512)
            passed = time.perf_counter() - began
            process.kill()
        return passed


if __name__ == "__main__":
    for figure in measure():
        print(figure, flush=True)
