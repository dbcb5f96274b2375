"""One process, looked at from outside: by psutil everywhere, and by /proc on Linux. Nothing of it is changed or stopped."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

import psutil
from msgspec import Struct

from diag.model.address import literal
from diag.model.obstacle import Obstacle
from diag.model.process import ProcessFacts
from diag.probe.process.runtime import Runtime, runtime_of
from diag.probe.process.settings import PATHS, switches_in, taken_over

T = TypeVar("T")
_STATES = {psutil.CONN_SYN_SENT: 0, psutil.CONN_ESTABLISHED: 1, psutil.CONN_CLOSE_WAIT: 2, psutil.CONN_FIN_WAIT1: 3}
"""Of its connections, those that matter: what it is waiting for comes first."""
_MOST_PLACES = 8


class CannotLook(Obstacle):
    """A process that is not there, or may not be looked at; the message is a sentence without a full stop."""


class ProcessSeen(Struct, frozen=True):
    """One process."""

    pid: int
    facts: ProcessFacts
    environment: Mapping[str, str]
    """What decides how its connections go, with paths as they are reached from here."""
    root: str
    """What goes before its paths where it has other files than diag; empty: it has the same."""
    network: str
    """The file of its network namespace, where that is another one and may be entered; empty: it is diag's own, or may not."""


def find_process(wanted: str) -> int:
    """Return the number of the one process that is meant by a number or a name. Raises CannotLook."""
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        if not psutil.pid_exists(int(wanted)):
            raise CannotLook("there is no process {wanted}", wanted=wanted)
        return int(wanted)
    mine = {os.getpid(), os.getppid()}
    found = [one.pid for one in psutil.process_iter(["name"]) if one.info["name"] == wanted and one.pid not in mine]
    if not found:
        raise CannotLook("no process has this name: give its number")
    if len(found) > 1:
        raise CannotLook(
            "{n} processes have this name: give the number of one ({pids})", n=len(found), pids=", ".join(map(str, found[:8]))
        )
    return found[0]


class _Asking:
    """Asks one process; what may not be read is noted, and stands empty."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.unread: list[str] = []

    def ask(self, part: str, question: Callable[[], T], otherwise: T) -> T:
        """Return the answer, or `otherwise` where it may not be had. Raises CannotLook where the process has ended."""
        try:
            return question()
        except (psutil.NoSuchProcess, ProcessLookupError):
            raise CannotLook("process {pid} has ended", pid=self.pid) from None
        except (psutil.Error, OSError, NotImplementedError, AttributeError):
            self.unread.append(part)
            return otherwise


def look_at(pid: int) -> ProcessSeen:
    """Return what can be seen of a process. Raises CannotLook where its settings may not be read."""
    asking = _Asking(pid)
    process = asking.ask("program", lambda: psutil.Process(pid), None)
    nothing: list[str] = []
    empty: dict[str, str] = {}
    environment = asking.ask("environment", process.environ, empty) if process else empty
    if process is None or asking.unread:
        raise _may_not(pid)
    command = asking.ask("command", process.cmdline, nothing)
    root = asking.ask("namespaces", lambda: _root(pid), "")
    network = asking.ask("namespaces", lambda: _network(pid), "")
    program = asking.ask("program", process.exe, "")
    mapped = asking.ask("program", lambda: _mapped(process), nothing)
    runtime = runtime_of(program, command, mapped, root)
    settings = taken_over(environment, command)
    facts = ProcessFacts(
        runtime=runtime.name,
        version=runtime.version,
        libraries=runtime.libraries,
        tls=runtime.tls,
        switches=switches_in(environment, command[1:] if runtime.name == "node" else ()),
        settings=tuple(sorted(settings)),
        other_user=asking.ask("limits", lambda: _is_another(process), False),
        other_network=bool(network),
        other_files=bool(root),
        most_files=asking.ask("limits", lambda: _most_files(process), 0),
        open_files=asking.ask("limits", lambda: _open_files(process), 0),
        unread=tuple(dict.fromkeys(asking.unread)),
    )
    return ProcessSeen(pid, facts, _reached(settings, root, runtime), root, network)


def _mapped(process: psutil.Process) -> list[str]:
    """The files that it has in its memory: of Linux alone."""
    return [part.path for part in process.memory_maps()] if sys.platform == "linux" else []


def _open_files(process: psutil.Process) -> int:
    return process.num_fds() if sys.platform != "win32" else 0


def _may_not(pid: int) -> CannotLook:
    return CannotLook(
        "the settings of process {pid} may not be read: it belongs to another user, or the system keeps them back. Call diag as "
        "that user, or as root",
        pid=pid,
    )


def _reached(settings: Mapping[str, str], root: str, runtime: Runtime) -> dict[str, str]:
    """The settings, with paths as they are reached from here, and Java's folder where that is known by its program."""
    known = {"JAVA_HOME": runtime.home, **settings} if runtime.home else dict(settings)
    if not root:
        return known
    return {name: f"{root}{value}" if name in PATHS and value.startswith("/") else value for name, value in known.items()}


def _root(pid: int) -> str:
    """Where its files are, if they are others than ours."""
    if sys.platform != "linux" or os.readlink(f"/proc/{pid}/ns/mnt") == os.readlink("/proc/self/ns/mnt"):
        return ""
    root = f"/proc/{pid}/root"
    return root if os.access(f"{root}/etc", os.R_OK | os.X_OK) else ""


def _network(pid: int) -> str:
    """The file of its network namespace, if that is another one than ours."""
    if sys.platform != "linux":
        return ""
    path = f"/proc/{pid}/ns/net"
    return "" if os.readlink(path) == os.readlink("/proc/self/ns/net") else path


def _is_another(process: psutil.Process) -> bool:
    return sys.platform != "win32" and process.uids().real != os.getuid()


def _most_files(process: psutil.Process) -> int:
    soft = process.rlimit(psutil.RLIMIT_NOFILE)[0] if hasattr(process, "rlimit") else 0
    return int(soft) if 0 < soft < 1 << 31 else 0


def places_of(pid: int) -> tuple[tuple[str, int], ...]:
    """Return the addresses and ports that a process is connecting or connected to, in that order; empty: none, or not to be had.

    This computer itself counts only where there is nobody else. Of a process in another network nothing is seen from outside it.
    """
    asking = _Asking(pid)
    nowhere: tuple[tuple[str, int], ...] = ()
    return asking.ask("connections", lambda: _places(psutil.Process(pid)), nowhere)


def _places(process: psutil.Process) -> tuple[tuple[str, int], ...]:
    ranked = sorted(
        (_STATES[one.status], one.raddr.ip, one.raddr.port)
        for one in process.net_connections(kind="tcp")
        if one.raddr and one.status in _STATES
    )
    seen = tuple(dict.fromkeys((_unmapped(ip), port) for _, ip, port in ranked))
    far = tuple(place for place in seen if not _is_loopback(place[0]))
    return (far or seen)[:_MOST_PLACES]


def _unmapped(ip: str) -> str:
    return ip.removeprefix("::ffff:") if ip.startswith("::ffff:") and "." in ip else ip


def _is_loopback(ip: str) -> bool:
    read = literal(ip)
    return read is not None and read.is_loopback


def enter_network(path: str) -> bool:
    """Go into the network namespace of this file, with all that is asked from now on. False: that is not allowed."""
    import ctypes

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return bool(ctypes.CDLL(None, use_errno=True).setns(descriptor, 0) == 0)
    except (AttributeError, OSError):
        return False
    finally:
        os.close(descriptor)
