"""Recipes of the family tls: handshakes that fail, and what they fail of."""

from diag.lab.authority import pem
from tests.netns import House
from tests.recipes.services import (
    HOST,
    OPEN,
    PROXY,
    Page,
    declared,
    hang_up,
    healthy_service,
    name_all,
    private_authority,
    serve_pages,
)
from tests.recording.recipe import Kind, Look, Recipe, Stage, in_lab

NGINX = ("nginx",)
OLD_TERMS = "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;"


def on_terms(terms: str) -> Stage:
    """A real web server with a good certificate, and these terms of TLS."""

    def stage(house: House) -> Look:
        authority = private_authority()
        serve_pages(house, Page(authority.leaf(HOST), terms=terms))
        name_all(house, HOST)
        return declared(house, authority)

    return stage


def asking_clients(house: House) -> Look:
    """A real web server that asks its clients for a certificate, and lets those without one in."""
    authority = private_authority()
    page = Page(authority.leaf(HOST), terms="ssl_verify_client optional; ssl_client_certificate root.pem;")
    serve_pages(house, page, files={"root.pem": pem(authority.root.certificate)})
    name_all(house, HOST)
    return declared(house, authority)


def plain_at_the_port(house: House) -> Look:
    """A real web server that speaks plain HTTP at port 443."""
    house.nginx("server { listen 443; }", port=443)
    name_all(house, HOST)
    return declared(house, private_authority())


def hangs_up(how: str, proxy: str | None = None) -> Stage:
    """A server that takes the first message and then resets, ends or waits; behind a real proxy, if one is named."""

    def stage(house: House) -> Look:
        house.serve(hang_up, 443, 65536, how, port=443)
        name_all(house, HOST)
        if proxy:
            house.squid(OPEN)
        return declared(house, private_authority(), proxy=proxy)

    return stage


def filtered(how: str) -> Stage:
    """A healthy service, and a filter on the way that looks for its name in the first message."""

    def stage(house: House) -> Look:
        authority = healthy_service(house)
        if how == "swallowed":
            house.swallow_name(HOST)
        else:
            house.reset_name(HOST)
        return declared(house, authority)

    return stage


def reset_on_the_way(house: House) -> Look:
    """Something on the way resets every connection once it has carried some hundred bytes."""
    authority = healthy_service(house)
    house.cut_after(300, port=443)
    return declared(house, authority)


PLAIN = "tls-plaintext-answer"
VERSION = "tls-version-rejected"
UNKNOWN = "tls-name-unrecognized"
CLIENT = "tls-client-certificate-required"
FILTERED = "tls-sni-filtered"
CUT = "tls-handshake-cut"
SILENT = "tls-handshake-silent"
RECIPES: tuple[Recipe, ...] = (
    Recipe(PLAIN, "http", Kind.PROBLEM, "Plain HTTP is spoken at the TLS port.", in_lab(PLAIN), (PLAIN,)),
    Recipe(PLAIN, "ssh", Kind.PROBLEM, "SSH is spoken at the TLS port.", in_lab("tls-answered-by-ssh"), (PLAIN,)),
    Recipe(PLAIN, "smtp", Kind.PROBLEM, "Mail is spoken at the TLS port.", in_lab("tls-answered-by-smtp"), (PLAIN,)),
    Recipe(
        PLAIN, "real-web-server", Kind.PROBLEM, "nginx speaks plain HTTP at the TLS port.", plain_at_the_port, (PLAIN,), NGINX
    ),
    Recipe(PLAIN, "tls", Kind.OK, "A service that works.", in_lab("healthy")),
    Recipe(PLAIN, "alert", Kind.NEAR_MISS, "The server answers with an alert, which is TLS.", in_lab(UNKNOWN), (UNKNOWN,)),
    Recipe(
        PLAIN,
        "page-of-the-proxy",
        Kind.PROBLEM,
        "The proxy shows a page in place of the service: the text is its own, and it is the cause.",
        in_lab("proxy-answers-with-page"),
        ("proxy-refuses-target",),
    ),
    Recipe(PLAIN, "silence", Kind.NEAR_MISS, "The first TLS message is never answered.", in_lab(SILENT), (SILENT,)),
    Recipe(VERSION, "lab", Kind.PROBLEM, "The server speaks TLS 1.1 at most.", in_lab(VERSION), (VERSION,)),
    Recipe(
        VERSION,
        "old-web-server",
        Kind.PROBLEM,
        "A real web server speaks TLS 1.1 at most.",
        on_terms(OLD_TERMS),
        (VERSION,),
        NGINX,
    ),
    Recipe(
        VERSION, "only-1.2", Kind.OK, "A real web server speaks TLS 1.2 alone.", on_terms("ssl_protocols TLSv1.2;"), needs=NGINX
    ),
    Recipe(
        VERSION, "only-1.3", Kind.OK, "A real web server speaks TLS 1.3 alone.", on_terms("ssl_protocols TLSv1.3;"), needs=NGINX
    ),
    Recipe(VERSION, "other-alert", Kind.NEAR_MISS, "The server does not know the name.", in_lab(UNKNOWN), (UNKNOWN,)),
    Recipe(UNKNOWN, "lab", Kind.PROBLEM, "The server does not know the name.", in_lab(UNKNOWN), (UNKNOWN,)),
    Recipe(
        UNKNOWN,
        "web-server",
        Kind.PROBLEM,
        "A real web server rejects the handshake for a name it does not serve.",
        on_terms("ssl_reject_handshake on;"),
        (UNKNOWN,),
        NGINX,
    ),
    Recipe(UNKNOWN, "known", Kind.OK, "A service that works.", in_lab("healthy")),
    Recipe(UNKNOWN, "filtered", Kind.NEAR_MISS, "The connection is reset for this name alone.", in_lab(FILTERED), (FILTERED,)),
    Recipe(
        CLIENT, "tls-1.3", Kind.PROBLEM, "The server demands a certificate of the client (TLS 1.3).", in_lab(CLIENT), (CLIENT,)
    ),
    Recipe(
        CLIENT,
        "tls-1.2",
        Kind.PROBLEM,
        "The server demands a certificate of the client (TLS 1.2).",
        in_lab("tls-client-certificate-required-12"),
        (CLIENT,),
    ),
    Recipe(CLIENT, "not-asked", Kind.OK, "A service that works.", in_lab("healthy")),
    Recipe(
        CLIENT,
        "optional",
        Kind.NEAR_MISS,
        "A real web server asks for a certificate, and lets those without one in.",
        asking_clients,
        needs=NGINX,
    ),
    Recipe(CLIENT, "cut", Kind.NEAR_MISS, "The connection is reset at the first TLS message.", in_lab(CUT), (CUT,)),
    Recipe(FILTERED, "lab", Kind.PROBLEM, "The connection is reset for this name alone.", in_lab(FILTERED), (FILTERED,)),
    Recipe(
        FILTERED,
        "reset-on-the-way",
        Kind.PROBLEM,
        "A filter between client and server resets what bears the name.",
        filtered("reset"),
        (FILTERED,),
        NGINX,
    ),
    Recipe(
        FILTERED,
        "swallowed-on-the-way",
        Kind.PROBLEM,
        "A filter between client and server swallows what bears the name.",
        filtered("swallowed"),
        (FILTERED,),
        NGINX,
    ),
    Recipe(FILTERED, "open", Kind.OK, "A service that works.", in_lab("healthy")),
    Recipe(
        FILTERED, "whatever-the-name", Kind.NEAR_MISS, "The connection is reset at the first TLS message.", in_lab(CUT), (CUT,)
    ),
    Recipe(CUT, "reset", Kind.PROBLEM, "The connection is reset at the first TLS message.", in_lab(CUT), (CUT,)),
    Recipe(CUT, "ended", Kind.PROBLEM, "The connection ends at the first TLS message.", in_lab("tls-handshake-closed"), (CUT,)),
    Recipe(CUT, "far-server", Kind.PROBLEM, "A server behind a router resets at the first message.", hangs_up("reset"), (CUT,)),
    Recipe(CUT, "finished", Kind.OK, "A service that works.", in_lab("healthy")),
    Recipe(CUT, "by-name", Kind.NEAR_MISS, "The connection is reset for this name alone.", in_lab(FILTERED), (FILTERED,)),
    Recipe(
        CUT,
        "on-the-way",
        Kind.NEAR_MISS,
        "Something on the way resets every connection once it has carried some hundred bytes.",
        reset_on_the_way,
        needs=NGINX,
    ),
    Recipe(
        CUT,
        "behind-a-proxy",
        Kind.NEAR_MISS,
        "The service resets every connection at its first message, behind a real proxy and without it.",
        hangs_up("reset", PROXY),
        needs=("squid",),
    ),
    Recipe(SILENT, "lab", Kind.PROBLEM, "The first TLS message is never answered.", in_lab(SILENT), (SILENT,)),
    Recipe(SILENT, "far-server", Kind.PROBLEM, "A server behind a router never answers.", hangs_up("wait"), (SILENT,)),
    Recipe(SILENT, "answered", Kind.OK, "A service that works.", in_lab("healthy")),
    Recipe(
        SILENT,
        "by-name",
        Kind.NEAR_MISS,
        "A filter between client and server swallows what bears the name.",
        filtered("swallowed"),
        (FILTERED,),
        NGINX,
    ),
)
