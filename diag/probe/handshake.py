"""How does a TLS handshake go, and what is presented? Everything is kept, also of a handshake that fails half-way."""

import asyncio
from functools import lru_cache

from msgspec import Struct
from OpenSSL import SSL, crypto

from diag.model.answer import Session
from diag.model.failure import Failure
from diag.model.question import Handshake
from diag.model.secret import Credential
from diag.probe.client import accepted, names, shown
from diag.probe.contexts import TlsState
from diag.probe.records import LONGEST_HELLO, chosen_version, may_be_tls
from diag.probe.streams import ByteStream, Ended, failure_of
from diag.probe.tls_wire import TlsWire, take_out

_KEPT = 256
"""How many of the first bytes are kept, where it failed: they may tell why."""
_KEPT_OF_FINISHED = 11
"""How many, where it finished: the heads of record and message, and the version (RFC 8446, section 4.1.3). What follows is
random, or stands in the answer by its name."""
_TELLING = 2
"""So many bytes tell whether it is TLS."""
_PADDING = tuple(f"padding-{n}-".encode().ljust(200, b"x") for n in range(7))
"""ALPN entries that nobody speaks: 1,407 bytes, which carry any ClientHello over one segment of Ethernet (1,460 bytes)."""
_PIECE = 500
"""Bytes of a piece of a message, where it is sent in pieces: with its headers it passes every way (RFC 791, section 3.1)."""
_APART = 0.03
"""Seconds between two pieces, so that the system puts no two of them into one packet."""


class _Progress(Struct):
    """What the wire has shown so far."""

    began: float
    hello_bytes: int = 0
    received: int = 0
    first: bytes = b""
    first_byte_after: float = 0.0
    finished: bool = False

    def note(self, data: bytes) -> None:
        if not self.received:
            self.first_byte_after = asyncio.get_running_loop().time() - self.began
        self.received += len(data)
        self.first += data[: LONGEST_HELLO - len(self.first)]


async def handshake(
    question: Handshake, wire: ByteStream, context: SSL.Context, until: float, credential: Credential | None = None
) -> tuple[Session, TlsWire | None]:
    """Shake hands over `wire`, until the loop's time is `until`. Where that fails, `wire` is closed and none is returned.

    `credential` is what `context` shows where the server asks for it; None: nothing.
    """
    sight = TlsState(keeps_path=True)
    connection = _connection(question, context, sight)
    progress = _Progress(asyncio.get_running_loop().time())
    try:
        async with asyncio.timeout_at(until):
            failure = await _shake(connection, wire, progress, sight, in_pieces=question.hello == "split")
    except (Ended, TimeoutError) as error:
        failure = failure_of(error)
        if failure != Failure.TIMED_OUT:
            failure = sight.refusal or failure
    except BaseException:
        wire.abort()
        raise
    session = _session(connection, progress, sight, failure, wire, credential)
    if failure:
        wire.abort()
        return session, None
    return session, TlsWire(wire, connection, sight)


def _connection(question: Handshake, context: SSL.Context, sight: TlsState) -> SSL.Connection:
    connection = SSL.Connection(context, None)
    connection.set_app_data(sight)
    connection.set_connect_state()
    if question.server_name:
        connection.set_tlsext_host_name(question.server_name.encode())
    protocols = [name.encode() for name in question.alpn]
    if question.hello == "large":
        # The padding must not be all that is on offer, or the server would have to refuse.
        protocols = [*(protocols or [b"http/1.1"]), *_PADDING]
    if protocols:
        connection.set_alpn_protos(protocols)
    connection.request_ocsp()
    return connection


async def _shake(connection: SSL.Connection, wire: ByteStream, progress: _Progress, sight: TlsState, *, in_pieces: bool) -> str:
    """Drive the handshake to its end; the failure's word, or empty. Raises Ended and TimeoutError."""
    while True:
        try:
            connection.do_handshake()
            progress.finished = True
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            return Failure.CUT
        except SSL.Error:
            if not progress.hello_bytes:
                sight.alerts.clear()  # nothing is sent, not even the alert: this library does not speak what was asked for
                return Failure.NOT_SUPPORTED
            await wire.write(take_out(connection))
            return sight.refusal or Failure.TLS_BROKEN
        sent = take_out(connection)
        is_hello = not progress.hello_bytes
        progress.hello_bytes = progress.hello_bytes or len(sent)
        if sent and is_hello and in_pieces:
            await _write_in_pieces(wire, sent)
        elif sent:
            await wire.write(sent)
        if progress.finished:
            return ""
        data = await wire.read()
        if not data:
            # The end is not shown to OpenSSL: it would answer with an alert of its own.
            return sight.refusal or Failure.CUT
        is_first = progress.received < _TELLING
        progress.note(data)
        if is_first and not may_be_tls(progress.first):
            return Failure.NOT_TLS
        connection.bio_write(data)


async def _write_in_pieces(wire: ByteStream, data: bytes) -> None:
    for start in range(0, len(data), _PIECE):
        if start:
            await asyncio.sleep(_APART)
        await wire.write(data[start : start + _PIECE])


def _session(
    connection: SSL.Connection,
    progress: _Progress,
    sight: TlsState,
    failure: str,
    wire: ByteStream,
    credential: Credential | None,
) -> Session:
    version = connection.get_protocol_version_name() if progress.finished else chosen_version(progress.first)
    authorities = accepted(connection) if sight.certificate_requested else ()
    chain = _presented(connection)
    return Session(
        failure=failure,
        finished=progress.finished,
        version=version,
        cipher=connection.get_cipher_name() or "",
        group=(connection.get_group_name() or "") if version else "",
        alpn=connection.get_alpn_proto_negotiated().decode("ascii", "replace"),
        chain=chain,
        verify_errors=tuple(sight.verify_errors),
        verified=_verified(sight, chain),
        staple=sight.staple,
        alerts=tuple(sight.alerts),
        certificate_requested=sight.certificate_requested,
        authorities=names(authorities),
        client=shown(credential, authorities) if credential else None,
        hello_bytes=progress.hello_bytes,
        bytes_received=progress.received,
        first_bytes=progress.first[: _KEPT_OF_FINISHED if progress.finished else _KEPT],
        first_byte_after=progress.first_byte_after,
        tcp=wire.tcp,
    )


def _presented(connection: SSL.Connection) -> tuple[bytes, ...]:
    # Not through cryptography: it refuses certificates that OpenSSL, and so this client, takes.
    chain = connection.get_peer_cert_chain() or []
    return _known(tuple(_der(certificate) for certificate in chain))


@lru_cache(maxsize=4096)
def _known(chain: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The chain itself, or the same one as it was presented before: many endpoints and addresses present the same."""
    return chain


def _verified(sight: TlsState, chain: tuple[bytes, ...]) -> tuple[int, ...]:
    """The path that the library took, as places in what was presented; what is kept of it is let go."""
    path = [_der(sight.path[depth]) for depth in sorted(sight.path)]
    sight.path.clear()
    return tuple(chain.index(der) if der in chain else -1 for der in path)


def _der(certificate: crypto.X509) -> bytes:
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
