"""What a language lacks: messages untranslated, doubtful or with other gaps, articles and the starter missing or out of date."""

import re
from collections.abc import Iterator, Mapping

from babel.messages.catalog import Message

from checks import CATALOGUE
from diag.language import gaps_of
from diag.language.catalogue import article_and_mark, mark_of, starter_and_mark
from diag.model.check import AnyCheck
from diag.profile.starter import starter
from diag.report.views.article import BlockKind, article_blocks, blocks_of
from tests.language.catalogues import key_of, path_of, read, template

_SETS = re.compile(r"(?:# )?(\[+[a-z]+\]+|[a-z]+ = (?:\[.*?\]|\".*?\"|\w+))\s*(?:#.*)?$")


def lacking(language: str) -> Mapping[str, list[str]]:
    """Return what a language lacks, by kind, a line each."""
    path = path_of(language)
    known = read(path.read_text("utf-8"), language) if path.exists() else {}
    found: dict[str, list[str]] = {"missing": [], "doubtful": [], "with other gaps": [], "in shape": []}
    for message in template():
        entry, name = known.get(key_of(message)), f"{message.context or '-'}: {message.id}"
        if entry is None:
            found["missing"].append(name)
            continue
        if entry.fuzzy:
            found["doubtful"].append(name)
        elif set(gaps_of(str(message.id))) != set(gaps_of(str(entry.string))):
            found["with other gaps"].append(f"{name} -> {entry.string}")
        if not _joins(message) and _edges(str(message.id)) != _edges(str(entry.string)):
            found["in shape"].append(f"{name} -> {entry.string}")
    lines = [f"{check.id}: {line}" for check in CATALOGUE for line in _of_article(check, language)]
    return {
        **{f"messages {kind}": rows for kind, rows in found.items()},
        "articles": lines,
        "starter": list(_of_starter(language)),
    }


def _joins(message: Message) -> bool:
    """Whether a message is only what stands between others: a language has marks of its own for that, such as 、."""
    return (message.context or "").startswith("between ")


def _edges(text: str) -> tuple[bool, bool, int]:
    """What a translation may not change: blanks at the ends, and the number of paragraphs."""
    return text[:1].isspace(), text[-1:].isspace(), text.count("\n\n")


def _of_starter(language: str) -> Iterator[str]:
    text, mark = starter_and_mark(language)
    if mark != mark_of(starter()):
        yield f"of: {mark or '(nothing)'}, and the English starter.toml is {mark_of(starter())}"
    if set_in(text) != set_in(starter()):
        yield "sets other keys than the English starter.toml"


def set_in(text: str) -> list[str]:
    """Return the lines of a `diag.toml` that set something, also those that are commented out, without what is said of them."""
    return [found[1] for line in text.splitlines() if (found := _SETS.match(line))]


def _of_article(check: AnyCheck, language: str) -> Iterator[str]:
    text, mark = article_and_mark(language, check.id)
    if not text:
        yield "no article"
        return
    if mark != mark_of(check.article):
        yield f"of: {mark or '(nothing)'}, and the English article is {mark_of(check.article)}"
    theirs = [block.kind for block in blocks_of(text)]
    ours = [block.kind for block in article_blocks(check)]
    if theirs.count(BlockKind.HEADING) != ours.count(BlockKind.HEADING):
        yield f"{theirs.count(BlockKind.HEADING)} headings, and the English article has {ours.count(BlockKind.HEADING)}"
