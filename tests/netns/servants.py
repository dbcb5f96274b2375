"""Who answers in the house: real daemons and small functions, each a process in a room, ended by its pid.

A servant is handed over only once it listens; one that dies before says why.
"""

import inspect
import itertools
import sys
import textwrap
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL

from .listeners import listeners
from .names import Answers, Forwarder
from .plan import PLACES, ROUTER, SERVER, Place
from .rooms import Rooms, ended

NGINX = """\
daemon off; user root; worker_processes 1; pid nginx.pid; error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log access.log; default_type text/plain;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
{servers}
}}
"""

SQUID = """\
visible_hostname squid.house.test
pid_filename {folder}/squid.pid
coredump_dir {folder}
cache_log stdio:/dev/stderr
access_log stdio:{folder}/access.log
logfile_rotate 0
cache deny all
pinger_enable off
shutdown_lifetime 0 seconds
dns_timeout 3 seconds
connect_timeout 3 seconds
"""

UNBOUND = """\
server:
    rrset-roundrobin: no
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    verbosity: 1
    interface-automatic: {automatic}
    access-control: 0.0.0.0/0 allow
    access-control: ::/0 allow
"""


class Servant:
    """A process that answers in a room."""

    def __init__(self, pid: int, folder: Path, log_file: Path, dismiss: Callable[[], None]) -> None:
        self.pid = pid
        self.folder = folder
        """Its own files: configuration, certificates, access.log."""
        self._log_file = log_file
        self._dismiss = dismiss

    @property
    def log(self) -> str:
        """What it has printed so far, both streams."""
        return self._log_file.read_text(errors="replace")

    def stop(self) -> None:
        """End it; asked first, killed after a second. Twice does no harm."""
        self._dismiss()


class Servants(Rooms):
    """The house with processes in it that answer."""

    def __init__(self) -> None:
        super().__init__()
        self._resolver: Servant | None = None
        self._count = itertools.count(1)

    def serve(
        self,
        what: Sequence[str] | Callable[..., object],
        *arguments: object,
        port: int | None = None,
        protocol: str = "tcp",
        where: Place = "server",
        env: Mapping[str, str] | None = None,
        says: str | None = None,
        folder: Path | None = None,
    ) -> Servant:
        """Start a command or a function as a process in a room; wait until something new listens on `port`.

        What travels of a function is its own source: it imports what it uses and closes over nothing; its arguments
        travel by `repr`. With `says`, wait until its log says that instead; with neither, for nothing. Raises
        `RuntimeError` with the log of a servant that ended, or was not ready within ten seconds.
        """
        command = [*map(str, (*what, *arguments))] if not callable(what) else _as_program(what, arguments)
        folder = folder or self.errand(command[0])
        log_file = folder / "log"
        room = self.room(where)

        def listening() -> set[int]:
            with room.entered():
                return listeners(port, protocol) if port and says is None else set()

        def ready() -> bool:
            if says is not None:
                return says in servant.log
            return port is None or bool(listening() - before)

        before = listening()

        with log_file.open("w") as log:
            process = self.start(command, where, env=env, given=DEVNULL, out=log.fileno())
        servant = Servant(process.pid, folder, log_file, lambda: self.finish(process, patience=1.0))
        deadline = time.monotonic() + 10
        while not ready():
            if ended(process) or time.monotonic() > deadline:
                servant.stop()
                raise RuntimeError(f"{command[0]} was not ready for port {port}:\n{servant.log}")
            time.sleep(0.005)
        return servant

    def nginx(
        self,
        servers: str,
        *,
        port: int = 80,
        where: Place = "server",
        files: Mapping[str, str | bytes] | None = None,
    ) -> Servant:
        """Start nginx with these `server { ... }` blocks, in which `files` are named without a path."""
        folder = self.errand("nginx", {"nginx.conf": NGINX.format(servers=servers)} | dict(files or {}))
        command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
        return self.serve(command, port=port, where=where, folder=folder)

    def squid(
        self,
        rules: str = "http_port 3128\nhttp_access allow all\n",
        *,
        port: int = 3128,
        where: Place = "router",
        files: Mapping[str, str | bytes] | None = None,
    ) -> Servant:
        """Start squid with these rules. `{folder}` in them is where its `files` lie."""
        folder = self.errand("squid", files)
        folder.chmod(0o777)  # squid leaves root for a user of its own
        config = folder / "squid.conf"
        config.write_text(SQUID.format(folder=folder) + rules.replace("{folder}", str(folder)))
        name = self.word + folder.name.replace("-", "")  # of its shared memory, which must be its own
        return self.serve(["squid", "-N", "-n", name, "-f", str(config)], port=port, where=where, folder=folder)

    def unbound(
        self,
        config: str,
        *,
        at: Collection[str] = (),
        port: int = 53,
        where: Place = "router",
        files: Mapping[str, str | bytes] | None = None,
    ) -> Servant:
        """Start unbound with this configuration, which goes on in the `server:` clause.

        It listens at the addresses in `at`, by default at every one of the room.
        """
        interfaces = "".join(f"    interface: {address}@{port}\n" for address in at or ("0.0.0.0", "::0"))
        folder = self.errand("unbound", files)
        whole = UNBOUND.format(folder=folder, automatic="no" if at else "yes") + interfaces + config
        (folder / "unbound.conf").write_text(whole)
        command = ["unbound", "-d", "-c", str(folder / "unbound.conf")]
        return self.serve(command, port=port, says="start of service", where=where, folder=folder)

    def resolver(self, answers: Answers | Forwarder, *, at: Collection[str] = (), where: Place = "router") -> Servant:
        """Start a resolver that answers so; nobody asks it yet."""
        return self.unbound(answers.config(), at=at, where=where, files=answers.files())

    def names(self, names: Mapping[str, Collection[str]] | Answers | Forwarder, *, where: Place = "router") -> Servant:
        """Start a resolver that answers so, and have every room ask it. The one before it ends.

        A mapping gives addresses, or one other name, by name; nothing else exists. See `Answers`.
        """
        if self._resolver is not None:
            self._resolver.stop()
        self._resolver = self.resolver(names if isinstance(names, Answers | Forwarder) else Answers(names), where=where)
        for room in PLACES:
            self.resolvers(ROUTER if where == "router" else SERVER, where=room)
        return self._resolver

    def hosts(self, lines: Mapping[str, Collection[str]], *, where: Place = "client") -> None:
        """Write a room's hosts file: names by address. `localhost` is always there."""
        own = "".join(f"{address} {' '.join(names)}\n" for address, names in lines.items())
        self.room(where).write("hosts", f"127.0.0.1 localhost\n::1 localhost\n{own}")

    def resolvers(self, *addresses: str, options: str = "timeout:1 attempts:1", where: Place = "client") -> None:
        """Write a room's resolv.conf: these resolvers in this order, impatient unless `options` say otherwise."""
        lines = "".join(f"nameserver {address}\n" for address in addresses)
        self.room(where).write("resolv.conf", f"{lines}options {options}\n" if options else lines)

    def errand(self, name: str, files: Mapping[str, str | bytes] | None = None) -> Path:
        """Make a new folder in the house, with these files in it."""
        folder = self.folder / f"{Path(name).name}-{next(self._count)}"
        folder.mkdir()
        for file, content in (files or {}).items():
            (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder


def _as_program(function: Callable[..., object], arguments: tuple[object, ...]) -> list[str]:
    call = f"{function.__name__}({', '.join(map(repr, arguments))})"
    source = f"from __future__ import annotations\n{textwrap.dedent(inspect.getsource(function))}\n{call}\n"
    return [sys.executable, "-c", source]
