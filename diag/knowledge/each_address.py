"""What each address of an endpoint presents: one of them never stands for the others.

A client takes whichever address comes first, so a fault at one of them is met by luck. Each handshake and each request that the
run made with another address, in every other respect the walk's own, is judged as if it were the walk's; the finding names the
addresses. Those that present the same to the byte are judged once. An answer is judged of every repetition of the walk as well.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from operator import attrgetter

from msgspec.structs import replace

from diag.model.answer import Session
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Answer, Observation
from diag.model.question import Carrier, Connect, Exchange, Handshake, Question, carried_by, carrier
from diag.model.run import Trail
from diag.model.verdict import Finding, Status
from diag.model.view import Answered, remembered

SEEN_AT = ("Seen at {at}.", "At {elsewhere}, the server presents a certificate that diag accepts.")
"""What is said of the addresses, behind what was seen there; neither of an endpoint behind a proxy."""
HANDSHAKE_AT = ("Seen at {at}.", "At {elsewhere} the handshake completes.")
"""The same of a handshake that failed."""
ANSWERED_AT = (
    "Seen at {at}.",
    "At {elsewhere}, the same request was answered as it should be.",
    "This happened in {bad} of {attempts} attempts.",
)
"""The same of an answer."""
_PRESENTED = attrgetter(
    "chain",
    "verify_errors",
    "verified",
    "failure",
    "version",
    "cipher",
    "group",
    "alpn",
    "staple",
    "alerts",
    "certificate_requested",
    "authorities",
)
"""What two handshakes have in common where one says all that the other does."""
_FOUND = frozenset({Status.PROBLEM, Status.WARNING})
_Judge = Callable[[EndpointView], Finding]
_Questions = Callable[[EndpointView], Iterable[Question]]


@remembered
def by_address(view: EndpointView) -> tuple[EndpointView, ...]:
    """Return the endpoint as it would be seen at each address with which the run shook hands; the walk's own first."""
    return (view, *(_at(view, seen) for seen in _others(view)))


def at_each_address(judge: _Judge) -> _Judge:
    """Return `judge`, of every address: the first fault that is found, with the addresses that show it and those that do not."""

    @wraps(judge)
    def judged(view: EndpointView) -> Finding:
        said, unlike = judge(view), _unlike(view)
        if said.status not in _FOUND and not unlike:
            return said  # at every address the same was seen, and it is no fault
        others = by_address(view)[1:]
        found = [(view, said), *((one, judge(one) if one in unlike else _said_of(one, view, said)) for one in others)]
        return _united(found, _accepted_at)

    return judged


def _said_of(one: EndpointView, own: EndpointView, said: Finding) -> Finding:
    """What was said of the walk's own handshake, said of one that is the same to the byte."""
    assert own.session is not None
    assert one.session is not None
    before, now = own.session.observation.id, one.session.observation.id
    swapped = {rival: tuple(now if id == before else id for id in ids) for rival, ids in said.rules_out.items()}
    return replace(said, cites=tuple(now if id == before else id for id in said.cites), rules_out=swapped)


@remembered
def _unlike(view: EndpointView) -> tuple[EndpointView, ...]:
    """The endpoint at the addresses that presented something else: of the others the same is judged, and nothing is asked."""
    unlike = [number for number, seen in enumerate(_others(view), 1) if not _is_twin(seen[0].answer, view.session)]
    return tuple(by_address(view)[number] for number in unlike)


def _is_twin(one: Answer | None, own: Answered[Handshake, Session] | None) -> bool:
    """Whether two finished handshakes presented the same, and came to the same: what is judged of them is the same, too."""
    if own is None or not isinstance(one, Session) or not (own.answer.finished and own.answer.chain and one.finished):
        return False
    return bool(_PRESENTED(one) == _PRESENTED(own.answer))


def at_each_answer(judge: _Judge) -> _Judge:
    """Return `judge`, of the answer of every address and of every repetition; one answer alone is told without its address."""

    @wraps(judge)
    def judged(view: EndpointView) -> Finding:
        walks, others = view.walks[1:], _others(view)
        asked = any(isinstance(seen.question, Exchange) for other in others for seen in other)
        answered = [one for one in (*(by_address(view)[1:] if asked else ()), *walks) if one.exchange]
        found = [(view, judge(view)), *((one, judge(one)) for one in answered)]
        if not (answered or others):
            return found[0][1]
        finding = _united(found, _answered_at)
        if finding.status not in _FOUND or not walks:
            return finding
        told = [said for one, said in found if one is view or one in walks]
        bad = sum(said.status in _FOUND for said in told)
        return replace(finding, facts={**finding.facts, "bad": bad, "attempts": len(told)}) if bad else finding

    return judged


def _united(found: list[tuple[EndpointView, Finding]], good_at: Callable[[EndpointView], str]) -> Finding:
    """The first fault of several views, or what is said of the first view where there is none."""
    faulty = [(one, finding) for one, finding in found if finding.status in _FOUND]
    if not faulty:
        return found[0][1]
    first = faulty[0][1]
    same = [(one, finding) for one, finding in faulty if finding.about == first.about]
    cites = tuple(dict.fromkeys(cite for _, finding in same for cite in finding.cites))
    addresses = tuple(dict.fromkeys(address for one, _ in same if (address := address_of(one))))
    well = (address for one, finding in found if finding.status not in _FOUND and (address := good_at(one)))
    good = tuple(address for address in dict.fromkeys(well) if address not in addresses)
    named = ({"at": addresses} if addresses else {}) | ({"elsewhere": good} if good else {})
    return replace(first, cites=cites, facts={**first.facts, **named})


def asked_at_each_address(questions: _Questions) -> _Questions:
    """Return `questions`, of every address."""

    @wraps(questions)
    def asked(view: EndpointView) -> Iterator[Question]:
        yield from questions(view)
        for one in _unlike(view):
            yield from questions(one)

    return asked


def address_of(view: EndpointView) -> str:
    """Return the address of the view's handshake, or of its request in the clear; empty: a proxy dialled it, or there was
    none.
    """
    way = _way(view)
    return way.address.host if way else ""


def _way(view: EndpointView) -> Connect | None:
    """The connection on which the view's walk went on, where this computer dialled the endpoint itself."""
    if view.proxy:
        return None
    over = carrier(view.session.question) if view.session else view.exchange.question.over if view.exchange else None
    return over if isinstance(over, Connect) else None


def _accepted_at(view: EndpointView) -> str:
    return address_of(view) if view.session_accepted else ""


def _answered_at(view: EndpointView) -> str:
    return address_of(view) if view.exchange and view.exchange.answer.status and not view.exchange.answer.failure else ""


@remembered
def _others(view: EndpointView) -> tuple[tuple[Observation, ...], ...]:
    """The walk's handshake, or its request in the clear, made with other addresses, and what was asked on that."""
    return tuple(_made_elsewhere(view))


def _made_elsewhere(view: EndpointView) -> Iterator[tuple[Observation, ...]]:
    own, way = view.session, _way(view)
    if way is None:
        return
    exchanges = {seen.question: seen.observation for seen in view.exchanges}
    if own is None:
        for question, seen in exchanges.items():
            if view.exchange and _is_another(question.over, way) and replace(question, over=way) == view.exchange.question:
                yield (seen,)
        return
    for session in view.sessions:
        if _is_another(carrier(session.question), way) and carried_by(session.question, way) == own.question:
            asked = replace(view.exchange.question, over=session.question) if view.exchange else None
            yield (session.observation, *([exchanges[asked]] if asked in exchanges else []))


def _is_another(other: Carrier, way: Connect) -> bool:
    return isinstance(other, Connect) and other != way and replace(other, address=way.address) == way


def _at(view: EndpointView, others: tuple[Observation, ...]) -> EndpointView:
    known = view.evidence.by_id
    before = tuple(i for i in view.trail.walk if i in known and isinstance(known[i].question, Connect))
    return EndpointView(view.evidence, Trail(view.endpoint, view.route, (*before, *(seen.id for seen in others))))
