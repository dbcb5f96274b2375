"""The name is right and the connection fails."""

import contextlib

from diag.lab.dns import LabReply
from diag.lab.scene import LAB_HOST, OTHER, LabFault, Scene, Site
from diag.lab.stream import cut, part

SECOND_ADDRESS = "127.0.0.2"
IPV6_LOOPBACK = "::1"


async def _refused(site: Site) -> Scene:
    site.zone[LAB_HOST] = LabReply((site.here,))
    return await site.scene(site.nowhere())


async def _address_dead(site: Site) -> Scene:
    return await _two_addresses(site, SECOND_ADDRESS)


async def _ipv6_broken(site: Site) -> Scene:
    return await _two_addresses(site, IPV6_LOOPBACK)


async def _two_addresses(site: Site, dead: str) -> Scene:
    site.zone[LAB_HOST] = LabReply((site.here, dead))
    url = await site.stand(site.tls())
    with contextlib.suppress(OSError):  # where the machine lacks this address, connecting to it fails as well
        site.listeners.refuse(dead, int(url.rpartition(":")[2]))
    return await site.scene(url)


async def _cut(site: Site) -> Scene:
    return await site.scene(await site.stand(cut))


async def _parted(site: Site) -> Scene:
    return await site.scene(await site.stand(part))


async def _filtered(site: Site) -> Scene:
    site.zone[LAB_HOST] = LabReply((site.here,))
    silent = f"https://{LAB_HOST}:{site.listeners.swallow()}"
    healthy = await site.stand(site.tls(site.authority.leaf(OTHER)), OTHER)
    return await site.scene(silent, healthy)


FAULTS: tuple[LabFault, ...] = (
    LabFault("network-connection-refused", "Nobody listens at the port.", "network-connection-refused", _refused),
    LabFault(
        "network-connection-filtered",
        "One of two services is met with silence (Linux only).",
        "network-connection-filtered",
        _filtered,
    ),
    LabFault("network-address-dead", "One of the name's two addresses is dead.", "network-address-dead", _address_dead),
    LabFault("network-ipv6-broken", "The name's IPv6 address is dead, IPv4 works.", "network-ipv6-broken", _ipv6_broken),
    LabFault("network-connection-cut", "Connections are reset before any byte.", "network-connection-cut", _cut),
    LabFault("connection-closed-at-once", "Connections end before any byte.", "network-connection-cut", _parted),
)
