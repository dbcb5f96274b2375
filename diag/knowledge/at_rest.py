"""What whole groups of checks say of an endpoint where nothing is the matter: what they would say there themselves.

A group is what begins with the same look: is there a proxy, was the name resolved, was the session accepted. Where that look ends
it, none of the group has more to say or to ask, and none is loaded (`diag.model.catalogue`). None: each has to be asked.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from diag.knowledge.connect_outcomes import seen_in
from diag.knowledge.published_revocation import named_places
from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    is_named_by_user,
    looked_up,
    seen_of,
    settled,
)
from diag.model.answer import HttpReply, Session, TunnelReply
from diag.model.catalogue import AtRest
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.observation import Observation
from diag.model.question import Inspect, Lookup, Verify
from diag.model.verdict import Because, Finding, not_applicable, ok, unknown
from diag.model.view import remembered
from diag.model.wire.chain import presented, untrusted

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


def answered_alike(view: EndpointView) -> Finding | None:
    """Return what is said by checks of a question that a resolver answers in one type and not in another."""
    heard = answers_by_resolver(view)
    return ok(*looked_up(view), *seen_of(heard)) if heard and all(map(_answers_all, heard)) else None


def uncompared(view: EndpointView) -> Finding | None:
    """Return what is said by checks of a system's lookup that leads elsewhere than its resolvers: here, it was not made, since
    the user named the resolvers.
    """
    return unknown(Because.NOT_LOOKED) if is_named_by_user(view) and view.lookup is None else None


def known_to_all(view: EndpointView) -> Finding | None:
    """Return what is said by checks of resolvers that disagree: here, each gave addresses that lead to the endpoint."""
    heard = answers_by_resolver(view)
    return settled(view) if view.arrived and heard and all(voice.said is DnsOutcome.ADDRESSES for voice in heard) else None


@while_well
def let_out(view: EndpointView) -> Finding | None:
    """Return what is said by checks of packets that do not leave this computer."""
    return ok(*seen_in(view.dials)) if view.dials and all(map(_answers_all, answers_by_resolver(view))) else None


def walked(view: EndpointView) -> Finding | None:
    """Return what is said by checks of ways that are closed to this client."""
    found = (view.lookup,) if view.lookup else ()
    return ok(*(seen.observation for seen in (*view.dials, *found))) if view.connected else None


def readable(sight: EndpointView | RunView) -> Finding | None:
    """Return what is said by checks of settings of proxies that cannot be read: here, there are none at all."""
    seen = _no_proxy_set(sight)
    return ok(seen) if seen else None


def agreed(sight: EndpointView | RunView) -> Finding | None:
    """Return what is said by checks of settings of proxies that differ: here, there are none at all."""
    return not_applicable() if _no_proxy_set(sight) else None


def excepted(view: EndpointView) -> Finding | None:
    """Return what is said by checks of exceptions that programs read in different ways: here, there are none."""
    return not_applicable() if view.machine.proxies and not (view.route and view.route.readings) else None


def trusting(sight: EndpointView | RunView) -> Finding | None:
    """Return what is said by checks of the files of trust that variables name: here, there are none, or all can be read."""
    seen = sight.machine.trust
    return ok(seen.observation) if seen and all(variable.state == "ok" for variable in seen.answer.variables) else None


def as_presented(run_view: RunView) -> Finding | None:
    """Return what is said by checks of sessions that somebody on the way reads: here, each chain is trusted as was declared, or
    signed by its own key, or bears the marks of a public one, and no list of authorities was asked about it.
    """
    met, asked_about = [], any(isinstance(seen.question, Verify) for seen in run_view.evidence.observations)
    for view in run_view.cases:
        chain = presented(view.session.answer) if view.session else None
        if view.session is None or chain is None:
            continue
        declared = bool(view.endpoint.expects.trust) and not untrusted(view.session.answer)
        if not (chain.leaf.self_signed or declared or (chain.looks_public and not asked_about)):
            return None
        met.append(view.session.observation)
    return ok(*met) if met else None


def unasked(view: EndpointView) -> Finding | None:
    """Return what is said by checks of revocation where no authority was to be asked, and the server said nothing of it."""
    run, seen = view.evidence.run, view.session
    if run.limits.revocation or run.service.revocation or seen is None or seen.answer.staple or not view.chain:
        return None
    return unknown(Because.NOT_LOOKED, seen.observation)


def unpublished(view: EndpointView) -> Finding | None:
    """Return what is said by checks of the places where revocation is published, of which none was to be asked, or none is
    named.
    """
    found = unasked(view)
    return found if found is None or any(named_places(view)) else not_applicable()


def _answers_all(voice: ResolverAnswer) -> bool:
    """Whether a resolver answered each question that it was asked, and denied none."""
    answered = voice.said is not DnsOutcome.NOT_ASKED and len(voice.messages) == len(voice.replies) > 0
    return answered and all(message.rcode == "NOERROR" for message in voice.messages)


def _no_proxy_set(sight: EndpointView | RunView) -> Observation | None:
    """The look at this computer's settings of proxies, where it found none; None: there are some, or nobody looked."""
    seen = sight.machine.proxies
    return seen.observation if seen and not (seen.answer.variables or seen.answer.settings) else None


@remembered
def _is_troubled(view: EndpointView) -> bool:
    """Whether a walk did not lead to its end, or anything that was tried on it or beside it went otherwise than a client wishes.
    What resolvers said to single questions, and what this machine tells of itself, is not looked at.
    """
    return any(not walk.arrived or any(_went_wrong(seen, walk) for seen in walk.observations) for walk in view.walks)


def _went_wrong(seen: Observation, view: EndpointView) -> bool:
    if isinstance(seen.question, Lookup | Inspect):
        return False
    answer = seen.answer
    match answer:
        case Session():
            return not view.accepts(answer)
        case HttpReply() | TunnelReply():
            expected = view.endpoint.expects.status
            return bool(answer.failure) or answer.status // 100 != _SUCCESS or bool(expected and answer.status not in expected)
    return answer is None or bool(getattr(answer, "failure", None))
