"""What this computer says of itself, in words: system, interfaces, routes, resolvers, hosts file, proxies, trust."""

from collections.abc import Callable

from diag.language import PhraseTable, said
from diag.model.machine import (
    HostsFile,
    Interface,
    Interfaces,
    Proxies,
    ProxySetting,
    Resolvers,
    Routes,
    ScopedResolvers,
    System,
    TrustSettings,
)
from diag.model.observation import Answer
from diag.report.wording.sentences import listed
from diag.report.wording.words import SETTING_PLACES

_SHOWN = 4
"""How many addresses or settings one phrase names."""


_RUNS_IN: PhraseTable[str] = PhraseTable("runs_in", {"container": "in a container", "wsl": "in WSL"})
_RESOLVERS_FROM: PhraseTable[str] = PhraseTable(
    "resolvers_from", {"option": "--resolver", "adapters": "the network adapters", "registry": "the registry"}
)


def runs_in(setting: str) -> str:
    """Return in what a system runs, in words; empty: in nothing else."""
    return _RUNS_IN.get(setting, setting)


def resolvers_from(source: str) -> str:
    """Return where resolvers are set, in words; the name of a file or a program stays."""
    return _RESOLVERS_FROM.get(source, source)


def machine_words(answer: Answer) -> str:
    """Return one fact about this computer in a phrase; of what is none of those the name of its type."""
    return next((words(answer) for kind, words in _WORDS.items() if isinstance(answer, kind)), type(answer).__name__)


def _system(seen: System) -> str:
    about = (
        f"{seen.distribution or seen.system} {seen.machine}",
        f"{seen.system} {seen.release}",
        runs_in(seen.setting),
        said("on {cloud}", cloud=seen.cloud) if seen.cloud else "",
        said("with administrator's rights") if seen.privileged else "",
    )
    return _facts(", ".join(filter(None, about)), f"Python {seen.python}, {seen.openssl}")


def _facts(*facts: str) -> str:
    """Facts one after the other, each a phrase of its own; an empty one is none."""
    return "; ".join(filter(None, facts))


def _interfaces(seen: Interfaces) -> str:
    up = (interface for interface in seen.interfaces if interface.up and not interface.loopback)
    return said("up: {interface}", interface=listed(map(_interface, up), _SHOWN))


def _interface(seen: Interface) -> str:
    about = (
        ", ".join(seen.addresses[:_SHOWN]),
        said("MTU {mtu}", mtu=seen.mtu) if seen.mtu else "",
        said("VPN: {vpn}", vpn=seen.vpn) if seen.vpn else "",
    )
    told = _facts(*about)
    return f"{seen.name} ({told})" if told else seen.name


def _routes(seen: Routes) -> str:
    gateways = [route.gateway or route.interface for route in seen.routes if route.destination in ("0.0.0.0/0", "::/0")]
    by = listed(dict.fromkeys(gateways), _SHOWN)
    refused = listed((route.destination for route in seen.refusing), _SHOWN)
    return _facts(
        said("{number} {number:route|routes}, default by {gateways}", number=len(seen.routes), gateways=by),
        "" if seen.complete else said("the table could not be read in full"),
        said("refused: {destination}", destination=refused) if seen.refusing else "",
    )


def _resolvers(seen: Resolvers) -> str:
    unread = [said("line {number} is not valid", number=line.number) for line in seen.misread[:_SHOWN]]
    unasked = (
        [said("never asked: {server}", server=listed((str(server) for server in seen.passed_over), _SHOWN))]
        if seen.passed_over
        else []
    )
    servers = listed((str(server) for server in seen.servers), _SHOWN)
    return _facts(servers, *(_scope(scope) for scope in seen.scoped[:_SHOWN]), *unread, *unasked)


def _scope(scope: ScopedResolvers) -> str:
    others = said("all other names") if scope.rest or scope.whole else ""
    names = listed((*scope.domains, *([others] if others else ())), _SHOWN)
    place = f" ({scope.interface})" if scope.interface else ""
    return said(
        "for {names}: {server}{place}", names=names, server=listed((str(server) for server in scope.servers), _SHOWN), place=place
    )


def _hosts(seen: HostsFile) -> str:
    if not seen.readable:
        return said("cannot be read")
    if not seen.lines:
        return said("it has no line about these names")
    return listed(
        (said("{address} for {names}", address=line.address, names=", ".join(line.names)) for line in seen.lines), _SHOWN
    )


def _proxies(seen: Proxies) -> str:
    named = [f"{variable.name} = {variable.proxy or said('nothing readable')}" for variable in seen.variables]
    named += [
        f"{SETTING_PLACES.get(setting.source, setting.source)} = {_setting(setting)}"
        for setting in seen.settings
        if _says(setting)
    ]
    direct = (
        said("direct for {exceptions}", exceptions=listed(seen.exceptions, 2 * _SHOWN))
        if seen.exceptions
        else said("no exception")
    )
    return _facts(listed(named, _SHOWN), direct) if named else said("no proxy is set")


def _says(setting: ProxySetting) -> bool:
    """Whether this place of the system sets anything at all."""
    return setting != ProxySetting(setting.source)


def _setting(setting: ProxySetting) -> str:
    proxies = dict.fromkeys(str(proxy) for proxy in (setting.https, setting.http, setting.socks) if proxy)
    script = [said("a script")] if setting.script else [said("whatever script is found")] if setting.detect else []
    return said(" and ", "between two settings").join((*proxies, *script)) or said("nothing readable")


def _own_store(seen: TrustSettings) -> str:
    if seen.store:
        return said("the system's own trust store ({file})", file=seen.store)
    return said("the system's own trust store")


def _trust(seen: TrustSettings) -> str:
    named = [f"{variable.name} = {variable.path} ({variable.state})" for variable in seen.variables]
    own = _own_store(seen)
    return _facts(own, listed(named, _SHOWN) if named else said("no variable is set"))


_WORDS: dict[type, Callable[..., str]] = {
    System: _system,
    Interfaces: _interfaces,
    Routes: _routes,
    Resolvers: _resolvers,
    HostsFile: _hosts,
    Proxies: _proxies,
    TrustSettings: _trust,
}
