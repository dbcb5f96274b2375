"""What a recording keeps of what differs each time: nothing, so that a scene that is recorded again reads as it did.

Folders, ports of clients, link-local addresses and ids of DNS messages get stand-ins; observations are numbered in the order of
the endpoints, since these are looked at side by side; numbers of bytes are told in steps; of what a TLS server said no more is
kept than that it spoke TLS; what this computer says of its releases is what one computer said. Moments, and certificates with
their keys, are the same by `tests.recording.sameness`.

How long something took depends on what else the computer does, so it is told in whole seconds, as waiting takes, and in finer
steps only where something else would come out of the scene; so is the end of a connection that the other side cut. What begins,
begins when what it came after has ended.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from math import floor
from typing import NamedTuple, get_args

import msgspec
from msgspec.structs import replace

from diag.model.answer import DnsReply, Session, TcpInfo, Transferred
from diag.model.failure import Failure
from diag.model.machine import System
from diag.model.observation import Answer, Observation
from diag.model.question import Inspect, Question, kind
from diag.model.run import Evidence

FOLDERS = ((re.compile(r"/tmp/house[0-9]+x[0-9a-f]{6}"), "/tmp/house"), (re.compile(r"/tmp/diag-lab-\w{8}"), "/tmp/diag-lab"))
LINK_LOCAL = re.compile(r"\bfe80::[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){2,3}")
SOURCE_PORT = re.compile(r'"source_port":\d+')
ID = re.compile(rf'"({"|".join(map(kind, get_args(Question)))})-[0-9]+"')
LENGTH = re.compile(r'"(first_byte_after|lived|took|longest_pause)":([0-9.e-]+)')
TLS_HELLO = 11
"""Bytes of a ServerHello before its random part: the heads of record and message, and the version (RFC 8446, section 4.1.3)."""
STEP = 1024
"""In which bytes are counted: a signature is a byte or two shorter now and then."""
FEW = 256
"""Bytes that are counted one by one: no signature is among them."""
ENDED = (7, 8)
"""The states of a connection that the other side has ended, in TCP_INFO: CLOSE and CLOSE_WAIT."""


class Steps(NamedTuple):
    """How finely is told what a busy computer tells otherwise than an idle one."""

    wait: float
    """Seconds."""
    round_trip: int
    """Microseconds."""
    endings: bool
    """Whether the kernel's account of a connection that the other side ended at once is kept whole."""


WHOLE, FINE = Steps(1.0, 100_000, False), Steps(0.25, 10_000, True)
RELEASES = {
    "release": "6.1.0",
    "machine": "x86_64",
    "python": "3.11.7",
    "openssl": "OpenSSL 3.0.17 1 Jul 2025",
    "openssl_own": "OpenSSL 3.5.4 30 Sep 2025",
    "distribution": "debian 12",
    "setting": "container",
}
"""What every recording says of the computer that it was made on."""


def settled(evidence: Evidence, steps: Steps = WHOLE) -> Evidence:
    """The evidence with stand-ins for whatever is otherwise at each recording."""
    text = msgspec.json.encode(evidence).decode()
    for pattern, folder in FOLDERS:
        text = pattern.sub(folder, text)
    text = LINK_LOCAL.sub(_numbered(lambda number: f"fe80::{number}"), text)
    text = SOURCE_PORT.sub(_numbered(lambda number: f'"source_port":{40000 + number}'), text)
    text = LENGTH.sub(lambda match: f'"{match[1]}":{coarse(float(match[2]), steps.wait)}', text)
    text = ID.sub(_numbered_by_kind(), text)
    plain = msgspec.json.decode(text, type=Evidence)
    began = plain.run.began.replace(microsecond=0)
    begins = _begins(evidence, began, steps)
    ordered = sorted(zip(plain.observations, begins, strict=True), key=lambda one: text.index(f'"{one[0].id}"'))
    seen = [_settled(one, begin, steps) for one, begin in ordered]
    lasted = max((one.began - began + timedelta(seconds=one.took) for one in seen), default=timedelta())
    return Evidence(replace(plain.run, began=began, ended=began + lasted), tuple(seen))


def coarse(seconds: float, step: float) -> float:
    """Return a length of time in steps of so many seconds; from a second on with a little more, as waiting takes."""
    return floor(seconds / step) * step + (0.01 if seconds >= 1 else 0)


def _begins(evidence: Evidence, began: datetime, steps: Steps) -> list[datetime]:
    """When each observation is said to begin: as long after the end of the last one before it as it waited."""
    ends = [(evidence.run.began, began)]  # when it ended, and when it is said to have ended
    begins: dict[str, datetime] = {}
    for one in sorted(evidence.observations, key=lambda one: one.began):
        real, told = zip(*(end for end in ends if end[0] <= one.began), strict=True)
        waited = coarse((one.began - max(real)).total_seconds(), steps.wait)
        begins[one.id] = max(told) + timedelta(seconds=waited)
        took = 0.0 if isinstance(one.question, Inspect) else coarse(one.took, steps.wait)
        ends.append((one.began + timedelta(seconds=one.took), begins[one.id] + timedelta(seconds=took)))
    return [begins[one.id] for one in evidence.observations]


def _settled(seen: Observation, began: datetime, steps: Steps) -> Observation:
    took = 0.0 if isinstance(seen.question, Inspect) else seen.took
    return replace(seen, began=began, took=took, answer=_answer(seen.answer, steps))


def _answer(answer: Answer | None, steps: Steps) -> Answer | None:
    match answer:
        case System():
            return replace(answer, **RELEASES)
        case DnsReply():
            return replace(answer, message=_without_id(answer.message), truncated=_without_id(answer.truncated))
        case Transferred():
            answer = replace(answer, seconds=coarse(answer.seconds, steps.wait), size=_bytes(answer.size))
        case Session():
            answer = replace(answer, first_bytes=_first_bytes(answer.first_bytes), bytes_received=_bytes(answer.bytes_received))
    tcp = getattr(answer, "tcp", None)
    failure = getattr(answer, "failure", "")
    return replace(answer, tcp=_tcp(tcp, failure, steps)) if isinstance(tcp, TcpInfo) and answer is not None else answer


def _first_bytes(first: bytes) -> bytes:
    return first[:TLS_HELLO] if first.startswith(b"\x16\x03") else first


def _bytes(number: int) -> int:
    return number if number < FEW else max(FEW, number - number % STEP)


def _without_id(message: bytes) -> bytes:
    """The message with zero for its id (RFC 1035, section 4.1.1), which is drawn by lot."""
    return bytes(2) + message[2:] if message else b""


def _tcp(info: TcpInfo, failure: str, steps: Steps) -> TcpInfo:
    """Return the kernel's account without what depends on the moment at which it was taken.

    Numbers of segments stay where some came out of order; what was acknowledged, where the connection failed.
    """
    counted = bool(info.out_of_order)
    failed = bool(failure) and (steps.endings or failure == Failure.TIMED_OUT)
    ended = bool(failure) and not failed
    return replace(
        info,
        state=1 if info.state in ENDED and not failed else info.state,
        rtt=_round_trip(info.rtt, steps),
        min_rtt=_round_trip(info.min_rtt, steps),
        unacked=info.unacked if failed else 0,
        bytes_acked=info.bytes_acked if failed else 0 if ended else _bytes(info.bytes_acked),
        bytes_received=_bytes(info.bytes_received),
        segments_out=info.segments_out if counted else 0,
        segments_in=info.segments_in if counted else 0,
        send_mss=0 if ended else info.send_mss,
        receive_mss=0,
    )


def _round_trip(microseconds: int, steps: Steps) -> int:
    """Return a round trip in steps; a millisecond, where it was quicker than one."""
    return max(1000, microseconds - microseconds % steps.round_trip) if microseconds else 0


def _numbered_by_kind() -> Callable[[re.Match[str]], str]:
    """Numbers the observations of each kind as the run names them, endpoint by endpoint, whichever of them came first."""
    known: dict[str, str] = {}
    kinds: Counter[str] = Counter()

    def instead(match: re.Match[str]) -> str:
        if match.group() not in known:
            kinds[match[1]] += 1
            known[match.group()] = f'"{match[1]}-{kinds[match[1]]}"'
        return known[match.group()]

    return instead


def _numbered(name: Callable[[int], str]) -> Callable[[re.Match[str]], str]:
    """Gives each thing that is found a number of its own, in the order of their coming."""
    known: dict[str, str] = {}

    def instead(match: re.Match[str]) -> str:
        return known.setdefault(match.group(), name(len(known) + 1))

    return instead
