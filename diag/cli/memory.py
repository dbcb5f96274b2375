"""Where this user's computer keeps what stand-ins stand for; written after a bundle, read by `diag reveal` and `diag redact`."""

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from diag.bundle.originals import KEPT, CannotKeep, Originals, forget, keep, recall
from diag.language import retold, said


def remember(bundle: Path, level: str, stands_for: Mapping[str, str]) -> bool:
    """Keep what the stand-ins of a bundle that was just written stand for; where that fails, it is said on stderr."""
    now = datetime.now(UTC)
    try:
        forget(_folder(), before=now - KEPT)
        keep(_folder(), bundle.read_bytes(), bundle.name, level, stands_for, now)
    except (CannotKeep, OSError) as error:
        print(
            said("diag: {error}: diag reveal will not know them. The bundle is not affected.", error=retold(error)),
            file=sys.stderr,
        )
        return False
    return True


def remembered(content: bytes) -> Originals | None:
    """Return what was kept of the bundle with this content; None where nothing was. Raises CannotKeep."""
    return recall(_folder(), content)


def forgotten(content: bytes | None) -> int:
    """Return of how many bundles what was kept is gone now: of the one with this content; None: of all. Raises CannotKeep."""
    return forget(_folder(), content)


def _folder() -> Path:
    return _state() / "originals"


def _state() -> Path:
    """The folder for what a program of this user keeps from one run to the next."""
    if sys.platform in ("win32", "darwin"):
        from platformdirs import user_state_path

        return user_state_path("diag", appauthor=False)
    return Path(os.environ.get("XDG_STATE_HOME", "").strip() or "~/.local/state").expanduser() / "diag"  # as XDG's rules say
