"""What Macs printed, in the layouts of several releases and with several VPNs, and what is read from it.

The layouts come from public reports; names, addresses and keys of people are replaced by those kept for examples.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from diag.model.address import Address
from diag.model.machine import Proxies, ProxySetting, Resolvers, RouteEntry, Routes, ScopedResolvers
from diag.model.question import Inspect, Topic
from diag.model.route import ProxyAddress, ScriptAddress
from diag.probe.inspect import Inspector

SAMPLES = Path(__file__).parent / "macos"
LOOPBACK = RouteEntry("127.0.0.0/8", "127.0.0.1", "lo0"), RouteEntry("127.0.0.1/32", "127.0.0.1", "lo0")
LINK_LOCAL = RouteEntry("169.254.0.0/16", "", "en0")


def printed(name: str) -> Callable[[tuple[str, ...]], tuple[str, ...] | None]:
    """A Mac on which one program prints a sample, and no other one does."""
    command, *lines = (SAMPLES / f"{name}.txt").read_text().splitlines()
    return lambda asked: tuple(lines) if f"$ {' '.join(asked)}" == command else None


def read(name: str, topic: Topic) -> object:
    return Inspector({}, system="Darwin", run=printed(name)).ask(Inspect(topic))


def at(*hosts: str, port: int = 53) -> tuple[Address, ...]:
    return tuple(Address(host, port) for host in hosts)


def scoped(servers: tuple[Address, ...], domain: str, interface: str = "") -> ScopedResolvers:
    return ScopedResolvers(servers, (domain,), interface=interface)


RESOLVERS = {
    "dns-home": Resolvers(at("192.0.2.75", "192.0.2.76"), source="scutil"),
    # A VPN by pppd: both are asked for every name, the one with the lower order first.
    "dns-ppp": Resolvers(at("198.51.100.1", "198.51.100.2", "192.0.2.1"), ("home.test",), source="scutil"),
    # A VPN that told the system of its servers for sockets of its own interface alone: programs have none.
    "dns-scoped-only": Resolvers((), source="scutil"),
    "dns-split": Resolvers(
        at("192.0.2.1"),
        ("tail.test", "home.test"),
        source="scutil",
        scoped=(
            scoped(at("100.100.100.100"), "tail.test"),
            scoped(at("100.100.100.100"), "89.100.in-addr.arpa"),
            scoped(at("100.100.100.100", "fd7a:115c:a1e0::53"), "internal"),
        ),
    ),
    "dns-filter": Resolvers(at("127.0.0.1"), source="scutil", scoped=(scoped(at("127.0.0.1", port=8600), "corp.test"),)),
    "dns-router-of-ipv6": Resolvers(at("fe80::1%en0", "2001:db8::1", "192.0.2.1"), ("home.test",), source="scutil"),
}
PROXIES = {
    "proxy-none": ProxySetting("macos", exceptions=("*.local", "169.254/16")),
    "proxy-script": ProxySetting("macos", script=ScriptAddress("http", "wpad.corp.test", 80, "/wpad.dat")),
    "proxy-local": ProxySetting(
        "macos",
        http=ProxyAddress("127.0.0.1", 7890),
        https=ProxyAddress("127.0.0.1", 7890),
        socks=ProxyAddress("127.0.0.1", 7890, "socks5h"),
        exceptions=("127.0.0.1", "192.168.0.0/16", "localhost", "*.local"),
    ),
    "proxy-per-interface": ProxySetting(
        "macos", http=ProxyAddress("proxy.corp.test", 8080), plain_names_direct=True, detect=True
    ),
}
ROUTES = {
    # Every Mac has defaults of IPv6 through its utun interfaces, to a router that is none: fe80:: itself.
    "routes-home": (
        RouteEntry("0.0.0.0/0", "192.0.2.1", "en0"),
        *LOOPBACK,
        LINK_LOCAL,
        RouteEntry("192.0.2.0/24", "", "en0"),
        RouteEntry("192.0.2.1/32", "", "en0"),
        RouteEntry("192.0.2.12/32", "", "en0"),
        RouteEntry("fe80::/64", "fe80::1%lo0", "lo0", 1),
        RouteEntry("fe80::/64", "", "en0", 1),
        RouteEntry("fe80::/64", "fe80::71:49e5:33fe:ffca%utun0", "utun0", 1),
    ),
    "routes-wireguard": (
        RouteEntry("0.0.0.0/0", "", "utun3"),
        RouteEntry("0.0.0.0/0", "192.0.2.1", "en0", 1),
        *LOOPBACK,
        LINK_LOCAL,
        RouteEntry("192.0.2.0/28", "", "en0"),
        RouteEntry("192.0.2.1/32", "", "en0"),
    ),
    "routes-halves": (
        RouteEntry("0.0.0.0/1", "", "utun0"),
        RouteEntry("0.0.0.0/0", "", "utun0", 1),
        RouteEntry("128.0.0.0/1", "", "utun0"),
        RouteEntry("0.0.0.0/0", "192.0.2.1", "en0"),
        *LOOPBACK,
        RouteEntry("192.0.2.0/24", "", "en0"),
    ),
    "routes-split": (
        RouteEntry("0.0.0.0/0", "192.0.2.1", "en0"),
        RouteEntry("10.9.0.0/24", "10.9.0.15", "utun4"),
        RouteEntry("10.9.0.15/32", "10.9.0.15", "utun4"),
        RouteEntry("10.244.0.0/14", "10.9.0.1", "utun4"),
        RouteEntry("10.253.0.0/21", "10.9.0.1", "utun4"),
        *LOOPBACK,
        LINK_LOCAL,
        RouteEntry("192.0.2.0/24", "", "en0"),
    ),
    "routes-full-tunnel": (
        RouteEntry("0.0.0.0/0", "172.20.12.27", "utun2"),
        RouteEntry("0.0.0.0/0", "192.0.2.1", "en0", 1),
        RouteEntry("10.0.0.0/9", "172.20.12.27", "utun2"),
        RouteEntry("10.128.0.0/9", "172.20.12.27", "utun2"),
        RouteEntry("192.0.2.0/24", "172.20.12.27", "utun2"),
        RouteEntry("192.0.2.0/24", "", "en0", 1),
        RouteEntry("198.51.100.180/32", "192.0.2.1", "en0"),
        *LOOPBACK,
        RouteEntry("172.20.12.27/32", "127.0.0.1", "lo0"),
    ),
    "routes-2016": (
        RouteEntry("0.0.0.0/1", "10.33.0.1", "utun0"),
        RouteEntry("0.0.0.0/0", "192.0.2.1", "en0"),
        RouteEntry("10.33.0.0/16", "10.33.127.240", "utun0"),
        RouteEntry("10.33.127.240/32", "10.33.127.240", "utun0"),
        *LOOPBACK,
        RouteEntry("128.0.0.0/1", "10.33.0.1", "utun0"),
        RouteEntry("192.0.2.0/24", "", "en0"),
        RouteEntry("192.0.2.1/32", "", "en0"),
        RouteEntry("192.168.64.0/24", "", "bridge1"),
    ),
    "routes-offline": (
        *LOOPBACK,
        RouteEntry("fe80::/64", "fe80::1%lo0", "lo0", 1),
        RouteEntry("fe80::/64", "fe80::71:49e5:33fe:ffca%utun0", "utun0", 1),
    ),
}


@pytest.mark.parametrize("name", RESOLVERS)
def test_resolvers(name: str) -> None:
    assert read(name, Topic.RESOLVERS) == RESOLVERS[name]


@pytest.mark.parametrize("name", PROXIES)
def test_proxies(name: str) -> None:
    seen = read(name, Topic.PROXIES)
    assert isinstance(seen, Proxies)
    assert [one for one in seen.settings if one.source == "macos"] == [PROXIES[name]]


@pytest.mark.parametrize("name", ROUTES)
def test_routes(name: str) -> None:
    assert read(name, Topic.ROUTES) == Routes(ROUTES[name])


def test_every_sample_is_read() -> None:
    assert {path.stem for path in SAMPLES.iterdir()} == {*RESOLVERS, *PROXIES, *ROUTES}
