"""What a release is made of: its lists, and, where what makes it is installed, its files, on a root with a C library alone."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from diag import __version__
from release.__main__ import archive, checksums, manifests, name_of_file, sbom, single_file
from release.trial import tried
from release.windows import on_windows

BARE = ("unshare", "--net", "--mount", "--pid", "--fork", "sh", "-c")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (find_spec("PyInstaller") and find_spec("shiv")):
        pytest.skip("what makes releases is not installed: pip install 'diag[release]'")
    folder: Path = tmp_path_factory.mktemp("dist")
    single_file(folder)
    archive(folder)
    return folder


@pytest.fixture
def bare_root(made: Path, tmp_path: Path) -> Path:
    """A root with the single file and the libraries that it is linked with."""
    if os.geteuid() != 0:
        pytest.skip("a root of its own needs root")
    root = tmp_path / "root"
    for part in ("tmp", "proc", "dev", "bin"):
        (root / part).mkdir(parents=True)
    shutil.copy(made / name_of_file(), root / "bin" / "diag")
    linked = subprocess.run(["ldd", str(made / name_of_file())], capture_output=True, text=True, check=True).stdout
    # The C library comes in parts, some of which are opened only while the program runs.
    places = {Path(word) for line in linked.splitlines() for word in line.split() if word.startswith("/")}
    beside = {place.parent / name for place in places for name in ("libm.so.6", "libpthread.so.0", "librt.so.1", "libdl.so.2")}
    for library in places | {path for path in beside if path.exists()}:
        (root / str(library.parent)[1:]).mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / str(library)[1:])
    return root


def test_the_file_needs_nothing_but_a_c_library(bare_root: Path) -> None:
    commands = (
        f"mount -t proc proc {bare_root}/proc && ip link set lo up && mknod {bare_root}/dev/null c 1 3;"
        f" mknod {bare_root}/dev/urandom c 1 9; chroot {bare_root} /bin/diag demo tls-chain-incomplete --no-bundle --json"
    )
    done = subprocess.run([*BARE, commands], capture_output=True, text=True, check=False, timeout=120)
    assert [cause["id"] for cause in json.loads(done.stdout)["causes"]] == ["tls-chain-incomplete"], done.stderr
    assert done.returncode == 1


def test_the_file_does_what_a_customer_does_and_is_small(made: Path) -> None:
    assert tried([str(made / name_of_file())])[-1].startswith("run https://192.0.2.1:9 ")
    assert (made / name_of_file()).stat().st_size < 40 << 20


def test_the_archive_does_the_same(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIV_ROOT", str(tmp_path))
    assert tried([sys.executable, str(made / "diag.pyz")])[-1].startswith("run https://192.0.2.1:9 ")


def test_the_file_for_windows_has_a_name_and_a_place() -> None:
    """Made and tried under Wine by hand: `python -m release windows-file`, which takes minutes."""
    assert name_of_file("win32", "AMD64") == "diag-windows-x86_64.exe"
    assert on_windows(Path("/tmp/x")) == r"Z:\tmp\x"


def test_what_diag_is_made_of_names_each_part_once(tmp_path: Path) -> None:
    document = json.loads(sbom(tmp_path).read_text("utf-8"))
    names = [part["name"].lower() for part in document["components"]]
    assert document["metadata"]["component"]["version"] == __version__
    assert {"cryptography", "dnspython", "msgspec", "rich", "anyio"} <= set(names)
    assert len(set(names)) == len(names)
    assert all(part["version"] and part["purl"].startswith("pkg:pypi/") for part in document["components"])


def test_manifests_have_the_version_and_the_digests_of_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "diag-windows-x86_64.exe").write_bytes(b"MZ")
    digest = hashlib.sha256(b"MZ").hexdigest()
    filled = {file.name: file.read_text("utf-8") for file in manifests(tmp_path).iterdir()}
    assert set(filled) == {"diag.rb", "diag.scoop.json", "diag.winget.yaml"}
    assert json.loads(filled["diag.scoop.json"])["architecture"]["64bit"]["hash"] == digest
    assert json.loads(filled["diag.scoop.json"])["version"] == __version__
    assert digest in filled["diag.winget.yaml"]
    assert not [name for name, text in filled.items() if "@VERSION@" in text]


def test_checksums_are_what_sha256sum_checks(tmp_path: Path) -> None:
    (tmp_path / "diag.pyz").write_bytes(b"PK")
    made = checksums(tmp_path)
    done = subprocess.run(["sha256sum", "--check", made.name], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "diag.pyz: OK\n")
