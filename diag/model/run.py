"""One run: what was to be looked at, by which way, within which limits; and, with its observations, the evidence."""

from functools import cached_property
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from diag.model.address import Authority
from diag.model.endpoint import Endpoint
from diag.model.fingerprint import Service
from diag.model.observation import Observation
from diag.model.privacy import HostName, Moment, Privacy, PublicFlag, PublicNumber, PublicText, Seconds
from diag.model.process import ProcessFacts
from diag.model.question import Exchange, Question
from diag.model.route import ProgramWay, Route
from diag.model.told import ToldError

MOST_ENDPOINTS = 5_000
"""How many a list may hold, a run looks at, and a reader of bundles takes."""

MOST_LABELS = 16
LONGEST_LABEL = 200
"""Characters of a label's value."""


class Limits(Struct, frozen=True, omit_defaults=True):
    """What bounds a run."""

    timeout: Seconds = 5.0
    """Seconds that one question may take."""
    deadline: Seconds = 30.0
    """Seconds that the whole run may take."""
    rounds: PublicNumber = 3
    """How often checks may ask for one more look."""
    in_flight: PublicNumber = 128
    """Questions at work at once; one that hears nothing for a moment does not count any more."""
    per_resolver: PublicNumber = 64
    """The same towards one resolver."""
    per_proxy: PublicNumber = 64
    """The same of tunnels through one proxy."""
    straight: PublicFlag = True
    """Whether an endpoint behind a proxy may also be dialled past it, to tell causes apart."""
    addresses: PublicNumber = 8
    """How many addresses of one name are dialled."""
    revocation: PublicFlag = False
    """Whether the authorities may be asked, at the places that certificates name, whether these are revoked."""
    canary: PublicFlag = True
    """Whether an address may be dialled that nobody named and no lookup gave, to see whether something answers for everybody."""
    fetch: PublicFlag = True
    """Whether what the certificates of servers name may be fetched from there."""


UPLOAD_SIZE = 16_000_000
"""Bytes of a large request: beyond what devices on the way keep as a whole."""


class Trials(Struct, frozen=True, omit_defaults=True):
    """What is tried beyond one plain look, because the user said so; all of it is off by default."""

    repeat: PublicNumber = 1
    """How often every endpoint is walked to."""
    every: Seconds = 0.0
    """Seconds from the beginning of one walk to that of the next."""
    idle: Seconds = 0.0
    """Seconds for which an open connection is held idle; 0: it is not."""
    load: PublicNumber = 0
    """How many connects are tried at once; 0: no more than one."""
    transfer: Seconds = 0.0
    """For how long the bytes of an answer are counted; 0: they are not."""
    upload: Seconds = 0.0
    """For how long a large request may take to be sent, to the endpoints that take one; 0: none is sent."""

    def more_time(self, timeout: float, hosts: int = 1) -> float:
        """Return the seconds that these trials may take beyond one plain look, where a step takes `timeout` seconds at most.

        `hosts`: how many are looked at, those for comparison counted; their transfers take turns.
        """
        return (self.repeat - 1) * max(self.every, timeout) + self.idle + hosts * self.transfer + self.upload


class Control(Struct, frozen=True, omit_defaults=True):
    """A host that the user names as known to be good, dialled straight, once, beside the endpoints."""

    authority: Authority
    seen: tuple[PublicText, ...] = ()
    """Ids of the observations of its lookup and its connects, in order."""
    target: HostName = ""
    """What is read from it where transfers are timed; empty: it is connected to, and no more."""


class Repetition(Struct, frozen=True, omit_defaults=True):
    """One more walk to an endpoint."""

    walk: tuple[PublicText, ...] = ()
    """Ids of its observations."""


class Trail(Struct, frozen=True, omit_defaults=True):
    """What was looked at for one endpoint, in order."""

    endpoint: Endpoint
    route: Route | None = None
    """None: the run ended before a way was chosen."""
    walk: tuple[PublicText, ...] = ()
    """Ids of the plain walk's observations."""
    followed: tuple[PublicText, ...] = ()
    """Ids of the follow-up questions' observations."""
    again: tuple[Repetition, ...] = ()
    """The same walk, repeated."""
    steered: tuple[PublicText, ...] = ()
    """Ids of what a proxy script was asked for this endpoint, and of what that took. Empty: no script mattered."""
    lent: tuple[PublicText, ...] = ()
    """Ids of the resolvers' replies whose addresses were dialled, as the system's own lookup gave none. Empty: the walk went as
    programs here go."""
    programs: tuple[ProgramWay, ...] = ()
    """How programs would go to this endpoint: the one that the run is about first, then those that it is held against. Empty: it
    is about none in particular."""
    spared: PublicFlag = False
    """Whether it was asked nothing further, as many others that were asked are silent in the same way."""


class Label(Struct, frozen=True):
    """What the customer says of a run, for whoever sorts many: `org=acme`, `case=12345`. Nothing of it is ever worked out."""

    key: Annotated[str, Meta(extra={"privacy": Privacy.PUBLIC}), Meta(pattern=r"\A[a-z][a-z0-9_]{0,31}\Z")]
    value: Annotated[str, Meta(extra={"privacy": Privacy.VENDOR}), Meta(max_length=LONGEST_LABEL)]


class Bug(Struct, frozen=True, omit_defaults=True):
    """A bug of diag's own that cost a part of a run. It is never blamed on what was looked at."""

    part: Annotated[str, Meta(extra={"privacy": Privacy.VENDOR})]
    """What it cost: an endpoint, a check by its id, or `run`, `judgement`, `redaction`."""
    at: PublicText
    """The exception's class and the place that raised it, such as `TypeError at walk.py:35`: no value is in it."""


class Run(Struct, frozen=True, omit_defaults=True):
    """One run of diag, without what it saw."""

    tool: PublicText
    """The version of diag that looked."""
    began: Moment
    ended: Moment
    limits: Limits
    trails: tuple[Trail, ...]
    machine: tuple[PublicText, ...] = ()
    """Ids of the observations of this machine."""
    followed: tuple[PublicText, ...] = ()
    """Ids of the follow-up questions that checks of the whole run asked."""
    trials: Trials = Trials()
    controls: tuple[Control, ...] = ()
    service: Service = Service()
    """What was known of the service beforehand, so that a bundle is judged by the same."""
    interrupted: PublicFlag = False
    demo: Annotated[str, Meta(extra={"privacy": Privacy.PUBLIC})] = ""
    """The fault that was staged; empty: none, the run was in earnest."""
    client: PublicText = ""
    """The program in whose place it was looked, as people call it; empty: none in particular."""
    process: ProcessFacts | None = None
    """The process in whose place it was looked; None: none in particular."""
    told: tuple[ToldError, ...] = ()
    """What the program in question said before the run, as its messages were read; empty: none were given."""
    bugs: tuple[Bug, ...] = ()
    """What of diag itself failed on the way, each once. Empty: nothing did."""
    labels: tuple[Label, ...] = ()
    """What the user said of the run, each key once, at most `MOST_LABELS`; empty: nothing, and nothing is guessed."""


class Evidence(Struct, frozen=True, dict=True):
    """A run and all that it saw: what is judged, bundled and recorded."""

    run: Run
    observations: tuple[Observation, ...]

    @cached_property
    def by_id(self) -> dict[str, Observation]:
        """The observations by their ids."""
        return {observation.id: observation for observation in self.observations}

    @cached_property
    def by_question(self) -> dict[Question, Observation]:
        """The observations by what was asked."""
        return {observation.question: observation for observation in self.observations}

    @cached_property
    def by_request(self) -> dict[Exchange, Observation]:
        """The last observation of each `bare` request, in whatever way the proxy was given its login, or if it was not."""
        found: dict[Exchange, Observation] = {}
        for observation in self.observations:
            if isinstance(observation.question, Exchange):
                request = bare(observation.question)
                if request not in found or observation.began > found[request].began:
                    found[request] = observation
        return found

    @cached_property
    def requested_of(self) -> frozenset[str]:
        """The hosts that a request was made of, without a final dot."""
        return frozenset(request.authority.host.removesuffix(".") for request in self.by_request)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts of all endpoints."""
        return frozenset(trail.endpoint.host for trail in self.run.trails)

    @cached_property
    def ports(self) -> frozenset[int]:
        """The ports that endpoints are declared with."""
        return frozenset(trail.endpoint.port for trail in self.run.trails)


def bare(request: Exchange) -> Exchange:
    """Return a request without what differs between tries of it."""
    return replace(request, proxy=None, login="none", wants="")
