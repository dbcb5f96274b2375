"""TOML tables, read key by key: what each key must be is asked for, and a mistake is named with file, line and key.

A key that is not known is an error and not a silence: a misspelt expectation would never be checked.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from diag.language import LANGUAGES, said
from diag.language.spoken import ENGLISH
from diag.profile.errors import UnusableFile, shown
from diag.profile.text_file import named, read_text

_LARGEST = 1_000_000
"""Bytes of a file that are read; a larger one is none."""
_MOST = 5_000
"""TomlTables of one kind that are read."""

LONGEST_WORDS = 1_000
"""Characters of a text that customers read, in any language."""

W = TypeVar("W", bound=StrEnum)


class Document:
    """One TOML file. Raises UnusableFile where it is none."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self.words: dict[str, dict[str, str]] = {}
        """What its texts are in other languages than English, by language and English text."""
        self._text = read_text(path, _LARGEST, what)
        try:
            self.values: Mapping[str, Any] = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise UnusableFile(
                said("{path}: not valid TOML: {reason}", path=named(path), reason=" ".join(str(error).split())[:200])
            ) from None
        except (RecursionError, ValueError):
            raise UnusableFile(
                said("{path}: not valid TOML: nested too deeply, or a number too large", path=named(path))
            ) from None

    def top(self) -> "TomlTable":
        """Return what stands in no table."""
        return TomlTable(self, "", 0, self.values)

    def tables(self, kind: str) -> "tuple[TomlTable, ...]":
        """Return the tables of one kind, `[[kind]]`, in their order."""
        found = self.values.get(kind, [])
        if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
            raise UnusableFile(
                said(
                    "{place}: {kind} must be tables: write [[{kind}]] with two brackets: there may be several",
                    place=self.place("", 0, kind),
                    kind=kind,
                )
            )
        if len(found) > _MOST:
            raise UnusableFile(
                said(
                    "{path}: {number} [[{kind}]] tables: at most {most} are read",
                    path=named(self.path),
                    number=len(found),
                    kind=kind,
                    most=_MOST,
                )
            )
        return tuple(TomlTable(self, kind, number, table) for number, table in enumerate(found, 1))

    def table(self, kind: str) -> "TomlTable | None":
        """Return the one table of a kind, `[kind]`; None: there is none."""
        found = self.values.get(kind)
        if found is not None and not isinstance(found, dict):
            raise UnusableFile(
                said(
                    "{place}: {kind} must be a table: write [{kind}] with one bracket, once",
                    place=self.place("", 0, kind),
                    kind=kind,
                )
            )
        return None if found is None else TomlTable(self, kind, 0, found)

    def place(self, kind: str, number: int, key: str) -> str:
        """Return the file, and the line of a key (or of its table) where it can be told for certain."""
        line = _line(self._text, kind, number, key)
        return said("{path}, line {line}", path=named(self.path), line=line) if line else named(self.path)


class TomlTable:
    """One table of a document; `number` counts from 1 among its kind, 0 where there is one alone.

    `kind` is empty for the top of the file.
    """

    def __init__(self, document: Document, kind: str, number: int, values: Mapping[str, Any]) -> None:
        self.document = document
        self.values = values
        self._kind = kind
        self._number = number

    def wrong(self, key: str, message: str) -> UnusableFile:
        """Return what to raise for a key; the message says what would do."""
        title = next((value for name in ("url", "name", "example") if isinstance(value := self.values.get(name), str)), "")
        number = f" {self._number}" if self._number else ""
        which = f"{self._kind}{number}{f' ({shown(title)})' if title and number else ''}: " if self._kind else ""
        return UnusableFile(f"{self.document.place(self._kind, self._number, key)}: {which}{message}")

    def refuse_all_but(self, keys: Sequence[str], remark: str = "") -> None:
        """Raise UnusableFile for a key that is none of `keys`."""
        for key in self.values:
            if key not in keys:
                import difflib  # of mistakes alone

                near = difflib.get_close_matches(key, keys, 1)
                instead = (
                    said("did you mean {near}?", near=near[0])
                    if near
                    else remark or said("the keys are {keys}", keys=", ".join(keys))
                )
                raise self.wrong(key, said("{key} is not known here: {instead}", key=shown(key), instead=instead))

    def text(self, key: str, default: str | None = "") -> str:
        """Return a text; where it is missing the default, and where that is None an error."""
        value = self.values.get(key, default)
        if value is None:
            raise self.wrong("", said('has no {key}: add {key} = "..."', key=key))
        if not isinstance(value, str):
            raise self.wrong(key, said('{key} must be a text in quotes, such as {key} = "..."', key=key))
        if not value.isprintable():
            raise self.wrong(key, said("{key} holds characters that cannot be shown: {value}", key=key, value=shown(value)))
        return value

    def words(self, key: str, default: str | None = "") -> str:
        """Return a text that customers read, in English: `"..."`, or `{ en = "...", ko = "..." }` with other languages beside it,
        which the document keeps. Where it is missing the default, and where that is None an error.
        """
        if not isinstance(self.values.get(key), dict):
            return self.text(key, default)
        told = self.text_by_name(key)
        unknown = [tag for tag in told if tag not in LANGUAGES]
        if unknown:
            tags = ", ".join(LANGUAGES)
            raise self.wrong(
                key, said("{key}: {tag} is no language of diag: use {tags}", key=key, tag=shown(unknown[0]), tags=tags)
            )
        if not told.get(ENGLISH, "").strip():
            raise self.wrong(key, said("{key} has no English: add en, which is said where a language is missing", key=key))
        if any(len(text) > LONGEST_WORDS for text in told.values()):
            raise self.wrong(key, said("{key} is too long: at most {most} characters are shown", key=key, most=LONGEST_WORDS))
        for tag, text in told.items():
            if tag != ENGLISH and text.strip():
                self.document.words.setdefault(tag, {})[told[ENGLISH]] = text
        return told[ENGLISH]

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where it is missing."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.isprintable() for item in value):
            raise self.wrong(key, said('{key} must be a list of texts, such as {key} = ["..."]', key=key))
        return tuple(value)

    def text_by_name(self, key: str) -> dict[str, str]:
        """Return texts by their names, `{ a = "...", b = "..." }`; empty where it is missing."""
        value = self.values.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) and item.isprintable() for item in value.values()):
            raise self.wrong(key, said('{key} must be names with texts, such as {key} = { name = "..." }', key=key))
        return dict(value)

    def one_of(self, key: str, default: W) -> W:
        """Return a word of a closed list."""
        words = type(default)
        value = self.values.get(key, default.value)
        if not isinstance(value, str) or value not in list(words):
            raise self.wrong(
                key, said("{key} must be one of {words}, not {value}", key=key, words=", ".join(words), value=shown(value))
            )
        return words(value)

    def status(self, key: str) -> int:
        """Return one HTTP status."""
        value = self.values.get(key)
        if type(value) is not int or not 100 <= value <= 599:
            raise self.wrong(key, said("{key} must be an HTTP status, such as {key} = 403", key=key))
        return value

    def statuses(self, key: str) -> tuple[int, ...]:
        """Return a list of HTTP statuses; empty where it is missing."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(type(item) is int and 100 <= item <= 599 for item in value):
            raise self.wrong(key, said("{key} must be a list of HTTP statuses, such as {key} = [200, 403]", key=key))
        return tuple(value)

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, said("{key} must be true or false, not {value}", key=key, value=shown(value)))
        return value

    def file(self, key: str) -> str:
        """Return a file that is there, as an absolute path; relative names are relative to the document. Empty: none is named."""
        given = self.text(key)
        if not given:
            return ""
        path = (self.document.path.parent / given).absolute()
        if not path.is_file():
            beside = self.document.path.name
            raise self.wrong(
                key,
                said(
                    "{key} names {given}, and there is no such file beside {beside}",
                    key=key,
                    given=shown(given),
                    beside=shown(beside),
                ),
            )
        return str(path)

    def folder(self, key: str) -> str:
        """Return a folder that is there, as `file` does a file."""
        given = self.text(key)
        if not given:
            return ""
        path = (self.document.path.parent / given).absolute()
        if not path.is_dir():
            beside = self.document.path.name
            raise self.wrong(
                key,
                said(
                    "{key} names {given}, and there is no such folder beside {beside}",
                    key=key,
                    given=shown(given),
                    beside=shown(beside),
                ),
            )
        return str(path)


def names_of(tables: Iterable[TomlTable]) -> dict[str, TomlTable]:
    """Return the tables by their names. Raises UnusableFile where one has none, or two have the same."""
    found: dict[str, TomlTable] = {}
    for table in tables:
        name = table.text("name", None)
        if name in found:
            raise table.wrong("name", said("name {name} is given twice", name=shown(name)))
        found[name] = table
    return found


def _line(text: str, kind: str, number: int, key: str) -> int:
    """The line of a key, or of its table's head; 0 where a plain reading of the lines might be mistaken."""
    if '"""' in text or "'''" in text:
        return 0
    lines = text.splitlines()
    heads = [row for row, line in enumerate(lines) if re.match(r"\s*\[", line)]
    first = 0
    if kind:
        brackets = 2 if number else 1
        head = rf"\s*\[{{{brackets}}}\s*{re.escape(kind)}\s*\]{{{brackets}}}\s*(#.*)?$"
        of_kind = [row for row in heads if re.match(head, lines[row])]
        if len(of_kind) < max(number, 1):
            return 0
        first = of_kind[max(number, 1) - 1] + 1
    end = next((row for row in heads if row >= first), len(lines))
    quoted = re.escape(key)
    at = [row for row in range(first, end) if re.match(rf"\s*(\"{quoted}\"|'{quoted}'|{quoted})\s*=", lines[row])]
    if key and len(at) == 1:
        return at[0] + 1
    if not kind:
        named_heads = [row for row in heads if re.match(rf"\s*\[+\s*{quoted}\s*\]", lines[row])]
        return named_heads[0] + 1 if key and named_heads else 0
    return first
