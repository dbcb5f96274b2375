"""What a process runs on: Python, Node, Java, Go, .NET or curl, in which version, with which libraries and which TLS.

It is told by names of files that the process has mapped and by what lies beside its program; nothing is run, and no file of the
user's is read.
"""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from diag.model.local_file import FileState, read_file
from diag.model.text import clean

_MOST_OF_BINARY = 48_000_000
_GO_MARK = b"\xff Go buildinf:"
_GO_VERSION = re.compile(rb"go1\.\d{1,3}(?:\.\d{1,3})?")
_PYTHON = re.compile(r"python(\d)?(?:\.(\d{1,2}))?")
_PYTHON_FOLDER = re.compile(r"/python3\.(\d{1,2})/")
_NODE_VERSION = re.compile(r"/node/v?(\d{1,3}\.\d{1,3}\.\d{1,3})/|/node-v(\d{1,3}\.\d{1,3}\.\d{1,3})")
_NET_VERSION = re.compile(r"/Microsoft\.NETCore\.App/(\d{1,2}\.\d{1,3}\.\d{1,3})/")
_JAVA_VERSION = re.compile(r'^JAVA_VERSION="([\d._+]{1,20})"', re.MULTILINE)
_TLS = re.compile(r"/(libssl\.so[.\d]*|libgnutls\.so[.\d]*|libnss3\.so|libcurl(?:-gnutls)?\.so[.\d]*|libmbedtls\.so[.\d]*)\Z")
_PACKAGES = ("snowflake_connector_python", "requests", "httpx", "urllib3", "aiohttp", "boto3", "certifi", "truststore")
_DIST = re.compile(rf"({'|'.join(_PACKAGES)})-(\d[\w.]{{0,20}})\.dist-info\Z")
_MOST_FOLDERS = 4


class Runtime(Struct, frozen=True):
    """What a process runs on."""

    name: str = ""
    """`python`, `node`, `java`, `go`, `dotnet` or `curl`; empty: something else."""
    version: str = ""
    libraries: tuple[str, ...] = ()
    """Such as `requests 2.32.3`: what lies where it would be loaded from."""
    tls: tuple[str, ...] = ()
    """The files of the TLS libraries that it has mapped, such as `libssl.so.3`."""
    home: str = ""
    """Of Java: its folder, in which its key store lies."""


def runtime_of(program: str, command: Sequence[str], mapped: Iterable[str], root: str = "") -> Runtime:
    """Return what a process of this program (a whole path) runs on; `root` stands before its paths where it has files of its
    own.
    """
    files = tuple(dict.fromkeys(mapped))
    name = os.path.basename(program)
    tls = tuple(sorted({found[1] for file in files if (found := _TLS.search(file))}))
    if _PYTHON.fullmatch(name):
        return Runtime("python", _python_version(name, files), _packages(program, command, files, root), tls)
    if name in ("node", "nodejs"):
        seen = next((found for file in (program, *files) if (found := _NODE_VERSION.search(file))), None)
        return Runtime("node", (seen[1] or seen[2]) if seen else "", (), tls)
    if name == "java":
        home = str(Path(program).parent.parent)
        return Runtime("java", _java_version(f"{root}{home}"), (), tls, home)
    net = next((found[1] for file in files if (found := _NET_VERSION.search(file))), "")
    if net or name == "dotnet":
        return Runtime("dotnet", net, (), tls)
    if name == "curl":
        return Runtime("curl", "", (), tls)
    go = _go_version(f"{root}{program}")
    return Runtime("go", go, (), tls) if go else Runtime(tls=tls)


def _python_version(name: str, files: Iterable[str]) -> str:
    told = _PYTHON.fullmatch(name)
    if told and told[2]:
        return f"3.{told[2]}"
    return next((f"3.{found[1]}" for file in files if (found := _PYTHON_FOLDER.search(file))), "")


def _packages(program: str, command: Sequence[str], files: Iterable[str], root: str) -> tuple[str, ...]:
    """The libraries that speak HTTP, in the folders that this Python loads from: that of its environment first."""
    called = command[0] if command and os.path.isabs(command[0]) else program
    prefixes = dict.fromkeys(str(Path(path).parent.parent) for path in (called, program))
    mapped = {file.partition("/site-packages/")[0] + "/site-packages" for file in files if "/site-packages/" in file}
    folders = [*mapped, *(str(found) for prefix in prefixes for found in Path(f"{root}{prefix}/lib").glob("python3*/*-packages"))]
    found: dict[str, str] = {}
    for folder in folders[:_MOST_FOLDERS]:
        try:
            names = os.listdir(folder if folder.startswith(root) else f"{root}{folder}")
        except OSError:
            continue
        for told in filter(None, map(_DIST.match, names)):
            found.setdefault(told[1], told[2])
    return tuple(f"{name.replace('_', '-')} {clean(found[name])}" for name in _PACKAGES if name in found)


def _java_version(home: str) -> str:
    contents = read_file(f"{home}/release", 20_000)
    found = _JAVA_VERSION.search(contents.data.decode("utf-8", "replace")) if contents.state is FileState.READ else None
    return found[1] if found else ""


def _go_version(program: str) -> str:
    contents = read_file(program, _MOST_OF_BINARY)
    at = contents.data.find(_GO_MARK)
    found = _GO_VERSION.search(contents.data, at, at + 200) if at >= 0 else None
    return found[0].decode().removeprefix("go") if found else "unknown" if at >= 0 else ""
