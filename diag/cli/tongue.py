"""The option for the language, which every command has, and the help of commands in that language."""

import inspect

import click

from diag.cli.errors import WrongUse
from diag.language import LANGUAGES, said, translated
from diag.language.choice import LANGUAGE_OPTION, LANGUAGE_VARIABLE, known

HELP = "help"
"""The context of what a help says, in the catalogues."""


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


def help_record(parameter: click.Parameter, ctx: click.Context) -> tuple[str, str] | None:
    """Return an option and what the help says of it; None: it is none, or hidden."""
    record = parameter.get_help_record(ctx)
    return record and (record[0], translated(record[1], HELP))


def write_help_text(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write what a command is for."""
    told = command.help
    command.help = told and translated(inspect.cleandoc(told), HELP)
    try:
        click.Command.format_help_text(command, ctx, formatter)
    finally:
        command.help = told


def write_epilog(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write what stands at the end of a help."""
    told = command.epilog
    command.epilog = told and translated(inspect.cleandoc(told), HELP)
    try:
        click.Command.format_epilog(command, ctx, formatter)
    finally:
        command.epilog = told
