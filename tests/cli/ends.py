"""How each command can end: for every exit code that its help names a call that ends so."""

from collections.abc import Iterator

import click

from diag.cli import errors
from diag.cli.main import commands

CODES = {number: name for name, number in vars(errors).items() if name.isupper() and isinstance(number, int)}
CALLS: dict[str, dict[int, str]] = {
    "run": {1: "run https://127.0.0.1:1 --no-bundle -q", 2: "run", 4: "run https://127.0.0.1:1 -q --junit pipe"},
    "read": {0: "read --no-run error.log", 2: "read none.log", 3: "read --no-run letter.txt"},
    "init": {0: "init", 2: "init --config a.zip"},
    "show": {0: "show a.zip", 2: "show none.zip", 4: "show a.zip --html pipe"},
    "request": {0: "request a.zip", 2: "request none.zip", 4: "request a.zip --format csv=pipe"},
    "verify": {0: "verify a.zip", 1: "verify a.zip --digest 000000", 2: "verify none.zip"},
    "redact": {0: "redact a.zip", 2: "redact none.zip"},
    "reveal": {2: "reveal a.zip"},
    "keygen": {0: "keygen new.key", 2: "keygen a.zip"},
    "diff": {0: "diff a.zip a.zip", 1: "diff a.zip b.zip", 2: "diff a.zip none.zip"},
    "send": {2: "send a.zip"},
    "triage": {
        0: "triage a.zip --index x.db",
        1: "triage letter.zip --strict --index x.db",
        2: "triage --as-of never --index x.db",
    },
    "trends": {2: "trends --index none.db"},
    "search": {2: "search x --index none.db"},
    "note": {2: "note x y --index none.db"},
    "resolve": {2: "resolve x --by y --index none.db"},
    "export": {2: "export tables --index none.db"},
    "manual": {0: "manual site", 2: "manual a.zip", 4: "manual /proc/self/task"},
    "explain": {0: "explain dns-slow", 2: "explain qqqqqqqq"},
    "checks": {0: "checks", 2: "checks --frob"},
    "demo": {0: "demo --list", 1: "demo -q --no-bundle", 2: "demo no-such-fault"},
    "lab list": {0: "lab list", 2: "lab list --frob"},
    "lab start": {2: "lab start no-such-fault"},
    "schema": {0: "schema", 2: "schema frob"},
    "completion": {0: "completion bash", 2: "completion frob"},
}
"""For each command and code a call that ends with it."""
ELSEWHERE = {
    "run": {0: "test_run", 3: "test_run", 130: "test_stopping"},
    "redact": {1: "below", 4: "below"},
    "reveal": {0: "test_handing_over", 1: "test_handing_over"},
    "verify": {3: "below"},
    "send": {0: "test_send", 1: "test_send", 3: "test_send"},
    "read": {1: "as run", 4: "as run", 130: "as run"},
    "trends": {0: "test_desk_commands"},
    "search": {0: "test_desk_commands"},
    "note": {0: "test_desk_commands"},
    "resolve": {0: "test_desk_commands"},
    "export": {0: "desk/test_export"},
    "checks": {1: "profile/test_articles"},
    "demo": {3: "as run", 4: "as run", 130: "as run"},
    "lab start": {0: "test_demo"},
}
"""Ends that need a network, another computer's bundle or a signal, and the file whose tests bring them about."""


def leaves(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for word in command.list_commands(context):
                inner = command.get_command(context, word)
                assert inner is not None
                yield from leaves(inner, f"{name} {word}".strip())
    else:
        yield name, command


ALL = dict(leaves(commands))
