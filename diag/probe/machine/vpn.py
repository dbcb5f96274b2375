"""Which interfaces are a VPN's: by the names that known clients give them, and by the kind of device, where the system tells."""

import re

from diag.model.local_file import read_file

_LIMIT = 4_096
_CLIENTS = (
    (r"cscotun\d*|.*AnyConnect.*", "Cisco AnyConnect"),
    (r"gpd\d+|.*(GlobalProtect|PANGP).*", "GlobalProtect"),
    (r"tailscale\d*|Tailscale", "Tailscale"),
    (r"zt[a-z0-9]{8}|ZeroTier.*", "ZeroTier"),
    (r"nordlynx|nordtun|NordLynx", "NordVPN"),
    (r"(proton|pvpn)\S*|ProtonVPN.*", "Proton VPN"),
    (r"(wg\d?-)?mullvad.*", "Mullvad"),
    (r"CloudflareWARP", "Cloudflare WARP"),
    (r"(tun)?snx\S*|.*Check Point.*", "Check Point"),
    (r"fctvpn\S*|.*(Fortinet|FortiClient).*", "FortiClient"),
    (r"wt0|.*NetBird.*", "NetBird"),
    (r".*(OpenVPN|TAP-Windows).*", "OpenVPN"),
    (r"wg\d*|.*WireGuard.*", "WireGuard"),
    (r"ipsec\d+", "IPsec"),
    (r"ppp\d+", "PPP"),
    (r"u?tun\d+", "tun"),
    (r"tap\d+", "tap"),
)
"""Whole names, in this order; those on Windows are chosen by the installer and may have been changed since."""
_PPP = "512"
"""ARPHRD_PPP, the kind of device by its number (if_arp.h)."""
_TAP = 0x2
"""IFF_TAP (if_tun.h)."""
DIALLED_IN = "PPP"
"""What a telephone line and a mobile network are as well."""


def vpn_by(name: str, root: str = "") -> str:
    """The VPN client or the kind of tunnel that an interface is of, in a word; empty: of none that is known."""
    known = next((word for pattern, word in _CLIENTS if re.fullmatch(pattern, name)), "")
    return known or _by_device(f"{root}/sys/class/net/{name}")


def _by_device(folder: str) -> str:
    if b"DEVTYPE=wireguard" in read_file(f"{folder}/uevent", _LIMIT).data.split():
        return "WireGuard"
    flags = read_file(f"{folder}/tun_flags", _LIMIT).data.strip()
    if re.fullmatch(rb"0x[0-9a-f]{1,8}", flags):
        return "tap" if int(flags, 16) & _TAP else "tun"
    return "PPP" if read_file(f"{folder}/type", _LIMIT).data.strip() == _PPP.encode() else ""
