"""What recipes of the upper layers put into a house besides: web servers with certificates, proxies, and diag's look at them."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Published, pem
from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.baseline import NAME as HOST
from tests.recipes.baseline import OTHER as OTHER
from tests.recording.recipe import Look

STRANGER = "shop.example.test"
"""A host of somebody else."""
ISSUERS = "issuers.house.test"
"""Where the authority publishes its certificates."""
HERE = "return 200 'The service of the house.\\n';"
PROXY = f"http://{ROUTER}:3128"
PUBLIC_POLICY = "2.23.140.1.2.1"
"""What public authorities state in the certificates that they sign (domain validated)."""
OPEN = "http_port 3128\nhttp_access allow all\n"
WITH_LOGIN = """\
http_port 3128
auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/users
auth_param basic realm house
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
"""
"""A real proxy that wants a Basic login; who may is in its file `users`, as `users` makes it."""


def now() -> datetime:
    """The moment of the staging."""
    return datetime.now(UTC)


def private_authority(title: str = "House", **more: object) -> CertificateAuthority:
    """An authority whose leaves say where their issuer is to be fetched."""
    published = Published(issuer=f"http://{ISSUERS}/issuer.cer")
    return CertificateAuthority(now(), title=title, published=published, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Page:
    """One server of a web server: its certificate, under which name, and what it says to every request."""

    credential: IssuedCertificate
    name: str = "_"
    says: str = HERE
    """Directives of nginx within `location /`."""
    terms: str = ""
    """Further directives of nginx, such as those about TLS."""


def serve_pages(house: House, *pages: Page, plain: str = "", files: dict[str, bytes] | None = None) -> None:
    """Have nginx serve these over TLS, and whatever server blocks `plain` holds beside them."""
    blocks, all_files = [plain], dict(files or {})
    for number, page in enumerate(pages):
        all_files[f"{number}.pem"] = pem(page.credential.certificate, *page.credential.chain)
        all_files[f"{number}.key"] = page.credential.key_pem()
        blocks.append(
            f"server {{ listen 443 ssl; listen [::]:443 ssl; server_name {page.name}; {page.terms}\n"
            f"  ssl_certificate {number}.pem; ssl_certificate_key {number}.key; location / {{ {page.says} }} }}"
        )
    house.nginx("\n".join(blocks), port=443, files=all_files)


def serve_plain(house: House, says: str = HERE) -> None:
    """Have nginx answer plain HTTP at port 80."""
    house.nginx(f"server {{ listen 80; location / {{ {says} }} }}")


def name_all(house: House, *names: str, at: str = PUBLIC[0]) -> None:
    """Have the house's resolver know these names, all at one address."""
    house.names({name: [at] for name in names})


def trust_file(house: House, *trusted: CertificateAuthority | IssuedCertificate) -> str:
    """Write a trust file with these authorities' roots, and return where it is."""
    roots = [one.root if isinstance(one, CertificateAuthority) else one for one in trusted]
    path = house.home / "authorities.pem"
    path.write_bytes(pem(*(root.certificate for root in roots)))
    return str(path)


def declared(
    house: House, *trusted: CertificateAuthority | IssuedCertificate, hosts: tuple[str, ...] = (HOST,), **more: object
) -> Look:
    """A look at https endpoints for which a trust file is declared."""
    endpoints = tuple(f"https://{host}" for host in hosts)
    return Look(**{"endpoints": endpoints, "trust": trust_file(house, *trusted), **more})  # type: ignore[arg-type]


def usual(
    house: House, *trusted: CertificateAuthority | IssuedCertificate, hosts: tuple[str, ...] = (HOST,), **more: object
) -> Look:
    """A look at https endpoints by a client that trusts these authorities and no others, as its system's store."""
    environment = {"SSL_CERT_FILE": trust_file(house, *trusted)}
    endpoints = tuple(f"https://{host}" for host in hosts)
    return Look(**{"endpoints": endpoints, "environment": environment, **more})  # type: ignore[arg-type]


def healthy_service(house: House, *names: str, says: str = HERE, at: str = PUBLIC[0]) -> CertificateAuthority:
    """A web server with a good certificate of a private authority, and the names to find it by."""
    authority = private_authority()
    serve_pages(house, Page(authority.leaf(*(names or (HOST,))), says=says))
    name_all(house, *(names or (HOST,)), at=at)
    return authority


def users(name: str, password: str) -> dict[str, str]:
    """The file of the one who may use a proxy `WITH_LOGIN`."""
    made = subprocess.run(["openssl", "passwd", "-apr1", password], capture_output=True, text=True, check=True)
    return {"users": f"{name}:{made.stdout}"}


def odd_proxy(port: int, head: str, origin: str, most: int = 64) -> None:
    """Answer every request with these header lines, then carry bytes to and from `origin` (host:port); empty: end there.

    It attends to `most` guests at once; the others are accepted, and wait.
    """
    import contextlib
    import socket
    import threading

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def attend(guest: socket.socket) -> None:
        with guest, contextlib.suppress(OSError):
            heard = b""
            while b"\r\n\r\n" not in heard:
                data = guest.recv(65536)
                if not data:
                    return
                heard += data
            guest.sendall(head.encode("latin-1"))
            if origin:
                host, _, there = origin.rpartition(":")
                with socket.create_connection((host, int(there))) as far:
                    back = threading.Thread(target=carry, args=(far, guest))
                    back.start()
                    carry(guest, far)
                    back.join()

    def serve() -> None:
        while True:
            attend(door.accept()[0])

    with socket.create_server(("", port)) as door:
        for _ in range(most):
            threading.Thread(target=serve, daemon=True).start()
        threading.Event().wait()


def hang_up(port: int, after: int, how: str) -> None:
    """Hear `after` bytes or the first message of each connection, then: `reset`, `end` or `wait` until the client leaves."""
    import socket
    import struct
    import threading

    def attend(guest: socket.socket) -> None:
        with guest:
            if after:
                guest.recv(after)
            if how == "wait":
                while guest.recv(65536):
                    pass
            if how == "reset":
                guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()
