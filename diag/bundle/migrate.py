"""Older bundles become today's before they are decoded: one step a change of the format, over raw members, in order."""

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from diag.bundle import layout
from diag.bundle.archive import DamagedBundle, NewerBundle, NotABundle

Members = Mapping[str, bytes]
_SCHEMA = re.compile(re.escape(layout.FAMILY) + r"/(0|[1-9]\d{0,5})(?:\.(0|[1-9]\d{0,5}))?\Z")


class SchemaVersion(Struct, frozen=True, order=True):
    """A version of the format. A newer minor adds; a newer major may mean anything."""

    major: int
    minor: int = 0


NOW = SchemaVersion(layout.MAJOR, layout.MINOR)


class Migration(Struct, frozen=True):
    """One step: what was written before `to` becomes what `to` would have written."""

    to: SchemaVersion
    says: str
    """What changes, in a sentence."""
    change: Callable[[Members], Members]


MIGRATIONS: tuple[Migration, ...] = ()
"""In the order of their versions. None is needed yet: what `diag.bundle/1` has more than 1.1 is still understood."""


def version_of(schema: str) -> SchemaVersion:
    """Return the version that a manifest names. Raises NotABundle for another family, NewerBundle for a major that is to come."""
    match = _SCHEMA.match(schema)
    if not match:
        raise NotABundle("The file is a zip, but not a bundle of diag: name a file that diag wrote, diag-*.zip.")
    version = SchemaVersion(int(match[1]), int(match[2] or 0))
    if version.major > NOW.major:
        raise NewerBundle("A newer diag wrote this bundle: run `pip install --upgrade diag`, then try again.")
    if version.major == 0:
        raise DamagedBundle("The bundle names a version of its format that never was: ask for it once more, as diag wrote it.")
    return version


def migrate(members: Members, version: SchemaVersion, steps: tuple[Migration, ...] = MIGRATIONS) -> Members:
    """Return the members as today's diag would have written them."""
    for step in steps:
        if version < step.to:
            members = step.change(members)
            version = step.to
    return members
