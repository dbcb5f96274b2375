"""Opens a zip that a stranger may have made (APPNOTE 6.3): into memory, within limits, and never onto the disk."""

import io
import itertools
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from diag.bundle import layout
from diag.model.expression import expression
from diag.model.obstacle import Obstacle

LARGEST_FILE = 16 << 20
"""Bytes of the zip itself."""
MOST_MEMBERS = 64
LARGEST_TABLE = MOST_MEMBERS << 10
"""Bytes of the table of contents: it is read before its entries can be counted."""
STEEPEST = 400
"""How many times its packed size a member may have; ours stay far below, and a bomb comes near the 1032 that deflate allows."""
ALWAYS_FINE = 1 << 16
"""Members up to this size may be packed as well as they can."""

_FIRST = b"PK\x03\x04"
_END = struct.Struct("<4s4H2LH")
"""End of central directory record (APPNOTE, section 4.3.16)."""
_LOCAL = struct.Struct("<4s2xH18xHH")
"""What counts of a local file header (section 4.3.7): its mark, its flags, the lengths of name and extra field."""
_DESCRIBED = 0x08
"""Behind such a member stands a data descriptor (section 4.3.9)."""
_NAME = expression(r"[a-z0-9][a-z0-9_-]{0,40}(\.[a-z0-9]{1,8}){1,2}\Z")
_ARCHIVES = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".tar", ".zst", ".rar", ".jar", ".whl")
_ARCHIVE_STARTS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
)


class CannotRead(Obstacle):
    """A file cannot be read as a bundle. The message is one sentence for the user, and holds nothing from the file."""


class NotABundle(CannotRead):
    """The file is something else."""


class DamagedBundle(CannotRead):
    """The file was a bundle, or pretends to be one, and is not as diag wrote it."""


class NewerBundle(CannotRead):
    """The bundle was written by a diag whose format this one does not know."""


def content_of(path: Path) -> bytes:
    """Return the bytes of the file at `path`, as far as a bundle may be large. Raises NotABundle."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotABundle("That is not a file: name the bundle itself, diag-*.zip.")
        with path.open("rb") as file:
            return read_limited(file)
    except FileNotFoundError:
        raise NotABundle("There is no such file: name the bundle itself, diag-*.zip.") from None
    except (OSError, ValueError):
        raise NotABundle("The file cannot be opened: check that you may read it.") from None


def read_limited(stream: BinaryIO) -> bytes:
    """Return what a stream holds, as far as a bundle may be large. Raises NotABundle."""
    content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise NotABundle("The file is larger than any bundle ({size} MiB): it is something else.", size=LARGEST_FILE >> 20)
    return content


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the members of a zip in memory, by name. Raises NotABundle and DamagedBundle."""
    count = _declared_members(content)
    if count > MOST_MEMBERS:
        raise DamagedBundle("The file holds more members than a bundle may have: ask for it once more, as diag wrote it.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _look_over(entries, count)
            _look_between(content, entries)
            return {entry.filename: _unpacked(archive, entry) for entry in entries}
    except CannotRead:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error, IndexError, OverflowError):
        # What zipfile raises for a broken file is no closed list; NotImplementedError is a RuntimeError.
        raise DamagedBundle("The file is damaged: ask for it once more, as diag wrote it.") from None


def _declared_members(content: bytes) -> int:
    """How many members the end record declares; the file must begin and end with the zip, with nothing before or behind it."""
    if not content.startswith(_FIRST) or len(content) < _END.size:
        raise NotABundle("The file is not a bundle: name a file that diag wrote, diag-*.zip.")
    mark, disk, first_disk, here, count, size, offset, comment = _END.unpack(content[-_END.size :])
    if mark != b"PK\x05\x06" or comment:
        raise DamagedBundle("The file is cut short, or something stands behind its end: ask for it once more, as diag wrote it.")
    if disk or first_disk or here != count or size > LARGEST_TABLE or offset + size != len(content) - _END.size:
        raise DamagedBundle("The file's table of contents is not as diag writes it: ask for it once more, as diag wrote it.")
    return int(count)


def _look_over(entries: list[zipfile.ZipInfo], count: int) -> None:
    """Everything that can be refused before a byte is unpacked."""
    names = [entry.filename for entry in entries]
    if len(names) != count:
        raise DamagedBundle("The file's table of contents is not as diag writes it: ask for it once more, as diag wrote it.")
    if len(set(names)) != len(names):
        raise DamagedBundle("The file names a member twice: ask for it once more, as diag wrote it.")
    if not all(
        _NAME.match(name) and not name.endswith(_ARCHIVES) and name == entry.orig_filename
        for name, entry in zip(names, entries, strict=True)
    ):
        raise DamagedBundle(
            "The file holds a member with a name that diag never writes: do not unpack it, it may be made to do harm."
        )
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or entry.is_dir() or entry.flag_bits & 0x2041:
            raise DamagedBundle(
                "The file holds a link, a folder or something encrypted: do not unpack it, it may be made to do harm."
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DamagedBundle("The file is packed in a way that diag never uses: ask for it once more, as diag wrote it.")
        if entry.file_size > max(ALWAYS_FINE, STEEPEST * entry.compress_size):
            raise DamagedBundle(
                "The file would grow beyond all measure when unpacked: do not unpack it, it may be made to do harm."
            )
    if sum(entry.file_size for entry in entries) > layout.LARGEST_UNPACKED:
        raise DamagedBundle("The file would grow beyond all measure when unpacked: do not unpack it, it may be made to do harm.")
    ends = sorted((entry.header_offset, entry.header_offset + entry.compress_size) for entry in entries)
    if not ends or ends[0][0] != 0 or any(end > following for (_, end), (following, _) in itertools.pairwise(ends)):
        raise DamagedBundle("The file's members overlap: do not unpack it, it may be made to do harm.")


def _look_between(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Between its members a file holds nothing: what nobody lists is seen by other programs and not by this one."""
    (table,) = struct.unpack_from("<L", content, len(content) - 6)
    at = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        mark, flags, name, extra = _LOCAL.unpack_from(content, at)
        if at != entry.header_offset or mark != _FIRST:
            raise DamagedBundle("The file holds something between its members: do not unpack it, it may be made to do harm.")
        at += _LOCAL.size + name + extra + entry.compress_size
        if flags & _DESCRIBED:
            at += 16 if content[at : at + 4] == b"PK\x07\x08" else 12
    if at != table:
        raise DamagedBundle("The file holds something between its members: do not unpack it, it may be made to do harm.")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One member, read to what it declares and not a byte further; zipfile checks its CRC at the end."""
    with archive.open(entry) as member:
        content = member.read(entry.file_size)
        if len(content) != entry.file_size or member.read(1):
            raise DamagedBundle("The file lies about a member's size: do not unpack it, it may be made to do harm.")
    if content.startswith(_ARCHIVE_STARTS):
        raise DamagedBundle("The file holds another archive: do not unpack it, it may be made to do harm.")
    return content
