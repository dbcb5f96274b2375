"""Values of proxy settings, read into the model's words. What opens something (a login, a script's query) stays behind.

A value that cannot be read costs itself only.
"""

import re
from collections.abc import Iterable
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from diag.model.address import literal
from diag.model.expression import expression
from diag.model.machine import ProxySetting, ScriptAddress
from diag.model.route import ProxyAddress
from diag.model.secret import Secret
from diag.model.text import clean
from diag.probe.proxy_value import LONGEST_VALUE, read_proxy

_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
"""The port that a setting means where it names none: unlike curl's, that of the scheme."""
MOST_EXCEPTIONS = 2_000
LONGEST_EXCEPTION = 255
LONGEST_PATH = 1_000

_SCRIPT = expression(r"([a-z]{4,5})://([^/?#\\]*)([^?#]*)", re.IGNORECASE)
_DRIVE = expression(r"\A/?(?=[A-Za-z]:)")


class SettingsFound(Struct, frozen=True):
    """One place's setting, and beside it what is fit for use only."""

    setting: ProxySetting
    script: Secret | None = None
    """The script's whole address, with login and query; None where `setting` names no script."""


def proxy_named(text: str, scheme: str = "http") -> ProxyAddress | None:
    """Return the proxy that `[scheme://]host[:port]` names, `scheme` being what is spoken where it says none; None: it cannot be
    read.

    A login in it is left out: it is not ours to use.
    """
    seen = read_proxy(text if "://" in text else f"{scheme}://{text}", _PORTS)
    return replace(seen[0], login=False) if seen else None


def proxy_at(host: str, port: int, scheme: str = "http") -> ProxyAddress | None:
    """Return the proxy of a setting that keeps host and port apart; port 0: not said. None: the host is none."""
    ip = literal(host)
    bare = f"[{ip}]" if ip is not None and ip.version == 6 else host
    return None if "/" in host else proxy_named(f"{bare}:{port}" if port else bare, scheme)


def script_named(text: str) -> ScriptAddress | None:
    """Return the address of a proxy script without login, query and fragment; None where it is none, or cannot be read safely.

    `file:///C:/proxy.pac` has the path `C:/proxy.pac`, `file:///etc/proxy.pac` the path `/etc/proxy.pac`.
    """
    url = text.strip()
    if url[:5].lower() == "data:":
        return ScriptAddress("data")
    match = _SCRIPT.match(url) if len(url) <= LONGEST_VALUE else None
    if match is None:
        return None
    scheme, authority, path = match[1].lower(), match[2], match[3]
    if "@" in path or "@" in authority.rpartition("@")[0]:
        return None  # where the login ends is not clear
    if scheme == "file":
        here = authority.lower() in ("", "localhost")
        whole = path if here else f"{'' if _DRIVE.match(authority) else '//'}{authority}{path}"
        return ScriptAddress("file", path=clean(_DRIVE.sub("", whole.replace("\\", "/"), count=1), LONGEST_PATH))
    place = read_proxy(f"{scheme}://{authority}", _PORTS) if scheme in ("http", "https") else None
    return ScriptAddress(scheme, place[0].host, place[0].port, clean(path, LONGEST_PATH) or "/") if place else None


def exceptions_in(entries: Iterable[str]) -> tuple[str, ...]:
    """Return the exceptions as they are written.

    One with `@` may be a login, is no host for any client, and is kept as `@` alone.
    """
    words = islice(filter(None, map(str.strip, entries)), MOST_EXCEPTIONS)
    return tuple("@" if "@" in word else clean(word, LONGEST_EXCEPTION) for word in words)
