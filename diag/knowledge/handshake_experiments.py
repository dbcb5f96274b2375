"""The same handshake with one thing changed: how the checks of a handshake that died ask what it died of."""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.model.answer import Session
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.observation import FaultKind, Observation
from diag.model.question import Connect, Handshake, Tunnel, carried_by, carrier

ENDED = frozenset({Failure.CUT, Failure.RESET})
ENDED_OR_SILENT = ENDED | {Failure.TIMED_OUT}
OTHER_NAME = "other-name.invalid"
"""A name that nobody has (RFC 6761, section 6.4): it stands for any other."""
LOW_MSS = 1100
"""A segment size, in bytes, that passes every way on which IPv6 may run at all."""


def died(answer: Session, *, how: Iterable[str]) -> bool:
    """Return whether a handshake ended in one of these ways before the server had said a byte."""
    return answer.failure in how and not answer.stage and not answer.bytes_received and not answer.chain


def answered(seen: Observation | None) -> bool:
    """Return whether the server said anything at all in a handshake."""
    return seen is not None and isinstance(seen.answer, Session) and bool(seen.answer.bytes_received or seen.answer.chain)


def tried(seen: Observation | None) -> bool:
    """Return whether a handshake was asked for and came as far as its first message."""
    return seen is not None and isinstance(seen.answer, Session) and not seen.answer.stage


def names(question: Handshake) -> tuple[Handshake, ...]:
    """Return the same without a name, and with another; empty where none was sent in the first place."""
    if not question.server_name:
        return ()
    return replace(question, server_name=""), replace(question, server_name=OTHER_NAME)


def sizes(question: Handshake) -> tuple[Handshake, ...]:
    """Return the same with a first message that fits into any packet, and over small segments. Only for a way without a proxy."""
    way = carrier(question)
    if not isinstance(way, Connect):
        return ()
    low = carried_by(question, replace(way, mss=LOW_MSS))
    return with_small_hello(question), low


def with_small_hello(question: Handshake) -> Handshake:
    """Return the same with a first message that fits into any packet."""
    return replace(question, hello="small")


def in_small_packets(view: EndpointView, question: Handshake) -> Handshake | None:
    """Return the same message in small packets: over small segments, or in pieces where this system lets nobody set their size.

    None for a way through a proxy, whose packets are not ours.
    """
    if not (low := sizes(question)[1:]):
        return None
    # The connection that the handshake would stand on is what cannot be had then.
    seen = view.asked(carrier(low[0]))
    unable = seen is not None and seen.fault is not None and seen.fault.kind == FaultKind.UNSUPPORTED
    return replace(question, hello="split") if unable else low[0]


def tunnel_in_small_segments(view: EndpointView) -> Observation | None:
    """Return the walk's handshake through a tunnel, tried again over small segments to the proxy, where that was answered: then
    neither the proxy nor the service is at fault, but the size of packets on the way to the proxy. None: it was not.
    """
    own = carrier(view.session.question) if view.session else None
    if view.session is None or not isinstance(own, Tunnel):
        return None
    for seen in view.sessions:
        way = carrier(seen.question)
        small = isinstance(way, Tunnel) and isinstance(way.over, Connect) and way.over.mss and replace(way, over=own.over) == own
        if small and carried_by(seen.question, own) == view.session.question and answered(seen.observation):
            return seen.observation
    return None


def seen_of(view: EndpointView, questions: Iterable[Handshake]) -> list[Observation]:
    """Return those variants that were tried."""
    return [seen for question in questions if (seen := view.asked(question)) is not None and tried(seen)]


def hello_read(answer: Session) -> bool | None:
    """Return whether the other end's system took in all of our first message; None: not known.

    The kernel counts the SYN as one byte. A reset that comes after a part may have overtaken the acknowledgement of the rest.
    """
    tcp = answer.tcp
    if tcp is None or not (tcp.bytes_acked or tcp.unacked):
        return None
    taken = tcp.bytes_acked - 1
    if taken > 0 and taken >= answer.hello_bytes:
        return True
    return False if tcp.unacked or taken <= 0 else None
