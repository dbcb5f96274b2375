"""What redaction left a private value in stays out, and what no reader would take: one text or one observation, never the bundle.

A text gives its place to a mark. Where that is not enough, its observation goes, its verdict, its line of the summary. What says
nothing but words of ours stays: nobody can be told by them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from diag.bundle import layout
from diag.bundle.fields import Class, FieldValue, Rewriter, leaves
from diag.bundle.layout import BUG, HELD_BACK, JSON, ErrorLine
from diag.bundle.redact import Redacted
from diag.bundle.scan import MARK, Leak, Search, scan
from diag.model.answer import Session
from diag.model.observation import Observation
from diag.model.run import Evidence, Run

S = TypeVar("S", Run, Observation)
_READER = msgspec.json.Decoder(Observation)


def without_leaking(redacted: Redacted) -> Redacted:
    """Return the same, without what must not or cannot be in a bundle; each of it is among what was lost."""
    if redacted.searched:
        return redacted
    evidence = redacted.evidence
    run, gone = _run_without(redacted)
    found = _leaks(redacted, layout.lines(tuple(_each_chain_once(evidence.observations))))
    kept: list[Observation] = []
    for seen in evidence.observations:
        new: Observation | None = seen
        if not _is_readable(seen):
            new = None
            gone.append(ErrorLine(why=BUG, id=seen.id, detail="a value in it is beyond measure"))
        elif found and _leaks(redacted, layout.lines((seen,))):
            new, fields = _marked(redacted, seen)
            gone += [ErrorLine(why=HELD_BACK, id=seen.id, field=field) for field in fields]
        if new is not None:
            kept.append(new)
    if not gone:
        return replace(redacted, searched=True)
    return replace(redacted, evidence=Evidence(run, tuple(kept)), lost=(*redacted.lost, *gone), searched=True)


def _each_chain_once(observations: Iterable[Observation]) -> Iterator[Observation]:
    """The observations, with a chain of certificates where it stands first: many endpoints present the same."""
    met: set[tuple[bytes, ...]] = set()
    for seen in observations:
        if isinstance(seen.answer, Session) and seen.answer.chain in met:
            yield replace(seen, answer=replace(seen.answer, chain=()))
        else:
            met.update([seen.answer.chain] if isinstance(seen.answer, Session) else ())
            yield seen


def told_without(members: Mapping[str, bytes], redacted: Redacted) -> dict[str, bytes]:
    """Return what is told of the evidence (diagnosis, summary, accounts) without the words in which a private value is."""
    return {name: _told_without(name, content, redacted) for name, content in members.items()}


def _told_without(name: str, content: bytes, redacted: Redacted) -> bytes:
    try:
        scan({name: content}, redacted.private, redacted.withheld)
    except Leak:
        search = Search(redacted.private, redacted.withheld)
        match name:
            case layout.VERDICTS:
                told = msgspec.json.decode(content)
                kept = [verdict for verdict in told["verdicts"] if search.marked(verdict) == verdict]
                return JSON.encode(search.marked({**told, "verdicts": kept}))
            case _ if name.endswith(".txt"):
                return _lines_without(content, search)
            case _:
                return b"".join(JSON.encode(search.marked(msgspec.json.decode(line))) + b"\n" for line in content.splitlines())
    return content


def _lines_without(text: bytes, search: Search) -> bytes:
    """A text for people without the lines, and where words were parted by their ends without any of them."""
    lines = [f"({MARK})\n".encode() if search.finds(line) else line for line in text.splitlines(keepends=True)]
    without = b"".join(lines)
    return f"({MARK})\n".encode() if search.finds(without) else without


def _run_without(redacted: Redacted) -> tuple[Run, list[ErrorLine]]:
    """What was to be looked at, with marks; a word of a closed list stays, and that is no telling."""
    run = redacted.evidence.run
    if not _leaks(redacted, JSON.encode(run), layout.RUN_MEMBER):
        return run, []
    new, fields = _with_marks(redacted, run)
    try:
        msgspec.json.decode(JSON.encode(new), type=Run)
    except msgspec.MsgspecError:
        return run, []
    return new, [ErrorLine(why=HELD_BACK, field=f"{layout.RUN_MEMBER}: {field}") for field in fields]


def _marked(redacted: Redacted, seen: Observation) -> tuple[Observation | None, tuple[str, ...]]:
    """An observation with marks, and the fields that they stand in; None, and no field, where that does not do."""
    new, fields = _with_marks(redacted, seen)
    if fields and _is_readable(new) and not _leaks(redacted, layout.lines((new,))):
        return new, fields
    return None, ("",)


def _with_marks(redacted: Redacted, struct: S) -> tuple[S, tuple[str, ...]]:
    search = Search(redacted.private, redacted.withheld)
    ours = {seen.id for seen in redacted.evidence.observations}

    def holds(value: FieldValue) -> bool:
        return value not in ours and search.finds(JSON.encode(value))

    def marked(value: FieldValue, of: Class) -> FieldValue:
        return (MARK.encode() if isinstance(value, bytes) else MARK) if holds(value) else value

    fields = dict.fromkeys(path for path, value, _ in leaves(struct) if holds(value))
    return Rewriter(marked)(struct), tuple(fields)


def _is_readable(seen: Observation) -> bool:
    """Whether a reader takes what is written: numbers have ranges where they are read."""
    try:
        _READER.decode(JSON.encode(seen))
    except msgspec.MsgspecError:
        return False
    return True


def _leaks(redacted: Redacted, content: bytes, name: str = layout.EVIDENCE) -> bool:
    try:
        scan({name: content}, redacted.private, redacted.withheld)
    except Leak:
        return True
    return False
