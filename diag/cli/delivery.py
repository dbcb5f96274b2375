"""What a run leaves behind, bundle and files: redacted, judged once more as it stands there, searched for secrets, written.

Whatever keeps it from being written is said on stderr; the diagnosis stands, and the exit code is its own.
"""

import getpass
import hashlib
import platform
import secrets
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from checks import CATALOGUE
from diag import __version__
from diag.bundle.private import Private
from diag.bundle.redact import Level, Redacted, redact
from diag.bundle.scan import Leak, scan
from diag.bundle.write import CannotWrite, Written, write_bundle
from diag.cli.files import Files, contents, put, written
from diag.cli.ways import Ways
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.report.text import write_summary

CONTENT = (
    "Attach it to a support case. It holds what was seen, with the addresses and the names of your endpoints and proxies, "
    "and no passwords, no names of people and no other names inside your network."
)
"""What is said of every bundle."""


@dataclass(frozen=True)
class Prepared:
    """A run's evidence as it may leave this machine, and what is judged from that."""

    redacted: Redacted
    diagnosis: Diagnosis
    meaning: Sequence[str] = ()
    """What the diagnosis means for the user's work, in sentences."""


def prepare(
    evidence: Evidence, diagnosis: Diagnosis, ways: Ways, environment: Mapping[str, str], meaning: Sequence[str] = ()
) -> Prepared:
    """Replaces what is private; where that changes the diagnosis, it is said on stderr."""
    redacted = redact(evidence, _private(ways, environment), Level.STANDARD, key=secrets.token_bytes(32))
    judged = judge(redacted.evidence, CATALOGUE)
    if _causes(judged) != _causes(diagnosis):
        _say("the bundle, with private values replaced, gives another diagnosis than the one above; please report this")
    return Prepared(redacted, judged, tuple(meaning))


def leave_files(prepared: Prepared, files: Files) -> tuple[str, ...]:
    """Writes the files that are wanted, and returns a line for each; what failed was said on stderr then."""
    redacted = prepared.redacted
    lines = []
    for path, content in contents(files, prepared.diagnosis, redacted.evidence, meaning=prepared.meaning):
        try:
            scan({path.name: content}, redacted.private, redacted.withheld)
            put(path, content)
        except Leak:
            _say(f"{path} was not written: it would have held a private value. Please report this as a fault of diag.")
        except OSError as error:
            _say(f"{path} could not be written ({error.strerror}): choose another place. The diagnosis is not affected.")
        else:
            lines.append(written(path, content))
    return tuple(lines)


def leave_bundle(prepared: Prepared, output: Path) -> Written | None:
    """Writes the bundle into `output`, a file or a folder; None where that failed, which was said on stderr then."""
    redacted, judged = prepared.redacted, prepared.diagnosis
    summary = write_summary(judged, {check.id: check for check in CATALOGUE}, redacted.evidence, prepared.meaning)
    try:
        return write_bundle(
            redacted,
            judged,
            summary=summary,
            into=output,
            catalogue_version=catalogue_version(),
            meaning=prepared.meaning,
        )
    except (CannotWrite, Leak) as error:
        _say(f"{error} The diagnosis is not affected.")
        return None


def place_of(written: Written) -> str:
    """Where a bundle is, and how large."""
    return f"Bundle: {written.path} ({max(1, round(written.size / 1024))} KB)"


def use_of(written: Written) -> str:
    """The command that reads a bundle."""
    return f"Read it: diag show {shlex.quote(str(written.path))}"


def catalogue_version() -> str:
    """The version of the checks: that of diag, and a digest over their ids, since a check may be added between versions."""
    ids = "\n".join(sorted(check.id for check in CATALOGUE))
    return f"{__version__}+{hashlib.sha256(ids.encode()).hexdigest()[:8]}"


def _private(ways: Ways, environment: Mapping[str, str]) -> Private:
    """What this machine knows of its user and itself, and no bundle may hold."""
    users = [environment.get(name, "") for name in ("USER", "LOGNAME", "USERNAME", "SUDO_USER")]
    homes = [environment.get(name, "") for name in ("HOME", "USERPROFILE")]
    with suppress(OSError, KeyError, ImportError):
        users.append(getpass.getuser())
    with suppress(RuntimeError):
        homes.append(str(Path.home()))
    machine = platform.node()
    return Private(
        logins=tuple(ways.logins.values()),
        users=_each_once(users),
        machines=_each_once((machine, machine.partition(".")[0])),
        homes=_each_once(homes),
    )


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _causes(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    return [(cause.id, cause.status) for cause in diagnosis.causes]


def _say(message: str) -> None:
    print(f"diag: {message}", file=sys.stderr)
