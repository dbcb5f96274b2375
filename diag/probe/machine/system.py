"""Which system this is, and with which programs diag asks."""

import os
import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from diag.model.local_file import FileState, read_file
from diag.model.machine import System
from diag.model.text import clean
from diag.probe.machine.cloud import cloud_of
from diag.probe.machine.libc import libc_of

_LIMIT = 64_000
_NAMES = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
_RELEASE_FILES = ("/etc/os-release", "/usr/lib/os-release")
"""In this order (os-release(5))."""
NOTHING_SET: Mapping[str, str] = MappingProxyType({})
_IN_PODS = "/var/run/secrets/kubernetes.io"
_TCP_ECN = "/proc/sys/net/ipv4/tcp_ecn"
_MARKS = ("/.dockerenv", "/run/.containerenv", "/run/systemd/container", _IN_PODS)
"""Files that container engines put in."""
_ENGINES = ("docker", "containerd", "kubepods", "kubelet", "libpod", "podman", "crio", "lxc", "/containers/")
"""Words by which container engines name their control groups and the files that they lay over a container's own."""
_LAID_OVER = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf")


def read_system(system: str, root: str = "", environment: Mapping[str, str] = NOTHING_SET) -> System:
    """Return the facts of `System`; `system` is `Linux`, `Darwin` or `Windows`, `root` stands before every path."""
    import ssl  # two libraries at the price of one question

    from OpenSSL import SSL

    return System(
        system=clean(system),
        release=clean(_release()),
        machine=clean(_machine(environment)),
        python=clean(sys.version.partition(" ")[0]),
        openssl=clean(ssl.OPENSSL_VERSION),
        openssl_own=clean(SSL.OpenSSL_version(SSL.OPENSSL_VERSION)),
        distribution=_distribution(root) if system == "Linux" else "",
        setting=_setting(root) if system == "Linux" else "",
        privileged=_privileged(),
        cloud=cloud_of(root) if system == "Linux" else "",
        libc=libc_of(root) if system == "Linux" else "",
        kubernetes=_is_pod(root, environment),
        asks_ecn=_asks_ecn(root) if system == "Linux" else False,
    )


def name_of_this() -> str:
    """Return `Linux`, `Darwin` or `Windows`, or what another system calls itself.

    The module `platform` would ask WMI on Windows, which may hang, or be forbidden.
    """
    return _NAMES.get(sys.platform) or os.uname().sysname


def host_name(environment: Mapping[str, str]) -> str:
    """Return what this computer is called."""
    return environment.get("COMPUTERNAME", "") if sys.platform == "win32" else os.uname().nodename


def _release() -> str:
    if sys.platform == "win32":
        return ".".join(map(str, sys.getwindowsversion().platform_version))
    return os.uname().release


def _machine(environment: Mapping[str, str]) -> str:
    if sys.platform == "win32":
        # The first is the system's own where a program for another processor asks.
        return environment.get("PROCESSOR_ARCHITEW6432") or environment.get("PROCESSOR_ARCHITECTURE", "")
    return os.uname().machine


def _is_pod(root: str, environment: Mapping[str, str]) -> bool:
    """Whether Kubernetes put its own variable, or its own folder, into this place."""
    return "KUBERNETES_SERVICE_HOST" in environment or os.path.lexists(root + _IN_PODS)


def _asks_ecn(root: str) -> bool:
    """Whether TCP connections ask for ECN: 1, and 3 and 4 where the kernel knows those."""
    return next(iter(read_file(root + _TCP_ECN, 100).lines), "").strip() in ("1", "3", "4")


def _distribution(root: str) -> str:
    for path in _RELEASE_FILES:
        contents = read_file(root + path, _LIMIT)
        if contents.state is FileState.READ:
            fields = dict(_assignments(contents.lines))
            return " ".join(value for value in (fields.get("ID", ""), fields.get("VERSION_ID", "")) if value)
    return ""


def _assignments(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """`NAME=value` in a shell's manner; the two that are wanted hold no escapes."""
    for line in lines:
        name, mark, value = line.strip().partition("=")
        if mark and not name.startswith("#"):
            yield name, clean(value.strip().strip("\"'"), 100)


def _setting(root: str) -> str:
    """A container inside of WSL is a container: the nearest wall counts."""
    groups = read_file(f"{root}/proc/1/cgroup", _LIMIT).lines
    if any(os.path.lexists(root + mark) for mark in _MARKS) or any(_names_an_engine(line) for line in groups):
        return "container"
    if any(_is_laid_over(line) for line in read_file(f"{root}/proc/self/mountinfo", _LIMIT).lines):
        return "container"
    kernel = "".join(read_file(f"{root}/proc/version", _LIMIT).lines).lower()
    return "wsl" if "microsoft" in kernel else ""


def _names_an_engine(text: str) -> bool:
    return any(engine in text for engine in _ENGINES)


def _is_laid_over(line: str) -> bool:
    """Whether a line of mountinfo (proc_pid_mountinfo(5)) lays an engine's file over one of the container's own."""
    fields = line.split(" ")
    return len(fields) > 4 and fields[4] in _LAID_OVER and _names_an_engine(fields[3])


def _privileged() -> bool:
    if sys.platform == "win32":
        import ctypes  # untried there

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0
