"""Would a server speak TLS as it was long ago? A first message by hand, with what no library in use offers any more.

It offers SSL 3.0 to TLS 1.2 (RFC 6101, RFC 5246), and ciphers that are given up (RFC 7465, RFC 9325). Of the answer only the
server's choice is read; then the connection is closed, since nobody here could go on.
"""

import asyncio
import os

from diag.model.answer import Alert, Session
from diag.model.failure import Failure, from_alert
from diag.model.question import Handshake
from diag.probe.records import LONGEST_HELLO, chosen_cipher, chosen_version, may_be_tls
from diag.probe.streams import ByteStream, Ended, failure_of

RETIRED = {
    0x0005: "RC4-SHA",
    0x0004: "RC4-MD5",
    0xC011: "ECDHE-RSA-RC4-SHA",
    0xC007: "ECDHE-ECDSA-RC4-SHA",
    0x000A: "DES-CBC3-SHA",
    0x0016: "DHE-RSA-DES-CBC3-SHA",
    0x0013: "DHE-DSS-DES-CBC3-SHA",
    0xC012: "ECDHE-RSA-DES-CBC3-SHA",
    0xC008: "ECDHE-ECDSA-DES-CBC3-SHA",
    0x0007: "IDEA-CBC-SHA",
    0x0096: "SEED-SHA",
    0x0009: "DES-CBC-SHA",
    0x0015: "DHE-RSA-DES-CBC-SHA",
    0x0008: "EXP-DES-CBC-SHA",
    0x0003: "EXP-RC4-MD5",
    0x0006: "EXP-RC2-CBC-MD5",
}
"""Cipher suites by number (IANA, TLS Cipher Suites), and what OpenSSL called them."""
_OLD = {0x002F: "AES128-SHA", 0x0035: "AES256-SHA", 0x0033: "DHE-RSA-AES128-SHA", 0x0039: "DHE-RSA-AES256-SHA"}
"""Those that are offered for a server with no more than SSL 3.0."""
_SCSV = 0x00FF
"""TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746, section 3.3)."""
_SIGNATURES = (0x0401, 0x0403, 0x0201, 0x0203, 0x0202, 0x0101)
_P256, _P384 = 0x0017, 0x0018
_ALERT, _HANDSHAKE, _CLIENT_HELLO = 21, 22, 1
_RECORD_HEADER, _FATAL_ALERT_ENDS = 5, 7


async def offer_retired(question: Handshake, wire: ByteStream, until: float) -> Session:
    """Send the message over `wire`, read the server's choice until the loop's time is `until`, and close.

    NOT_SUPPORTED: it chose, and nobody here can go on; `version` and `cipher` say what. Else the alert, or how it ended.
    """
    hello = client_hello(question.server_name)
    first = b""
    try:
        async with asyncio.timeout_at(until):
            await wire.write(hello)
            while not _is_decided(first) and (data := await wire.read()):
                first += data
        failure = _read(first)
    except (Ended, TimeoutError) as error:
        failure = _read(first) if _is_decided(first) else failure_of(error)
    finally:
        wire.abort()
    version = chosen_version(first)
    number = chosen_cipher(first)
    alerts = (Alert("peer", first[5], failure.removeprefix("alert:")),) if failure.startswith("alert:") else ()
    return Session(
        failure=failure,
        version=version,
        cipher=(RETIRED | _OLD).get(number, "") if version else "",
        alerts=alerts,
        hello_bytes=len(hello),
        bytes_received=len(first),
        tcp=wire.tcp,
    )


def client_hello(name: str) -> bytes:
    """Return the ClientHello as a record; an empty name is left out."""
    suites = b"".join(_number(one) for one in (*RETIRED, *_OLD, _SCSV))
    extensions = b"".join(
        (
            _extension(0, _sized(b"\x00" + _sized(name.encode("ascii", "replace")))) if name else b"",
            _extension(10, _sized(_number(_P256) + _number(_P384))),
            _extension(11, b"\x01\x00"),
            _extension(13, _sized(b"".join(map(_number, _SIGNATURES)))),
        )
    )
    body = b"\x03\x03" + os.urandom(32) + b"\x00" + _sized(suites) + b"\x01\x00" + _sized(extensions)
    message = bytes([_CLIENT_HELLO]) + len(body).to_bytes(3, "big") + body
    return bytes([_HANDSHAKE]) + b"\x03\x00" + _sized(message)


def _is_decided(first: bytes) -> bool:
    """Whether what came says all that is wanted, or is no TLS."""
    if not may_be_tls(first) or len(first) >= LONGEST_HELLO:
        return True
    return bool(chosen_version(first)) or (len(first) >= _FATAL_ALERT_ENDS and first[0] == _ALERT)


def _read(first: bytes) -> str:
    if first and not may_be_tls(first):
        return Failure.NOT_TLS
    if first[:1] == bytes([_ALERT]) and len(first) >= _FATAL_ALERT_ENDS:
        return from_alert(first[_RECORD_HEADER + 1])
    if chosen_version(first):
        return Failure.NOT_SUPPORTED
    return Failure.TLS_BROKEN if len(first) >= LONGEST_HELLO else Failure.CUT


def _number(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _sized(data: bytes) -> bytes:
    return _number(len(data)) + data


def _extension(kind: int, data: bytes) -> bytes:
    return _number(kind) + _sized(data)
