"""What a recording keeps of what differs each time: nothing, so that a scene that is recorded again reads as it did.

Folders, ports of clients, link-local addresses and ids of DNS messages get stand-ins; times are told in steps, from the run's
beginning on; what this computer says of its releases is what one computer said. Left as they came, since other things rest on
them, are the moment of the run, with the Date lines of answers; certificates with their keys; and how many bytes went.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from math import floor

import msgspec
from msgspec.structs import replace

from diag.model.answer import DnsReply, TcpInfo
from diag.model.machine import System
from diag.model.observation import Answer, Observation
from diag.model.question import Inspect
from diag.model.run import Evidence

FOLDERS = ((re.compile(r"/tmp/house[0-9]+x[0-9a-f]{6}"), "/tmp/house"), (re.compile(r"/tmp/diag-lab-\w{8}"), "/tmp/diag-lab"))
LINK_LOCAL = re.compile(r"\bfe80::[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){2,3}")
SOURCE_PORT = re.compile(r'"source_port":\d+')
FIRST_BYTE = re.compile(r'"first_byte_after":([0-9.e-]+)')
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


def settled(evidence: Evidence) -> Evidence:
    """The evidence with stand-ins for whatever is otherwise at each recording."""
    text = msgspec.json.encode(evidence).decode()
    for pattern, folder in FOLDERS:
        text = pattern.sub(folder, text)
    text = LINK_LOCAL.sub(_numbered(lambda number: f"fe80::{number}"), text)
    text = SOURCE_PORT.sub(_numbered(lambda number: f'"source_port":{40000 + number}'), text)
    text = FIRST_BYTE.sub(lambda match: f'"first_byte_after":{coarse(float(match[1]))}', text)
    plain = msgspec.json.decode(text, type=Evidence)
    began = plain.run.began.replace(microsecond=0)
    lasted = timedelta(seconds=coarse((plain.run.ended - plain.run.began).total_seconds()))
    run = replace(plain.run, began=began, ended=began + lasted)
    return Evidence(run, tuple(_settled(plain.run.began, began, seen) for seen in plain.observations))


def coarse(seconds: float) -> float:
    """A length of time to a twentieth of a second; from a second on to a tenth, and a little more, as waiting takes."""
    return round(floor(seconds * 10) / 10 + 0.01, 2) if seconds >= 1 else round(round(seconds * 20) / 20, 2)


def _settled(real: datetime, began: datetime, seen: Observation) -> Observation:
    if isinstance(seen.question, Inspect):
        return replace(seen, began=began, took=0.0, answer=_answer(seen.answer))
    after = timedelta(seconds=floor((seen.began - real).total_seconds() * 2) / 2)
    return replace(seen, began=began + after, took=coarse(seen.took), answer=_answer(seen.answer))


def _answer(answer: Answer | None) -> Answer | None:
    match answer:
        case System():
            return replace(answer, **RELEASES)
        case DnsReply():
            return replace(answer, message=_without_id(answer.message), truncated=_without_id(answer.truncated))
    tcp = getattr(answer, "tcp", None)
    return replace(answer, tcp=_tcp(tcp)) if isinstance(tcp, TcpInfo) and answer is not None else answer


def _without_id(message: bytes) -> bytes:
    """The message with zero for its id (RFC 1035, section 4.1.1), which is drawn by lot."""
    return bytes(2) + message[2:] if message else b""


def _tcp(info: TcpInfo) -> TcpInfo:
    """Round trips in whole milliseconds; and one, where they were quicker."""
    return replace(info, rtt=_milliseconds(info.rtt), min_rtt=_milliseconds(info.min_rtt))


def _milliseconds(microseconds: int) -> int:
    return max(1000, round(microseconds, -3)) if microseconds else 0


def _numbered(name: Callable[[int], str]) -> Callable[[re.Match[str]], str]:
    """Gives each thing that is found a number of its own, in the order of their coming."""
    known: dict[str, str] = {}

    def instead(match: re.Match[str]) -> str:
        return known.setdefault(match.group(), name(len(known) + 1))

    return instead
