"""Recipes of the family tls: a name with two addresses, of which one is well and the other has a fault of its own."""

from collections.abc import Callable
from datetime import timedelta

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity, pem
from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PUBLIC
from tests.recipes.services import HERE, HOST, Page, declared, now, private_authority, serve_pages
from tests.recipes.tls.proxies import end_at
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, problem

FILTER = "blocked.provider.example"
WELL, ILL = PUBLIC[0], PUBLIC[1]
SERVER = (
    "server {{ listen {at}:443 ssl; {terms} ssl_certificate {at}.pem; ssl_certificate_key {at}.key; location / {{ {says} }} }}"
)


def _serve(house: House, authority: CertificateAuthority, *more: tuple[str, IssuedCertificate, str]) -> None:
    """A web server that is well at its first address, and at others as is said: address, certificate, terms of TLS."""
    files, blocks = {}, []
    for at, shown, terms in ((WELL, authority.leaf(HOST), ""), *more):
        files |= {f"{at}.pem": pem(shown.certificate, *shown.chain), f"{at}.key": shown.key_pem()}
        blocks.append(SERVER.format(at=at, terms=terms, says=HERE))
    house.nginx("\n".join(blocks), port=443, files=files)
    house.names({HOST: [WELL, ILL]})


def presenting(make: Callable[[CertificateAuthority], IssuedCertificate], terms: str = "") -> Stage:
    """The second address presents this certificate, on these terms."""

    def stage(house: House) -> Look:
        authority = private_authority()
        _serve(house, authority, (ILL, make(authority), terms))
        return declared(house, authority)

    return stage


def hanging_up(how: str) -> Stage:
    """Who listens at the second address takes the first message, and then waits or resets."""

    def stage(house: House) -> Look:
        authority = private_authority()
        _serve(house, authority)
        house.serve(end_at, ILL, 443, how, says="listening")
        return declared(house, authority)

    return stage


def answering(says: str) -> Stage:
    """The second address answers every request so, in nginx's words."""

    def stage(house: House) -> Look:
        authority = private_authority()
        files, blocks = {}, []
        for at, words in ((WELL, HERE), (ILL, says)):
            shown = authority.leaf(HOST)
            files |= {f"{at}.pem": pem(shown.certificate, *shown.chain), f"{at}.key": shown.key_pem()}
            blocks.append(SERVER.format(at=at, terms="", says=words))
        house.nginx("\n".join(blocks), port=443, files=files)
        house.names({HOST: [WELL, ILL]})
        return declared(house, authority)

    return stage


def _filtered(house: House) -> Look:
    filtering = private_authority("Provider")
    page = f"return 302 http://{FILTER}/;"
    plain = f"server {{ listen 80; location / {{ {page} }} }}"
    serve_pages(house, Page(filtering.leaf(FILTER), says=page), plain=plain)
    house.names({HOST: [PUBLIC[3]], FILTER: [PUBLIC[3]]})
    return declared(house, private_authority())


def _expired(authority: CertificateAuthority) -> IssuedCertificate:
    return authority.leaf(HOST, validity=Validity.around(now(), before=timedelta(days=90), after=timedelta(days=-10)))


RECIPES: tuple[Recipe, ...] = (
    *of(
        "tls-handshake-silent",
        problem("at-one-of-two-addresses", "At one of two addresses nobody answers the first message.", hanging_up("wait")),
        near_miss("tls-certificate-expired/at-one-of-two-addresses"),
    ),
    *of(
        "tls-handshake-cut",
        problem("at-one-of-two-addresses", "At one of two addresses the connection is reset.", hanging_up("reset")),
        near_miss("tls-certificate-expired/at-one-of-two-addresses"),
    ),
    *of(
        "tls-certificate-expired",
        problem("at-one-of-two-addresses", "One of two addresses presents a certificate that ran out.", presenting(_expired)),
        near_miss("tls-handshake-cut/at-one-of-two-addresses"),
    ),
    *of(
        "http-server-error",
        problem("at-one-of-two-addresses", "One of two addresses answers 503.", answering("return 503;")),
        near_miss("http-no-answer/at-one-of-two-addresses"),
    ),
    *of(
        "http-no-answer",
        problem("at-one-of-two-addresses", "One of two addresses hangs up on every request.", answering("return 444;")),
        near_miss("http-server-error/at-one-of-two-addresses"),
    ),
    *of(
        "tls-name-mismatch",
        problem(
            "at-one-of-two-addresses",
            "One of two addresses presents a certificate for another name.",
            presenting(lambda authority: authority.leaf("elsewhere.house.test")),
        ),
        problem(
            "page-of-a-filter",
            "The resolver gives the address of a filter's page, which presents its own certificate.",
            _filtered,
        ),
    ),
    *of("tls-issuer-untrusted", near_miss("tls-name-mismatch/page-of-a-filter", says=Status.UNKNOWN)),
    *of(
        "tls-version-rejected",
        problem(
            "at-one-of-two-addresses",
            "One of two addresses speaks old versions alone.",
            presenting(lambda authority: authority.leaf(HOST), "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;"),
        ),
    ),
)
