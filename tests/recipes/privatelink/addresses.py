"""Recipes of the family privatelink: names and addresses that should stay inside, and those that should not."""

from diag.model.verdict import Status
from tests.netns import Answers, House
from tests.netns.plan import PRIVATE, PUBLIC, SILENT
from tests.recipes.proxy.answers import DENY_ALL
from tests.recipes.services import (
    HOST,
    OPEN,
    OTHER,
    PROXY,
    Page,
    declared,
    healthy_service,
    name_all,
    private_authority,
    serve_pages,
    serve_plain,
)
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem

SQUID = ("nginx", "squid")
SHARED = "100.64.7.7"
"""Of the space that carriers and clouds use inside (RFC 6598)."""
RESTRICTED, GOOGLES = "199.36.153.5", "storage.googleapis.com"
UNIQUE_LOCAL = "fd77:2::53"
GLOBAL6 = "2001:db8::10"
DOMAIN = HOST.partition(".")[2]
AT_ROUTER = "10.77.2.53"


def service_at(*addresses: str, private: bool = False, public: bool = False, closed: str = "", at: str | None = None) -> Stage:
    """A healthy service whose name leads to these addresses; `closed` says how a firewall keeps its port shut, everywhere or `at`
    one of them.
    """

    def stage(house: House) -> Look:
        authority = private_authority()
        if SHARED in addresses:
            house.also_at(SHARED)
        serve_pages(house, Page(authority.leaf(HOST)))
        house.names({HOST: list(addresses)})
        if closed == "swallowed":
            house.drop(port=443, to=at)
        if closed == "rejected":
            house.reject(port=443, to=at)
        return declared(house, authority, private=private, public=public)

    return stage


def nobody_there(house: House) -> Look:
    """The private address is alive, and nobody listens there."""
    name_all(house, HOST, at=PRIVATE[0])
    return declared(house, private_authority(), private=True)


def all_silent(house: House) -> Look:
    """The private address swallows everything."""
    name_all(house, HOST, at=SILENT)
    return declared(house, private_authority(), private=True)


def resolvers_differ(house: House) -> Look:
    """Of two resolvers one knows the private zone, and is asked first; the other gives the public address."""
    authority = private_authority()
    serve_pages(house, Page(authority.leaf(HOST)))
    house.resolver(Answers({HOST: [PRIVATE[0]]}), at=[AT_ROUTER], where="server")
    house.resolver(Answers({HOST: [PUBLIC[0]]}), at=[PUBLIC[2]], where="server")
    house.resolvers(AT_ROUTER, PUBLIC[2])
    return declared(house, authority, private=True)


def own_zone_hides(house: House, primary: str = "azureprivatedns.net") -> Look:
    """A partner's name is an alias into a zone for private links, which is one's own here and does not have it."""
    alias = {HOST: [f"service.privatelink.{DOMAIN}"]}
    house.names(Answers(alias, own={f"privatelink.{DOMAIN}": primary}))
    return declared(house, private_authority())


def own_zone_hides_at_one(house: House) -> Look:
    """The same, and a second resolver that does not see the zone and knows the name."""
    alias = {HOST: [f"service.privatelink.{DOMAIN}"]}
    house.resolver(Answers(alias, own={f"privatelink.{DOMAIN}": "azureprivatedns.net"}), at=[AT_ROUTER], where="server")
    house.resolver(Answers({**alias, f"service.privatelink.{DOMAIN}": [PUBLIC[0]]}), at=[PUBLIC[2]], where="server")
    house.resolvers(AT_ROUTER, PUBLIC[2])
    return declared(house, private_authority())


def took_the_public_one(house: House) -> Look:
    """Of two resolvers the first gives the public address, the second knows the private zone."""
    authority = private_authority()
    serve_pages(house, Page(authority.leaf(HOST)))
    house.resolver(Answers({HOST: [PUBLIC[0]]}), at=[PUBLIC[2]], where="server")
    house.resolver(Answers({HOST: [PRIVATE[0]]}), at=[AT_ROUTER], where="server")
    house.resolvers(PUBLIC[2], AT_ROUTER)
    return declared(house, authority, private=True)


def plain_behind_refusal(house: House) -> Look:
    """A private service over plain HTTP, sent through a proxy that refuses it."""
    name_all(house, HOST, at=PRIVATE[0])
    serve_plain(house)
    house.squid(DENY_ALL)
    return Look(endpoints=(f"http://{HOST}",), private=True, proxy=PROXY)


def at_google(*, silent: bool) -> Stage:
    """A name of Google's at its restricted range, which networks with Private Google Access reach."""

    def stage(house: House) -> Look:
        house.also_at(RESTRICTED)
        authority = private_authority()
        serve_pages(house, Page(authority.leaf(GOOGLES)))
        name_all(house, GOOGLES, at=RESTRICTED)
        if silent:
            house.drop(to=RESTRICTED)
        return declared(house, authority, hosts=(GOOGLES,), private=True)

    return stage


def unknown_domain(house: House) -> Look:
    """The whole domain is unknown: it is the root that says so."""
    name_all(house, OTHER)
    return declared(house, private_authority(), private=True)


def behind_squid(rules: str, *, straight: str = "") -> Stage:
    """A private service, sent through a real proxy with these rules; `straight` as `closed` above."""

    def stage(house: House) -> Look:
        authority = healthy_service(house, at=PRIVATE[0])
        house.squid(rules)
        if straight == "rejected":
            house.reject(port=443)
        return declared(house, authority, private=True, proxy=PROXY)

    return stage


def public_behind_squid(house: House) -> Look:
    """The name is public and the proxy refuses it: nothing shows a private link."""
    authority = healthy_service(house)
    house.squid(DENY_ALL)
    return declared(house, authority, private=True, proxy=PROXY)


def by_hosts_file(house: House) -> Look:
    """The hosts file leads the name inside; the resolver does not."""
    authority = healthy_service(house)
    house.hosts({PRIVATE[0]: [HOST]})
    return declared(house, authority, public=True)


OUTSIDE = "privatelink-resolves-public"
MISSING = "privatelink-name-missing"
SILENCE = "privatelink-endpoint-silent"
THROUGH = "privatelink-through-proxy"
INSIDE = "privatelink-unexpectedly-private"
RECIPES: tuple[Recipe, ...] = (
    *of(
        OUTSIDE,
        problem(
            "and-works",
            "A name expected private leads to a public address, where the service answers.",
            service_at(PUBLIC[0], private=True),
        ),
        problem(
            "and-is-swallowed",
            "A name expected private leads to a public address, and a firewall swallows what goes there.",
            service_at(PUBLIC[0], private=True, closed="swallowed"),
        ),
        problem(
            "and-is-rejected",
            "A name expected private leads to a public address, and a firewall rejects what goes there.",
            service_at(PUBLIC[0], private=True, closed="rejected"),
        ),
        problem(
            "beside-a-private-one",
            "One answer holds a private address and a public one; both work.",
            service_at(PRIVATE[0], PUBLIC[0], private=True),
        ),
        problem(
            "beside-a-private-one-and-is-swallowed",
            "One answer holds a private address and a public one; a firewall swallows what goes to the public one.",
            service_at(PRIVATE[0], PUBLIC[0], private=True, closed="swallowed", at=PUBLIC[0]),
        ),
        problem(
            "beside-a-private-one-that-is-swallowed",
            "One answer holds a private address and a public one; a firewall swallows what goes to the private one.",
            service_at(PRIVATE[0], PUBLIC[0], private=True, closed="swallowed", at=PRIVATE[0]),
        ),
        ok("two-private", "One answer holds two private addresses.", service_at(PRIVATE[0], PRIVATE[1], private=True)),
        near_miss(
            "two-private-and-one-swallowed",
            "One answer holds two private addresses; a firewall swallows what goes to one of them.",
            service_at(PRIVATE[0], PRIVATE[1], private=True, closed="swallowed", at=PRIVATE[1]),
            "network-address-dead",
        ),
        ok("healthy/private-address"),
        ok("shared-space", "The name leads to an address of 100.64.0.0/10.", service_at(SHARED, private=True)),
        ok("unique-local", "The name leads to a unique local IPv6 address.", service_at(UNIQUE_LOCAL, private=True)),
        near_miss(
            "global-ipv6",
            "The name leads to a global IPv6 address alone, as clouds give to private endpoints, too.",
            service_at(GLOBAL6, private=True),
            says=Status.UNKNOWN,
        ),
        near_miss(
            "private-and-global-ipv6",
            "The name leads to a private IPv4 address and a global IPv6 one.",
            service_at(PRIVATE[0], GLOBAL6, private=True),
        ),
        near_miss(
            "resolvers-differ",
            "Of two resolvers the first gives a private address, the second a public one.",
            resolvers_differ,
        ),
        problem(
            "took-the-public-one",
            "Of two resolvers the first gives the public address, and the system takes that; the second knows the private zone.",
            took_the_public_one,
        ),
        near_miss(
            "not-expected",
            "Nobody expects the name to be private, and it leads to a public address.",
            service_at(PUBLIC[0]),
            says=Status.NOT_APPLICABLE,
        ),
    ),
    *of(
        MISSING,
        problem(
            "zone-says-so",
            "A name expected private does not exist; its zone does, and says so.",
            in_lab("dns-name-not-found", private=True),
        ),
        problem(
            "own-zone-hides-it",
            "A partner's name leads into a zone for private links, which is one's own here and lacks its record.",
            own_zone_hides,
        ),
        problem(
            "own-zone-hides-it-at-one",
            "One of two resolvers speaks for one's own zone, in which a partner's name is missing; the other knows the name.",
            own_zone_hides_at_one,
        ),
        near_miss(
            "the-providers-own-zone",
            "The name leads into a zone for private links that the provider itself answers for: its alias dangles.",
            lambda house: own_zone_hides(house, "ns1.provider.example"),
            "dns-alias-dangling",
            says=Status.NOT_APPLICABLE,
        ),
        ok("healthy/private-address"),
        near_miss(
            "whole-domain-unknown",
            "A name expected private does not exist, and neither does its domain.",
            unknown_domain,
            "dns-name-not-found",
            says=Status.UNKNOWN,
            needs=(),
        ),
        near_miss("lab/dns-name-not-found", says=Status.NOT_APPLICABLE),
    ),
    *of(
        SILENCE,
        problem("range-of-google", "A name of Google's leads to its restricted range, which is silent.", at_google(silent=True)),
        near_miss("range-of-google-works", "The same range, and it answers.", at_google(silent=False)),
        near_miss(
            "port-swallowed",
            "A rule swallows what goes to port 443 of the private address.",
            service_at(PRIVATE[0], private=True, closed="swallowed"),
            "privatelink-port-silent",
            says=Status.PROBLEM,
        ),
        problem("all-swallowed", "The private address swallows everything.", all_silent, needs=()),
        ok("healthy/private-address"),
        near_miss(
            "nobody-listens",
            "The private address is alive, and nobody listens at its port.",
            nobody_there,
            "network-connection-refused",
            says=Status.UNKNOWN,
            needs=(),
        ),
        near_miss(
            "rejected",
            "A firewall rejects what goes to the private address.",
            service_at(PRIVATE[0], private=True, closed="rejected"),
            "network-connection-rejected",
            says=Status.UNKNOWN,
        ),
        near_miss("privatelink-resolves-public/and-is-swallowed", says=Status.UNKNOWN),
    ),
    *of(
        THROUGH,
        problem(
            "refused-there",
            "A private service is sent through a real proxy that refuses it; straight it answers.",
            behind_squid(DENY_ALL),
            needs=SQUID,
        ),
        problem(
            "plain-refused-there",
            "A private service over plain HTTP is sent through a real proxy that refuses it; straight it answers.",
            plain_behind_refusal,
            needs=SQUID,
        ),
        ok("works", "A private service is sent through a real proxy that reaches it.", behind_squid(OPEN), needs=SQUID),
        near_miss(
            "straight-fails-too",
            "A private service is sent through a real proxy that refuses it; straight it is rejected.",
            behind_squid(DENY_ALL, straight="rejected"),
            "proxy-refuses-target",
            says=Status.UNKNOWN,
            needs=SQUID,
        ),
        near_miss(
            "public",
            "A name expected private leads to a public address, and the proxy refuses it.",
            public_behind_squid,
            "proxy-refuses-target",
            OUTSIDE,
            says=Status.UNKNOWN,
            needs=SQUID,
        ),
    ),
    *of(
        INSIDE,
        problem(
            "and-is-silent",
            "A name expected public leads to a private address that swallows everything.",
            service_at(PRIVATE[0], public=True, closed="swallowed"),
        ),
        problem(
            "and-works",
            "A name expected public leads to a private address, where the service answers: a warning.",
            service_at(PRIVATE[0], public=True),
        ),
        ok("public", "A name expected public leads to a public address.", service_at(PUBLIC[0], public=True)),
        near_miss(
            "hosts-file",
            "The hosts file leads the name inside; the resolver does not.",
            by_hosts_file,
            "dns-hosts-file-override",
            says=Status.UNKNOWN,
        ),
        near_miss(
            "not-expected",
            "Nobody expects the name to be public, and it leads to a private address.",
            service_at(PRIVATE[0]),
            says=Status.NOT_APPLICABLE,
        ),
    ),
)
