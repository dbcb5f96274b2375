"""`diag completion`: the script that teaches a shell the commands and options."""

import os
import shlex
from typing import Any

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, get_completion_class

from diag.cli.errors import FOUND_NOTHING, WRONG_USE, WrongUse
from diag.cli.sections import Command
from diag.language import said

SHELLS = ("bash", "zsh", "fish", "powershell")
VARIABLE = "_DIAG_COMPLETE"
"""By this variable a shell's script has diag tell what can follow, in place of doing anything."""
_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $line, $place)
    $env:COMP_WORDS = $line.ToString()
    $env:COMP_CWORD = $word
    $env:%(complete_var)s = "powershell_complete"
    try {
        %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, "ParameterValue", $help)
        }
    } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:%(complete_var)s
    }
}
"""


class PowerShellComplete(ShellComplete):
    """PowerShell, 5.1 and later: the whole line comes in COMP_WORDS, the word that is begun in COMP_CWORD."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is begun, and that one."""
        words = _words(os.environ.get("COMP_WORDS", ""))
        begun = os.environ.get("COMP_CWORD", "")
        return (words[1:-1] if begun and words[1:] else words[1:]), begun

    def format_completion(self, item: CompletionItem) -> str:
        """Return one line: what can follow, a tab, and what it does."""
        return f"{item.value}\t{item.help}" if item.help else str(item.value)


def _words(line: str) -> list[str]:
    """The words of a line; of one whose quotation mark is still open, as blanks part them."""
    try:
        return shlex.split(line, posix=False)
    except ValueError:
        return line.split()


add_completion_class(PowerShellComplete)


@click.command(
    "completion",
    cls=Command,
    ends={FOUND_NOTHING: "printed", WRONG_USE: "wrong use"},
    examples=('eval "$(diag completion bash)"    # in ~/.bashrc', "diag completion fish > ~/.config/fish/completions/diag.fish"),
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the completion script for your SHELL: bash, zsh, fish or powershell.

    In PowerShell, in the file that $PROFILE names: diag completion powershell | Out-String | Invoke-Expression
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise WrongUse(said("no completion is known for {shell}: use one of {shells}", shell=shell, shells=", ".join(SHELLS)))
    options: dict[str, Any] = {}
    click.echo(kind(context.find_root().command, options, "diag", VARIABLE).source())
    return FOUND_NOTHING
