"""What the stand-ins of a bundle stand for: kept for the user's own eyes, in a folder of theirs alone, never in the bundle.

One file a bundle, found by the SHA-256 of the bundle's bytes, so that a bundle that was renamed, or that only support can
open, is still known. The folder has mode 0700 and each file 0600.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from diag.model.expression import expression
from diag.model.obstacle import Obstacle

KEPT = timedelta(days=90)
"""For so long what stand-ins stand for is of use: then the case is over."""
_OURS = expression(r"[0-9a-f]{64}\.json")
_FAMILY = "diag.originals/1"
_LARGEST = 64 << 20
"""Bytes of one file."""
_STAND_IN = expression(r"[a-z]+-[a-km-np-z2-9]{6,}")
"""Within longer text; `diag.bundle.pseudonym.ALPHABET` has the letters."""


class Originals(Struct, frozen=True):
    """What is kept of one bundle."""

    schema: str
    bundle: str
    """The file's name when it was written."""
    written: datetime
    level: str
    stands_for: dict[str, str]
    """Each stand-in with what it stands for."""


class CannotKeep(Obstacle):
    """The file cannot be written, or not be read again. The message is one sentence for the user."""


def keep(folder: Path, bundle: bytes, name: str, level: str, stands_for: Mapping[str, str], now: datetime) -> Path:
    """Keep what the stand-ins of a bundle stand for; `bundle` is its bytes as they lie on the disk. Raises CannotKeep."""
    path = folder / f"{hashlib.sha256(bundle).hexdigest()}.json"
    kept = Originals(_FAMILY, name, now, level, dict(sorted(stands_for.items())))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:  # mkstemp gives mode 0600
                file.write(msgspec.json.encode(kept))
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CannotKeep(
            "what the stand-ins stand for could not be kept in {folder} ({reason})", folder=folder, reason=reason
        ) from None
    return path


def forget(folder: Path, bundle: bytes | None = None, before: datetime | None = None) -> int:
    """Remove what was kept: of one bundle, of all that were written `before` a moment, or all. Returns of how many bundles.

    What is no file of ours stays. Raises CannotKeep.
    """
    named = "" if bundle is None else f"{hashlib.sha256(bundle).hexdigest()}.json"
    gone = 0
    try:
        for file in _listed(folder, named):
            if before is None or file.stat().st_mtime < before.timestamp():
                Path(file.path).unlink(missing_ok=True)
                gone += 1
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CannotKeep("what is kept in {folder} could not be removed ({reason})", folder=folder, reason=reason) from None
    return gone


def _listed(folder: Path, named: str) -> list[os.DirEntry[str]]:
    """The files of ours in a folder: the one of this name, or, where it is empty, all. Raises OSError."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [entry for entry in entries if _OURS.fullmatch(entry.name) and named in ("", entry.name)]


def recall(folder: Path, bundle: bytes) -> Originals | None:
    """Return what was kept of a bundle; None where nothing was, which is so on every other computer. Raises CannotKeep."""
    path = folder / f"{hashlib.sha256(bundle).hexdigest()}.json"
    try:
        if path.stat().st_size > _LARGEST:
            raise CannotKeep("{path} is not as diag wrote it: it is too large", path=path)
        return msgspec.json.decode(path.read_bytes(), type=Originals)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotKeep("{path} cannot be read ({reason})", path=path, reason=error.strerror or type(error).__name__) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise CannotKeep("{path} is not as diag wrote it", path=path) from None


def told(text: str, stands_for: Mapping[str, str]) -> str:
    """Return `text` with every stand-in replaced by what it stands for: `text` may be one, or hold some, such as a host name."""
    if text in stands_for:
        return stands_for[text]
    return _STAND_IN.sub(lambda match: stands_for.get(match[0], match[0]), text)
