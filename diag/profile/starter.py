"""The `diag.toml` that `diag init` writes: commented in the language of the reader, and read back without an error."""

from collections.abc import Sequence
from pathlib import Path

from diag.language import spoken
from diag.language.catalogue import starter_and_mark

_PLACE = 'url = "https://your-service.example.com"'
_HEAD = f"[[endpoint]]\n{_PLACE}"


def starter() -> str:
    """Return the file as it is in English."""
    return Path(__file__).with_name("starter.toml").read_text("utf-8")


def write_starter(urls: Sequence[str] = (), *, minimal: bool = False) -> str:
    """Return the text of a new `diag.toml`, with these endpoints in their order, or with one to be replaced.

    `urls` are as endpoints are written. `minimal`: without the comments.
    """
    if minimal:
        return "\n".join(f'[[endpoint]]\nurl = "{url}"\n' for url in urls or ("https://your-service.example.com",))
    text = starter_and_mark(spoken())[0] or starter()
    if not urls:
        return text
    before = "".join(f'[[endpoint]]\nurl = "{url}"\n\n' for url in urls[:-1])
    return text.replace(_HEAD, f'{before}[[endpoint]]\nurl = "{urls[-1]}"', 1)
