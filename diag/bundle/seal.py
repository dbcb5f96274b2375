"""The seal: which bytes belong to a bundle, and one digest over all of them that a change to any of them changes."""

import hashlib
from collections.abc import Mapping

from msgspec import Struct


class Sealed(Struct, frozen=True):
    """One member, as the manifest lists it."""

    sha256: str
    """Lower-case hexadecimal digits."""
    size: int
    """Bytes."""


def sealed(members: Mapping[str, bytes]) -> dict[str, Sealed]:
    """Return every member with its digest and size, in the order of names."""
    return {name: Sealed(hashlib.sha256(members[name]).hexdigest(), len(members[name])) for name in sorted(members)}


def digest(members: Mapping[str, bytes]) -> str:
    """Return one SHA-256 over all members: over a line `sha256 size name` each, in the order of names.

    Compression is no part of it.
    """
    lines = (f"{seal.sha256} {seal.size} {name}\n" for name, seal in sealed(members).items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def broken(members: Mapping[str, bytes], listed: Mapping[str, Sealed]) -> tuple[str, ...]:
    """Return the names of listed members that are missing or changed, and of members that nobody listed, in order."""
    found = sealed(members)
    return tuple(name for name in sorted({*found, *listed}) if found.get(name) != listed.get(name))
