"""Faults of several families, as people report them, beside the healthy or otherwise broken neighbours they look like."""

from collections.abc import Callable

from diag.lab.authority import pem
from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PUBLIC
from tests.recipes.baseline import NAME
from tests.recipes.services import HOST, OPEN, PROXY, Page, declared, hang_up, name_all, private_authority, serve_pages
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, problem

BLOCK_PAGE = "146.112.61.104"
"""An address of Cisco Umbrella's block pages; in here it is the server's."""
SETTINGS = "000000040000000000"
"""The frame with which an HTTP/2 server begins (RFC 9113, section 3.4)."""


def newer_http(port: int, certificate: str, key: str, frame: str) -> None:
    """Speak TLS, and in it HTTP/2 alone, whatever is asked."""
    import contextlib
    import socket
    import ssl
    import threading

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def attend(guest: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(guest, server_side=True) as secured:
            secured.sendall(bytes.fromhex(frame))
            secured.recv(65536)

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


def speaks(frame: str) -> Stage:
    """A service with a good certificate that answers with this frame, in hexadecimal."""

    def stage(house: House) -> Look:
        authority = private_authority()
        leaf = authority.leaf(HOST)
        files = {"service.pem": pem(leaf.certificate, *leaf.chain), "service.key": leaf.key_pem()}
        folder = house.errand("service", files)
        house.serve(newer_http, 443, str(folder / "service.pem"), str(folder / "service.key"), frame, port=443)
        name_all(house, HOST)
        return declared(house, authority)

    return stage


def alerting(port: int, description: int) -> None:
    """Answer the first message of TLS with a fatal alert (RFC 8446, section 6)."""
    import contextlib
    import socket
    import threading

    def attend(guest: socket.socket) -> None:
        with guest, contextlib.suppress(OSError):
            guest.recv(65536)
            guest.sendall(bytes((21, 3, 3, 0, 2, 2, description)))
            guest.shutdown(socket.SHUT_WR)
            guest.recv(65536)

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


def turned_away(proxy: str | None = None) -> Stage:
    """A database that answers addresses it does not allow with the alert internal_error; behind a real proxy, if one is named."""

    def stage(house: House) -> Look:
        house.serve(alerting, 443, 80, port=443)
        name_all(house, HOST)
        if proxy:
            house.squid(OPEN)
        return Look(endpoints=(f"https://{HOST}",), proxy=proxy)

    return stage


def picky_proxy(port: int, word: str) -> None:
    """Reset whoever asks for a name with this word, and refuse every other target with 403."""
    import socket
    import struct
    import threading

    def attend(guest: socket.socket) -> None:
        with guest:
            if word.encode() in guest.recv(65536):
                guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            guest.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


def behind(begin: Callable[[House], object]) -> Stage:
    """The proxy that this begins is set."""

    def stage(house: House) -> Look:
        name_all(house, HOST)
        begin(house)
        return Look(endpoints=(f"https://{HOST}",), proxy=PROXY)

    return stage


def hidden(house: House) -> Look:
    """The resolver sends the name to a product's block page, which signs with its own authority."""
    house.also_at(BLOCK_PAGE)
    serve_pages(house, Page(private_authority("Cisco Umbrella").leaf("block.filter.test")))
    name_all(house, HOST, at=BLOCK_PAGE)
    return declared(house, private_authority())


def signed_by(title: str) -> Stage:
    """A service whose certificate comes from an authority of this name, which nobody here trusts."""

    def stage(house: House) -> Look:
        serve_pages(house, Page(private_authority(title).leaf(HOST)))
        name_all(house, HOST)
        return declared(house, private_authority())

    return stage


def through_a_proxy(hole: Callable[[House], object]) -> Stage:
    """A service behind a real proxy, and large packets that get lost: between here and the proxy, or beyond it."""

    def stage(house: House) -> Look:
        authority = private_authority()
        serve_pages(house, Page(authority.leaf(HOST)))
        name_all(house, HOST)
        house.squid(OPEN)
        hole(house)
        return declared(house, authority, proxy=PROXY)

    return stage


def on_this_computer(host: str) -> Stage:
    """Nobody listens on this computer, which is asked for by this name."""

    def stage(house: House) -> Look:
        house.names({NAME: [PUBLIC[0]]})
        return Look(endpoints=(f"tcp://{host}:5432",))

    return stage


RECIPES: tuple[Recipe, ...] = (
    *of(
        "http-answer-malformed",
        problem("newer-http", "The service speaks HTTP/2 alone, as one of gRPC does: a warning.", speaks(SETTINGS), needs=()),
        problem("odd-frame", "The service says what is nearly a frame of HTTP/2.", speaks("00000504000000000a01"), needs=()),
    ),
    *of(
        "tls-handshake-cut",
        problem("with-an-alert", "The service answers the first message with the alert internal_error.", turned_away(), needs=()),
        problem("with-an-alert-behind-a-proxy", "The same through a real proxy.", turned_away(PROXY), needs=("squid",)),
    ),
    *of("proxy-tunnel-cut", near_miss("tls-handshake-cut/with-an-alert-behind-a-proxy")),
    *of(
        "proxy-unreachable",
        problem(
            "ends-without-a-word",
            "The proxy ends every connection without an answer, as one does that does not allow this computer.",
            behind(lambda house: house.serve(hang_up, 3128, 65536, "end", port=3128, where="router")),
            needs=(),
        ),
        near_miss(
            "resets-for-one-target",
            "The proxy resets whoever asks for this service, and answers for other targets.",
            behind(lambda house: house.serve(picky_proxy, 3128, HOST, port=3128, where="router")),
            "proxy-refuses-target",
            needs=(),
        ),
    ),
    *of(
        "proxy-refuses-target",
        problem("proxy-unreachable/resets-for-one-target"),
        near_miss("proxy-unreachable/ends-without-a-word", says=Status.UNKNOWN),
    ),
    *of("dns-name-sinkholed", problem("to-a-block-page", "The resolver gives an address of a product's block pages.", hidden)),
    *of(
        "tls-issuer-untrusted",
        problem("made-for-tests", "The service shows a certificate of an authority for tests.", signed_by("(STAGING) House")),
        problem("a-companys-own-named-alike", "The authority is a company's own.", signed_by("House Staging")),
    ),
    *of(
        "network-mtu-blackhole",
        problem(
            "to-the-proxy",
            "Packets of more than 1280 octets get lost between the proxy and the client.",
            through_a_proxy(lambda house: house.black_hole(towards="client")),
            needs=("nginx", "squid"),
        ),
        near_miss(
            "beyond-the-proxy",
            "Packets of more than 1280 octets get lost between the proxy and the service, where nobody here sets their size.",
            through_a_proxy(lambda house: house.black_hole(towards="server")),
            "tls-large-hello-dropped",
            needs=("nginx", "squid"),
        ),
    ),
    *of(
        "network-connection-refused",
        problem("on-this-computer", "The endpoint is localhost; nobody listens.", on_this_computer("localhost"), needs=()),
    ),
)
