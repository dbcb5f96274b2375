"""What every check is held to by its form alone: its id, its article, its sentences, its tokens.

Ours are held to it by a test, and those that a package brings when they are loaded: the laws are the same.
"""

import re
import string
from collections.abc import Container, Iterator
from enum import StrEnum

from diag.model.check import FAMILIES, AnyCheck, Check, EndpointCheck, RunCheck

SECTIONS = ("What it means", "Why it matters", "What to do", "How it is told apart")
"""The headings of an article, in order."""
_ID = re.compile(rf"(?:{'|'.join(FAMILIES)})(?:-[a-z0-9]+)+\Z")
LONGEST_ID, LONGEST_TOKEN = 60, 80
"""Characters."""


def is_check(found: object) -> bool:
    """Return whether this is a check at all."""
    return isinstance(found, EndpointCheck | RunCheck)


def complaints(check: AnyCheck, taken: Container[str] = ()) -> Iterator[str]:
    """Yield what is wrong with a check, a clause each; `taken`: ids that others have."""
    if len(check.id) > LONGEST_ID or not _ID.match(check.id):
        yield f"its id is not <family>-<what is found> in small letters, of a family of {', '.join(FAMILIES)}"
    if check.id in taken:
        yield "its id is another check's"
    yield from _of_article(check)
    yield from _of_sentences(check)
    yield from _of_words(check)


def _of_article(check: Check) -> Iterator[str]:
    places = [check.article.find(f"*{section}*") for section in SECTIONS]
    if -1 in places or places != sorted(places):
        yield f"its article lacks a section, or has them in another order: {', '.join(SECTIONS)}"
    if not check.article.strip().partition("\n")[0].endswith("."):
        yield "its article does not begin with a sentence on one line"


def _of_sentences(check: Check) -> Iterator[str]:
    for told in (check.sentences, *(said for _, said in check.forms)):
        if not told.remedy:
            yield "it says nothing that can be done"
        if told.title.endswith("."):
            yield "its title ends with a full stop"
        for sentence in told.texts:
            if not sentence or sentence.strip() != sentence:
                yield "a sentence of it is empty, or has spaces around it"
            elif not _has_plain_gaps(sentence):
                yield f"a gap of it is no name: {sentence[:60]}"


def _has_plain_gaps(sentence: str) -> bool:
    try:
        return all(name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(sentence))
    except ValueError:
        return False


def _of_words(check: Check) -> Iterator[str]:
    for name, words in check.tokens.items():
        if not (isinstance(words, type) and issubclass(words, StrEnum)):
            yield f"its token {name} has no closed list of words"
        elif not name.isidentifier() or any(len(word) > LONGEST_TOKEN or not word.isprintable() for word in words):
            yield f"its token {name} has a word that is none"
    if check.id in check.explains or len(set(check.explains)) != len(check.explains):
        yield "it explains itself, or a cause twice"
