"""What goes wrong by how `diag` was called, and what it is that is said then: one line, and what to do."""

import click

FOUND_NOTHING = 0
FOUND_PROBLEM = 1
WRONG_USE = 2
OPEN_VERDICT = 3
OUR_BUG = 70
"""EX_SOFTWARE of sysexits.h."""
STOPPED = 130
"""128 and SIGINT, as shells report it."""
OUTPUT_CUT = 141
"""128 and SIGPIPE: who read our output has gone."""


class WrongUse(click.ClickException):
    """The call cannot be carried out as given. The message is one sentence for the user: what is wrong and what would do."""

    exit_code = WRONG_USE
