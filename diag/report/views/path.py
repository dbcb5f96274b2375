"""The way to an endpoint as a picture: from this computer over each stop to the service, and where on it things go wrong.

Here is decided what stands at each stop and how it fared; the templates draw it. A way that was not walked to its end shows
the rest as not reached, and never as well.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from diag.model.address import is_private, literal
from diag.model.case import Case, Stage
from diag.model.diagnosis import Cause, EndpointState
from diag.model.endpoint import Network
from diag.model.observation import Observation
from diag.model.text import clean
from diag.model.verdict import Status
from diag.report.wording.narration import came_back
from diag.report.wording.sentences import listed
from diag.report.wording.words import FAULTS, failure_words

WORD = 18
"""Characters of a label's line; a stop has no room for more beside its neighbours."""
LINES = 3
"""Lines of one label; what is longer is cut, and whole in the text below the picture."""


class Place(StrEnum):
    """The stops of a way, in order."""

    MACHINE = "machine"
    NAMES = "names"
    PROXY = "proxy"
    ADDRESS = "address"
    ENCRYPTION = "encryption"
    SERVICE = "service"


class Mark(StrEnum):
    """How a stop fared."""

    WELL = "well"
    BROKEN = "broken"
    """The way ends here."""
    CAUSE = "cause"
    """What is wrong is here, though the way went on."""
    ATTENTION = "attention"
    OPEN = "open"
    """Nothing is known of it: it was not looked at, or the looking had no answer."""
    NOT_REACHED = "not_reached"


MARK_WORDS = {
    Mark.WELL: "works",
    Mark.BROKEN: "broken here",
    Mark.CAUSE: "wrong here",
    Mark.ATTENTION: "needs attention",
    Mark.OPEN: "not known",
    Mark.NOT_REACHED: "not reached",
}
_FAMILIES = {
    "machine": Place.MACHINE,
    "dns": Place.NAMES,
    "network": Place.ADDRESS,
    "proxy": Place.PROXY,
    "privatelink": Place.ADDRESS,
    "tls": Place.ENCRYPTION,
    "http": Place.SERVICE,
}
"""Where a family's causes sit."""


@dataclass(frozen=True)
class Hop:
    """One stop of a way."""

    place: Place
    name: str
    what: str
    """What stands there: an address, a name, a version; empty: not known."""
    mark: Mark
    said: str = ""
    """What was seen there, in words; empty where the mark says all."""
    took: float | None = None
    """Seconds; None: nothing was timed."""

    @property
    def word(self) -> str:
        """The mark in words."""
        return MARK_WORDS[self.mark]

    @property
    def label(self) -> tuple[str, ...]:
        """`what`, broken into lines for the picture."""
        return broken(self.what)


@dataclass(frozen=True)
class Way:
    """The picture of one way."""

    hops: tuple[Hop, ...]
    alike: int = 0
    """How many further endpoints have the same picture but for their names."""

    @property
    def told(self) -> str:
        """The whole picture in one sentence."""
        return "; ".join(
            f"{hop.name}{f' ({hop.what})' if hop.what else ''}: {hop.word}{f', {hop.said}' if hop.said else ''}"
            for hop in self.hops
        )


def way_of(case: Case, state: EndpointState, causes: Sequence[Cause], alike: int = 0) -> Way:
    """The way to one endpoint; `causes` are those that hit it."""
    places = tuple(_places(case))
    stop = _stop(case, state)
    at_fault = _blamed(causes, places, stop, Status.PROBLEM)
    doubted = _blamed(causes, places, stop, Status.WARNING)
    furthest = _place_of(case, state.reached)
    hops = []
    for place in places:
        seen = _seen(case, place)
        if place is stop:
            mark = Mark.BROKEN
        elif place in at_fault:
            mark = Mark.CAUSE
        elif not state.arrived and _is_after(place, furthest):
            mark = Mark.OPEN if stop is None else Mark.NOT_REACHED
        elif place in doubted:
            mark = Mark.ATTENTION
        elif state.reached is Stage.START and place is not Place.MACHINE:
            mark = Mark.OPEN
        else:
            mark = Mark.WELL
        said = _said(case, place, seen) if mark in (Mark.BROKEN, Mark.CAUSE, Mark.ATTENTION, Mark.OPEN) else ""
        hops.append(Hop(place, _name(case, place), _what(case, place), mark, said, seen.took if seen else None))
    return Way(tuple(hops), alike)


def broken(text: str, width: int = WORD, most: int = LINES) -> tuple[str, ...]:
    """A name or an address in lines of at most `width` columns, broken behind its own marks where it has any."""
    lines = [""]
    for piece in _pieces(text, width):
        if _columns(lines[-1]) + _columns(piece) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    shown = tuple(line.strip() for line in lines if line.strip())
    return shown if len(shown) <= most else (*shown[: most - 1], f"{shown[most - 1][: width - 1]}…")


def _pieces(text: str, width: int) -> list[str]:
    """`text` in pieces that end at its marks and fit into a line."""
    pieces, piece = [], ""
    for character in text:
        if piece and _columns(piece) + _columns(character) > width:
            pieces.append(piece)
            piece = ""
        piece += character
        if character in " .-/:_@,":
            pieces.append(piece)
            piece = ""
    return [*pieces, piece]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _places(case: Case) -> list[Place]:
    """The stops that this way has."""
    places = [Place.MACHINE]
    if case.needs_lookup:
        places.append(Place.NAMES)
    places.append(Place.PROXY if case.proxy else Place.ADDRESS)
    if case.endpoint.speaks_tls:
        places.append(Place.ENCRYPTION)
    return [*places, Place.SERVICE]


def _place_of(case: Case, stage: Stage) -> Place:
    """The stop at which a stage of the walk plays."""
    match stage:
        case Stage.START:
            return Place.MACHINE
        case Stage.LOOKUP:
            return Place.NAMES if case.needs_lookup else Place.MACHINE
        case Stage.CONNECT | Stage.TUNNEL:
            return Place.PROXY if case.proxy else Place.ADDRESS
        case Stage.UPGRADE | Stage.HANDSHAKE:
            return Place.ENCRYPTION
        case Stage.EXCHANGE:
            return Place.SERVICE


def _stop(case: Case, state: EndpointState) -> Place | None:
    """Where the way was seen to end; None: it did not, or nobody looked further."""
    failed = {
        Stage.LOOKUP: _found_no_address(case),
        Stage.CONNECT: bool(case.dials) and not case.connected,
        Stage.TUNNEL: case.tunnel is None or bool(case.tunnel.answer.failure),
        Stage.UPGRADE: bool(case.upgrade and case.upgrade.answer.failure),
        Stage.HANDSHAKE: bool(case.session) and not case.session_accepted,
        Stage.EXCHANGE: bool(case.exchange and not case.exchange.answer.status),
    }
    return _place_of(case, state.reached) if not state.arrived and failed.get(state.reached) else None


def _found_no_address(case: Case) -> bool:
    """Whether whoever answers for names here was asked, and named no address."""
    if case.lookup:
        return not case.lookup.answer.addresses
    return bool(case.resolver_replies) and all(seen.answer.failure for seen in case.resolver_replies)


def _blamed(causes: Sequence[Cause], places: Sequence[Place], stop: Place | None, status: Status) -> set[Place]:
    """Where the causes of a status sit. None sits beyond the place where the way ends, or at a stop that the way has not."""
    found = set()
    for cause in causes:
        place = _FAMILIES.get(cause.id.partition("-")[0], Place.SERVICE)
        if place is Place.ADDRESS and place not in places:
            place = Place.PROXY
        if cause.status is status:
            beyond = place not in places or (stop is not None and _is_after(place, stop))
            found.add((stop or Place.SERVICE) if beyond else place)
    return found


def _is_after(place: Place, other: Place) -> bool:
    order = tuple(Place)
    return order.index(place) > order.index(other)


def _seen(case: Case, place: Place) -> Observation | None:
    """The observation that tells most of a stop."""
    match place:
        case Place.MACHINE:
            return None
        case Place.NAMES:
            asked = case.lookup or next(iter(case.resolver_replies), None)
            return asked.observation if asked else None
        case Place.PROXY:
            if case.tunnel:
                return case.tunnel.observation
            if case.proxy_session:
                return case.proxy_session.observation
            return _dial(case)
        case Place.ADDRESS:
            return _dial(case)
        case Place.ENCRYPTION:
            spoken = case.session or case.upgrade
            return spoken.observation if spoken else None
        case Place.SERVICE:
            return case.exchange.observation if case.exchange else None


def _dial(case: Case) -> Observation | None:
    """The connect that a client would have used, or the first that failed."""
    went = [seen for seen in case.dials if not seen.answer.failure]
    return next((seen.observation for seen in (*went, *case.dials)), None)


def _said(case: Case, place: Place, seen: Observation | None) -> str:
    if seen is not None:
        return came_back(seen)
    if place is Place.MACHINE:
        return ""
    fault = next((observation.fault for observation in case.observations if observation.fault), None)
    return FAULTS[fault.kind] if fault else ""


def _name(case: Case, place: Place) -> str:
    match place:
        case Place.MACHINE:
            return "This computer"
        case Place.NAMES:
            return "Name lookup"
        case Place.PROXY:
            return "Proxy"
        case Place.ADDRESS if case.endpoint.expects.network is Network.PRIVATE:
            return "Private endpoint"
        case Place.ADDRESS:
            dialled = [ip for address in case.addresses if (ip := literal(address)) is not None]
            return "Private address" if dialled and all(map(is_private, dialled)) else "Address"
        case Place.ENCRYPTION:
            return "Encryption"
        case Place.SERVICE:
            return "Service"


def _what(case: Case, place: Place) -> str:
    match place:
        case Place.MACHINE:
            seen = case.machine.system
            what = (seen.answer.distribution or seen.answer.system) if seen else ""
        case Place.NAMES:
            what = _asked(case)
        case Place.PROXY:
            what = str(case.proxy) if case.proxy else ""
        case Place.ADDRESS:
            connected = dict.fromkeys(address.host for address in case.connected)
            what = listed(connected or case.addresses, 1) if case.addresses else ""
        case Place.ENCRYPTION:
            spoken = case.session or case.upgrade
            failed = failure_words(spoken.answer.failure) if spoken and spoken.answer.failure else "TLS"
            what = (case.session.answer.version if case.session else "") or failed
        case Place.SERVICE:
            what = str(case.endpoint.authority)
    return clean(what, 300)


def _asked(case: Case) -> str:
    """Who answers for names here: the servers that were asked, or those of the system."""
    servers = dict.fromkeys(str(seen.question.server) for seen in case.resolver_replies if seen.question.server)
    if not servers and case.machine.resolvers:
        servers = dict.fromkeys(str(server) for server in case.machine.resolvers.answer.servers)
    return listed(servers, 1) if servers else "the system"
