"""resolv.conf as the C library reads it, and what in it says something else than its writer meant.

glibc (resolv.conf(5), `res_init.c`): a keyword begins its line and a blank ends it; a line is a comment where it begins with `#`
or `;`, and nowhere else; after a resolver's address the line is not read on; the last `search` or `domain` counts; options add
up. musl takes a carriage return for a blank.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from diag.model.address import DNS_PORT, Address
from diag.model.expression import expression
from diag.model.machine import MisreadLine, Resolvers
from diag.model.text import clean
from diag.probe.machine.written import MOST_SERVERS, read_domains, read_server

_LONGEST = 200
"""Characters that are kept of a line that is misread."""
_MOST_MISREAD = 12
_MOST_BEYOND = 5
_SWITCHES = {"debug", "edns0", "inet6", "no-aaaa", "no-check-names", "no-reload", "no-tld-query", "rotate", "trust-ad", "use-vc"}
_OPTIONS = frozenset({"attempts", "ndots", "timeout", "single-request", "single-request-reopen"} | _SWITCHES)
"""Nothing else is kept of an option line."""
_KEYWORDS = ("nameserver", "search", "domain", "options")
_ELSEWHERE = frozenset({"sortlist", "lookup", "family"})
"""Keywords of other systems, or of other times, which do no harm."""
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-8 and UTF-16, which editors of other systems write."""
_WRITTEN_ADDRESS = expression(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w.])")
_WITH_PORT = expression(r"(?:[\d.]+[:#]\d{1,5}|\[[0-9A-Fa-f:]+\](?::\d{1,5})?)\Z")
_NAME = expression(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?\Z")


class _Reading(Struct):
    """What has been read so far."""

    servers: list[Address] = field(default_factory=list)
    beyond: list[Address] = field(default_factory=list)
    search: tuple[str, ...] = ()
    options: dict[str, None] = field(default_factory=dict)
    misread: list[MisreadLine] = field(default_factory=list)


def read_resolv_conf(data: bytes, *, musl: bool = False) -> Resolvers:
    """Return what the file says: where it names no resolver, this machine's own is asked, and the source is `default`."""
    said = _Reading()
    for number, line in enumerate(data.split(b"\n"), start=1):
        _read_line(said, number, line, musl=musl)
    here = (Address("127.0.0.1", DNS_PORT),)
    return Resolvers(
        tuple(said.servers) or here,
        said.search,
        tuple(said.options),
        "resolv.conf" if said.servers else "default",
        misread=tuple(said.misread[:_MOST_MISREAD]),
        beyond=tuple(said.beyond[:_MOST_BEYOND]),
    )


def _read_line(said: _Reading, number: int, line: bytes, *, musl: bool) -> None:
    if line.startswith(_MARKS) and number == 1:
        _note(said, number, "encoding", line)
        return
    text = line.decode("utf-8", "replace")
    if text.endswith("\r") and (musl or not text.strip()):
        text = text[:-1]
    if not text.strip() or text[0] in "#;":
        return
    keyword, *words = re.split(r"[ \t]+", text)
    if keyword == "nameserver":
        _read_nameserver(said, number, line, words)
    elif keyword in ("search", "domain"):
        said.search = tuple(read_domains(words if keyword == "search" else words[:1]))
        if text.endswith("\r"):
            _note(said, number, "line_end", line)
    elif keyword == "options":
        said.options |= dict.fromkeys(filter(_is_option, (word.removesuffix("\r") for word in words)))
    elif keyword.strip() not in _ELSEWHERE:
        _note(said, number, _flaw_of_keyword(keyword, text), line)


def _read_nameserver(said: _Reading, number: int, line: bytes, words: list[str]) -> None:
    value = next(iter(words), "")
    found = [] if value.endswith("\r") else read_server(value)
    if not found:
        _note(said, number, _flaw_of_value(value, words), line)
    elif len(said.servers) < MOST_SERVERS:
        said.servers += found
        if any(read_server(word) for word in _before_comment(words[1:])):
            _note(said, number, "several", line)
    else:
        said.beyond += found


def _before_comment(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if word[:1] in ("#", ";"):
            return
        yield word.strip(",;")


def _flaw_of_keyword(keyword: str, text: str) -> str:
    return (
        "indented" if not keyword and text.lstrip(" \t").startswith(("nameserver", "search", "domain", "options")) else "keyword"
    )


def _flaw_of_value(value: str, words: list[str]) -> str:
    """Why what follows `nameserver` is no address."""
    if not value.strip():
        return "no_value"
    if value.endswith("\r") and read_server(value[:-1]):
        return "line_end"
    if len(_WRITTEN_ADDRESS.findall(" ".join(words).replace("\\n", " "))) > 1:
        return "several"
    if _WITH_PORT.match(value):
        return "port"
    return "name" if _NAME.match(value) and not value.replace(".", "").isdecimal() else "address"


def _note(said: _Reading, number: int, flaw: str, line: bytes) -> None:
    text = line.replace(b"\0", b"").decode("utf-8", "replace")
    is_remark = text.lstrip("\ufeff\ufffd \t")[:1] in ("#", ";")
    meant = () if is_remark else _meant(text.partition("#")[0] if flaw != "port" else text)
    said.misread.append(MisreadLine(number, flaw, clean(text.rstrip("\r"), _LONGEST), meant))


def _meant(text: str) -> tuple[Address, ...]:
    """The addresses that a line about resolvers holds. An `echo` that meant to end a line leaves a backslash and an n."""
    if "nameserver" not in text.lower():
        return ()
    found = _WRITTEN_ADDRESS.findall(text.replace("\\n", " "))
    return tuple(dict.fromkeys(server for written in found for server in read_server(written)))[:MOST_SERVERS]


def _is_option(word: str) -> bool:
    name, mark, number = word.partition(":")
    return name in _OPTIONS and (not mark or (number.isdecimal() and len(number) < 6))
