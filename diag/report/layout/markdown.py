"""Markdown (CommonMark 0.31) as Jira, Slack and GitHub all read it: bold lines, flat lists, code. No headings, tables or HTML."""

from diag.model.text import clean

_MARKUP = frozenset("\\`*_[]<>|#~")


def escaped(text: str) -> str:
    """Return text in which nothing is markup, whoever wrote it."""
    return "".join(f"\\{character}" if character in _MARKUP else character for character in text)


def code(text: str) -> str:
    """Return a name, an address or a command, to be taken as it stands."""
    return f"`{clean(text, 4_000).replace('`', chr(39))}`"


def bold(text: str) -> str:
    """Return a line that stands out, where others have a heading."""
    return f"**{escaped(text)}**"
