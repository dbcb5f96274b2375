"""Labels that are added at the desk: one for all, words of the path, or a list of cases as ticket systems export it."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from diag.desk.index import DeskError
from diag.model.obstacle import Obstacle, Told
from diag.model.run import LONGEST_LABEL
from diag.model.text import clean

MOST_CASES = 1_000_000
LARGEST_LIST = 256 << 20
"""Bytes."""
MOMENTS = ("opened", "replied", "solved")
BUNDLE, EFFORT = "bundle", "effort"
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would work out."""
_QUOTED = tuple(f"'{mark}" for mark in _FORMULA)


class WrongRow(Obstacle):
    """A row of the list cannot be read."""

    def at(self, line: int) -> Told:
        """Return it with the line's number."""
        return Told("line {number}: {why}", {"number": line, "why": self.kept()})


@dataclass(frozen=True)
class CaseList:
    """A list of cases, read."""

    by_bundle: Mapping[str, dict[str, str]]
    """Labels by what the column `bundle` says: a digest or its beginning, or a file's name."""
    wrong: tuple[Told, ...]
    """What is wrong with single rows, a sentence each, with the line's number; these rows are left out."""

    def labels_of(self, digest: str, name: str) -> dict[str, str]:
        """Return what the list says of a bundle; empty: nothing."""
        lengths = (64, 40, 32, 16, 12, 8, 7, 6)
        keys = (*(digest[:length] for length in lengths), name, name.partition(".")[0])
        return next((self.by_bundle[key] for key in keys if key in self.by_bundle), {})


def read_cases(path: Path) -> CaseList:
    """Return what a CSV file (RFC 4180) says of cases; its first line names the columns, of which `bundle` must be one.

    Raises DeskError where the file cannot be read at all.
    """
    try:
        if path.stat().st_size > LARGEST_LIST:
            raise DeskError(
                "--cases {path}: it is larger than {most} MiB: export fewer cases.",
                path=clean(str(path), 300),
                most=LARGEST_LIST >> 20,
            )
        text = path.read_bytes().decode("utf-8-sig", "replace").replace("\x00", "\ufffd")
    except OSError:
        raise DeskError("--cases {path}: there is no such file, or you may not read it.", path=clean(str(path), 300)) from None
    found: dict[str, dict[str, str]] = {}
    wrong: list[Told] = []
    rows = csv.reader(text.splitlines(keepends=True), strict=False)
    heads: list[str] | None = None
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error:
            wrong.append(WrongRow("it is no CSV").at(rows.line_num))
            continue
        if heads is None:
            heads = _heads(row, path)
        elif any(cell.strip() for cell in row):
            try:
                bundle, labels = _labels(heads, row)
                found.setdefault(bundle, {}).update(labels)
            except WrongRow as error:
                wrong.append(error.at(rows.line_num))
        if len(found) > MOST_CASES:
            raise DeskError(
                "--cases {path}: it has more than {most} rows: export fewer cases.",
                path=clean(str(path), 300),
                most=MOST_CASES,
            )
    if heads is None:
        raise DeskError(
            "--cases {path}: it is empty: its first line should name columns, such as bundle,org,case.",
            path=clean(str(path), 300),
        )
    return CaseList(found, tuple(wrong))


def _heads(row: list[str], path: Path) -> list[str]:
    heads = [re.sub(r"[^a-z0-9_]+", "_", clean(cell, 40).strip().lower()).strip("_") for cell in row]
    if BUNDLE not in heads:
        raise DeskError(
            "--cases {path}: its first line names no column `bundle` (a digest, or a file's name).", path=clean(str(path), 300)
        )
    return heads


def _labels(heads: list[str], row: list[str]) -> tuple[str, dict[str, str]]:
    """The bundle that a row is about, and its labels. Raises WrongRow."""
    if len(row) != len(heads):
        raise WrongRow("it has {cells} cells, and the first line {heads}", cells=len(row), heads=len(heads))
    cells = {head: _cell(cell) for head, cell in zip(heads, row, strict=True) if _KEY.match(head)}
    bundle = cells.pop(BUNDLE, "")
    if not bundle:
        raise WrongRow("it names no bundle")
    labels = {head: cell for head, cell in cells.items() if cell}
    for head in MOMENTS:
        if head in labels:
            labels[head] = _moment(labels[head], head)
    if EFFORT in labels and labels[EFFORT] not in ("1", "2", "3", "4", "5"):
        raise WrongRow("`effort` is a number from 1 (hard) to 5 (easy)")
    return bundle.lower() if re.fullmatch(r"[0-9a-fA-F]{6,64}", bundle) else bundle, labels


def _cell(cell: str) -> str:
    """A cell as it was meant: the quote that keeps a spreadsheet from working it out is no part of it."""
    text = clean(cell.strip(), LONGEST_LABEL)
    return text[1:] if text.startswith(_QUOTED) else text


def _moment(text: str, head: str) -> str:
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise WrongRow("`{head}` is no date such as 2026-03-04 or 2026-03-04T05:06:07Z", head=head) from None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise WrongRow("`{head}` is outside the calendar", head=head) from None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet works out: what begins like a formula gets a quote before it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def labels_in_path(pattern: str, path: Path) -> dict[str, str]:
    """Return the words of a path that a pattern such as `org/case/*` names, from the file upwards; `*` names nothing."""
    words = [word for word in pattern.split("/") if word]
    parts = path.parts[-len(words) :]
    if len(parts) < len(words):
        return {}
    named = zip(words, parts, strict=True)
    return {word: value for word, part in named if word != "*" and (value := clean(part, LONGEST_LABEL))}


def checked_pattern(pattern: str) -> str:
    """Return the pattern. Raises DeskError where a word of it is no key."""
    words = [word for word in pattern.split("/") if word]
    if not words or not all(word == "*" or _KEY.match(word) for word in words):
        raise DeskError("--label-from: write the words of the path with slashes between them, such as org/case/*")
    return pattern


def joined(sources: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the labels of several sources, later ones over earlier ones."""
    together: dict[str, str] = {}
    for source in sources:
        together |= source
    yield from together.items()
