"""The proxy settings of Windows, from the registry: the user's, those that a policy puts in their place, and WinHTTP's.

Written from the documented layout and recorded values. Browsers, .NET and whatever uses WinINet obey the user's
(or the policy's), services and Windows Update those of WinHTTP, Python's urllib and requests the user's.
"""

import re
import struct
from collections.abc import Mapping

from msgspec import Struct

from diag.model.machine import ProxySetting
from diag.model.route import ProxyAddress
from diag.model.secret import Secret
from diag.probe.machine.settings.registry import Registry, RegistryValue
from diag.probe.machine.settings.value import SettingsFound, exceptions_in, proxy_named, script_named

_SETTINGS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
USER = rf"HKCU\{_SETTINGS}"
MACHINE = rf"HKLM\{_SETTINGS}"
POLICY = r"HKLM\Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings"
CONNECTIONS = "Connections"
"""The key below, which holds the binary values."""

_USES_PROXY, _USES_SCRIPT, _DETECTS = 0x2, 0x4, 0x8
_LOCAL = "<local>"
_SCHEMES = {"http": "http", "https": "http", "socks": "socks4"}
"""The kinds of targets for which a proxy can be named, and what is spoken to it."""


class _Stored(Struct, frozen=True):
    """What a place holds, the proxy and its exceptions as text."""

    server: str = ""
    override: str = ""
    script: str = ""
    detect: bool = False


def read_windows(registry: Registry) -> tuple[SettingsFound, ...]:
    """Return what is set, most specific first: by a policy that makes the machine's settings count for all, by the user, for
    WinHTTP.

    Without such a policy the machine's own Internet Settings count for nobody and are not read.
    """
    found = [_of("windows_user", _internet(registry.values(USER), registry.values(rf"{USER}\{CONNECTIONS}")))]
    policy = registry.values(POLICY)
    if policy and _number(policy.get("ProxySettingsPerUser"), 1) == 0:
        forced = _internet({**registry.values(MACHINE), **policy}, registry.values(rf"{MACHINE}\{CONNECTIONS}"))
        found.insert(0, _of("windows_policy", forced))
    services = _unpacked(registry.values(rf"{MACHINE}\{CONNECTIONS}").get("WinHttpSettings"))
    return (*found, _of("windows_machine", services or _Stored()))


def _internet(values: Mapping[str, RegistryValue], connections: Mapping[str, RegistryValue]) -> _Stored:
    """The plain values, which Python reads too; where one is missing, what the binary value says, which WinINet keeps."""
    packed = _unpacked(connections.get("DefaultConnectionSettings")) or _Stored()
    enabled = "ProxyEnable" in values
    uses = _number(values.get("ProxyEnable"), 0) == 1 if enabled else bool(packed.server)
    return _Stored(
        (_text(values.get("ProxyServer")) or packed.server) if uses else "",
        (_text(values.get("ProxyOverride")) or packed.override) if uses else "",
        _text(values.get("AutoConfigURL")) or packed.script,
        packed.detect or _number(values.get("AutoDetect"), 0) == 1,
    )


def _unpacked(value: RegistryValue) -> _Stored | None:
    """A connection's binary value: version, counter and flags of four bytes each, then three texts, each behind its length.

    None where it is none; texts that its flags switch off, or that are cut off, are empty.
    """
    if not isinstance(value, bytes) or len(value) < 12:
        return None
    flags = struct.unpack_from("<I", value, 8)[0]
    texts, at = [], 12
    for _ in range(3):
        length = struct.unpack_from("<I", value, at)[0] if at + 4 <= len(value) else 0
        whole = at + 4 + length <= len(value)
        texts.append(value[at + 4 : at + 4 + length].decode("utf-8", "replace") if whole else "")
        at = at + 4 + length if whole else len(value)
    uses = bool(flags & _USES_PROXY)
    script = texts[2] if flags & _USES_SCRIPT else ""
    return _Stored(texts[0] if uses else "", texts[1] if uses else "", script, bool(flags & _DETECTS))


def _of(source: str, stored: _Stored) -> SettingsFound:
    proxies, readable = _proxies(stored.server)
    entries = re.split(r"[;\s]+", stored.override)
    script = script_named(stored.script)
    setting = ProxySetting(
        source,
        http=proxies.get("http"),
        https=proxies.get("https"),
        socks=proxies.get("socks"),
        exceptions=exceptions_in(entry for entry in entries if entry.lower() != _LOCAL),
        plain_names_direct=any(entry.lower() == _LOCAL for entry in entries),
        script=script,
        detect=stored.detect,
        readable=readable and bool(script or not stored.script.strip()),
    )
    return SettingsFound(setting, Secret(stored.script.strip()) if script else None)


def _proxies(text: str) -> tuple[dict[str, ProxyAddress], bool]:
    """Those of `host:port` (for every kind of target) or `http=host:port;https=...;socks=...`; and whether all are readable."""
    found: dict[str, ProxyAddress] = {}
    readable = True
    for word in re.split(r"[;\s]+", text):
        kind, mark, where = word.partition("=")
        kinds = (kind.lower(),) if mark else ("http", "https")
        if not word or not set(kinds) & _SCHEMES.keys():
            continue  # ftp, gopher
        proxy = proxy_named(where if mark else word, _SCHEMES[kinds[0]])
        readable = readable and proxy is not None
        if proxy is not None:
            found = dict.fromkeys(kinds, proxy) | found
    return found, readable


def _text(value: RegistryValue) -> str:
    return value if isinstance(value, str) else ""


def _number(value: RegistryValue, otherwise: int) -> int:
    """A number, also where it is kept as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) else otherwise
