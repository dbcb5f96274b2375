"""The standard streams: whole from the start, and never a reason to lose anything.

A stream that is closed, full or read by nobody is told as what it is: what a command has done is done by then.
"""

import errno
import io
import os
import sys
from contextlib import suppress

from diag.cli.errors import OUTPUT_CUT, OUTPUT_LOST
from diag.language import PhraseTable, reason_of, said
from diag.language.choice import has_letters

_WINDOWS_PIPE = (22, 109, 232)
"""How Windows says that a pipe's reader has gone: EINVAL, ERROR_BROKEN_PIPE, ERROR_NO_DATA."""
_LOST: PhraseTable[int] = PhraseTable(
    "lost_output",
    {
        errno.ENOSPC: "no space is left where it goes",
        errno.EDQUOT: "your quota of space is used up where it goes",
        errno.EFBIG: "the file that it goes to may not become that large",
        errno.EIO: "the terminal is gone, or the disk fails",
        errno.EBADF: "it is closed",
    },
)


class ClosedStream(io.TextIOBase):
    """Stands for a standard output that was closed before diag began: to write on it fails as it should."""

    encoding = "utf-8"

    @property
    def buffer(self) -> "ClosedStream":
        """The stream for bytes, which is closed as well."""
        return self

    def write(self, _: object) -> int:
        """Write, or raise OSError."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def open_streams() -> None:
    """See to it that there are three standard streams, and that no file or socket of ours takes the place of one."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # it takes the lowest number that is free, which is this one
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115  (for as long as the process lives)
    sys.stdout = sys.stdout or ClosedStream()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a letter that it lacks ends nothing
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (as above)


def can_write(words: str) -> bool:
    """Return whether the encoding of standard output has these letters."""
    return has_letters(getattr(sys.stdout, "encoding", "") or "ascii", words)


def hush_libraries() -> None:
    """Keep off the screen what libraries log: it is about themselves."""
    import logging  # who looks has it anyway

    logging.lastResort = None


def say(message: str) -> None:
    """Write one line on stderr, whatever it quotes; that it cannot be written there changes nothing."""
    from diag.model.text import clean

    with suppress(OSError, ValueError):
        print(f"diag: {' '.join(clean(message, 4000).split())}", file=sys.stderr, flush=True)


def is_reader_gone(error: OSError) -> bool:
    """Return whether whoever read our output has gone."""
    windows = sys.platform == "win32" and (error.errno in _WINDOWS_PIPE or getattr(error, "winerror", 0) in _WINDOWS_PIPE)
    return isinstance(error, BrokenPipeError) or windows


def is_output_lost(error: OSError) -> bool:
    """Return whether an error that nobody has seen to is about standard output:
    what else diag writes is seen to where it is written.
    """
    return is_reader_gone(error) or error.errno in _LOST


def give_up(error: OSError, besides: str = "") -> int:
    """Say why standard output could not be written, and `besides`; return the exit code."""
    hush_stdout()
    if is_reader_gone(error):
        if besides:
            say(said("The program that read the output has ended. {besides}", besides=besides))
        return OUTPUT_CUT
    why = _LOST.get(error.errno or 0, reason_of(error))
    say(said("Standard output could not be written: {why}. {besides}", why=why, besides=besides).strip())
    return OUTPUT_LOST


def hush_stdout() -> None:
    """Let nothing more go out, and keep the interpreter from complaining about it at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
