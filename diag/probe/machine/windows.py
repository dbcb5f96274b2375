"""What Windows itself is asked through: two interfaces of its own, and no program."""

from dataclasses import dataclass, field

from diag.probe.machine.ip_helper import IpHelper, WindowsIpHelper
from diag.probe.machine.settings.registry import Registry, WindowsRegistry


@dataclass(frozen=True)
class Windows:
    """The registry, and the adapters and routes; both stand for another machine's where they are given."""

    registry: Registry = field(default_factory=WindowsRegistry)
    ip_helper: IpHelper = field(default_factory=WindowsIpHelper)
