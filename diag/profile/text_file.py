"""A file that somebody hands in, read with bounds: its text, or one line that says why it cannot be used."""

import codecs
from pathlib import Path

from diag.language import of_system, said
from diag.model.local_file import read_file
from diag.model.text import clean
from diag.profile.errors import UnusableFile

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def named(path: Path) -> str:
    """Return a file's name as a message may hold it: on one line, whatever it is called."""
    return clean(str(path), 300)


def read_text(path: Path, largest: int, what: str) -> str:
    """Return the text of a file of at most `largest` bytes: UTF-8, or UTF-16 with its mark, as some shells write it.

    `what` it should be goes into the message. Raises UnusableFile.
    """
    found = read_file(str(path), largest)
    raw = found.data
    if found.why:
        raise UnusableFile(said("{path}: cannot be read ({why})", path=named(path), why=of_system(found.why)))
    if not found.complete:
        raise UnusableFile(
            said(
                "{path}: too large for {what}: at most {largest} MB are read",
                path=named(path),
                what=what,
                largest=largest // 1000000,
            )
        )
    try:
        text = raw.decode("utf-16" if raw.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFile(said("{path}: not UTF-8 text, so it cannot be {what}", path=named(path), what=what)) from None
    if "\0" in text:
        raise UnusableFile(said("{path}: holds binary data, so it cannot be {what}", path=named(path), what=what))
    return text
