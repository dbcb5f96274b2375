"""Which interfaces are a VPN's: by the names that known clients give them, and by the kind of device, where the system tells."""

import re

from diag.model.local_file import read_file

_LIMIT = 4_096
_CLIENTS = (
    (r"cscotun\d*|.*(AnyConnect|Cisco Secure Client).*", "Cisco AnyConnect"),
    (r"gpd\d+|.*(GlobalProtect|PANGP).*", "GlobalProtect"),
    (r"tailscale.*", "Tailscale"),
    (r"zt[a-z0-9]{8}|ZeroTier.*", "ZeroTier"),
    (r"nordlynx.*|nordtun|.*NordVPN.*", "NordVPN"),
    (r"(proton|pvpn)\S*|.*Proton ?VPN.*", "Proton VPN"),
    (r"(wg\d?-)?mullvad.*", "Mullvad"),
    (r"CloudflareWARP|.*Cloudflare WARP.*", "Cloudflare WARP"),
    (r"(tun)?snx\S*|.*Check ?Point.*", "Check Point"),
    (r"fctvpn\S*|.*(Fortinet|FortiClient|Fortissl).*", "FortiClient"),
    (r"wt0|.*NetBird.*", "NetBird"),
    (r".*(Juniper Networks Virtual|Pulse Secure|Ivanti Secure Access).*", "Ivanti Secure Access"),
    (r".*SonicWall.*", "SonicWall"),
    (r".*F5 (Networks )?VPN.*", "F5"),
    (r".*Citrix (Virtual|Secure Access|Gateway|VPN).*", "Citrix"),
    (r".*Zscaler.*", "Zscaler"),
    (r".*Netskope.*", "Netskope"),
    (r".*ExpressVPN.*", "ExpressVPN"),
    (r".*Surfshark.*", "Surfshark"),
    (r".*Windscribe.*", "Windscribe"),
    (r".*Radmin VPN.*", "Radmin VPN"),
    (r".*SoftEther|.*VPN Client Adapter.*", "SoftEther"),
    (r".*(OpenVPN|TAP-Windows|TAP-Win32|ovpn-dco).*", "OpenVPN"),
    (r"wg\d*|.*WireGuard.*", "WireGuard"),
    (r".*Wintun.*", "tun"),
    (r"ipsec\d+", "IPsec"),
    (r"ppp\d+", "PPP"),
    (r"u?tun\d+", "tun"),
    (r"tap\d+", "tap"),
)
"""Whole names or descriptions, in any case, in this order. On Windows a name is its user's, a description its maker's."""
_PPP = "512"
"""ARPHRD_PPP, the kind of device by its number (if_arp.h)."""
_TAP = 0x2
"""IFF_TAP (if_tun.h)."""
DIALLED_IN = "PPP"
"""What a telephone line and a mobile network are as well."""


def vpn_by(name: str, root: str = "") -> str:
    """Return the VPN client or the kind of tunnel that an interface is of, in a word; empty: of none that is known."""
    return vpn_described(name) or _by_device(f"{root}/sys/class/net/{name}")


def vpn_described(text: str) -> str:
    """Return the same, by a name or by what the maker of an adapter says that it is."""
    return next((word for pattern, word in _CLIENTS if re.fullmatch(pattern, text, re.IGNORECASE)), "")


def _by_device(folder: str) -> str:
    if b"DEVTYPE=wireguard" in read_file(f"{folder}/uevent", _LIMIT).data.split():
        return "WireGuard"
    flags = read_file(f"{folder}/tun_flags", _LIMIT).data.strip()
    if re.fullmatch(rb"0x[0-9a-f]{1,8}", flags):
        return "tap" if int(flags, 16) & _TAP else "tun"
    return "PPP" if read_file(f"{folder}/type", _LIMIT).data.strip() == _PPP.encode() else ""
