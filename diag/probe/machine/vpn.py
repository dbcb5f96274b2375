"""Which interfaces are a VPN's: by the names that known clients give them, and by the kind of device, where the system tells."""

import re
from collections.abc import Mapping

from diag.model.local_file import read_file

_LIMIT = 4_096
_CLIENTS: tuple[tuple[str, Mapping[str, str], tuple[str, ...]], ...] = (
    ("Cisco AnyConnect", {"cscotun": r"\d*"}, ("anyconnect", "cisco secure client")),
    ("GlobalProtect", {"gpd": r"\d+"}, ("globalprotect", "pangp")),
    ("Tailscale", {"tailscale": r".*"}, ()),
    ("ZeroTier", {"zt": r"[a-z0-9]{8}", "zerotier": r".*"}, ()),
    ("NordVPN", {"nordlynx": r".*", "nordtun": r""}, ("nordvpn",)),
    ("Proton VPN", {"proton": r"\S*", "pvpn": r"\S*"}, ("protonvpn", "proton vpn")),
    ("Mullvad", {"mullvad": r".*", "wg": r"\d?-mullvad.*"}, ()),
    ("Cloudflare WARP", {"cloudflarewarp": r""}, ("cloudflare warp",)),
    ("Check Point", {"snx": r"\S*", "tunsnx": r"\S*"}, ("check point", "checkpoint")),
    ("FortiClient", {"fctvpn": r"\S*"}, ("fortinet", "forticlient", "fortissl")),
    ("NetBird", {"wt0": r""}, ("netbird",)),
    ("Ivanti Secure Access", {}, ("juniper networks virtual", "pulse secure", "ivanti secure access")),
    ("SonicWall", {}, ("sonicwall",)),
    ("F5", {}, ("f5 vpn", "f5 networks vpn")),
    ("Citrix", {}, ("citrix virtual", "citrix secure access", "citrix gateway", "citrix vpn")),
    ("Zscaler", {}, ("zscaler",)),
    ("Netskope", {}, ("netskope",)),
    ("ExpressVPN", {}, ("expressvpn",)),
    ("Surfshark", {}, ("surfshark",)),
    ("Windscribe", {}, ("windscribe",)),
    ("Radmin VPN", {}, ("radmin vpn",)),
    ("SoftEther", {}, ("softether", "vpn client adapter")),
    ("OpenVPN", {}, ("openvpn", "tap-windows", "tap-win32", "ovpn-dco")),
    ("WireGuard", {"wg": r"\d*"}, ("wireguard",)),
    ("tun", {}, ("wintun",)),
    ("IPsec", {"ipsec": r"\d+"}, ()),
    ("PPP", {"ppp": r"\d+"}, ()),
    ("tun", {"tun": r"\d+", "utun": r"\d+"}, ()),
    ("tap", {"tap": r"\d+"}, ()),
)
"""Each client by how its names begin, and what the rest of them is like; and by words in its maker's descriptions. In lower case,
and in this order. On Windows a name is its user's, a description its maker's."""
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
    told = text.lower()
    return next((word for word, names, words in _CLIENTS if any(one in told for one in words) or _is_named(told, names)), "")


def _is_named(told: str, names: Mapping[str, str]) -> bool:
    return any(told.startswith(stem) and re.fullmatch(rest, told.removeprefix(stem)) for stem, rest in names.items())


def _by_device(folder: str) -> str:
    if b"DEVTYPE=wireguard" in read_file(f"{folder}/uevent", _LIMIT).data.split():
        return "WireGuard"
    flags = read_file(f"{folder}/tun_flags", _LIMIT).data.strip()
    if re.fullmatch(rb"0x[0-9a-f]{1,8}", flags):
        return "tap" if int(flags, 16) & _TAP else "tun"
    return "PPP" if read_file(f"{folder}/type", _LIMIT).data.strip() == _PPP.encode() else ""
