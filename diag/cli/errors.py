"""What goes wrong by how `diag` was called, and what it is that is said then: one line, and what to do."""

import click

from diag.language import PhraseTable, said

FOUND_NOTHING = 0
FOUND_PROBLEM = 1
WRONG_USE = 2
OPEN_VERDICT = 3
NOT_WRITTEN = 4
OUR_BUG = 70
"""EX_SOFTWARE of sysexits.h."""
NO_MEANS = 71
"""EX_OSERR of sysexits.h."""
OUTPUT_LOST = 74
"""EX_IOERR of sysexits.h."""
STOPPED = 130
"""128 and SIGINT, as shells report it."""
OUTPUT_CUT = 141
"""128 and SIGPIPE."""

MEANINGS: PhraseTable[int] = PhraseTable(
    "exit_codes",
    {
        FOUND_NOTHING: "Nothing found; warnings are allowed. Of commands that look at nothing: done.",
        FOUND_PROBLEM: "A problem was found.",
        WRONG_USE: "The call cannot be carried out as given; the line on standard error says what would do.",
        OPEN_VERDICT: "Something failed or was not looked at, and no cause could be proved.",
        NOT_WRITTEN: "A bundle or file that was asked for is not where it was asked for.",
        OUR_BUG: "A bug in diag itself.",
        NO_MEANS: "The computer gives no more memory, threads or files, or a part of the installation cannot be loaded.",
        OUTPUT_LOST: "Standard output is closed, full or broken; what was seen is on the disk.",
        STOPPED: "Interrupted; the bundle is written all the same.",
        OUTPUT_CUT: "Whoever read the output has gone.",
    },
)
"""What each exit code means, as the manual says it; docs/design.md repeats it."""


def out_of_range(option: str, given: float, least: float, most: float, *, seconds: bool = False) -> "WrongUse":
    """Return what is said of a number that an option does not take."""
    numbers = {"given": f"{given:g}", "least": f"{least:g}", "most": f"{most:g}"}
    if seconds:
        return WrongUse(said("{option} {given} is out of range: give {least} to {most} seconds", option=option, **numbers))
    return WrongUse(said("{option} {given} is out of range: give {least} to {most}", option=option, **numbers))


class WrongUse(click.ClickException):
    """The call cannot be carried out as given. The message is for the user: what is wrong, a colon, and what would do."""

    exit_code = WRONG_USE
