"""Three rooms and two wires: network namespaces joined by veth pairs, with no door to the outside.

Both ends of either wire lie inside the house, so no packet can leave it. Each room has its own resolv.conf, hosts and
nsswitch.conf under /etc/netns, so no program in it asks the machine's own resolver. Everything is named after this
process and a random word: several houses stand side by side, and a house whose process was killed is recognised by
the next one, which clears it away.
"""

import contextlib
import ctypes
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from . import plan
from .plan import PLACES, Place

NAMESPACES = Path("/run/netns")
ETC = Path("/etc/netns")
UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
REPOSITORY = Path(__file__).parents[2]

CALM = (  # set before any link comes up
    *(f"net.ipv6.conf.{which}.accept_dad=0" for which in ("all", "default")),
    *(f"net.ipv6.conf.{which}.accept_ra=0" for which in ("all", "default")),
    *(f"net.ipv4.conf.{which}.rp_filter=0" for which in ("all", "default")),
    "net.ipv4.icmp_ratelimit=0",  # else the second refusal is a time-out
    "net.ipv6.icmp.ratelimit=0",
    "net.ipv4.tcp_no_metrics_save=1",  # no connection learns from the one before it
    "net.ipv6.conf.default.keep_addr_on_down=1",
)
FORWARDING = ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")

# gso_max_segs: every packet is one that a real wire would carry, so filters and limits see what real ones see.
WIRES: Mapping[Place, tuple[str, ...]] = {
    "client": (
        "link set lo up",
        f"addr add {plan.CLIENT}/24 dev to-router",
        f"addr add {plan.CLIENT6}/64 dev to-router",
        "link set to-router up gso_max_segs 1",
        f"route add default via {plan.ROUTER}",
        f"route add default via {plan.ROUTER6}",
    ),
    "router": (
        "link set lo up",
        f"addr add {plan.ROUTER}/24 dev to-client",
        f"addr add {plan.ROUTER6}/64 dev to-client",
        f"addr add {plan.ROUTER_FAR}/24 dev to-server",
        f"addr add {plan.ROUTER_FAR6}/64 dev to-server",
        "link set to-client up gso_max_segs 1",
        "link set to-server up gso_max_segs 1",
        f"route add blackhole {plan.SILENT}/32",
        f"route add blackhole {plan.SILENT6}/128",
    ),
    "server": (
        "link set lo up",
        f"addr add {plan.SERVER}/24 dev to-router",
        f"addr add {plan.SERVER6}/64 dev to-router",
        "link set to-router up gso_max_segs 1",
        f"route add default via {plan.ROUTER_FAR}",
        f"route add default via {plan.ROUTER_FAR6}",
    ),
}

_JAVA = Path("/etc/ssl/certs/java")
WITHOUT_JAVA = ("sh", "-c", f'mount -t tmpfs tmpfs {_JAVA} && exec "$@"', "sh") if _JAVA.is_dir() else ()
"""Hides from the client what this machine's Java programs trust: the house is one, with Java and without."""


@dataclass(frozen=True)
class Room:
    """One network namespace: its name, as `ip netns` knows it, and its files, seen inside as /etc/..."""

    name: str

    @property
    def etc(self) -> Path:
        return ETC / self.name

    def write(self, file: str, text: str) -> None:
        """Write resolv.conf, hosts or nsswitch.conf in place: programs that already run in the room see it too."""
        (self.etc / file).write_text(text)

    def do(self, *command: str, text: str = "") -> str:
        """Run a tool of the house in this room; returns what it printed, raises with what it complained of."""
        return demand(["ip", "netns", "exec", self.name, *command], text)

    def set(self, *settings: str) -> None:
        """Write settings of the kernel that begin with `net.` and that each room has of its own (sysctl(8))."""
        with self.entered():
            for name, _, value in (setting.partition("=") for setting in settings):
                Path("/proc/sys", *name.split(".")).write_text(value)

    def ip(self, *lines: str) -> None:
        """Hand lines to `ip`, run one after the other; the family is that of the addresses."""
        demand(["ip", "-n", self.name, "-batch", "-"], "\n".join(lines) + "\n")

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Let the calling thread stand in this room's network; its files and other threads stay outside."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(NAMESPACES / self.name, os.O_RDONLY)
        try:
            _step(there)
            try:
                yield
            finally:
                _step(home)
        finally:
            os.close(there)
            os.close(home)


class Rooms:
    """The house without furniture: build it with `with`, run programs in it."""

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}
        """What every program of the house finds in its environment, beside what is usual there."""
        self.word = f"house{os.getpid()}x{secrets.token_hex(3)}"  # letters and digits: squid takes no more
        self.folder = Path(tempfile.gettempdir()) / self.word
        """Everything the house writes, apart from /etc/netns; gone afterwards."""
        self.home = self.folder / "home"
        """Where programs of the house stand and what they find as HOME: empty at first."""
        self.client = Room(f"{self.word}-client")
        self.router = Room(f"{self.word}-router")
        self.server = Room(f"{self.word}-server")
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        try:
            _clear_ruins()
            self._build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing behind: end what still runs, the last first, then remove the rooms and every file."""
        try:
            for process in reversed(self._running[:]):
                self.finish(process)
        finally:
            _clear(self.word)

    def room(self, place: Place) -> Room:
        """Give the room of that name."""
        return {"client": self.client, "router": self.router, "server": self.server}[place]

    def run(
        self,
        command: Sequence[str],
        *,
        where: Place = "client",
        unprivileged: bool = False,
        env: Mapping[str, str] | None = None,
        text: str | None = None,
        timeout: float = 30.0,
        cwd: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in a room, by default at the client in `home`, and return its code and what it printed.

        `unprivileged` takes every capability away, though not the user id, so that the interpreter stays readable.
        `text` is its standard input. After `timeout` seconds it is killed, children too: `subprocess.TimeoutExpired`.
        """
        process = self.start(command, where, unprivileged=unprivileged, env=env, cwd=cwd)
        try:
            out, err = process.communicate(text, timeout)
        except BaseException:
            self.finish(process)
            raise
        self._running.remove(process)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def start(
        self,
        command: Sequence[str],
        where: Place,
        *,
        unprivileged: bool = False,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        given: int = subprocess.PIPE,
        out: int = subprocess.PIPE,
    ) -> subprocess.Popen[str]:
        """Start a program in a room, with a small environment, at the head of its own process group.

        `given` is its standard input. If `out` is a file, both its streams go there.
        """
        before = (*(WITHOUT_JAVA if where == "client" else ()), *(UNPRIVILEGED if unprivileged else ()))
        small = {"PATH": PATH, "HOME": str(self.home), "LANG": "C.UTF-8", "PYTHONPATH": str(REPOSITORY)}
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.room(where).name, *before, *command],
            stdin=given,
            stdout=out,
            stderr=subprocess.PIPE if out == subprocess.PIPE else subprocess.STDOUT,
            text=True,
            cwd=cwd or self.home,
            env=small | self.variables | dict(env or {}),
            start_new_session=True,
        )
        self._running.append(process)
        return process

    def finish(self, process: subprocess.Popen[str], patience: float = 0.0) -> None:
        """End a started process and its group: asked first if there is `patience` (seconds), then killed."""
        if process not in self._running:
            return
        deadline = time.monotonic() + patience
        if process.returncode is None:  # not waited for yet, so its number is still its own
            if patience:
                os.kill(process.pid, signal.SIGTERM)
            while not ended(process) and time.monotonic() < deadline:
                time.sleep(0.002)
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        self._running.remove(process)

    def socket(self, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM, *, where: Place) -> socket.socket:
        """Make a socket that lives in a room though this process holds it. Names are not to be looked up with it."""
        with self.room(where).entered():
            return socket.socket(family, kind)

    def also_at(self, *addresses: str) -> None:
        """Give the server further addresses, and the router the way to them."""
        ways = {address: f"via {plan.SERVER6 if ':' in address else plan.SERVER}" for address in addresses}
        self.server.ip(*(f"addr add {address} dev to-router" for address in addresses))
        self.router.ip(*(f"route add {address} {way}" for address, way in ways.items()))

    def _build(self) -> None:
        self.home.mkdir(parents=True)
        self.folder.chmod(0o755)  # squid looks in as a user of its own
        for place in PLACES:
            room = self.room(place)
            room.etc.mkdir(parents=True)
            room.write("resolv.conf", f"nameserver {plan.ROUTER}\noptions timeout:1 attempts:1\n")
            room.write("hosts", "127.0.0.1 localhost\n::1 localhost\n")
            room.write("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
        _ip(f"netns add {self.room(place).name}" for place in PLACES)
        for place in PLACES:
            self.room(place).set(*CALM, *(FORWARDING if place == "router" else ()))
        # Two ends with the same index would have the kernel take its time, up to a second, before IPv6 is ready.
        _ip(
            f"link add to-{side} index {index} netns {self.router.name}"
            f" type veth peer name to-router index {index + 10} netns {self.room(side).name}"
            for index, side in ((11, "client"), (12, "server"))
        )
        for place in PLACES:
            self.room(place).ip(*WIRES[place])
        self.also_at(*plan.PRIVATE, *plan.PUBLIC)


def demand(command: Sequence[str], text: str = "") -> str:
    """Run a tool to its end; returns what it printed, raises `RuntimeError` with what it complained of."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{text}\n{done.stderr.strip()}")
    return done.stdout


def _ip(lines: Iterable[str]) -> None:
    demand(["ip", "-batch", "-"], "\n".join(lines) + "\n")


def ended(process: subprocess.Popen[str]) -> bool:
    """Say whether a started process is over, without taking note of it: its number stays its own."""
    over = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return process.returncode is not None or os.waitid(os.P_PID, process.pid, over) is not None


def _step(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, 0x40000000) != 0:  # CLONE_NEWNET; os.setns came with Python 3.12
        raise OSError(ctypes.get_errno(), "setns")


def _traces() -> Iterator[tuple[int, str, Path]]:
    """Find what houses leave in this machine: the process that built it, its word, and where it lies."""
    for folder in (NAMESPACES, ETC, Path(tempfile.gettempdir()), Path("/dev/shm")):
        for path in folder.iterdir() if folder.is_dir() else ():
            if built := re.match(r"(house(\d+)x[0-9a-f]{6})", path.name):
                yield int(built[2]), built[1], path


def _clear(word: str) -> None:
    """Remove one house, whatever of it exists: first the processes in its rooms, then the rooms and files."""
    left = [path for _, owner, path in _traces() if owner == word]
    rooms = [path for path in left if path.parent == NAMESPACES]
    for pid in _inside(rooms) - {os.getpid()}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if rooms:
        lines = "".join(f"netns delete {path.name}\n" for path in rooms)
        subprocess.run(["ip", "-force", "-batch", "-"], input=lines.encode(), capture_output=True, check=False)
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path not in rooms:
            path.unlink(missing_ok=True)


def _inside(rooms: Sequence[Path]) -> set[int]:
    """Find the processes that stand in one of these rooms, as `ip netns pids` does."""
    numbers = [int(entry) for entry in os.listdir("/proc") if entry.isdecimal()] if rooms else []
    there = {_identity(path) for path in rooms} - {None}
    return {pid for pid in numbers if _identity(Path(f"/proc/{pid}/ns/net")) in there}


def _identity(namespace: Path) -> tuple[int, int] | None:
    try:
        found = namespace.stat()
    except OSError:  # a room that somebody else has cleared away, or a process that has ended meanwhile
        return None
    return found.st_dev, found.st_ino


def _clear_ruins() -> None:
    """Remove the houses of processes that are gone: killed before they could clear up."""
    for word in {word for builder, word, _ in _traces() if not Path("/proc", str(builder)).exists()}:
        _clear(word)
