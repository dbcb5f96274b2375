"""Downloads are far slower than the distance explains.

*What it means*

You asked for a transfer to be timed (`--transfer`). The answer came at a rate far below that of a comparison host. Or none was
named, and the rate is so low that neither the distance nor anything else diag sees explains it.

*Why it matters*

Small requests work, so everything seems to be in order; downloads, uploads and result sets take many times as long as they
should, or run into time-outs.

*What to do*

Look at what limits traffic on the network path: a rate limit of a firewall, VPN or cloud gateway, an overloaded link, a bad
cable or wireless reception. If nothing on the network path does, the service itself sends that slowly: give its provider the
rate and the time.

*How it is told apart*

The body of one answer is counted for some seconds, one transfer at a time. Too short an answer says nothing. A rate that one
window of the smallest kind allows over that distance is explained by the distance (network-high-latency). A comparison host
with something to read (`--control HOST:PORT/PATH`) is read in the same way. If it is as slow, it is this computer's own link,
or what all its traffic shares. If it is far faster, it is the path to this one host, or the host. Missing segments point to
the network path. But a limit that only delays packets looks just like a server that writes slowly, so both are named, and the
same transfer from another network decides. Through a proxy nothing is measured.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum

from msgspec import Struct

from diag.knowledge.asked_for import downloads
from diag.knowledge.connect_outcomes import is_outside
from diag.model.address import literal
from diag.model.answer import Transferred
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import Shell, ShellLine
from diag.model.question import Connect, Handshake, Question, Transfer, dialled
from diag.model.run import Control
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning
from diag.model.view import Answered

_FAR = 5
"""How many times slower than a host that is known to be good is far slower."""
_SLOW = 1_000_000
"""Bits a second below which an answer is slow whatever it is compared with."""
PLENTY = 10_000_000
"""Bits a second from which on an answer is not slow, with nothing to compare it with."""
FAST = 100_000_000
"""Bits a second from which on our own reading may be what limits."""
WINDOW = 65_535
"""Bytes that even the oldest TCP may have under way at a time (RFC 9293, section 3.1; larger ones: RFC 7323)."""
NEAR_WINDOW = 0.5
"""The part of what one such window allows from which on the distance may be what limits: it takes some trips to get there."""
LONG_ENOUGH, LARGE_ENOUGH = 1.0, 1_000_000
"""Seconds, or bytes, from which on a transfer is more than its own beginning."""
TRIPS = 5
"""Trips there and back that a transfer takes to come up to speed."""
_MISSING = 0.02
"""The part of all segments that came after a gap, from which on the way is said to lose some."""
LEAST_MISSING = 10
OWN_LINE = "this computer's own link"
"""What a cause is about that is not of one host."""


class SlowPart(StrEnum):
    """What may be slow."""

    WAY = "way"
    LOSSY_WAY = "lossy_way"
    OWN_LINE = "own_line"
    OWN_LINE_OUT = "own_line_out"
    SHARED_LINE = "shared_line"
    SERVICE = "service"


class Measured(Struct, frozen=True):
    """One transfer that was long enough to say something."""

    seen: Answered[Transfer, Transferred]

    @property
    def rate(self) -> float:
        """Bits a second."""
        return self.seen.answer.size * 8 / self.seen.answer.seconds

    @property
    def megabits(self) -> float:
        """Millions of bits a second, to be shown."""
        return round(self.rate / 1_000_000, 2 if self.rate < _SLOW else 1)

    @property
    def is_explained_by_distance(self) -> bool:
        """Whether one window of the smallest kind would not be much faster."""
        trip = _trip(self.seen.answer)
        return trip > 0 and self.rate >= NEAR_WINDOW * WINDOW * 8 / trip

    @property
    def is_outside(self) -> bool:
        """Whether it came from a public address."""
        return is_outside(dialled(self.seen.question.over).host)

    @property
    def missing(self) -> int:
        """Segments that came after a gap, where that is more than a few of them."""
        tcp = self.seen.answer.tcp
        many = tcp is not None and tcp.out_of_order >= max(LEAST_MISSING, _MISSING * tcp.segments_in)
        return tcp.out_of_order if tcp and many else 0


def _transfer(view: EndpointView) -> Transfer | None:
    """The walk's request once more, to be counted; None where its answer was not one to count, or all of it was there at once."""
    seen = view.exchange
    if seen is None or seen.answer.status // 100 != 2 or seen.answer.complete:
        return None
    return Transfer(seen.question.over, seen.question.authority, seen.question.target, view.evidence.run.trials.transfer)


def _of_control(view: EndpointView) -> Transfer | None:
    """The same of a host that is known to be good, if one was named with something to read, and accepted."""
    for control in view.evidence.run.controls:
        way = _way(view, control)
        if control.target and way:
            name = "" if literal(control.authority.host) else control.authority.host
            over = way if control.authority.port == 80 else Handshake(way, name)
            return Transfer(over, control.authority, control.target, view.evidence.run.trials.transfer)
    return None


def _way(view: EndpointView, control: Control) -> Connect | None:
    """The connect that a host accepted."""
    accepted = (dial for dial in view.control_dials if not dial.answer.failure)
    return next((dial.question for dial in accepted if dial.observation.id in control.seen), None)


def _measured(view: EndpointView, question: Transfer | None) -> Measured | None:
    seen = next((seen for seen in view.transfers if seen.question == question), None)
    if seen is None or seen.answer.status // 100 != 2 or seen.answer.failure or not seen.answer.seconds:
        return None
    long = seen.answer.seconds >= max(LONG_ENOUGH, TRIPS * _trip(seen.answer))
    return Measured(seen) if long or seen.answer.size >= LARGE_ENOUGH else None


def _trip(answer: Transferred) -> float:
    """Seconds there and back; 0: not known."""
    return answer.tcp.min_rtt / 1_000_000 if answer.tcp else 0.0


def questions(view: EndpointView) -> Iterable[Question]:
    mine = _transfer(view)
    measured = _measured(view, mine)
    other = _of_control(view) if measured and measured.rate < FAST else None
    return [question for question in (mine, other) if question]


def judge(view: EndpointView) -> Finding:
    mine = _measured(view, _transfer(view))
    if mine is None:
        walked = (view.exchange.observation,) if view.exchange else ()
        return unknown(Because.UNDECIDED if view.exchange else Because.NOT_REACHED, *walked)
    other = _measured(view, _of_control(view))
    if other and other.is_explained_by_distance and other.rate < _FAR * mine.rate:
        other = None  # it is far away itself, and nothing to compare with
    cites = (mine.seen.observation, *((other.seen.observation,) if other else ()))
    rate, megabits = round(mine.rate), mine.megabits
    if mine.is_explained_by_distance:
        return ok(*cites, bits_per_second=rate, megabits=megabits, by_distance=True)
    if other is None:
        return _alone(view, mine)
    if mine.rate < FAST and other.rate >= _FAR * mine.rate:
        return _far_slower(view, mine, other)
    if mine.rate < _SLOW:
        return _slow(
            warning,
            view,
            mine,
            other,
            about=OWN_LINE,
            sure=Confidence.LIKELY,
            slow_parts=(SlowPart.OWN_LINE, SlowPart.SHARED_LINE),
            excluded=("own-line-slow",),
        )
    return ok(*cites, bits_per_second=rate, megabits=megabits)


def _far_slower(view: EndpointView, mine: Measured, other: Measured) -> Finding:
    """What can be said where another host is far faster."""
    way = SlowPart.LOSSY_WAY if mine.missing else SlowPart.WAY
    inside = mine.is_outside and not other.is_outside
    return _slow(
        problem if mine.rate < PLENTY else warning,
        view,
        mine,
        other,
        slow_parts=(way, SlowPart.OWN_LINE_OUT, SlowPart.SERVICE) if inside else (way, SlowPart.SERVICE),
        excluded=() if inside else ("own-line-slow",),
    )


def _alone(view: EndpointView, mine: Measured) -> Finding:
    """What can be said with nothing to compare with."""
    rate, megabits = round(mine.rate), mine.megabits
    if mine.rate >= PLENTY:
        return ok(mine.seen.observation, bits_per_second=rate, megabits=megabits)
    if mine.rate >= _SLOW:
        return unknown(Because.UNDECIDED, mine.seen.observation, bits_per_second=rate, megabits=megabits)
    way = SlowPart.LOSSY_WAY if mine.missing else SlowPart.WAY
    return _slow(
        warning,
        view,
        mine,
        None,
        slow_parts=(way, SlowPart.OWN_LINE, SlowPart.SERVICE),
    )


def _slow(
    say: Callable[..., Finding],
    view: EndpointView,
    mine: Measured,
    other: Measured | None,
    *,
    slow_parts: tuple[SlowPart, ...],
    excluded: tuple[str, ...] = (),
    about: str = "",
    sure: Confidence = Confidence.POSSIBLE,
) -> Finding:
    named = any(control.target for control in view.evidence.run.controls)
    return say(
        mine.seen.observation,
        *((other.seen.observation,) if other else ()),
        about=about or str(view.endpoint.authority),
        confidence=Confidence.LIKELY if mine.missing else sure,
        host=view.endpoint.host,
        path=view.endpoint.path,
        bits_per_second=round(mine.rate),
        megabits=mine.megabits,
        rules_out={rival: [other.seen.observation] for rival in excluded} if other else None,
        control_bits_per_second=round(other.rate) if other else None,
        size=mine.seen.answer.size,
        seconds=round(mine.seen.answer.seconds, 1),
        pause=round(mine.seen.answer.longest_pause, 2),
        missing=mine.missing or None,
        compared_megabits=other.megabits if other else None,
        compared_with=str(other.seen.question.authority) if other else None,
        nothing_comparable=(named and other is None) or None,
        slow_parts=tuple(part.value for part in slow_parts),
    )


CHECK = EndpointCheck(
    id="network-throughput-low",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6349",
    see=(
        ShellLine("curl -o /dev/null --max-time 20 {to_origin}{path}", "a low Average Speed"),
        ShellLine(
            "Measure-Command { curl.exe -s -o NUL --max-time 20 {to_origin}{path} }",
            "a long TotalSeconds",
            Shell.POWERSHELL,
        ),
    ),
    judge=judge,
    needs=Stage.EXCHANGE,
    applies=downloads,
    questions=questions,
    tokens={"slow_parts": SlowPart},
    rivals=(
        Rival(
            "service-slow",
            owner=Owner.SERVICE,
            decided_by="the same transfer from another network",
            words="the service itself sends that slowly",
        ),
        Rival(
            "own-line-slow",
            decided_by="the same test with --control HOST:PORT/PATH, a good host outside with something large to read",
            words="this computer's own link is as slow for everything",
        ),
    ),
    sentences=Sentences(
        title="Downloads from {host} are slow: {megabits} Mbit/s",
        seen=(
            "{size} bytes of {path} came in {seconds} s, without a pause longer than {pause} s.",
            "Segments that came after a gap: {missing}.",
            "From the comparison host {compared_with}, data came at {compared_megabits} Mbit/s.",
            When("nothing_comparable", (True,), "The comparison host gave nothing that could be compared."),
            "The slow part is one of these: {slow_parts}.",
        ),
        means="Small requests work. Large downloads take far longer than the distance explains.",
        remedy=(
            "Compare with another connection of this computer: a cable instead of wireless, or without the VPN.",
            "Ask your network team for rate limits and overloaded links on the path to {host}.",
            "If the transfer is as slow from another network, report the rate, the time and {path} to the provider of {host}.",
        ),
    ),
)
