"""The proxies that are set on this machine, by variables and by the system. Of a value only what the model holds comes out:
never a login.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from diag.model.expression import expression
from diag.model.machine import LINE_ENDS, ExceptionList, Proxies, ProxyVariable
from diag.probe.machine.java_options import java_properties, java_switches
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.settings.programs import read_programs
from diag.probe.machine.settings.value import SettingsFound, exceptions_in
from diag.probe.proxy_value import EXCEPTIONS, VARIABLES, flaw, mistaken, read_proxy, scheme_of

if TYPE_CHECKING:
    from diag.probe.machine.windows import Windows

_PICTURES = str.maketrans(dict(zip("\n\v\f\r", LINE_ENDS, strict=True)))
SWITCHES = ("NODE_USE_ENV_PROXY",)
"""Variables without which some programs read no proxy."""
_INVISIBLE = expression(r"[\x00-\x08\x0a-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
"""Line ends, other control characters but the tab, and characters of no width."""


def read_proxies(environment: Mapping[str, str], settings: tuple[SettingsFound, ...] = ()) -> Proxies:
    """Return every proxy variable and every exception list that is there, an empty one too; first of the lists that curl would
    take.

    Entries stand as commas separate them: white space inside one stays, since clients differ about it, and a line end too.
    """
    lists = tuple(_exceptions(name, environment[name]) for name in EXCEPTIONS if name in environment)
    taken = next((one for one in lists if environment[one.name]), ExceptionList(""))
    return Proxies(
        tuple(_variable(name, environment[name]) for name in VARIABLES if name in environment),
        taken.entries,
        taken.name,
        tuple(found.setting for found in settings),
        lists,
        *java_properties(environment),
        (*(name for name in SWITCHES if environment.get(name) == "1"), *java_switches(environment)),
    )


def _exceptions(name: str, value: str) -> ExceptionList:
    pictured = value.translate(_PICTURES)
    return ExceptionList(name, exceptions_in(pictured.split(",")), bool(_INVISIBLE.search(value)))


def read_settings(
    system: str, environment: Mapping[str, str], run: RunProgram, windows: "Windows | None", root: Path
) -> tuple[SettingsFound, ...]:
    """Return what the system itself has set, most specific first, then what programs have for themselves; empty:
    nothing is found.
    """
    if system == "Windows":
        from diag.probe.machine.settings.windows import read_windows
        from diag.probe.machine.windows import Windows

        return read_windows((windows or Windows()).registry)
    if system == "Darwin":
        from diag.probe.machine.settings.macos import read_macos

        found = read_macos(run)
    else:
        from diag.probe.machine.settings.gnome import read_gnome

        found = read_gnome(environment, run, root=str(root) if root.is_absolute() else "")
    return (*((found,) if found else ()), *read_programs(environment, root))


def _variable(name: str, value: str) -> ProxyVariable:
    seen = read_proxy(value)
    return ProxyVariable(
        name,
        seen[0] if seen else None,
        readable=seen is not None or not value,
        scheme=scheme_of(value),
        flaw=flaw(value),
        mistaken=mistaken(value),
    )
