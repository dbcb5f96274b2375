"""Walks of which nothing was heard in the end: silence, or no way. Who was answered, and be it with a reset, is none of them.

That is what an interruption of this computer's own link leaves behind, among others.
"""

from diag.model.answer import Connection, DnsReply
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.view import remembered

_UNHEARD = frozenset(
    {
        Failure.TIMED_OUT,
        Failure.NO_ROUTE,
        Failure.UNREACHABLE,
        Failure.ADDRESS_NOT_AVAILABLE,
        Failure.LOOKUP_FAILED,
    }
)


def _ends(walk: EndpointView) -> tuple[Observation, ...]:
    """What a walk ended with, good or bad."""
    match walk.reached:
        case Stage.LOOKUP:
            replies = tuple(seen.observation for seen in walk.resolver_replies)
            return replies or ((walk.lookup.observation,) if walk.lookup else ())
        case Stage.CONNECT:
            return tuple(seen.observation for seen in walk.dials)
        case _:
            return (walk.ended_above,) if walk.ended_above else ()


def unheard(walk: EndpointView) -> tuple[Observation, ...]:
    """Return what a walk ended with, where nothing was heard at all; empty: something was, or it went through."""
    ends = _ends(walk) if walk.stopped and not walk.arrived else ()
    return ends if all(_is_unheard(seen) for seen in ends) else ()


def _is_unheard(seen: Observation) -> bool:
    answer = seen.answer
    if getattr(answer, "failure", "") not in _UNHEARD or (isinstance(answer, DnsReply) and answer.message):
        return False
    # What somebody else says in an ICMP message is heard; Linux tells itself of a silent neighbour in one of its own.
    icmp = answer.icmp if isinstance(answer, Connection | DnsReply) else None
    return icmp is None or (isinstance(answer, Connection) and icmp.sender == answer.source)


@remembered
def unheard_walks(run_view: RunView) -> tuple[tuple[EndpointView, tuple[Observation, ...]], ...]:
    """Return the endpoints with a walk of which nothing was heard in the end, each with what these walks ended with."""
    found = ((view, tuple(seen for walk in view.walks for seen in unheard(walk))) for view in run_view.cases)
    return tuple((view, seen) for view, seen in found if seen)


def any_unheard(run_view: RunView) -> bool:
    """Return whether there are such walks."""
    return bool(unheard_walks(run_view))
