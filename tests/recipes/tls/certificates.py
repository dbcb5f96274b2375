"""Recipes of the family tls: what the certificates themselves say, their days and their names."""

from datetime import timedelta

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Validity, issue, self_signed
from tests.netns import House
from tests.netns.plan import PUBLIC
from tests.recipes.services import HOST, OTHER, Page, declared, name_all, now, private_authority, serve_pages, usual
from tests.recording.recipe import Kind, Look, Recipe, Stage, in_lab

NGINX = ("nginx",)
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


def expired_extra(house: House) -> Look:
    """The chain verifies; a cross-signed certificate that it does not need, sent along, ran out."""
    authority = private_authority()
    past = Validity.around(now(), before=timedelta(days=3000), after=timedelta(days=-200))
    older = issue("Older Root", issuer=None, validity=past)
    crossed = issue("House Root", issuer=older, validity=past, key=authority.root.key)
    leaf = authority.leaf(HOST)
    return presents(house, leaf.presenting(*leaf.chain, crossed.certificate), authority)


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
    Recipe(
        EXPIRED, "server", Kind.PROBLEM, "The certificate ran out three days ago.", in_lab("tls-certificate-expired"), (EXPIRED,)
    ),
    Recipe(
        EXPIRED,
        "intermediate",
        Kind.PROBLEM,
        "The certificate is valid, the one that signed it ran out.",
        in_lab("tls-intermediate-expired"),
        (EXPIRED,),
    ),
    Recipe(
        EXPIRED,
        "behind-nginx",
        Kind.PROBLEM,
        "A certificate on a real web server ran out an hour ago.",
        lambda house: lasting(house, before=90, after=-1 / 24),
        (EXPIRED,),
        NGINX,
    ),
    Recipe(EXPIRED, "valid", Kind.OK, "A service that works.", in_lab("healthy")),
    Recipe(
        EXPIRED,
        "extra-that-is-not-needed",
        Kind.NEAR_MISS,
        "The chain verifies; a cross-signed certificate that it does not need, sent along, ran out.",
        expired_extra,
        needs=NGINX,
    ),
    Recipe(
        EXPIRED,
        "clock-ahead",
        Kind.NEAR_MISS,
        "The certificates are valid by the clocks of both servers and expired by that of this computer.",
        lambda house: other_clock(house, servers=-10, before=60, after=-3),
        ("machine-clock-wrong",),
        NGINX,
    ),
    Recipe(EXPIRED, "soon", Kind.NEAR_MISS, "The certificate runs out in five days.", in_lab(SOON), (SOON,)),
    Recipe(EXPIRED, "too-early", Kind.NEAR_MISS, "The certificate is not valid yet.", in_lab(TOO_EARLY), (TOO_EARLY,)),
    Recipe(TOO_EARLY, "server", Kind.PROBLEM, "The certificate is valid from three days ahead.", in_lab(TOO_EARLY), (TOO_EARLY,)),
    Recipe(TOO_EARLY, "valid", Kind.OK, "A service that works.", in_lab("healthy")),
    Recipe(
        TOO_EARLY,
        "clock-behind",
        Kind.NEAR_MISS,
        "The certificates are valid by the clocks of both servers and not yet by that of this computer.",
        lambda house: other_clock(house, servers=10, before=-3, after=60),
        ("machine-clock-wrong",),
        NGINX,
    ),
    Recipe(
        TOO_EARLY,
        "just-begun",
        Kind.NEAR_MISS,
        "The certificate is valid since a minute.",
        lambda house: lasting(house, before=1 / 1440, after=60),
        needs=NGINX,
    ),
    Recipe(SOON, "five-days", Kind.PROBLEM, "The certificate runs out in five days.", in_lab(SOON), (SOON,)),
    Recipe(SOON, "sixty-days", Kind.OK, "The certificate has sixty days left.", in_lab("healthy")),
    Recipe(
        SOON,
        "short-lived",
        Kind.NEAR_MISS,
        "The certificate lives for six days, as some do, and has three left.",
        lambda house: lasting(house, before=3, after=3),
        needs=NGINX,
    ),
    Recipe(SOON, "over", Kind.NEAR_MISS, "The certificate ran out three days ago.", in_lab(EXPIRED), (EXPIRED,)),
    Recipe(NAME, "other-names", Kind.PROBLEM, "The certificate is for other names.", in_lab(NAME), (NAME,)),
    Recipe(
        NAME,
        "too-deep-for-the-wildcard",
        Kind.PROBLEM,
        "The certificate's wildcard stands for one label, and the name has two more.",
        for_names("*.house.test", host=f"deep.{HOST}"),
        (NAME,),
        NGINX,
    ),
    Recipe(
        NAME,
        "underscore",
        Kind.PROBLEM,
        "The name has an underscore where the certificate has a dash.",
        for_names("my-service.house.test", host="my_service.house.test"),
        (NAME,),
        NGINX,
    ),
    Recipe(
        NAME,
        "address",
        Kind.PROBLEM,
        "The endpoint is given by its address, and the certificate lists names.",
        by_address(HOST),
        (NAME,),
        NGINX,
    ),
    Recipe(
        NAME,
        "many-names",
        Kind.OK,
        "One certificate with two hundred names and a wildcard serves two endpoints.",
        one_for_many,
        needs=NGINX,
    ),
    Recipe(
        NAME,
        "address-listed",
        Kind.OK,
        "The endpoint is given by its address, which the certificate lists.",
        by_address(HOST, PUBLIC[0]),
        needs=NGINX,
    ),
    Recipe(
        NAME,
        "not-served",
        Kind.NEAR_MISS,
        "The server does not know the name, and says so before it shows any certificate.",
        in_lab("tls-name-unrecognized"),
        ("tls-name-unrecognized",),
    ),
    Recipe(
        NAME,
        "wildcard-fits",
        Kind.NEAR_MISS,
        "Only a wildcard covers the name, in capitals.",
        for_names("*.HOUSE.test"),
        needs=NGINX,
    ),
    Recipe(
        "tls-self-signed",
        "appliance",
        Kind.PROBLEM,
        "A self-signed certificate for another name, as appliances come with.",
        appliance,
        ("tls-self-signed",),
        NGINX,
    ),
)
