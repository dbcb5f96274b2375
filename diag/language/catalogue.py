"""The catalogues: a folder a language: what diag says (`messages.po`, as gettext writes it), the articles, the starter of a list.

The text form is read itself, so nothing has to be compiled, and an installation cannot hold one that is out of date. An entry
that has no translation, or one that is marked as doubtful (`fuzzy`), is none.
"""

import hashlib
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_LINE = re.compile(r'(msgctxt|msgid|msgstr)?[ ]?"(.*)"\Z')
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r"}
_FRONT = re.compile(r"\A---\nof: *([0-9a-f]{8})\n---\n")


@cache
def messages(language: str) -> Mapping[tuple[str, str], str]:
    """Return what is translated into a language, by context and English text; empty: there is no such language."""
    try:
        text = _folder(language).joinpath("messages.po").read_text("utf-8")
    except OSError:
        return {}
    return dict(read_po(text))


def read_po(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each translated entry of a catalogue: its context (empty: none) and its English text, then the translation."""
    for entry in text.split("\n\n"):
        if "\n#, fuzzy" in f"\n{entry}":
            continue
        parts: dict[str, list[str]] = {}
        part = ""
        for line in entry.split("\n"):
            said = None if line.startswith("#") else _LINE.match(line)
            if said:
                part = said[1] or part
                parts.setdefault(part, []).append(said[2])
        source, translation = (_plain(parts.get(name, [])) for name in ("msgid", "msgstr"))
        if source and translation:
            yield (_plain(parts.get("msgctxt", [])), source), translation


def article(language: str, id: str) -> str:
    """Return the article about a cause in a language, without its front matter; empty: there is none."""
    return article_and_mark(language, id)[0]


def article_and_mark(language: str, id: str) -> tuple[str, str]:
    """Return the article, and the mark of the English one that it is a translation of; both empty: there is none."""
    text, mark = _text_and_mark(language, "articles", f"{id}.md")
    return text.strip(), mark


def starter_and_mark(language: str) -> tuple[str, str]:
    """Return the same for the `diag.toml` to begin with."""
    return _text_and_mark(language, "starter.toml")


def _text_and_mark(language: str, *path: str) -> tuple[str, str]:
    try:
        text = _folder(language).joinpath(*path).read_text("utf-8")
    except OSError:
        return "", ""
    front = _FRONT.match(text)
    return text[front.end() if front else 0 :], front[1] if front else ""


def mark_of(text: str) -> str:
    """Return the mark by which a translation names the English text that it was made from: 8 digits of its SHA-256."""
    return hashlib.sha256(inspect.cleandoc(text).encode()).hexdigest()[:8]


def _plain(pieces: list[str]) -> str:
    text = "".join(pieces)
    return _ESCAPED.sub(lambda escaped: _MEANT.get(escaped[1], escaped[1]), text) if "\\" in text else text


def _folder(language: str) -> Path:
    return Path(__file__).parent / language
