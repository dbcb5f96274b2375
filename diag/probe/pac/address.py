"""The address of a proxy script as a user gives it: a URL, or a file; login and query stay behind, in a secret."""

import re
from pathlib import Path

from diag.model.script import ScriptAddress
from diag.model.secret import Secret
from diag.model.text import clean
from diag.probe.machine.settings.value import LONGEST_PATH, script_named

LONGEST_DATA = 2 << 20
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def read_script(text: str) -> tuple[ScriptAddress, Secret] | None:
    """Return the script's address, and all that was written, for who fetches it; None where it cannot be read.

    A URL of the schemes `http`, `https`, `file` and `data`, or the path of a file on this machine.
    """
    given = text.strip()
    if not given or len(given) > LONGEST_DATA:
        return None
    if _SCHEME.match(given) is None or re.match(r"[A-Za-z]:[\\/]", given):
        return ScriptAddress("file", path=clean(str(Path(given).absolute()), LONGEST_PATH)), Secret(given)
    address = script_named(given)
    return (address, Secret(given)) if address else None
