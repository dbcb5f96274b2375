"""The rows of a list in whatever shape it was saved: JSON, JSON within JSON, a row a line, CSV, TSV, a table drawn in text.

Here a text becomes rows of names and values; what they mean is read elsewhere.
"""

import csv
import ipaddress
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from diag.language import said

_DEEPEST = 8
"""How many wrappings are taken off: a list in an object in a text in a row is one of four."""
HOST_KEYS = ("host", "hostname", "host_name", "fqdn")
PORT_KEYS = ("port",)
ROLE = ("type", "role")
KEY_AND_VALUE = {"key", "value"}
_COLUMNS = (*HOST_KEYS, *PORT_KEYS, *ROLE, *KEY_AND_VALUE)
_RULE = re.compile(r"[|+\s:=-]+\Z")
"""A line that is drawn and says nothing."""
_PRIVATE_LINK = re.compile(r"[a-z0-9_-]*privatelink[_-][a-z0-9_-]+\Z")
"""A key of the object that tells the names of a private link."""
_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#\s]+)([/?#]\S*)?\Z", re.IGNORECASE)
_WEB_PORTS = {"http": "80", "https": "443"}
_CURLY = re.compile("[\u2018\u2019\u201c\u201d]")
_DOMAINS = "domains"
"""The key under which GitHub's list of itself (`/meta`) has its hosts, beside ranges of addresses."""
_AUTHORITY = re.compile(r"(?P<host>[^\s/@:]+\.[^\s/@:]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>\d{1,6}))?\Z")


class AllowlistRow(Struct, frozen=True):
    """One row: where it stands, and its values by their names in lower case."""

    where: str
    """`entry 3` or `line 4`."""
    values: Mapping[str, object]
    stray: object = None
    """What stands where a row should be; None: it is one."""
    private: bool = False
    """Whether the list says that this host is reached over a private address."""


class NoList(ValueError):
    """The text is no list; the message says why, as the end of a sentence."""


def read_rows(text: str) -> tuple[AllowlistRow, ...]:
    """Return the rows of a text, none where the list is empty. Raises NoList."""
    stripped = text.strip()
    if not stripped:
        raise NoList(said("it is empty"))
    if stripped[0] in "[{":
        return tuple(_numbered(_json(stripped)))
    if stripped[0] == '"':
        try:
            return tuple(_numbered(_unwrapped(json.loads(stripped), 0)))
        except (ValueError, RecursionError):
            pass  # a table whose first cell is quoted
    return tuple(_table(text))


def _json(text: str) -> list[Any]:
    try:
        return _unwrapped(json.loads(text), 0)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and "\n" in text:
            return _json_lines(text)
        if _CURLY.search(text[error.pos : error.pos + 1]):
            raise NoList(said('it has curly quotes where JSON has straight ones (") in line {line}', line=error.lineno)) from None
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise NoList(said("it ends in the middle, in line {line}: the rest was cut off", line=error.lineno)) from None
        raise NoList(
            said(
                "it is not valid JSON: {reason} in line {line}, column {column}",
                reason=error.msg,
                line=error.lineno,
                column=error.colno,
            )
        ) from None
    except RecursionError:
        raise NoList(said("it is nested too deeply")) from None
    except NoList:
        raise
    except ValueError:
        raise NoList(said("it holds a number that is too large")) from None


def _json_lines(text: str) -> list[Any]:
    """One JSON value a line; a line that is none stands for itself, and is named later."""
    rows: list[Any] = []
    for line in text.splitlines():
        if line.strip().strip(","):
            try:
                rows += _unwrapped(json.loads(line.strip().removesuffix(",")), 0)
            except (ValueError, RecursionError):
                rows.append(line.strip())
    return rows


def _unwrapped(document: object, depth: int) -> list[Any]:
    """The list that a document holds, however it is wrapped. Raises NoList."""
    if depth > _DEEPEST:
        raise NoList(said("it is nested too deeply"))
    match document:
        case str() if document.strip()[:1] in ("[", "{", '"'):
            return _unwrapped(json.loads(document), depth + 1)
        case list():
            return [row for item in document for row in _entries(item, depth + 1)]
        case dict() if _lower(document).keys() & {*HOST_KEYS, *PORT_KEYS, *ROLE} or is_private_link(_lower(document)):
            return [document]
        case dict() if isinstance(_lower(document).get(_DOMAINS), dict | list):
            return _unwrapped(_lower(document)[_DOMAINS], depth + 1)
        case dict():
            inner = [value for value in document.values() if _wraps(value)]
            if inner:
                return [row for value in inner for row in _unwrapped(value, depth + 1)]
    raise NoList(said("there is no list in it"))


def _entries(item: object, depth: int) -> list[Any]:
    """What one item of a list amounts to; a wrapping that cannot be taken off stands for itself, and is named later."""
    if not _wraps(item):
        return [item]
    try:
        return _unwrapped(item, depth)
    except (ValueError, RecursionError):
        return [item]


def _wraps(item: object) -> bool:
    """Whether an item is a list's wrapping and not an entry: the row of an SQL client's export, with the list as its value."""
    if isinstance(item, str):
        return item.strip()[:1] in ("[", "{")
    if isinstance(item, list):
        return True
    if isinstance(item, dict) and not _lower(item).keys() & {*HOST_KEYS, *PORT_KEYS, *ROLE}:
        return is_private_link(_lower(item)) or any(_wraps(value) for value in item.values())
    return False


def _numbered(items: Sequence[Any]) -> Iterator[AllowlistRow]:
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            yield AllowlistRow(said("entry {number}", number=number), _lower(item))
        elif isinstance(item, str) and (named := _named_by(item.strip())):
            yield AllowlistRow(said("entry {number}", number=number), named)
        else:
            yield AllowlistRow(said("entry {number}", number=number), {}, item if item is not None else "null")


def _named_by(text: str) -> dict[str, object]:
    """Host and port of a text that is nothing but an address of the web, or a host with or without a port; empty: it is none."""
    url = _URL.match(text)
    authority = _AUTHORITY.match(url["authority"] if url else text)
    if authority is None or is_address_range(text):
        return {}
    port = authority["port"] or (_WEB_PORTS[url["scheme"].lower()] if url else "")
    return {"host": authority["host"]} | ({"port": port} if port else {})


def is_address_range(item: object) -> bool:
    """Return whether a text is a range of addresses, such as `192.0.2.0/24`."""
    if not isinstance(item, str) or "/" not in item:
        return False
    try:
        ipaddress.ip_network(item.strip(), strict=False)
    except ValueError:
        return False
    return True


def _lower(item: Mapping[str, object]) -> dict[str, object]:
    return {str(key).strip().lower(): value for key, value in item.items()}


def is_private_link(values: Mapping[str, object]) -> bool:
    """Return whether this is the object by which a provider tells the names of an account's private link."""
    return any(_PRIVATE_LINK.match(key) for key in values)


def _table(text: str) -> Iterator[AllowlistRow]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if _says_something(line)]
    if not lines:
        raise NoList(said("it is empty"))
    delimiter = max("\t|,;", key=lambda mark: sum(line.count(mark) for _, line in lines[:20]))
    if delimiter == "," and len(lines) > 1 and _holds_json(text):
        yield from _numbered(_cells_of_json(text))
        return
    rows = [(number, _cells(line, delimiter)) for number, line in lines]
    head = [cell.lower() for cell in rows[0][1]]
    if {*head} >= KEY_AND_VALUE:
        pairs = {cells[head.index("key")]: cells[head.index("value")] for _, cells in rows[1:] if len(cells) == len(head)}
        yield AllowlistRow(said("the list"), _lower(pairs))
    elif {*head} & {*HOST_KEYS}:
        for number, cells in rows[1:]:
            whole = len(cells) == len(head)
            yield AllowlistRow(
                said("line {number}", number=number),
                dict(zip(head, cells, strict=True)) if whole else {},
                None if whole else " ".join(cells),
            )
    else:
        yield from _without_head(rows)


def _says_something(line: str) -> bool:
    """Whether a line is neither empty, nor drawn, nor a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#") and not _RULE.match(line)


def _without_head(rows: Sequence[tuple[int, list[str]]]) -> Iterator[AllowlistRow]:
    """Rows whose cells say by themselves what they are: a number is a port, what has a dot is a host, the rest is the role."""
    if any(is_address_range(cell) for _, cells in rows for cell in cells):
        rows = [(number, cells) for number, cells in rows if not any(map(is_address_range, cells))]
        if not rows:
            raise NoList(said("it holds ranges of addresses, and no hosts"))
    if not any(_AUTHORITY.match(cell) or _URL.match(cell) for _, cells in rows for cell in cells):
        raise NoList(said("there is no host name in it"))
    for number, cells in rows:
        found: dict[str, object] = {}
        for cell in cells:
            named = _named_by(cell) if "host" not in found else {}
            if cell.isascii() and cell.isdigit():
                found["port"] = cell
            elif named:
                found |= named
            elif cell:
                found["type"] = cell
        whole = "host" in found and not (len(cells) == 1 and " " in cells[0])
        yield AllowlistRow(said("line {number}", number=number), found if whole else {}, None if whole else " ".join(cells))


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        line = line.strip().strip("|")
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        cells = [line]
    return [cell.strip() for cell in cells]


def _holds_json(text: str) -> bool:
    """Whether an SQL client put the whole list into one cell."""
    return bool(re.search(r'^\s*"?\s*[\[{]\s*("")?', text.split("\n", 1)[1])) and "host" in text.lower()


def _cells_of_json(text: str) -> list[Any]:
    try:
        cells = [cell for row in csv.reader(text.splitlines(keepends=True)[1:]) for cell in row if cell.strip()[:1] in ("[", "{")]
        return [row for cell in cells for row in _unwrapped(cell, 0)]
    except (csv.Error, ValueError, RecursionError):
        raise NoList(said("the list in its cell cannot be read: save the result of the query as JSON or CSV")) from None
