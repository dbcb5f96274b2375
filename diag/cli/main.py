"""The `diag` command: which commands there are, and that nobody ever sees a traceback.

Commands are imported when they are called, so that help and version come at once.
"""

import importlib
import os
import sys
import warnings
from collections.abc import Mapping, Sequence

import click

from diag import __version__
from diag.cli.errors import NO_MEANS, OUR_BUG, STOPPED, WRONG_USE
from diag.cli.sections import Group
from diag.cli.stopping import ignore_stop, raise_on_stop
from diag.cli.streams import can_write, give_up, is_output_lost, open_streams, say
from diag.cli.tongue import of_click
from diag.language import said, speaking
from diag.language.choice import LETTERS, asked_for, chosen
from diag.language.spoken import ENGLISH

COMMANDS = {
    "run": "Check endpoints, say what is wrong, write a bundle.",
    "read": "An error message or a log: what it proves, and a run for the endpoints in it.",
    "init": "Write a commented diag.toml to begin with.",
    "show": "Read a bundle: the diagnosis, judged with today's checks.",
    "request": "What to send to the teams that can fix it: firewall, DNS, proxy, cloud, security, provider.",
    "verify": "Whether a bundle is as it was when it was written.",
    "redact": "A stricter copy of a bundle, with more of it replaced.",
    "reveal": "What the stand-ins in a bundle stand for, on the computer that wrote it.",
    "keygen": "A pair of keys: bundles are encrypted to one and read with the other.",
    "diff": "Two bundles compared: what is fixed, new, changed, and what could explain it.",
    "send": "Hand a bundle over: to an upload address, or onto a case.",
    "triage": "Support: many bundles, and what needs attention first.",
    "trends": "Support: what rises, what is new or gone, what to end first.",
    "search": "Support: one search over articles, clusters and notes.",
    "note": "Support: keep a note beside a case or a cluster.",
    "resolve": "Support: say what solved it, for the next like it.",
    "export": "Support: the index as Parquet, for larger machines.",
    "explain": "The article about one cause: what it means, what to do.",
    "checks": "Every cause that diag can name.",
    "demo": "See diag at work on a service that fails on purpose.",
    "lab": "Mock services that fail on purpose, for CI and for trying out.",
    "schema": "The JSON Schema of what diag writes.",
    "manual": "The manual as pages: every article, command, format and exit code.",
    "completion": "Completion of commands and options for your shell.",
}
"""Each command, defined in the module of its name beside this one, with what the overview says of it."""


HELP = ("-h", "--help")
"""By which options every command shows its help."""


class OutputFailed(Exception):
    """Our output could not be written, for the reason that the one argument, an OSError, has."""


class Commands(Group):
    """The group of commands, none of which is imported before it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return in the order of the table: what most people want comes first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now; None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        found = importlib.import_module(f"diag.cli.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant: an address by itself is looked at, `help` and `version` do as their options do.

        Raises click.UsageError for a word that is no command, with the nearest that is one.
        """
        word, rest = args[0], args[1:]
        if word in COMMANDS:
            return super().resolve_command(ctx, args)
        if "://" in word:
            return "run", self.get_command(ctx, "run"), args
        if word == "help":
            if rest and rest[0] in COMMANDS:
                return rest[0], self.get_command(ctx, rest[0]), ["--help"]
            click.echo(ctx.get_help())
            ctx.exit()
        if word == "version":
            click.echo(f"diag {__version__}")
            ctx.exit()
        from diag.cli.suggestions import hint  # only for a word that is mistaken
        from diag.model.quoting import shown

        meant = hint(word, COMMANDS)
        there_is_none = said("there is no command {word}", word=shown(word))
        raise click.UsageError(f"{there_is_none}: {meant}" if meant else there_is_none, ctx)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an output that fails is told apart from every other end, which click would not do."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if not is_output_lost(error):
                raise
            raise OutputFailed(error) from None

    def overview(self, ctx: click.Context) -> Mapping[str, str]:
        """Return the table: for the overview alone no command is imported."""
        return COMMANDS


@click.command(
    cls=Commands,
    context_settings={"help_option_names": list(HELP), "max_content_width": 100},
    epilog="Begin with: diag run https://your-service.example.com, or with: diag demo",
)
@click.version_option(__version__, "-V", "--version", prog_name="diag", message="%(prog)s %(version)s")
def commands() -> None:
    """Find out why a connection to a cloud service fails.

    diag looks once at everything between this computer and the service, and says which one thing is wrong, who can fix
    it and how.
    """


def main() -> None:
    """Run one command and end the process with its exit code."""
    open_streams()
    raise_on_stop()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what a library warns of is for who builds with it
    try:
        code = carry_out(sys.argv[1:], os.environ)
        ignore_stop()
    except KeyboardInterrupt:  # it came while the end of another was told
        ignore_stop()
        code = STOPPED
    sys.exit(code)


def carry_out(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command and return its exit code; whatever happens, what is said about it is one line on stderr."""
    if environment.get("_DIAG_COMPLETE", "").startswith("powershell"):
        importlib.import_module("diag.cli.completion")  # the shells that click knows need nothing of ours
    option = asked_for(arguments)
    language = chosen(option, environment, _system_language)
    if not can_write(LETTERS[language]):
        if option:
            say(f"this output is in {sys.stdout.encoding}, which has no letters of {language}: set PYTHONIOENCODING=utf-8")
        else:
            language = ENGLISH
    with speaking(language, asked_for=bool(option)):
        return _carried_out(arguments, environment)


def _system_language() -> str:
    if sys.platform not in ("win32", "darwin"):
        return ""
    from diag.probe.machine.language import system_language  # elsewhere the environment says it

    return system_language()


def _carried_out(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    try:
        code = commands.main(list(arguments), prog_name="diag", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return WRONG_USE
    except click.NoSuchOption as error:
        where = error.ctx.command_path if error.ctx else "diag"
        return _complain(said("{wrong} (see: {command})", wrong=_unknown_option(error), command=f"{where} --help"), WRONG_USE)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "diag"
        return _complain(said("{wrong} (see: {command})", wrong=_sentence(error), command=f"{where} --help"), WRONG_USE)
    except click.ClickException as error:
        return _complain(_sentence(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _complain(said("stopped"), STOPPED)
    except OutputFailed as failed:
        return give_up(failed.args[0])
    except OSError as error:  # of the last flush
        return give_up(error) if is_output_lost(error) else _confess(error, environment)
    except Exception as bug:  # noqa: BLE001  (the one place where all of our own bugs end)
        return _complain(lack, NO_MEANS) if (lack := _lacking(bug)) else _confess(bug, environment)
    return code if isinstance(code, int) else 0


def _complain(message: str, code: int) -> int:
    say(message)
    return code


def _sentence(error: click.ClickException) -> str:
    return of_click(error.format_message().rstrip("."))


def _unknown_option(error: click.NoSuchOption) -> str:
    from diag.cli.suggestions import NOTHING_LIKE_IT, hint
    from diag.model.quoting import shown

    name = error.option_name
    there = [each for parameter in error.ctx.command.params for each in parameter.opts] if error.ctx else []
    meant = NOTHING_LIKE_IT.get(name) or (hint(name, there) if name.startswith("--") else "")
    there_is_none = said("there is no option {option}", option=shown(name))
    return f"{there_is_none}: {meant}" if meant else there_is_none


def _lacking(bug: BaseException) -> str:
    """What this computer, or the installation, has not enough of, in a sentence; empty: it is something else."""
    while isinstance(bug, BaseExceptionGroup):
        bug = bug.exceptions[0]
    match bug:
        case MemoryError():
            return said("this computer gives diag no more memory: end other programs, or raise the limit (ulimit -v)")
        case RuntimeError() if "new thread" in str(bug):
            return said(
                "this computer gives diag no more threads: end other programs, or raise the limits (ulimit -u, ulimit -v)"
            )
        case ImportError() if not (bug.name or "").startswith(("diag", "checks")):
            part = (bug.name or "").partition(".")[0] or "a library"
            return said(
                "a part of diag's installation cannot be loaded ({part}): install diag again, for this Python and processor",
                part=part,
            )
        case _:
            return ""


def _confess(bug: Exception, environment: Mapping[str, str]) -> int:
    if environment.get("DIAG_DEBUG"):
        _print_way(bug)
        more = said("please report the lines above")
    else:
        more = said("details: run the same again with DIAG_DEBUG=1")
    return _complain(
        said("this is a bug in diag itself, not in your network ({place}); {more}", place=_place(bug), more=more), OUR_BUG
    )


def _print_way(bug: BaseException) -> None:
    """The lines that led to a bug, and to what it came from; never a message, which may hold values."""
    import traceback  # of bugs alone

    before = bug.__cause__ or bug.__context__
    if before is not None:
        _print_way(before)
    lines = "".join(traceback.format_tb(bug.__traceback__))
    print(f"Traceback (most recent call last):\n{lines}{type(bug).__name__}", file=sys.stderr)
    for part in bug.exceptions if isinstance(bug, BaseExceptionGroup) else ():
        _print_way(part)


def _place(bug: BaseException) -> str:
    """An exception's type and the line that raised it, of the first one in a group; never its message, which may hold values."""
    import traceback  # of bugs alone

    while isinstance(bug, BaseExceptionGroup) and bug.exceptions[0].__traceback__ is not None:
        bug = bug.exceptions[0]
    last = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__} at {os.path.basename(last.filename)}:{last.lineno}"
