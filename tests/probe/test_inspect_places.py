"""Where this machine stands: a cloud, by its firmware, and a VPN, by its interfaces."""

import sys
from pathlib import Path

import msgspec
import pytest

from diag.model.machine import Interface, Interfaces
from diag.probe.machine.cloud import cloud_of
from diag.probe.machine.interfaces import told_apart
from diag.probe.machine.vpn import vpn_by
from tests.netns import House, needs_house


def lay(root: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(root)


def firmware(**fields: str) -> dict[str, str]:
    return {f"sys/class/dmi/id/{name}": f"{value}\n" for name, value in fields.items()}


@pytest.mark.parametrize(
    ("files", "cloud"),
    [
        (firmware(sys_vendor="Amazon EC2", product_name="m6i.large", chassis_asset_tag="Amazon EC2"), "AWS"),
        ({"sys/hypervisor/uuid": "ec2e1916-9099-7caf-fd21-012345abcdef\n"}, "AWS"),
        (firmware(sys_vendor="Microsoft Corporation", chassis_asset_tag="7783-7084-3265-9085-8269-3286-77"), "Azure"),
        (firmware(sys_vendor="Google", product_name="Google Compute Engine"), "Google Cloud"),
        (firmware(sys_vendor="QEMU", chassis_asset_tag="OracleCloud.com"), "Oracle Cloud"),
        (firmware(sys_vendor="Alibaba Cloud", product_name="Alibaba Cloud ECS"), "Alibaba Cloud"),
        (firmware(sys_vendor="Hetzner", product_name="vServer"), "Hetzner"),
        (firmware(sys_vendor="OpenStack Foundation", product_name="OpenStack Nova"), "OpenStack"),
        (firmware(sys_vendor="Microsoft Corporation", product_name="Virtual Machine", chassis_asset_tag="1234-5678"), ""),
        (firmware(sys_vendor="Google", product_name="Eve"), ""),
        (firmware(sys_vendor="QEMU", product_name="Standard PC (Q35 + ICH9, 2009)"), ""),
        (firmware(sys_vendor="LENOVO", product_name="20XW"), ""),
        ({"sys/hypervisor/uuid": "00000000-0000-0000-0000-000000000000\n"}, ""),
        ({}, ""),
    ],
)
def test_the_cloud_by_its_firmware(tmp_path: Path, files: dict[str, str], cloud: str) -> None:
    assert cloud_of(lay(tmp_path, files)) == cloud


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("tun0", "tun"),
        ("utun4", "tun"),
        ("tap1", "tap"),
        ("wg0", "WireGuard"),
        ("ppp0", "PPP"),
        ("cscotun0", "Cisco AnyConnect"),
        ("gpd0", "GlobalProtect"),
        ("tailscale0", "Tailscale"),
        ("ztabcdefgh", "ZeroTier"),
        ("nordlynx", "NordVPN"),
        ("wg0-mullvad", "Mullvad"),
        ("CloudflareWARP", "Cloudflare WARP"),
        ("OpenVPN TAP-Windows6", "OpenVPN"),
        ("Cisco AnyConnect Secure Mobility Client", "Cisco AnyConnect"),
        ("eth0", ""),
        ("enp0s31f6", ""),
        ("wlan0", ""),
        ("docker0", ""),
        ("br-12ab34cd56ef", ""),
        ("veth1a2b3c4", ""),
        ("tunl0", ""),
        ("sit0", ""),
        ("Ethernet 3", ""),
        ("Wi-Fi", ""),
        ("vnet0", ""),
        ("zt", ""),
    ],
)
def test_the_vpn_by_an_interface_s_name(tmp_path: Path, name: str, word: str) -> None:
    assert vpn_by(name, str(tmp_path)) == word


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"uevent": "DEVTYPE=wireguard\nINTERFACE=office\nIFINDEX=4\n"}, "WireGuard"),
        ({"uevent": "INTERFACE=office\n", "tun_flags": "0x1001\n", "type": "65534\n"}, "tun"),
        ({"tun_flags": "0x1002\n"}, "tap"),
        ({"type": "512\n"}, "PPP"),
        ({"uevent": "DEVTYPE=wlan\n", "type": "1\n"}, ""),
        ({"tun_flags": "nonsense"}, ""),
    ],
)
def test_the_vpn_by_the_kind_of_device(tmp_path: Path, files: dict[str, str], word: str) -> None:
    root = lay(tmp_path, {f"sys/class/net/office/{name}": text for name, text in files.items()})
    assert vpn_by("office", root) == word


CABLE = Interface("eth0", True, 1500, ("192.0.2.7",))
LINE = Interface("ppp0", True, 1492, ("198.51.100.7",))


def test_only_what_is_in_use_is_a_vpn(tmp_path: Path) -> None:
    down = Interface("tun0", False, 1500, ("10.8.0.2",))
    bare = Interface("tap0", True, 1500)
    system_s = Interface("utun0", True, 1380, ("fe80::1%utun0",))
    used = Interface("utun5", True, 1380, ("10.8.0.2", "fe80::2%utun5"))
    seen = told_apart((CABLE, down, bare, system_s, used), str(tmp_path))
    assert {one.name: one.vpn for one in seen if one.vpn} == {"utun5": "tun"}


def test_a_line_that_is_dialled_in_is_no_vpn_by_itself(tmp_path: Path) -> None:
    assert [one.vpn for one in told_apart((LINE,), str(tmp_path))] == [""]
    assert [one.vpn for one in told_apart((CABLE, LINE), str(tmp_path))] == ["", "PPP"]


@needs_house
def test_a_tunnel_of_whatever_name_is_seen_in_a_house(house: House) -> None:
    house.serve(_hold_a_tunnel, where="client", says="held")
    asks = (
        "import msgspec",
        "from diag.probe.machine.interfaces import read_interfaces",
        "print(msgspec.json.encode(read_interfaces()).decode())",
    )
    done = house.run([sys.executable, "-c", "\n".join(asks)], unprivileged=True)
    seen = msgspec.json.decode(done.stdout, type=Interfaces)
    assert {one.name: one.vpn for one in seen.interfaces} == {"lo": "", "to-router": "", "office": "tun"}


def _hold_a_tunnel() -> None:
    import fcntl
    import os
    import struct
    import subprocess
    import time

    tunnel = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tunnel, 0x400454CA, struct.pack("16sH22x", b"office", 0x1001))
    subprocess.run(["ip", "addr", "add", "10.8.0.2/24", "dev", "office"], check=True)
    subprocess.run(["ip", "link", "set", "office", "up"], check=True)
    print("held", flush=True)
    time.sleep(600)
