"""The clock of this computer is wrong.

*What it means*

Servers write their own time into their answers. Several of them agree with each other, and disagree with this computer's clock
by more than five minutes.

*Why it matters*

Certificates are valid from one moment to another: with a wrong clock good ones look expired, or not yet valid. Signed requests
and logins are refused when their time is more than a few minutes off.

*What to do*

Set the clock, and switch automatic time setting on. In a virtual machine the host's clock is copied: set that one. A time zone
that is wrong does no harm by itself; setting the clock "right" under a wrong zone does.

*How it is told apart*

One server alone whose time is off has a wrong clock itself. So two servers at least have to agree; or one, where a certificate
from an otherwise trusted chain is valid at that server's time, and not at this computer's. If any server agrees with this
computer, its clock is right, and an expired certificate is just that: tls-certificate-expired.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from diag.knowledge.clock_skew import date_of
from diag.model.answer import Header, Session
from diag.model.check import Rival, RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning
from diag.model.wire.certificate import read_chain
from diag.model.wire.chain import EXPIRED, NOT_YET_VALID

TOLERATED = timedelta(minutes=5)
AGREED = timedelta(seconds=10)
"""How far apart servers may be that agree with each other: the Date field knows whole seconds, and answers travel."""
PLAUSIBLE = range(1970, 9000)
"""The years that a Date field can mean; others are nonsense, and time cannot be added to the last ones."""


class Direction(StrEnum):
    """Which way a clock is wrong."""

    AHEAD = "ahead"
    BEHIND = "behind"


class Unit(StrEnum):
    """What a span of time is told in."""

    YEARS = "years"
    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"


_LENGTHS = {
    Unit.YEARS: timedelta(days=365),
    Unit.DAYS: timedelta(days=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.MINUTES: timedelta(minutes=1),
}


class Witness(Struct, frozen=True):
    """One server's time beside this computer's."""

    name: str
    """Who wrote it."""
    ahead: timedelta
    """This computer's clock minus the server's; negative: this computer is behind."""
    observation: Observation


def _witnesses(run_view: RunView) -> tuple[Witness, ...]:
    """One witness a server; of several answers of one server, the first."""
    found: dict[str, Witness] = {}
    for exchange in run_view.exchanges:
        name = exchange.question.authority.host
        _add(found, name, exchange.observation, exchange.answer.headers, exchange.answer.first_byte_after)
    for tunnel in run_view.tunnels:
        _add(found, tunnel.question.proxy.host, tunnel.observation, tunnel.answer.headers, 0)
    return tuple(found.values())


def _add(found: dict[str, Witness], name: str, observation: Observation, headers: tuple[Header, ...], after: float) -> None:
    written = _written(headers)
    if written is None or name in found:
        return
    here = observation.began + timedelta(seconds=after or observation.took)
    found[name] = Witness(name, here - written, observation)


def _written(headers: tuple[Header, ...]) -> datetime | None:
    """The time at which an answer left its server: Date (RFC 9110, section 6.6.1), and what it waited in caches since (Age)."""
    date = date_of(headers)
    age = next((header.value for header in headers if header.name == "age" and re.fullmatch(r"[0-9]{1,9}", header.value)), "0")
    return None if date is None or date.year not in PLAUSIBLE else date + timedelta(seconds=int(age))


def _agreeing(witnesses: tuple[Witness, ...]) -> tuple[Witness, ...]:
    """The largest group of servers whose times agree within seconds."""
    groups = (tuple(other for other in witnesses if abs(other.ahead - one.ahead) <= AGREED) for one in witnesses)
    return max(groups, key=len, default=())


def _fails_by_time(view: EndpointView, ahead: timedelta) -> bool:
    """Whether the chain of an endpoint is complained of for its time alone, and all of it is valid at the servers' time."""
    session = view.session
    if session is None or not _only_time(session.answer):
        return False
    chain = read_chain(session.answer.chain)
    there = session.observation.began - ahead
    return bool(chain) and all(certificate.not_before <= there <= certificate.not_after for certificate in chain)


def _only_time(session: Session) -> bool:
    codes = {error.code for error in session.verify_errors}
    return bool(codes) and codes <= {NOT_YET_VALID, EXPIRED}


def judge(run_view: RunView) -> Finding:
    witnesses = _witnesses(run_view)
    if not witnesses:
        return unknown(Because.NOT_REACHED)
    here = [witness for witness in witnesses if abs(witness.ahead) <= TOLERATED]
    if here:
        return ok(*(witness.observation for witness in here))
    agreeing = _agreeing(witnesses)
    ahead = agreeing[len(agreeing) // 2].ahead
    hits = [view for view in run_view.cases if _fails_by_time(view, ahead)]
    alone = len(agreeing) == 1
    if (alone and not hits) or (len(witnesses) > 1 and len(agreeing) * 2 <= len(witnesses)):
        return unknown(Because.UNDECIDED, *(witness.observation for witness in witnesses))
    say = problem if hits else warning
    unit = _unit(abs(ahead))
    return say(
        *(witness.observation for witness in agreeing),
        *(view.session.observation for view in hits if view.session),
        about="clock",
        hits=[str(view.endpoint) for view in hits],
        confidence=Confidence.CERTAIN if hits and not alone else Confidence.LIKELY,
        rules_out={"one-clock-wrong": () if alone else [witness.observation for witness in agreeing]},
        minutes=round(abs(ahead) / timedelta(minutes=1)),
        off=round(abs(ahead) / _LENGTHS[unit]),
        unit=unit,
        direction=Direction.AHEAD if ahead > timedelta() else Direction.BEHIND,
        servers=tuple(witness.name for witness in agreeing),
        here=run_view.now,
        there=(run_view.now - ahead).replace(microsecond=0),
        refused=len(hits) or None,
    )


def _unit(span: timedelta) -> Unit:
    """The largest unit of which a span has two."""
    return next((unit for unit, length in _LENGTHS.items() if span >= 2 * length), Unit.MINUTES)


CHECK = RunCheck(
    id="machine-clock-wrong",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5905",
    do=(HowTo.SET_CLOCK,),
    see=(
        ShellLine("curl -skI {to_url} | grep -i '^date:'; date -u", "two times that differ"),
        ShellLine("w32tm /query /status", "an old time of the last synchronisation", Shell.POWERSHELL),
    ),
    judge=judge,
    explains=("tls-certificate-expired", "tls-certificate-not-yet-valid", "tls-certificate-expires-soon"),
    rivals=(
        Rival(
            "one-clock-wrong",
            owner=Owner.SERVICE,
            words="the clock of the one server that gave its time is wrong",
            decided_by="the time that another server gives",
        ),
    ),
    tokens={"direction": Direction, "unit": Unit},
    alike=("direction",),
    sentences=Sentences(
        title="The clock of this computer is {off} {unit} {direction} the servers' time",
        seen=(
            "This computer's clock said {here}. The answers of {servers} said {there}.",
            "Certificates that look out of date only for that reason: {refused}.",
        ),
        means="Valid certificates look expired or not yet valid on this computer. Services refuse signed requests with a wrong"
        " time.",
        remedy=(
            "Set the clock of this computer, and switch on automatic time (NTP).",
            "In a virtual machine or a container, set the clock of its host: the guest copies it.",
            "Run diag again.",
        ),
    ),
)
