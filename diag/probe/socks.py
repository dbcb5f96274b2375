"""Does this SOCKS proxy open a way to this target? (SOCKS5: RFC 1928 and 1929; SOCKS4 and its extension 4a)

Read by hand over the wire itself: the reply's number and the first bytes are kept also where they make no sense, and what
follows the reply belongs to the tunnel.
"""

import asyncio
import struct

from diag.model.address import Authority, literal
from diag.model.answer import TunnelReply
from diag.model.failure import Failure
from diag.model.observation import Unsupported
from diag.model.question import Tunnel
from diag.model.secret import Login
from diag.model.socks import GRANTED_BY_FOUR, NO_METHOD, SocksRefusal, from_four, from_reply
from diag.probe.scrub import without
from diag.probe.streams import ByteStream, Ended

_FIVE, _FOUR, _LOGIN_VERSION = 5, 4, 1
_NO_LOGIN, _PASSWORD = 0, 2
_CONNECT = 1
_IP4, _NAME, _IP6 = 1, 3, 4
_LONGEST = 255
"""Bytes of a name, of a user's name and of a password: each has one byte for its length."""
_KEPT = 1024


async def socks(question: Tunnel, wire: ByteStream, login: Login | None, until: float) -> tuple[TunnelReply, ByteStream | None]:
    """Ask for a way, until the loop's time is `until`. The wire is closed and the second part None where none was opened.

    Raises Unsupported where the target or the login cannot be said in this version of SOCKS.
    """
    talk = _Talk(question.target, login, wire)
    failure = ""
    try:
        async with asyncio.timeout_at(until):
            await (talk.five() if question.protocol == "socks5" else talk.four())
    except Ended as error:
        failure = error.failure
    except TimeoutError:
        failure = Failure.TIMED_OUT
    except BaseException:
        wire.abort()
        raise
    secrets = (login.user, login.password) if login else ()
    reply = TunnelReply(
        failure=failure,
        first_bytes=without(talk.heard, secrets)[:_KEPT],
        tcp=wire.tcp,
        step=talk.step,
        code=talk.code,
        refusal=talk.refusal,
    )
    if failure:
        wire.abort()
        return reply, None
    return reply, wire


class _Talk:
    """What is said to the proxy, step by step, and what it says."""

    def __init__(self, target: Authority, login: Login | None, wire: ByteStream) -> None:
        self._target = target
        self._login = login
        self._wire = wire
        self.heard = b""
        self.step = ""
        self.code = 0
        self.refusal = ""

    async def five(self) -> None:
        """Speak SOCKS5: the greeting, the login where the proxy wants one, the request."""
        request = struct.pack("!BBx", _FIVE, _CONNECT) + _place(self._target) + struct.pack("!H", self._target.port)
        login = _password(self._login) if self._login else b""
        self.step = "greeting"
        methods = bytes([_NO_LOGIN, _PASSWORD] if login else [_NO_LOGIN])
        await self._wire.write(bytes([_FIVE, len(methods)]) + methods)
        _, method = await self._read(2, _FIVE)
        if method == NO_METHOD:
            self._refused(method, SocksRefusal.LOGIN_KIND if login else SocksRefusal.LOGIN_REQUIRED)
        if method not in methods:
            raise Ended(Failure.MALFORMED)
        if method == _PASSWORD:
            self.step = "login"
            await self._wire.write(login)
            _, status = await self._read(2)
            if status:
                self._refused(status, SocksRefusal.LOGIN_REJECTED)
        self.step = "request"
        await self._wire.write(request)
        _, code = await self._read(2, _FIVE)
        if code:
            self._refused(code, from_reply(code))
        _, kind, length = await self._read(3)
        rest = {_IP4: 4, _IP6: 16, _NAME: length + 1}.get(kind)
        if rest is None:
            raise Ended(Failure.MALFORMED)
        await self._read(rest - 1 + 2)

    async def four(self) -> None:
        """Speak SOCKS4, or 4a where the target is a name: one request, with the user's name where there is one."""
        user = self._login.user.reveal().encode() if self._login else b""
        if b"\0" in user:
            raise Unsupported("a SOCKS4 login with a zero byte")
        ip = literal(self._target.host)
        if ip is not None and ip.version == 6:
            raise Unsupported("IPv6 addresses over SOCKS4")
        address = b"\0\0\0\1" if ip is None else ip.packed
        name = _ascii(self._target.host) + b"\0" if ip is None else b""
        self.step = "request"
        await self._wire.write(struct.pack("!BBH", _FOUR, _CONNECT, self._target.port) + address + user + b"\0" + name)
        _, code = await self._read(2, 0)
        if code != GRANTED_BY_FOUR:
            self._refused(code, from_four(code))
        await self._read(6)

    async def _read(self, count: int, version: int | None = None) -> bytes:
        """The next `count` bytes, the first of which is `version`. Raises Ended."""
        data = b""
        try:
            while len(data) < count:
                more = await self._wire.read()
                if not more:
                    raise Ended(Failure.CUT)
                data += more
                if version is not None and data[0] != version:
                    count = len(data)
                    raise Ended(Failure.MALFORMED)
        finally:
            self.heard += data[:count]
        self._wire.unread(data[count:])
        return data[:count]

    def _refused(self, code: int, refusal: SocksRefusal) -> None:
        self.code, self.refusal = code, refusal.value
        raise Ended(Failure.TUNNEL_REFUSED)


def _place(target: Authority) -> bytes:
    """The target as RFC 1928, section 5 has it: an address, or a name that the proxy looks up."""
    ip = literal(target.host)
    if ip is None:
        name = _ascii(target.host)
        return bytes([_NAME, len(name)]) + name
    return bytes([_IP4 if ip.version == 4 else _IP6]) + ip.packed


def _ascii(host: str) -> bytes:
    name = host.encode("ascii", "replace")
    if len(name) > _LONGEST:
        raise Unsupported("a name of more than 255 bytes over SOCKS")
    return name


def _password(login: Login) -> bytes:
    """RFC 1929, section 2."""
    user, password = login.user.reveal().encode(), login.password.reveal().encode()
    if not 0 < len(user) <= _LONGEST or len(password) > _LONGEST:
        raise Unsupported("a SOCKS login whose name is empty, or of more than 255 bytes")
    return bytes([_LOGIN_VERSION, len(user)]) + user + bytes([len(password)]) + password
