"""Asked from: where this run looked from, in a few lines that support asks for first. No person's name is in them."""

from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime

from msgspec import Struct

from diag.knowledge.response_author import field
from diag.knowledge.seen_as import seen_as
from diag.language import joined, said
from diag.model.endpoint_view import RunView
from diag.model.machine import Proxies
from diag.model.process import ProcessFacts
from diag.model.run import Evidence
from diag.model.text import clean
from diag.report.views.proxy_table import ProxyRow, no_endpoint, no_proxy, ways
from diag.report.wording.machine_words import resolvers_from, runs_in
from diag.report.wording.sentences import listed, number_words

_MOST = 4
RUNTIMES = {"python": "Python", "node": "Node", "java": "Java", "go": "Go", "dotnet": ".NET", "curl": "curl"}
_CLOSE = 2.0
"""Seconds of difference that a `Date` field, which counts whole seconds, and the way of the answer account for."""


class Line(Struct, frozen=True):
    """One line: its label and its words."""

    name: str
    """For programs: it never changes."""
    label: str
    """For people."""
    words: str


def asked_from(evidence: Evidence) -> tuple[Line, ...]:
    """Return the lines that this evidence has words for, always in the same order."""
    view = RunView(evidence)
    lines = (
        Line("in_place_of", said("In place of"), _program(view)),
        Line("system", said("System"), _system(view)),
        Line("address", said("Address"), _address(view)),
        Line("seen_outside", said("Seen outside"), _seen_outside(view)),
        Line("names", said("Names"), _names(view)),
        Line("route", said("Route"), _way(view)),
        Line("trust", said("Trust"), _trust(view)),
        Line("clock", said("Clock"), _clock(view)),
        Line("not_tried", said("Not tried"), _not_tried(view)),
    )
    return tuple(Line(line.name, line.label, clean(line.words, 400)) for line in lines if line.words)


def _program(view: RunView) -> str:
    """The program whose rules were gone by, and the process in whose place."""
    run = view.evidence.run
    rules = said("{client}, by its rules for proxies and authorities", client=run.client) if run.client else ""
    return "; ".join(part for part in (rules, _process(run.process) if run.process else "") if part)


def _process(facts: ProcessFacts) -> str:
    named = f"{RUNTIMES.get(facts.runtime) or said('unknown runtime')} {facts.version}".rstrip()
    parts = (
        said("a process of {named}", named=named),
        listed((*facts.libraries, *facts.tls), _MOST * 2) if facts.libraries or facts.tls else "",
        said("another user's") if facts.other_user else "",
        said("with files of its own") if facts.other_files else "",
        _network(facts),
        said("{open_files} of {most_files} files open", open_files=facts.open_files, most_files=facts.most_files)
        if facts.most_files
        else "",
        said("its settings: {settings}", settings=listed(facts.settings, 8))
        if facts.settings
        else said("no settings of its own"),
        listed(facts.switches, _MOST) if facts.switches else "",
    )
    return joined(part for part in parts if part)


def _network(facts: ProcessFacts) -> str:
    if not facts.other_network:
        return ""
    return said("in a network of its own") if facts.entered else said("in a network of its own, not entered")


def _system(view: RunView) -> str:
    if view.machine.system is None:
        return ""
    seen = view.machine.system.answer
    parts = (
        f"{seen.distribution or seen.system} {seen.machine}",
        said("kernel {release}", release=seen.release) if seen.release and seen.system == "Linux" else seen.release,
        runs_in(seen.setting),
        said("on {cloud}", cloud=seen.cloud) if seen.cloud else "",
        said("with administrator's rights") if seen.privileged else "",
        seen.openssl,
    )
    return joined(part for part in parts if part)


def _address(view: RunView) -> str:
    """The addresses that connections really left from, else those of the interfaces that are up."""
    links = (
        [one for one in view.machine.interfaces.answer.interfaces if one.up and not one.loopback]
        if view.machine.interfaces
        else []
    )
    used = dict.fromkeys(seen.answer.source for seen in view.connections if seen.answer.source)
    shown = []
    for link in links:
        mine = [address for address in link.addresses if address in used] or ([] if used else list(link.addresses[:2]))
        if mine:
            where = said("{addresses} on {interface}", addresses=joined(mine), interface=link.name)
            shown.append(f"{where} (MTU {link.mtu})" if link.mtu else where)
    parts = [listed(shown, _MOST) if shown else listed(used, _MOST) if used else ""]
    vpns = [f"{link.name} ({link.vpn})" for link in links if link.vpn]
    parts.append(said("VPN: {vpns}", vpns=listed(vpns, _MOST)) if vpns else said("no VPN seen") if links else "")
    return "; ".join(part for part in parts if part)


def _seen_outside(view: RunView) -> str:
    """The address under which a service says that it sees this computer."""
    told = ((case, seen_as(case, case.exchange.answer)) for case in view.cases if case.exchange)
    says = next(((case, address) for case, address in told if address), None)
    if says is None:
        return said("not known here: no answer names it (write it here, where you know it: ____)")
    case, address = says
    return said("{address} ({host} says so)", address=address, host=case.endpoint.host)


def _names(view: RunView) -> str:
    if view.machine.resolvers is None:
        return ""
    seen = view.machine.resolvers.answer
    servers = [server.host if server.port == 53 else str(server) for server in seen.servers]
    parts = [
        f"{listed(servers, _MOST)}{f' ({resolvers_from(seen.source)})' if seen.source else ''}"
        if servers
        else said("no resolver is set")
    ]
    if seen.scoped:
        parts.append(said("other resolvers for {number} {number:group|groups} of names", number=len(seen.scoped)))
    if seen.search:
        parts.append(said("{number} {number:search domain|search domains}", number=len(seen.search)))
    hosts = view.machine.hosts.answer if view.machine.hosts else None
    if hosts is not None and hosts.readable:
        parts.append(
            said("the hosts file has {number} {number:line|lines} about these names", number=len(hosts.lines))
            if hosts.lines
            else said("the hosts file has no line about these names")
        )
    return "; ".join(parts)


def _way(view: RunView) -> str:
    rows = [row for row in ways(view.evidence) if row.endpoints != no_endpoint()]
    told = dict.fromkeys(_row(row, len(rows) == 1) for row in rows)
    parts = [*list(told)[:_MOST]]
    if view.machine.proxies:
        parts.append(_exceptions(view.machine.proxies.answer))
    return "; ".join(part for part in parts if part)


def _row(row: ProxyRow, alone: bool) -> str:
    """One way: by what, where that is set, and, where it is not the only one, for which endpoints."""
    if alone and row.value == no_proxy() and not row.place:
        return said("direct: no proxy is set")
    way = said("direct") if row.value == no_proxy() else row.value
    placed = f"{way} ({row.place})" if row.place else way
    return placed if alone else said("{way} for {endpoints}", way=placed, endpoints=row.endpoints)


def _exceptions(proxies: Proxies) -> str:
    if not proxies.exceptions:
        return ""
    return f"{proxies.exceptions_from or 'NO_PROXY'}: {listed(proxies.exceptions, 8)}"


def _trust(view: RunView) -> str:
    if view.machine.trust is None:
        return ""
    seen = view.machine.trust.answer
    named = [f"{one.name} = {one.path}{'' if one.state == 'ok' else f' ({one.state})'}" for one in seen.variables]
    own = said("the system's own trust store ({store})", store=seen.store) if seen.store else said("the system's own trust store")
    parts = (
        own,
        listed(named, _MOST) if named else said("no variable is set"),
        said("Java: {java}", java=seen.java) if seen.java else "",
    )
    return "; ".join(part for part in parts if part)


def _clock(view: RunView) -> str:
    skews = list(_skews(view))
    if not skews:
        return said("not compared: no server gave its time")
    off = _middle(skews)
    servers = said("{number} {number:server|servers}", number=len(skews))
    if abs(off) <= _CLOSE:
        return said("right within {close} s, compared with {servers}", close=number_words(_CLOSE), servers=servers)
    seconds = number_words(round(abs(off)))
    if off > 0:
        return said("{seconds} s ahead, compared with {servers}", seconds=seconds, servers=servers)
    return said("{seconds} s behind, compared with {servers}", seconds=seconds, servers=servers)


def _not_tried(view: RunView) -> str:
    """What this run was not asked to look at, with the option for it: silence about it is no answer."""
    run, trials = view.evidence.run, view.evidence.run.trials
    tried = (
        (run.limits.revocation or run.service.revocation != "", said("whether certificates are revoked (--revocation)")),
        (trials.repeat > 1, said("more than one look (--repeat)")),
        (trials.idle > 0, said("idle connections (--idle)")),
        (trials.transfer > 0, said("how fast data comes (--transfer)")),
    )
    return joined(words for done, words in tried if not done)


def _middle(values: Sequence[float]) -> float:
    """Their median; the library that has one brings fractions and the like."""
    half = len(values) // 2
    return (sorted(values)[half] + sorted(values)[~half]) / 2


def _skews(view: RunView) -> Iterator[float]:
    """By how many seconds this clock is ahead of each server that told its time (Date, RFC 9110, section 6.6.1)."""
    told: dict[str, float] = {}
    for seen in view.exchanges:
        text = field(seen.answer.headers, "date")
        try:
            theirs = parsedate_to_datetime(text) if text else None
        except (TypeError, ValueError, OverflowError):
            theirs = None
        if theirs is not None and theirs.tzinfo is not None:
            ours = seen.observation.began.timestamp() + seen.answer.first_byte_after
            told.setdefault(str(seen.question.authority), ours - theirs.timestamp())
    yield from told.values()
