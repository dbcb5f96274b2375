"""The way a client would go to an endpoint, and why that way: decided before anything is tested."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from diag.model.address import Authority
from diag.model.privacy import HostName, PathText, Privacy, PublicFlag, PublicNumber, PublicText, SchemeText
from diag.model.question import Protocol
from diag.model.script import ScriptAddress


class RouteReason(StrEnum):
    """Why a way was taken."""

    NOTHING_SET = "nothing_set"
    """No proxy is set anywhere."""
    OPTION = "option"
    """The user said so on the command line."""
    EXPECTED = "expected"
    """The endpoint's list says that it must go direct, or names the proxy."""
    VARIABLE = "variable"
    """An environment variable names the proxy."""
    SETTING = "setting"
    """No variable is set, and the system's own settings name the proxy."""
    BYPASSED = "bypassed"
    """A proxy is set, and an exception (NO_PROXY, or that system's own) names this endpoint."""
    SCRIPT = "script"
    """A proxy script that this client obeys says so."""
    SCRIPT_FAILED = "script_failed"
    """The script that this client obeys is of no use: browsers then go direct."""
    SCRIPT_UNTRIED = "script_untried"
    """The script that this client obeys could not be tried here: which way it names is not known. The walk goes direct."""
    NOTHING_DETECTED = "nothing_detected"
    """This client looks for a script by itself, and there is none."""
    OWN_MACHINE = "own_machine"
    """The endpoint is this machine: no client sends that through a proxy."""


BY_SCRIPT = frozenset({RouteReason.SCRIPT, RouteReason.SCRIPT_FAILED, RouteReason.SCRIPT_UNTRIED})
"""Why a way was taken that a script had to name."""


class SettingPlace(StrEnum):
    """Where a proxy is written down beside the environment."""

    GNOME = "gnome"
    MACOS = "macos"
    WINDOWS_POLICY = "windows_policy"
    WINDOWS_USER = "windows_user"
    WINDOWS_MACHINE = "windows_machine"
    """WinHTTP's, which services use."""
    ENVIRONMENT_FILE = "environment_file"
    """`/etc/environment`: what a login session gets, and a service or a container does not."""
    GIT = "git"
    """`http.proxy` of git, which no other program reads."""
    DOCKER = "docker"
    """What Docker's client gives to containers (`proxies` in its `config.json`)."""


OF_PROGRAMS = frozenset({SettingPlace.ENVIRONMENT_FILE, SettingPlace.GIT, SettingPlace.DOCKER})
"""Places that hold for one program, or for other sessions: they show which proxy there is, and decide nothing here."""


class ClientReading(Struct, frozen=True, array_like=True):
    """How one family of clients reads the exceptions of the proxy setting for one endpoint."""

    client: PublicText
    """A name of `diag.knowledge.no_proxy.CLIENTS`."""
    reading: PublicText
    """A word of `diag.knowledge.no_proxy.Reading`."""


class ProxyAddress(Struct, frozen=True, omit_defaults=True):
    """A proxy, without its credentials."""

    host: HostName
    port: PublicNumber
    scheme: SchemeText = "http"
    """How the proxy itself is spoken to: `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`."""
    login: PublicFlag = False
    """Whether credentials for it were found; they themselves are never here."""

    @property
    def authority(self) -> Authority:
        """Host and port."""
        return Authority(self.host, self.port)

    @property
    def protocol(self) -> Protocol:
        """What it is asked in."""
        return "socks4" if self.scheme in ("socks4", "socks4a") else "socks5" if self.is_socks else "connect"

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS, and not HTTP."""
        return self.scheme.startswith("socks")

    @property
    def finds_names(self) -> bool:
        """Whether names are left to it; for `socks4` and `socks5` the client looks them up itself."""
        return self.scheme not in ("socks4", "socks5")

    def __str__(self) -> str:
        return str(self.authority)


class ScriptWay(Struct, frozen=True, omit_defaults=True):
    """One of the ways that a proxy script names for a target."""

    proxy: ProxyAddress | None = None
    """None: direct."""


class Route(Struct, frozen=True, omit_defaults=True):
    """Direct (`proxy` is None), or through a proxy; and why."""

    why: Annotated[RouteReason, Meta(extra={"privacy": Privacy.PUBLIC})]
    proxy: ProxyAddress | None = None
    source: PublicText = ""
    """The variable or option that decided, by its name, or a word of `SettingPlace`; empty where nothing did."""
    readings: tuple[ClientReading, ...] = ()
    """Where a proxy and exceptions are set: how each family of clients reads those. Kept as read, since redaction may
    change the exceptions."""
    seems_exempt: PublicFlag = False
    """Whether a person would take an exception to name this endpoint."""
    script: ScriptAddress | None = None
    """The script that decides, or that was to; None: none does, or it is still to be found."""
    passed_over: tuple[ProxyAddress, ...] = ()
    """Proxies that the script names first and that accept no connection: like browsers, this client goes on to its next way."""

    @property
    def decided_by(self) -> str:
        """What decided: `source`, or the reason's word where nothing has a name."""
        return self.source or self.why.value


class ProgramWay(Struct, frozen=True, omit_defaults=True):
    """How one program would go to an endpoint on this machine, by its own rules and what is set."""

    program: PublicText
    """What people call it."""
    route: Route
    store: PublicText
    """The list of authorities that it asks: a word of `diag.knowledge.trust_stores.Store`."""
    trust: PathText = "system"
    """The same, as a handshake names it."""
    added: PathText = ""
    """A file whose authorities come on top; empty: none."""
    added_by: PublicText = ""
    """The variable that names it."""
    partial: PublicFlag = False
    """Whether an authority below the root is enough for it."""
    legacy: PublicFlag = False
    """Whether it goes on with a server that lacks secure renegotiation."""
    reads: tuple[PublicText, ...] = ()
    """The settings that it takes a proxy from, for this endpoint."""
    switch: PublicText = ""
    """The variable that it lacks to read any; empty: it lacks none."""
    proxy_set_in: PublicText = ""
    """What sets its proxy in the program itself, as `-Dhttps.proxyHost`."""
    trust_set_in: PublicText = ""
    """The same for its list of authorities."""

    @property
    def manner(self) -> tuple[object, ...]:
        """What decides how it fares: two programs with the same fare the same."""
        return (self.route.proxy, self.trust, self.added, self.partial, self.legacy)
