"""`python -m release`: makes what a release is made of, from the checkout that it lies in."""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import distribution, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from diag import __version__
from release.single import REPEATABLE, make_single
from release.trial import tried

ROOT = Path(__file__).resolve().parents[1]
_EXTRAS = ("pac", "age")
_LEFT_OUT = (
    *("tkinter", "test", "unittest", "pydoc", "pytest", "setuptools", "pip", "sqlite3.test", "lib2to3"),
    *("PIL", "numpy", "yaml"),
)
LAUNCH = ROOT / "release" / "launch.py"
_MANIFESTS = ROOT / "release" / "manifests"
_SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}


def name_of_file(system: str = "", machine: str = "") -> str:
    """What the single file is called on a system, this one unless it is said: `diag-linux-x86_64`, `diag-windows-x86_64.exe`."""
    system, machine = system or sys.platform, machine or platform.machine()
    known = {"AMD64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    return f"diag-{_SYSTEMS.get(system, system)}-{known}{'.exe' if system == 'win32' else ''}"


def archive(folder: Path) -> Path:
    """One archive that any Python of the same version and system runs."""
    made = folder / "diag.pyz"
    with tempfile.TemporaryDirectory() as work:
        extras = f"{ROOT}[{','.join(_EXTRAS)}]"
        _run(sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", work, extras)
        shutil.rmtree(Path(work) / "bin", ignore_errors=True)
        _run(
            *(sys.executable, "-m", "shiv.cli", "--site-packages", work, "--compressed", "--reproducible"),
            *("-e", "diag.__main__:start", "-o", str(made), "-p", "/usr/bin/env python3"),
        )
    return made


def single_file(folder: Path) -> Path:
    """One file that needs no Python, for this system."""
    made = folder / name_of_file()
    with tempfile.TemporaryDirectory() as work:
        gathered, smaller = Path(work, "dist"), ("--strip",) if sys.platform == "linux" else ()
        _run(sys.executable, "-m", "PyInstaller", *smaller, *frozen(str(gathered), work, str(LAUNCH)), environment=REPEATABLE)
        make_single(gathered / "diag", made, os.environ.get("CC", "gcc" if sys.platform == "win32" else "cc").split())
    return made


def windows_file(folder: Path) -> Path:
    """The same for Windows, made here under Wine."""
    from release.windows import COMPILER, on_windows, run_on_windows

    made = folder / name_of_file("win32", "AMD64")
    with tempfile.TemporaryDirectory() as work:
        gathered = Path(work, "dist")
        run_on_windows(frozen(on_windows(gathered), on_windows(Path(work)), on_windows(LAUNCH)), Path(work))
        make_single(gathered / "diag", made, (COMPILER,))
    return made


def frozen(folder: str, work: str, launch: str) -> tuple[str, ...]:
    """Return the words by which PyInstaller gathers the program and all that it needs, in the folder `diag` within `folder`."""
    return (
        *("--noconfirm", "--onedir", "--log-level", "WARN"),
        *("--name", "diag", "--distpath", folder, "--workpath", work, "--specpath", work),
        *("--collect-submodules", "diag", "--collect-submodules", "checks", "--collect-data", "diag"),
        *("--collect-data", "publicsuffixlist", "--collect-all", "quickjs", "--collect-submodules", "dns.rdtypes"),
        *("--hidden-import", "pyrage"),
        *(word for left_out in _LEFT_OUT for word in ("--exclude-module", left_out)),
        launch,
    )


def sbom(folder: Path) -> Path:
    """What diag is made of, as CycloneDX 1.6: each distribution with its version, licence and package URL."""
    made = folder / "diag.cdx.json"
    parts = [distribution(name) for name in sorted(_needed("diag", frozenset(_EXTRAS)) - {"diag"})]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "name": "diag",
                "version": __version__,
                "bom-ref": f"pkg:pypi/diag@{__version__}",
            },
        },
        "components": [
            {
                "type": "library",
                "name": part.metadata["Name"],
                "version": part.version,
                "bom-ref": f"pkg:pypi/{part.metadata['Name'].lower()}@{part.version}",
                "purl": f"pkg:pypi/{part.metadata['Name'].lower()}@{part.version}",
                **_licence(part.metadata.get("License-Expression") or ""),
            }
            for part in parts
        ],
    }
    made.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return made


def _licence(expression: str) -> dict[str, object]:
    return {"licenses": [{"expression": expression}]} if expression else {}


def _needed(name: str, extras: frozenset[str]) -> set[str]:
    """The distribution of this name and all that it needs, as far as they are installed here."""
    found, waiting = {name}, [(name, extras)]
    while waiting:
        of, wanted = waiting.pop()
        for line in requires(of) or ():
            need = Requirement(line)
            applies = need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *wanted))
            if applies and (name := canonicalize_name(need.name)) not in found:
                found.add(name)
                waiting.append((name, frozenset(need.extras)))
    return found


def checksums(folder: Path) -> Path:
    """SHA256SUMS of everything in the folder, as sha256sum(1) checks it."""
    made = folder / "SHA256SUMS"
    files = sorted(file for file in folder.iterdir() if file.is_file() and file != made)
    made.write_text("".join(f"{_sha256(file)}  {file.name}\n" for file in files), encoding="utf-8")
    return made


def manifests(folder: Path) -> Path:
    """The package managers' files, with the version and the digests of what lies in the folder filled in."""
    made = folder / "manifests"
    made.mkdir(exist_ok=True)
    digests = {file.name: _sha256(file) for file in folder.iterdir() if file.is_file()}
    for template in sorted(_MANIFESTS.iterdir()):
        text = template.read_text("utf-8").replace("@VERSION@", __version__)
        for name, digest in digests.items():
            text = text.replace(f"@SHA256:{name}@", digest)
        (made / template.name).write_text(text, encoding="utf-8")
    return made


def trial(folder: Path) -> str:
    """Try the single file in the folder. Raises Fails."""
    return "\n".join(tried([str(folder / name_of_file())]))


def windows_trial(folder: Path) -> str:
    """Try the file for Windows in the folder, under Wine. Raises Fails."""
    from release.windows import command_of, environment_for

    return "\n".join(tried(command_of(folder / name_of_file("win32", "AMD64")), environment_for(folder)))


def starts(folder: Path) -> str:
    """How long the single file takes to start and to show a fault, beside the installed command, in turns."""
    from tests.bench.startup import beside_installed

    return "\n".join(map(str, beside_installed(folder / name_of_file())))


DOES: dict[str, Callable[[Path], Path | str]] = {
    "archive": archive,
    "file": single_file,
    "try": trial,
    "windows-file": windows_file,
    "windows-try": windows_trial,
    "starts": starts,
    "sbom": sbom,
    "checksums": checksums,
    "manifests": manifests,
}


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _run(*command: str, environment: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env={**os.environ, **(environment or {})})  # noqa: S603  (the commands above)


def main() -> None:
    """Make what is named, into the folder, and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("what", choices=DOES)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    print(DOES[given.what](given.folder.resolve()))


if __name__ == "__main__":
    main()
