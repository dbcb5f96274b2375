"""The option for the language, which every command has, and what click says of commands, in that language.

Click writes in English. What it says of a wrong call is known again by its words (`CLICK`), and said in the language.
"""

import inspect
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from diag.cli.errors import WrongUse
from diag.language import LANGUAGES, PhraseTable, gaps_of, said, translated
from diag.language.choice import LANGUAGE_OPTION, LANGUAGE_VARIABLE, known

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_USUAL, _NARROWEST = 80, 50
"""Characters of a line of the help: where nobody tells, and at the least."""
HELP = "help"
"""The context of what a help says, in the catalogues."""
CLICK = PhraseTable(
    "click",
    {
        "[OPTIONS]": "[OPTIONS]",
        "COMMAND [ARGS]...": "COMMAND [ARGS]...",
        "missing argument": "Missing argument {name}",
        "missing option": "Missing option {name}",
        "no value": "Option {name} requires an argument",
        "value given": "Option {name} does not take a value",
        "extra": "Got unexpected extra argument ({words})",
        "extras": "Got unexpected extra arguments ({words})",
        "no command": "No such command {name}",
        "no option": "No such option {name}",
        "wrong value": "Invalid value for {name}: {why}",
        "none of these": "{value} is not one of {choices}",
        "no integer": "{value} is not a valid integer",
        "no number": "{value} is not a valid float",
        "out of range": "{value} is not in the range {range}",
        "no file": "File {name} does not exist",
        "no folder": "Directory {name} does not exist",
        "no path": "Path {name} does not exist",
        "a folder": "File {name} is a directory",
        "a file": "Directory {name} is a file",
        "not this one": "{value} is not {choice}",
    },
)
"""What click writes, its gaps filled; the first that fits is meant."""


def _checked(_: click.Context, __: click.Parameter, value: str | None) -> None:
    if value is not None and not known(value):
        tags = ", ".join(LANGUAGES)
        raise WrongUse(said("--lang {tag}: diag does not speak it; it speaks {tags}", tag=ascii(value)[1:-1][:40], tags=tags))


def language_option() -> click.Option:
    """Return the option. What it says was read before (`diag.language.choice.asked_for`): here it is only checked."""
    return click.Option(
        [LANGUAGE_OPTION],
        metavar="TAG",
        expose_value=False,
        is_eager=True,
        callback=_checked,
        help=f"Speak this language: {', '.join(LANGUAGES)}. Default: what {LANGUAGE_VARIABLE}, the locale or the system says.",
    )


def of_click(text: str) -> str:
    """Return a sentence of click in the language that is being spoken; one that is not known stays as it is."""
    for word, pattern in _written():
        if found := pattern.fullmatch(text):
            gaps = found.groupdict()
            if "why" in gaps:
                gaps["why"] = of_click(gaps["why"])
            return said(CLICK.source[word], CLICK.context, **gaps)
    return text


@cache
def _written() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """How each sentence of click looks, its gaps filled; the last gap takes what is left."""
    return tuple((word, re.compile(_looks(text), re.DOTALL)) for word, text in CLICK.source.items() if gaps_of(text))


def _looks(text: str) -> str:
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(text))


def help_record(parameter: click.Parameter, ctx: click.Context) -> tuple[str, str] | None:
    """Return an option and what the help says of it; None: it is none, or hidden."""
    record = parameter.get_help_record(ctx)
    if record is None:
        return None
    names, told = record
    own = getattr(parameter, "help", None) or ""
    added = told.removeprefix(own).strip() if own and told != own and told.startswith(own) else ""
    return names, f"{translated(own, HELP)}  {_added(added)}" if added else translated(told, HELP)


def _added(words: str) -> str:
    """What click adds behind a help: the range stays as it is."""
    return f"[{'; '.join(translated(word, HELP) for word in words.strip('[]').split('; '))}]"


def _columns() -> int:
    """How wide the terminal is, as `shutil.get_terminal_size` tells it: COLUMNS goes before what the terminal says."""
    with suppress(ValueError):
        if (told := int(os.environ.get("COLUMNS", ""))) > 0:
            return told
    with suppress(AttributeError, ValueError, OSError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL  # type: ignore[union-attr]
    return _USUAL


class SpokenCommand(click.Command):
    """A command with the option for the language, whose help is in the language that is being spoken."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.append(language_option())

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return what can follow, with what it does in the language that is being spoken."""
        items = super().shell_complete(ctx, incomplete)
        for item in items:
            item.help = item.help and self.completed(ctx, item)
        return items

    def completed(self, ctx: click.Context, item: "CompletionItem") -> str:
        """Return what is said of an option beside its name in a shell."""
        return translated(item.help or "", HELP)

    def get_help(self, ctx: click.Context) -> str:
        """Return the help, as wide as the screen. Click would load what copies and packs files to learn that."""
        ctx.terminal_width = ctx.terminal_width or max(min(_columns(), ctx.max_content_width or _USUAL) - 2, _NARROWEST)
        return super().get_help(ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is called."""
        pieces = (CLICK.get(piece, piece) for piece in self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, " ".join(pieces), said("Usage: ", "help"))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command is for."""
        with self._in_language("help"):
            super().format_help_text(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what stands at the end."""
        with self._in_language("epilog"):
            super().format_epilog(ctx, formatter)

    @contextmanager
    def _in_language(self, text: str) -> Iterator[None]:
        """Have one of click's two texts about a command translated, until the end of the block."""
        told = getattr(self, text)
        setattr(self, text, told and translated(inspect.cleandoc(told), HELP))
        try:
            yield
        finally:
            setattr(self, text, told)
