"""GNOME's proxy settings, as `gsettings` prints them: one key a line, its value as GVariant text.

Desktop programs obey them, and whatever asks GLib for a proxy; command-line clients do not.
"""

import os
import re
import shutil
from collections.abc import Iterable, Mapping

from diag.model.expression import expression
from diag.model.machine import ProxySetting
from diag.model.route import ProxyAddress
from diag.model.secret import Secret
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.settings.value import SettingsFound, exceptions_in, proxy_at, script_named
from diag.probe.machine.written import read_port

_SCHEMA = "org.gnome.system.proxy"
_NO_TRACE = ("/usr/bin/env", f"XDG_RUNTIME_DIR={os.devnull}", f"XDG_CACHE_HOME={os.devnull}")
"""Where gsettings would leave a file of its own, it finds no folder; it reads all the same."""
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
_STRING = expression(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")


def read_gnome(environment: Mapping[str, str], run: RunProgram) -> SettingsFound | None:
    """Return what is set for this user; None where there is no GNOME, or it does not tell."""
    program = shutil.which("gsettings", path=environment.get("PATH", ""))
    if program is None or not os.path.isabs(program):
        return None
    lines = run((*_NO_TRACE, program, "list-recursively", _SCHEMA))
    values = _values(lines or ())
    return _found(values) if "mode" in values else None


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
