"""The way to an endpoint as a picture: from this computer over each stop to the service, and where on it things go wrong.

Here is decided what stands at each stop and how it fared; the templates draw it. A way that was not walked to its end shows
the rest as not reached, and never as well.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from diag.language import PhraseTable, said
from diag.language.columns import columns_of, fitting
from diag.model.address import is_private, literal
from diag.model.diagnosis import Cause, EndpointState
from diag.model.endpoint import Network
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.observation import Observation
from diag.model.text import clean
from diag.model.verdict import Status
from diag.report.wording.narration import came_back
from diag.report.wording.sentences import listed
from diag.report.wording.words import FAULT_WORDS, failure_words

_WORD = 18
"""Characters of a label's line; a stop has no room for more beside its neighbours."""
LINES = 3
"""Lines of one label; what is longer is cut, and whole in the text below the picture."""


class Stop(StrEnum):
    """The stops of a way, in order."""

    MACHINE = "machine"
    NAMES = "names"
    PROXY = "proxy"
    ADDRESS = "address"
    ENCRYPTION = "encryption"
    SERVICE = "service"


class StopMark(StrEnum):
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


MARK_WORDS = PhraseTable(
    "stop_marks",
    {
        StopMark.WELL: "works",
        StopMark.BROKEN: "broken here",
        StopMark.CAUSE: "wrong here",
        StopMark.ATTENTION: "needs attention",
        StopMark.OPEN: "not known",
        StopMark.NOT_REACHED: "not reached",
    },
)
STOP_OF_FAMILY = {
    "machine": Stop.MACHINE,
    "dns": Stop.NAMES,
    "network": Stop.ADDRESS,
    "proxy": Stop.PROXY,
    "privatelink": Stop.ADDRESS,
    "tls": Stop.ENCRYPTION,
    "http": Stop.SERVICE,
}
"""Where the causes of each family sit."""


class _Hop(Struct, frozen=True):
    """One stop of a way."""

    place: Stop
    name: str
    what: str
    """What stands there: an address, a name, a version; empty: not known."""
    mark: StopMark
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


class WayPicture(Struct, frozen=True):
    """The picture of one way."""

    hops: tuple[_Hop, ...]
    alike: int = 0
    """How many further endpoints have the same picture but for their names."""

    @property
    def told(self) -> str:
        """The whole picture in one sentence."""
        return "; ".join(
            f"{hop.name}{f' ({hop.what})' if hop.what else ''}: {hop.word}{f', {hop.said}' if hop.said else ''}"
            for hop in self.hops
        )


def way_of(view: EndpointView, state: EndpointState, causes: Sequence[Cause], alike: int = 0) -> WayPicture:
    """Return the way to one endpoint; `causes` are those that hit it."""
    places = tuple(_places(view))
    stop = _stop(view, state)
    at_fault = _blamed(causes, places, stop, Status.PROBLEM)
    doubted = _blamed(causes, places, stop, Status.WARNING)
    furthest = _place_of(view, state.reached)
    hops = []
    for place in places:
        seen = _seen(view, place)
        if place is stop:
            mark = StopMark.BROKEN
        elif place in at_fault:
            mark = StopMark.CAUSE
        elif not state.arrived and _is_after(place, furthest):
            mark = StopMark.OPEN if stop is None else StopMark.NOT_REACHED
        elif place in doubted:
            mark = StopMark.ATTENTION
        elif state.reached is Stage.START and place is not Stop.MACHINE:
            mark = StopMark.OPEN
        else:
            mark = StopMark.WELL
        said = _said(view, place, seen) if mark in (StopMark.BROKEN, StopMark.CAUSE, StopMark.ATTENTION, StopMark.OPEN) else ""
        hops.append(_Hop(place, _name(view, place), _what(view, place), mark, said, seen.took if seen else None))
    return WayPicture(tuple(hops), alike)


def broken(text: str, width: int = _WORD, most: int = LINES) -> tuple[str, ...]:
    """Return a name or an address in lines of at most `width` columns, broken behind its own marks where it has any."""
    lines = [""]
    for piece in _pieces(text, width):
        if columns_of(lines[-1]) + columns_of(piece) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    shown = tuple(line.strip() for line in lines if line.strip())
    if len(shown) <= most:
        return shown
    last = shown[most - 1]
    return (*shown[: most - 1], f"{last[: fitting(last, width - 1)]}…")


def _pieces(text: str, width: int) -> list[str]:
    """`text` in pieces that end at its marks and fit into a line."""
    pieces, piece = [], ""
    for character in text:
        if piece and columns_of(piece) + columns_of(character) > width:
            pieces.append(piece)
            piece = ""
        piece += character
        if character in " .-/:_@,":
            pieces.append(piece)
            piece = ""
    return [*pieces, piece]


def _places(view: EndpointView) -> list[Stop]:
    """The stops that this way has."""
    places = [Stop.MACHINE]
    if view.needs_lookup:
        places.append(Stop.NAMES)
    places.append(Stop.PROXY if view.proxy else Stop.ADDRESS)
    if view.endpoint.speaks_tls:
        places.append(Stop.ENCRYPTION)
    return [*places, Stop.SERVICE]


def _place_of(view: EndpointView, stage: Stage) -> Stop:
    """The stop at which a stage of the walk plays."""
    match stage:
        case Stage.START:
            return Stop.MACHINE
        case Stage.LOOKUP:
            return Stop.NAMES if view.needs_lookup else Stop.MACHINE
        case Stage.CONNECT | Stage.TUNNEL:
            return Stop.PROXY if view.proxy else Stop.ADDRESS
        case Stage.UPGRADE | Stage.HANDSHAKE:
            return Stop.ENCRYPTION
        case Stage.EXCHANGE:
            return Stop.SERVICE


def _stop(view: EndpointView, state: EndpointState) -> Stop | None:
    """Where the way was seen to end; None: it did not, or nobody looked further."""
    failed = {
        Stage.LOOKUP: _found_no_address(view),
        Stage.CONNECT: bool(view.dials) and not view.connected,
        Stage.TUNNEL: view.tunnel is None or bool(view.tunnel.answer.failure),
        Stage.UPGRADE: bool(view.upgrade and view.upgrade.answer.failure),
        Stage.HANDSHAKE: bool(view.session) and not view.session_accepted,
        Stage.EXCHANGE: bool(view.exchange and not view.exchange.answer.status),
    }
    return _place_of(view, state.reached) if not state.arrived and failed.get(state.reached) else None


def _found_no_address(view: EndpointView) -> bool:
    """Whether whoever answers for names here was asked, and named no address."""
    if view.lookup:
        return not view.lookup.answer.addresses
    return bool(view.resolver_replies) and all(seen.answer.failure for seen in view.resolver_replies)


def _blamed(causes: Sequence[Cause], places: Sequence[Stop], stop: Stop | None, status: Status) -> set[Stop]:
    """Where the causes of a status sit. None sits beyond the place where the way ends, or at a stop that the way has not."""
    found = set()
    for cause in causes:
        place = STOP_OF_FAMILY.get(cause.id.partition("-")[0], Stop.SERVICE)
        if place is Stop.ADDRESS and place not in places:
            place = Stop.PROXY
        if cause.status is status:
            beyond = place not in places or (stop is not None and _is_after(place, stop))
            found.add((stop or Stop.SERVICE) if beyond else place)
    return found


def _is_after(place: Stop, other: Stop) -> bool:
    order = tuple(Stop)
    return order.index(place) > order.index(other)


def _seen(view: EndpointView, place: Stop) -> Observation | None:
    """The observation that tells most of a stop."""
    match place:
        case Stop.MACHINE:
            return None
        case Stop.NAMES:
            asked = view.lookup or next(iter(view.resolver_replies), None)
            return asked.observation if asked else None
        case Stop.PROXY:
            if view.tunnel:
                return view.tunnel.observation
            if view.proxy_session:
                return view.proxy_session.observation
            return _dial(view)
        case Stop.ADDRESS:
            return _dial(view)
        case Stop.ENCRYPTION:
            spoken = view.session or view.upgrade
            return spoken.observation if spoken else None
        case Stop.SERVICE:
            return view.exchange.observation if view.exchange else None


def _dial(view: EndpointView) -> Observation | None:
    """The connect that a client would have used, or the first that failed."""
    went = [seen for seen in view.dials if not seen.answer.failure]
    return next((seen.observation for seen in (*went, *view.dials)), None)


def _said(view: EndpointView, place: Stop, seen: Observation | None) -> str:
    if seen is not None:
        return came_back(seen)
    if place is Stop.MACHINE:
        return ""
    fault = next((observation.fault for observation in view.observations if observation.fault), None)
    return FAULT_WORDS[fault.kind] if fault else ""


def _name(view: EndpointView, place: Stop) -> str:
    match place:
        case Stop.MACHINE:
            return said("This computer")
        case Stop.NAMES:
            return said("Name lookup")
        case Stop.PROXY:
            return said("Proxy")
        case Stop.ADDRESS if view.endpoint.expects.network is Network.PRIVATE:
            return said("Private endpoint")
        case Stop.ADDRESS:
            dialled = [ip for address in view.addresses if (ip := literal(address)) is not None]
            return said("Private address") if dialled and all(map(is_private, dialled)) else said("Address")
        case Stop.ENCRYPTION:
            return said("Encryption")
        case Stop.SERVICE:
            return said("Service")


def _what(view: EndpointView, place: Stop) -> str:
    match place:
        case Stop.MACHINE:
            seen = view.machine.system
            what = (seen.answer.distribution or seen.answer.system) if seen else ""
        case Stop.NAMES:
            what = _asked(view)
        case Stop.PROXY:
            what = str(view.proxy) if view.proxy else ""
        case Stop.ADDRESS:
            connected = dict.fromkeys(address.host for address in view.connected)
            what = listed(connected or view.addresses, 1) if view.addresses else ""
        case Stop.ENCRYPTION:
            spoken = view.session or view.upgrade
            failed = failure_words(spoken.answer.failure) if spoken and spoken.answer.failure else "TLS"
            what = (view.session.answer.version if view.session else "") or failed
        case Stop.SERVICE:
            what = str(view.endpoint.authority)
    return clean(what, 300)


def _asked(view: EndpointView) -> str:
    """Who answers for names here: the servers that were asked, or those of the system."""
    servers = dict.fromkeys(str(seen.question.server) for seen in view.resolver_replies if seen.question.server)
    if not servers and view.machine.resolvers:
        servers = dict.fromkeys(str(server) for server in view.machine.resolvers.answer.servers)
    return listed(servers, 1) if servers else said("the system")
