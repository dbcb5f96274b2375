"""What Windows itself is asked through: two interfaces of its own, and no program."""

from msgspec import Struct, field

from diag.probe.machine.adapters import Adapter, Forwarding, IpHelper
from diag.probe.machine.settings.registry import Registry, WindowsRegistry


class ThisMachines:
    """The IP Helper API of this machine, loaded when it is asked; on other systems than Windows it tells nothing."""

    def adapters(self) -> tuple[Adapter, ...]:
        """See `IpHelper`."""
        from diag.probe.machine.ip_helper import WindowsIpHelper

        return WindowsIpHelper().adapters()

    def forwarding(self) -> tuple[Forwarding, ...]:
        """See `IpHelper`."""
        from diag.probe.machine.ip_helper import WindowsIpHelper

        return WindowsIpHelper().forwarding()


class Windows(Struct, frozen=True):
    """The registry, and the adapters and routes; both stand for another machine's where they are given."""

    registry: Registry = field(default_factory=WindowsRegistry)
    ip_helper: IpHelper = field(default_factory=ThisMachines)
