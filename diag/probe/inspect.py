"""Asks this machine about itself. Nothing is sent; a few files and the variables that the topics name are read."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from diag.model.address import Address
from diag.model.machine import MachineFacts, Resolvers, ScriptAddress
from diag.model.observation import Unsupported
from diag.model.question import Inspect, Topic
from diag.model.secret import Secret
from diag.probe.machine.programs import RunProgram, run_program
from diag.probe.machine.system import name_of_this

if TYPE_CHECKING:
    from diag.probe.machine.adapters import Adapter
    from diag.probe.machine.windows import Windows


class Inspector:
    """Answers `Inspect` questions."""

    def __init__(
        self,
        environment: Mapping[str, str],
        resolvers: tuple[Address, ...] | None = None,
        *,
        system: str = "",
        root: str = "",
        run: RunProgram | None = None,
        windows: "Windows | None" = None,
        settings: bool = True,
    ) -> None:
        """`environment` is `os.environ` itself, which knows whether names have a case; `resolvers` replace the system's.

        `system` (`Linux`, `Darwin`, `Windows`; empty: this one), `root` (put before the system's own paths), `run` and
        `windows` stand for another machine than this. Programs see `environment` and no other. Without `settings` the
        system's own proxy settings are left alone.
        """
        self._environment = environment
        self._resolvers = resolvers
        self._system = system or name_of_this()
        self._root = root
        self._run = run or partial(run_program, environment=environment)
        self._windows = windows
        self._settings = settings
        self.scripts: dict[ScriptAddress, Secret] = {}
        """The whole addresses of the proxy scripts that the system's settings name, with login and query; known once PROXIES
        was asked."""

    def ask(self, question: Inspect) -> MachineFacts:
        """Return the facts of one topic: within milliseconds, or within seconds where a program of the system has to be run.

        Raises Unsupported where this system does not tell.
        """
        match question.topic:
            case Topic.SYSTEM:
                from diag.probe.machine.system import read_system

                return read_system(self._system, self._root, self._environment)
            case Topic.INTERFACES:
                from diag.probe.machine.interfaces import read_interfaces

                return read_interfaces(self._root, self._adapters())
            case Topic.ROUTES:
                from diag.probe.machine.routes import read_routes

                return read_routes(self._system, self._run, self._root, self._windows)
            case Topic.RESOLVERS:
                from diag.probe.machine.resolvers import read_resolvers

                if self._resolvers is not None:
                    return Resolvers(self._resolvers, source="option")
                return read_resolvers(self._system, self._run, self._root, self._windows)
            case Topic.HOSTS:
                from diag.probe.machine.hosts import hosts_path, read_hosts

                return read_hosts(hosts_path(self._system, self._environment), question.names, self._root)
            case Topic.PROXIES:
                from diag.probe.machine.proxies import read_proxies, read_settings

                where = (self._system, self._environment, self._run, self._windows, Path(self._root))
                settings = read_settings(*where) if self._settings else ()
                self.scripts |= {one.setting.script: one.script for one in settings if one.setting.script and one.script}
                return read_proxies(self._environment, settings)
            case Topic.TRUST:
                from diag.probe.machine.trust import read_trust

                return read_trust(self._environment, self._system, self._root)

    def _adapters(self) -> "tuple[Adapter, ...]":
        """Windows' own list of them; empty elsewhere, and where it cannot be had: then their names alone tell what they are."""
        if self._system != "Windows":
            return ()
        from diag.probe.machine.windows import Windows

        try:
            return (self._windows or Windows()).ip_helper.adapters()
        except Unsupported:
            return ()
