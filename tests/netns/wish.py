"""Inside a network namespace of its own: a server whose certificate names a stranger's wish, and whoever would be reached by it.

`python -m tests.netns.wish URL ...` looks at such a server once for each address, and prints, as JSON, which of the listeners on
this namespace's addresses was reached by which, and how each look ended.
"""

import base64
import json
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.checks.authorities import certificate, key

SERVER, PUBLIC = "203.0.113.10", "203.0.113.80"
ADDRESSES = ("203.0.113.10/32", "203.0.113.80/32", "169.254.169.254/32", "100.100.100.200/32", "168.63.129.16/32", "10.9.8.7/32")
ADDRESSES_6 = ("fd00:ec2::254/128", "2001:db8::80/128")
PORTS = (80, 6379)
SECRET = b"an inner secret"
"""What an inner service answers."""


def main() -> None:
    """Stages, looks, tells."""
    for address in (*ADDRESSES, *ADDRESSES_6):
        subprocess.run(["ip", "address", "add", address, "dev", "lo", *(["nodad"] if ":" in address else [])], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    reached: list[str] = []
    for port in PORTS:
        listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
        threading.Thread(target=_note, args=(listener, reached), daemon=True).start()
    told = {}
    for url in sys.argv[1:]:
        reached.clear()
        told[url] = {"code": _look(url), "reached": sorted(set(reached))}
    print(json.dumps(told))


def _note(listener: socket.socket, reached: list[str]) -> None:
    while True:
        connection, _ = listener.accept()
        host, port, *_ = connection.getsockname()
        reached.append(f"{host.removeprefix('::ffff:')} {port}")
        with connection:
            connection.recv(4_096)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + SECRET)


def _look(url: str) -> int:
    """The exit code of `diag run` against a server whose certificate names this address."""
    with tempfile.TemporaryDirectory() as folder:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        own = key(SERVER).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pem = Path(folder) / "server.pem"
        der = certificate(SERVER, "Somebody's Issuing", SERVER, issuer_url=url)
        pem.write_bytes(own + ssl.DER_cert_to_PEM_cert(der).encode())
        context.load_cert_chain(pem)
        with socket.create_server((SERVER, 443), backlog=64) as listener:
            threading.Thread(target=_serve, args=(listener, context), daemon=True).start()
            run = [sys.executable, "-m", "diag", "run", f"https://{SERVER}", "--no-proxy", "--resolver", "127.0.0.1:5"]
            ended = subprocess.run([*run, "-q", "-o", folder], capture_output=True, check=False, timeout=60)
            listener.shutdown(socket.SHUT_RDWR)
        kept = b"".join(_members(bundle) for bundle in Path(folder).glob("diag-*.zip"))
        assert SECRET not in kept, url
        assert base64.b64encode(SECRET) not in kept, url
        assert kept, ended.stderr
        return ended.returncode


def _members(bundle: Path) -> bytes:
    with zipfile.ZipFile(bundle) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, context), daemon=True).start()


def _answer(connection: socket.socket, context: ssl.SSLContext) -> None:
    try:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(4_096)
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    except OSError:
        connection.close()


if __name__ == "__main__":
    main()
