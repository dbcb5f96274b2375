"""What lies in a bundle: its members, their schema, and the limits that writer and reader keep to."""

from datetime import datetime

import msgspec
from msgspec import Struct

from diag.bundle.seal import Sealed
from diag.model.expression import expression
from diag.model.run import Limits

FAMILY = "diag.bundle"
MAJOR, MINOR = 1, 1
SCHEMA = f"{FAMILY}/{MAJOR}"
"""A newer minor (`diag.bundle/1.3`) adds and never changes; a newer major is refused."""
WRITTEN = f"{SCHEMA}.{MINOR}"
"""What is written today. 1.1 counts the verdicts that found nothing; before, all of them were written."""

MANIFEST = "manifest.json"
RUN_MEMBER = "run.json"
EVIDENCE = "evidence.jsonl"
VERDICTS = "verdicts.json"
SUMMARY = "summary.txt"
SUMMARY_IN = "summary.{language}.txt"
"""The same in the language of whoever ran diag, by its tag, in UTF-8; only where that is not English."""
REDACTION = "redaction.json"
ERRORS = "errors.jsonl"
_TRANSLATED = expression(r"summary\.[a-z]{2,3}\.txt")
MEMBERS = (MANIFEST, RUN_MEMBER, EVIDENCE, VERDICTS, SUMMARY, REDACTION, ERRORS)


def is_known(name: str) -> bool:
    """Return whether this version knows what a member holds."""
    return name in MEMBERS or _TRANSLATED.fullmatch(name) is not None


LARGEST_BUNDLE = 4 << 20
"""Bytes of the file."""
LARGEST_UNPACKED = 16 << 20
"""Bytes of all members together."""
MOST_LINES = 40_000
"""Lines of one member."""
MOST_IDS = 60_000
"""Observations that all walks and looks together name; ours name about ten an endpoint."""
LARGEST_SUMMARY = 60_000
"""Bytes: what a ticket takes as text."""

JSON = msgspec.json.Encoder(order="sorted")


class Manifest(Struct, frozen=True, omit_defaults=True):
    """What a bundle is, and what lies in it."""

    schema: str
    tool: str
    """The version of diag that wrote it."""
    catalogue: str
    """The version of the checks that judged it."""
    began: datetime
    ended: datetime
    limits: Limits
    privacy: str
    """The level of redaction."""
    endpoints: int
    observations: int
    members: dict[str, Sealed]
    """Every other member."""
    interrupted: bool = False


class ErrorLine(Struct, frozen=True, omit_defaults=True):
    """One thing that could not be collected, or that was left out, and why."""

    why: str
    """A word of `FaultKind`; `size`: the bundle would have been too large; `undeclared`: the field has no privacy class;
    `unreadable`: what came is not what it should be; `bug`: a part of diag itself failed; `lost`: it failed while this was
    redacted, and so it stays out; `held_back`: a private value was still in it after that, and so it stays out."""
    id: str = ""
    """The observation; empty: all."""
    detail: str = ""
    """What a fault says of itself."""
    field: str = ""
    """The field that was emptied; empty: there was no answer at all."""
    endpoint: str = ""
    """The endpoint all of whose observations are left out; empty: it is about less, or more, than one endpoint."""
    bytes: int = 0
    """How much was left out."""


SIZE = "size"
UNDECLARED = "undeclared"
UNREADABLE = "unreadable"
BUG = "bug"
LOST = "lost"
HELD_BACK = "held_back"


def lines(structs: tuple[Struct, ...]) -> bytes:
    """Return one struct a line."""
    return b"".join(JSON.encode(struct) + b"\n" for struct in structs)


class Report(Struct, frozen=True):
    """What redaction did, in numbers: it holds no value, neither old nor new."""

    level: str
    rules: dict[str, int]
    """How often each rule replaced something, by the rule's name."""
    dropped: dict[str, int]
    """Fields that declare no privacy class, as `Struct.field`, and how often each held something."""
