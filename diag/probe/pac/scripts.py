"""The proxy scripts of one run: fetched once each, their texts kept here and nowhere else, and asked for the way to a target."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from msgspec.structs import replace

from diag.model.address import Authority, literal
from diag.model.answer import Connection, DnsReply, HttpReply, PacReply, PacResult, Session, SystemLookup
from diag.model.machine import Interfaces, Routes
from diag.model.observation import Observation, Unsupported
from diag.model.question import Connect, EvaluatePac, Exchange, Handshake, Inspect, Question, Script, Topic
from diag.model.route import ScriptWay
from diag.model.script import Flaw, ScriptAddress
from diag.model.secret import Secret
from diag.model.wire.certificate import covers
from diag.model.wire.chain import presented
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage
from diag.probe.logins import Logins
from diag.probe.pac.address import read_script
from diag.probe.pac.decode import decode, is_page
from diag.probe.pac.result import kept, read_result
from diag.probe.pac.sandbox import Sandbox, Target

LARGEST = 1 << 20
"""Bytes of a script that are read, as in browsers."""
MOST_NAMES = 12
"""How many names a script may have looked up for one target."""
MOVED = frozenset({301, 302, 303, 307, 308})
_Ask = Callable[[Exchange], Awaitable[HttpReply]]
_Known = Mapping[Question, Observation]


class Scripts:
    """Fetches scripts and asks them. `sources` are their whole addresses, with login and query, by those that may be seen."""

    def __init__(self, sources: MutableMapping[ScriptAddress, Secret], logins: Logins) -> None:
        self._sources = sources
        self._logins = logins
        self._texts: dict[Script, str] = {}
        self._sandboxes: dict[str, Sandbox] = {}

    async def fetch(self, question: Script, known: _Known, exchange: _Ask) -> PacReply:
        """Return what lies at an address. Raises Unsupported where this build cannot look there."""
        address = question.address
        match address.scheme:
            case "file":
                return self._read(question, await asyncio.to_thread(_file, address.path), PacReply())
            case "data":
                return self._read(question, self._data(address), PacReply())
        if isinstance(question.over, Handshake) and not _is_trusted(known, question.over, address.host):
            return PacReply(Flaw.UNTRUSTED)
        assert question.over
        whole = self._sources.get(address)
        parts = urlsplit(whole.reveal() if whole else str(address))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        reply = await exchange(Exchange(question.over, Authority(address.host, address.port), target, keep=LARGEST))
        return self._fetched(question, reply, parts.geturl())

    async def evaluate_pac(self, question: EvaluatePac, known: _Known, now: datetime) -> PacResult:
        """Return what a script that was fetched before says of a target. Raises Unsupported where there is no engine."""
        text = self._texts.get(question.script)
        if text is None:
            raise Unsupported("the script itself is not at hand")
        own = _own_addresses(known, question.script)
        by_name: dict[str, tuple[str, ...]] = {}
        for lookup in question.lookups:
            by_name[lookup.name] = (*by_name.get(lookup.name, ()), *_addresses(known.get(lookup)))
        sandbox = self._sandboxes.setdefault(text, Sandbox(text))
        said = await sandbox.ask(Target(_url(question), question.target.host, now, by_name, own))
        told = PacResult(own=(own or ("127.0.0.1",))[0] if said.own else "")
        if said.names:
            wants = tuple(name for name in said.names if name not in by_name)[: MOST_NAMES + 1]
            if len(by_name) + len(wants) > MOST_NAMES or not wants:
                return replace(told, failure=Flaw.TOO_MANY_NAMES)
            return replace(told, wants=wants)
        if said.failure:
            return replace(told, failure=said.failure, error=said.error, line=said.line)
        read = read_result(said.text)
        ways = tuple(self._with_login(way) for way in read.ways)
        return replace(told, failure=read.flaw, text=kept(said.text), ways=ways, not_understood=read.not_understood)

    async def close(self) -> None:
        """End the engines."""
        for sandbox in self._sandboxes.values():
            await sandbox.close()

    def _with_login(self, way: ScriptWay) -> ScriptWay:
        if way.proxy is None or self._logins.find(way.proxy.authority) is None:
            return way
        return ScriptWay(replace(way.proxy, login=True))

    def _fetched(self, question: Script, reply: HttpReply, whole: str) -> PacReply:
        header = {header.name: header.value for header in reversed(reply.headers)}
        seen = PacReply(reply.failure, reply.stage, reply.status, header.get("content-type", ""))
        if reply.failure:
            return seen
        if reply.status in MOVED:
            return self._moved(seen, urljoin(whole, header["location"]) if header.get("location") else "")
        if reply.status != 200:
            return replace(seen, failure=Flaw.STATUS)
        if not reply.complete:
            return replace(seen, failure=Flaw.TOO_LARGE)
        return self._read(question, reply.body, seen)

    def _moved(self, seen: PacReply, whole: str) -> PacReply:
        read = read_script(whole)
        if read is None or read[0].scheme not in ("http", "https"):
            return replace(seen, failure=Flaw.MOVED_TOO_OFTEN)
        self._sources.setdefault(*read)
        return replace(seen, moved=read[0])

    def _read(self, question: Script, raw: bytes | None, seen: PacReply) -> PacReply:
        if raw is None:
            return replace(seen, failure=Flaw.MISSING)
        if len(raw) > LARGEST:
            return replace(seen, failure=Flaw.TOO_LARGE)
        text, encoding = decode(raw, seen.media_type)
        seen = replace(seen, encoding=encoding, size=len(raw), digest=hashlib.sha256(raw).hexdigest())
        if not text.strip():
            return replace(seen, failure=Flaw.EMPTY)
        if is_page(text):
            return replace(seen, failure=Flaw.PAGE)
        self._texts[question] = text
        return seen

    def _data(self, address: ScriptAddress) -> bytes | None:
        """The bytes in a `data` URL (RFC 2397)."""
        source = self._sources.get(address)
        if source is None:
            raise Unsupported("the script in the setting is not at hand")
        about, _, content = source.reveal()[5:].partition(",")
        raw = unquote_to_bytes(content)
        try:
            return base64.b64decode(raw, validate=False) if about.lower().endswith(";base64") else raw
        except ValueError:
            return None


def _file(path: str) -> bytes | None:
    """The beginning of a file, one byte past what is read at the most; None where there is none. Nothing but a file is opened."""
    if path.startswith(("//", "\\\\")):
        raise Unsupported("a script on another machine's share is not fetched")
    try:
        where = Path(path)
        if not where.is_file():
            return None
        with where.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError):
        return None


def _is_trusted(known: _Known, over: Handshake, host: str) -> bool:
    """Whether clients would take a script over this session."""
    seen = known.get(over)
    answer = seen.answer if seen else None
    chain = presented(answer) if isinstance(answer, Session) else None
    return isinstance(answer, Session) and not answer.verify_errors and chain is not None and covers(chain.leaf, host)


def _url(question: EvaluatePac) -> str:
    shown = str(question.target)
    usual = {"https": ":443", "http": ":80"}.get(question.scheme, "")
    return f"{question.scheme}://{shown.removesuffix(usual)}{question.path}"


def _addresses(seen: Observation | None) -> tuple[str, ...]:
    answer = seen.answer if seen else None
    if isinstance(answer, SystemLookup):
        return answer.addresses
    message = read_message(answer.message) if isinstance(answer, DnsReply) and answer.message else None
    return message.addresses if isinstance(message, DnsMessage) else ()


def _own_addresses(known: _Known, script: Script) -> tuple[str, ...]:
    """The addresses of this machine: first the one that fetched the script, else that of the default route's interface."""
    interfaces, routes = known.get(Inspect(Topic.INTERFACES)), known.get(Inspect(Topic.ROUTES))
    over = script.over.over if isinstance(script.over, Handshake) else script.over
    fetched = known.get(over) if isinstance(over, Connect) else None
    first = [fetched.answer.source] if fetched and isinstance(fetched.answer, Connection) and fetched.answer.source else []
    default = ""
    if routes and isinstance(routes.answer, Routes):
        ways = [route for route in routes.answer.routes if route.destination == "0.0.0.0/0"]
        default = min(ways, key=lambda route: route.metric).interface if ways else ""
    if interfaces and isinstance(interfaces.answer, Interfaces):
        up = [one for one in interfaces.answer.interfaces if one.up and not one.loopback]
        for one in sorted(up, key=lambda one: one.name != default):
            first += [address for address in one.addresses if (ip := literal(address)) is not None and not ip.is_link_local]
    return tuple(dict.fromkeys(first))
