"""Where a lab listens: wherever there is room, or at the same ports each time, for those who need to know them beforehand; on
loopback, or at another address of this computer, where only the lab itself can be reached through it.
"""

import socket
import sys
from pathlib import Path

import pytest

from diag.lab.site import start
from tests.cli.shell import called, diag

ANOTHER = "127.0.0.5"
"""An address that Linux has without being told, and on which nothing else listens."""
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")

FIRST = 23101


def ports_of(first_port: int) -> list[str]:
    with start("proxy-open", "tls-certificate-expired", first_port=first_port) as running:
        return [where for scene in running.scenes for where in (*scene.endpoints, scene.proxy or "", str(scene.resolver))]


def test_ports_are_given_out_in_order_from_the_first_on() -> None:
    wherever = ports_of(FIRST)
    assert wherever == ports_of(FIRST)
    numbers = {int(where.rpartition(":")[2].strip("/")) for where in wherever if ":" in where}
    assert numbers <= set(range(FIRST, FIRST + 10))


@ON_LINUX
def test_at_another_address_of_this_computer_a_fault_is_what_it_is(tmp_path: Path) -> None:
    with start("proxy-login-required", listen=ANOTHER) as running:
        (scene,) = running.scenes
        assert scene.proxy is not None
        assert ANOTHER in scene.proxy
        assert str(scene.resolver).startswith(f"{ANOTHER}:")
        arguments = (
            "--proxy",
            scene.proxy,
            "--resolver",
            str(scene.resolver),
            "--trust",
            str(scene.trust),
            "--no-bundle",
            "--json",
        )
        told = diag("run", *scene.endpoints, *arguments, within=tmp_path).document
        assert [cause["id"] for cause in told["causes"]] == ["proxy-login-required"]
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", int(scene.proxy.rpartition(":")[2])), timeout=5)


@ON_LINUX
def test_through_its_proxy_others_reach_the_lab_and_nothing_else_of_this_computer() -> None:
    with (
        socket.create_server((ANOTHER, 0)) as theirs,
        socket.create_server(("127.0.0.1", 0)) as inside,
        start("proxy-open", listen=ANOTHER) as running,
    ):
        (scene,) = running.scenes
        place = scene.proxy or ""
        host, _, port = scene.endpoints[0].partition("://")[2].rpartition(":")
        for target, status in (
            (f"{host}:{port}", b"200"),
            (f"{ANOTHER}:{theirs.getsockname()[1]}", b"503"),
            (f"127.0.0.1:{inside.getsockname()[1]}", b"503"),
        ):
            with socket.create_connection((ANOTHER, int(place.rpartition(":")[2])), timeout=5) as client:
                client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
                assert client.recv(100).split()[1] == status, target


@pytest.mark.parametrize("address", ["0.0.0.0", "::1", "224.0.0.1", "nowhere", "192.0.2.77"])
def test_an_address_that_is_not_to_be_had_is_a_sentence(address: str, tmp_path: Path) -> None:
    ended = called("lab", "start", "proxy-open", "--listen", address, within=tmp_path)
    assert ended.code == 2
    assert "--listen" in ended.complaint
