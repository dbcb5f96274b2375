"""Which C library looks names up for programs here: glibc and musl read the same files in different ways."""

import os

_FOLDERS = ("/lib", "/usr/lib")
"""Where musl's loader lies, which is called `ld-musl-ARCHITECTURE.so.1`."""
_OS_RELEASES = ("/etc/alpine-release",)


def libc_of(root: str = "") -> str:
    """Return `musl` where its loader is in its place, else `glibc`; a Linux with both is told by its distribution."""
    if any(os.path.exists(root + path) for path in _OS_RELEASES):
        return "musl"
    return "glibc" if _has(root, "ld-linux") or not _has(root, "ld-musl-") else "musl"


def _has(root: str, loader: str) -> bool:
    """Whether one of the usual folders holds a loader whose name begins so."""
    for folder in (*_FOLDERS, "/lib64"):
        try:
            with os.scandir(root + folder) as entries:
                if any(entry.name.startswith(loader) for entry in entries):
                    return True
        except OSError:
            continue  # a system without that folder
    return False
