"""What every view of evidence shares: observations read by kind, and what the machine said of itself. Nothing is asked here."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property, wraps
from typing import Generic, TypeVar, cast

from msgspec import Struct

from diag.model.answer import (
    ConnectBurstEnd,
    Connection,
    DnsReply,
    HoldEnd,
    HttpReply,
    Path,
    Session,
    SystemLookup,
    Transferred,
    TunnelReply,
    UpgradeReply,
)
from diag.model.machine import HostsFile, Interfaces, MachineFacts, Proxies, Resolvers, Routes, System, TrustSettings
from diag.model.observation import Answer, Fault, Observation
from diag.model.question import (
    Connect,
    ConnectBurst,
    Exchange,
    Handshake,
    Hold,
    Inspect,
    Lookup,
    Question,
    Trace,
    Transfer,
    Tunnel,
    Upgrade,
)
from diag.model.run import Evidence

Q = TypeVar("Q", bound=Question)
A = TypeVar("A", bound=Answer)
M = TypeVar("M", bound=MachineFacts)
R = TypeVar("R")
S = TypeVar("S", bound="EvidenceView")


class Answered(Struct, Generic[Q, A], frozen=True):
    """A question with its answer: an observation that is no fault, with its types known."""

    observation: Observation
    question: Q
    answer: A


class Unanswered(Struct, Generic[Q], frozen=True):
    """A question that was asked and that we ourselves could not get answered: a deadline, Ctrl-C, a bug.

    It says nothing of the network.
    """

    observation: Observation
    question: Q
    fault: Fault


class EvidenceView:
    """What `EndpointView` and `RunView` share: a list of observations, read by kind."""

    def __init__(self, evidence: Evidence, observations: tuple[Observation, ...]) -> None:
        self.evidence = evidence
        self.observations = observations
        self.memory: dict[object, object] = {}
        """What was read off this evidence before, by who read it: see `remembered`."""

    @property
    def now(self) -> datetime:
        """The moment of the evidence, by this machine's clock. Never the moment of the judgement."""
        return self.evidence.run.began

    def _all(self, question: type[Q], answer: type[A]) -> tuple[Answered[Q, A], ...]:
        return tuple(
            Answered(observation, observation.question, observation.answer)
            for observation in self._by_kind.get(question, ())
            if isinstance(observation.question, question) and isinstance(observation.answer, answer)
        )

    @cached_property
    def _by_kind(self) -> dict[type, list[Observation]]:
        """The observations by the kind of their question: each kind is asked for by itself."""
        found: dict[type, list[Observation]] = {}
        for observation in self.observations:
            found.setdefault(type(observation.question), []).append(observation)
        return found

    def could_not(self, question: type[Q]) -> tuple[Unanswered[Q], ...]:
        """Return the questions of one kind that we could not get answered; those never asked are in neither list."""
        return tuple(
            Unanswered(observation, observation.question, observation.fault)
            for observation in self._by_kind.get(question, ())
            if isinstance(observation.question, question) and observation.fault is not None
        )

    @cached_property
    def system_lookups(self) -> tuple[Answered[Lookup, SystemLookup], ...]:
        """What the system's own resolution said."""
        return self._all(Lookup, SystemLookup)

    @cached_property
    def replies(self) -> tuple[Answered[Lookup, DnsReply], ...]:
        """What each resolver said by itself."""
        return self._all(Lookup, DnsReply)

    @cached_property
    def connections(self) -> tuple[Answered[Connect, Connection], ...]:
        """Every TCP connect."""
        return self._all(Connect, Connection)

    @cached_property
    def tunnels(self) -> tuple[Answered[Tunnel, TunnelReply], ...]:
        """Every CONNECT."""
        return self._all(Tunnel, TunnelReply)

    @cached_property
    def upgrades(self) -> tuple[Answered[Upgrade, UpgradeReply], ...]:
        """Every wish to go over to TLS."""
        return self._all(Upgrade, UpgradeReply)

    @cached_property
    def sessions(self) -> tuple[Answered[Handshake, Session], ...]:
        """Every TLS handshake."""
        return self._all(Handshake, Session)

    @cached_property
    def exchanges(self) -> tuple[Answered[Exchange, HttpReply], ...]:
        """Every HTTP request."""
        return self._all(Exchange, HttpReply)

    @cached_property
    def holds(self) -> tuple[Answered[Hold, HoldEnd], ...]:
        """Every connection held idle."""
        return self._all(Hold, HoldEnd)

    @cached_property
    def transfers(self) -> tuple[Answered[Transfer, Transferred], ...]:
        """Every answer whose bytes were counted."""
        return self._all(Transfer, Transferred)

    @cached_property
    def connect_bursts(self) -> tuple[Answered[ConnectBurst, ConnectBurstEnd], ...]:
        """Every many connects at once."""
        return self._all(ConnectBurst, ConnectBurstEnd)

    @cached_property
    def traces(self) -> tuple[Answered[Trace, Path], ...]:
        """Every way that was followed hop by hop."""
        return self._all(Trace, Path)

    @cached_property
    def control_dials(self) -> tuple[Answered[Connect, Connection], ...]:
        """The connects to the hosts that the user names as known to be good."""
        known = self.evidence.by_id
        seen = (known[i] for control in self.evidence.run.controls for i in control.seen if i in known)
        return tuple(
            Answered(o, o.question, o.answer)
            for o in seen
            if isinstance(o.question, Connect) and isinstance(o.answer, Connection)
        )

    @property
    def lacks_control(self) -> bool:
        """Whether something was asked of a host that is known to be good, and its answer is not here."""
        asked = (id for control in self.evidence.run.controls for id in control.seen)
        return any(id not in self.evidence.by_id or self.evidence.by_id[id].fault for id in asked)

    def asked(self, question: Question) -> Observation | None:
        """Return the observation of one question, answer or fault; None where it was not asked in this run."""
        return self.evidence.by_question.get(question)

    @cached_property
    def machine(self) -> "MachineView":
        """What this machine said of itself."""
        return MachineView(self.evidence)


class MachineView:
    """The inspections of one run, by topic. Each is None where that topic could not be read."""

    def __init__(self, evidence: Evidence) -> None:
        ids = evidence.run.machine
        known = evidence.by_id
        self._said = [
            (seen, seen.question) for id in ids if (seen := known.get(id)) is not None and isinstance(seen.question, Inspect)
        ]

    def _topic(self, facts: type[M]) -> Answered[Inspect, M] | None:
        for seen, question in self._said:
            if isinstance(seen.answer, facts):
                return Answered(seen, question, seen.answer)
        return None

    @cached_property
    def system(self) -> Answered[Inspect, System] | None:
        """The system and its versions."""
        return self._topic(System)

    @cached_property
    def interfaces(self) -> Answered[Inspect, Interfaces] | None:
        """The network interfaces."""
        return self._topic(Interfaces)

    @cached_property
    def routes(self) -> Answered[Inspect, Routes] | None:
        """The routing table."""
        return self._topic(Routes)

    @cached_property
    def resolvers(self) -> Answered[Inspect, Resolvers] | None:
        """The configured resolvers."""
        return self._topic(Resolvers)

    @cached_property
    def hosts(self) -> Answered[Inspect, HostsFile] | None:
        """The hosts file's lines about the targets."""
        return self._topic(HostsFile)

    @cached_property
    def proxies(self) -> Answered[Inspect, Proxies] | None:
        """The proxy settings."""
        return self._topic(Proxies)

    @cached_property
    def trust(self) -> Answered[Inspect, TrustSettings] | None:
        """The trust settings."""
        return self._topic(TrustSettings)


def remembered(read: Callable[[S], R]) -> Callable[[S], R]:
    """Return `read`, done once for each case: evidence does not change, and many checks read the same off it."""

    @wraps(read)
    def reading(sight: S) -> R:
        if read not in sight.memory:
            sight.memory[read] = read(sight)
        return cast("R", sight.memory[read])

    return reading
