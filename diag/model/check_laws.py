"""What every check is held to by its form alone: its id, its article, its sentences, its tokens.

Ours are held to it by a test, and those that a package brings when they are loaded: the laws are the same.
"""

import re
import string
from collections.abc import Container, Iterator
from enum import StrEnum

from diag.model.check import FAMILIES, AnyCheck, Check, EndpointCheck, RunCheck
from diag.model.obstacle import Told

SECTIONS = ("What it means", "Why it matters", "What to do", "How it is told apart")
"""The headings of an article, in order."""
_ID = re.compile(rf"(?:{'|'.join(FAMILIES)})(?:-[a-z0-9]+)+\Z")
LONGEST_ID, LONGEST_TOKEN = 60, 80
"""Characters."""


def is_check(found: object) -> bool:
    """Return whether this is a check at all."""
    return isinstance(found, EndpointCheck | RunCheck)


def complaints(check: AnyCheck, taken: Container[str] = ()) -> Iterator[Told]:
    """Yield what is wrong with a check, a clause each; `taken`: ids that others have."""
    if len(check.id) > LONGEST_ID or not _ID.match(check.id):
        families = ", ".join(FAMILIES)
        yield Told("its id is not <family>-<what is found> in small letters, of a family of {families}", {"families": families})
    if check.id in taken:
        yield Told("its id is another check's")
    yield from _of_article(check)
    yield from _of_sentences(check)
    yield from _of_words(check)


def _of_article(check: Check) -> Iterator[Told]:
    places = [check.article.find(f"*{section}*") for section in SECTIONS]
    if -1 in places or places != sorted(places):
        sections = ", ".join(SECTIONS)
        yield Told("its article lacks a section, or has them in another order: {sections}", {"sections": sections})
    if not check.article.strip().partition("\n")[0].endswith("."):
        yield Told("its article does not begin with a sentence on one line")


def _of_sentences(check: Check) -> Iterator[Told]:
    for told in (check.sentences, *(said for _, said in check.forms)):
        if not told.remedy:
            yield Told("it says nothing that can be done")
        if told.title.endswith("."):
            yield Told("its title ends with a full stop")
        for sentence in told.texts:
            if not sentence or sentence.strip() != sentence:
                yield Told("a sentence of it is empty, or has spaces around it")
            elif not _has_plain_gaps(sentence):
                yield Told("a gap of it is no name: {sentence}", {"sentence": sentence[:60]})


def _has_plain_gaps(sentence: str) -> bool:
    try:
        return all(name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(sentence))
    except ValueError:
        return False


def _of_words(check: Check) -> Iterator[Told]:
    for name, words in check.tokens.items():
        if not (isinstance(words, type) and issubclass(words, StrEnum)):
            yield Told("its token {name} has no closed list of words", {"name": name})
        elif not name.isidentifier() or any(len(word) > LONGEST_TOKEN or not word.isprintable() for word in words):
            yield Told("its token {name} has a word that is none", {"name": name})
    if check.id in check.explains or len(set(check.explains)) != len(check.explains):
        yield Told("it explains itself, or a cause twice")
