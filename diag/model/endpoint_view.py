"""The evidence as a check sees it: one endpoint's (`EndpointView`), or the whole run's (`RunView`). Nothing is asked here."""

from collections.abc import Iterator
from enum import IntEnum
from functools import cached_property
from typing import TypeVar

from msgspec.structs import replace

from diag.model.address import Address, is_own_name, literal
from diag.model.answer import Connection, DnsReply, HoldEnd, HttpReply, Session, SystemLookup, TunnelReply, UpgradeReply
from diag.model.endpoint import Endpoint, Expectations
from diag.model.failure import Failure
from diag.model.fingerprint import MOST_FINGERPRINTS, Fingerprint
from diag.model.observation import Answer, Observation
from diag.model.question import Connect, Exchange, Handshake, Hold, Lookup, Question, Tunnel, Upgrade, carrier, dialled, kind
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Evidence, Trail
from diag.model.view import Answered, EvidenceView
from diag.model.wire.certificate import covers, read_chain
from diag.model.wire.facts import Certificate
from diag.model.wire.greeting import protocol

Q = TypeVar("Q", bound=Question)
A = TypeVar("A", bound=Answer)


class Stage(IntEnum):
    """The stages of a walk, in order."""

    START = 0
    LOOKUP = 1
    CONNECT = 2
    TUNNEL = 3
    UPGRADE = 4
    HANDSHAKE = 5
    EXCHANGE = 6


class EndpointView(EvidenceView):
    """One endpoint, the way to it, and what was seen on that way and beside it."""

    def __init__(self, evidence: Evidence, trail: Trail) -> None:
        known = evidence.by_id
        super().__init__(evidence, tuple(known[i] for i in (*trail.walk, *trail.followed) if i in known))
        self.trail = trail
        self._walk = frozenset(trail.walk)

    @property
    def endpoint(self) -> Endpoint:
        """Whose case this is."""
        return self.trail.endpoint

    @cached_property
    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """How answers of this endpoint's service are known; empty: nobody said."""
        return tuple(
            one for one in self.evidence.run.service.fingerprints[:MOST_FINGERPRINTS] if one.is_about(self.endpoint.host)
        )

    @property
    def route(self) -> Route | None:
        """The way that this client would take; None where the run ended before one was chosen."""
        return self.trail.route

    @property
    def proxy(self) -> ProxyAddress | None:
        """The proxy on the way; None: the way is direct, or not chosen."""
        return self.route.proxy if self.route else None

    @property
    def dialled_host(self) -> str:
        """The host whose address this client looks up: the endpoint's, or the proxy's."""
        return self.proxy.host if self.proxy else self.endpoint.host

    @property
    def dialled_name(self) -> str:
        """The same, as the system is asked for it: an endpoint's name with the final dot that it was written with."""
        return self.proxy.host if self.proxy else self.endpoint.written

    @cached_property
    def needs_lookup(self) -> bool:
        """Whether a name has to be resolved by a resolver at all."""
        return literal(self.dialled_host) is None and not is_own_name(self.dialled_host)

    def on_walk(self, seen: Answered[Q, A]) -> bool:
        """Return whether an observation belongs to the plain walk, and not to an experiment."""
        return seen.observation.id in self._walk

    @cached_property
    def lookup(self) -> Answered[Lookup, SystemLookup] | None:
        """The system's lookup of the host that is dialled."""
        return _first(self._system_lookups_of(self.dialled_host))

    @cached_property
    def target_lookup(self) -> Answered[Lookup, SystemLookup] | None:
        """The system's lookup of the endpoint's own name, which this client makes before it asks its SOCKS proxy."""
        return _first(self._system_lookups_of(self.endpoint.host)) if self.proxy and not self.proxy.finds_names else None

    def _system_lookups_of(self, host: str) -> Iterator[Answered[Lookup, SystemLookup]]:
        return (seen for seen in self.system_lookups if self.on_walk(seen) and seen.question.name.removesuffix(".") == host)

    @cached_property
    def dials(self) -> tuple[Answered[Connect, Connection], ...]:
        """The walk's connects: every address of the endpoint, or of the proxy on the way."""
        return tuple(seen for seen in self.connections if self.on_walk(seen))

    @cached_property
    def unseen(self) -> tuple[str, ...]:
        """Ids of what the walk asked and of which no answer is here: we could not get one, or it was lost since."""
        known = self.evidence.by_id
        return tuple(id for id in self.trail.walk if id not in known or known[id].fault is not None)

    def lacks(self, question: type[Question]) -> bool:
        """Return whether the walk asked something of this kind whose answer is not here:
        the rest cannot tell that there is none.
        """
        return any(id.rpartition("-")[0] == kind(question) for id in self.unseen)

    @property
    def cut_short(self) -> bool:
        """Whether the walk ended by our own doing, so that the network can be neither praised nor blamed for it."""
        return bool(self.unseen) and not self.arrived and not self.stopped

    @cached_property
    def tunnel(self) -> Answered[Tunnel, TunnelReply] | None:
        """The walk's last CONNECT: the one with credentials, where one without was refused."""
        return _last(seen for seen in self.tunnels if self.on_walk(seen))

    @cached_property
    def upgrade(self) -> Answered[Upgrade, UpgradeReply] | None:
        """The walk's wish to go over to TLS; None where TLS begins at once, or that was not reached."""
        return _last(seen for seen in self.upgrades if self.on_walk(seen))

    @cached_property
    def session(self) -> Answered[Handshake, Session] | None:
        """The walk's handshake with the endpoint."""
        return _last(seen for seen in self.sessions if self.on_walk(seen) and self._with_endpoint(seen.question))

    @cached_property
    def sessions_by_address(self) -> dict[str, Answered[Handshake, Session]]:
        """The walk's handshake as it went with each address that it was begun with, the walk's own first.

        Empty where the walk came to none, and behind a proxy, which chooses the address by itself.
        """
        own = self.session
        if own is None or self.proxy:
            return {}
        dials = {seen.question for seen in self.dials}
        alike = (seen for seen in self.sessions if _is_the_same(seen.question, own.question) and carrier(seen.question) in dials)
        return {dialled(seen.question).host: seen for seen in (own, *(seen for seen in alike if seen != own))}

    @cached_property
    def proxy_session(self) -> Answered[Handshake, Session] | None:
        """The walk's handshake with the proxy itself; None where the proxy is spoken to in the clear."""
        return _last(seen for seen in self.sessions if self.on_walk(seen) and not self._with_endpoint(seen.question))

    @cached_property
    def at_proxy(self) -> "EndpointView | None":
        """The proxy itself as an endpoint, as far as the handshake with it; None: there was no handshake with one."""
        if self.proxy is None or self.proxy_session is None:
            return None
        itself = Endpoint(self.proxy.host, self.proxy.port, "tls", expects=Expectations(trust=self.endpoint.expects.trust))
        before = (*((self.lookup,) if self.lookup else ()), *self.dials)
        walk = tuple(seen.observation.id for seen in (*before, self.proxy_session))
        return EndpointView(self.evidence, Trail(itself, Route(RouteReason.NOTHING_SET), walk, self.trail.followed))

    def _with_endpoint(self, question: Handshake) -> bool:
        """Whether a handshake goes to the endpoint: behind a proxy that is only the one inside a tunnel."""
        return self.endpoint.speaks_tls and isinstance(carrier(question), Tunnel) == (self.proxy is not None)

    @cached_property
    def exchange(self) -> Answered[Exchange, HttpReply] | None:
        """The walk's request to the endpoint."""
        return _last(seen for seen in self.exchanges if self.on_walk(seen))

    @cached_property
    def watched(self) -> Answered[Hold, HoldEnd] | None:
        """How a mere connection fared on the walk when it was left to itself for a moment; None: it was spoken on,
        or an older version looked.
        """
        return _last(seen for seen in self.holds if self.on_walk(seen))

    @property
    def hung_up(self) -> bool:
        """Whether a mere connection was ended at once, before a byte came (the kernel counts the end itself as one)."""
        held = self.watched
        if held is None or held.answer.stage or held.answer.failure not in (Failure.RESET, Failure.CUT):
            return False
        return held.answer.tcp is not None and held.answer.tcp.bytes_received <= 1

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that the walk dialled, in order, each once."""
        return tuple(dict.fromkeys(seen.question.address.host for seen in self.dials))

    @cached_property
    def connected(self) -> tuple[Address, ...]:
        """The addresses that accepted a connection."""
        return tuple(seen.question.address for seen in self.dials if not seen.answer.failure)

    @cached_property
    def resolver_replies(self) -> tuple[Answered[Lookup, DnsReply], ...]:
        """What the resolvers here said, each by itself, of the host that is dialled."""
        return tuple(seen for seen in self.replies if self.on_walk(seen) and seen.question.name == self.dialled_host)

    @cached_property
    def reached(self) -> Stage:
        """The stage at which this client's way ends: the first that fails, or the last of the walk where none does."""
        return next(iter(stage for stage, good in self._stages if not good), self._furthest())

    @property
    def ended_above(self) -> Observation | None:
        """The observation at which the way ended, good or bad, above its connects; None: it ended at one of these, or before."""
        at = {
            Stage.TUNNEL: self.tunnel,
            Stage.UPGRADE: self.upgrade,
            Stage.HANDSHAKE: self.session,
            Stage.EXCHANGE: self.exchange,
        }
        seen = at.get(self.reached)
        return seen.observation if seen else None

    @cached_property
    def arrived(self) -> bool:
        """Whether the walk went through as far as its scheme goes, with nothing on the way that a client would refuse.

        What the service answers over HTTP is not looked at, only that it answers.
        """
        stages = self._stages
        return bool(stages) and all(good for _, good in stages) and stages[-1][0] == self._goal()

    @property
    def stopped(self) -> bool:
        """Whether a stage of the walk failed, by what was seen; neither this nor `arrived` holds of a walk that was cut short."""
        return any(not good for _, good in self._stages)

    @cached_property
    def chain(self) -> tuple[Certificate, ...]:
        """The readable certificates that the endpoint presented, leaf first; empty: none were."""
        return read_chain(self.session.answer.chain) if self.session else ()

    @cached_property
    def session_accepted(self) -> bool:
        """Whether a client would use the session: it was finished, its chain is trusted here, and its name is the right one."""
        return self.session is not None and self.accepts(self.session.answer)

    def accepts(self, session: Session) -> bool:
        """Return the same of any session with the endpoint, such as that of another of its addresses."""
        chain = read_chain(session.chain)
        named = bool(chain) and covers(chain[0], self.endpoint.host)
        return session.finished and not session.failure and not session.verify_errors and named

    @cached_property
    def walks(self) -> tuple["EndpointView", ...]:
        """Every walk to this endpoint as a case of its own: the first, then the repeated ones."""
        again = (Trail(self.endpoint, self.route, repetition.walk) for repetition in self.trail.again)
        return (self, *(EndpointView(self.evidence, trail) for trail in again))

    def has(self, stage: Stage) -> bool:
        """Return whether the walk holds an answer of this stage, good or bad."""
        return stage is Stage.START or stage in self._answered

    @cached_property
    def _answered(self) -> frozenset[Stage]:
        return frozenset(stage for stage, _ in self._stages)

    @cached_property
    def _stages(self) -> tuple[tuple[Stage, bool], ...]:
        return tuple(self._walked())

    def _walked(self) -> Iterator[tuple[Stage, bool]]:
        """Each stage of the walk whose answers are here, with whether a client would go on from there."""
        if self.lookup:
            yield Stage.LOOKUP, bool(self.lookup.answer.addresses)
        elif self.resolver_replies and not self.dials and not self.lacks(Lookup):
            yield Stage.LOOKUP, False
        if self.dials and (self.connected or not self.lacks(Connect)):
            yield Stage.CONNECT, bool(self.connected) and (self.proxy is not None or not self.hung_up)
        if self.tunnel and not self.lacks(Tunnel):
            open_ended = not self.tunnel.answer.failure and not self.hung_up
            yield Stage.TUNNEL, open_ended and not self._proxy_session_refused
        elif self._proxy_session_refused or self._target_missing:
            yield Stage.TUNNEL, False
        if self.upgrade and not self.lacks(Upgrade):
            yield Stage.UPGRADE, not self.upgrade.answer.failure
        if self.session and not self.lacks(Handshake):
            yield Stage.HANDSHAKE, self.session_accepted
        if self.exchange and not self.lacks(Exchange):
            answer = self.exchange.answer
            yield Stage.EXCHANGE, bool(answer.status) or protocol(answer.first_bytes) == "HTTP/2"

    @property
    def _proxy_session_refused(self) -> bool:
        """Whether a client would not speak with the proxy any further: TLS failed, or its certificates are not acceptable."""
        return self.at_proxy is not None and not self.at_proxy.session_accepted

    @property
    def _target_missing(self) -> bool:
        """Whether the proxy was not asked because this client found no address to ask for."""
        return bool(self.connected) and self.target_lookup is not None and not self.target_lookup.answer.addresses

    def _furthest(self) -> Stage:
        return max((stage for stage, _ in self._stages), default=Stage.START)

    def _goal(self) -> Stage:
        if self.endpoint.speaks_http:
            return Stage.EXCHANGE
        if self.endpoint.speaks_tls:
            return Stage.HANDSHAKE
        return Stage.TUNNEL if self.proxy else Stage.CONNECT


class RunView(EvidenceView):
    """Everything that a run saw, for the checks that look at all endpoints together."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__(evidence, evidence.observations)

    @cached_property
    def cases(self) -> tuple[EndpointView, ...]:
        """One case an endpoint, in the order of the run."""
        return tuple(EndpointView(self.evidence, trail) for trail in self.evidence.run.trails)


def _is_the_same(one: Handshake, other: Handshake) -> bool:
    """Whether two handshakes differ in nothing but the connection that they are made over."""
    return replace(one, over=other.over) == other


S = TypeVar("S")


def _first(seen: Iterator[S]) -> S | None:
    return next(seen, None)


def _last(seen: Iterator[S]) -> S | None:
    found: S | None = None
    for found in seen:  # noqa: B007  (the last one is wanted)
        pass
    return found
