"""The address of a proxy script as somebody wrote it, read into the model's words; login and query stay behind, in a secret."""

import re
from pathlib import Path

from diag.model.script import ScriptAddress
from diag.model.secret import Secret
from diag.model.text import clean
from diag.probe.proxy_value import LONGEST_VALUE, read_proxy

LONGEST_PATH = 1_000
LONGEST_DATA = 2 << 20
PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(https?|file)://([^/?#\\]*)([^?#]*)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_DRIVE = re.compile(r"/?(?=[A-Za-z]:/)")


def read_script(text: str) -> tuple[ScriptAddress, Secret] | None:
    """The script's address, and all that was written, for who fetches it; None where it cannot be read.

    A URL of the schemes `http`, `https`, `file` and `data`, or the path of a file on this machine.
    """
    given = text.strip()
    if given[:5].lower() == "data:":
        return (ScriptAddress("data"), Secret(given)) if len(given) <= LONGEST_DATA and "," in given else None
    if not given or len(given) > LONGEST_VALUE:
        return None
    match = _URL.match(given)
    if match is None:
        bare = _SCHEME.match(given) is None or re.match(r"[A-Za-z]:[\\/]", given)
        return _file(str(Path(given).absolute()), given) if bare else None
    scheme, authority, path = match[1].lower(), match[2], match[3]
    if scheme == "file":
        return _file(_DRIVE.sub("", path, count=1), given) if authority.lower() in ("", "localhost") and path else None
    if "@" in path or "@" in authority.rpartition("@")[0]:
        return None  # where its login ends is not clear
    host = authority.rpartition("@")[2]
    has_port = ":" in host.rpartition("]")[2]
    place = read_proxy(f"{scheme}://{host}{'' if has_port else f':{PORTS[scheme]}'}")
    if place is None:
        return None
    return ScriptAddress(scheme, place[0].host, place[0].port, clean(path, LONGEST_PATH) or "/"), Secret(given)


def _file(path: str, given: str) -> tuple[ScriptAddress, Secret]:
    return ScriptAddress("file", path=clean(path, LONGEST_PATH)), Secret(given)
