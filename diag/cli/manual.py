"""`diag manual`: everything that is written about diag, as pages that can be put onto any server, and a page for man(1)."""

import importlib
import inspect
import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from diag import __version__
from diag.cli.catalogue import all_checks, known
from diag.cli.checks import title_of
from diag.cli.errors import FOUND_NOTHING, MEANINGS, NOT_WRITTEN, WRONG_USE
from diag.cli.explain import gaps_named
from diag.cli.files import not_written, put, shown_path
from diag.cli.main import COMMANDS, HELP
from diag.cli.schema import SCHEMAS
from diag.cli.sections import Command, Section, SectionedOption
from diag.cli.streams import say
from diag.cli.tongue import CLICK, help_record
from diag.cli.tongue import HELP as HELP_TEXTS
from diag.language import in_turn, said, translated
from diag.model.check import AnyCheck, explained_by
from diag.report.forms.manual import ManualPage, ManualPart, ManualRow, write_man_page, write_manual
from diag.report.layout.page import open_page
from diag.report.views.article import ArticleBlock, BlockKind, article_blocks
from diag.report.wording.words import CLOUD_NAMES, OWNERS


@click.command(
    "manual",
    cls=Command,
    ends={FOUND_NOTHING: "written", WRONG_USE: "wrong use", NOT_WRITTEN: "a page could not be written"},
    examples=("diag manual site", "man ./site/diag.1"),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> int:
    """Write the manual into a FOLDER: every article, command, option, format and exit code as pages, and diag.1 for man.

    The pages need nothing else and load nothing. The address of an article does not change: causes/ID.html. They are in the
    language that diag speaks.
    """
    files = manual()
    for place, content in files.items():
        try:
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            put(folder / place, content)
        except OSError as error:
            say(not_written(folder / place, error))
            return NOT_WRITTEN
    page = open_page(sys.stdout)
    page.verbatim(
        page.words(said("Written: {n} {n:file|files}. Begin with {file}", n=len(files), file=shown_path(folder / "index.html")))
    )
    return FOUND_NOTHING


def manual() -> dict[str, bytes]:
    """Return every file of the manual by its place."""
    commands = tuple(command_pages())
    pages = (_index(), _causes(), _commands(commands), _formats(), _exits(), *commands, *map(_cause, all_checks()))
    lead = said("says which one thing is wrong between this computer and a cloud service, who can fix it, and how")
    schemas = {f"formats/{kind}.json": json.dumps(made(), indent=2).encode() + b"\n" for kind, made in SCHEMAS.items()}
    return {**write_manual(pages, __version__), **schemas, "diag.1": write_man_page(commands, lead, __version__)}


def _index() -> ManualPage:
    words = said(
        "diag says which one thing is wrong between this computer and a cloud service, who can fix it, and how. It looks once, "
        "from the computer where a program fails, at names, paths, proxies, TLS, private links and HTTP, and leaves a small "
        "redacted bundle that support can judge again."
    )
    causes = len(all_checks())
    rows = (
        ManualRow(said("Causes"), said("The article about each of the {n} causes that diag can name.", n=causes), "causes.html"),
        ManualRow(said("Commands"), said("Every command with its options."), "commands.html"),
        ManualRow(said("Formats"), said("The JSON Schemas of what diag writes."), "formats.html"),
        ManualRow(said("Exit codes"), said("What each means, for scripts."), "exit-codes.html"),
    )
    begin = (_paragraph(said("Begin with one of these:")), _line("diag run https://your-service.example.com"), _line("diag demo"))
    return ManualPage(
        "index.html", said("What diag is for"), words, (ManualPart(said("Begin"), begin), ManualPart(said("More"), rows=rows))
    )


def _causes() -> ManualPage:
    families = itertools.groupby(all_checks(), key=lambda check: check.family)
    parts = tuple(
        ManualPart(family, rows=tuple(ManualRow(one.id, f"{title_of(one)} ({OWNERS[one.owner]})", _place(one)) for one in of))
        for family, of in families
    )
    return ManualPage(
        "causes.html", said("Causes"), said("What diag can name, family by family, and who usually fixes it."), parts
    )


def _place(check: AnyCheck) -> str:
    return f"causes/{check.id}.html"


def _cause(check: AnyCheck) -> ManualPage:
    told = known()
    check = told[check.id]
    first, *blocks = article_blocks(check)
    parts = list(_under_headings(blocks))
    parts += [
        ManualPart(
            said("Where to look on {cloud}", cloud=CLOUD_NAMES.get(cloud, cloud)),
            tuple(_item(gaps_named(step)) for step in steps),
        )
        for cloud, steps in check.sentences.by_cloud.items()
    ]
    if explained := explained_by(check, all_checks()):
        rows = tuple(ManualRow(id, title_of(told[id]), _place(told[id])) for id in explained)
        parts.append(
            ManualPart(said("What it explains"), (_paragraph(said("Where this is found, these are its consequences.")),), rows)
        )
    return ManualPage(
        _place(check), check.id, in_turn(first.words, said("Who fixes it: {owner}.", owner=OWNERS[check.owner])), tuple(parts)
    )


def _under_headings(blocks: Iterable[ArticleBlock]) -> Iterator[ManualPart]:
    title, held = "", list[ArticleBlock]()
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            if held:
                yield ManualPart(title, tuple(held))
            title, held = block.words, []
        else:
            held.append(block)
    if held:
        yield ManualPart(title, tuple(held))


def _commands(pages: Iterable[ManualPage]) -> ManualPage:
    rows = tuple(ManualRow(page.title, page.lead.partition("\n")[0], page.place) for page in pages)
    return ManualPage("commands.html", said("Commands"), parts=(ManualPart(rows=rows),))


def command_pages() -> Iterator[ManualPage]:
    """Yield a page for each command, those of a group included."""
    for name, words in COMMANDS.items():
        found = importlib.import_module(f"diag.cli.{name}").command
        yield _command(found, f"diag {name}", words)
        if isinstance(found, click.Group):
            for below, one in sorted(found.commands.items()):
                yield _command(one, f"diag {name} {below}", inspect.cleandoc(one.help or ""))


def _command(found: click.Command, name: str, words: str) -> ManualPage:
    context = click.Context(found, info_name=name, help_option_names=list(HELP))
    usage = _line(" ".join((name, *(CLICK.get(piece, piece) for piece in found.collect_usage_pieces(context)))))
    lead = _paragraphs(words)[0]
    text = tuple(_paragraph(paragraph) for paragraph in _paragraphs(inspect.cleandoc(found.help or "")) if paragraph != lead)
    sections: dict[str, list[ManualRow]] = {section.value: [] for section in Section}
    for parameter in found.get_params(context):
        record = help_record(parameter, context) if isinstance(parameter, click.Option) else None
        if record is not None:
            title = parameter.section.value if isinstance(parameter, SectionedOption) else "Other"
            sections.setdefault(title, []).append(ManualRow(*record))
    parts = [ManualPart("", (usage, *text))]
    parts += [ManualPart(translated(title, HELP_TEXTS), rows=tuple(rows)) for title, rows in sections.items() if rows]
    if isinstance(found, Command):
        if found.examples:
            parts.append(ManualPart(said("Examples"), tuple(map(_line, found.examples))))
        ends = (ManualRow(str(code), translated(words, HELP_TEXTS)) for code, words in sorted(found.ends.items()))
        parts.append(ManualPart(said("Exit codes"), rows=tuple(ends)))
    return ManualPage(f"commands/{name.replace(' ', '-')}.html", name, lead, tuple(parts))


def _formats() -> ManualPage:
    lead = said("JSON Schema, draft 2020-12. Keys are only added; a new major version has a new name.")
    rows = tuple(ManualRow(kind, f"diag schema {kind}", f"formats/{kind}.json") for kind in SCHEMAS)
    return ManualPage("formats.html", said("Formats"), lead, (ManualPart(rows=rows),))


def _exits() -> ManualPage:
    rows = tuple(ManualRow(str(code), words) for code, words in sorted(MEANINGS.items()))
    return ManualPage("exit-codes.html", said("Exit codes"), said("The same for every command."), (ManualPart(rows=rows),))


def _paragraphs(help_text: str) -> list[str]:
    """The paragraphs of a text of the help, in the language that is being spoken, each on one line."""
    return [" ".join(paragraph.split()) for paragraph in translated(help_text, HELP_TEXTS).split("\n\n")]


def _paragraph(words: str) -> ArticleBlock:
    return ArticleBlock(BlockKind.PARAGRAPH, words)


def _item(words: str) -> ArticleBlock:
    return ArticleBlock(BlockKind.ITEM, words)


def _line(words: str) -> ArticleBlock:
    return ArticleBlock(BlockKind.VERBATIM, words)
