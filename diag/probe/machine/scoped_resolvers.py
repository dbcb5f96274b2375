"""Resolvers that are asked for certain names alone: those of systemd-resolved's links, and of Windows' name resolution policy.

systemd-resolved hands a name to the links whose domain fits it best; a domain of `~.` fits every name, and links with the default
route get what fits nobody (systemd-resolved.service(8), "Protocols and routing"). Windows asks the servers of the rule that fits
best in place of all others ([MS-GPNRPT], section 2.2.2). Untried there: written from its documentation.
"""

import re
from collections.abc import Iterable, Iterator

from diag.model.address import Address
from diag.model.machine import ScopedResolvers
from diag.probe.machine.programs import Run
from diag.probe.machine.written import PORT, read_domains, read_server

STUBS = frozenset({"127.0.0.53", "127.0.0.54"})
"""Where systemd-resolved itself listens."""
MOST_SERVERS = 3
"""How many servers of one scope are kept."""
MOST_SCOPES = 32
_PLACE = re.compile(r"(?:Link \d+ \((.+)\)|Global)\S*\Z")
_GLOBAL = ""
_RULES = (
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient\DnsPolicyConfig",
    r"HKLM\SYSTEM\CurrentControlSet\Services\Dnscache\Parameters\DnsPolicyConfig",
)
"""Rules of the company come first: where there are any, those of this computer do not count."""
_WITH_SERVERS = 0x8
"""The bit of ConfigOptions by which a rule names servers ([MS-GPNRPT], section 2.2.2.2)."""


def asks_resolved(nsswitch: Iterable[str]) -> bool:
    """Whether nsswitch.conf(5) has programs ask systemd-resolved for hosts, whatever resolv.conf says."""
    for line in nsswitch:
        database, mark, sources = line.partition("#")[0].partition(":")
        if mark and database.strip() == "hosts":
            words = sources.split()
            return "resolve" in words and "dns" not in words[: words.index("resolve")]
    return False


def read_links(run: Run) -> tuple[ScopedResolvers, ...]:
    """The resolvers of each link, by `resolvectl`; empty where it cannot be run or knows none."""
    servers = _by_place(run(("resolvectl", "dns")))
    if not servers:
        return ()
    domains, rest = _by_place(run(("resolvectl", "domain"))), _by_place(run(("resolvectl", "default-route")))
    return tuple(_links(servers, domains, rest))[:MOST_SCOPES]


def _links(servers: dict[str, list[str]], domains: dict[str, list[str]], rest: dict[str, list[str]]) -> Iterator[ScopedResolvers]:
    for place, words in servers.items():
        found = [server for word in words for server in _resolveds_server(word, place)][:MOST_SERVERS]
        routed = [word.removeprefix("~") for word in domains.get(place, ())]
        if found:
            yield ScopedResolvers(
                tuple(found),
                tuple(read_domains(routed)),
                whole="." in routed,
                rest=place == _GLOBAL or rest.get(place) == ["yes"],
                interface=place,
            )


def _by_place(lines: tuple[str, ...] | None) -> dict[str, list[str]]:
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
    return read_server(f"{host}%{own}" if own and ":" in host else host, int(port) if port.isdecimal() else PORT)


def read_policy(run: Run) -> tuple[ScopedResolvers, ...]:
    """The rules of Windows that send names to servers of their own; empty where there are none, or they may not be read."""
    for key in _RULES:
        rules = tuple(_rules(run(("reg", "query", key, "/s"))))
        if rules:
            return rules[:MOST_SCOPES]
    return ()


def _rules(lines: tuple[str, ...] | None) -> Iterator[ScopedResolvers]:
    """Rules as `reg query` prints them: a key's path, then its values, indented: name, type and data, four spaces apart."""
    values: dict[str, str] = {}
    for line in (*(lines or ()), "HKEY_"):
        if line.startswith("HKEY_"):
            yield from _rule(values)
            values = {}
            continue
        name, _, rest = line.strip().partition("    ")
        values[name.lower()] = rest.partition("    ")[2].strip()


def _rule(values: dict[str, str]) -> Iterator[ScopedResolvers]:
    """One rule. A name with a leading dot is a suffix, one without it a single name (of what is below that we take no account);
    `.` alone is every name.
    """
    options = values.get("configoptions", "")
    if not re.fullmatch(r"0x[0-9a-f]{1,8}", options) or not int(options, 16) & _WITH_SERVERS:
        return
    names = values.get("name", "").split(r"\0")
    texts = re.split(r"[;,\s]+", values.get("genericdnsservers", ""))
    servers = tuple(server for text in texts for server in read_server(text))[:MOST_SERVERS]
    domains = tuple(read_domains(name.removeprefix(".") for name in names))
    if servers and (domains or "." in names):
        yield ScopedResolvers(servers, domains, whole="." in names)
