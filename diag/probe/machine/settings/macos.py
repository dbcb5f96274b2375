"""The proxy settings of macOS, as `scutil --proxy` prints them: a dictionary, one key a line.

Untried there: written from recorded output. Most programs that use Apple's frameworks obey them, and Python's urllib and
requests; curl and Go do not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from diag.model.machine import ProxySetting
from diag.model.route import ProxyAddress
from diag.model.secret import Secret
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.settings.value import SettingsFound, exceptions_in, proxy_at, script_named
from diag.probe.machine.written import read_port

COMMAND = ("/usr/sbin/scutil", "--proxy")
_KINDS = (("HTTP", "http"), ("HTTPS", "http"), ("SOCKS", "socks5h"))
"""How the proxies for the kinds of targets are called, and what is spoken to them."""
_LINE = re.compile(r"\s*(\S+) : (.*)\Z")


def read_macos(run: RunProgram) -> SettingsFound | None:
    """Return what is set for the network in use; None where the system does not tell."""
    lines = run(COMMAND)
    if lines is None:
        return None
    values, exceptions = _dictionary(lines)
    http, https, socks = (_proxy(values, kind, scheme) for kind, scheme in _KINDS)
    url = values.get("ProxyAutoConfigURLString", "") if values.get("ProxyAutoConfigEnable") == "1" else ""
    script = script_named(url)
    on = [kind for kind, _ in _KINDS if values.get(f"{kind}Enable") == "1"]
    by_kind = {"HTTP": http, "HTTPS": https, "SOCKS": socks}
    setting = ProxySetting(
        "macos",
        http=http,
        https=https,
        socks=socks,
        exceptions=exceptions_in(exceptions),
        plain_names_direct=values.get("ExcludeSimpleHostnames") == "1",
        script=script,
        detect=values.get("ProxyAutoDiscoveryEnable") == "1",
        readable=all(by_kind[kind] for kind in on) and bool(script or not url) and not _holds_script(values),
    )
    return SettingsFound(setting, Secret(url) if script else None)


def _holds_script(values: Mapping[str, str]) -> bool:
    """Whether the setting holds a script itself, as profiles of a company's may: what it says is not known then."""
    return values.get("ProxyAutoConfigEnable") == "1" and "ProxyAutoConfigJavaScript" in values


def _proxy(values: Mapping[str, str], kind: str, scheme: str) -> ProxyAddress | None:
    if values.get(f"{kind}Enable") != "1":
        return None
    port = values.get(f"{kind}Port", "")
    number = read_port(port, 0)
    return proxy_at(values.get(f"{kind}Proxy", ""), number, scheme)


def _dictionary(lines: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """The values of the outermost dictionary, and the list of exceptions in it. What is nested deeper is for one interface."""
    values: dict[str, str] = {}
    exceptions: list[str] = []
    for path, key, value in _nested(lines):
        if not path:
            values.setdefault(key, value)
        elif path == ("ExceptionsList",):
            exceptions.append(value)
    return values, exceptions


def _nested(lines: Iterable[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Each value with the keys of the containers that it stands in."""
    path: list[str] = []
    for line in lines:
        match = _LINE.match(line)
        if line.strip() == "}":
            del path[-1:]
        elif match and re.match(r"<(?:dictionary|array)> \{\Z", match[2].strip()):
            path.append(match[1])
        elif match:
            yield tuple(path), match[1], match[2].strip()
