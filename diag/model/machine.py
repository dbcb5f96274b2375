"""What an inspection of this machine finds: one struct a topic, each complete in itself."""

from msgspec import Struct

from diag.model.address import Address
from diag.model.privacy import (
    HostName,
    IpText,
    NetworkText,
    PathText,
    PublicFlag,
    PublicNumber,
    PublicText,
)
from diag.model.route import PLACES, ProxyAddress


class System(Struct, frozen=True, tag="system", tag_field="seen", omit_defaults=True):
    """The system and the programs that asked."""

    system: PublicText
    """`Linux`, `Darwin` or `Windows`."""
    release: PublicText
    machine: PublicText
    """The processor's architecture, such as `x86_64`."""
    python: PublicText
    openssl: PublicText
    """The OpenSSL of this Python's `ssl`."""
    openssl_own: PublicText
    """The OpenSSL that diag's own handshakes used (pyca/cryptography's)."""
    distribution: PublicText = ""
    """`ID VERSION_ID` of os-release; empty where there is none."""
    setting: PublicText = ""
    """`container`, `wsl` or empty: where local facts say that the system runs inside another."""
    privileged: PublicFlag = False


class Interface(Struct, frozen=True, omit_defaults=True):
    """One network interface."""

    name: NetworkText
    up: PublicFlag
    mtu: PublicNumber = 0
    addresses: tuple[IpText, ...] = ()
    loopback: PublicFlag = False


class Interfaces(Struct, frozen=True, tag="interfaces", tag_field="seen", omit_defaults=True):
    """All interfaces; empty only where the system shows none."""

    interfaces: tuple[Interface, ...]


class RouteEntry(Struct, frozen=True, omit_defaults=True):
    """One line of a routing table."""

    destination: NetworkText
    """A prefix such as `10.0.0.0/8`; the default is `0.0.0.0/0` or `::/0`."""
    gateway: IpText = ""
    """Empty: the network is attached directly."""
    interface: NetworkText = ""
    metric: PublicNumber = 0


class Routes(Struct, frozen=True, tag="routes", tag_field="seen", omit_defaults=True):
    """The routing tables of both families, as far as an ordinary user may read them."""

    routes: tuple[RouteEntry, ...]
    complete: PublicFlag = True
    """Whether the table could be read; False: nothing follows from what is missing."""


class Resolvers(Struct, frozen=True, tag="resolvers", tag_field="seen", omit_defaults=True):
    """Which resolvers are configured, in the order in which they are asked."""

    servers: tuple[Address, ...]
    search: tuple[HostName, ...] = ()
    options: tuple[PublicText, ...] = ()
    """Such as `ndots:5`, `timeout:1`, `rotate`."""
    source: PublicText = ""
    """Where that was read: `resolv.conf`, `registry`, `option`, ..."""


class HostsLine(Struct, frozen=True):
    """One line of the hosts file that names a target."""

    address: IpText
    names: tuple[HostName, ...]
    """The asked-for names among those of the line."""
    number: PublicNumber
    """The line's number in the file, from 1."""


class HostsFile(Struct, frozen=True, tag="hosts", tag_field="seen", omit_defaults=True):
    """The lines of the hosts file that name a target; empty: none does."""

    path: PathText
    lines: tuple[HostsLine, ...] = ()
    readable: PublicFlag = True


FLAWS = ("login", "scheme", "space", "brackets", "port", "host", "too_long")
"""What makes a proxy's value unreadable: a login with unescaped characters, a scheme that no proxy has, white space or control
characters, an IPv6 address without brackets, a port or a host that is none, or its length."""


class ProxyVariable(Struct, frozen=True, omit_defaults=True):
    """One environment variable about proxies, with its value made safe."""

    name: PublicText
    """As it is spelt, such as `HTTPS_PROXY` or `https_proxy`."""
    proxy: ProxyAddress | None = None
    """What it names; None: nothing, or a value that cannot be read."""
    readable: PublicFlag = True
    scheme: PublicText = ""
    """The scheme as written; empty where none is."""
    flaw: PublicText = ""
    """A word of `FLAWS`: why it cannot be read; empty: it can, or an older version looked."""


SETTING_SOURCES = tuple(PLACES)
"""Where a system keeps proxies beside the environment; `windows_machine` is WinHTTP's, which services use."""


class ScriptAddress(Struct, frozen=True, omit_defaults=True):
    """Where a proxy script (PAC) lies, without login and query."""

    scheme: PublicText
    """`http`, `https`, `file` or `data`."""
    host: HostName = ""
    """Empty for `file` and `data`."""
    port: PublicNumber = 0
    path: PathText = ""
    """The path at the host, or the file; empty for `data`."""


class ProxySetting(Struct, frozen=True, omit_defaults=True):
    """What one place of the system says about proxies. Everything empty: it is there and sets none."""

    source: PublicText
    """A word of `SETTING_SOURCES`."""
    http: ProxyAddress | None = None
    https: ProxyAddress | None = None
    socks: ProxyAddress | None = None
    exceptions: tuple[HostName, ...] = ()
    """As they are written there, in that system's own dialect."""
    plain_names_direct: PublicFlag = False
    """Whether names without a dot go direct (`<local>` of Windows, "exclude simple host names" of macOS)."""
    script: ScriptAddress | None = None
    detect: PublicFlag = False
    """Whether the system is told to find a script by itself (WPAD)."""
    readable: PublicFlag = True
    """False: a value is there that names no proxy."""

    def proxy_for(self, scheme: str) -> ProxyAddress | None:
        """What is set for endpoints of this scheme; None: nothing. No setting holds for bare TCP."""
        named = {"https": self.https, "tls": self.https, "http": self.http}
        return named[scheme] or self.socks if scheme in named else None


class Proxies(Struct, frozen=True, tag="proxies", tag_field="seen", omit_defaults=True):
    """Where a proxy is set on this machine."""

    variables: tuple[ProxyVariable, ...] = ()
    exceptions: tuple[HostName, ...] = ()
    """The entries of NO_PROXY (or no_proxy), in order."""
    exceptions_from: PublicText = ""
    """The variable that they were read from."""
    settings: tuple[ProxySetting, ...] = ()
    """What the system itself has set, where that can be read; most specific first."""


class TrustVariable(Struct, frozen=True, omit_defaults=True):
    """One environment variable that names certificates to trust."""

    name: PublicText
    path: PathText
    certificates: PublicNumber = 0
    """How many certificates could be read from it."""
    state: PublicText = "ok"
    """`ok`, `missing`, `unreadable` (may not be read), `empty`, or `unparsable`."""


class TrustSettings(Struct, frozen=True, tag="trust", tag_field="seen", omit_defaults=True):
    """Which authorities the clients on this machine are told to trust."""

    variables: tuple[TrustVariable, ...] = ()
    store: PathText = ""
    """The file or folder behind `system`; empty where the system keeps its own."""


MachineFacts = System | Interfaces | Routes | Resolvers | HostsFile | Proxies | TrustSettings
