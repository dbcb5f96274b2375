"""What goes wrong by how `diag` was called, and what it is that is said then: one line, and what to do."""

import click

FOUND_NOTHING = 0
FOUND_PROBLEM = 1
WRONG_USE = 2
OPEN_VERDICT = 3
NOT_WRITTEN = 4
"""A bundle or file that was asked for is not where it was asked for."""
OUR_BUG = 70
"""EX_SOFTWARE of sysexits.h."""
NO_MEANS = 71
"""EX_OSERR of sysexits.h: this computer gives no more memory, threads or files; or a part of the installation is missing."""
OUTPUT_LOST = 74
"""EX_IOERR of sysexits.h: standard output is closed, full or broken."""
STOPPED = 130
"""128 and SIGINT, as shells report it."""
OUTPUT_CUT = 141
"""128 and SIGPIPE: who read our output has gone."""


class WrongUse(click.ClickException):
    """The call cannot be carried out as given. The message is one sentence for the user: what is wrong and what would do."""

    exit_code = WRONG_USE
