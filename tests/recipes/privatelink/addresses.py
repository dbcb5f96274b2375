"""Recipes of the family privatelink: names and addresses that should stay inside, and those that should not."""

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
)
from tests.recording.recipe import Kind, Look, Recipe, Stage, in_lab

NGINX = ("nginx",)
SQUID = ("nginx", "squid")
SHARED = "100.64.7.7"
"""Of the space that carriers and clouds use inside (RFC 6598)."""
UNIQUE_LOCAL = "fd77:2::53"
GLOBAL6 = "2001:db8::10"
AT_ROUTER = "10.77.2.53"


def service_at(*addresses: str, private: bool = False, public: bool = False, closed: str = "") -> Stage:
    """A healthy service whose name leads to these addresses; `closed` says how a firewall keeps its port shut."""

    def stage(house: House) -> Look:
        authority = private_authority()
        if SHARED in addresses:
            house.also_at(SHARED)
        serve_pages(house, Page(authority.leaf(HOST)))
        house.names({HOST: list(addresses)})
        if closed == "swallowed":
            house.drop(port=443)
        if closed == "rejected":
            house.reject(port=443)
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
    Recipe(
        OUTSIDE,
        "and-works",
        Kind.PROBLEM,
        "A name expected private leads to a public address, where the service answers.",
        service_at(PUBLIC[0], private=True),
        (OUTSIDE,),
        NGINX,
    ),
    Recipe(
        OUTSIDE,
        "and-is-swallowed",
        Kind.PROBLEM,
        "A name expected private leads to a public address, and a firewall swallows what goes there.",
        service_at(PUBLIC[0], private=True, closed="swallowed"),
        (OUTSIDE,),
        NGINX,
    ),
    Recipe(
        OUTSIDE,
        "and-is-rejected",
        Kind.PROBLEM,
        "A name expected private leads to a public address, and a firewall rejects what goes there.",
        service_at(PUBLIC[0], private=True, closed="rejected"),
        (OUTSIDE,),
        NGINX,
    ),
    Recipe(
        OUTSIDE,
        "rfc1918",
        Kind.OK,
        "The name leads to a private address.",
        service_at(PRIVATE[0], private=True),
        needs=NGINX,
    ),
    Recipe(
        OUTSIDE,
        "shared-space",
        Kind.OK,
        "The name leads to an address of 100.64.0.0/10.",
        service_at(SHARED, private=True),
        needs=NGINX,
    ),
    Recipe(
        OUTSIDE,
        "unique-local",
        Kind.OK,
        "The name leads to a unique local IPv6 address.",
        service_at(UNIQUE_LOCAL, private=True),
        needs=NGINX,
    ),
    Recipe(
        OUTSIDE,
        "global-ipv6",
        Kind.NEAR_MISS,
        "The name leads to a global IPv6 address alone, as clouds give to private endpoints, too.",
        service_at(GLOBAL6, private=True),
        needs=NGINX,
    ),
    Recipe(
        OUTSIDE,
        "private-and-global-ipv6",
        Kind.NEAR_MISS,
        "The name leads to a private IPv4 address and a global IPv6 one.",
        service_at(PRIVATE[0], GLOBAL6, private=True),
        needs=NGINX,
    ),
    Recipe(
        OUTSIDE,
        "resolvers-differ",
        Kind.NEAR_MISS,
        "Of two resolvers the first gives a private address, the second a public one.",
        resolvers_differ,
        needs=NGINX,
    ),
    Recipe(
        OUTSIDE,
        "not-expected",
        Kind.NEAR_MISS,
        "Nobody expects the name to be private, and it leads to a public address.",
        service_at(PUBLIC[0]),
        needs=NGINX,
    ),
    Recipe(
        MISSING,
        "zone-says-so",
        Kind.PROBLEM,
        "A name expected private does not exist; its zone does, and says so.",
        in_lab("dns-name-not-found", private=True),
        (MISSING,),
    ),
    Recipe(
        MISSING,
        "there",
        Kind.OK,
        "The name leads to a private address.",
        service_at(PRIVATE[0], private=True),
        needs=NGINX,
    ),
    Recipe(
        MISSING,
        "whole-domain-unknown",
        Kind.NEAR_MISS,
        "A name expected private does not exist, and neither does its domain.",
        unknown_domain,
        ("dns-name-not-found",),
    ),
    Recipe(
        MISSING,
        "not-expected",
        Kind.NEAR_MISS,
        "Nobody expects the name to be private, and it does not exist.",
        in_lab("dns-name-not-found"),
        ("dns-name-not-found",),
    ),
    Recipe(
        SILENCE,
        "port-swallowed",
        Kind.NEAR_MISS,
        "A rule swallows what goes to port 443 of the private address.",
        service_at(PRIVATE[0], private=True, closed="swallowed"),
        ("privatelink-port-silent",),
        NGINX,
    ),
    Recipe(SILENCE, "all-swallowed", Kind.PROBLEM, "The private address swallows everything.", all_silent, (SILENCE,)),
    Recipe(
        SILENCE,
        "answers",
        Kind.OK,
        "The private address answers.",
        service_at(PRIVATE[0], private=True),
        needs=NGINX,
    ),
    Recipe(
        SILENCE,
        "nobody-listens",
        Kind.NEAR_MISS,
        "The private address is alive, and nobody listens at its port.",
        nobody_there,
        ("network-connection-refused",),
    ),
    Recipe(
        SILENCE,
        "rejected",
        Kind.NEAR_MISS,
        "A firewall rejects what goes to the private address.",
        service_at(PRIVATE[0], private=True, closed="rejected"),
        ("network-connection-rejected",),
        NGINX,
    ),
    Recipe(
        SILENCE,
        "public",
        Kind.NEAR_MISS,
        "The address is public, and a firewall swallows what goes there.",
        service_at(PUBLIC[0], private=True, closed="swallowed"),
        (OUTSIDE,),
        NGINX,
    ),
    Recipe(
        THROUGH,
        "refused-there",
        Kind.PROBLEM,
        "A private service is sent through a real proxy that refuses it; straight it answers.",
        behind_squid(DENY_ALL),
        (THROUGH,),
        SQUID,
    ),
    Recipe(
        THROUGH,
        "works",
        Kind.OK,
        "A private service is sent through a real proxy that reaches it.",
        behind_squid(OPEN),
        needs=SQUID,
    ),
    Recipe(
        THROUGH,
        "straight-fails-too",
        Kind.NEAR_MISS,
        "A private service is sent through a real proxy that refuses it; straight it is rejected.",
        behind_squid(DENY_ALL, straight="rejected"),
        ("proxy-refuses-target",),
        SQUID,
    ),
    Recipe(
        THROUGH,
        "public",
        Kind.NEAR_MISS,
        "A name expected private leads to a public address, and the proxy refuses it.",
        public_behind_squid,
        ("proxy-refuses-target", OUTSIDE),
        SQUID,
    ),
    Recipe(
        INSIDE,
        "and-is-silent",
        Kind.PROBLEM,
        "A name expected public leads to a private address that swallows everything.",
        service_at(PRIVATE[0], public=True, closed="swallowed"),
        (INSIDE,),
        NGINX,
    ),
    Recipe(
        INSIDE,
        "and-works",
        Kind.PROBLEM,
        "A name expected public leads to a private address, where the service answers: a warning.",
        service_at(PRIVATE[0], public=True),
        (INSIDE,),
        NGINX,
    ),
    Recipe(
        INSIDE,
        "public",
        Kind.OK,
        "A name expected public leads to a public address.",
        service_at(PUBLIC[0], public=True),
        needs=NGINX,
    ),
    Recipe(
        INSIDE,
        "hosts-file",
        Kind.NEAR_MISS,
        "The hosts file leads the name inside; the resolver does not.",
        by_hosts_file,
        ("dns-hosts-file-override",),
        NGINX,
    ),
    Recipe(
        INSIDE,
        "not-expected",
        Kind.NEAR_MISS,
        "Nobody expects the name to be public, and it leads to a private address.",
        service_at(PRIVATE[0]),
        needs=NGINX,
    ),
)
