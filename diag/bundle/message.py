"""A DNS message with other names and addresses in it: still the same answer, record by record (RFC 1035)."""

from collections.abc import Callable, Iterable

from diag.model.wire.dns_plain import HEADER, read_plain
from diag.model.wire.unreadable import guarded_as


def rewritten(wire: bytes, name: Callable[[str], str], address: Callable[[str], str], private: tuple[bytes, ...]) -> bytes:
    """Return `wire` with every name and address in it changed; itself where none was.

    Where one of the `private` spellings (of `spellings`) is found after all, in a message that cannot be read or in a text
    record, only the header stays, before bytes that nobody can read.
    """
    new = _changed(wire, name, address) or wire
    return unreadable(new, private) if _holds(new, private) else new


def unreadable(wire: bytes, private: tuple[bytes, ...]) -> bytes:
    """Return the header of a message before bytes that nobody can read; not the header either where one of `private` is in it."""
    header = b"" if _holds(wire[:HEADER], private) else wire[:HEADER]
    return header + b"\xff" * (len(wire) - len(header))


@guarded_as(b"")
def _changed(wire: bytes, name: Callable[[str], str], address: Callable[[str], str]) -> bytes:
    """The same; empty where it cannot be read, or nothing was changed."""
    plain = read_plain(wire)
    if plain and all(name(one) == one for one in plain.names) and all(address(one) == one for one in plain.addresses):
        return b""
    from diag.bundle.message_anew import changed  # dnspython is loaded by the first message that has to be written anew

    return changed(wire, name, address)


def spellings(values: Iterable[str]) -> tuple[bytes, ...]:
    """Return how these values, lower case, stand in a message: as text, and as a name without its end, which may be a pointer.

    The formats of names and pointers are those of RFC 1035, sections 3.1 and 4.1.4.
    """
    plain = [value.encode("utf-8", "replace") for value in values]
    names = [b"".join(bytes([len(label) & 63]) + label for label in value.split(b".")) for value in plain]
    return tuple(sorted({*plain, *names}))


def _holds(wire: bytes, private: tuple[bytes, ...]) -> bool:
    lower = wire.lower()
    return any(spelling in lower for spelling in private)
