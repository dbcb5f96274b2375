"""The tables of `docs/design.md`, read: the map is the one place where rooms, arrows and words are listed."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "design.md"
EVERYTHING = "everything"

Row = dict[str, str]


@cache
def table(heading: str) -> tuple[Row, ...]:
    """Return the rows of the one table under a heading of the page, each by the names of its columns."""
    section = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    (text,) = (part for part in section if part.partition("\n")[0] == heading)
    lines = [line for block in text.split("\n\n") for line in block.splitlines() if block.lstrip().startswith("|")]
    names, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


def quoted(cell: str) -> tuple[str, ...]:
    """Return what stands in backquotes in one cell."""
    return tuple(re.findall(r"`([^`]+)`", cell))


@cache
def arrows() -> dict[str, frozenset[str] | None]:
    """Return the rooms, each with the other rooms that it may import; None: everything."""
    return {
        quoted(row["room"])[0]: None if row["may import"] == EVERYTHING else frozenset(quoted(row["may import"]))
        for row in table("The rooms")
    }
