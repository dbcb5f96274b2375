"""The resolvers of systemd-resolved's links, by `resolvectl`.

It hands a name to the links whose domain fits it best; a domain of `~.` fits every name, and links with the default route get
what fits nobody (systemd-resolved.service(8), "Protocols and routing"). Tried with version 252.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from diag.model.address import DNS_PORT, Address
from diag.model.expression import expression
from diag.model.machine import ScopedResolvers
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.written import MOST_SCOPES, MOST_SERVERS, read_domains, read_port, read_server

STUBS = frozenset({"127.0.0.53", "127.0.0.54"})
"""Where systemd-resolved itself listens."""
_PLACE = expression(r"(?:Link \d+ \((.+)\)|Global)\S*\Z")
_GLOBAL = ""
_IN_USE, _FOR_THE_REST = "DNS", "+DefaultRoute"
"""How `resolvectl status` says that a link is asked for names at all, and that it has those that nobody else has."""
Words = Mapping[str, Sequence[str]]
"""What is said of each link, by its name."""


def read_links(run: RunProgram) -> tuple[ScopedResolvers, ...]:
    """Return the resolvers of each link, by `resolvectl`; empty where it cannot be run or knows none."""
    servers = _by_place(run(("resolvectl", "dns")))
    if not servers:
        return ()
    domains, states = _by_place(run(("resolvectl", "domain"))), _states(run(("resolvectl", "status")))
    return tuple(_links(servers, domains, states))[:MOST_SCOPES]


def _links(servers: Words, domains: Words, states: Mapping[str, Collection[str]]) -> Iterator[ScopedResolvers]:
    for place, words in servers.items():
        found = [server for word in words for server in _resolveds_server(word, place)][:MOST_SERVERS]
        routed = [word.removeprefix("~") for word in domains.get(place, ())]
        if found and (place == _GLOBAL or _IN_USE in states.get(place, ())):
            yield ScopedResolvers(
                tuple(found),
                tuple(read_domains(routed)),
                whole="." in routed,
                rest=place == _GLOBAL or _FOR_THE_REST in states[place],
                interface=place,
            )


def _states(lines: tuple[str, ...] | None) -> dict[str, set[str]]:
    """The words of each link's paragraph of `resolvectl status` that tell whether it is asked, and for what."""
    found: dict[str, set[str]] = {}
    words: set[str] = set()
    for line in lines or ():
        place = _PLACE.match(line)
        key, _, value = line.partition(":")
        if place:
            words = found.setdefault(place[1] or _GLOBAL, set())
        elif key.strip() in ("Current Scopes", "Protocols"):
            words |= {*value.split()}
    return found


def _by_place(lines: tuple[str, ...] | None) -> Words:
    """Lines such as `Link 2 (eth0): 192.0.2.1 192.0.2.2` by the link's name, the empty one for `Global`.

    What does not fit on a line goes on in the next, which is indented.
    """
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in lines or ():
        head, mark, rest = line.partition(": ") if ": " in line else (line.removesuffix(":"), line.endswith(":"), "")
        place = _PLACE.search(head)
        if line.startswith(" "):
            words += line.split()
        elif mark and place:
            words = found.setdefault(place[1] or _GLOBAL, [])
            words += rest.split()
    return found


def _resolveds_server(word: str, link: str) -> list[Address]:
    """The address in a word such as `192.0.2.1`, `192.0.2.1:5353%eth0#dns.example` or `[2001:db8::1]:53`."""
    place, _, zone = word.partition("#")[0].partition("%")
    if place.startswith("["):
        host, _, port = place[1:].partition("]:")
    else:
        host, _, port = place.partition(":") if place.count(":") == 1 else (place, "", "")
    own = zone or (link if host.lower().startswith("fe80:") else "")
    return read_server(f"{host}%{own}" if own and ":" in host else host, read_port(port, DNS_PORT))
