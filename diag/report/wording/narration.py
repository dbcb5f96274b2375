"""Questions and answers in words: what diag asked, and what came back, each in one short phrase. Facts only, no opinion."""

from collections.abc import Iterable

from diag.language import PhraseTable
from diag.model.answer import (
    ConnectBurstEnd,
    Connection,
    DnsReply,
    HoldEnd,
    HttpReply,
    PacReply,
    PacResult,
    Path,
    Session,
    SystemLookup,
    Transferred,
    Trust,
    TunnelReply,
    UpgradeReply,
    VerifyError,
)
from diag.model.observation import Answer, Observation
from diag.model.question import (
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
    Topic,
    Trace,
    Transfer,
    Tunnel,
    Upgrade,
    Verify,
)
from diag.model.route import Route, ScriptWay
from diag.model.text import clean
from diag.model.upgrade import NAMES
from diag.model.wire.dns import read_message
from diag.model.wire.unreadable import Unreadable
from diag.report.wording.complaints import verify_words
from diag.report.wording.machine_words import machine_words
from diag.report.wording.sentences import listed, number_words
from diag.report.wording.words import (
    FAULT_WORDS,
    ROUTE_REASONS,
    SETTING_PLACES,
    count_words,
    failure_words,
    refusal_words,
    script_words,
    upgrade_words,
)

_SHOWN = 4
"""How many addresses or settings one phrase names."""
_MOST_ALIASES = 10
"""How many names of a chain of aliases one phrase names, in order."""

TOPICS: PhraseTable[Topic] = PhraseTable(
    "topics",
    {
        Topic.SYSTEM: "system and versions",
        Topic.INTERFACES: "network interfaces",
        Topic.ROUTES: "routes",
        Topic.RESOLVERS: "resolvers",
        Topic.HOSTS: "hosts file",
        Topic.PROXIES: "proxy settings",
        Topic.TRUST: "trust store",
    },
)


def asked(question: Question) -> str:
    """Return a question in words, without a question mark: `connect to 192.0.2.1:443`."""
    match question:
        case Inspect():
            return TOPICS[question.topic]
        case Lookup():
            return clean(_lookup(question))
        case Connect():
            with_mss = f" with segments of {question.mss} bytes" if question.mss else ""
            source = f" from {question.source}" if question.source else ""
            through = f" through {question.interface}" if question.interface else ""
            return clean(f"connect to {question.address}{source}{through}{with_mss}")
        case Tunnel():
            login = "" if question.login == "none" else ", with the login"
            kind = "" if question.protocol == "connect" else f"{question.protocol.upper()} "
            return clean(f"ask the {kind}proxy {question.proxy} for {question.target}{login}")
        case Upgrade():
            insisting = ", though it is not offered" if question.insist else ""
            return f"ask for TLS in {NAMES[question.protocol]}{insisting}"
        case Handshake():
            return clean(_handshake(question))
        case Exchange():
            login = "" if question.login == "none" else ", with the login for the proxy"
            return clean(f"{question.method} {_url(question)}{login}")
        case Transfer():
            seconds = number_words(question.seconds)
            if question.method != "GET":
                return clean(f"{question.method} {count_words(question.most, 'byte')} to {_url(question)} within {seconds} s")
            return clean(f"read {_url(question)} for {seconds} s")
        case Hold():
            return f"leave the connection without traffic for {number_words(question.seconds)} s"
        case ConnectBurst():
            return clean(f"connect to {question.address} {question.number} times at once")
        case Trace():
            return clean(f"trace the path to {question.address}")
        case Verify():
            fetched = f", with {count_words(len(question.fetched), 'fetched certificate')}" if question.fetched else ""
            strict = ", with strict rules" if question.strict else ""
            return clean(f"check the certificates with {_store(question.trust)}{fetched}{strict}")
        case Script():
            return clean(f"fetch the proxy script {question.address}")
        case EvaluatePac():
            known = f", knowing {count_words(len(question.lookups), 'lookup')}" if question.lookups else ""
            return clean(f"ask the proxy script {question.script.address} for the route to {question.target}{known}")


def came_back(observation: Observation) -> str:
    """Return what an observation holds, in words: `10.0.0.7, 10.0.0.8`, `nothing came back in time`, `answered: 410 Gone`."""
    if observation.fault is not None:
        detail = f" ({observation.fault.detail})" if observation.fault.detail else ""
        return clean(f"no answer: {FAULT_WORDS[observation.fault.kind]}{detail}")
    if observation.answer is None:
        return "nothing is recorded"
    return clean(_answer(observation.answer))


def went_well(observation: Observation) -> bool:
    """Return whether the operation did what was asked: no fault, no failure, no certificate refused."""
    answer = observation.answer
    return answer is not None and not getattr(answer, "failure", "") and not getattr(answer, "verify_errors", ())


def route_words(route: Route | None) -> str:
    """Return the way to an endpoint, and why that way."""
    if route is None:
        return "no route was chosen before the run ended"
    way = f"through the proxy {route.proxy}" if route.proxy else "direct"
    source = f": {SETTING_PLACES.get(route.source, route.source)}" if route.source else ""
    script = f"; the script: {route.script}" if route.script else ""
    return clean(f"{way} ({ROUTE_REASONS.get(route.why, route.why)}{source}{script})")


def _lookup(question: Lookup) -> str:
    if question.server is None:
        return f"look up {question.name} (as the system does)"
    over = " over TCP" if question.transport == "tcp" else ""
    unchecked = ", without validation" if question.checking_disabled else ""
    return f"ask the resolver {question.server}{over} for {question.name} {question.record}{unchecked}"


def _handshake(question: Handshake) -> str:
    name = f" as {question.server_name}" if question.server_name else " without a name"
    varied = [
        f"only {', '.join(question.versions)}" if question.versions else "",
        f"{question.hello} hello" if question.hello != "default" else "",
        "every cipher" if question.ciphers != "default" else "",
        f"trusting {_store(question.trust)}" if question.trust != "system" else "",
        "with a client certificate" if question.client else "",
    ]
    extra = ", ".join(part for part in varied if part)
    return f"set up TLS{name}{f' ({extra})' if extra else ''}"


def _url(question: Exchange | Transfer) -> str:
    scheme = "https" if isinstance(question.over, Handshake) else "http"
    return question.target if "://" in question.target else f"{scheme}://{question.authority}{question.target}"


def _store(trust: str) -> str:
    return {"system": "the system's trust store", "certifi": "the public trust store (certifi)"}.get(trust, trust)


def _answer(answer: Answer) -> str:
    match answer:
        case SystemLookup():
            return failure_words(answer.failure) if answer.failure else listed(answer.addresses, _SHOWN)
        case DnsReply():
            return _reply(answer)
        case Connection():
            return _refusal(answer) if answer.failure else "connected"
        case TunnelReply():
            refused = f": {refusal_words(answer.refusal)}" if answer.refusal else ""
            return f"{_status(answer.failure, answer.status, answer.reason, 'the tunnel is open')}{refused}"
        case UpgradeReply():
            return _upgrade(answer)
        case Session():
            return _session(answer)
        case HttpReply():
            return _at(answer.stage, _status(answer.failure, answer.status, answer.reason, "answered"))
        case HoldEnd():
            lived = f"after {number_words(answer.lived)} s"
            return f"{failure_words(answer.failure)} {lived}" if answer.failure else f"still alive {lived}"
        case Transferred():
            return _at(answer.stage, _transferred(answer))
        case ConnectBurstEnd():
            return _crowd(answer)
        case Path():
            return _path(answer)
        case PacReply():
            return _fetched(answer)
        case PacResult():
            return _steered(answer)
        case Trust():
            refused = _refused(answer.verify_errors)
            return failure_words(answer.failure) if answer.failure else f"refused: {refused}" if refused else "accepted"
        case _:
            return machine_words(answer)


def _reply(answer: DnsReply) -> str:
    if answer.failure:
        return failure_words(answer.failure)
    message = read_message(answer.message)
    if isinstance(message, Unreadable):
        return "an unreadable answer"
    way = " \u2192 ".join(to for _, to in message.aliases[:_MOST_ALIASES])
    alias = f"alias of {way}: " if way else ""
    return f"{alias}{listed(message.addresses, _SHOWN) if message.addresses else 'no address'}"


def _crowd(answer: ConnectBurstEnd) -> str:
    """How connects at once fared: how many were accepted, and what met the others."""
    accepted = sum(not dialled.failure for dialled in answer.connects)
    others = dict.fromkeys(failure_words(dialled.failure) for dialled in answer.connects if dialled.failure)
    return f"{accepted} of {len(answer.connects)} connected{f'; the others: {listed(others, 3)}' if others else ''}"


def _transferred(answer: Transferred) -> str:
    """How much came in what time, and with which status."""
    if answer.sent:
        sent = f"{count_words(answer.sent, 'byte')} sent in {number_words(round(answer.seconds, 2))} s"
        ended = (
            failure_words(answer.failure) if answer.failure else f"answered: {answer.status}" if answer.status else "time over"
        )
        return f"{sent}, then {ended}"
    if not answer.status:
        return failure_words(answer.failure)
    came = f"{answer.status}: {answer.size} bytes in {number_words(round(answer.seconds, 2))} s"
    return f"{came}, then {failure_words(answer.failure)}" if answer.failure else came


def _path(answer: Path) -> str:
    """The hops that answered, in order, and how the way ends."""
    senders = [f"{hop.sender} (hop {hop.limit}{f': {failure_words(hop.failure)}' if hop.failure else ''})" for hop in answer.hops]
    shown = senders if len(senders) <= 2 * _SHOWN else [*senders[:_SHOWN], "…", *senders[-_SHOWN:]]
    if answer.arrived:
        return f"{' → '.join([*shown, f'the host itself (hop {answer.arrived})'])}"
    return f"after {' → '.join(shown)}, nothing answers" if shown else "nothing answers, not even the first hop"


def _fetched(answer: PacReply) -> str:
    """What lies at the address of a proxy script."""
    if answer.moved:
        return f"answered: {answer.status}, moved to {answer.moved}"
    size = f"{count_words(answer.size, 'byte')} of {answer.encoding}" if answer.size else ""
    if not answer.failure:
        return size
    about = ", ".join(part for part in (f"status {answer.status}" if answer.status else "", size) if part)
    return _at(answer.stage, f"{script_words(answer.failure)}{f' ({about})' if about else ''}")


def _steered(answer: PacResult) -> str:
    """What a proxy script says of a target."""
    if answer.wants:
        return f"it first needs the address of {listed(answer.wants, _SHOWN)}"
    if not answer.failure:
        return ways_words(answer.ways)
    at = " ".join(part for part in (answer.error, f"in line {answer.line}" if answer.line else "") if part)
    return f"{script_words(answer.failure)}{f': {at}' if at else ''}{f': {answer.text}' if answer.text else ''}"


def ways_words(ways: Iterable[ScriptWay]) -> str:
    """Return the ways that a script names, in order: `the proxy a:3128, else direct`."""
    return ", else ".join(f"the {way.proxy.scheme} proxy {way.proxy}" if way.proxy else "direct" for way in ways)


def _refusal(answer: Connection) -> str:
    sender = f" (reported by {answer.icmp.sender})" if answer.icmp else ""
    return f"{failure_words(answer.failure)}{sender}"


def _status(failure: str, status: int, reason: str, good: str) -> str:
    said = f"{status} {reason}".strip() if status else ""
    if failure:
        return f"{failure_words(failure)}{f': {said}' if said else ''}"
    return f"{good}: {said}" if said else good


def _upgrade(answer: UpgradeReply) -> str:
    if not answer.failure:
        return "the server starts TLS"
    code = f" ({answer.code})" if answer.code else ""
    refused = f": {upgrade_words(answer.refusal)}{code}" if answer.refusal else ""
    return _at(answer.stage, f"{failure_words(answer.failure)}{refused}")


def _session(answer: Session) -> str:
    if answer.failure:
        return _at(answer.stage, failure_words(answer.failure))
    agreed = ", ".join(word for word in (answer.cipher, answer.group, answer.alpn) if word)
    up = f"{answer.version or 'TLS'} is up{f' ({agreed})' if agreed else ''}"
    refused = _refused(answer.verify_errors)
    return f"{answer.version or 'TLS'} is up, but the certificate is refused: {refused}" if refused else up


def _refused(errors: Iterable[VerifyError]) -> str:
    """What speaks against a chain; empty where nothing does."""
    reasons = tuple(dict.fromkeys(verify_words(error.code) for error in errors))
    return listed(reasons, 3) if reasons else ""


def _at(stage: str, words: str) -> str:
    return f"{words} (at the {stage} before it)" if stage else words
