"""The program that a run is about, held against the others: what each lacks that another has, and whether that is enough.

A program that goes another way is followed on it as far as its scheme goes; one that asks another list of authorities has the
same chain held against that, for which nothing is sent.
"""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from diag.knowledge.fetching import dial
from diag.knowledge.response_author import signed_by_proxy
from diag.knowledge.untrusted_chain import strictly
from diag.knowledge.unused_proxy import wanted_of, ways_through
from diag.model.address import literal
from diag.model.answer import Connection, HttpReply, Session, Trust, TunnelReply
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Connect, Exchange, Handshake, Question, Tunnel, Verify
from diag.model.route import ProgramWay, RouteReason
from diag.model.wire.certificate import covers
from diag.model.wire.chain import UNTRUSTED, accepts, codes, finds_path, untrusted

MOST = 8
"""How many other manners are followed for one endpoint: one for each program that is held against it, at the most."""


class Lack(StrEnum):
    """What the failing program lacks, or has too much of, beside one that works."""

    VARIABLE_UNREAD = "variable_unread"
    """A proxy is set where the one that works reads it, and the one that fails does not."""
    SWITCH_MISSING = "switch_missing"
    """The one that fails reads that setting only where a variable tells it to."""
    VARIABLE_HARMS = "variable_harms"
    """A proxy is set where the one that fails reads it, and the one that works does not."""
    EXCEPTION_UNREAD = "exception_unread"
    """Both read the proxy; the one that works takes an exception to name the service."""
    EXCEPTION_TAKEN = "exception_taken"
    """Both read the proxy; the one that fails takes an exception to name the service."""
    OTHER_PROXY = "other_proxy"
    """Each takes its proxy from another setting, and these name different ones."""
    LIST = "list"
    """Each asks another list of authorities."""
    PARTIAL = "partial"
    """The one that works is content with an authority below the root."""
    LEGACY = "legacy"
    """The one that works goes on with a server that lacks secure renegotiation."""


class OtherProgram(Struct, frozen=True):
    """Another program that would fare otherwise."""

    way: ProgramWay
    lack: Lack
    proof: tuple[Observation, ...]
    """What shows that it gets through."""


class ProgramComparison(Struct, frozen=True):
    """One endpoint, as the program in question goes to it, and as others would."""

    view: EndpointView
    subject: ProgramWay
    others: tuple[ProgramWay, ...]

    @property
    def fails(self) -> bool:
        """Whether the program in question does not get through, by what was seen."""
        return self.view.stopped and not self.view.arrived

    @property
    def differing(self) -> tuple[ProgramWay, ...]:
        """One program of each other manner, those that people try first."""
        alike = {way.manner: way for way in reversed(self.others) if way.manner != self.subject.manner}
        return tuple(way for way in self.others if alike.get(way.manner) is way)[:MOST]

    @property
    def wanted(self) -> Iterator[Question]:
        """What would show how the others fare."""
        if self.fails:
            for way in self.differing:
                yield from self._asks(way)

    @property
    def asked(self) -> bool:
        """Whether all of that was asked."""
        return all(self.view.asked(question) for question in self.wanted)

    def working(self) -> Iterator[OtherProgram]:
        """Yield the others that get through, and why."""
        for way in self.differing:
            proof = self._proof(way)
            if proof:
                yield OtherProgram(way, self._lack(way), proof)

    def alike(self, one: ProgramWay) -> tuple[str, ...]:
        """Return all programs that fare as this one does."""
        return tuple(way.program for way in self.others if way.manner == one.manner)

    @property
    def _is_named(self) -> bool:
        """Whether the certificate that came is for this host, so that only who signed it is in question."""
        chain = self.view.chain
        return bool(chain) and covers(chain[0], self.view.endpoint.host)

    def _same_way(self, other: ProgramWay) -> bool:
        return other.route.proxy == self.subject.route.proxy

    def _asks(self, other: ProgramWay) -> Iterator[Question]:
        if self._same_way(other):
            yield from self._of_same_session(other)
            return
        proxy = other.route.proxy
        yield from dial(self.view.evidence, self.view.endpoint.authority).wanted if proxy is None else wanted_of(self.view, proxy)
        for carrier in self._carriers(other):
            yield carrier
            yield self._goal(carrier, other)

    def _of_same_session(self, other: ProgramWay) -> Iterator[Question]:
        session = self.view.session
        if session is None:
            return
        if not session.answer.finished and other.legacy and not self.subject.legacy:
            yield replace(session.question, ciphers="legacy")
        if self.view.endpoint.expects.trust or not self._is_named:
            return  # every program is told whom to trust, or refuses for the name
        if untrusted(session.answer) and (other.trust, other.added) != (self.subject.trust, self.subject.added):
            yield Verify(presented=session.question, trust=other.trust, added=other.added)
        elif untrusted(session.answer) and other.partial:
            yield strictly(session.question)

    def _carriers(self, other: ProgramWay) -> Iterator[Connect | Tunnel]:
        """The connections on which the other program would speak to the service itself."""
        proxy = other.route.proxy
        if proxy is None:
            opened = dial(self.view.evidence, self.view.endpoint.authority).opened
            yield from [opened.question] if opened else []
            return
        for way in ways_through(self.view, proxy):
            if isinstance(way, Tunnel):
                yield from (seen for seen in self._opened_like(way))

    def _opened_like(self, way: Tunnel) -> Iterator[Tunnel]:
        """The tunnel that was opened, in whatever way the proxy was given its login."""
        for seen in self.view.tunnels:
            if replace(seen.question, login=way.login, agent=way.agent) == way and not seen.answer.failure:
                yield seen.question

    def _goal(self, carrier: Connect | Tunnel, other: ProgramWay) -> Question:
        endpoint = self.view.endpoint
        if not endpoint.speaks_tls:
            return Exchange(over=carrier, authority=endpoint.authority, target=endpoint.path) if endpoint.speaks_http else carrier
        name = "" if literal(endpoint.host) else endpoint.host
        trust, added = (endpoint.expects.trust, "") if endpoint.expects.trust else (other.trust, other.added)
        question = Handshake(carrier, name, trust=trust, added=added, client=endpoint.expects.certificate)
        question = question if endpoint.speaks_http else replace(question, alpn=())
        return replace(question, ciphers="legacy") if other.legacy else question

    def _proof(self, other: ProgramWay) -> tuple[Observation, ...]:
        if self._same_way(other):
            asked = [self.view.asked(question) for question in self._of_same_session(other)]
            return tuple(seen for seen in asked if seen is not None and self._enough(seen, other))
        proxy = other.route.proxy
        forwarded = [way for way in ways_through(self.view, proxy) if isinstance(way, Exchange)] if proxy else []
        goals = [(carrier, self._goal(carrier, other)) for carrier in self._carriers(other)]
        for seen in map(self.view.asked, forwarded):
            if seen is not None and self._enough(seen, other):
                return (seen,)
        for carrier, goal in goals:
            way, seen = self.view.asked(carrier), self.view.asked(goal)
            if way is not None and seen is not None and self._enough(seen, other):
                return tuple(dict.fromkeys((way, seen)))
        return ()

    def _enough(self, seen: Observation, other: ProgramWay) -> bool:
        """Whether this shows that the other program gets through."""
        match seen.answer:
            case Trust() as trust if isinstance(seen.question, Verify) and seen.question.strict:
                session = self.view.session
                return finds_path(trust) and session is not None and codes(session.answer) <= UNTRUSTED
            case Trust() as trust:
                return accepts(trust)
            case Session() as session:
                return self.view.accepts(session)
            case HttpReply(status=status, headers=headers):
                return bool(status) and not signed_by_proxy(headers)
            case Connection(failure=failure) | TunnelReply(failure=failure):
                return not failure
            case _:
                return False

    def _lack(self, other: ProgramWay) -> Lack:
        mine, theirs = self.subject.route, other.route
        if self._same_way(other):
            if (other.trust, other.added) != (self.subject.trust, self.subject.added):
                return Lack.LIST
            return Lack.LEGACY if other.legacy and not self.subject.legacy else Lack.PARTIAL
        if theirs.proxy is None:
            return Lack.EXCEPTION_UNREAD if theirs.why is RouteReason.BYPASSED else Lack.VARIABLE_HARMS
        if mine.proxy is not None:
            return Lack.OTHER_PROXY
        if mine.why is RouteReason.BYPASSED:
            return Lack.EXCEPTION_TAKEN
        return Lack.SWITCH_MISSING if self.subject.switch else Lack.VARIABLE_UNREAD


def comparison(view: EndpointView) -> ProgramComparison | None:
    """Return the comparison for one endpoint; None: the run is about no program in particular."""
    programs = view.trail.programs
    return ProgramComparison(view, programs[0], programs[1:]) if len(programs) > 1 else None
