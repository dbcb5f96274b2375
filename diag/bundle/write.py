"""A bundle, written: everything is made in memory, searched, sealed, and only then put in place, whole or not at all."""

import errno
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from diag.bundle import layout
from diag.bundle.closing import Envelope
from diag.bundle.held_back import told_without, without_leaking
from diag.bundle.layout import ErrorLine, Manifest
from diag.bundle.recorded import record
from diag.bundle.redact import Redacted
from diag.bundle.run_bounds import named
from diag.bundle.seal import digest, sealed
from diag.bundle.size_limit import Fitted, fit
from diag.model.diagnosis import Diagnosis
from diag.model.obstacle import Obstacle

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold, on every member: when a bundle was zipped is no part of it."""
_TOLD = (layout.VERDICTS, layout.SUMMARY, layout.ERRORS)
"""What others have said of the evidence, which has been searched before it was judged."""
_REGULAR_FILE = 0o100644 << 16


class Written(Struct, frozen=True):
    """A bundle on disk."""

    path: Path
    digest: str
    """SHA-256 over its members (`diag.bundle.seal`), in hexadecimal."""
    size: int
    """Bytes of the file."""


class CannotWrite(Obstacle):
    """The bundle could not be put where it was wanted. The message is one sentence for the user: what is wrong, what to do."""


def write_bundle(
    redacted: Redacted,
    diagnosis: Diagnosis,
    *,
    summary: str,
    into: Path,
    catalogue_version: str,
    meaning: Sequence[str] = (),
    left_out: tuple[ErrorLine, ...] = (),
    envelope: Envelope | None = None,
    translated: Mapping[str, str] | None = None,
) -> Written:
    """Write a bundle of what `redact` made ready, what was judged from it, and what that means for the user's work.

    `into` is a folder, in which the bundle is named by its time and digest, or the file itself, which must not exist yet.
    `left_out` is what was missing from the evidence before, `translated` the summary in other languages, by their tags.
    What a private value is found in after all stays out. With an `envelope`, what is written is closed in it and nothing else
    ever lies on the disk; without, the same arguments give the same bytes. Raises CannotWrite and CannotEncrypt (nothing is
    written then), and ValueError where the summary is not plain ASCII or too long, which is a bug of the caller.
    """
    members, content = pack(
        redacted,
        diagnosis,
        summary=summary,
        catalogue_version=catalogue_version,
        meaning=meaning,
        left_out=left_out,
        translated=translated,
    )
    seal = digest(members)
    name = f"diag-{_utc(redacted.evidence.run.began):%Y%m%dT%H%M%SZ}-{seal[:6]}.zip"
    if envelope is not None:
        name, content = name + envelope.ending, envelope.close(content)
    path = _put(into, name, content)
    return Written(path, seal, len(content))


def pack(
    redacted: Redacted,
    diagnosis: Diagnosis,
    *,
    summary: str,
    catalogue_version: str,
    meaning: Sequence[str] = (),
    left_out: tuple[ErrorLine, ...] = (),
    translated: Mapping[str, str] | None = None,
) -> tuple[dict[str, bytes], bytes]:
    """Return the members of a bundle by name, and the zip of them.

    Raises CannotWrite and ValueError, as `write_bundle` does.
    """
    redacted = without_leaking(redacted)
    told = {layout.SUMMARY: _ascii(summary)}
    for language, text in (translated or {}).items():
        told[layout.SUMMARY_IN.format(language=language)] = _bounded(text.encode())

    def whole(fitted: Fitted) -> dict[str, bytes]:
        judged = layout.JSON.encode(record(diagnosis, meaning, fitted.subjects))
        return _members(redacted, fitted, left_out, judged, told, catalogue_version)

    for fitted in fit(redacted.evidence, diagnosis.endpoints):
        members = whole(fitted)
        if _is_readable(members, fitted) and len(content := zipped(members)) <= layout.LARGEST_BUNDLE:
            break
    else:
        raise CannotWrite("The bundle was not written, because it would be too large to be read: give fewer endpoints at once.")
    told_of = {name: members[name] for name in _TOLD}
    if (without := told_without(told_of, redacted)) != told_of:
        rest = {name: member for name, member in members.items() if name != layout.MANIFEST}
        members = _with_manifest({**rest, **without}, redacted, fitted, catalogue_version)
        content = zipped(members)
    return members, content


def _is_readable(members: Mapping[str, bytes], fitted: Fitted) -> bool:
    """Whether the members keep to the limits of those who read them."""
    unpacked, lines = sum(map(len, members.values())), len(fitted.evidence.observations)
    return unpacked <= layout.LARGEST_UNPACKED and lines <= layout.MOST_LINES and named(fitted.evidence.run) <= layout.MOST_IDS


def _members(
    redacted: Redacted,
    fitted: Fitted,
    left_out: tuple[ErrorLine, ...],
    judged: bytes,
    told: Mapping[str, bytes],
    catalogue_version: str,
) -> dict[str, bytes]:
    run = fitted.evidence.run
    errors = (*_errors(redacted, fitted), *left_out, *fitted.told())
    members = {
        layout.RUN_MEMBER: layout.JSON.encode(run),
        layout.EVIDENCE: layout.lines(fitted.evidence.observations),
        layout.VERDICTS: judged,
        **told,
        layout.REDACTION: layout.JSON.encode(redacted.report),
        layout.ERRORS: layout.lines(errors[-layout.MOST_LINES :]),
    }
    return _with_manifest(members, redacted, fitted, catalogue_version)


def _with_manifest(members: dict[str, bytes], redacted: Redacted, fitted: Fitted, catalogue_version: str) -> dict[str, bytes]:
    run = fitted.evidence.run
    manifest = Manifest(
        schema=layout.WRITTEN,
        tool=run.tool,
        catalogue=catalogue_version,
        began=run.began,
        ended=run.ended,
        limits=run.limits,
        privacy=redacted.report.level,
        endpoints=len(run.trails),
        observations=len(fitted.evidence.observations),
        members=sealed(members),
        interrupted=run.interrupted,
    )
    return {layout.MANIFEST: layout.JSON.encode(manifest), **members}


def _errors(redacted: Redacted, fitted: Fitted) -> Iterator[ErrorLine]:
    for observation in fitted.evidence.observations:
        if observation.fault:
            yield ErrorLine(why=observation.fault.kind, id=observation.id, detail=observation.fault.detail)
    yield from redacted.lost
    for field in redacted.report.dropped:
        yield ErrorLine(why=layout.UNDECLARED, field=field)


def _ascii(summary: str) -> bytes:
    try:
        return _bounded(summary.encode("ascii"))
    except UnicodeEncodeError:
        raise ValueError("the summary of a bundle is plain ASCII") from None


def _bounded(told: bytes) -> bytes:
    if len(told) > layout.LARGEST_SUMMARY:
        raise ValueError(f"the summary of a bundle has at most {layout.LARGEST_SUMMARY} bytes")
    return told


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip (APPNOTE 6.3) of the members, sorted by name, with nothing in it that depends on when or where it was made."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = _REGULAR_FILE
            archive.writestr(entry, members[name], zipfile.ZIP_DEFLATED, 9)
    return content.getvalue()


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _put(into: Path, name: str, content: bytes) -> Path:
    """Puts `content` into a folder under `name`, or at `into` itself: whole, or not at all, never over something else.

    Gives back where it is now. Raises CannotWrite.
    """
    path = into
    try:
        path = into / name if into.is_dir() else into
        if not (path.is_file() and path.read_bytes() == content):
            _put_anew(path, content)
    except FileExistsError:
        raise CannotWrite(
            "The bundle was not written, because {path} exists already: name another file with -o FILE.", path=path
        ) from None
    except OSError as error:
        raise _not_written(error, path.parent) from None
    return path


def _put_anew(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".diag-", suffix=".part", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _name_it(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    _settle(path.parent)


def _name_it(beside: Path, path: Path) -> None:
    """Gives the finished file its name, unless something has that name. Raises FileExistsError."""
    if os.name == "nt":
        beside.rename(path)
        return
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems know no second name for a file. Between these two lines another file could come into being.
        if path.exists():
            raise FileExistsError(path) from None
        beside.rename(path)
    else:
        beside.unlink()


def _settle(folder: Path) -> None:
    """Makes the new name itself survive a loss of power, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _not_written(error: OSError, folder: Path) -> CannotWrite:
    """What is said where the system did not take the file."""
    match error.errno:
        case errno.ENOSPC:
            why = CannotWrite("no space is left in {folder}", folder=folder)
        case errno.EDQUOT:
            why = CannotWrite("your quota of space in {folder} is used up", folder=folder)
        case errno.EFBIG:
            why = CannotWrite("files in {folder} may not become that large", folder=folder)
        case errno.EACCES | errno.EPERM:
            why = CannotWrite("you may not write into {folder}", folder=folder)
        case errno.EROFS:
            why = CannotWrite("{folder} can only be read", folder=folder)
        case errno.ENOENT:
            why = CannotWrite("the folder {folder} does not exist", folder=folder)
        case errno.ENOTDIR:
            why = CannotWrite("{folder} is not a folder", folder=folder)
        case errno.ENAMETOOLONG:
            why = CannotWrite("the name {folder} is too long", folder=folder)
        case _:
            why = CannotWrite("the system could not write into {folder}", folder=folder)
    return CannotWrite("The bundle was not written: {why}. Name another folder with -o FOLDER.", why=why)
