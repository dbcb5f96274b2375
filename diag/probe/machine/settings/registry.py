"""The Windows registry, one key at a time."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

RegistryValue = str | int | bytes | list[str] | None

_MOST = 1_000
"""Values or keys that are read of one key."""


class Registry(Protocol):
    r"""Where keys such as `HKCU\Software\...` are read."""

    def values(self, path: str) -> Mapping[str, RegistryValue]:
        """Return the values of a key by their names; empty where it is missing, or may not be read."""

    def keys(self, path: str) -> tuple[str, ...] | None:
        """Return the names of the keys below a key; None: it is missing, or may not be read."""


class WindowsRegistry:
    """The registry of this machine, empty on other systems. Of a system with two views of the machine's part, that of 64 bits."""

    def values(self, path: str) -> Mapping[str, RegistryValue]:
        """See `Registry`."""
        found: dict[str, RegistryValue] = {}
        if sys.platform == "win32":
            import winreg

            with _opened(path) as key:
                for number in range(_MOST if key else 0):
                    try:
                        name, value, _ = winreg.EnumValue(key, number)
                    except OSError:
                        break  # no more values
                    found[name] = value
        return found

    def keys(self, path: str) -> tuple[str, ...] | None:
        """See `Registry`."""
        if sys.platform != "win32":
            return None
        import winreg

        found: list[str] = []
        with _opened(path) as key:
            if key is None:
                return None
            for number in range(_MOST):
                try:
                    found.append(winreg.EnumKey(key, number))
                except OSError:
                    break  # no more keys
        return tuple(found)


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    """The key, open to be read; None: there is none."""
    if sys.platform == "win32":
        import winreg

        hive, _, key = path.partition("\\")
        root = winreg.HKEY_CURRENT_USER if hive == "HKCU" else winreg.HKEY_LOCAL_MACHINE
        try:
            opened = winreg.OpenKey(root, key, access=winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
        except OSError:
            yield None
            return
        with opened:
            yield opened
    else:
        yield None
