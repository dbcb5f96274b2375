"""Case systems and stores on this machine, over TLS, that hold their callers to the rules which the real ones document.

A `Mishap` makes one request go wrong: on its way in, on its way out, or by an answer that says *not now*.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec
import trustme


@dataclass(frozen=True)
class Asked:
    """One request, as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def document(self) -> object:
        return msgspec.json.decode(self.content)

    @property
    def parts(self) -> dict[str, tuple[str | None, bytes]]:
        """The parts of a form: file name and content by name."""
        whole = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode() + self.content
        found = {}
        for part in BytesParser().parsebytes(whole).get_payload():
            assert not isinstance(part, str)
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[str(part.get_param("name", header="content-disposition"))] = (part.get_filename(), content)
        return found


@dataclass(frozen=True)
class Says:
    """One answer."""

    status: int
    document: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    """Seconds between the bytes of an answer that takes its time: of its body where there is a document, else of its head."""

    @property
    def content(self) -> bytes:
        return b"" if self.document is None else msgspec.json.encode(self.document)


@dataclass(frozen=True)
class Mishap:
    """What happens to the first request of a kind, once."""

    method: str
    kind: str
    """`cut`: the connection ends before the request is looked at; `lost`: it is carried out and never answered; `says`."""
    says: Says = Says(503)
    path: str = ""
    """What the path ends in."""


class Service:
    """What all of them have in common; `answer` is the rules."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.mishaps: list[Mishap] = []
        self.origin = ""

    def answer(self, asked: Asked) -> Says:
        raise NotImplementedError

    def of(self, method: str) -> list[Asked]:
        return [one for one in self.asked if one.method == method]

    def _next_mishap(self, asked: Asked) -> Mishap | None:
        for mishap in self.mishaps:
            if mishap.method == asked.method and asked.path.endswith(mishap.path):
                self.mishaps.remove(mishap)
                return mishap
        return None

    def reply(self, asked: Asked) -> Says | None:
        """What is said; None: nothing, and the connection ends."""
        self.asked.append(asked)
        match self._next_mishap(asked):
            case Mishap(kind="cut"):
                return None
            case Mishap(kind="lost"):
                self.answer(asked)
                return None
            case Mishap(kind="says", says=says):
                return says
            case _:
                return self.answer(asked)


@contextmanager
def serving(service: Service, authority: trustme.CA) -> Iterator[Service]:
    """Serves on a port of its own under the name `localhost`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def carry_out(self) -> None:
            parts = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            says = service.reply(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, content))
            if says is None:
                self.close_connection = True
                return
            if says.pause:
                self.drip(says)
                return
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(says.content)))
            self.end_headers()
            self.wfile.write(says.content)

        def drip(self, says: Says) -> None:
            """Byte by byte, as long as anybody listens."""
            head = f"HTTP/1.1 {says.status} So\r\nContent-Length: 1000\r\n\r\n".encode() if says.content else b"HTTP/1.1 200 O"
            self.close_connection = True
            with suppress(OSError):
                self.wfile.write(head)
                for _ in range(1000):
                    self.wfile.write(b"K")
                    time.sleep(says.pause)

        do_GET = do_PUT = do_POST = carry_out  # noqa: N815  (the names that http.server calls)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service.origin = f"https://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trust_file(authority: trustme.CA, folder: Path) -> Path:
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


Rule = Callable[[Asked], Says]
