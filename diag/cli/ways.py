"""By which ways a run goes: the proxy, the resolvers and the credentials that the user or the environment names."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from diag import __version__
from diag.cli.errors import WrongUse
from diag.cli.proxy_user import from_netrc
from diag.engine.investigate import ChooseRoute
from diag.engine.route import choose_route
from diag.language import said
from diag.model.address import DNS_PORT, Address, Authority, literal
from diag.model.endpoint import Endpoint
from diag.model.machine import Proxies
from diag.model.quoting import quoted
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.secret import Credential, Login
from diag.probe.inspect import Inspector
from diag.probe.logins import Logins
from diag.probe.lookup import Lookups
from diag.probe.prober import Prober
from diag.probe.proxy_value import VARIABLES, logins_from, read_proxy

if TYPE_CHECKING:
    from diag.cli.pac import Pac
    from diag.knowledge.clients.shelf import KnownClient


class ChosenWays(Struct, frozen=True):
    """What was said about the ways. Everything empty: as any client here would go."""

    proxy: ProxyAddress | None = None
    """Everything goes through this one."""
    listed: ProxyAddress | None = None
    """Everything goes through this one, by the endpoint list, where nothing else was said."""
    direct: bool = False
    """Everything goes direct, whatever is set."""
    resolvers: tuple[Address, ...] = ()
    """Asked in place of the system's own."""
    settings: bool = True
    """Whether the system's own proxy settings are looked at."""
    logins: Mapping[Authority, Login] = field(default_factory=dict)
    pac: "Pac | None" = None
    """A script decides where everything goes."""
    client: "KnownClient | None" = None
    """The program that the run is about; None: none in particular."""
    root: str = ""
    """What goes before the system's paths, where the run is about a process with files of its own."""
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    """The certificates that this client may show, by their files, as endpoints name them."""


def read_ways(
    proxy: str | None,
    direct: bool,
    resolvers: Sequence[str],
    environment: Mapping[str, str],
    *,
    login: Login | None = None,
    home: Path | None = None,
    pac: str | None = None,
    listed: str = "",
) -> ChosenWays:
    """Return the ways that the command line names. Raises WrongUse, in words that never hold the proxy's login.

    `login` is for every proxy that is set, whatever login is set with it; `home` is where the netrc file lies, which helps out
    where a proxy is set without a login (None: it is not read). `listed` is the proxy that the endpoint list names, which
    holds where the command line says nothing of the way.
    """
    if proxy is not None and direct:
        raise WrongUse(said("--proxy and --no-proxy exclude each other: name a proxy, or go direct"))
    if pac is not None and (proxy is not None or direct):
        raise WrongUse(said("--pac excludes --proxy and --no-proxy: the script decides, or you do"))
    read = None if proxy is None else read_proxy(proxy)
    if proxy is not None and read is None:
        raise WrongUse(
            said(
                "the value of --proxy cannot be read: write it like http://proxy.example.com:3128 (in a login @ is "
                "%40, : %3A, / %2F, # %23)"
            )
        )
    of_list = read_proxy(listed)
    if listed and of_list is None:
        raise WrongUse(
            said("the value of proxy in the endpoint list cannot be read: write it like http://proxy.example.com:3128")
        )
    values = (proxy, listed, *map(environment.get, VARIABLES))
    named = [seen[0].authority for value in values if value and (seen := read_proxy(value))]
    if login is not None and not named:
        raise WrongUse(
            said("--proxy-user needs a proxy: name it with --proxy, or set HTTPS_PROXY")
        )  # one that a script names gets none unseen
    logins = logins_from(environment, proxy)
    if home is not None and not direct:
        logins = from_netrc(named, environment, home) | logins
    if login is not None:
        logins |= dict.fromkeys(named, login)
    return ChosenWays(
        proxy=read[0] if read else None,
        direct=direct,
        resolvers=tuple(_resolver(text) for text in resolvers),
        logins=logins,
        pac=None if pac is None else _script(pac),
        listed=of_list[0] if of_list else None,
    )


def _script(pac: str) -> "Pac":
    from diag.cli.pac import read_pac  # seldom named

    return read_pac(pac)


def choose_way(ways: ChosenWays) -> ChooseRoute:
    """Return what decides the way to each endpoint."""

    def choose(endpoint: Endpoint, proxies: Proxies | None) -> Route:
        if ways.direct:
            return Route(RouteReason.OPTION, source="--no-proxy")
        rules = ways.client.rules.proxy if ways.client else None
        route = choose_route(endpoint, proxies, ways.proxy, ways.pac.route if ways.pac else None, ways.listed, rules)
        if route.proxy is None or route.proxy.authority not in ways.logins:
            return route
        return replace(route, proxy=replace(route.proxy, login=True))

    return choose


def open_prober(ways: ChosenWays, environment: Mapping[str, str]) -> Prober:
    """Return the prober of one run; made within its event loop."""
    inspector = Inspector(environment, ways.resolvers or None, settings=ways.settings, root=ways.root)
    return Prober(
        environment=environment,
        root=ways.root,
        logins=Logins(ways.logins),
        lookups=Lookups(),
        inspector=inspector,
        user_agent=(ways.client.rules.agent if ways.client else "") or f"diag/{__version__}",
        # What is found out on the way goes into the first; what the user says goes before what is set.
        scripts=ChainMap({}, dict(ways.pac.sources if ways.pac else {}), inspector.scripts),
        credentials=ways.credentials,
    )


def _resolver(text: str) -> Address:
    """`192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`. Raises WrongUse."""
    ip = literal(text)
    port = str(DNS_PORT)
    if ip is None:
        host, _, port = text.rpartition(":")
        ip = literal(host)
    if ip is None or not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65_536):
        raise WrongUse(
            said(
                "--resolver {text} is not the address of a DNS server: give it as 192.0.2.53 or 192.0.2.53:5353",
                text=quoted(text),
            )
        )
    return Address(str(ip), int(port))
