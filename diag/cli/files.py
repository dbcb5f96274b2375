"""The diagnosis as files beside the terminal: a page for a browser, JUnit XML for CI. Whole in place, or not there at all."""

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from checks import CATALOGUE
from diag.cli.errors import WrongUse
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class Files:
    """Which files are wanted; None: that one is not."""

    html: Path | None = None
    junit: Path | None = None


NO_FILES = Files()


def file_options(function: F) -> F:
    """Adds the options of `Files` to a command."""
    html = click.option("--html", type=_FILE, metavar="FILE", help="Write the diagnosis as a page for a browser.")
    junit = click.option("--junit", type=_FILE, metavar="FILE", help="Write the diagnosis as JUnit XML, for CI.")
    return html(junit(function))


def read_files(html: Path | None, junit: Path | None) -> Files:
    """The files that these options ask for. Raises WrongUse where one could not be written."""
    for option, path in (("--html", html), ("--junit", junit)):
        if path is not None and not path.parent.is_dir():
            raise WrongUse(f"{option} {path}: there is no folder {path.parent}")
    return Files(html, junit)


def contents(
    files: Files, diagnosis: Diagnosis, evidence: Evidence, notes: Sequence[str] = (), meaning: Sequence[str] = ()
) -> tuple[tuple[Path, bytes], ...]:
    """What is to be written, and where. The forms are imported when they are wanted: most runs want none."""
    catalogue = {check.id: check for check in CATALOGUE}
    found = []
    if files.html is not None:
        from diag.report.forms.html import write_page

        found.append((files.html, write_page(diagnosis, catalogue, evidence, notes, meaning).encode()))
    if files.junit is not None:
        from diag.report.forms.junit import write_junit

        found.append((files.junit, write_junit(diagnosis, catalogue, evidence)))
    return tuple(found)


def put(path: Path, content: bytes) -> None:
    """Writes a file, over one of that name. Raises OSError; what was there before is left as it was then."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def written(path: Path, content: bytes) -> str:
    """The line that says so."""
    return f"Written: {path} ({max(1, round(len(content) / 1024))} KB)"
