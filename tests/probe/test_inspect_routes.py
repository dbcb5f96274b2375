"""Routing tables: this machine's, and texts in the form that the three systems give them."""

import sys
from pathlib import Path

import pytest

from diag.model.machine import RouteEntry, Routes
from diag.model.question import Inspect, Topic
from diag.probe.inspect import Inspector
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.routes import read_routes

HEADING = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
FOUR = HEADING + (
    "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
    "tun0\t0000000A\t00000000\t0001\t0\t0\t50\t000000FF\t0\t0\t0\n"
    "eth4\t000300C0\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
    "*\t0000A8C0\t00000000\t0201\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
    "eth1\t00000000\t010200C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"
    "eth2\tnonsense\n"
    f"eth3\t000300C0\t00000000\t0001\t0\t0\t{1 << 32}\t00FFFFFF\t0\t0\t0\n"
)
_NONE = "0" * 32
_PREFIX = "20010db8000000000000000000000000"
_ROUTER = "fe800000000000000000000000000001"
SIX = (
    f"{_PREFIX} 20 {_NONE} 00 {_NONE} 00000100 00000001 00000000 00000001     eth0\n"
    f"{_NONE} 00 {_NONE} 00 {_ROUTER} 00000400 00000001 00000000 00000003     eth0\n"
    f"{_NONE} 00 {_NONE} 00 {_NONE} ffffffff 00000001 00000000 00200200       lo\n"
    f"{_NONE[:-1]}1 80 {_NONE} 00 {_NONE} 00000000 00000002 00000000 80200001       lo\n"
    f"ff{_NONE[2:]} 08 {_NONE} 00 {_NONE} 00000100 00000001 00000000 00000001     eth0\n"
)


def linux(root: Path, four: str | None, six: str | None, **more: str) -> Routes:
    (root / "proc/net").mkdir(parents=True)
    files = {"route": four, "ipv6_route": six, **more}
    for name, text in files.items():
        if text is not None:
            (root / "proc/net" / name).write_text(text)
    seen = Inspector({}, system="Linux", root=str(root)).ask(Inspect(Topic.ROUTES))
    assert isinstance(seen, Routes)
    return seen


def told(system: str, output: str | None) -> Routes:
    run: RunProgram = lambda _: None if output is None else tuple(output.splitlines())  # noqa: E731
    seen = Inspector({}, system=system, run=run).ask(Inspect(Topic.ROUTES))
    assert isinstance(seen, Routes)
    return seen


@pytest.mark.skipif(sys.byteorder == "big", reason="the text was recorded on a little-endian machine")
def test_linux_has_both_families_in_files(tmp_path: Path) -> None:
    assert linux(tmp_path, FOUR, SIX) == Routes(
        (
            RouteEntry("0.0.0.0/0", "192.0.2.1", "eth0", 100),
            RouteEntry("192.0.2.0/24", "", "eth0", 100),
            RouteEntry("10.0.0.0/8", "", "tun0", 50),
            RouteEntry("2001:db8::/32", "", "eth0", 256),
            RouteEntry("::/0", "fe80::1", "eth0", 1024),
        ),
        refusing=(RouteEntry("192.168.0.0/16"),),
    )


def test_this_machine_s_table_reads_as_one() -> None:
    seen = Inspector({}, system="Linux").ask(Inspect(Topic.ROUTES))
    assert isinstance(seen, Routes)
    assert seen.complete


@pytest.mark.parametrize(
    ("four", "six", "more", "complete"),
    [
        (HEADING, "", {}, True),
        (HEADING, None, {}, True),
        (HEADING, None, {"if_inet6": ""}, False),
        (None, "", {}, False),
        ("\0\udcff garbage".encode("utf-8", "replace").decode(), "\n\n", {}, True),
    ],
    ids=["no routes", "no IPv6 here", "IPv6 without a table", "no table", "garbage"],
)
def test_an_empty_table_is_told_from_a_missing_one(
    tmp_path: Path, four: str, six: str, more: dict[str, str], complete: bool
) -> None:
    assert linux(tmp_path, four, six, **more) == Routes((), complete)


MACOS = """\
Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.0.2.1          UGScg                 en0
default            198.51.100.1       UGScIg                en7
10.1/16            10.9.0.1           UGSc                utun3
127                127.0.0.1          UCS                   lo0
127.0.0.1          127.0.0.1          UH                    lo0
169.254            link#6             UCS                   en0      !
192.0.2            link#6             UCS                   en0      !
192.0.2.1/32       link#6             UCS                   en0      !
192.0.2.1          2:0:0:0:0:1        UHLWIir               en0   1182
203.0.113/24       127.0.0.1          UGRS                  lo0
224.0.0/4          link#6             UmCS                  en0      !
255.255.255.255/32 link#6             UCS                   en0      !

Internet6:
Destination                             Gateway                                 Flags               Netif Expire
default                                 fe80::1%en0                             UGcg                  en0
::1                                     ::1                                     UHL                   lo0
2001:db8:1::/64                         link#6                                  UC                    en0
fe80::%lo0/64                           fe80::1%lo0                             UcI                   lo0
ff00::/8                                ::1                                     UmCI                  lo0
"""


def test_macos_abbreviates() -> None:
    assert told("Darwin", MACOS) == Routes(
        (
            RouteEntry("0.0.0.0/0", "192.0.2.1", "en0"),
            RouteEntry("0.0.0.0/0", "198.51.100.1", "en7", 1),
            RouteEntry("10.1.0.0/16", "10.9.0.1", "utun3"),
            RouteEntry("127.0.0.0/8", "127.0.0.1", "lo0"),
            RouteEntry("127.0.0.1/32", "127.0.0.1", "lo0"),
            RouteEntry("169.254.0.0/16", "", "en0"),
            RouteEntry("192.0.2.0/24", "", "en0"),
            RouteEntry("192.0.2.1/32", "", "en0"),
            RouteEntry("::/0", "fe80::1%en0", "en0"),
            RouteEntry("2001:db8:1::/64", "", "en0"),
            RouteEntry("fe80::/64", "fe80::1%lo0", "lo0", 1),
        )
    )


def test_a_program_that_says_nothing_leaves_the_table_open() -> None:
    assert told("Darwin", None) == Routes((), complete=False)
    assert told("Darwin", "\ufffd a b c\n1.2 1.2 1.2 1.2 1.2\n12 12 /\n" * 5).routes == ()


OLDER_MACOS = """\
Routing tables

Internet:
Destination        Gateway            Flags        Refs      Use   Netif Expire
0/1                10.33.0.1          UGSc           63        0   utun0
default            192.168.1.1        UGSc            1        0     en0

Internet6:
Destination        Gateway            Flags        Netif Expire
default            fe80::3a43:7dff:fe UGcg         en0
2001:db8:7::/64    2001:db8::1        UGc          en0
"""


def test_macos_older_columns_are_found_by_their_heading_and_a_gateway_that_was_cut_is_none() -> None:
    assert told("Darwin", OLDER_MACOS) == Routes(
        (
            RouteEntry("0.0.0.0/1", "10.33.0.1", "utun0"),
            RouteEntry("0.0.0.0/0", "192.168.1.1", "en0"),
            RouteEntry("::/0", "", "en0"),
            RouteEntry("2001:db8:7::/64", "2001:db8::1", "en0"),
        )
    )


REFUSING_4 = (
    "to-router\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "*\t0200000A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n"
    "*\t0000000A\t00000000\t0205\t0\t0\t5\t000000FF\t0\t0\t0\n"
)
"""The default, then a `blackhole` and an `unreachable`, as this kernel (6.18) writes them."""


def test_routes_that_refuse_are_no_ways(tmp_path: Path) -> None:
    six = (
        f"20010db8{'0' * 24} 20 {_NONE} 00 {_NONE} 00000400 00000002 00000000 00200200       lo\n"
        f"{_NONE} 00 {_NONE} 00 {_NONE} ffffffff 00000001 00000000 00200200       lo\n"
    )
    (tmp_path / "proc/net").mkdir(parents=True)
    (tmp_path / "proc/net/route").write_text(f"Iface\tDestination\n{REFUSING_4}")
    (tmp_path / "proc/net/ipv6_route").write_text(six)
    seen = read_routes("Linux", lambda _: None, str(tmp_path))
    assert seen.routes == (RouteEntry("0.0.0.0/0", "192.168.2.1", "to-router"),)
    assert seen.refusing == (
        RouteEntry("10.0.0.2/32"),
        RouteEntry("10.0.0.0/8", metric=5),
        RouteEntry("2001:db8::/32", metric=0x400),
    )
