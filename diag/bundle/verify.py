"""Whether a bundle is as it was written: each member against the manifest, and the digest of all of them.

Whoever changes a bundle on purpose can write a manifest that fits it. What shows such a change is the digest that was printed
when the bundle was written, told to the reader by another way than the bundle.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct

from diag.bundle import layout
from diag.bundle.archive import DamagedBundle, NotABundle
from diag.bundle.migrate import version_of
from diag.bundle.seal import Sealed, digest, sealed
from diag.bundle.strict_json import UNDECODABLE

_IN_NAME = re.compile(r"diag-\d{8}T\d{6}Z-([0-9a-f]{6})\.zip(\.hpke|\.age)?\Z")
_DIGEST = re.compile(r"[0-9a-f]{6,64}\Z")


class MemberState(StrEnum):
    """How one member stands to the manifest."""

    AS_WRITTEN = "as written"
    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"


class Verified(Struct, frozen=True):
    """What was found of one bundle."""

    digest: str
    """Over all members, as they are now."""
    members: Mapping[str, MemberState]
    """Every member but the manifest, in the order of names."""
    in_name: str
    """The digits of the digest that stand in the file's name; empty: it was renamed."""

    @property
    def whole(self) -> bool:
        """Whether every member is as the manifest lists it."""
        return all(state is MemberState.AS_WRITTEN for state in self.members.values())

    @property
    def named_rightly(self) -> bool:
        """Whether the name, where it holds digits of a digest, holds those of this one."""
        return self.digest.startswith(self.in_name)


class _Listed(msgspec.Struct):
    """As much of a manifest as this needs."""

    schema: str
    members: dict[str, Sealed]


def verify(members: Mapping[str, bytes], name: str) -> Verified:
    """Compare the members of a bundle in a file of that name. Raises NotABundle, DamagedBundle and NewerBundle."""
    if layout.MANIFEST not in members:
        raise NotABundle("The file is a zip, but not a bundle of diag: name a file that diag wrote, diag-*.zip.")
    try:
        listed = msgspec.json.decode(members[layout.MANIFEST], type=_Listed)
    except UNDECODABLE:
        raise DamagedBundle("The bundle's manifest cannot be read, so that nothing can be compared with it.") from None
    version_of(listed.schema)
    found = sealed({name: content for name, content in members.items() if name != layout.MANIFEST})
    match = _IN_NAME.fullmatch(name)
    return Verified(
        digest=digest(members),
        members={one: _state(found.get(one), listed.members.get(one)) for one in sorted({*found, *listed.members})},
        in_name=match[1] if match else "",
    )


def is_digest(text: str) -> bool:
    """Return whether a text is a digest, or the beginning of one that is long enough to mean it."""
    return _DIGEST.fullmatch(text) is not None


def _state(found: Sealed | None, listed: Sealed | None) -> MemberState:
    if found is None:
        return MemberState.MISSING
    if listed is None:
        return MemberState.ADDED
    return MemberState.AS_WRITTEN if found == listed else MemberState.CHANGED
