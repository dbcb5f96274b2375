"""Answers in words: what came back, each in one short phrase. Facts only, no opinion."""

from collections.abc import Iterable

from diag.language import UNSUPPORTED, joined, said, translated
from diag.model.answer import (
    ConnectBurstEnd,
    Connection,
    DnsReply,
    HoldEnd,
    Hop,
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
from diag.model.route import Route, ScriptWay
from diag.model.text import clean
from diag.model.wire.dns import read_message
from diag.model.wire.unreadable import Unreadable
from diag.report.wording.complaints import verify_words
from diag.report.wording.machine_words import machine_words
from diag.report.wording.sentences import listed, number_words
from diag.report.wording.words import (
    FAULT_WORDS,
    ROUTE_REASONS,
    SETTING_PLACES,
    failure_words,
    refusal_words,
    script_words,
    upgrade_words,
)

_SHOWN = 4
"""How many addresses or settings one phrase names."""
_MOST_ALIASES = 10
"""How many names of a chain of aliases one phrase names, in order."""


def came_back(observation: Observation) -> str:
    """Return what an observation holds, in words: `10.0.0.7, 10.0.0.8`, `nothing came back in time`, `answered: 410 Gone`."""
    if observation.fault is not None:
        kind, detail = FAULT_WORDS[observation.fault.kind], translated(observation.fault.detail, UNSUPPORTED)
        return clean(
            said("no answer: {kind} ({detail})", kind=kind, detail=detail) if detail else said("no answer: {kind}", kind=kind)
        )
    if observation.answer is None:
        return said("nothing is recorded")
    return clean(_answer(observation.answer))


def went_well(observation: Observation) -> bool:
    """Return whether the operation did what was asked: no fault, no failure, no certificate refused."""
    answer = observation.answer
    return answer is not None and not getattr(answer, "failure", "") and not getattr(answer, "verify_errors", ())


def route_words(route: Route | None) -> str:
    """Return the way to an endpoint, and why that way."""
    if route is None:
        return said("no route was chosen before the run ended")
    way = said("through the proxy {proxy}", proxy=route.proxy) if route.proxy else said("direct")
    source = f": {SETTING_PLACES.get(route.source, route.source)}" if route.source else ""
    why = f"{ROUTE_REASONS.get(route.why, route.why)}{source}"
    if route.script:
        return clean(said("{way} ({why}; the script: {script})", way=way, why=why, script=route.script))
    return clean(said("{way} ({why})", way=way, why=why))


def _answer(answer: Answer) -> str:
    match answer:
        case SystemLookup():
            return failure_words(answer.failure) if answer.failure else listed(answer.addresses, _SHOWN)
        case DnsReply():
            return _reply(answer)
        case Connection():
            return _refusal(answer) if answer.failure else said("connected")
        case TunnelReply():
            refused = f": {refusal_words(answer.refusal)}" if answer.refusal else ""
            return f"{_status(answer.failure, answer.status, answer.reason, said('the tunnel is open'))}{refused}"
        case UpgradeReply():
            return _upgrade(answer)
        case Session():
            return _session(answer)
        case HttpReply():
            return _at(answer.stage, _status(answer.failure, answer.status, answer.reason, said("answered")))
        case HoldEnd():
            lived, failure = number_words(answer.lived), failure_words(answer.failure) if answer.failure else ""
            return (
                said("{failure} after {lived} s", failure=failure, lived=lived)
                if failure
                else said("still alive after {lived} s", lived=lived)
            )
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
            return (
                failure_words(answer.failure)
                if answer.failure
                else said("refused: {refused}", refused=refused)
                if refused
                else said("accepted")
            )
        case _:
            return machine_words(answer)


def _reply(answer: DnsReply) -> str:
    if answer.failure:
        return failure_words(answer.failure)
    message = read_message(answer.message)
    if isinstance(message, Unreadable):
        return said("an unreadable answer")
    way = " \u2192 ".join(to for _, to in message.aliases[:_MOST_ALIASES])
    addresses = listed(message.addresses, _SHOWN) if message.addresses else said("no address")
    return said("alias of {way}: {addresses}", way=way, addresses=addresses) if way else addresses


def _crowd(answer: ConnectBurstEnd) -> str:
    """How connects at once fared: how many were accepted, and what met the others."""
    accepted = sum(not dialled.failure for dialled in answer.connects)
    others = dict.fromkeys(failure_words(dialled.failure) for dialled in answer.connects if dialled.failure)
    if not others:
        return said("{number} of {total} connected", number=accepted, total=len(answer.connects))
    return said(
        "{number} of {total} connected; the others: {reasons}",
        number=accepted,
        total=len(answer.connects),
        reasons=listed(others, 3),
    )


def _transferred(answer: Transferred) -> str:
    """How much came in what time, and with which status."""
    if answer.sent:
        sent = said(
            "{sent} {sent:byte|bytes} sent in {seconds} s", sent=answer.sent, seconds=number_words(round(answer.seconds, 2))
        )
        ended = (
            failure_words(answer.failure)
            if answer.failure
            else said("answered: {status}", status=answer.status)
            if answer.status
            else said("time over")
        )
        return said("{sent}, then {ended}", sent=sent, ended=ended)
    if not answer.status:
        return failure_words(answer.failure)
    came = said(
        "{status}: {size} bytes in {seconds} s",
        status=answer.status,
        size=answer.size,
        seconds=number_words(round(answer.seconds, 2)),
    )
    return said("{came}, then {failure}", came=came, failure=failure_words(answer.failure)) if answer.failure else came


def _path(answer: Path) -> str:
    """The hops that answered, in order, and how the way ends."""
    senders = [_hop(hop) for hop in answer.hops]
    shown = senders if len(senders) <= 2 * _SHOWN else [*senders[:_SHOWN], "…", *senders[-_SHOWN:]]
    if answer.arrived:
        return " → ".join([*shown, said("the host itself (hop {number})", number=answer.arrived)])
    return (
        said("after {shown}, nothing answers", shown=" → ".join(shown))
        if shown
        else said("nothing answers, not even the first hop")
    )


def _hop(hop: Hop) -> str:
    if not hop.failure:
        return said("{sender} (hop {number})", sender=hop.sender, number=hop.limit)
    return said("{sender} (hop {number}: {reason})", sender=hop.sender, number=hop.limit, reason=failure_words(hop.failure))


def _fetched(answer: PacReply) -> str:
    """What lies at the address of a proxy script."""
    if answer.moved:
        return said("answered: {status}, moved to {moved}", status=answer.status, moved=answer.moved)
    size = said("{size} {size:byte|bytes} of {encoding}", size=answer.size, encoding=answer.encoding) if answer.size else ""
    if not answer.failure:
        return size
    about = joined(part for part in (said("status {status}", status=answer.status) if answer.status else "", size) if part)
    return _at(answer.stage, f"{script_words(answer.failure)}{f' ({about})' if about else ''}")


def _steered(answer: PacResult) -> str:
    """What a proxy script says of a target."""
    if answer.wants:
        return said("it first needs the address of {wants}", wants=listed(answer.wants, _SHOWN))
    if not answer.failure:
        return ways_words(answer.ways)
    at = " ".join(part for part in (answer.error, said("in line {line}", line=answer.line) if answer.line else "") if part)
    return f"{script_words(answer.failure)}{f': {at}' if at else ''}{f': {answer.text}' if answer.text else ''}"


def ways_words(ways: Iterable[ScriptWay]) -> str:
    """Return the ways that a script names, in order: `the proxy a:3128, else direct`."""
    return said(", else ", "between two routes").join(
        said("the {scheme} proxy {proxy}", scheme=way.proxy.scheme, proxy=way.proxy) if way.proxy else said("direct")
        for way in ways
    )


def _refusal(answer: Connection) -> str:
    failure = failure_words(answer.failure)
    return said("{failure} (reported by {sender})", failure=failure, sender=answer.icmp.sender) if answer.icmp else failure


def _status(failure: str, status: int, reason: str, good: str) -> str:
    told = f"{status} {reason}".strip() if status else ""
    if failure:
        return f"{failure_words(failure)}{f': {told}' if told else ''}"
    return f"{good}: {told}" if told else good


def _upgrade(answer: UpgradeReply) -> str:
    if not answer.failure:
        return said("the server starts TLS")
    code = f" ({answer.code})" if answer.code else ""
    refused = f": {upgrade_words(answer.refusal)}{code}" if answer.refusal else ""
    return _at(answer.stage, f"{failure_words(answer.failure)}{refused}")


def _session(answer: Session) -> str:
    if answer.failure:
        return _at(answer.stage, failure_words(answer.failure))
    agreed = ", ".join(word for word in (answer.cipher, answer.group, answer.alpn) if word)
    version, refused = answer.version or "TLS", _refused(answer.verify_errors)
    if refused:
        return said("{version} is up, but the certificate is refused: {reason}", version=version, reason=refused)
    up = said("{version} is up", version=version)
    return f"{up} ({agreed})" if agreed else up


def _refused(errors: Iterable[VerifyError]) -> str:
    """What speaks against a chain; empty where nothing does."""
    reasons = tuple(dict.fromkeys(verify_words(error.code) for error in errors))
    return listed(reasons, 3) if reasons else ""


def _at(stage: str, words: str) -> str:
    return said("{words} (at the {stage} before it)", words=words, stage=stage) if stage else words
