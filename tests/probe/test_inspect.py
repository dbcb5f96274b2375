"""The Inspector on this machine, and on machines that a folder and recorded outputs stand for."""

import os
import platform
import socket
import ssl
import sys
from pathlib import Path
from types import SimpleNamespace

import cryptography
import psutil
import pytest

from diag.model.address import Address
from diag.model.machine import Interface, Interfaces, MachineFacts, Resolvers, Routes, System, TrustSettings
from diag.model.question import Inspect, Topic
from diag.probe.inspect import Inspector
from diag.probe.machine.interfaces import _interfaces
from diag.probe.machine.programs import run_program
from diag.probe.machine.rtnetlink import read_links
from diag.probe.machine.system import read_system


def lay(root: Path, **files: str) -> str:
    """A machine's files, `etc__hosts` standing for /etc/hosts."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(root)


@pytest.mark.parametrize("topic", list(Topic))
def test_this_machine_answers_every_topic_with_its_own_facts(topic: Topic) -> None:
    facts: dict[Topic, type] = {
        Topic.SYSTEM: System,
        Topic.INTERFACES: Interfaces,
        Topic.ROUTES: Routes,
        Topic.TRUST: TrustSettings,
    }
    seen: MachineFacts = Inspector(os.environ).ask(Inspect(topic, ("localhost",)))
    assert isinstance(seen, facts.get(topic, type(seen)))
    assert type(seen).__struct_config__.tag == str(topic)


def test_the_system_and_its_programs() -> None:
    seen = read_system(platform.system())
    assert (seen.system, seen.machine, seen.python) == (platform.system(), platform.machine(), platform.python_version())
    assert seen.openssl == ssl.OPENSSL_VERSION
    assert seen.openssl_own.startswith("OpenSSL ")
    assert seen.privileged == (os.geteuid() == 0)
    assert cryptography.__version__


@pytest.mark.parametrize(
    ("files", "distribution"),
    [
        ({}, ""),
        ({"etc__os-release": 'NAME="Debian"\nID=debian\nVERSION_ID="12"\n'}, "debian 12"),
        ({"usr__lib__os-release": "# ID=comment\nID=arch\n"}, "arch"),
        ({"etc__os-release": "ID='rhel'\nVERSION_ID='9.4'", "usr__lib__os-release": "ID=other"}, "rhel 9.4"),
        ({"etc__os-release": "\x1b[2J\x00 garbage"}, ""),
    ],
)
def test_the_distribution(tmp_path: Path, files: dict[str, str], distribution: str) -> None:
    assert read_system("Linux", lay(tmp_path, **files)).distribution == distribution


_OVERLAID = "612 599 254:1 /var/lib/docker/containers/f00/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda1 rw\n"
_NAMESPACE = "612 599 254:1 /etc/netns/client/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda1 rw\n"


@pytest.mark.parametrize(
    ("files", "setting"),
    [
        ({"proc__1__cgroup": "0::/init.scope\n", "proc__version": "Linux version 6.1.0-debian"}, ""),
        ({".dockerenv": ""}, "container"),
        ({"run__.containerenv": "engine=podman"}, "container"),
        ({"proc__1__cgroup": "12:cpu:/kubepods/burstable/pod1\n"}, "container"),
        ({"proc__self__mountinfo": _OVERLAID}, "container"),
        ({"proc__self__mountinfo": _NAMESPACE}, ""),
        ({"proc__version": "Linux version 5.15.90.1-Microsoft-standard-WSL2"}, "wsl"),
        ({"proc__version": "Linux version 5.15.90.1-microsoft-standard-WSL2", ".dockerenv": ""}, "container"),
    ],
)
def test_what_the_system_runs_inside(tmp_path: Path, files: dict[str, str], setting: str) -> None:
    assert read_system("Linux", lay(tmp_path, **files)).setting == setting


@pytest.mark.parametrize(
    ("value", "asks"), [("0\n", False), ("1\n", True), ("2\n", False), ("3\n", True), ("5\n", False), ("", False)]
)
def test_whether_connections_ask_for_ecn(tmp_path: Path, value: str, asks: bool) -> None:
    root = lay(tmp_path, **{"proc/sys/net/ipv4/tcp_ecn": value})
    assert read_system("Linux", root).asks_ecn is asks
    assert not read_system("Darwin", root).asks_ecn


def test_linux_alone_is_looked_at_by_its_files(tmp_path: Path) -> None:
    root = lay(tmp_path, **{"etc__os-release": "ID=debian", ".dockerenv": ""})
    assert (read_system("Darwin", root).distribution, read_system("Darwin", root).setting) == ("", "")


def test_the_loopback_interface_is_among_this_machine_s() -> None:
    seen = Inspector({}).ask(Inspect(Topic.INTERFACES))
    assert isinstance(seen, Interfaces)
    loopback = [interface for interface in seen.interfaces if interface.loopback]
    assert any("127.0.0.1" in interface.addresses and interface.up and interface.mtu for interface in loopback)


@pytest.mark.skipif(sys.platform != "linux", reason="rtnetlink is Linux' own")
def test_the_kernel_tells_what_psutil_reads() -> None:
    psutils = {one.name: one for one in _interfaces(psutil.net_if_addrs(), psutil.net_if_stats())}
    seen = {link.name: link for link in read_links()}
    assert seen.keys() == psutils.keys()
    for name, link in seen.items():
        assert (link.mtu, set(link.addresses)) == (psutils[name].mtu, set(psutils[name].addresses))


def test_interfaces_with_and_without_statistics() -> None:
    def address(family: int, text: str) -> SimpleNamespace:
        return SimpleNamespace(family=family, address=text)

    addresses = {
        "eth0": [
            address(socket.AF_INET, "192.0.2.7"),
            address(socket.AF_INET6, "fe80::1%eth0"),
            address(-1, "02:00:00:00:00:01"),
            address(socket.AF_INET, "no address"),
        ],
        "Loopback \x1b[2J": [address(socket.AF_INET, "127.0.0.1")],
    }
    statistics = {
        "eth0": SimpleNamespace(isup=True, mtu=1400, flags="up,running"),
        "tun0": SimpleNamespace(isup=False, mtu=1280, flags=""),
        "lo": SimpleNamespace(isup=True, mtu=65536, flags="up,loopback,running"),
    }
    assert _interfaces(addresses, statistics) == (
        Interface("eth0", True, 1400, ("192.0.2.7", "fe80::1%eth0")),
        Interface("Loopback \ufffd[2J", False, 0, ("127.0.0.1",), loopback=True),
        Interface("tun0", False, 1280),
        Interface("lo", True, 65536, loopback=True),
    )


def test_named_resolvers_replace_the_system_s(tmp_path: Path) -> None:
    named = (Address("127.0.0.1", 5353),)
    root = lay(tmp_path, etc__resolv_conf="nameserver 192.0.2.1\nsearch corp.test\n")
    assert Inspector({}, named, root=root).ask(Inspect(Topic.RESOLVERS)) == Resolvers(named, source="option")
    assert Inspector({}, (), root=root).ask(Inspect(Topic.RESOLVERS)) == Resolvers((), source="option")


def test_a_program_s_output_comes_line_by_line_and_harmless() -> None:
    lines = run_program((sys.executable, "-c", r"import sys; sys.stdout.buffer.write(b'one\r\ntw\x1b[2Jo\n\xff')"))
    assert lines == ("one", "tw\ufffd[2Jo", "\ufffd")


@pytest.mark.parametrize("command", [("/no/such/program",), (sys.executable, "-c", "raise SystemExit(3)")])
def test_a_program_that_fails_tells_nothing(command: tuple[str, ...]) -> None:
    assert run_program(command) is None


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diag.probe.machine.programs._PATIENCE", 0.2)
    assert run_program((sys.executable, "-c", "import time; time.sleep(600)")) is None
