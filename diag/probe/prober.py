"""Hands every question to the probe of its kind, and carries open connections from one question to the next.

A probe, and the library that it needs, is loaded when the first question of its kind is asked: a lookup does not wait for TLS.
"""

import asyncio
from collections.abc import Collection, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from diag.model.address import Address
from diag.model.answer import (
    Connection,
    DnsReply,
    HoldEnd,
    HttpReply,
    Session,
    SystemLookup,
    Transferred,
    TunnelReply,
    UpgradeReply,
)
from diag.model.machine import MachineFacts
from diag.model.observation import Answer, Observation, Unsupported
from diag.model.question import (
    Carrier,
    Connect,
    ConnectBurst,
    EvaluatePac,
    Exchange,
    Handshake,
    Hold,
    Inspect,
    Lookup,
    Question,
    Script,
    Trace,
    Transfer,
    Tunnel,
    Upgrade,
    Verify,
    kind,
)
from diag.model.script import ScriptAddress
from diag.model.secret import Credential, Login, Secret
from diag.probe.connect import connect
from diag.probe.descriptors import room_for_parked
from diag.probe.logins import Logins
from diag.probe.streams import ByteStream, Ended, StreamPool

if TYPE_CHECKING:
    from diag.probe.contexts import Contexts
    from diag.probe.pac.scripts import Scripts

_Opening = Connection | TunnelReply | UpgradeReply | Session


LOOKS_AT_ONCE = 2
"""Sides of this machine that are looked at at once. Most of it is reading of small files, for which more threads would only take
the interpreter from one another; with two, one that waits for a program of the system holds up no other.
"""


class LookupProbe(Protocol):
    """What answers lookups."""

    async def ask(self, question: Lookup, patience: float) -> SystemLookup | DnsReply:
        """Return the answer, within `patience` seconds."""

    async def close(self) -> None:
        """Leave nothing open."""


class InspectProbe(Protocol):
    """What looks at this machine."""

    def ask(self, question: Inspect) -> MachineFacts:
        """Return the facts of one topic."""


class _Missing(Struct, frozen=True):
    """Why there is no connection to stand on."""

    stage: str
    failure: str


class Prober:
    """The engine's prober: asks the real network."""

    def __init__(
        self,
        *,
        environment: Mapping[str, str],
        logins: Logins,
        lookups: LookupProbe,
        inspector: InspectProbe,
        user_agent: str,
        scripts: MutableMapping[ScriptAddress, Secret] | None = None,
        credentials: Mapping[str, Credential] | None = None,
        root: str = "",
    ) -> None:
        """`scripts` are the whole addresses of proxy scripts, with login and query, by what may be seen of them; `credentials`
        the certificates that this client may show, by the files that questions name; `root` stands before the usual places of
        the system's authorities.
        """
        self._logins = logins
        self._lookups = lookups
        self._inspector = inspector
        self._looking_around = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._user_agent = user_agent
        self._wires = StreamPool(room=room_for_parked())
        self._environment = environment
        self._credentials = credentials
        self._root = root
        self._made_contexts: Contexts | None = None
        self._script_sources: MutableMapping[ScriptAddress, Secret] = {} if scripts is None else scripts
        self._opened_scripts: Scripts | None = None

    async def ask(self, question: Question, known: Mapping[Question, Observation], patience: float) -> Answer:
        """Return the answer to `question`, within `patience` seconds; a failed operation is an answer too.

        `known` holds what was answered before. Raises Unsupported where this system cannot ask that.
        """
        until = asyncio.get_running_loop().time() + patience
        match question:
            case Inspect():
                # A program of the system may have to be run for it, which blocks; it is bounded by itself.
                async with self._looking_around:
                    return await asyncio.to_thread(self._inspector.ask, question)
            case Lookup():
                return await self._lookups.ask(question, patience)
            case Verify():
                from diag.probe.verify import verify

                return verify(question, known, self._contexts())
            case Exchange():
                return await self._exchange(question, until + max(0.0, question.patience - patience))
            case Hold():
                return await self._hold(question, until)
            case Transfer():
                return await self._transfer(question, until)
            case ConnectBurst():
                from diag.probe.connect_burst import crowd

                return await crowd(question, until, self._wires)
            case Trace():
                from diag.probe.trace import trace

                return await trace(question, until)
            case Script():
                return await self._scripts().fetch(question, known, lambda exchange: self._exchange(exchange, until))
            case EvaluatePac():
                return await self._scripts().evaluate_pac(question, known, datetime.now(UTC))
            case _:
                answer, wire = await self._open(question, until)
                if wire:
                    self._wires.park(question, wire)
                return answer

    def withdraw(self, addresses: Collection[Address], but: Collection[Question]) -> None:
        """Close what waits open at these addresses, except what the questions `but` have opened."""
        self._wires.withdraw(addresses, but)

    async def close(self) -> None:
        """Close every connection and the lookups' own."""
        await self._wires.close()
        await self._lookups.close()
        if self._opened_scripts:
            await self._opened_scripts.close()

    async def _open(self, question: Carrier, until: float) -> tuple[_Opening, ByteStream | None]:
        match question:
            case Connect():
                return await connect(question, until, self._wires)
            case Tunnel():
                login = self._login(question)
                under = await self._under(question.over, until)
                if isinstance(under, _Missing):
                    return TunnelReply(stage=under.stage, failure=under.failure), None
                if question.protocol != "connect":
                    from diag.probe.socks import socks

                    return await socks(question, under, login, until)
                from diag.probe.tunnel import tunnel

                return await tunnel(
                    question, under, login, question.agent or self._user_agent, until, lambda: self._again(question.over, until)
                )
            case Upgrade():
                under = await self._under(question.over, until)
                if isinstance(under, _Missing):
                    return UpgradeReply(stage=under.stage, failure=under.failure), None
                from diag.probe.starttls import upgrade

                return await upgrade(question, under, until)
            case Handshake(ciphers="retired"):
                under = await self._under(question.over, until)
                if isinstance(under, _Missing):
                    return Session(stage=under.stage, failure=under.failure), None
                from diag.probe.retired_ciphers import offer_retired

                return await offer_retired(question, under, until), None
            case Handshake():
                from diag.probe.handshake import handshake

                context = self._contexts().for_handshake(question)
                under = await self._under(question.over, until)
                if isinstance(under, _Missing):
                    return Session(stage=under.stage, failure=under.failure), None
                return await handshake(question, under, context, until, self._contexts().credential(question))

    async def _under(self, over: Carrier, until: float) -> ByteStream | _Missing:
        """The connection that `over` left behind; where it is used up, a new one."""
        if wire := self._wires.take(over):
            return wire
        answer, wire = await self._open(over, until)
        if wire:
            return wire
        return _Missing(getattr(answer, "stage", "") or kind(over), answer.failure)

    async def _again(self, over: Carrier, until: float) -> ByteStream:
        """One more connection like `over`. Raises Ended."""
        under = await self._under(over, until)
        if isinstance(under, _Missing):
            raise Ended(under.failure)
        return under

    async def _exchange(self, question: Exchange, until: float) -> HttpReply:
        login = self._login(question)
        wire = await self._under(question.over, until)
        if isinstance(wire, _Missing):
            return HttpReply(stage=wire.stage, failure=wire.failure)
        from diag.probe.exchange import exchange

        return await exchange(
            question, wire, login, question.agent or self._user_agent, until, lambda: self._again(question.over, until)
        )

    def _login(self, question: Tunnel | Exchange) -> Login | None:
        """The credentials that go with a question; None: none do. Raises Unsupported where none are known."""
        login = None if question.login == "none" or not question.proxy else self._logins.find(question.proxy)
        if question.login != "none" and not login:
            raise Unsupported("no login is known for this proxy")
        return login

    def _contexts(self) -> "Contexts":
        if self._made_contexts is None:
            from diag.probe.contexts import Contexts

            self._made_contexts = Contexts(self._environment, self._credentials, self._root)
        return self._made_contexts

    def _scripts(self) -> "Scripts":
        if self._opened_scripts is None:
            from diag.probe.pac.scripts import Scripts  # seldom needed

            self._opened_scripts = Scripts(self._script_sources, self._logins)
        return self._opened_scripts

    async def _hold(self, question: Hold, until: float) -> HoldEnd:
        wire = await self._under(question.over, until)
        if isinstance(wire, _Missing):
            return HoldEnd(stage=wire.stage, failure=wire.failure)
        from diag.probe.hold import hold

        return await hold(question, wire, until + question.seconds)

    async def _transfer(self, question: Transfer, until: float) -> Transferred:
        wire = await self._under(question.over, until)
        if isinstance(wire, _Missing):
            return Transferred(stage=wire.stage, failure=wire.failure)
        if question.method != "GET":
            from diag.probe.upload import upload

            return await upload(question, wire, self._user_agent, until)
        from diag.probe.transfer import transfer

        return await transfer(question, wire, self._user_agent, until)
