"""Peers on loopback that behave as a test says: one thread a connection, joined when the test is over."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

from diag.model.address import Address
from tests.probe.authority import Credential

Serve = Callable[[socket.socket], None]


class Peer:
    """A listening socket; each connection goes to `serve`."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.connections = 0
        self.address = Address("127.0.0.1", self._listener.getsockname()[1])
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(10)
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            thread = threading.Thread(target=self._handle, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _handle(self, connection: socket.socket) -> None:
        # A client that goes away, or refuses us, is what many tests are about.
        with contextlib.suppress(OSError):
            self._serve(connection)
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


@contextlib.contextmanager
def peer(serve: Serve) -> Iterator[Peer]:
    """A peer for the length of a with block."""
    standing = Peer(serve)
    try:
        yield standing
    finally:
        standing.close()


def reset(connection: socket.socket) -> None:
    """Close with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def linger(connection: socket.socket) -> None:
    """Read and say nothing, until the client goes."""
    while connection.recv(65_536):
        pass


def head(connection: socket.socket) -> bytes:
    """Read to the blank line."""
    read = b""
    while b"\r\n\r\n" not in read:
        data = connection.recv(65_536)
        if not data:
            break
        read += data
    return read


def says(answer: bytes, *, then: Serve | None = None) -> Serve:
    """Read something, say `answer`, and close, or go on with `then`."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(answer)
        if then:
            then(connection)

    return serve


HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: peer\r\nSet-Cookie: sid=opensesame\r\n\r\nhello"


def http(answer: bytes = HELLO) -> Serve:
    """Answer every request with `answer`, then close."""

    def serve(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(answer)

    return serve


def secured(
    inside: Serve,
    credential: Credential,
    *,
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    client_authority: Credential | None = None,
) -> Serve:
    """TLS around `inside`; with a client authority, a client certificate is demanded."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    credential.install(context)
    context.maximum_version = newest
    context.set_alpn_protocols(["http/1.1"])
    if client_authority:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=client_authority.pem.decode())

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=True) as inner:
            inside(inner)

    return serve


def proxying(answer: bytes = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 peer\r\n\r\n") -> Serve:
    """A proxy that opens every tunnel."""

    def serve(connection: socket.socket) -> None:
        target = head(connection).split(b" ")[1].decode()
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as onward:
            connection.sendall(answer)
            back = threading.Thread(target=_copy, args=(onward, connection))
            back.start()
            _copy(connection, onward)
            back.join()

    return serve


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
