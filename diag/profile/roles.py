"""What endpoints are for: roles, with what stops working without them; and endpoints named twice, taken once."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from diag.language import said
from diag.model.endpoint import Endpoint
from diag.profile.errors import shown

if TYPE_CHECKING:
    from diag.profile.toml_table import TomlTable

_KEYS = ("name", "enables", "without", "required", "path")


class Role(Struct, frozen=True):
    """What one role (the `type` of an allowlist) is for."""

    name: str
    enables: str
    """What works by it, as a gerund: `loading and unloading files`. Roles with the same words serve the same end."""
    without: str = ""
    """What the user sees when it is blocked, in one sentence or more."""
    required: bool = True
    """False: the user's work does not depend on it."""
    path: str = ""
    """What to ask such an endpoint for over HTTP; empty: `/`."""


def read_role(table: "TomlTable") -> Role:
    """Return a `[[role]]` table. Raises UnusableFile."""
    table.refuse_all_but(_KEYS)
    path = table.text("path")
    if path and not path.startswith("/"):
        raise table.wrong("path", said("path must begin with /, not {path}", path=shown(path)))
    name = table.text("name", None)
    if not name or name.split() != [name]:
        raise table.wrong("name", said("name must be one word, not {name}", name=shown(name)))
    return Role(name, table.words("enables", None), table.words("without"), table.flag("required", default=True), path)


def roles_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Return the words that an endpoint's role consists of: one, or several where a list names the same place for several
    ends.
    """
    return tuple(endpoint.role.split())


def each_once(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """Return the endpoints, each place once: what is said first holds, and the roles of the others are added."""
    found: dict[str, Endpoint] = {}
    for endpoint in endpoints:
        name = str(endpoint)
        first = found.setdefault(name, endpoint)
        roles = dict.fromkeys((*roles_of(first), *roles_of(endpoint)))
        if len(roles) > len(roles_of(first)):
            required = first.expects.required or endpoint.expects.required
            expects = msgspec.structs.replace(first.expects, required=required)
            found[name] = msgspec.structs.replace(first, role=" ".join(roles), expects=expects)
    return tuple(found.values())
