"""What each address of an endpoint presents: one of them never stands for the others.

A client takes whichever address comes first, so a fault at one of them is met by luck. Each handshake that the run made with
another address, in every other respect the walk's own, is judged as if it were the walk's; the finding names the addresses.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps

from msgspec.structs import replace

from diag.model.answer import Session
from diag.model.endpoint_view import EndpointView
from diag.model.question import Connect, Handshake, Question, carried_by, carrier
from diag.model.run import Trail
from diag.model.verdict import Finding, Status
from diag.model.view import Answered

SEEN_AT = ("Seen at {at}.", "At {elsewhere}, the server presents a certificate that diag accepts.")
"""What is said of the addresses, behind what was seen there; neither of an endpoint behind a proxy."""
HANDSHAKE_AT = ("Seen at {at}.", "At {elsewhere} the handshake completes.")
"""The same of a handshake that failed."""
_FOUND = frozenset({Status.PROBLEM, Status.WARNING})
_Judge = Callable[[EndpointView], Finding]
_Questions = Callable[[EndpointView], Iterable[Question]]


def by_address(view: EndpointView) -> tuple[EndpointView, ...]:
    """Return the endpoint as it would be seen at each address with which the run shook hands; the walk's own first."""
    return (view, *(_at(view, other) for other in _others(view)))


def at_each_address(judge: _Judge) -> _Judge:
    """Return `judge`, of every address: the first fault that is found, with the addresses that show it and those that do not."""

    @wraps(judge)
    def judged(view: EndpointView) -> Finding:
        found = [(one, judge(one)) for one in by_address(view)]
        faulty = [(one, finding) for one, finding in found if finding.status in _FOUND]
        if not faulty:
            return found[0][1]
        first = faulty[0][1]
        same = [(one, finding) for one, finding in faulty if finding.about == first.about]
        good = tuple(address for one, finding in found if finding.status not in _FOUND and (address := _accepted_at(one)))
        cites = tuple(dict.fromkeys(cite for _, finding in same for cite in finding.cites))
        addresses = tuple(address for one, _ in same if (address := address_of(one)))
        named = ({"at": addresses} if addresses else {}) | ({"elsewhere": good} if good else {})
        return replace(first, cites=cites, facts={**first.facts, **named})

    return judged


def asked_at_each_address(questions: _Questions) -> _Questions:
    """Return `questions`, of every address."""

    @wraps(questions)
    def asked(view: EndpointView) -> Iterator[Question]:
        for one in by_address(view):
            yield from questions(one)

    return asked


def address_of(view: EndpointView) -> str:
    """Return the address with which the view's handshake was made; empty: a proxy dialled it, or there was none."""
    way = carrier(view.session.question) if view.session else None
    return way.address.host if isinstance(way, Connect) else ""


def _accepted_at(view: EndpointView) -> str:
    return address_of(view) if view.session_accepted else ""


def _others(view: EndpointView) -> Iterator[Answered[Handshake, Session]]:
    """The walk's handshake, made with other addresses."""
    own = view.session
    way = carrier(own.question) if own else None
    if own is None or not isinstance(way, Connect):
        return
    for seen in view.sessions:
        other = carrier(seen.question)
        if not isinstance(other, Connect) or other == way or replace(other, address=way.address) != way:
            continue
        if carried_by(seen.question, way) == own.question:
            yield seen


def _at(view: EndpointView, other: Answered[Handshake, Session]) -> EndpointView:
    known = view.evidence.by_id
    before = tuple(i for i in view.trail.walk if i in known and isinstance(known[i].question, Connect))
    return EndpointView(view.evidence, Trail(view.endpoint, view.route, (*before, other.observation.id)))
