"""How quick diag is for one person with one endpoint: the help, and a run against a healthy service on this machine."""

import sys
import tempfile

from diag.lab.site import start
from tests.bench.figures import Figure, milliseconds

DIAG = (sys.executable, "-m", "diag")


def measure() -> list[Figure]:
    """The figures of the start."""
    bare = milliseconds((sys.executable, "-c", "pass"), 9)
    usage = milliseconds((*DIAG, "--help"), 9)
    with start("healthy") as running, tempfile.TemporaryDirectory() as folder:
        (scene,) = running.scenes
        options = ("--resolver", scene.resolver or "", "--trust", scene.trust or "", "-o", folder, "-q")
        run = milliseconds((*DIAG, "run", *scene.endpoints, *options), 9)
    return [
        Figure("python -c pass", bare, "ms", "none: the ground that all else stands on"),
        Figure("diag --help", usage, "ms", "under 80"),
        Figure("diag run, one healthy endpoint, bundle written", run, "ms", "under 350"),
    ]
