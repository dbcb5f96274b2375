"""What an inspection of this machine finds: one struct a topic, each complete in itself."""

from enum import StrEnum

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
from diag.model.route import ProxyAddress
from diag.model.script import ScriptAddress as ScriptAddress


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
    cloud: PublicText = ""
    """The cloud that this machine is one of, as `AWS`, by what its firmware says of itself; empty: of none that is known."""
    libc: PublicText = ""
    """The C library, which looks names up for most programs: `glibc` or `musl`; empty: another system's, or an older version
    looked."""
    kubernetes: PublicFlag = False
    """Whether this is a pod of Kubernetes, by what it puts into each."""
    asks_ecn: PublicFlag = False
    """Whether the first packet of each TCP connection asks for ECN (RFC 3168): `net.ipv4.tcp_ecn` of Linux, which by itself asks
    for none.
    """


class Interface(Struct, frozen=True, omit_defaults=True):
    """One network interface."""

    name: NetworkText
    up: PublicFlag
    mtu: PublicNumber = 0
    addresses: tuple[IpText, ...] = ()
    loopback: PublicFlag = False
    vpn: PublicText = ""
    """The VPN client or kind of tunnel that it is of, such as `WireGuard` or `Tailscale`; empty: of none that is known."""
    link_changes: PublicNumber = 0
    """How often its link went down or came up so far, where the system counts that (Linux: carrier_changes); 0: it does not."""


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
    refusing: tuple[RouteEntry, ...] = ()
    """Entries that lead nowhere: packets to these networks are refused here (`blackhole`, `unreachable`, `prohibit`), or left
    to another table (`throw`). As far as the system tells them from the others."""


class ScopedResolvers(Struct, frozen=True, omit_defaults=True):
    """Resolvers that are asked for certain names alone, such as those that a VPN brings with it."""

    servers: tuple[Address, ...]
    domains: tuple[HostName, ...] = ()
    """They are asked for these names and for what is below them."""
    whole: PublicFlag = False
    """Whether they are asked for all names besides, before those that are for the `rest` (`~.` of systemd-resolved)."""
    rest: PublicFlag = False
    """Whether they are asked for names that no domain takes."""
    interface: NetworkText = ""
    """The interface that they belong to; empty: none in particular."""

    def fits(self, name: str) -> int:
        """Return how well a name fits them: the number of labels of the domain that it is in, else 0, `REST` or `NOT_AT_ALL`."""
        labels = [domain.count(".") + 1 for domain in self.domains if name == domain or name.endswith(f".{domain}")]
        return max(labels, default=0 if self.whole else REST if self.rest else NOT_AT_ALL)


REST, NOT_AT_ALL = -1, -2
"""What `ScopedResolvers.fits` says of a name that no domain takes."""


LINE_FLAWS = ("line_end", "encoding", "keyword", "indented", "several", "port", "name", "no_value", "address")
"""Why a line of resolv.conf does not say what its writer meant: a carriage return at its end, a byte order mark or UTF-16, a
keyword that there is not, blanks before it, several values where one is taken, a port, a host name in place of an address, no
value, or an address that is none."""


class MisreadLine(Struct, frozen=True, omit_defaults=True):
    """One line of resolv.conf that the C library passes over, or reads otherwise than it was meant."""

    number: PublicNumber
    """Its number in the file, from 1."""
    flaw: PublicText
    """A word of `LINE_FLAWS`."""
    text: NetworkText
    """As it is written, made safe."""
    meant: tuple[Address, ...] = ()
    """The resolvers that it seems to name, and that are not asked."""


class Resolvers(Struct, frozen=True, tag="resolvers", tag_field="seen", omit_defaults=True):
    """Which resolvers are configured, in the order in which they are asked."""

    servers: tuple[Address, ...]
    search: tuple[HostName, ...] = ()
    options: tuple[PublicText, ...] = ()
    """Such as `ndots:5`, `timeout:1`, `rotate`."""
    source: PublicText = ""
    """Where that was read: `resolv.conf`, `registry`, `option`, ..."""
    scoped: tuple[ScopedResolvers, ...] = ()
    """Which resolvers are asked for certain names alone."""
    hands_on: PublicFlag = False
    """Whether a resolver of this machine among `servers` hands questions on to `scoped`; else those take the names that fit
    them from `servers`."""
    misread: tuple[MisreadLine, ...] = ()
    """Lines that do not say what they were meant to."""
    beyond: tuple[Address, ...] = ()
    """Resolvers that are named after the last one that the C library asks."""
    sources: tuple[PublicText, ...] = ()
    """Where programs take names from, in order: the words of `hosts:` in nsswitch.conf(5), `other` for one that is not known;
    empty: the file does not say, or there is none."""
    cached_by: PublicText = ""
    """A program that remembers lookups for all others, `nscd` for one; empty: none is known."""

    @property
    def passed_over(self) -> tuple[Address, ...]:
        """The resolvers that somebody wrote down for this machine, and that programs here never ask."""
        meant = (server for line in self.misread for server in line.meant)
        return tuple(dict.fromkeys(server for server in (*meant, *self.beyond) if server not in self.servers))

    def asked_for(self, name: str) -> tuple[Address, ...]:
        """Return whom programs here have asked for a name, in order."""
        return self.servers if self.hands_on else self._responsible(name) or self.servers

    def behind(self, name: str) -> tuple[Address, ...]:
        """Return to whom a resolver on this machine hands a name on; empty where it is not known, or not handed on."""
        return tuple(one for one in self._responsible(name) if one not in self.servers) if self.hands_on else ()

    def _responsible(self, name: str) -> tuple[Address, ...]:
        """The scoped servers that the name fits best, of all scopes that it fits as well."""
        fits = [(scope.fits(name), scope) for scope in self.scoped if scope.servers]
        best = max((fit for fit, _ in fits), default=NOT_AT_ALL)
        return tuple(dict.fromkeys(server for fit, scope in fits if fit == best > NOT_AT_ALL for server in scope.servers))


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


class ProxyFlaw(StrEnum):
    """What makes a proxy's value unreadable, or something else than a proxy."""

    LOGIN = "login"
    """Characters in the login that have a meaning of their own."""
    HASH = "hash"
    """An unescaped `#` in the login: an address ends there."""
    SCHEME = "scheme"
    """A scheme that no proxy has."""
    SPACE = "space"
    INVISIBLE_END = "invisible_end"
    """A control character at the end, such as the carriage return of a Windows line ending."""
    INVISIBLE = "invisible"
    """A control character, or one of no width, elsewhere."""
    QUOTES = "quotes"
    """Quotation marks that belong to the value."""
    SEVERAL = "several"
    """Several entries, one a scheme, as Windows has them."""
    BRACKETS = "brackets"
    """An IPv6 address without brackets."""
    PORT = "port"
    HOST = "host"
    TOO_LONG = "too_long"
    SCRIPT = "script"
    """The address of a proxy script (PAC), of which programs take the host for a proxy."""
    KEYWORD = "keyword"
    """A word in place of a host, such as `none`, `direct`, or a scheme written twice."""


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
    """A word of `ProxyFlaw`: why it cannot be read; empty: it can, or an older version looked."""
    mistaken: PublicText = ""
    """A word of `ProxyFlaw`: it can be read, and is likely meant as something else; empty: it is not, or nobody looked."""


class ProxySetting(Struct, frozen=True, omit_defaults=True):
    """What one place of the system says about proxies. Everything empty: it is there and sets none."""

    source: PublicText
    """A word of `SettingPlace`."""
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
        """Return what is set for endpoints of this scheme; None: nothing. No setting holds for bare TCP."""
        named = {"https": self.https, "tls": self.https, "http": self.http}
        return named[scheme] or self.socks if scheme in named else None


LINE_ENDS = "\u240a\u240b\u240c\u240d"
"""How line ends inside an entry are kept: as the control pictures of LF, VT, FF and CR."""


class ExceptionList(Struct, frozen=True, omit_defaults=True):
    """One variable that names what goes past the proxy."""

    name: PublicText
    """`no_proxy` or `NO_PROXY`."""
    entries: tuple[HostName, ...] = ()
    """As commas separate them; line ends inside stand as `LINE_ENDS`. Empty: it is set to nothing."""
    invisible: PublicFlag = False
    """Whether line ends or other control characters stand in it."""


class Proxies(Struct, frozen=True, tag="proxies", tag_field="seen", omit_defaults=True):
    """Where a proxy is set on this machine."""

    variables: tuple[ProxyVariable, ...] = ()
    exceptions: tuple[HostName, ...] = ()
    """The entries of NO_PROXY (or no_proxy), in order."""
    exceptions_from: PublicText = ""
    """The variable that they were read from."""
    settings: tuple[ProxySetting, ...] = ()
    """What the system itself has set, where that can be read, most specific first; then what programs have for themselves."""
    lists: tuple[ExceptionList, ...] = ()
    """Every exception variable that is there; empty also where an older version looked."""
    properties: tuple[ProxyVariable, ...] = ()
    """The proxies that options for every Java program set, by the names of the properties: `https.proxyHost` ..."""
    property_lists: tuple[ExceptionList, ...] = ()
    """The exceptions among those options: `http.nonProxyHosts`."""
    switches: tuple[PublicText, ...] = ()
    """What is set of the variables and properties without which some programs read no proxy, such as `NODE_USE_ENV_PROXY`."""


class TrustVariable(Struct, frozen=True, omit_defaults=True):
    """One environment variable that names certificates to trust."""

    name: PublicText
    path: PathText
    certificates: PublicNumber = 0
    """How many certificates could be read from it."""
    state: PublicText = "ok"
    """`ok`, `missing`, `unreadable` (may not be read), `empty`, `not_hashed` (certificates that are not called by their hash),
    `der` (a certificate in binary form), or `unparsable`."""


class TrustSettings(Struct, frozen=True, tag="trust", tag_field="seen", omit_defaults=True):
    """Which authorities the clients on this machine are told to trust."""

    variables: tuple[TrustVariable, ...] = ()
    store: PathText = ""
    """The file or folder behind `system`; empty where the system keeps its own."""
    java: PathText = ""
    """The key store that Java asks; empty: none was found, or an older version looked."""


MachineFacts = System | Interfaces | Routes | Resolvers | HostsFile | Proxies | TrustSettings
