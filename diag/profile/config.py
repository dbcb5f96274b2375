"""`diag.toml`: the endpoint list, and what is expected of each endpoint.

    [[endpoint]]
    url = "https://acme.privatelink.example.com"
    role = "account"          # an open word
    network = "private"       # private, public or any (default)
    proxy = "direct"          # direct, proxied or any (default)
    status = [200, 403]       # default: any answer of the service itself
    trust = "corp-ca.pem"     # relative to this file; default: what this client trusts
    required = true           # default

A key that is not known is an error and not a silence: a misspelt expectation would never be checked.
"""

import difflib
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from diag.model.endpoint import Endpoint, Expectations, Network, UnusableEndpoint, Way, parse_endpoint
from diag.profile.unusable import UnusableFile, shown

KEYS = ("url", "role", "network", "proxy", "status", "trust", "required")
LARGEST = 1_000_000
"""Bytes of a configuration that are read; a larger one is none."""

W = TypeVar("W", bound=StrEnum)


def read_config(path: Path) -> tuple[Endpoint, ...]:
    """The endpoints of a `diag.toml`, in its order. Raises UnusableFile."""
    document = _document(path)
    unknown = sorted(document.keys() - {"endpoint"})
    if unknown:
        raise UnusableFile(f"{path}: {shown(unknown[0])} is no part of this file: it holds [[endpoint]] tables")
    tables = document.get("endpoint", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UnusableFile(f"{path}: write [[endpoint]] with two brackets: there may be several")
    if not tables:
        raise UnusableFile(f'{path}: no endpoint in it: add [[endpoint]] and, below it, url = "https://..."')
    return tuple(_Table(path, number, table).endpoint() for number, table in enumerate(tables, 1))


def _document(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from None
    if len(raw) > LARGEST:
        raise UnusableFile(f"{path}: too large for a list of endpoints")
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnusableFile(f"{path}: not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise UnusableFile(f"{path}: not valid TOML: {error}") from None


class _Table:
    """One `[[endpoint]]`; `number` counts from 1."""

    def __init__(self, path: Path, number: int, table: Mapping[str, Any]) -> None:
        self._path = path
        self._table = table
        url = table.get("url")
        self._where = f"{path}: endpoint {number}" + (f" ({shown(url)})" if isinstance(url, str) else "")

    def endpoint(self) -> Endpoint:
        self._refuse_unknown_keys()
        if "url" not in self._table:
            raise UnusableFile(f'{self._where}: has no url: add url = "https://..."')
        expects = Expectations(
            network=self._one_of("network", Network.ANY),
            proxy=self._one_of("proxy", Way.ANY),
            status=self._statuses(),
            trust=self._trust(),
            required=self._flag("required", default=True),
        )
        try:
            return parse_endpoint(self._text("url"), role=self._text("role"), expects=expects)
        except UnusableEndpoint as error:
            raise UnusableFile(f"{self._where}: {error}") from None

    def _refuse_unknown_keys(self) -> None:
        for key in self._table:
            if key not in KEYS:
                near = difflib.get_close_matches(key, KEYS, 1)
                instead = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(KEYS)}"
                raise UnusableFile(f"{self._where}: {shown(key)} is not a key of an endpoint: {instead}")

    def _text(self, key: str) -> str:
        value = self._table.get(key, "")
        if not isinstance(value, str):
            raise UnusableFile(f'{self._where}: {key} must be a text in quotes, such as {key} = "..."')
        return value

    def _one_of(self, key: str, default: W) -> W:
        words = type(default)
        value = self._table.get(key, default.value)
        if not isinstance(value, str) or value not in list(words):
            raise UnusableFile(f"{self._where}: {key} must be one of {', '.join(words)}, not {shown(value)}")
        return words(value)

    def _statuses(self) -> tuple[int, ...]:
        value = self._table.get("status", [])
        if not isinstance(value, list) or not all(type(item) is int and 100 <= item <= 599 for item in value):
            raise UnusableFile(f"{self._where}: status must be a list of HTTP statuses, such as status = [200, 403]")
        return tuple(value)

    def _trust(self) -> str:
        """The PEM file as an absolute path; empty: none is named."""
        given = self._text("trust")
        if not given:
            return ""
        file = (self._path.parent / given).absolute()
        if not file.is_file():
            raise UnusableFile(f"{self._where}: trust names {shown(given)}, and there is no such file beside {self._path.name}")
        return str(file)

    def _flag(self, key: str, *, default: bool) -> bool:
        value = self._table.get(key, default)
        if not isinstance(value, bool):
            raise UnusableFile(f"{self._where}: {key} must be true or false, not {shown(value)}")
        return value
