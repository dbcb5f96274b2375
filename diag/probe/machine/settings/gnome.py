"""GNOME's proxy settings, as `gsettings` prints them: one key a line, its value as GVariant text.

Desktop programs obey them, and whatever asks GLib for a proxy; command-line clients do not. Where nobody can have set any, the
program is not run: it would say what GLib begins with, which is no proxy.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from diag.model.expression import expression
from diag.model.local_file import read_file
from diag.model.machine import ProxySetting
from diag.model.route import ProxyAddress
from diag.model.secret import Secret
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.settings.value import SettingsFound, exceptions_in, proxy_at, script_named
from diag.probe.machine.written import read_port

_SCHEMA = "org.gnome.system.proxy"
_NO_TRACE = ("/usr/bin/env", f"XDG_RUNTIME_DIR={os.devnull}", f"XDG_CACHE_HOME={os.devnull}")
"""Where gsettings would leave a file of its own, it finds no folder; it reads all the same."""
_LARGEST = 1 << 20
"""Bytes of a file of overrides."""
_WANTED = frozenset(
    {
        "mode",
        "autoconfig-url",
        "ignore-hosts",
        "use-same-proxy",
        *(f"{kind}.{key}" for kind in ("http", "https", "socks") for key in ("host", "port")),
    }
)
"""Nothing else is taken from the lines: among the other keys is a password."""
_ELSEWHERE = ("GSETTINGS_BACKEND", "GSETTINGS_SCHEMA_DIR", "DCONF_PROFILE")
"""Variables by which settings lie in no usual place."""
_BY_USER = ("dconf/user", "glib-2.0/settings/keyfile")
"""Below the user's folder of settings: the database of dconf(7), and the file of GSettings within a sandbox."""
_BY_ADMINISTRATOR = ("/etc/dconf/profile", "/etc/dconf/db", "/run/dconf/user")
_OVERRIDE = ".gschema.override"
"""How the files end by which a distribution begins with something else (glib-compile-schemas(1))."""
_STRING = expression(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")


def read_gnome(environment: Mapping[str, str], run: RunProgram, root: str = "") -> SettingsFound | None:
    """Return what is set for this user; None where nobody can have set anything, there is no GNOME, or it does not tell.

    `root` stands before the paths of files.
    """
    if not _may_be_set(environment, root):
        return None
    program = shutil.which("gsettings", path=environment.get("PATH", ""))
    if program is None or not os.path.isabs(program):
        return None
    lines = run((*_NO_TRACE, program, "list-recursively", _SCHEMA))
    values = _values(lines or ())
    return _found(values) if "mode" in values else None


def _may_be_set(environment: Mapping[str, str], root: str) -> bool:
    """Whether somebody has set anything of GNOME's, be it about proxies or not."""
    if any(map(environment.get, _ELSEWHERE)):
        return True
    home = environment.get("HOME", "")
    own = environment.get("XDG_CONFIG_HOME") or f"{home}/.config"
    shared = (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    data = (environment.get("XDG_DATA_HOME") or f"{home}/.local/share", *shared)
    places = (*(f"{own}/{file}" for file in _BY_USER), *_BY_ADMINISTRATOR, *(f"{folder}/dconf" for folder in data))
    return any(_holds_anything(root + place) for place in places) or any(
        _SCHEMA.encode() in text for folder in data for text in _overrides(f"{root}{folder}/glib-2.0/schemas")
    )


def _holds_anything(place: str) -> bool:
    """Whether this is a file, or a folder that is not empty, as packages leave them."""
    try:
        return bool(os.listdir(place))
    except NotADirectoryError:
        return True
    except OSError:
        return False


def _overrides(folder: str) -> Iterator[bytes]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(_OVERRIDE):
                yield read_file(entry.path, _LARGEST).data


def _values(lines: Iterable[str]) -> dict[str, str]:
    """The values by key, those of a schema below as `http.host`."""
    values: dict[str, str] = {}
    for line in lines:
        schema, _, rest = line.partition(" ")
        key, _, value = rest.partition(" ")
        name = f"{schema.removeprefix(_SCHEMA)}.{key}".removeprefix(".")
        if schema.startswith(_SCHEMA) and name in _WANTED:
            values.setdefault(name, value)
    return values


def _found(values: Mapping[str, str]) -> SettingsFound:
    mode = _text(values["mode"])
    if mode == "auto":
        url = _text(values.get("autoconfig-url", ""))
        script = script_named(url)
        setting = ProxySetting("gnome", script=script, detect=not url, readable=bool(script) or not url)
        return SettingsFound(setting, Secret(url) if script else None)
    if mode != "manual":
        return SettingsFound(ProxySetting("gnome"))
    http, https, socks = (_proxy(values, kind) for kind in ("http", "https", "socks"))
    if https is None and values.get("use-same-proxy") == "true" and not _text(values.get("https.host", "")):
        https = http
    named = [kind for kind in ("http", "https", "socks") if _text(values.get(f"{kind}.host", ""))]
    by_kind = {"http": http, "https": https, "socks": socks}
    return SettingsFound(
        ProxySetting(
            "gnome",
            http=http,
            https=https,
            socks=socks,
            exceptions=exceptions_in(_texts(values.get("ignore-hosts", ""))),
            readable=all(by_kind[kind] for kind in named),
        )
    )


def _proxy(values: Mapping[str, str], kind: str) -> ProxyAddress | None:
    """GLib leaves names to a SOCKS proxy, hence `socks5h`."""
    port = values.get(f"{kind}.port", "").rpartition(" ")[2]
    number = read_port(port, 0)
    host = _text(values.get(f"{kind}.host", ""))
    return proxy_at(host, number, "socks5h" if kind == "socks" else "http") if host else None


def _text(value: str) -> str:
    """The first string of a GVariant text; empty: there is none."""
    return next(iter(_texts(value)), "")


def _texts(value: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", match[1] if match[1] is not None else match[2]) for match in _STRING.finditer(value)]
