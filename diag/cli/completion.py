"""`diag completion`: the script that teaches a shell the commands and options."""

import click
from click.shell_completion import get_completion_class

from diag.cli.errors import FOUND_NOTHING, WRONG_USE, WrongUse
from diag.cli.sections import Command

SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    cls=Command,
    ends={FOUND_NOTHING: "printed", WRONG_USE: "wrong use"},
    examples=('eval "$(diag completion bash)"    # in ~/.bashrc', "diag completion fish > ~/.config/fish/completions/diag.fish"),
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the completion script for your SHELL: bash, zsh or fish."""
    kind = get_completion_class(shell)
    if kind is None:
        raise WrongUse(f"no completion is known for {shell}: use one of {', '.join(SHELLS)}")
    click.echo(kind(context.find_root().command, {}, "diag", "_DIAG_COMPLETE").source())
    return FOUND_NOTHING
