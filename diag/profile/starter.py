"""The `diag.toml` that `diag init` writes: commented, and read back without an error."""

from collections.abc import Sequence
from importlib.resources import files

_PLACE = 'url = "https://your-service.example.com"'
_HEAD = f"[[endpoint]]\n{_PLACE}"


def write_starter(urls: Sequence[str] = (), *, minimal: bool = False) -> str:
    """Return the text of a new `diag.toml`, with these endpoints in their order, or with one to be replaced.

    `urls` are as endpoints are written. `minimal`: without the comments.
    """
    if minimal:
        return "\n".join(f'[[endpoint]]\nurl = "{url}"\n' for url in urls or ("https://your-service.example.com",))
    text = (files("diag.profile") / "starter.toml").read_text("utf-8")
    if not urls:
        return text
    before = "".join(f'[[endpoint]]\nurl = "{url}"\n\n' for url in urls[:-1])
    return text.replace(_HEAD, f'{before}[[endpoint]]\nurl = "{urls[-1]}"', 1)
