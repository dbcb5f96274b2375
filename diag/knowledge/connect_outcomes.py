"""How the connects of one walk went, each in one word that says who answered: the host, another on the way, or nobody."""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.routing import refusing_route
from diag.model.address import Address, is_own, is_private, literal
from diag.model.answer import Connection, DnsReply, IcmpError
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.machine import Interfaces, RouteEntry
from diag.model.observation import Observation
from diag.model.question import Connect, Lookup
from diag.model.view import Answered, remembered

Dial = Answered[Connect, Connection]
ONE_STEP = 1
"""The hop limit of a packet that no router passes on: what answers it is this computer, or the first router."""


class ConnectOutcome(StrEnum):
    """What a connect met with."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """A reset, which bears the host's own address, or the host's own word that nobody listens there."""
    REJECTED = "rejected"
    """Another than the host says that it may not, or cannot, be reached."""
    SILENCE = "silence"
    NO_WAY = "no_way"
    """This machine has no way there: no route, one that refuses, or no protocol of that family."""
    NO_NEIGHBOUR = "no_neighbour"
    """This machine has a way, and its next hop does not answer."""
    NO_SOURCE = "no_source"
    """This machine has a way, and no address but that of its own link, to which no router carries an answer."""
    HELD_BACK = "held_back"
    """This machine itself forbids the connect, or has nothing left to make it with."""
    OTHER = "other"


def outcome_of(dial: Dial, interfaces: Interfaces | None) -> ConnectOutcome:
    """Return one connect in one word."""
    if not dial.answer.failure:
        return ConnectOutcome.ACCEPTED
    word = _outcome(dial.answer, dial.question.address, dial.answer.source, interfaces)
    unheard = word in (ConnectOutcome.SILENCE, ConnectOutcome.REJECTED)
    return ConnectOutcome.NO_SOURCE if unheard and _is_bound_to_link(dial) else word


def _is_bound_to_link(dial: Dial) -> bool:
    """Whether it left with a link-local IPv6 address for a host beyond that link (RFC 4291, section 2.5.6)."""
    source, target = literal(dial.answer.source), literal(dial.question.address.host)
    if source is None or target is None or target.version == 4:
        return False
    return source.is_link_local and not target.is_link_local


def outcome_of_reply(asked: Answered[Lookup, DnsReply], interfaces: Interfaces | None) -> ConnectOutcome:
    """Return how a question to a resolver went on its way there, in the same words; accepted: something came back from it."""
    server = asked.question.server
    if asked.answer.message or server is None:
        return ConnectOutcome.ACCEPTED
    return _outcome(asked.answer, server, "", interfaces)


def _outcome(answer: Connection | DnsReply, address: Address, source: str, interfaces: Interfaces | None) -> ConnectOutcome:
    if answer.icmp is not None:
        return _by_message(answer, answer.icmp, address, source, interfaces)
    match answer.failure:
        case Failure.REFUSED:
            return ConnectOutcome.REFUSED
        case Failure.TIMED_OUT:
            return ConnectOutcome.SILENCE
        case Failure.NO_ROUTE | Failure.NOT_SUPPORTED | Failure.BLACKHOLED:
            return ConnectOutcome.NO_WAY
        case Failure.ADDRESS_NOT_AVAILABLE if address.family == 6 and not _has_six(interfaces):
            return ConnectOutcome.NO_WAY  # so systems put it that know IPv6 and have no address of it
        case Failure.NOT_PERMITTED | Failure.ADDRESS_NOT_AVAILABLE | Failure.DESCRIPTORS_EXHAUSTED:
            return ConnectOutcome.HELD_BACK
        case _:
            return ConnectOutcome.OTHER


def _by_message(
    answer: Connection | DnsReply, icmp: IcmpError, address: Address, source: str, interfaces: Interfaces | None
) -> ConnectOutcome:
    """What an ICMP message amounts to, by its sender."""
    if icmp.sender == address.host:
        return ConnectOutcome.REFUSED if answer.failure == Failure.REFUSED else ConnectOutcome.REJECTED
    if not _is_own(icmp.sender, source, interfaces):
        return ConnectOutcome.REJECTED
    # Linux tells itself of a neighbour that does not answer, and of a rule of its own, in messages from its own address.
    return ConnectOutcome.NO_NEIGHBOUR if answer.failure == Failure.UNREACHABLE else ConnectOutcome.HELD_BACK


def _has_six(interfaces: Interfaces | None) -> bool:
    """Whether this machine has an IPv6 address that leads out."""
    ips = [literal(address) for interface in interfaces.interfaces for address in interface.addresses] if interfaces else []
    return any(ip is not None and ip.version == 6 and not (ip.is_link_local or ip.is_loopback) for ip in ips)


def _is_own(sender: str, source: str, interfaces: Interfaces | None) -> bool:
    """Whether an ICMP message is this machine's own."""
    own = {address for interface in interfaces.interfaces for address in interface.addresses} if interfaces else set()
    return sender != "" and (sender == source or sender in own)


@remembered
def outcomes_of(view: EndpointView) -> tuple[tuple[Dial, ConnectOutcome], ...]:
    """Return the walk's connects with their words, without those that this machine has no way for,
    where it has one for others.
    """
    interfaces = view.machine.interfaces
    facts = interfaces.answer if interfaces else None
    all_of_them = tuple(
        (dial, ConnectOutcome.NO_WAY if refused_by(view, dial) else outcome_of(dial, facts)) for dial in view.dials
    )
    possible = tuple((dial, word) for dial, word in all_of_them if word is not ConnectOutcome.NO_WAY)
    return possible or all_of_them


def refused_by(view: EndpointView, dial: Dial) -> RouteEntry | None:
    """Return the route by which this machine itself refused a connect; None where no route of its table says so."""
    table = view.machine.routes
    return refusing_route(table.answer if table else None, dial)


def all_ended(view: EndpointView, word: ConnectOutcome) -> tuple[Dial, ...]:
    """Return the walk's connects, where all of them met with `word`; empty otherwise."""
    pairs = outcomes_of(view)
    return tuple(dial for dial, _ in pairs) if all(each is word for _, each in pairs) else ()


def has_no_way_on(dial: Dial) -> bool:
    """Return whether a router on the way says that it has no way to the host: not that it may not be reached."""
    return dial.answer.failure == Failure.UNREACHABLE and dial.answer.icmp is not None


def asks_for_ecn(view: EndpointView) -> bool:
    """Return whether this computer asks for ECN in every connect (RFC 3168, section 6.1.1)."""
    seen = view.machine.system
    return seen is not None and seen.answer.asks_ecn


def is_direct(view: EndpointView) -> bool:
    """Return whether the endpoint itself is dialled. What befalls the connects to a proxy is told by the checks of proxies."""
    return view.proxy is None


def is_outside(host: str) -> bool:
    """Return whether this is a public address: neither this machine's own nor one of a network's inside."""
    ip = literal(host)
    return ip is not None and not is_own(host) and not is_private(ip) and not ip.is_link_local


def other_port(port: int) -> int:
    """Return the port on which the same host most likely answers too."""
    return 80 if port == 443 else 443


def beside(view: EndpointView, dials: Iterable[Dial]) -> tuple[Connect, ...]:
    """Return the same addresses on their other port, two at most."""
    return tuple(Connect(Address(dial.question.address.host, other_port(dial.question.address.port))) for dial in [*dials][:2])


def seen_beside(view: EndpointView, dials: Iterable[Dial]) -> tuple[Dial, ...]:
    """Return how those went."""
    wanted = set(beside(view, dials))
    return tuple(seen for seen in view.connections if seen.question in wanted)


class OtherPort(StrEnum):
    """How connects to another port of the same addresses went."""

    ACCEPTS = "accepts"
    REFUSES = "refuses"
    REJECTED = "rejected"
    SILENT = "silent"
    UNCLEAR = "unclear"


def on_other_port(answers: Iterable[Dial]) -> OtherPort | None:
    """Return how those went, in a word; None where none was tried."""
    words = [outcome_of(seen, None) for seen in answers]
    if not words:
        return None
    for word, said in (
        (ConnectOutcome.ACCEPTED, OtherPort.ACCEPTS),
        (ConnectOutcome.REFUSED, OtherPort.REFUSES),
        (ConnectOutcome.REJECTED, OtherPort.REJECTED),
    ):
        if word in words:
            return said
    quiet = all(word in (ConnectOutcome.SILENCE, ConnectOutcome.NO_NEIGHBOUR) for word in words)
    return OtherPort.SILENT if quiet else OtherPort.UNCLEAR


_HEARD = frozenset({ConnectOutcome.ACCEPTED, ConnectOutcome.REFUSED})


def heard_from(controls: Iterable[Dial]) -> bool | None:
    """Return whether a host that the user names as known to be good answered by itself; None where the user named none."""
    words = [outcome_of(dial, None) for dial in controls]
    return any(word in _HEARD for word in words) if words else None


def hosts_of(dials: Iterable[Dial]) -> tuple[str, ...]:
    """Return the addresses, in the order dialled."""
    return tuple(dict.fromkeys(dial.question.address.host for dial in dials))


def seen_in(dials: Iterable[Dial]) -> tuple[Observation, ...]:
    """Return what those rest on."""
    return tuple(dial.observation for dial in dials)


def seconds_of(dials: Iterable[Dial]) -> float:
    """Return how long they took, the median, in seconds to the millisecond."""
    return round(_median(dials), 3)


def milliseconds_of(dials: Iterable[Dial]) -> float:
    """Return how long they took, the median, in milliseconds to the tenth."""
    return round(_median(dials) * 1000, 1)


def _median(dials: Iterable[Dial]) -> float:
    from statistics import median  # of slow connections alone: it brings fractions and the like

    return median(dial.observation.took for dial in dials)


def family_of(host: str) -> int:
    """Return 4 or 6."""
    return Address(host, 0).family
