"""Trying the addresses that somebody else gives for a name, at the stage where the walk failed: do they fare better?"""

from collections.abc import Iterable

from msgspec import Struct

from diag.model.address import Address
from diag.model.answer import Connection, Session
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.observation import Observation
from diag.model.question import Connect, Question, carried_by, carrier
from diag.model.verdict import Because, Finding, ok, unknown
from diag.model.wire.certificate import covers, read_chain

_MOST_TRIED = 2
"""How many of the other addresses are tried."""


def trying(view: EndpointView, addresses: Iterable[str]) -> list[Question]:
    """Return the question at which the walk failed, put to these addresses."""
    port = view.proxy.port if view.proxy else view.endpoint.port
    others = [Connect(Address(address, port)) for address in [*addresses][:_MOST_TRIED]]
    if view.reached is Stage.CONNECT:
        return list(others)
    if view.reached is Stage.HANDSHAKE and view.session and isinstance(carrier(view.session.question), Connect):
        return [carried_by(view.session.question, other) for other in others]
    return []


class Trial(Struct, frozen=True):
    """What came of it."""

    seen: tuple[Observation, ...]
    better: bool
    """Whether one of the addresses fares as the walk should have."""


def tried(view: EndpointView, addresses: Iterable[str]) -> Trial:
    """Return how these addresses fared; not at all where they were not tried."""
    seen = tuple(seen for question in trying(view, addresses) if (seen := view.asked(question)))
    return Trial(seen, any(_fares_well(one, view.endpoint.host) for one in seen))


def nothing_elsewhere(view: EndpointView) -> Finding:
    """Return the finding where the system's answer is nobody's alone, so that there is nothing to try;
    or where it was not seen.
    """
    return ok(view.lookup.observation) if view.lookup else unknown(Because.NOT_LOOKED)


def _fares_well(seen: Observation, host: str) -> bool:
    """Whether that went as the walk should have gone."""
    match seen.answer:
        case Connection():
            return not seen.answer.failure
        case Session():
            chain = read_chain(seen.answer.chain)
            trusted = seen.answer.finished and not seen.answer.failure and not seen.answer.verify_errors
            return trusted and bool(chain) and covers(chain[0], host)
        case _:
            return False
