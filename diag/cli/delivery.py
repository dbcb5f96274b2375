"""What a run leaves behind, bundle and files: redacted, judged once more as it stands there, searched for secrets, written.

Whatever keeps it from being written is said on stderr; the diagnosis stands, and the exit code is its own.
"""

import getpass
import hashlib
import platform
import secrets
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from checks import CATALOGUE
from diag import __version__
from diag.bundle.envelope import CannotEncrypt, Envelope
from diag.bundle.known_secrets import Private, in_unread
from diag.bundle.layout import ErrorLine
from diag.bundle.redact import Level, Redacted, redact
from diag.bundle.scan import Leak, scan
from diag.bundle.write import CannotWrite, Written, write_bundle
from diag.cli.files import Files, contents, put, written
from diag.cli.memory import remember
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.model.secret import Credential, Login, Secret
from diag.probe.proxy_value import unread
from diag.report.forms.text import write_summary


@dataclass(frozen=True)
class Prepared:
    """A run's evidence as it may leave this machine, and what is judged from that."""

    redacted: Redacted
    diagnosis: Diagnosis
    meaning: Sequence[str] = ()
    """What the diagnosis means for the user's work, in sentences."""


def prepare(
    evidence: Evidence,
    diagnosis: Diagnosis,
    private: Private,
    level: Level = Level.STANDARD,
    meaning: Sequence[str] = (),
) -> Prepared:
    """Replaces what is private; where that changes the diagnosis, it is said on stderr."""
    redacted = redact(evidence, private, level, key=secrets.token_bytes(32))
    judged = judge(redacted.evidence, CATALOGUE)
    if _causes(judged) != _causes(diagnosis):
        _say("the bundle, with private values replaced, gives another diagnosis than the one above; please report this")
    return Prepared(redacted, judged, tuple(map(redacted.in_words, meaning)))


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


def leave_bundle(
    prepared: Prepared, output: Path, envelope: Envelope | None = None, left_out: tuple[ErrorLine, ...] = ()
) -> Written | None:
    """Writes the bundle into `output`, a file or a folder; None where that failed, which was said on stderr then.

    What its stand-ins stand for is kept on this computer.
    """
    redacted, judged = prepared.redacted, prepared.diagnosis
    summary = write_summary(judged, {check.id: check for check in CATALOGUE}, redacted.evidence, prepared.meaning)
    try:
        written = write_bundle(
            redacted,
            judged,
            summary=summary,
            into=output,
            catalogue_version=catalogue_version(),
            meaning=prepared.meaning,
            left_out=left_out,
            envelope=envelope,
        )
    except CannotEncrypt as error:
        _say(f"No bundle was written, because it could not be encrypted: {error}. The diagnosis is not affected.")
        return None
    except (CannotWrite, Leak) as error:
        _say(f"{error} The diagnosis is not affected.")
        return None
    remember(written.path, redacted.report.level, redacted.originals)
    return written


def place_of(written: Written) -> str:
    """Where a bundle is, and how large."""
    return f"Bundle: {written.path} ({max(1, round(written.size / 1024))} KB)"


def uses_of(written: Written, envelope: Envelope | None = None, *, stand_ins: bool = False) -> Iterator[str]:
    """The digest of a bundle and the commands for it, a line each; `stand_ins`: whether it holds any."""
    path = shlex.quote(str(written.path))
    yield f"Digest: {written.digest}"
    if envelope is None:
        yield f"Read it: diag show {path}"
        yield f"What is in it: diag show {path} --contents"
    else:
        yield f"Read it, with the private key: diag show {path} --identity FILE"
    if stand_ins:
        yield f"What its stand-ins stand for, which only this computer keeps: diag reveal {path}"


def catalogue_version() -> str:
    """The version of the checks: that of diag, and a digest over their ids, since a check may be added between versions."""
    ids = "\n".join(sorted(check.id for check in CATALOGUE))
    return f"{__version__}+{hashlib.sha256(ids.encode()).hexdigest()[:8]}"


def private_here(
    environment: Mapping[str, str],
    logins: Iterable[Login] = (),
    opening: Iterable[Secret] = (),
    credentials: Iterable[Credential] = (),
) -> Private:
    """What this machine knows of its user and itself, and no bundle may hold; `opening`: what else opens something."""
    credentials = tuple(credentials)
    users = [environment.get(name, "") for name in ("USER", "LOGNAME", "USERNAME", "SUDO_USER")]
    homes = [environment.get(name, "") for name in ("HOME", "USERPROFILE")]
    with suppress(OSError, KeyError, ImportError):
        users.append(getpass.getuser())
    with suppress(RuntimeError):
        homes.append(str(Path.home()))
    machine = platform.node()
    return Private(
        logins=(*logins, *(login for value in unread(environment) for login in in_unread(value))),
        secrets=(*opening, *(credential.passphrase for credential in credentials if credential.passphrase)),
        keys=tuple(credential.key for credential in credentials),
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
