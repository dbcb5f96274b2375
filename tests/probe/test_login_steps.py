"""Logins that take several steps: with stubs that say any challenge, and with a real squid."""

import base64
import hashlib
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from diag.model.address import Address, Authority
from diag.model.observation import Unsupported
from diag.model.question import Connect, Exchange, Tunnel
from diag.model.secret import Login
from diag.probe.logins import Logins
from tests.netns import House, needs
from tests.netns.plan import ROUTER
from tests.probe.asking import ask
from tests.probe.peers import head, linger, peer

PROXY, TARGET = Authority("proxy.test", 3128), Authority("service.test", 443)
LOGINS = Logins({PROXY: Login("alice", "s3cr3t-word")})
CHALLENGE = b'HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm="house", nonce="opensesame", qop="auth"\r\n'
OPEN = b"HTTP/1.1 200 OK\r\n\r\n"


class Steps:
    """A proxy that answers one request after the other, over one connection or several, and keeps what it heard."""

    def __init__(self, *answers: bytes, hangs_up: bool = False) -> None:
        self._answers = list(answers)
        self._hangs_up = hangs_up
        self.heard: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        while self._answers:
            asked = head(connection)
            if not asked:
                return
            self.heard.append(asked)
            connection.sendall(self._answers.pop(0))
            if self._hangs_up:
                return
        linger(connection)


def through(steps: Steps, login: Any, logins: Logins = LOGINS) -> tuple[Any, int]:
    with peer(steps) as proxy:
        reply = ask(Tunnel(Connect(proxy.address), PROXY, TARGET, login), logins=logins)[0]
        return reply, proxy.connections


def test_digest_waits_for_the_challenge_and_answers_it_on_the_same_connection() -> None:
    steps = Steps(CHALLENGE + b"Content-Length: 4\r\n\r\npage", OPEN)
    reply, connections = through(steps, "digest")
    assert (reply.failure, reply.status, reply.legs, connections) == ("", 200, 2, 1)
    assert b"Proxy-Authorization" not in steps.heard[0]
    assert (
        b'Proxy-Authorization: Digest username="alice", realm="house", nonce="opensesame", uri="service.test:443"'
        in steps.heard[1]
    )


@pytest.mark.parametrize(
    ("rest", "hangs_up"),
    [(b"Content-Length: 0\r\nConnection: close\r\n\r\n", True), (b"Content-Length: 0\r\nProxy-Connection: Close\r\n\r\n", True)],
)
def test_digest_goes_on_over_a_new_connection_where_the_first_is_closed(rest: bytes, hangs_up: bool) -> None:
    steps = Steps(CHALLENGE + rest, OPEN, hangs_up=hangs_up)
    reply, connections = through(steps, "digest")
    assert (reply.failure, reply.status, connections) == ("", 200, 2)


def test_a_rejected_digest_is_tried_once_and_nothing_of_it_is_kept() -> None:
    refused = CHALLENGE + b"Content-Length: 0\r\n\r\n"
    steps = Steps(refused, refused, refused)
    reply, _ = through(steps, "digest")
    assert (reply.failure, reply.status, reply.legs) == ("tunnel_refused", 407, 2)
    assert reply.login_refused
    assert len(steps.heard) == 2
    written = msgspec.msgpack.encode(reply)
    for secret in (b"alice", b"s3cr3t-word", b"opensesame"):
        assert secret not in written


def test_a_proxy_that_wants_no_login_is_given_none() -> None:
    steps = Steps(OPEN)
    reply, _ = through(steps, "digest")
    assert (reply.status, reply.legs) == (200, 0)
    assert b"Proxy-Authorization" not in steps.heard[0]


def test_a_challenge_that_cannot_be_answered_is_the_answer() -> None:
    reply, _ = through(
        Steps(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Digest algorithm=X-OWN\r\nContent-Length: 0\r\n\r\n"), "digest"
    )
    assert (reply.failure, reply.status, reply.legs) == ("tunnel_refused", 407, 0)


def ntlm_server(users: Path) -> Callable[[bytes], bytes]:
    """An NTLM acceptor that takes one message and gives the next; an empty one: the login is accepted."""
    spnego = pytest.importorskip("spnego")
    users.write_text("HOUSE:alice:s3cr3t-word\n")
    context = spnego.server(protocol="ntlm")
    return lambda message: context.step(message) or b""


class Ntlm:
    """A proxy that takes NTLM logins, and only over one connection."""

    def __init__(self, users: Path, page: bytes = b"", opened: bytes = OPEN) -> None:
        self._step = ntlm_server(users)
        self._page = page
        self._opened = opened
        self._errors = (pytest.importorskip("spnego").exceptions.SpnegoError, ValueError)
        self.messages = 0

    def __call__(self, connection: socket.socket) -> None:
        while asked := head(connection):
            token = asked.partition(b"Proxy-Authorization: NTLM ")[2].split(b"\r\n")[0]
            self.messages += 1
            try:
                answer = self._step(base64.b64decode(token))
            except self._errors:
                answer = None
            if answer == b"":
                connection.sendall(self._opened)
                linger(connection)
                return
            said = b" " + base64.b64encode(answer) if answer else b""
            head_lines = b"HTTP/1.1 407 No\r\nContent-Length: %d\r\nProxy-Authenticate: NTLM" % len(self._page)
            connection.sendall(head_lines + said + b"\r\n\r\n" + self._page)


@pytest.mark.parametrize(("password", "status"), [("s3cr3t-word", 200), ("another", 407)])
def test_ntlm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str, status: int) -> None:
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "users"))
    serve = Ntlm(tmp_path / "users")
    with peer(serve) as proxy:
        logins = Logins({PROXY: Login("HOUSE\\alice", password)})
        reply = ask(Tunnel(Connect(proxy.address), PROXY, TARGET, "ntlm"), logins=logins)[0]
        assert proxy.connections == 1
    assert (reply.status, reply.legs, serve.messages) == (status, 2, 2)
    assert b"NTLMSSP" not in msgspec.msgpack.encode(reply)


# A plain request that the proxy forwards.

URL = "http://plain.test/page"
PLAIN_TARGET = Authority("plain.test", 80)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"


def forwarded(serve: Any, login: Any, logins: Logins = LOGINS, name: Authority = PROXY) -> tuple[Any, int]:
    with peer(serve) as proxy:
        question = Exchange(Connect(proxy.address), PLAIN_TARGET, URL, proxy=name, login=login)
        return ask(question, logins=logins)[0], proxy.connections


def test_basic_goes_with_a_plain_request() -> None:
    steps = Steps(PAGE, hangs_up=True)
    reply, _ = forwarded(steps, "basic")
    assert (reply.status, reply.body, reply.complete) == (200, b"fine", True)
    assert b"GET http://plain.test/page HTTP/1.1\r\n" in steps.heard[0]
    assert b"Proxy-Authorization: Basic YWxpY2U6czNjcjN0LXdvcmQ=\r\n" in steps.heard[0]


def test_a_plain_request_without_a_login_carries_none() -> None:
    steps = Steps(PAGE, hangs_up=True)
    forwarded(steps, "none")
    assert b"authorization" not in steps.heard[0].lower()


def test_digest_of_a_plain_request_is_over_its_method_and_address() -> None:
    steps = Steps(CHALLENGE + b"Content-Length: 0\r\nConnection: close\r\n\r\n", PAGE, hangs_up=True)
    reply, connections = forwarded(steps, "digest")
    assert (reply.status, connections) == (200, 2)
    assert b'uri="http://plain.test/page"' in steps.heard[1]
    response = re.search(rb'response="(\w+)"', steps.heard[1])
    cnonce = re.search(rb'cnonce="(\w+)"', steps.heard[1])
    assert response
    assert cnonce

    def md5(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode()).hexdigest()

    who, what = md5("alice", "house", "s3cr3t-word"), md5("GET", URL)
    assert response[1].decode() == md5(who, "opensesame", "00000001", cnonce[1].decode(), "auth", what)


def test_an_echo_of_the_login_is_not_kept_of_a_refused_request() -> None:
    page = b"user alice with s3cr3t-word and YWxpY2U6czNjcjN0LXdvcmQ="
    refused = b"HTTP/1.1 407 alice\r\nX-User: alice\r\nProxy-Authenticate: Basic\r\nContent-Length: %d\r\n\r\n" % len(page)
    reply, _ = forwarded(Steps(refused + page, hangs_up=True), "basic")
    assert (reply.status, reply.login_refused) == (407, True)
    written = msgspec.msgpack.encode(reply)
    for secret in (b"alice", b"s3cr3t-word", b"YWxpY2U6czNjcjN0LXdvcmQ="):
        assert secret not in written


def test_ntlm_of_a_plain_request_stays_on_one_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "users"))
    serve = Ntlm(tmp_path / "users", page=b"x" * 5_000, opened=PAGE)
    reply, connections = forwarded(serve, "ntlm", Logins({PROXY: Login("HOUSE\\alice", "s3cr3t-word")}))
    assert (reply.status, reply.body, connections, serve.messages) == (200, b"fine", 1, 2)


def test_no_login_is_known_for_another_proxy() -> None:
    with pytest.raises(Unsupported, match="no login"):
        forwarded(linger, "basic", name=Authority("other.test", 3128))


def test_without_pyspnego_such_a_login_is_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "spnego", None)
    with peer(linger) as proxy, pytest.raises(Unsupported, match="spnego"):
        ask(Tunnel(Connect(proxy.address), PROXY, TARGET, "ntlm"), logins=LOGINS)


# A real squid.

HELPERS = Path("/usr/lib/squid")
AUTHENTICATED = "acl known proxy_auth REQUIRED\nhttp_access deny !known\nhttp_access allow all\nhttp_port 3128\n"
DIGEST = f"auth_param digest program {HELPERS}/digest_file_auth {{folder}}/users\nauth_param digest realm house\n"
NTLM = f"auth_param ntlm program {HELPERS}/ntlm_fake_auth\nauth_param ntlm children 1\n"


def squid(house: House, rules: str, login: Any, password: str = "s3cr3t-word") -> Any:
    servant = house.squid(rules + AUTHENTICATED, files={"users": "alice:s3cr3t-word\n"})
    logins = Logins({PROXY: Login("alice", password)})
    with house.client.entered():
        reply = ask(Tunnel(Connect(Address(ROUTER, 3128)), PROXY, Authority(ROUTER, 3128), login), logins=logins)[0]
    servant.stop()
    return reply


@needs("squid")
@pytest.mark.skipif(not (HELPERS / "digest_file_auth").exists(), reason="needs squid's helper for Digest")
@pytest.mark.parametrize(
    ("login", "password", "status"), [("digest", "s3cr3t-word", 200), ("digest", "another", 407), ("basic", "s3cr3t-word", 407)]
)
def test_squid_takes_our_digest(house: House, login: str, password: str, status: int) -> None:
    assert squid(house, DIGEST, login, password).status == status


@needs("squid")
@pytest.mark.skipif(not (HELPERS / "ntlm_fake_auth").exists(), reason="needs squid's helper for NTLM")
def test_squid_takes_our_ntlm(house: House) -> None:
    pytest.importorskip("spnego")
    reply = squid(house, NTLM, "ntlm")
    assert (reply.status, reply.legs) == (200, 2)
