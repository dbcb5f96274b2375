"""A Windows that was written down: its registry as keys with values, its adapters, its routes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from diag.model.observation import Unsupported
from diag.probe.machine.adapters import Adapter, Forwarding
from diag.probe.machine.settings.registry import RegistryValue
from diag.probe.machine.windows import Windows

Keys = Mapping[str, Mapping[str, RegistryValue]]


@dataclass(frozen=True)
class WrittenRegistry:
    keys_with_values: Keys = field(default_factory=dict)

    def values(self, path: str) -> Mapping[str, RegistryValue]:
        return self.keys_with_values.get(path, {})

    def keys(self, path: str) -> tuple[str, ...] | None:
        if not any(key == path or key.startswith(f"{path}\\") for key in self.keys_with_values):
            return None
        below = (key.removeprefix(f"{path}\\") for key in self.keys_with_values if key.startswith(f"{path}\\"))
        return tuple(dict.fromkeys(key.partition("\\")[0] for key in below))


@dataclass(frozen=True)
class WrittenIpHelper:
    """None: it tells nothing."""

    held: tuple[Adapter, ...] | None = ()
    routes: tuple[Forwarding, ...] | None = ()

    def adapters(self) -> tuple[Adapter, ...]:
        if self.held is None:
            raise Unsupported("the list of network adapters")
        return self.held

    def forwarding(self) -> tuple[Forwarding, ...]:
        if self.routes is None:
            raise Unsupported("the table of routes")
        return self.routes


def written(
    keys: Keys | None = None, adapters: tuple[Adapter, ...] | None = (), routes: tuple[Forwarding, ...] | None = ()
) -> Windows:
    """That Windows; None: adapters or routes cannot be learnt."""
    return Windows(WrittenRegistry(keys or {}), WrittenIpHelper(adapters, routes))
