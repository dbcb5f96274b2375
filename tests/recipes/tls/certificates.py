"""Recipes of the family tls: what the certificates themselves say, their days and their names."""

from datetime import timedelta

from msgspec.structs import replace

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity, issue, self_signed
from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PUBLIC
from tests.recipes.services import HOST, OTHER, Page, declared, name_all, now, private_authority, serve_pages, trust_file, usual
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem

ITS_OWN_DATE = "proxy_pass http://127.0.0.1:8080; proxy_pass_header Date;"


def presents(house: House, credential: IssuedCertificate, trusted: CertificateAuthority, *hosts: str) -> Look:
    """A web server with this certificate, looked at by a client that was told of `trusted`."""
    serve_pages(house, Page(credential))
    name_all(house, *(hosts or (HOST,)))
    return declared(house, trusted, hosts=hosts or (HOST,))


def lasting(house: House, *, before: float, after: float) -> Look:
    """A certificate that began `before` days ago and ends in `after` days."""
    authority = private_authority()
    days = Validity.around(now(), before=timedelta(days=before), after=timedelta(days=after))
    return presents(house, authority.leaf(HOST, validity=days), authority)


def expired_extra(house: House, *, known: bool = False) -> Look:
    """The chain verifies; a cross-signed certificate that it does not need, sent along, ran out.

    `known`: the root that cross-signed it, which ran out too, still stands in the list.
    """
    authority = private_authority()
    past = Validity.around(now(), before=timedelta(days=3000), after=timedelta(days=-200))
    older = issue("Older Root", issuer=None, validity=past)
    crossed = issue("House Root", issuer=older, validity=past, key=authority.root.key)
    leaf = authority.leaf(HOST)
    look = presents(house, leaf.presenting(*leaf.chain, crossed.certificate), authority)
    return replace(look, trust=trust_file(house, older, authority)) if known else look


def keep_another_day(port: int, days: int) -> None:
    """Serve HTTP by a clock that is `days` off."""
    import http.server
    import time

    class Service(http.server.BaseHTTPRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(time.time() + days * 86400)

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    http.server.ThreadingHTTPServer(("127.0.0.1", port), Service).serve_forever()


def other_clock(house: House, *, servers: int, before: float, after: float) -> Look:
    """Two services by whose clocks, some days off this computer's, the certificate is valid."""
    authority = private_authority()
    days = Validity.around(now(), before=timedelta(days=before), after=timedelta(days=after))
    house.serve(keep_another_day, 8080, servers, port=8080)
    serve_pages(house, Page(authority.leaf(HOST, OTHER, validity=days), says=ITS_OWN_DATE))
    name_all(house, HOST, OTHER)
    return declared(house, authority, hosts=(HOST, OTHER))


def for_names(*names: str, host: str = HOST) -> Stage:
    """A certificate for these names, presented by `host`."""

    def stage(house: House) -> Look:
        authority = private_authority()
        return presents(house, authority.leaf(*names), authority, host)

    return stage


def by_address(*names: str) -> Stage:
    """The endpoint is given by its address; the certificate is for these names."""

    def stage(house: House) -> Look:
        authority = private_authority()
        serve_pages(house, Page(authority.leaf(*names)))
        return declared(house, authority, hosts=(PUBLIC[0],))

    return stage


def one_for_many(house: House) -> Look:
    """Two hundred names, with a wildcard for one endpoint and the other by name, last: one certificate for both."""
    authority = private_authority()
    names = [f"s{number}.elsewhere.test" for number in range(200)]
    return presents(house, authority.leaf(*names, f"*.{OTHER}", HOST), authority, HOST, f"one.{OTHER}")


def appliance(house: House) -> Look:
    """A self-signed certificate for another name, as appliances come with."""
    serve_pages(house, Page(self_signed("appliance.local", validity=Validity.around(now(), after=timedelta(days=60)))))
    name_all(house, HOST)
    return usual(house, private_authority())


EXPIRED = "tls-certificate-expired"
TOO_EARLY = "tls-certificate-not-yet-valid"
SOON = "tls-certificate-expires-soon"
NAME = "tls-name-mismatch"
RECIPES: tuple[Recipe, ...] = (
    *of(
        EXPIRED,
        problem("lab/tls-certificate-expired", "The certificate ran out three days ago.", in_lab("tls-certificate-expired")),
        problem(
            "lab/tls-intermediate-expired",
            "The certificate is valid, the one that signed it ran out.",
            in_lab("tls-intermediate-expired"),
        ),
        problem(
            "behind-nginx",
            "A certificate on a real web server ran out an hour ago.",
            lambda house: lasting(house, before=90, after=-1 / 24),
        ),
        ok("lab/healthy"),
        near_miss(
            "extra-that-is-not-needed",
            "The chain verifies; a cross-signed certificate that it does not need, sent along, ran out.",
            expired_extra,
        ),
        near_miss(
            "extra-of-a-known-root",
            "The same, where the list still holds the older root, which ran out, before the one that is needed.",
            lambda house: expired_extra(house, known=True),
        ),
        near_miss(
            "clock-ahead",
            "The certificates are valid by the clocks of both servers and expired by that of this computer.",
            lambda house: other_clock(house, servers=-10, before=60, after=-3),
            "machine-clock-wrong",
            says=Status.UNKNOWN,
        ),
        near_miss("lab/tls-certificate-expires-soon"),
        near_miss("lab/tls-certificate-not-yet-valid"),
    ),
    *of(
        TOO_EARLY,
        problem("lab/tls-certificate-not-yet-valid", "The certificate is valid from three days ahead.", in_lab(TOO_EARLY)),
        ok("lab/healthy"),
        near_miss(
            "clock-behind",
            "The certificates are valid by the clocks of both servers and not yet by that of this computer.",
            lambda house: other_clock(house, servers=10, before=-3, after=60),
            "machine-clock-wrong",
            says=Status.UNKNOWN,
        ),
        near_miss(
            "just-begun", "The certificate is valid since a minute.", lambda house: lasting(house, before=1 / 1440, after=60)
        ),
    ),
    *of(
        SOON,
        problem("lab/tls-certificate-expires-soon", "The certificate runs out in five days.", in_lab(SOON)),
        ok("lab/healthy"),
        near_miss(
            "short-lived",
            "The certificate lives for six days, as some do, and has three left.",
            lambda house: lasting(house, before=3, after=3),
        ),
        near_miss("lab/tls-certificate-expired", says=Status.UNKNOWN),
    ),
    *of(
        NAME,
        problem("lab/tls-name-mismatch", "The certificate is for other names.", in_lab(NAME)),
        problem(
            "too-deep-for-the-wildcard",
            "The certificate's wildcard stands for one label, and the name has two more.",
            for_names("*.house.test", host=f"deep.{HOST}"),
        ),
        problem(
            "underscore",
            "The name has an underscore where the certificate has a dash.",
            for_names("my-service.house.test", host="my_service.house.test"),
        ),
        problem("address", "The endpoint is given by its address, and the certificate lists names.", by_address(HOST)),
        ok("many-names", "One certificate with two hundred names and a wildcard serves two endpoints.", one_for_many),
        ok("address-listed", "The endpoint is given by its address, which the certificate lists.", by_address(HOST, PUBLIC[0])),
        near_miss("lab/tls-name-unrecognized", says=Status.UNKNOWN),
        near_miss("wildcard-fits", "Only a wildcard covers the name, in capitals.", for_names("*.HOUSE.test")),
    ),
    *of(
        "tls-self-signed", problem("appliance", "A self-signed certificate for another name, as appliances come with.", appliance)
    ),
)
