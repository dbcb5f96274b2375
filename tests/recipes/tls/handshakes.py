"""Recipes of the family tls: handshakes that fail, and what they fail of."""

from diag.lab.authority import pem
from diag.model.verdict import Status
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
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem

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


def without_newer_tls(house: House) -> Look:
    """A healthy service, and a filter on the way that swallows every first message with TLS 1.3 among its versions."""
    authority = healthy_service(house)
    offer = "|002b0005040304|"  # the extension supported_versions with TLS 1.3 at its head (RFC 8446, section 4.2.1)
    what = f"-i to-client -p tcp --dport 443 -m string --algo bm --hex-string {offer} -j DROP"
    house.router.do("iptables-restore", "--noflush", text=f"*filter\n-A FORWARD {what}\nCOMMIT\n")
    return declared(house, authority)


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
    *of(
        PLAIN,
        problem("lab/tls-plaintext-answer", "Plain HTTP is spoken at the TLS port.", in_lab(PLAIN)),
        problem("lab/tls-answered-by-ssh", "SSH is spoken at the TLS port.", in_lab("tls-answered-by-ssh")),
        problem("lab/tls-answered-by-smtp", "Mail is spoken at the TLS port.", in_lab("tls-answered-by-smtp")),
        problem("real-web-server", "nginx speaks plain HTTP at the TLS port.", plain_at_the_port),
        ok("lab/healthy"),
        near_miss("lab/tls-name-unrecognized"),
        problem("lab/proxy-answers-with-page"),
        near_miss("lab/tls-handshake-silent", says=Status.UNKNOWN),
    ),
    *of(
        VERSION,
        problem("lab/tls-version-rejected", "The server speaks TLS 1.1 at most.", in_lab(VERSION)),
        problem("old-web-server", "A real web server speaks TLS 1.1 at most.", on_terms(OLD_TERMS)),
        problem("newer-dropped", "A filter on the way swallows what offers TLS 1.3.", without_newer_tls),
        ok("only-1.2", "A real web server speaks TLS 1.2 alone.", on_terms("ssl_protocols TLSv1.2;")),
        ok("only-1.3", "A real web server speaks TLS 1.3 alone.", on_terms("ssl_protocols TLSv1.3;")),
        near_miss("lab/tls-name-unrecognized"),
        near_miss("lab/tls-large-hello-dropped", says=Status.UNKNOWN),
        near_miss("lab/tls-handshake-silent", says=Status.UNKNOWN),
    ),
    *of(
        UNKNOWN,
        problem("lab/tls-name-unrecognized", "The server does not know the name.", in_lab(UNKNOWN)),
        problem(
            "web-server",
            "A real web server rejects the handshake for a name it does not serve.",
            on_terms("ssl_reject_handshake on;"),
        ),
        ok("lab/healthy"),
        near_miss("lab/tls-sni-filtered", says=Status.UNKNOWN),
    ),
    *of(
        CLIENT,
        problem(
            "lab/tls-client-certificate-required", "The server demands a certificate of the client (TLS 1.3).", in_lab(CLIENT)
        ),
        problem(
            "lab/tls-client-certificate-required-12",
            "The server demands a certificate of the client (TLS 1.2).",
            in_lab("tls-client-certificate-required-12"),
        ),
        ok("lab/healthy"),
        near_miss("optional", "A real web server asks for a certificate, and lets those without one in.", asking_clients),
        near_miss("lab/tls-handshake-cut", says=Status.UNKNOWN),
    ),
    *of(
        FILTERED,
        problem("lab/tls-sni-filtered", "The connection is reset for this name alone.", in_lab(FILTERED)),
        problem("reset-on-the-way", "A filter between client and server resets what bears the name.", filtered("reset")),
        problem(
            "swallowed-on-the-way", "A filter between client and server swallows what bears the name.", filtered("swallowed")
        ),
        ok("lab/healthy"),
        near_miss("lab/tls-handshake-cut"),
    ),
    *of(
        CUT,
        problem("lab/tls-handshake-cut", "The connection is reset at the first TLS message.", in_lab(CUT)),
        problem("lab/tls-handshake-closed", "The connection ends at the first TLS message.", in_lab("tls-handshake-closed")),
        problem("far-server", "A server behind a router resets at the first message.", hangs_up("reset"), needs=()),
        ok("lab/healthy"),
        near_miss("lab/tls-sni-filtered"),
        near_miss(
            "on-the-way",
            "Something on the way resets every connection once it has carried some hundred bytes.",
            reset_on_the_way,
            says=Status.UNKNOWN,
        ),
        near_miss(
            "behind-a-proxy",
            "The service resets every connection at its first message, behind a real proxy and without it.",
            hangs_up("reset", PROXY),
            says=Status.NOT_APPLICABLE,
            needs=("squid",),
        ),
    ),
    *of(
        SILENT,
        problem("lab/tls-handshake-silent", "The first TLS message is never answered.", in_lab(SILENT)),
        problem("far-server", "A server behind a router never answers.", hangs_up("wait"), needs=()),
        ok("lab/healthy"),
        near_miss("tls-sni-filtered/swallowed-on-the-way"),
    ),
)
