"""Recipes of the family tls: protocols that begin in the clear, and go over to TLS, or do not."""

from collections.abc import Callable
from datetime import timedelta

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity
from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.services import (
    HERE,
    HOST,
    OPEN,
    OTHER,
    PROXY,
    hang_up,
    name_all,
    now,
    private_authority,
    trust_file,
)
from tests.recipes.tls.servers import (
    DOVECOT,
    MARIADB,
    POSTFIX,
    POSTGRES,
    SLAPD,
    dovecot,
    guests,
    mail_filter,
    mariadb,
    postfix,
    postgres,
    slapd,
)
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

SERVERS: dict[str, Callable[..., object]] = {
    "postgres": postgres,
    "mysql": mariadb,
    "smtp": postfix,
    "imap": dovecot,
    "ldap": slapd,
}
NEEDS = {"postgres": POSTGRES, "mysql": MARIADB, "smtp": POSTFIX, "imap": DOVECOT, "ldap": SLAPD}
Leaf = Callable[[CertificateAuthority], IssuedCertificate | None]


def good(authority: CertificateAuthority) -> IssuedCertificate:
    """A certificate without fault."""
    return authority.leaf(HOST)


def expired(authority: CertificateAuthority) -> IssuedCertificate:
    """A certificate that has run out."""
    return authority.leaf(HOST, validity=Validity.around(now(), before=timedelta(days=90), after=timedelta(days=-2)))


def for_another(authority: CertificateAuthority) -> IssuedCertificate:
    """A certificate for another name."""
    return authority.leaf(OTHER)


def none(_: CertificateAuthority) -> None:
    """No certificate: the server has no TLS."""


def look_at(house: House, url: str, *authorities: CertificateAuthority, proxy: str | None = None) -> Look:
    """A look by a client that accepts these authorities."""
    name_all(house, HOST)
    return Look(endpoints=(url,), trust=trust_file(house, *authorities), proxy=proxy)


def serving(scheme: str, leaf: Leaf = good, *settings: str, trusted: bool = True, **more: object) -> Stage:
    """A real server of this protocol with this certificate; `trusted` says whether the client accepts its authority."""

    def stage(house: House) -> Look:
        authority = private_authority()
        SERVERS[scheme](house, leaf(authority), *settings, **more)
        return look_at(house, f"{scheme}://{HOST}", authority if trusted else private_authority(title="Other"))

    return stage


def behind_a_proxy(house: House) -> Look:
    """A real database that is reached through a real proxy."""
    authority = private_authority()
    postgres(house, good(authority))
    house.squid(OPEN)
    return look_at(house, f"postgres://{HOST}", authority, proxy=PROXY)


def without_its_key(house: House) -> Look:
    """A real mail server that offers TLS and cannot read its key."""
    authority = private_authority()
    servant = postfix(house, good(authority))
    (servant.folder / "key.pem").write_bytes(b"")
    return look_at(house, f"smtp://{HOST}", authority)


def filtered(scheme: str, shown: str, hidden: str = "STARTTLS", *, leaf: Leaf = good) -> Stage:
    """A real mail server, and before it something that changes what comes back in the clear."""

    def stage(house: House) -> Look:
        authority = private_authority()
        SERVERS[scheme](house, leaf(authority), port=2000)
        port = {"smtp": 587, "imap": 143}[scheme]
        house.serve(mail_filter, port, f"{PUBLIC[0]}:2000", hidden, shown, port=port, where="router")
        name_all(house, HOST, at=ROUTER)
        return Look(endpoints=(f"{scheme}://{HOST}",), trust=trust_file(house, authority))

    return stage


def full_house(house: House) -> Look:
    """A real database that has no room for one more."""
    authority = private_authority()
    mariadb(house, good(authority))
    house.serve(guests, PUBLIC[0], 3306, 11, says="all are in", where="server")
    return look_at(house, f"mysql://{HOST}", authority)


def at_once(scheme: str, port: int) -> Stage:
    """A real server that encrypts from the first byte on."""

    def stage(house: House) -> Look:
        authority = private_authority()
        if scheme == "imap":
            dovecot(house, good(authority), port=0, at_once=port)
        else:
            SERVERS[scheme](house, good(authority), port=port, at_once=True)
        return look_at(house, f"{scheme}://{HOST}:{port}", authority)

    return stage


def another_protocol(scheme: str) -> Stage:
    """A real server of another protocol at the port."""

    def stage(house: House) -> Look:
        if scheme == "imap":
            postfix(house, None, port=143)
        else:
            house.nginx(f"server {{ listen 5432; location / {{ {HERE} }} }}", port=5432)
        return look_at(house, f"{scheme}://{HOST}", private_authority())

    return stage


def broken_off(scheme: str, port: int, after: int, how: str) -> Stage:
    """A server that hears so many bytes, or the first message, and then breaks off, or waits."""

    def stage(house: House) -> Look:
        house.serve(hang_up, port, after, how, port=port)
        return look_at(house, f"{scheme}://{HOST}", private_authority())

    return stage


def agrees_then_chatters(house: House) -> Look:
    """A database that agrees, and then answers in the clear."""
    house.serve(agreeable, 5432, port=5432)
    return look_at(house, f"postgres://{HOST}", private_authority())


def agreeable(port: int) -> None:
    """Agree to go over to TLS, then answer the first message of TLS with words."""
    import contextlib
    import socket

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            with guest, contextlib.suppress(OSError):
                guest.recv(8)
                guest.sendall(b"S")
                guest.recv(65536)
                guest.sendall(b"E\0\0\0\x0eSFATAL\0\0\0\0")


REFUSED = "tls-upgrade-refused"
STRIPPED = "tls-upgrade-stripped"
AWAY = "tls-upgrade-turned-away"
AT_ONCE = "tls-begins-at-once"
MISUNDERSTOOD = "tls-upgrade-misunderstood"
UNANSWERED = "tls-upgrade-unanswered"
INJECTED = "tls-upgrade-injected"
PLAIN = "tls-plaintext-answer"
TITLES = {"postgres": "PostgreSQL", "mysql": "MariaDB", "smtp": "Postfix", "imap": "Dovecot", "ldap": "OpenLDAP"}
RECIPES: tuple[Recipe, ...] = (
    *of(
        REFUSED,
        *(
            problem(f"{scheme}-without-tls", f"{title} runs without TLS.", serving(scheme, none), needs=(NEEDS[scheme],))
            for scheme, title in TITLES.items()
        ),
        *(
            ok(f"{scheme}-with-tls", f"{title} goes over to TLS.", serving(scheme), needs=(NEEDS[scheme],))
            for scheme, title in TITLES.items()
        ),
        problem("smtp-without-its-key", "Postfix offers TLS, and cannot read its key.", without_its_key, needs=(POSTFIX,)),
        ok(
            "behind-a-proxy",
            "PostgreSQL goes over to TLS inside a tunnel of a real proxy.",
            behind_a_proxy,
            needs=(POSTGRES, "squid"),
        ),
        near_miss(
            "offer-overwritten",
            "Postfix offers TLS, and something before it overwrites the offer.",
            filtered("smtp", "XXXXXXXA"),
            STRIPPED,
            needs=(POSTFIX,),
        ),
    ),
    *of(
        STRIPPED,
        problem(
            "smtp-overwritten",
            "Something before Postfix writes X over the offer.",
            filtered("smtp", "XXXXXXXX"),
            needs=(POSTFIX,),
        ),
        problem(
            "smtp-taken-out",
            "Something before Postfix takes the offer out.",
            filtered("smtp", "", "250-STARTTLS\r\n"),
            needs=(POSTFIX,),
        ),
        problem(
            "imap-taken-out", "Something before Dovecot takes the offer out.", filtered("imap", "", " STARTTLS"), needs=(DOVECOT,)
        ),
        ok("tls-upgrade-refused/imap-with-tls"),
        near_miss("tls-upgrade-refused/smtp-without-tls"),
    ),
    *of(
        AWAY,
        problem("mysql-full", "MariaDB has no room for one more connection.", full_house, needs=(MARIADB,)),
        problem(
            "smtp-rejected",
            "Postfix rejects this client in its greeting.",
            serving("smtp", good, "smtpd_client_restrictions = reject"),
            needs=(POSTFIX,),
        ),
        near_miss(
            "particular-about-names",
            "Postfix lets nobody in whose name it cannot look up.",
            serving("smtp", good, "smtpd_helo_restrictions = reject_unknown_helo_hostname", "unknown_hostname_reject_code = 550"),
            needs=(POSTFIX,),
        ),
        ok("tls-upgrade-refused/mysql-with-tls"),
        near_miss("tls-upgrade-refused/mysql-without-tls"),
    ),
    *of(
        AT_ONCE,
        problem("imaps", "Dovecot encrypts from the first byte on.", at_once("imap", 993), needs=(DOVECOT,)),
        problem("smtps", "Postfix encrypts from the first byte on.", at_once("smtp", 465), needs=(POSTFIX,)),
        problem("ldaps", "OpenLDAP encrypts from the first byte on.", at_once("ldap", 636), needs=(SLAPD,)),
        ok("tls-upgrade-refused/ldap-with-tls"),
        near_miss(
            "silent",
            "A server that says nothing, whatever it is told.",
            broken_off("imap", 143, 65536, "wait"),
            UNANSWERED,
            needs=(),
        ),
    ),
    *of(
        MISUNDERSTOOD,
        problem("web-server", "A web server listens where PostgreSQL is expected.", another_protocol("postgres")),
        problem("mail-server", "Postfix listens where IMAP is expected.", another_protocol("imap"), needs=(POSTFIX,)),
        ok("tls-upgrade-refused/postgres-with-tls"),
        near_miss("tls-begins-at-once/imaps", says=Status.UNKNOWN),
    ),
    *of(
        UNANSWERED,
        problem("silent", "A mail server never greets.", broken_off("smtp", 587, 65536, "wait"), needs=()),
        problem(
            "cut", "A database ends every connection at its first message.", broken_off("postgres", 5432, 8, "end"), needs=()
        ),
        ok("tls-upgrade-refused/smtp-with-tls"),
        near_miss(
            "cut-unasked",
            "Connections end though nothing was said.",
            broken_off("mysql", 3306, 0, "end"),
            "network-connection-cut",
            says=Status.PROBLEM,
            needs=(),
        ),
        near_miss("tls-begins-at-once/smtps"),
    ),
    *of(
        INJECTED,
        problem(
            "smtp",
            "Something before Postfix adds a line to its agreement.",
            filtered("smtp", "Ready to start TLS\r\n250 injected", "Ready to start TLS"),
            needs=(POSTFIX,),
        ),
        problem(
            "imap",
            "Something before Dovecot adds a line to its agreement.",
            filtered("imap", "Begin TLS negotiation now.\r\n* BYE injected", "Begin TLS negotiation now."),
            needs=(DOVECOT,),
        ),
        ok("tls-upgrade-refused/smtp-with-tls"),
        near_miss(
            "in-place-of-tls",
            "A database agrees, and then answers the first message of TLS in the clear.",
            agrees_then_chatters,
            PLAIN,
            needs=(),
        ),
    ),
    *of(
        "tls-certificate-expired",
        problem("postgres", "PostgreSQL shows a certificate that has run out.", serving("postgres", expired), needs=(POSTGRES,)),
        problem("smtp", "Postfix shows a certificate that has run out.", serving("smtp", expired), needs=(POSTFIX,)),
    ),
    *of(
        "tls-name-mismatch",
        problem("imap", "Dovecot shows a certificate for another name.", serving("imap", for_another), needs=(DOVECOT,)),
        problem("mysql", "MariaDB shows a certificate for another name.", serving("mysql", for_another), needs=(MARIADB,)),
    ),
    *of(
        "tls-issuer-untrusted",
        problem(
            "ldap",
            "OpenLDAP shows a certificate of an authority that this client does not know.",
            serving("ldap", trusted=False),
            needs=(SLAPD,),
        ),
    ),
)
