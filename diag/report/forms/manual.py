"""The manual as pages for a browser, each whole in itself, and as a page for man(1): whatever is said once elsewhere, set out.

A page stands at an address that does not change (`causes/<id>.html`), so that reports and tickets can lead to it.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from diag.language import said, spoken
from diag.model.text import clean
from diag.report.layout.browser_page import LONGEST_TEXT, page_environment, policy_and_style
from diag.report.views.article import ArticleBlock


class ManualRow(Struct, frozen=True):
    """A name and what it is: an option, an exit code, a cause."""

    name: str
    words: str
    page: str = ""
    """The place of the page about it; empty: there is none."""


class ManualPart(Struct, frozen=True):
    """A part of a page: blocks of text, then rows."""

    title: str = ""
    blocks: tuple[ArticleBlock, ...] = ()
    rows: tuple[ManualRow, ...] = ()


class ManualPage(Struct, frozen=True):
    """One page."""

    place: str
    """Where it stands beneath the manual's folder, such as `causes/tls-intercepted.html`."""
    title: str
    lead: str = ""
    parts: tuple[ManualPart, ...] = ()


def write_manual(pages: Sequence[ManualPage], version: str) -> dict[str, bytes]:
    """Return the pages by their places. The same arguments, the same bytes."""
    policy, style = policy_and_style("style.css", "manual.css")
    template = page_environment().get_template("manual.html")
    tops = [page for page in pages if "/" not in page.place]
    return {
        page.place: template.render(
            page=page,
            tops=tops,
            up="../" * page.place.count("/"),
            version=version,
            policy=policy,
            style=style,
            language=spoken(),
        ).encode()
        for page in pages
    }


def write_man_page(commands: Iterable[ManualPage], lead: str, version: str) -> bytes:
    """Return `diag.1`, in the macros of man(7)."""
    lines = [
        f'.TH DIAG 1 "" "diag {_roff(version)}" "diag"',
        _heading(said("NAME", "of a page of man")),
        f"diag \\- {_roff(lead)}",
    ]
    lines += [_heading(said("SYNOPSIS", "of a page of man")), ".B diag", ".I COMMAND", "[\\fIOPTIONS\\fR] ..."]
    for page in commands:
        lines += [f'.SH "{_roff(page.title.upper())}"', _roff(page.lead)]
        for part in page.parts:
            lines += [f'.SS "{_roff(part.title)}"'] if part.title else []
            for block in part.blocks:
                lines += [".PP", _roff(block.words)]
            for row in part.rows:
                lines += [".TP", f".B {_roff(row.name)}", _roff(row.words)]
    return "\n".join((*lines, "")).encode()


def _heading(words: str) -> str:
    return f'.SH "{_roff(words)}"' if " " in words else f".SH {_roff(words)}"


def _roff(text: str) -> str:
    """Text in which nothing is a request or an escape (groff_man(7)); no line begins with a dot or a quotation mark."""
    escaped = clean(text, LONGEST_TEXT).replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped
