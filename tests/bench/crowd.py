"""How diag fares with 300 endpoints: healthy ones some distance away, and ones that never answer."""

import socket
import sys
import tempfile

from diag.lab.site import start
from tests.bench.figures import Figure, milliseconds, peak_megabytes

DIAG = (sys.executable, "-m", "diag")
CROWD = 300


def measure() -> list[Figure]:
    """The figures of the crowd."""
    with tempfile.TemporaryDirectory() as folder:
        with start("service-many-300") as running:
            (scene,) = running.scenes
            options = ("--resolver", scene.resolver or "", "--trust", scene.trust or "", "-o", folder, "-q")
            healthy = (*DIAG, "run", *scene.endpoints, *options)
            figures = [
                Figure(f"diag run, {CROWD} healthy endpoints, 50 ms away", milliseconds(healthy, 3), "ms", "under 3000"),
                Figure(f"  its peak memory, {CROWD} healthy", (peak_megabytes(healthy),), "MB", "under 150"),
            ]
        with deaf() as port:
            endpoints = [f"https://127.{n // 250 + 1}.1.{n % 250 + 1}:{port}" for n in range(CROWD)]
            silent = (*DIAG, "run", *endpoints, "-o", folder, "-q")
            figures += [
                Figure(f"diag run, {CROWD} silent endpoints", milliseconds(silent, 1, (1, 3)), "ms", "under 31000"),
                Figure(f"  its peak memory, {CROWD} silent", (peak_megabytes(silent, (1, 3)),), "MB", "under 150"),
            ]
    return figures


class deaf:  # noqa: N801  (used as a word of its own: with deaf() as port)
    """A port of this machine that takes connections and never says a word."""

    def __enter__(self) -> int:
        self._socket = socket.create_server(("0.0.0.0", 0), backlog=4096)
        return int(self._socket.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._socket.close()
