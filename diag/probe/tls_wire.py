"""TLS as a wire: the same words as TCP, on top of any other wire, so that TLS runs inside TLS."""

import contextlib

from OpenSSL import SSL

from diag.model.answer import Alert, TcpInfo
from diag.model.failure import Failure
from diag.probe.contexts import TlsState
from diag.probe.streams import ByteStream, Ended

_CHUNK = 65_536


class TlsWire:
    """A finished handshake, open for what comes after it."""

    def __init__(self, under: ByteStream, connection: SSL.Connection, sight: TlsState) -> None:
        self._under = under
        self._connection = connection
        self._sight = sight
        self._told = len(sight.alerts)
        self._ahead = b""

    async def read(self) -> bytes:
        """See `ByteStream`. An alert that ends the connection raises Ended with its word."""
        if self._ahead:
            data, self._ahead = self._ahead, b""
            return data
        while True:
            try:
                return self._connection.recv(_CHUNK)
            except SSL.WantReadError:
                await self._flush()
            except SSL.ZeroReturnError:
                return b""
            except SSL.Error as error:
                await self._flush()
                raise Ended(self._sight.refusal or Failure.TLS_BROKEN) from error
            data = await self._under.read()
            if not data:
                return b""
            self._connection.bio_write(data)

    def unread(self, data: bytes) -> None:
        """See `ByteStream`."""
        self._ahead = data + self._ahead

    async def write(self, data: bytes) -> None:
        """See `ByteStream`."""
        view = memoryview(data)
        while view:
            try:
                view = view[self._connection.send(view) :]
            except SSL.Error as error:
                raise Ended(self._sight.refusal or Failure.TLS_BROKEN) from error
        await self._flush()

    @property
    def fresh_alerts(self) -> tuple[Alert, ...]:
        """The alerts since the handshake's answer was written."""
        return tuple(self._sight.alerts[self._told :])

    @property
    def tcp(self) -> TcpInfo | None:
        """See `ByteStream`."""
        return self._under.tcp

    @property
    def dead_in_silence(self) -> bool:
        """See `ByteStream`."""
        return self._under.dead_in_silence and not self._ahead

    def abort(self) -> None:
        """See `ByteStream`."""
        self._under.abort()

    async def _flush(self) -> None:
        if data := take_out(self._connection):
            await self._under.write(data)


def take_out(connection: SSL.Connection) -> bytes:
    """Return what OpenSSL wants to send; empty: nothing."""
    out = b""
    with contextlib.suppress(SSL.WantReadError):
        while True:
            chunk = connection.bio_read(_CHUNK)
            out += chunk
            if len(chunk) < _CHUNK:
                break
    return out
