"""The Windows registry, one key at a time. Untried there."""

import sys
from collections.abc import Callable, Mapping

RegistryValue = str | int | bytes | list[str] | None
Registry = Callable[[str], Mapping[str, RegistryValue]]
"""The values of one key, such as `HKCU\\Software\\...`, by their names; empty where it is missing, or may not be read."""

_MOST_VALUES = 1_000


def read_registry(path: str) -> Mapping[str, RegistryValue]:
    """See `Registry`. Of a system with two views of the machine's part, that of 64 bits."""
    values: dict[str, RegistryValue] = {}
    if sys.platform == "win32":
        import winreg

        hive, _, key = path.partition("\\")
        root = winreg.HKEY_CURRENT_USER if hive == "HKCU" else winreg.HKEY_LOCAL_MACHINE
        try:
            with winreg.OpenKey(root, key, access=winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
                for number in range(_MOST_VALUES):
                    name, value, _ = winreg.EnumValue(opened, number)
                    values[name] = value
        except OSError:
            return values  # no such key, or no more values
    return values
