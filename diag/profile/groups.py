"""Endpoints that go together, under a name: what they have in common, and what stops working without them.

A group that says what it is for is one more role of its endpoints, so that a bundle tells of it as well.
"""

from collections.abc import Iterable, Mapping

from diag.language import said
from diag.profile.errors import shown
from diag.profile.roles import Role
from diag.profile.toml_table import Document, TomlTable, names_of

_KEYS = ("name", "enables", "without", "required")


def read_groups(document: Document, keys: tuple[str, ...], roles: Iterable[Role]) -> Mapping[str, TomlTable]:
    """Return the `[[group]]` tables of a file by their names; `keys` are those beyond `_KEYS`. Raises UnusableFile."""
    groups = names_of(document.tables("group"))
    taken = {role.name for role in roles}
    for name, group in groups.items():
        group.refuse_all_but((*_KEYS, *keys))
        if group.words("without") and not group.words("enables"):
            raise group.wrong("without", said("without needs enables, which says what works by these endpoints"))
        if group.words("enables") and name.split() != [name]:
            raise group.wrong(
                "name", said("the name of a group that enables something must be one word, not {name}", name=shown(name))
            )
        if group.words("enables") and name in taken:
            raise group.wrong("name", said("{name} is the name of a role, too: give the group another", name=shown(name)))
    return groups


def roles_in(groups: Mapping[str, TomlTable]) -> tuple[Role, ...]:
    """Return the groups that say what they are for, as roles."""
    return tuple(
        Role(name, group.words("enables"), group.words("without"), group.flag("required", default=True))
        for name, group in groups.items()
        if group.words("enables")
    )


def group_of(table: TomlTable, groups: Mapping[str, TomlTable]) -> TomlTable | None:
    """Return the group that a table names; None: none. Raises UnusableFile where there is no such group."""
    name = table.text("group")
    if name and name not in groups:
        known = (
            said("the groups here are {names}", names=", ".join(map(shown, groups)))
            if groups
            else said("add [[group]] with name = {name}", name=shown(name))
        )
        raise table.wrong("group", said("there is no group {name}: {known}", name=shown(name), known=known))
    return groups.get(name)


def role_with(role: str, group: TomlTable | None) -> str:
    """Return the role of an endpoint, and that of its group."""
    ends = group is not None and group.words("enables")
    return f"{role} {group.text('name')}".strip() if group is not None and ends else role
