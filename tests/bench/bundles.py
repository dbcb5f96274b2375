"""How long a bundle of 500 endpoints takes to write, and to read and judge again; in time of the processor, in one process."""

import os
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import TypeVar

from checks import CATALOGUE
from diag.bundle.level import Level
from diag.bundle.read import read_bundle
from diag.bundle.redact import redact
from diag.bundle.write import write_bundle
from diag.cli.delivery import private_here
from diag.cli.demo import without_settings
from diag.cli.diagnose import look
from diag.cli.endpoints import Wanted, choose_endpoints
from diag.cli.job import Job, OutputForm
from diag.cli.ways import read_ways
from diag.engine.judge import judge
from diag.lab.families.healthy import service_many
from diag.lab.site import start
from diag.model.run import Evidence, Limits
from diag.report.forms.html import write_page
from diag.report.forms.text import write_summary
from tests.bench.figures import Figure

MANY = 500
TIMES = 5
T = TypeVar("T")


def measure() -> list[Figure]:
    """The figures of a bundle: its size, and the time to redact it, to write it, to read it, to judge it, to show it."""
    evidence = crowd()
    private = private_here(os.environ)
    catalogue = {check.id: check for check in CATALOGUE}
    redacting, redacted = timed(lambda: redact(evidence, private, Level.STANDARD, key=secrets.token_bytes(32)))
    strictly, _ = timed(lambda: redact(evidence, private, Level.STRICT, key=secrets.token_bytes(32)))
    _, diagnosis = timed(lambda: judge(redacted.evidence, CATALOGUE), 1)
    with tempfile.TemporaryDirectory() as folder:

        def write() -> Path:
            summary = write_summary(diagnosis, catalogue, redacted.evidence)
            return write_bundle(
                redacted, diagnosis, summary=summary, into=Path(folder), catalogue_version=secrets.token_hex(4)
            ).path

        writing, path = timed(write)
        size = path.stat().st_size
        reading, _ = timed(lambda: judge(read_bundle(path).evidence, CATALOGUE))
    showing, page = timed(lambda: write_page(diagnosis, catalogue, redacted.evidence))
    both = tuple(one + other for one, other in zip(redacting, writing, strict=True))
    return [
        Figure(f"bundle of {MANY} endpoints", (size / 1024,), "KB", "under 1024"),
        Figure("  redacted", redacting, "ms", "-"),
        Figure("  redacted, strict", strictly, "ms", "-"),
        Figure("  scanned and written", writing, "ms", "-"),
        Figure("  redacted, scanned and written", both, "ms", "under 1000"),
        Figure("  read and judged again", reading, "ms", "under 1500"),
        Figure("  as a page", showing, "ms", f"- ({len(page) >> 10} KB)"),
    ]


def crowd() -> Evidence:
    """What is seen of so many healthy endpoints on this machine, over loopback."""
    with start(service_many(MANY, 0.0)) as running, redirect_stderr(StringIO()):
        (scene,) = running.scenes
        chosen = choose_endpoints(Wanted(scene.endpoints, trust=Path(scene.trust or "")))
        ways = read_ways(None, True, (scene.resolver or "",), {})
        job = Job(chosen.endpoints, ways, Limits(timeout=20.0, deadline=120.0), chosen.profile)
        return look(job, OutputForm(quiet=True), without_settings(os.environ))


def timed(act: Callable[[], T], times: int = TIMES) -> tuple[tuple[float, ...], T]:
    """Milliseconds of processor time that an act takes, each time, and what came of the last."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        result = act()
        taken.append((time.process_time() - began) * 1000)
    return tuple(taken), result


if __name__ == "__main__":
    for figure in measure():
        print(figure, flush=True)
