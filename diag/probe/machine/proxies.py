"""The proxies that are set on this machine, by variables and by the system. Of a value only what the model holds comes out:
never a login.
"""

from collections.abc import Mapping

from diag.model.machine import Proxies, ProxyVariable
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.settings.registry import Registry
from diag.probe.machine.settings.value import SettingsFound, exceptions_in
from diag.probe.proxy_value import EXCEPTIONS, VARIABLES, flaw, read_proxy, scheme_of


def read_proxies(environment: Mapping[str, str], settings: tuple[SettingsFound, ...] = ()) -> Proxies:
    """Every proxy variable that is there, an empty one too, and the entries of the first exception list that is not empty.

    Entries stand as commas separate them: white space inside one stays, since clients differ about it.
    """
    source = next((name for name in EXCEPTIONS if environment.get(name)), "")
    return Proxies(
        tuple(_variable(name, environment[name]) for name in VARIABLES if name in environment),
        exceptions_in(environment.get(source, "").split(",")),
        source,
        tuple(found.setting for found in settings),
    )


def read_settings(system: str, environment: Mapping[str, str], run: RunProgram, registry: Registry) -> tuple[SettingsFound, ...]:
    """What the system itself has set, most specific first; empty where it keeps no proxies, or does not tell."""
    if system == "Windows":
        from diag.probe.machine.settings.windows import read_windows

        return read_windows(registry)
    if system == "Darwin":
        from diag.probe.machine.settings.macos import read_macos

        found = read_macos(run)
    else:
        from diag.probe.machine.settings.gnome import read_gnome

        found = read_gnome(environment, run)
    return (found,) if found else ()


def _variable(name: str, value: str) -> ProxyVariable:
    seen = read_proxy(value)
    return ProxyVariable(
        name, seen[0] if seen else None, readable=seen is not None or not value, scheme=scheme_of(value), flaw=flaw(value)
    )
