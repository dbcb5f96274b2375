"""The plain walk to one endpoint: lookup, connect, tunnel, upgrade, handshake, exchange, as this client would go.

Each stage starts when the one before has let the client through. What is asked only for the judgement's sake (every other
resolver, every other address) goes on beside the walk and is waited for at its end.

Where the system's own lookup brings no address and a resolver has one, the walk goes on to that, to see what lies behind: it
was `lent` its addresses, and has not arrived for programs here. Each address of a name may be a machine of its own, so on a
direct way TLS is begun with several of them, and in a run of few endpoints the request is sent to them as well (`halves`).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from diag.engine.proxy_logins import Ask, ProxyLogins
from diag.engine.recorder import holds
from diag.model.address import Address, Authority, is_own_name, literal
from diag.model.answer import DnsReply, SystemLookup
from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import Stage
from diag.model.observation import Observation
from diag.model.question import Carrier, Connect, Exchange, Handshake, Hold, LoginScheme, Lookup, Question, Tunnel, Upgrade
from diag.model.route import ProgramWay, ProxyAddress, Route
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage

A_MOMENT = 0.2
"""Seconds for which a mere connection is watched: what accepts for others, and then resets, does so at once."""
MOST_HALVES = 4
"""With how many addresses of one name TLS is begun."""
HALVES_OF_MANY = 2
"""With how many, where the name has more than those."""


class Walk:
    """One endpoint's walk. `asked` grows as it goes, in the order of the stages."""

    def __init__(
        self,
        endpoint: Endpoint,
        route: Route,
        ask: Ask,
        *,
        resolvers: Callable[[str], tuple[Address, ...]],
        ask_system: bool,
        most_addresses: int,
        logins: ProxyLogins,
        reached: Callable[[Stage], None],
        stands_at: Callable[[Authority, Sequence[Address]], None],
        attempt: int = 0,
        program: ProgramWay | None = None,
        thorough: bool = False,
    ) -> None:
        self.endpoint = endpoint
        self.route = route
        self.asked: list[Question] = []
        self.halves: list[Question] = []
        """The same TLS handshake, and where the walk is thorough the same request, asked of further addresses beside the way."""
        self.lent: list[Question] = []
        """The lookups whose addresses were dialled although the system gave none; empty: the walk went as programs go."""
        self._ask_question = ask
        self._resolvers = resolvers
        self._ask_system = ask_system
        self._most_addresses = most_addresses
        self._logins = logins
        self._reached = reached
        self._stands_at = stands_at
        self._attempt = attempt
        self._program = program
        self._thorough = thorough
        self._beside: list[asyncio.Task[Observation | None]] = []

    async def go(self) -> None:
        """Walk as far as it gets, and wait for what was asked beside the way."""
        try:
            await self._go()
            await asyncio.gather(*self._beside)
        except BaseException:
            for task in self._beside:
                task.cancel()
            raise

    async def _go(self) -> None:
        proxy = self.route.proxy
        first = proxy.authority if proxy else self.endpoint.authority
        self._reached(Stage.LOOKUP)
        addresses = await self._addresses(first.host)
        self._reached(Stage.CONNECT)
        wire = await self._connect([Address(address, first.port) for address in addresses])
        if wire is not None and proxy is not None:
            wire = await self._through(proxy, wire)
        if wire is not None and self.endpoint.upgrade:
            self._reached(Stage.UPGRADE)
            assert isinstance(wire, Connect | Tunnel)
            wire = await self._stand_on(Upgrade(wire, self.endpoint.upgrade))
        if wire is not None and self.endpoint.speaks_tls:
            self._reached(Stage.HANDSHAKE)
            wire = await self._stand_on(self._handshake(wire))
        if wire is not None and not self.endpoint.speaks_tls and not self.endpoint.speaks_http:
            assert not isinstance(wire, Exchange)
            await self._ask(Hold(wire, A_MOMENT, still=True))
        if wire is not None and self.endpoint.speaks_http:
            self._reached(Stage.EXCHANGE)
            assert not isinstance(wire, Upgrade)
            await self._exchange(self._request(wire))

    async def _addresses(self, host: str) -> list[str]:
        """The addresses that this client would dial, in its order. To a resolver every name is absolute."""
        if literal(host) is not None:
            return [host]
        if is_own_name(host):
            return _of_system(await self._ask(self._lookup(host)))
        system = self._start(self._lookup(host)) if self._ask_system else None
        name = host.removesuffix(".")
        wanted = [[self._lookup(name, server, record) for record in ("A", "AAAA")] for server in self._resolvers(name)]
        replies = [[(question, self._start(question)) for question in pair] for pair in wanted]
        if system is not None and (found := _of_system(await system)):
            return found
        for parts in replies:
            told = [(question, _of_server(await reply)) for question, reply in parts]
            if any(addresses for _, addresses in told):
                self.lent += [question for question, addresses in told if addresses and system is not None]
                return [address for _, addresses in told for address in addresses]
        return []

    def _lookup(self, host: str, server: Address | None = None, record: str = "") -> Lookup:
        return Lookup(host, server, record, attempt=self._attempt)

    async def _connect(self, addresses: list[Address]) -> Carrier | None:
        """Dials every address; the walk goes on over the first that answers."""
        if self.route.proxy:
            self._stands_at(self.route.proxy.authority, addresses)
        questions = [Connect(address, attempt=self._attempt) for address in addresses[: self._most_addresses]]
        dials = {self._start(question): question for question in questions}
        in_halves = self.endpoint.speaks_tls or (self._thorough and self.endpoint.speaks_http)
        if self.route.proxy is None and in_halves and self._attempt == 0:
            self._beside.append(asyncio.create_task(self._look_at_halves(dials)))
        waiting = set(dials)
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for dial in (dial for dial in dials if dial in done):
                if holds(dial.result()):
                    return dials[dial]
        return None

    async def _look_at_halves(self, dials: "Mapping[asyncio.Task[Observation | None], Connect]") -> None:
        """The handshake, or the request in the clear, with further addresses that accept, once it is known which do."""
        if len(dials) < 2:
            return
        await asyncio.wait(dials)
        wires = halves_of([dial for task, dial in dials.items() if holds(task.result())])
        await asyncio.gather(*(self._look_at_half(wire) for wire in wires))

    async def _look_at_half(self, wire: Connect) -> None:
        if not self.endpoint.speaks_tls:
            await self._ask_beside(self._request(wire))
            return
        over: Connect | Upgrade = Upgrade(wire, self.endpoint.upgrade) if self.endpoint.upgrade else wire
        if isinstance(over, Upgrade) and not holds(await self._ask_beside(over)):
            return
        handshake = self._handshake(over)
        if holds(await self._ask_beside(handshake)) and self._thorough and self.endpoint.speaks_http:
            await self._ask_beside(self._request(handshake))

    async def _ask_beside(self, question: Question) -> Observation | None:
        self.halves.append(question)
        return await self._ask_question(question)

    def _request(self, wire: "Connect | Tunnel | Handshake") -> Exchange:
        return Exchange(over=wire, authority=self.endpoint.authority, target=self._target())

    async def _through(self, proxy: ProxyAddress, wire: Carrier) -> Carrier | None:
        """The connection behind the proxy; plain HTTP is forwarded by an HTTP proxy and needs no tunnel there."""
        self._reached(Stage.TUNNEL)
        if proxy.scheme == "https":
            # The list that is declared for the endpoint is the one that its program reads, for the proxy as well.
            secured = await self._stand_on(self._handshake_with(proxy.host, wire, self.endpoint.expects.trust or "system"))
            if secured is None:
                return None
            wire = secured
        if self._is_forwarded(proxy):
            return wire
        target = await self._target_behind(proxy)
        if target is None:
            return None
        assert isinstance(wire, Connect | Handshake)
        login: LoginScheme = "none" if not proxy.login else "password" if proxy.is_socks else "basic"
        tunnel = Tunnel(wire, proxy.authority, target, login, proxy.protocol)
        asked = await self._logins.ask(tunnel, self._ask_question)
        self.asked += [question for question, _ in asked]
        told, observation = asked[-1]
        is_ours = isinstance(told, Tunnel) and (told.target, told.over) == (tunnel.target, tunnel.over)
        return told if isinstance(told, Tunnel) and is_ours and holds(observation) else None

    async def _exchange(self, question: Exchange) -> None:
        """The request; where the proxy forwards it, with the login that is set for that."""
        proxy = self.route.proxy
        if proxy is None or not proxy.login or not self._is_forwarded(proxy):
            await self._ask(question)
            return
        asked = await self._logins.ask(replace(question, proxy=proxy.authority, login="basic"), self._ask_question)
        self.asked += [one for one, _ in asked]

    async def _target_behind(self, proxy: ProxyAddress) -> Authority | None:
        """What the proxy is asked for: the name, or an address that this client has to find; None: it finds none."""
        if proxy.finds_names:
            return self.endpoint.authority
        found = await self._addresses(self.endpoint.written)
        usable = [address for address in found if proxy.protocol == "socks5" or ":" not in address]
        return Authority(usable[0], self.endpoint.port) if usable else None

    def _is_forwarded(self, proxy: ProxyAddress | None) -> bool:
        return proxy is not None and self.endpoint.scheme == "http" and not proxy.is_socks

    def _handshake(self, wire: Carrier) -> Handshake:
        expects = self.endpoint.expects
        question = self._handshake_with(self.endpoint.host, wire, expects.trust or "system", expects.certificate)
        if self._program and not expects.trust:
            own = self._program
            question = replace(question, trust=own.trust, added=own.added, partial=own.partial)
        if self._program and self._program.legacy:
            question = replace(question, ciphers="legacy")
        # What is spoken inside is known of HTTP alone; naming it to another service would have it refuse.
        return question if self.endpoint.speaks_http else replace(question, alpn=())

    def _handshake_with(self, host: str, wire: Carrier, trust: str = "system", client: str = "") -> Handshake:
        assert isinstance(wire, Connect | Tunnel | Upgrade)
        return Handshake(wire, "" if literal(host) else host, trust=trust, client=client)

    def _target(self) -> str:
        forwarded = self._is_forwarded(self.route.proxy)
        return f"http://{self.endpoint.authority}{self.endpoint.path}" if forwarded else self.endpoint.path

    async def _stand_on(self, question: Carrier) -> Carrier | None:
        return question if holds(await self._ask(question)) else None

    async def _ask(self, question: Question) -> Observation | None:
        self.asked.append(question)
        return await self._ask_question(question)

    def _start(self, question: Question) -> "asyncio.Task[Observation | None]":
        self.asked.append(question)
        task = asyncio.create_task(self._ask_question(question))
        self._beside.append(task)
        return task


def halves_of(accepted: Sequence[Connect]) -> list[Connect]:
    """Return whom of several addresses to begin TLS with: one of each family at least, four in all,
    two where the list is long.
    """
    one_of_each = {dial.address.family: dial for dial in reversed(accepted)}.values()
    ranked = [*one_of_each, *(dial for dial in accepted if dial not in one_of_each)]
    most = MOST_HALVES if len(accepted) <= MOST_HALVES else HALVES_OF_MANY
    return ranked[:most] if len(accepted) > 1 else []


def _of_system(observation: Observation | None) -> list[str]:
    answer = observation.answer if observation else None
    return list(answer.addresses) if isinstance(answer, SystemLookup) else []


def _of_server(observation: Observation | None) -> list[str]:
    """The addresses that one resolver's reply holds."""
    answer = observation.answer if observation else None
    if not isinstance(answer, DnsReply) or answer.failure:
        return []
    message = read_message(answer.message)
    return list(message.addresses) if isinstance(message, DnsMessage) else []
