"""Resolvers of links: a resolver on the client itself hands names on to those whose domain fits, as systemd-resolved does.

What `resolvectl` would say of them is said by a program of that name; the resolvers, and the one on the client, are real.
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from diag.model.verdict import Status
from tests.netns import Answers, Forwarder, House
from tests.netns.plan import PRIVATE, ROUTER, SERVER, SILENT, SILENT6
from tests.netns.rooms import PATH
from tests.recipes.baseline import NAME, Break, Names, bare, healthy
from tests.recipes.dns.names import NOBODY, RESOLVER
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, problem

STUB = "127.0.0.53"
SECOND = PRIVATE[1]
"""Where a third resolver stands, in the server room."""


@dataclass(frozen=True)
class Link:
    """One link, and the resolvers that it brings."""

    servers: Collection[str]
    domains: Collection[str] = ()
    """As `resolvectl domain` writes them: `~house.test` routes names, `~.` all of them."""
    rest: bool = False


@dataclass(frozen=True)
class Routing(Forwarder):
    """A resolver that hands names of some domains on to others than the rest."""

    routes: dict[str, Collection[str]] = field(default_factory=dict)

    def config(self) -> str:
        return super().config() + "".join(_clause(name, to) for name, to in self.routes.items())


def _clause(name: str, to: Collection[str]) -> str:
    return f"forward-zone:\n    name: {name}\n" + "".join(f"    forward-addr: {address}\n" for address in to)


def linked(stage: Stage, **links: Link) -> Stage:
    """The same, with a system that says it has these links, and has programs ask its own resolver."""

    def staged(house: House) -> Look:
        look = stage(house)
        told = {
            "dns": [" ".join(link.servers) for link in links.values()],
            "domain": [" ".join(link.domains) for link in links.values()],
        }
        files = {verb: "".join(_lines(links, words)) for verb, words in told.items()}
        files["status"] = "".join(_paragraphs(links))
        folder = house.errand("resolvectl", {**files, "resolvectl": '#!/bin/sh\ncat "${0%/*}/$1"\n'})
        (folder / "resolvectl").chmod(0o755)
        return replace(look, environment={**look.environment, "PATH": f"{folder}:{PATH}"})

    return staged


def _lines(links: Iterable[str], words: Iterable[str]) -> Iterator[str]:
    yield "Global:\n"
    for number, (name, said) in enumerate(zip(links, words, strict=True), 2):
        yield f"Link {number} ({name}): {said}\n"


def _paragraphs(links: Mapping[str, Link]) -> Iterator[str]:
    yield "Global\n         Protocols: -LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported\n  resolv.conf mode: stub\n"
    for number, (name, link) in enumerate(links.items(), 2):
        protocols = f"{'+' if link.rest else '-'}DefaultRoute -LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported"
        yield f"\nLink {number} ({name})\nCurrent Scopes: DNS\n     Protocols: {protocols}\n"


def stub(hands: Forwarder, *also: tuple[str, Answers | Forwarder]) -> Break:
    """A resolver on the client that hands names on, and further resolvers in the server room by their addresses."""

    def act(house: House) -> None:
        for at, answers in also:
            house.resolver(answers, at=[at], where="server")
        house.resolver(hands, at=[STUB], where="client")
        house.resolvers(STUB, options="timeout:3 attempts:1")

    return act


def _failing_stub(house: House) -> None:
    """The client's own resolver has given up on those behind it, as systemd-resolved says after a while."""
    house.serve(_give_up, STUB, port=53, protocol="udp", where="client")
    house.resolvers(STUB)


def _give_up(address: str) -> None:
    import socket

    import dns.message
    import dns.rcode

    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind((address, 53))
    while True:
        query, asker = wire.recvfrom(4096)
        answer = dns.message.make_response(dns.message.from_wire(query), recursion_available=True)
        answer.set_rcode(dns.rcode.SERVFAIL)
        wire.sendto(answer.to_wire(), asker)


def _remembering(house: House) -> None:
    """The client's own resolver was asked before the service moved."""
    before = house.resolver(Answers({NAME: [SILENT]}), at=[RESOLVER], where="server")
    house.resolver(Forwarder([RESOLVER]), at=[STUB], where="client")
    house.resolvers(STUB, options="timeout:3 attempts:1")
    asked = f"import socket; print(socket.getaddrinfo('{NAME}', 443, socket.AF_INET)[0][4][0])"
    assert house.run([sys.executable, "-c", asked]).stdout.strip() == SILENT
    before.stop()
    house.resolver(Answers({NAME: [SERVER]}), at=[RESOLVER], where="server")


KNOWS = Answers({NAME: [SERVER]})
STRIPPING = Forwarder([RESOLVER], forgets=["10.0.0.0/8"])
SPLIT = stub(Routing([ROUTER], routes={"house.test": [RESOLVER]}), (RESOLVER, KNOWS))
"""The VPN's resolver knows the service and is asked for its domain; the one at home denies it, and is asked for all else."""
VPN = Link([RESOLVER], ["~house.test"])
HOME = Link([ROUTER], rest=True)


def _split(names: Names = NOBODY, **options: object) -> Stage:
    return linked(healthy(names=names, after=SPLIT, **options), eth0=HOME, tun0=VPN)


DISAGREE = of(
    "dns-resolvers-disagree",
    problem(
        "behind-the-own-resolver",
        "The client's own resolver hands names on to one of two of its link, which denies the name; the other knows it.",
        linked(
            healthy(names=NOBODY, after=stub(Forwarder([ROUTER]), (RESOLVER, KNOWS))), eth0=Link([ROUTER, RESOLVER], rest=True)
        ),
    ),
    near_miss("split-by-link", "A VPN's resolver knows the service, the one at home denies it.", _split()),
    near_miss(
        "merged-links",
        "Two links are for all names alike: one resolver denies the service, the other knows it, and its answer is taken.",
        linked(
            healthy(names=NOBODY, after=stub(Forwarder([RESOLVER]), (RESOLVER, KNOWS))),
            eth0=Link([ROUTER], rest=True),
            wlan0=Link([RESOLVER], rest=True),
        ),
    ),
)

STRIPPED = of(
    "dns-private-answers-stripped",
    problem(
        "behind-the-own-resolver",
        "The client's own resolver hands names on to one of two of its link, which takes private addresses out.",
        linked(
            bare(
                names=NOBODY,
                after=stub(Forwarder([SECOND]), (RESOLVER, KNOWS), (SECOND, STRIPPING)),
            ),
            eth0=Link([SECOND, RESOLVER], rest=True),
        ),
    ),
    near_miss(
        "at-home-alone",
        "The resolver at home takes private addresses out; the VPN's, which is for the service's domain, gives them.",
        _split(names=STRIPPING),
    ),
)

SILENT_BEHIND = of(
    "dns-resolver-silent",
    problem(
        "behind-the-own-resolver",
        "The client's own resolver says that it fails; those behind it are silent.",
        linked(bare(after=_failing_stub), eth0=Link([SILENT, SILENT6], rest=True)),
    ),
    problem(
        "of-the-vpn",
        "The client's own resolver fails; that of the VPN, which is for the domain, is silent, the one at home is not.",
        linked(bare(after=_failing_stub), eth0=HOME, tun0=Link([SILENT], ["~house.test"])),
    ),
    near_miss(
        "own-resolver-fails-alone",
        "The client's own resolver says that it fails; the one behind it knows the name.",
        linked(bare(after=_failing_stub), eth0=HOME),
        "dns-server-failure",
        says=Status.UNKNOWN,
    ),
    near_miss(
        "of-a-link-for-other-names",
        "The VPN's resolver is silent, and is for other names.",
        linked(healthy(after=stub(Forwarder([ROUTER]))), eth0=HOME, tun0=Link([SILENT], ["~corp.example"])),
    ),
)

FAILING = of(
    "dns-server-failure",
    problem(
        "behind-the-own-resolver",
        "The client's own resolver fails, as the one behind it does, whether it checks signatures or not.",
        linked(bare(names=Answers({}, failing=[NAME]), after=_failing_stub), eth0=HOME),
    ),
)

FORGED = of(
    "dns-dnssec-bogus",
    problem(
        "behind-the-own-resolver",
        "The client's own resolver fails whatever it is asked; the one behind it finds the name's signatures forged.",
        linked(bare(names=Answers({NAME: [SERVER]}, forged=[NAME]), after=_failing_stub), eth0=HOME),
    ),
)

STALE = of(
    "dns-cache-stale",
    problem(
        "own-resolver-remembers",
        "The client's own resolver remembers where the service was; the one behind it knows where it is.",
        linked(healthy(after=_remembering), eth0=Link([RESOLVER], rest=True)),
    ),
    near_miss(
        "silent-in-both-places",
        "The client's own resolver remembers where the service was; where it is now nobody answers either.",
        linked(bare(after=_remembering), eth0=Link([RESOLVER], rest=True)),
        "network-connection-filtered",
        says=Status.UNKNOWN,
    ),
)

NOT_FOUND = of(
    "dns-name-not-found",
    problem(
        "denied-by-the-vpn",
        "The VPN's resolver, which is for the domain, denies the name; the one at home would know it.",
        linked(
            bare(after=stub(Routing([ROUTER], routes={"house.test": [RESOLVER]}), (RESOLVER, Answers(NOBODY)))),
            eth0=HOME,
            tun0=VPN,
        ),
    ),
)

MISSING = of(
    "privatelink-name-missing",
    near_miss(
        "known-to-the-vpn-alone",
        "A private name that the VPN's resolver knows, and the one at home denies.",
        _split(private=True),
    ),
)

RECIPES: tuple[Recipe, ...] = (*DISAGREE, *STRIPPED, *SILENT_BEHIND, *FAILING, *FORGED, *STALE, *NOT_FOUND, *MISSING)
