"""What whole groups of checks say of an endpoint where nothing is the matter: what they would say there themselves.

A group is what begins with the same look: is there a proxy, was the name resolved, was the session accepted. Where that look ends
it, none of the group has more to say or to ask, and none is loaded (`diag.model.catalogue`). None: each has to be asked.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from diag.knowledge.connect_outcomes import seen_in
from diag.model.answer import HttpReply, Session, TunnelReply
from diag.model.catalogue import AtRest
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.observation import Observation
from diag.model.question import Inspect, Lookup
from diag.model.verdict import Finding, not_applicable, ok
from diag.model.view import remembered

_SUCCESS = 2
"""The first digit of answers that give what was asked for (RFC 9110, section 15.3)."""


def asked(_: EndpointView | RunView) -> Finding | None:
    """Return nothing: wherever they apply, they have to be asked."""
    return None


@cache
def unless(applies: Callable[[Any], bool], at_rest: AtRest = asked) -> AtRest:
    """Return what is said by checks that apply under a condition alone, and where they do, say `at_rest`."""

    @remembered
    def said(sight: EndpointView | RunView) -> Finding | None:
        return at_rest(sight) if applies(sight) else not_applicable()

    return said


@cache
def while_well(at_rest: AtRest) -> AtRest:
    """Return what is said by checks that have nothing to explain where nothing went wrong; there, they say `at_rest`."""

    @remembered
    def said(view: EndpointView) -> Finding | None:
        return None if _is_troubled(view) else at_rest(view)

    return said


@while_well
def dialled(view: EndpointView) -> Finding | None:
    """Return what is said by checks of connects that came to nothing."""
    return ok(*seen_in(view.dials)) if view.dials else None


@while_well
def secured(view: EndpointView) -> Finding | None:
    """Return what is said by checks of handshakes that came to nothing, and of sessions that no client accepts. Those of an
    endpoint that goes over to TLS stand on more.
    """
    return ok(view.session.observation) if view.session and not view.upgrade else None


@while_well
def answered(view: EndpointView) -> Finding | None:
    """Return what is said by checks of requests that were refused, or not answered."""
    return ok(view.exchange.observation) if view.exchange else None


@while_well
def let_in(view: EndpointView) -> Finding | None:
    """Return what is said by checks of clients that a server does not let in; where nothing is answered, they ask further."""
    return ok(view.session.observation, view.exchange.observation) if view.session and view.exchange else None


def walked(view: EndpointView) -> Finding | None:
    """Return what is said by checks of ways that are closed to this client."""
    found = (view.lookup,) if view.lookup else ()
    return ok(*(seen.observation for seen in (*view.dials, *found))) if view.connected else None


@remembered
def _is_troubled(view: EndpointView) -> bool:
    """Whether the way did not lead to its end, or anything that was tried on it or beside it went otherwise than a client wishes.
    What resolvers said to single questions, and what this machine tells of itself, is not looked at.
    """
    return not view.arrived or any(_went_wrong(seen, view) for seen in view.observations)


def _went_wrong(seen: Observation, view: EndpointView) -> bool:
    if isinstance(seen.question, Lookup | Inspect):
        return False
    answer = seen.answer
    match answer:
        case Session():
            return not view.accepts(answer)
        case HttpReply() | TunnelReply():
            return bool(answer.failure) or answer.status // 100 != _SUCCESS
    return answer is None or bool(getattr(answer, "failure", None))
