"""How a command's help is set out: options under what they are about, examples, and every exit code with its meaning.

An option carries its section with it, so there is no second list of them. Exit codes are declared at the command, which is where
the help, and the test that each of them is really given, take them from.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import click

from diag.cli.tongue import HELP, SpokenCommand, help_record
from diag.language import said, translated

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])


class Section(StrEnum):
    """What an option is about, in the order in which a help shows them."""

    WHAT = "What is looked at"
    WAY = "By which way"
    TIME = "For how long"
    MORE = "What else is tried"
    OUTPUT = "What is shown"
    BUNDLE = "The bundle"


class SectionedOption(click.Option):
    """An option that knows its section."""

    def __init__(self, *args: Any, section: Section, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.section = section


def option(section: Section, *names: str, **attributes: Any) -> Callable[[F], F]:
    """Return what `click.option` does, in a section."""
    return click.option(*names, cls=SectionedOption, section=section, **attributes)


class Command(SpokenCommand):
    """A command whose help has sections; `ends` are its exit codes with what they mean, `examples` whole lines to copy."""

    def __init__(self, *args: Any, ends: Mapping[int, str], examples: Sequence[str] = (), **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.ends = ends
        self.examples = examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; a wrong one is known to be this command's, whose help then tells of it. Raises click.UsageError."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options section by section; those without one, such as `--help`, last."""
        others: list[tuple[str, str]] = []
        sections: dict[Section, list[tuple[str, str]]] = {section: [] for section in Section}
        for parameter in self.get_params(ctx):
            record = help_record(parameter, ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                section = parameter.section if isinstance(parameter, SectionedOption) else None
                (sections[section] if section else others).append(record)
        alone = not any(sections.values())
        for title, records in (*sections.items(), ("Options" if alone else "Other", others)):
            if records:
                with formatter.section(translated(str(title), HELP)):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples, exit codes, and the rest."""
        if self.examples:
            with formatter.section(said("Examples")):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")
        with formatter.section(said("Exit codes")):
            formatter.write_dl([(str(code), translated(meaning, HELP)) for code, meaning in sorted(self.ends.items())])
        super().format_epilog(ctx, formatter)


class Group(SpokenCommand, click.Group):
    """A command that has commands beneath it."""

    def overview(self, ctx: click.Context) -> Mapping[str, str]:
        """Return what is said of each command, in English."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return {name: inspect.cleandoc(command.help or "") for name, command in found.items() if command}

    def completed(self, ctx: click.Context, item: "CompletionItem") -> str:
        """Return what is said of an option, or of a command, beside its name in a shell."""
        overview = self.overview(ctx)
        return translated(overview[item.value], HELP) if item.value in overview else super().completed(ctx, item)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and then the commands."""
        with formatter.section(said("Options")):
            formatter.write_dl([record for parameter in self.get_params(ctx) if (record := help_record(parameter, ctx))])
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview of the commands."""
        with formatter.section(said("Commands")):
            formatter.write_dl([(name, translated(text, HELP)) for name, text in self.overview(ctx).items()])
