"""The single file: the folder that PyInstaller gathers, packed behind a launcher in C that unpacks it once for each user.

PyInstaller's own single file unpacks itself at every start, which takes nine times as long as to start. The launcher carries the
content within itself, where the assembler puts it. An entry is four numbers of 32 bits, the lowest byte first (the length of its
path; 0 plain, 1 program, 2 symbolic link; its size; its size packed), its path, and its bytes as RFC 1951 packs them. A length of
zero ends it.
"""

import hashlib
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
_PLAIN, _PROGRAM, _LINK = range(3)
REPEATABLE = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1700000000"}
"""The variables by which PyInstaller puts the same in the same place, with the same date."""
_UNDATED = {".exe": "-Wl,--no-insert-timestamp"}
"""What keeps the day out of a program, where a linker puts it there."""


def make_single(folder: Path, made: Path, compiler: Sequence[str]) -> None:
    """Pack `folder`, whose program is called as it is, into the executable `made`, by a C compiler for its system."""
    program = folder.name + made.suffix
    content = packed(folder)
    digest = hashlib.sha256(content).hexdigest()[:32]
    with tempfile.TemporaryDirectory() as work:
        Path(work, "content").write_bytes(content)
        for source in ("launcher.c", "inflate.h", "on_posix.h", "on_windows.h"):
            shutil.copy(HERE / source, work)
        named = (f'-DDIGEST="{digest}"', f'-DPROGRAM_NAME="{program}"')
        undated = (_UNDATED[made.suffix],) if made.suffix in _UNDATED else ()
        words = ("-O2", "-s", *named, *undated, "-o", str(made), "launcher.c")
        subprocess.run([*compiler, *words], cwd=work, check=True)  # noqa: S603  (the compiler, with words of ours)


def packed(folder: Path) -> bytes:
    """Return the content of a folder as the launcher reads it; the same folder gives the same bytes."""
    return b"".join(_entries(folder)) + struct.pack("<I", 0)


def _entries(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            kind, data = _LINK, str(path.readlink()).encode()
        elif path.is_file():
            kind, data = _PROGRAM if path.stat().st_mode & 0o100 else _PLAIN, path.read_bytes()
        else:
            continue
        name = path.relative_to(folder).as_posix().encode()
        packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        small = packing.compress(data) + packing.flush()
        yield struct.pack("<IIII", len(name), kind, len(data), len(small)) + name + small
