"""What Windows tells of its adapters, resolvers, routes and name policy; and that its structures are read in their places."""

import ctypes

import pytest

from diag.model.address import Address
from diag.model.machine import Interface, Resolvers, RouteEntry, Routes, ScopedResolvers
from diag.model.observation import Unsupported
from diag.model.question import Inspect, Topic
from diag.probe.inspect import Inspector
from diag.probe.machine import ip_helper
from diag.probe.machine.adapters import Adapter, Forwarding
from diag.probe.machine.interfaces import told_apart
from diag.probe.machine.ip_helper import WindowsIpHelper
from diag.probe.machine.name_policy import COMPANYS, OWN, read_policy
from diag.probe.machine.windows import Windows
from tests.probe.windows import Keys, WrittenRegistry, written

TCPIP = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
WI_FI = Adapter(
    "Wi-Fi",
    "Intel(R) Wi-Fi 6 AX201 160MHz",
    numbers=(13, 13),
    metric=35,
    servers=("192.168.178.1", "fd00::1"),
    suffix="fritz.box",
)
VPN = Adapter(
    "Ethernet 3",
    "PANGP Virtual Ethernet Adapter",
    numbers=(21,),
    metric=1,
    servers=("10.8.0.1", "192.168.178.1"),
    suffix="corp.test",
)
BLUETOOTH = Adapter("Bluetooth", "Bluetooth Device (Personal Area Network)", up=False, numbers=(7,), servers=("10.9.9.53",))
FRESH = Adapter(
    "Ethernet", "Realtek PCIe GbE", numbers=(5, 5), metric=25, servers=tuple(f"fec0:0:0:ffff::{n}" for n in (1, 2, 3))
)
LOOPBACK = Adapter("Loopback Pseudo-Interface 1", "Software Loopback Interface 1", loopback=True, numbers=(1, 1), metric=75)
ALL = (BLUETOOTH, WI_FI, LOOPBACK, FRESH, VPN)


def resolvers(windows: Windows) -> Resolvers:
    seen = Inspector({}, system="Windows", windows=windows).ask(Inspect(Topic.RESOLVERS))
    assert isinstance(seen, Resolvers)
    return seen


def routes(windows: Windows) -> Routes:
    seen = Inspector({}, system="Windows", windows=windows).ask(Inspect(Topic.ROUTES))
    assert isinstance(seen, Routes)
    return seen


def test_resolvers_are_those_of_adapters_that_are_up_and_the_preferred_one_comes_first() -> None:
    seen = resolvers(written(adapters=ALL))
    assert seen.servers == (Address("10.8.0.1", 53), Address("192.168.178.1", 53), Address("fd00::1", 53))
    assert seen.search == ("corp.test", "fritz.box")
    assert seen.source == "adapters"


@pytest.mark.parametrize(
    ("values", "search"),
    [
        ({"SearchList": "a.test,b.test"}, ("a.test", "b.test")),
        ({"Domain": "ad.corp.test", "SearchList": ""}, ("ad.corp.test", "corp.test", "fritz.box")),
        ({"Domain": 7, "SearchList": b"x"}, ("corp.test", "fritz.box")),
    ],
)
def test_a_list_of_suffixes_stands_in_place_of_the_adapters_own(values: dict[str, str], search: tuple[str, ...]) -> None:
    assert resolvers(written({TCPIP: values}, ALL)).search == search


def test_what_cannot_be_learnt_is_said() -> None:
    with pytest.raises(Unsupported, match="adapters"):
        resolvers(written(adapters=None))
    assert routes(written(adapters=None)) == Routes((), complete=False)
    assert routes(written(adapters=ALL, routes=None)) == Routes((), complete=False)
    seen = Inspector({}, system="Windows", windows=written(adapters=None)).ask(Inspect(Topic.INTERFACES))
    assert seen is not None


def test_routes_name_their_adapter_and_add_up_metrics_as_windows_does() -> None:
    table = (
        Forwarding("0.0.0.0/0", "192.168.178.1", 13, 0),
        Forwarding("10.0.0.0/8", "", 21, 4),
        Forwarding("224.0.0.0/4", "", 13, 256),
        Forwarding("255.255.255.255/32", "", 13, 256),
        Forwarding("::/0", "fe80::1%13", 13, 16),
        Forwarding("192.0.2.0/24", "", 99, 5),
    )
    assert routes(written(adapters=ALL, routes=table)) == Routes(
        (
            RouteEntry("0.0.0.0/0", "192.168.178.1", "Wi-Fi", 35),
            RouteEntry("10.0.0.0/8", "", "Ethernet 3", 5),
            RouteEntry("::/0", "fe80::1%13", "Wi-Fi", 51),
            RouteEntry("192.0.2.0/24", "", "99", 5),
        )
    )


@pytest.mark.parametrize(
    ("description", "dialled", "word"),
    [
        ("Cisco AnyConnect Secure Mobility Client Virtual Miniport Adapter for Windows x64", False, "Cisco AnyConnect"),
        ("Cisco AnyConnect Virtual Miniport Adapter for Windows x64", False, "Cisco AnyConnect"),
        ("PANGP Virtual Ethernet Adapter Secure", False, "GlobalProtect"),
        ("Fortinet SSL VPN Virtual Ethernet Adapter", False, "FortiClient"),
        ("TAP-Windows Adapter V9", False, "OpenVPN"),
        ("OpenVPN Data Channel Offload", False, "OpenVPN"),
        ("ExpressVPN TAP Adapter", False, "ExpressVPN"),
        ("WireGuard Tunnel", False, "WireGuard"),
        ("Tailscale Tunnel", False, "Tailscale"),
        ("Mullvad Tunnel", False, "Mullvad"),
        ("Juniper Networks Virtual Adapter", False, "Ivanti Secure Access"),
        ("Check Point Virtual Network Adapter For Endpoint VPN Client", False, "Check Point"),
        ("Radmin VPN", False, "Radmin VPN"),
        ("Windscribe IKEv2", True, "Windscribe"),
        ("Office", True, "PPP"),
        ("Intel(R) Ethernet Connection I219-LM", False, ""),
        ("Hyper-V Virtual Ethernet Adapter", False, ""),
        ("VMware Virtual Ethernet Adapter for VMnet8", False, ""),
        ("VirtualBox Host-Only Ethernet Adapter", False, ""),
        ("Microsoft Wi-Fi Direct Virtual Adapter", False, ""),
    ],
)
def test_a_vpn_is_known_by_what_its_maker_says_of_the_adapter(description: str, dialled: bool, word: str) -> None:
    adapters = (Adapter("Local Area Connection* 10", description, dialled=dialled), WI_FI)
    used = (
        Interface("Local Area Connection* 10", True, 1400, ("10.8.0.2",)),
        Interface("Wi-Fi", True, 1500, ("192.168.178.20",)),
    )
    assert [one.vpn for one in told_apart(used, "", adapters)] == [word, ""]


RULE: Keys = {
    rf"{OWN}\{{7AF01F56}}": {
        "Version": 2,
        "Name": [".corp.example", ".Lab.example"],
        "GenericDNSServers": "10.8.0.1;10.8.0.2",
        "ConfigOptions": 0x8,
    },
    rf"{OWN}\{{SIGNED}}": {"Name": [".signed.example"], "ConfigOptions": 0x2, "GenericDNSServers": "10.9.9.9"},
    rf"{OWN}\{{ALL}}": {"Name": ["."], "ConfigOptions": 0xE, "GenericDNSServers": "2001:db8::53"},
}
RULES = (
    ScopedResolvers((Address("10.8.0.1", 53), Address("10.8.0.2", 53)), ("corp.example", "lab.example")),
    ScopedResolvers((Address("2001:db8::53", 53),), whole=True),
)


def test_rules_of_this_computer_hold_where_the_company_s_key_is_missing() -> None:
    assert read_policy(WrittenRegistry(RULE)) == RULES
    assert read_policy(WrittenRegistry({})) == ()


@pytest.mark.parametrize(
    "company",
    [
        {COMPANYS: {}},
        {rf"{COMPANYS}\{{DIRECT}}": {"Name": [".x.example"], "ConfigOptions": 0x4}},
    ],
    ids=["empty", "direct access alone"],
)
def test_the_company_s_key_overrules_this_computer_s_rules_though_no_rule_of_ours_stands_in_it(company: Keys) -> None:
    assert read_policy(WrittenRegistry({**RULE, **company})) == ()


@pytest.mark.parametrize(
    "values",
    [
        {"Name": [".a.test"], "ConfigOptions": "zwei", "GenericDNSServers": "10.0.0.1"},
        {"Name": [".a.test"], "ConfigOptions": 8, "GenericDNSServers": ["10.0.0.1"]},
        {"Name": 7, "ConfigOptions": 8, "GenericDNSServers": "10.0.0.1"},
        {"Name": [".a.test"], "ConfigOptions": 8, "GenericDNSServers": "nonsense"},
        {},
    ],
)
def test_values_of_other_kinds_are_no_rule(values: dict[str, str]) -> None:
    assert read_policy(WrittenRegistry({rf"{OWN}\{{X}}": values})) == ()


def test_structures_have_the_places_that_the_api_documents() -> None:
    """Offsets in a process of 64 bits, by iptypes.h and netioapi.h."""
    if ctypes.sizeof(ctypes.c_void_p) != 8 or ctypes.sizeof(ctypes.c_wchar_p) != 8:
        pytest.skip("the places are those of 64 bits")
    adapter = {name: getattr(ip_helper._Adapter, name).offset for name, *_ in ip_helper._Adapter._fields_}
    assert {name: adapter[name] for name in ("servers", "suffix", "friendly_name", "kind", "state", "metric", "metric_6")} == {
        "servers": 48,
        "suffix": 56,
        "friendly_name": 72,
        "kind": 100,
        "state": 104,
        "metric": 216,
        "metric_6": 220,
    }
    route = {name: getattr(ip_helper._Route, name).offset for name, *_ in ip_helper._Route._fields_}
    assert {name: route[name] for name in ("index", "prefix", "length", "hop", "metric", "origin")} == {
        "index": 8,
        "prefix": 12,
        "length": 40,
        "hop": 44,
        "metric": 84,
        "origin": 100,
    }
    assert ctypes.sizeof(ip_helper._Route) == 104


def test_elsewhere_the_api_is_not_there() -> None:
    if ip_helper.sys.platform == "win32":
        pytest.skip("it is there")
    for ask in (WindowsIpHelper().adapters, WindowsIpHelper().forwarding):
        with pytest.raises(Unsupported, match="IP Helper"):
            ask()
