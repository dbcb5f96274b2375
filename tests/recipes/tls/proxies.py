"""Recipes of the family tls: a real proxy that is spoken to over TLS, and what it presents of itself."""

from datetime import timedelta

from diag.lab.authority import IssuedCertificate, Validity, pem
from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.services import HOST, Page, declared, now, private_authority, serve_pages, users
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

ITSELF = "proxy.house.test"
SECURE = f"https://{ITSELF}:3128"
LISTEN = "https_port 3128 tls-cert={folder}/proxy.pem tls-key={folder}/proxy.key\n"
LOGIN = """\
auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/users
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
"""
NEEDS = ("nginx", "squid")
_OVER = timedelta(days=-10)


def stand(house: House, shown: IssuedCertificate, service: Page, rules: str = "http_access allow all\n") -> None:
    """A service, and the real proxy before it, which presents this certificate; nothing gets past it."""
    serve_pages(house, service)
    house.names({HOST: [PUBLIC[0]], ITSELF: [ROUTER]})
    files = {"proxy.pem": pem(shown.certificate, *shown.chain), "proxy.key": shown.key_pem(), **users("somebody", "secret")}
    house.squid(LISTEN + rules, files=files)
    house.reject(port=443)


def presenting(*, name: str = ITSELF, over: bool = False, known: bool = True, login: str = "") -> Stage:
    """The proxy's certificate is for this name; it ran out (`over`); its authority is `known` here; it may want a login."""

    def stage(house: House) -> Look:
        authority, other = private_authority(), private_authority("Proxy")
        validity = Validity.around(now(), before=timedelta(days=100), after=_OVER if over else timedelta(days=60))
        shown = (authority if known else other).leaf(name, validity=validity)
        stand(house, shown, Page(authority.leaf(HOST)), LOGIN if login else "http_access allow all\n")
        return declared(house, authority, proxy=SECURE.replace("//", f"//{login}@") if login else SECURE)

    return stage


def ending(how: str) -> Stage:
    """Who listens at the proxy's port takes the first message, and then waits, resets, or says who it is: no proxy."""

    def stage(house: House) -> Look:
        authority = private_authority()
        serve_pages(house, Page(authority.leaf(HOST)))
        house.names({HOST: [PUBLIC[0]], ITSELF: [ROUTER]})
        house.serve(end_at, ROUTER, 3128, how, where="router", says="listening")
        house.reject(port=443)
        return declared(house, authority, proxy=SECURE)

    return stage


def end_at(at: str, port: int, how: str) -> None:
    """Hear one message of each connection, then `wait` until the client leaves, `reset`, or name another `protocol`."""
    import socket
    import struct
    import threading

    def attend(guest: socket.socket) -> None:
        with guest:
            guest.recv(65536)
            while how == "wait" and guest.recv(65536):
                pass
            if how == "reset":
                guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if how == "protocol":
                guest.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

    with socket.create_server((at, port)) as door:
        print("listening", flush=True)
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


RECIPES: tuple[Recipe, ...] = (
    *of(
        "tls-handshake-cut",
        problem("of-the-proxy", "The proxy resets each connection at the first TLS message.", ending("reset")),
        near_miss("tls-certificate-expired/of-the-proxy"),
    ),
    *of(
        "tls-handshake-silent",
        problem("of-the-proxy", "The proxy does not answer the first TLS message.", ending("wait")),
        near_miss("tls-certificate-expired/of-the-proxy"),
    ),
    *of(
        "tls-plaintext-answer",
        problem("of-the-proxy", "Behind the proxy's port stands another service.", ending("protocol")),
        near_miss("tls-certificate-expired/of-the-proxy"),
    ),
    *of(
        "tls-certificate-expired",
        problem("of-the-proxy", "The certificate of a real proxy ran out.", presenting(over=True), needs=NEEDS),
        problem(
            "of-a-proxy-that-wants-a-login",
            "The same, and the proxy wants a login, which it is not given.",
            presenting(over=True, login="somebody:secret"),
            needs=NEEDS,
        ),
        near_miss("proxy-scheme-wrong/over-tls-with-a-login"),
    ),
    *of(
        "tls-name-mismatch",
        problem(
            "of-the-proxy", "The certificate of the proxy is for another name.", presenting(name="old.house.test"), needs=NEEDS
        ),
    ),
    *of(
        "tls-issuer-untrusted",
        problem("of-the-proxy", "Nobody here knows who signed for the proxy.", presenting(known=False), needs=NEEDS),
    ),
    *of(
        "proxy-scheme-wrong",
        ok(
            "over-tls-with-a-login",
            "A real proxy is spoken to over TLS, and given the login that it wants.",
            presenting(login="somebody:secret"),
            needs=NEEDS,
        ),
    ),
)
