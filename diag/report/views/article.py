"""The article of a cause in pieces, as every form sets them: headings, paragraphs, items of lists, verbatim lines."""

import inspect
import re
from enum import StrEnum

from msgspec import Struct

from diag.model.check import AnyCheck

_HEADING = re.compile(r"\*([^*\n]+)\*\Z")
_ITEM = re.compile(r"(?:[-*]|\d+[.)])\s+")


class BlockKind(StrEnum):
    """What a piece is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    VERBATIM = "verbatim"


class ArticleBlock(Struct, frozen=True):
    """One piece, on one line."""

    kind: BlockKind
    words: str


def article_blocks(check: AnyCheck) -> tuple[ArticleBlock, ...]:
    """Return the article from its first sentence to its last line, in order."""
    return blocks_of(inspect.cleandoc(check.article))


def blocks_of(article: str) -> tuple[ArticleBlock, ...]:
    """Return a text of that shape in its pieces, in order."""
    blocks: list[ArticleBlock] = []
    for paragraph in re.split(r"\n\s*\n", article):
        heading = _HEADING.match(paragraph.strip())
        if heading:
            blocks.append(ArticleBlock(BlockKind.HEADING, heading[1]))
            continue
        began = len(blocks)
        for line in paragraph.splitlines():
            if line.startswith("    "):
                blocks.append(ArticleBlock(BlockKind.VERBATIM, line.strip()))
            elif _ITEM.match(line):
                blocks.append(ArticleBlock(BlockKind.ITEM, _ITEM.sub("", line, count=1)))
            elif len(blocks) > began and blocks[-1].kind is not BlockKind.VERBATIM:
                blocks[-1] = ArticleBlock(blocks[-1].kind, f"{blocks[-1].words} {line.strip()}")
            else:
                blocks.append(ArticleBlock(BlockKind.PARAGRAPH, line.strip()))
    return tuple(blocks)
