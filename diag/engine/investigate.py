"""An investigation: this machine once, every endpoint as a task of its own, then the further looks that checks ask for.

It ends when all is seen, when the deadline is over, or when it is told to stop; what was seen by then is the evidence.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from diag.engine.further import wanted_of, wanted_of_run
from diag.engine.pac_route import Pilot
from diag.engine.progress import Progress, Watch, nobody
from diag.engine.proxy_logins import Ask, ProxyLogins
from diag.engine.recorder import Asks, Clock, Recorder, utc_now
from diag.engine.silence import Silences
from diag.engine.walk import Walk
from diag.knowledge.fetching import dial, told_by
from diag.knowledge.pac import script_of
from diag.model.address import Address
from diag.model.check import AnyCheck
from diag.model.endpoint import Endpoint, ExpectedRoute
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.fingerprint import Service
from diag.model.machine import MachineFacts, Proxies, Resolvers, TrustSettings
from diag.model.observation import FaultKind, Observation
from diag.model.question import Connect, Exchange, Inspect, Question, Topic, Tunnel, addresses_dialled, stands_on
from diag.model.route import ProgramWay, Route, RouteReason
from diag.model.run import Bug, Control, Evidence, Limits, Repetition, Run, Trail, Trials
from diag.model.wire.unreadable import place

if TYPE_CHECKING:
    from diag.knowledge.clients.shelf import KnownClient

KEPT_BACK = 0.002
"""Seconds of the deadline that are kept back for each endpoint: what was seen of it is still to be judged and written."""
NOTHING_KNOWN = Service()
FEW_ENDPOINTS = 12
"""With so many endpoints at most, every half of a name is sent the request as well."""
SMALL_ROOM = 128
"""Connections that every machine lets be under way at once."""
_RUN = "run"
"""What a bug costs that is in no endpoint's part of a run."""
F = TypeVar("F", bound=MachineFacts)
Checks = Sequence[AnyCheck] | Callable[[], Sequence[AnyCheck]]
"""The catalogue, or what loads it when the first check is needed: by then the first packets are out."""
STEERING = (Topic.PROXIES, Topic.RESOLVERS, Topic.TRUST)
"""What of this machine decides how a walk begins. The rest is looked at when the first packets are out."""
StillWanted = Callable[[], Awaitable[list[Question]]]
"""Tells what is still to be asked, by what was seen until then."""
ChooseRoute = Callable[[Endpoint, Proxies | None], Route]
"""Decides the way to an endpoint from what is set on this machine. A way of which it says `SCRIPT` is left to that script (none:
one that has to be found) and asked for there."""


class Investigation:
    """One run in the making."""

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        *,
        prober: Asks,
        checks: Checks,
        choose: ChooseRoute,
        tool: str,
        limits: Limits,
        ask_system: bool,
        trials: Trials,
        controls: Sequence[Control],
        service: Service,
        watch: Watch,
        clock: Clock,
        demo: str,
        client: "KnownClient | None",
        room: int,
    ) -> None:
        self._endpoints = tuple(dict.fromkeys(endpoints))
        self._checks = checks
        self._loading: asyncio.Task[Sequence[AnyCheck]] | None = None
        self._choose = choose
        self._tool = tool
        self._limits = limits
        self._ask_system = ask_system
        self._trials = trials
        self._service = service
        self._watch = watch
        self._demo = demo
        self._client = client
        self._notebook = Recorder(prober, limits, clock, room)
        self._logins = ProxyLogins()
        self._pilot = Pilot(self._notebook.ask, lambda asked: self._part((), [*self._machine, *asked]))
        self._machine = _inspections(self._endpoints)
        self._routes: dict[Endpoint, Route] = {}
        self._programs: dict[Endpoint, tuple[ProgramWay, ...]] = {}
        self._steered: dict[Endpoint, list[Question]] = {endpoint: [] for endpoint in self._endpoints}
        self._walks: dict[Endpoint, list[Walk]] = {endpoint: [] for endpoint in self._endpoints}
        self._controls: dict[Control, list[Question]] = {control: [] for control in controls}
        self._followed: dict[Endpoint, list[Question]] = {endpoint: [] for endpoint in self._endpoints}
        self._followed_by_run: list[Question] = []
        self._silences = Silences()
        self._bugs: dict[Bug, None] = {}

    async def run(self, stop: asyncio.Event | None) -> Evidence:
        """Return the evidence: all of it, or what there was at the deadline or when `stop` was set."""
        looking = asyncio.create_task(self._look())
        stopping = asyncio.create_task((stop or asyncio.Event()).wait())
        try:
            await asyncio.wait({looking, stopping}, timeout=self._time_to_look(), return_when=asyncio.FIRST_COMPLETED)
            if not looking.done() and not stopping.done():
                self._notebook.ending = FaultKind.DEADLINE
        finally:
            interrupted = stopping.done() and not looking.done()
            for task in (looking, stopping):
                task.cancel()
            await asyncio.wait({looking, stopping})
            await self._notebook.close()
        if not looking.cancelled() and (bug := looking.exception()):
            self._note(_RUN, bug)
        return self._evidence(interrupted=interrupted)

    async def _spared(self, part: str, looking: Awaitable[None]) -> None:
        """Does a part of the looking. A bug of ours in it costs that part alone."""
        try:
            await looking
        except Exception as bug:  # noqa: BLE001  (whatever it is, the other parts go on, and the evidence names it)
            self._note(part, bug)

    def _note(self, part: str, bug: BaseException) -> None:
        while isinstance(bug, BaseExceptionGroup):
            bug = bug.exceptions[0]
        self._bugs[Bug(part, place(bug))] = None

    def _time_to_look(self) -> float:
        """Seconds until the looking has to end, so that judging and writing still fit into the deadline."""
        return max(self._limits.deadline - KEPT_BACK * len(self._endpoints), self._limits.deadline / 2)

    async def _look(self) -> None:
        await self._inspect(STEERING)
        meanwhile = asyncio.create_task(self._spared(_RUN, self._meanwhile()))
        async with asyncio.TaskGroup() as group:
            for control in self._controls:
                group.create_task(self._spared(str(control.authority), self._dial(control)))
            for endpoint in self._endpoints:
                group.create_task(self._spared(str(endpoint), self._visit(endpoint)))
        self._notebook.sending.set()  # nothing was sent, if it is not
        await meanwhile
        await self._spared(_RUN, self._follow(self._wanted_of_run, self._followed_by_run))

    async def _meanwhile(self) -> None:
        """What is done while the network is first waited for: a look at the rest of this machine, and loading the checks."""
        await self._notebook.sending.wait()
        await self._inspect(Topic)
        await self._catalogue()

    async def _inspect(self, topics: Iterable[Topic]) -> None:
        """Looks at these sides of this machine, where that has not been done."""
        async with asyncio.TaskGroup() as group:
            for inspection in self._machine:
                if inspection.topic in topics:
                    group.create_task(self._notebook.ask(inspection))

    async def _visit(self, endpoint: Endpoint) -> None:
        """Walks to one endpoint, asks what the checks want to know besides, and walks again as often as is wanted."""
        began = asyncio.get_running_loop().time()
        steered = self._steered[endpoint]
        chosen = self._choose(endpoint, self._topic(Proxies))
        if chosen.why is RouteReason.SCRIPT:
            await self._inspect(Topic)
        self._routes[endpoint] = route = await self._pilot.decide(endpoint, chosen, steered)
        if self._client:
            from diag.knowledge.clients.manner import manners  # of runs that are about a program
            from diag.knowledge.clients.shelf import compared_clients

            known = (self._topic(Proxies), self._topic(TrustSettings))
            self._programs[endpoint] = manners(self._client, compared_clients(), endpoint, route, *known)
        await self._walk(endpoint, 0)
        await self._inspect(Topic)
        matters = script_of(self._case(endpoint))
        if matters is not None:
            await self._pilot.follow(endpoint, matters[0], steered)
        if not self._silences.spare(self._case(endpoint)):
            await self._follow(lambda: self._wanted_of(endpoint), self._followed[endpoint])
        for attempt in range(1, self._trials.repeat):
            await asyncio.sleep(began + attempt * self._trials.every - asyncio.get_running_loop().time())
            await self._walk(endpoint, attempt)
        self._tell(Progress(str(endpoint), self._case(endpoint).reached, finished=True))

    def _tell(self, moved: Progress) -> None:
        """Tells whoever watches, whose bugs cost nothing of the looking."""
        try:
            self._watch(moved)
        except Exception as bug:  # noqa: BLE001  (a line on a screen is no reason to see less)
            self._note("progress", bug)

    async def _walk(self, endpoint: Endpoint, attempt: int) -> None:
        resolvers = self._topic(Resolvers)
        walk = Walk(
            endpoint,
            self._routes[endpoint],
            self._notebook.ask,
            resolvers=lambda host: (*resolvers.asked_for(host), *resolvers.behind(host)) if resolvers else (),
            ask_system=self._ask_system,
            most_addresses=self._limits.addresses,
            logins=self._logins,
            reached=lambda stage: self._tell(Progress(str(endpoint), stage)),
            stands_at=self._notebook.company.stands_at,
            attempt=attempt,
            program=next(iter(self._programs.get(endpoint, ())), None),
            thorough=len(self._endpoints) <= FEW_ENDPOINTS,
        )
        self._walks[endpoint].append(walk)
        await walk.go()

    async def _dial(self, control: Control) -> None:
        """Dials a host that is known to be good: its lookup, then its addresses."""
        asked = self._controls[control]

        async def wanted() -> list[Question]:
            return list(dial(self._part((), [*self._machine, *asked]), control.authority).wanted)

        await self._rounds(wanted, asked, self._notebook.ask)

    async def _follow(self, wanted: StillWanted, followed: list[Question]) -> None:
        """What checks want to know besides."""
        await self._rounds(wanted, followed, partial(self._ask_further, followed))

    async def _rounds(self, wanted: StillWanted, followed: list[Question], ask: Ask) -> None:
        """A few rounds of questions; each round sees the answers of the one before."""
        for _ in range(self._limits.rounds):
            new = [question for question in dict.fromkeys(await wanted()) if question not in followed]
            if not new:
                return
            followed.extend(new)
            async with asyncio.TaskGroup() as group:
                for question in new:
                    group.create_task(ask(question))

    async def _catalogue(self) -> Sequence[AnyCheck]:
        """The checks; loaded once, while the looking goes on."""
        if not callable(self._checks):
            return self._checks
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(self._checks))
        return await asyncio.shield(self._loading)

    async def _wanted_of(self, endpoint: Endpoint) -> list[Question]:
        """What the checks still want to know of an endpoint, and may have asked."""
        wanted = await wanted_of(self._case(endpoint), await self._catalogue(), self._note)
        return [one for one in wanted if self._may(one, endpoint)]

    async def _wanted_of_run(self) -> list[Question]:
        """The same of the whole run."""
        return await wanted_of_run(RunView(self._evidence(interrupted=False)), await self._catalogue(), self._note)

    def _may(self, question: Question, endpoint: Endpoint) -> bool:
        """Whether a check may have this asked: of strangers, or past the endpoint's proxy, only where that is allowed."""
        if not (self._limits.canary or all(self._is_named(address) for address in addresses_dialled(question))):
            return False
        route = self._routes[endpoint]
        if route.proxy is None or (self._limits.straight and endpoint.expects.proxy is not ExpectedRoute.PROXIED):
            return True
        known = {one.address for walk in self._walks[endpoint] for one in walk.asked if isinstance(one, Connect)}
        return all(address in known for address in addresses_dialled(question))

    def _is_named(self, address: Address) -> bool:
        """Whether the user named this address, or a lookup of this run gave it."""
        proxies = [route.proxy.host for route in self._routes.values() if route.proxy]
        given = [*(one.host for one in self._endpoints), *(one.authority.host for one in self._controls), *proxies]
        seen = self._notebook.seen.values()
        return address.host in given or any(address.host in told_by(observation) for observation in seen)

    async def _ask_further(self, followed: list[Question], question: Question) -> Observation | None:
        """Asks what a check wants to know; a login is not tried for it where the proxy has refused it before.

        Where the login was given in another way than the check named, what was really asked counts as followed, too.
        """
        ask = partial(self._notebook.ask, further=True)
        if not isinstance(question, Tunnel | Exchange):
            return await ask(question)
        asked = await self._logins.ask(question, ask)
        followed.extend(one for one, _ in asked if one not in followed)
        return asked[-1][1]

    def _topic(self, facts: type[F]) -> F | None:
        """What this machine said about one topic."""
        for question in self._machine:
            observation = self._notebook.seen.get(question)
            if observation and isinstance(observation.answer, facts):
                return observation.answer
        return None

    def _case(self, endpoint: Endpoint) -> EndpointView:
        """One endpoint's evidence as it stands."""
        trail = self._trail(endpoint)
        walked = [question for walk in self._walks[endpoint] for question in (*walk.asked, *walk.halves)]
        controls = [question for asked in self._controls.values() for question in asked]
        # What a further question stands on may be what failed: it is seen with it.
        followed = [one for question in self._followed[endpoint] for one in (*stands_on(question), question)]
        questions = [*self._machine, *self._steered[endpoint], *walked, *followed, *controls]
        return EndpointView(self._part((trail,), questions), trail)

    def _trail(self, endpoint: Endpoint) -> Trail:
        ids = self._notebook.ids
        walks = self._walks[endpoint]
        first, *again = [walk.asked for walk in walks] or [[]]
        halves = [question for walk in walks for question in walk.halves]
        lent = [question for walk in walks[:1] for question in walk.lent]
        followed = [question for question in (*halves, *self._followed[endpoint]) if question not in first]
        repetitions = tuple(Repetition(ids(asked)) for asked in again)
        steered = ids(self._steered[endpoint])
        programs, spared = self._programs.get(endpoint, ()), endpoint in self._silences.spared
        walk, further = ids(first), ids(followed)
        return Trail(endpoint, self._routes.get(endpoint), walk, further, repetitions, steered, ids(lent), programs, spared)

    def _evidence(self, *, interrupted: bool) -> Evidence:
        return self._part(tuple(map(self._trail, self._endpoints)), self._notebook.seen, interrupted=interrupted)

    def _part(self, trails: tuple[Trail, ...], questions: Iterable[Question], *, interrupted: bool = False) -> Evidence:
        """The evidence of some trails and some questions."""
        notebook = self._notebook
        seen = {question: notebook.seen[question] for question in questions if question in notebook.seen}
        run = Run(
            tool=self._tool,
            began=notebook.began,
            ended=notebook.now(),
            limits=self._limits,
            trails=trails,
            machine=notebook.ids(self._machine),
            followed=notebook.ids(self._followed_by_run),
            trials=self._trials,
            controls=tuple(replace(control, seen=notebook.ids(asked)) for control, asked in self._controls.items()),
            service=self._service,
            interrupted=interrupted,
            demo=self._demo,
            client=self._client.rules.title if self._client else "",
            bugs=tuple(self._bugs),
        )
        return Evidence(run, tuple(sorted(seen.values(), key=lambda observation: (observation.began, observation.id))))


async def investigate(
    endpoints: Sequence[Endpoint],
    *,
    prober: Asks,
    checks: Checks,
    choose: ChooseRoute,
    tool: str,
    limits: Limits | None = None,
    ask_system: bool = True,
    trials: Trials | None = None,
    controls: Sequence[Control] = (),
    service: Service = NOTHING_KNOWN,
    watch: Watch = nobody,
    clock: Clock = utc_now,
    stop: asyncio.Event | None = None,
    demo: str = "",
    client: "KnownClient | None" = None,
    room: int = SMALL_ROOM,
) -> Evidence:
    """Look at this machine and at every endpoint, and return what was seen.

    `choose` decides each endpoint's route. `ask_system` is False where the user named the resolvers to ask in the
    system's place. `trials` are what is done beyond one plain look; `controls` are hosts that the user names as known to be
    good: nobody else is ever asked for comparison. `service` is what is known of the service beforehand, for the record.
    `demo` is the fault that is staged on this computer; empty: none. `client` is the program that the run is about: its list of
    authorities is asked, and other programs are held against it. `room` is how many connections may be under way at once.
    Setting `stop` ends the run early; the evidence then says that it was interrupted. The prober is closed in the end.
    Raises nothing of the network's: every failure is in the evidence.
    """
    investigation = Investigation(
        endpoints,
        prober=prober,
        checks=checks,
        choose=choose,
        tool=tool,
        limits=limits or Limits(),
        ask_system=ask_system,
        trials=trials or Trials(),
        controls=controls,
        service=service,
        watch=watch,
        clock=clock,
        demo=demo,
        client=client,
        room=room,
    )
    return await investigation.run(stop)


def _inspections(endpoints: Sequence[Endpoint]) -> list[Inspect]:
    names = tuple(sorted({endpoint.host for endpoint in endpoints}))
    return [Inspect(topic, names if topic is Topic.HOSTS else ()) for topic in Topic]
