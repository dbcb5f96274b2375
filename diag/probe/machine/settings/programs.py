"""What programs and other sessions have for a proxy of their own: files that set none for this run, and show which there is.

`/etc/environment` and systemd's `environment.d` (pam_env(8), environment.d(5)), git's `http.proxy` (git-config(1)), and the
`proxies` of Docker's client and of its daemon.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from diag.model.expression import expression
from diag.model.local_file import read_file
from diag.model.machine import ProxySetting
from diag.model.route import ProxyAddress, SettingPlace
from diag.model.wire.unreadable import guarded_as
from diag.probe.machine.settings.value import SettingsFound, exceptions_in, proxy_named

_LONGEST = 256 * 1024
_MOST_FILES = 16
_ASSIGNED = expression(r"\s*(?:export\s+)?([A-Za-z_]+)\s*=\s*(.*?)\s*\Z")
_UNIT = expression(r"\s*(?:Default)?Environment\s*=\s*(.*)")
_QUOTED = expression(r"\"([^\"]*)\"|'([^']*)'|(\S+)")
_SECTION = expression(r"\s*\[\s*http\s*\]\s*\Z", re.IGNORECASE)
_Values = Mapping[str, str]


def read_programs(environment: Mapping[str, str], root: Path) -> tuple[SettingsFound, ...]:
    """Return each place that names a proxy; one that names none is left out."""
    home = Path(environment["HOME"]) if environment.get("HOME") else None
    found = (
        _setting(SettingPlace.ENVIRONMENT_FILE, _assigned(_session_files(home, root))),
        _setting(SettingPlace.GIT, _of_git(environment, home, root)),
        _setting(SettingPlace.DOCKER, _of_docker(environment, home, root)),
    )
    return tuple(SettingsFound(one) for one in found if one is not None)


def _setting(place: SettingPlace, values: _Values) -> ProxySetting | None:
    """What some variables, in small letters, say; None: they name no proxy."""
    https, http = (_proxy(values.get(name) or values.get("all_proxy", "")) for name in ("https_proxy", "http_proxy"))
    if https is None and http is None:
        return None
    return ProxySetting(place.value, http=http, https=https, exceptions=exceptions_in(values.get("no_proxy", "").split(",")))


def _proxy(text: str) -> ProxyAddress | None:
    return proxy_named(text) if text else None


def _session_files(home: Path | None, root: Path) -> Iterator[Path]:
    yield root / "etc/environment"
    for folder in (root / "etc/environment.d", *((home / ".config/environment.d",) if home else ())):
        yield from _in(folder)


def _in(folder: Path) -> list[Path]:
    """The first files of a folder that end in `.conf`, in order."""
    try:
        return sorted(folder.glob("*.conf"))[:_MOST_FILES]
    except OSError:
        return []


def _lines(path: Path) -> Iterator[str]:
    yield from read_file(str(path), _LONGEST).lines


def _assigned(files: Iterator[Path]) -> _Values:
    """The variables that lines of the form NAME=value set; quotes around a value are taken off. The last one counts."""
    found = (_ASSIGNED.match(line) for file in files for line in _lines(file) if "=" in line)
    return {match[1].lower(): match[2].strip("\"'") for match in found if match}


def _of_git(environment: Mapping[str, str], home: Path | None, root: Path) -> _Values:
    """`http.proxy`, which git takes for http and https; the user's own goes before the system's."""
    own = environment.get("GIT_CONFIG_GLOBAL", "")
    config = environment.get("XDG_CONFIG_HOME", "")
    files = [Path(own)] if own else [home / ".gitconfig"] if home else []
    files += [Path(config) / "git/config"] if config else [home / ".config/git/config"] if home else []
    named = next((value for file in (*files, root / "etc/gitconfig") if (value := _http_proxy(file))), "")
    return {"https_proxy": named, "http_proxy": named}


def _http_proxy(file: Path) -> str:
    """The last `proxy` of the section `[http]`; empty: there is none."""
    inside, named = False, ""
    for line in _lines(file):
        if line.lstrip().startswith("["):
            inside = _SECTION.match(line) is not None
        elif inside and (match := _ASSIGNED.match(line)) and match[1].lower() == "proxy":
            named = match[2].strip('"')
    return named


def _of_docker(environment: Mapping[str, str], home: Path | None, root: Path) -> _Values:
    """What containers are given, else what the daemon has for itself: in its file, or in the settings of its unit."""
    folder = environment.get("DOCKER_CONFIG", "")
    client = Path(folder) if folder else home / ".docker" if home else None
    given = _document(client / "config.json").get("proxies") if client else None
    default = given.get("default") if isinstance(given, dict) else None
    daemon = _document(root / "etc/docker/daemon.json").get("proxies")
    for keys, values in ((("httpsProxy", "httpProxy", "noProxy"), default), (("https-proxy", "http-proxy", "no-proxy"), daemon)):
        if isinstance(values, dict):
            told = zip(("https_proxy", "http_proxy", "no_proxy"), (values.get(key) for key in keys), strict=True)
            return {name: value for name, value in told if isinstance(value, str)}
    units = (file for name in ("docker", "containerd") for file in _in(root / f"etc/systemd/system/{name}.service.d"))
    settings = [match[1] for file in units for line in _lines(file) if (match := _UNIT.match(line))]
    words = ["".join(found) for setting in settings for found in _QUOTED.findall(setting)]
    return {match[1].lower(): match[2] for word in words if (match := _ASSIGNED.match(word))}


@guarded_as({})
def _document(path: Path) -> dict[str, object]:
    read = json.loads(read_file(str(path), _LONGEST).data or b"{}")
    return read if isinstance(read, dict) else {}
