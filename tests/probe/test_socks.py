"""What SOCKS proxies answer: stubs that say any byte, and the two real servers of Debian."""

import socket
from pathlib import Path
from typing import Any

import msgspec
import pytest

from diag.model.address import Authority
from diag.model.observation import Unsupported
from diag.model.question import Connect, Exchange, Protocol, Tunnel
from diag.model.secret import Login
from diag.model.socks import SocksRefusal
from diag.probe.logins import Logins
from tests.probe.asking import ask
from tests.probe.peers import Serve, linger, peer, reset
from tests.real.program import free_port, needs_program, running

PROXY, NAME = Authority("proxy.test", 1080), Authority("service.test", 443)
LOGINS = Logins({PROXY: Login("alice", "s3cr3t-päss")})
GRANTED = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x1f\x90"


def script(*steps: tuple[int, bytes]) -> tuple[list[bytes], Serve]:
    """A peer that hears so many bytes and answers with those, step by step."""
    heard: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        for count, answer in steps:
            heard.append(connection.recv(count, socket.MSG_WAITALL))
            connection.sendall(answer)
        linger(connection)

    return heard, serve


def through(
    serve: Serve, target: Authority = NAME, protocol: Protocol = "socks5", login: Any = "none", patience: float = 5.0
) -> Any:
    with peer(serve) as proxy:
        return ask(Tunnel(Connect(proxy.address), PROXY, target, login, protocol), patience=patience, logins=LOGINS)[0]


def test_five_by_name() -> None:
    heard, serve = script((3, b"\x05\x00"), (19, GRANTED))
    reply = through(serve)
    assert heard == [b"\x05\x01\x00", b"\x05\x01\x00\x03\x0cservice.test\x01\xbb"]
    assert (reply.failure, reply.refusal, reply.step, reply.first_bytes) == ("", "", "request", b"\x05\x00" + GRANTED)
    assert reply.heard


@pytest.mark.parametrize(
    ("host", "said"),
    [("192.0.2.7", b"\x01\xc0\x00\x02\x07"), ("2001:db8::7", b"\x04\x20\x01\x0d\xb8" + bytes(11) + b"\x07")],
)
def test_five_by_address(host: str, said: bytes) -> None:
    heard, serve = script((3, b"\x05\x00"), (5 + len(said), GRANTED))
    assert through(serve, Authority(host, 443)).failure == ""
    assert heard[1] == b"\x05\x01\x00" + said + b"\x01\xbb"


@pytest.mark.parametrize("bound", [b"\x03\x04here\x00\x01", b"\x04" + bytes(18), b"\x01" + bytes(6)])
def test_the_bound_address_may_have_any_form_and_what_follows_is_the_tunnel(bound: bytes) -> None:
    _, serve = script((3, b"\x05\x00"), (19, b"\x05\x00\x00" + bound + b"HTTP/1.1 204 Early\r\n\r\n"))
    with peer(serve) as proxy:
        way = Tunnel(Connect(proxy.address), PROXY, NAME, protocol="socks5")
        reply, answer = ask(way, Exchange(way, NAME))
    assert reply.first_bytes == b"\x05\x00\x05\x00\x00" + bound
    assert (answer.status, answer.reason) == (204, "Early")


def test_an_answer_in_pieces() -> None:
    def serve(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"\x05\x00" + GRANTED:
            connection.sendall(bytes([byte]))
        linger(connection)

    assert through(serve).first_bytes == b"\x05\x00" + GRANTED


def test_a_login() -> None:
    password = "s3cr3t-päss".encode()
    heard, serve = script((4, b"\x05\x02"), (3 + 5 + len(password), b"\x01\x00"), (19, GRANTED))
    assert through(serve, login="password").failure == ""
    assert heard[0] == b"\x05\x02\x00\x02"
    assert heard[1] == b"\x01\x05alice" + bytes([len(password)]) + password


def test_a_login_that_nobody_wants_is_not_sent() -> None:
    heard, serve = script((4, b"\x05\x00"), (19, GRANTED))
    assert through(serve, login="password").failure == ""
    assert b"alice" not in b"".join(heard)


@pytest.mark.parametrize(
    ("login", "steps", "refusal", "code"),
    [
        ("none", ((3, b"\x05\xff"),), SocksRefusal.LOGIN_REQUIRED, 255),
        ("password", ((4, b"\x05\xff"),), SocksRefusal.LOGIN_KIND, 255),
        ("password", ((4, b"\x05\x02"), (20, b"\x01\x01")), SocksRefusal.LOGIN_REJECTED, 1),
    ],
)
def test_refused_for_who_asks(login: Any, steps: Any, refusal: SocksRefusal, code: int) -> None:
    reply = through(script(*steps)[1], login=login)
    assert (reply.failure, reply.refusal, reply.code) == ("tunnel_refused", refusal, code)
    assert reply.login_refused


def test_hung_up_on_a_login() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(4, socket.MSG_WAITALL)
        connection.sendall(b"\x05\x02")
        connection.recv(20, socket.MSG_WAITALL)

    reply = through(serve, login="password")
    assert (reply.failure, reply.step, reply.refusal) == ("cut", "login", "")
    assert reply.login_refused
    assert not reply.heard


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (1, SocksRefusal.FAILED),
        (2, SocksRefusal.FORBIDDEN),
        (3, SocksRefusal.NETWORK_UNREACHABLE),
        (4, SocksRefusal.HOST_UNREACHABLE),
        (5, SocksRefusal.CONNECTION_REFUSED),
        (6, SocksRefusal.EXPIRED),
        (7, SocksRefusal.NOT_SUPPORTED),
        (8, SocksRefusal.NOT_SUPPORTED),
        (0x5B, SocksRefusal.OTHER),
    ],
)
def test_refused_for_the_target(code: int, refusal: SocksRefusal) -> None:
    """Two bytes are enough: some proxies send no more of a refusal."""
    reply = through(script((3, b"\x05\x00"), (19, bytes([5, code])))[1])
    assert (reply.failure, reply.refusal, reply.code, reply.step) == ("tunnel_refused", refusal, code, "request")
    assert reply.heard
    assert not reply.login_refused


@pytest.mark.parametrize(
    ("target", "login", "said"),
    [
        (Authority("192.0.2.7", 443), "none", b"\x04\x01\x01\xbb\xc0\x00\x02\x07\x00"),
        (NAME, "none", b"\x04\x01\x01\xbb\x00\x00\x00\x01\x00service.test\x00"),
        (NAME, "password", b"\x04\x01\x01\xbb\x00\x00\x00\x01alice\x00service.test\x00"),
    ],
)
def test_four(target: Authority, login: Any, said: bytes) -> None:
    heard, serve = script((len(said), b"\x00\x5a" + bytes(6)))
    assert through(serve, target, "socks4", login).failure == ""
    assert heard == [said]


@pytest.mark.parametrize(
    ("code", "refusal"),
    [(91, SocksRefusal.FAILED), (92, SocksRefusal.LOGIN_REJECTED), (93, SocksRefusal.LOGIN_REJECTED), (7, SocksRefusal.OTHER)],
)
def test_four_refused(code: int, refusal: SocksRefusal) -> None:
    reply = through(script((9, bytes([0, code]) + bytes(6)))[1], Authority("192.0.2.7", 443), "socks4")
    assert (reply.failure, reply.refusal, reply.code) == ("tunnel_refused", refusal, code)


@pytest.mark.parametrize(
    ("target", "protocol", "logins"),
    [
        (Authority("2001:db8::7", 443), "socks4", LOGINS),
        (NAME, "socks5", Logins({PROXY: Login("a" * 256, "b")})),
        (NAME, "socks5", Logins({PROXY: Login("a", "b" * 256)})),
        (NAME, "socks5", Logins({PROXY: Login("", "b")})),
        (NAME, "socks4", Logins({PROXY: Login("a\0b", "")})),
    ],
)
def test_what_cannot_be_said_is_not_asked(target: Authority, protocol: Protocol, logins: Logins) -> None:
    with peer(linger) as proxy, pytest.raises(Unsupported):
        ask(Tunnel(Connect(proxy.address), PROXY, target, "password", protocol), logins=logins)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x5a\x00\x00", b"\x05\x01", b"\x15\x03\x01"])
def test_not_five(answer: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(3)
        connection.sendall(answer)
        linger(connection)

    reply = through(serve)
    assert (reply.failure, reply.step, reply.refusal) == ("malformed", "greeting", "")
    assert reply.first_bytes == answer
    assert not reply.heard


@pytest.mark.parametrize(
    ("last", "failure"),
    [(lambda connection: None, "cut"), (reset, "reset"), (linger, "timed_out")],
    ids=["cut", "reset", "silent"],
)
def test_ended_before_an_answer(last: Serve, failure: str) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(3, socket.MSG_WAITALL)
        connection.sendall(b"\x05\x00")
        connection.recv(19, socket.MSG_WAITALL)
        connection.sendall(b"\x05")
        last(connection)

    reply = through(serve, patience=1.0)
    assert (reply.failure, reply.step, reply.first_bytes) == (failure, "request", b"\x05\x00\x05")


def test_nothing_secret_is_kept() -> None:
    echo = b"\x05\x02\x01\x00\x05\x00\x00\x03\x20alice's password: s3cr3t-p\xc3\xa4ss!\x00\x00"
    reply = through(script((4, echo))[1], login="password")
    written = msgspec.msgpack.encode(reply)
    assert b"alice" not in written
    assert "s3cr3t-päss".encode() not in written


# Real servers.


def greeter(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    linger(connection)


@needs_program("microsocks")
@pytest.mark.parametrize(
    ("given", "login", "refusal"),
    [
        ((), "none", ""),
        ((), "password", ""),
        (("-u", "alice", "-P", "s3cr3t-päss"), "password", ""),
        (("-u", "alice", "-P", "s3cr3t-päss"), "none", SocksRefusal.LOGIN_REQUIRED),
        (("-u", "alice", "-P", "other"), "password", SocksRefusal.LOGIN_REJECTED),
    ],
)
def test_microsocks(given: tuple[str, ...], login: Any, refusal: str) -> None:
    port = free_port()
    with running(["microsocks", "-i", "127.0.0.1", "-p", str(port), *given], port) as proxy, peer(greeter) as service:
        way = Tunnel(Connect(proxy), PROXY, Authority("localhost", service.address.port), login, "socks5")
        reply, *answer = ask(way, *([] if refusal else [Exchange(way, NAME)]), logins=LOGINS)
    assert reply.refusal == refusal
    assert bool(reply.failure) == bool(refusal)
    if not refusal:
        assert answer[0].status == 200


DANTE = """\
logoutput: stderr
internal: 127.0.0.1 port = {port}
external: lo
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass {{ from: 127.0.0.0/8 to: 127.0.0.0/8 }}
socks block {{ from: 127.0.0.0/8 to: 127.0.0.9/32 }}
socks pass {{ from: 127.0.0.0/8 to: 127.0.0.0/8 }}
"""


@needs_program("danted")
@pytest.mark.parametrize("protocol", ["socks5", "socks4"])
def test_dante(tmp_path: Path, protocol: Protocol) -> None:
    port = free_port()
    config = tmp_path / "danted.conf"
    config.write_text(DANTE.format(port=port))
    with running(["danted", "-f", str(config), "-p", str(tmp_path / "pid")], port) as proxy, peer(greeter) as service:
        here = service.address.port

        def asked(host: str, to: int) -> Any:
            return ask(Tunnel(Connect(proxy), PROXY, Authority(host, to), protocol=protocol))[0]

        assert asked("127.0.0.1", here).failure == ""
        forbidden, refused = asked("127.0.0.9", here), asked("127.0.0.1", free_port())
    five = protocol == "socks5"
    assert (forbidden.refusal, forbidden.code) == ((SocksRefusal.FORBIDDEN, 2) if five else (SocksRefusal.FAILED, 91))
    assert (refused.refusal, refused.code) == ((SocksRefusal.CONNECTION_REFUSED, 5) if five else (SocksRefusal.FAILED, 91))
