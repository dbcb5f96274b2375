"""Does this server go over to TLS on a connection on which its own protocol is spoken first?

It is asked as any client asks, without a name, an account or a word about this machine; every byte is read by hand and kept.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable

from diag.model.answer import UpgradeReply
from diag.model.failure import Failure
from diag.model.question import Upgrade
from diag.model.upgrade import Spoken, UpgradeRefusal
from diag.probe import line_protocols
from diag.probe.conversation import LONGEST_MESSAGE, Talk
from diag.probe.streams import ByteStream, Ended

_SSL_REQUEST = struct.pack("!II", 8, 80877103)
"""PostgreSQL's SSLRequest: its length, and a version number that there will never be (its documentation, "Message Formats")."""
_MYSQL_VERSION, _MYSQL_ERROR = 10, 255
_FLAGS = slice(13, 15)
"""Where MySQL's greeting says what it can do, counted from behind its version (its documentation, "HandshakeV10")."""
_PROTOCOL_41, _TLS, _LONG_LOGIN, _PLUGINS = 0x200, 0x800, 0x8000, 0x80000
_UTF8 = 45
_LARGEST_PACKET = 1 << 24
_LDAP_REQUEST = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"
"""An LDAPMessage, number 1, with an ExtendedRequest for StartTLS (RFC 4511, sections 4.1.1, 4.12 and 4.14.1), in BER."""
_SEQUENCE, _INTEGER, _ENUMERATED, _EXTENDED_RESPONSE = 0x30, 0x02, 0x0A, 0x78
_NO_SUCH_REQUEST = 2
"""protocolError: by this a server says that it has no TLS (RFC 4511, section 4.14.1)."""


async def upgrade(question: Upgrade, wire: ByteStream, until: float) -> tuple[UpgradeReply, ByteStream | None]:
    """Ask for TLS, until the loop's time is `until`. The wire is closed and the second part None where the server does not agree.

    MALFORMED: what it said is not the protocol's, or it said more in the clear after it had agreed; that is thrown away, since
    what came before TLS may come from anybody.
    """
    talk = Talk(wire)
    failure = ""
    try:
        async with asyncio.timeout_at(until):
            await _SPEAKERS[question.protocol](talk, question.insist)
            talk.agreed()
    except Ended as error:
        failure = error.failure
    except TimeoutError:
        failure = Failure.TIMED_OUT
    except BaseException:
        wire.abort()
        raise
    reply = UpgradeReply(
        failure=failure,
        step=talk.step,
        refusal=talk.refusal,
        code=talk.code,
        first_bytes=talk.first,
        last_bytes=talk.last,
        surplus=talk.surplus,
        tcp=wire.tcp,
    )
    if failure:
        wire.abort()
        return reply, None
    return reply, wire


async def _postgres(talk: Talk, _: bool) -> None:
    """One request; one byte says yes or no (PostgreSQL's documentation, "SSL Session Encryption")."""
    talk.step = "request"
    await talk.say(_SSL_REQUEST)
    said = await talk.peek(1)
    if said == b"E":
        await _postgres_error(talk)
        talk.refuse(UpgradeRefusal.TURNED_AWAY)
    if said not in (b"S", b"N"):
        raise Ended(Failure.MALFORMED)
    await talk.exactly(1)
    if said == b"N":
        talk.refuse(UpgradeRefusal.NOT_OFFERED)


async def _postgres_error(talk: Talk) -> None:
    """An ErrorResponse: a length and fields. Before version 3 of the protocol, a text up to a zero byte."""
    size = int.from_bytes((await talk.peek(5))[1:], "big")
    if 4 < size <= LONGEST_MESSAGE:
        await talk.exactly(1 + size)
        return
    while b"\0" not in talk.beginning() and len(talk.beginning()) < LONGEST_MESSAGE:
        await talk.peek(len(talk.beginning()) + 1)


async def _mysql(talk: Talk, _: bool) -> None:
    """The server greets with what it can do; the wish is a login that breaks off before the name, and is not answered."""
    talk.step = "greeting"
    header = await talk.peek(5)
    size, number, kind = int.from_bytes(header[:3], "little"), header[3], header[4]
    if number > 1 or not size or size > LONGEST_MESSAGE or kind not in (9, _MYSQL_VERSION, _MYSQL_ERROR):
        raise Ended(Failure.MALFORMED)
    greeting = (await talk.exactly(4 + size))[4:]
    if kind == _MYSQL_ERROR:
        talk.refuse(UpgradeRefusal.TURNED_AWAY, int.from_bytes(greeting[1:3], "little"))
    talk.step = "capabilities"
    after_version = greeting.find(b"\0", 1) + 1
    if kind != _MYSQL_VERSION:
        talk.refuse(UpgradeRefusal.NOT_OFFERED)
    flags = greeting[after_version:][_FLAGS]
    if not after_version or len(flags) < 2:
        raise Ended(Failure.MALFORMED)
    if not int.from_bytes(flags, "little") & _TLS:
        talk.refuse(UpgradeRefusal.NOT_OFFERED)
    talk.step = "request"
    wanted = _PROTOCOL_41 | _TLS | _LONG_LOGIN | _PLUGINS
    request = struct.pack("<IIB23x", wanted, _LARGEST_PACKET, _UTF8)
    await talk.say(len(request).to_bytes(3, "little") + bytes([number + 1]) + request)


async def _ldap(talk: Talk, _: bool) -> None:
    """One request, and one response with a number in it; or a notice that the server ends the session."""
    talk.step = "request"
    await talk.say(_LDAP_REQUEST)
    head = await talk.peek(2)
    if head[0] != _SEQUENCE:
        raise Ended(Failure.MALFORMED)
    wide = head[1] - 0x80 if head[1] >= 0x80 else 0
    if wide > 4:
        raise Ended(Failure.MALFORMED)
    whole = await talk.peek(2 + wide)
    size = int.from_bytes(whole[2:], "big") if wide else head[1]
    message = (await talk.exactly(2 + wide + size))[2 + wide :]
    kind, number, rest = _element(message)
    tag, response, _rest = _element(rest)
    coded, code, _rest = _element(response)
    if (kind, tag, coded) != (_INTEGER, _EXTENDED_RESPONSE, _ENUMERATED):
        raise Ended(Failure.MALFORMED)
    result = int.from_bytes(code, "big")
    if not any(number):
        talk.refuse(UpgradeRefusal.TURNED_AWAY, result)  # a Notice of Disconnection (RFC 4511, section 4.4.1)
    if number != b"\x01":
        raise Ended(Failure.MALFORMED)
    if result:
        talk.refuse(UpgradeRefusal.NOT_OFFERED if result == _NO_SUCH_REQUEST else UpgradeRefusal.REFUSED, result)


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """The first element of some BER (X.690, section 8.1): its tag, its content, and what follows it. Raises Ended."""
    if len(data) < 2:
        raise Ended(Failure.MALFORMED)
    wide = data[1] - 0x80 if data[1] >= 0x80 else 0
    at = 2 + wide
    size = int.from_bytes(data[2:at], "big") if wide else data[1]
    if wide > 4 or len(data) < at + size:
        raise Ended(Failure.MALFORMED)
    return data[0], data[at : at + size], data[at + size :]


_SPEAKERS: dict[Spoken, Callable[[Talk, bool], Awaitable[None]]] = {
    "postgres": _postgres,
    "mysql": _mysql,
    "smtp": line_protocols.smtp,
    "imap": line_protocols.imap,
    "ldap": _ldap,
}
