"""The launcher of the single file, with a small program in it: where it unpacks, for whom, how often, and what it leaves."""

import os
import random
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from release.single import make_single

PROGRAM = '#!/bin/sh\ncat "$(dirname "$0")/_internal/deep/words"\ndirname "$0"\nshift\nexit "$1"\n'
NAME = "ein Name mit Ä"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("cc"):
        pytest.skip("there is no C compiler")
    folder: Path = tmp_path_factory.mktemp("single")
    gathered = folder / "diag"
    deep = gathered / "_internal" / "deep"
    deep.mkdir(parents=True)
    (gathered / "diag").write_text(PROGRAM)
    (gathered / "diag").chmod(0o755)
    (deep / "words").write_text("hello\n")
    (deep / NAME).symlink_to("words")
    chance = random.Random(7)
    (deep / "empty").touch()
    (deep / "stored").write_bytes(chance.randbytes(200_000))
    (deep / "repeated").write_bytes(b"abcabcabd" * 40_000)
    (deep / "mixed").write_bytes(b"".join(chance.choice((b"the ", b"way ", b"\x00", chance.randbytes(3))) for _ in range(60_000)))
    make_single(gathered, folder / "single", ("cc", "-Wall", "-Wextra", "-Werror"))
    return folder / "single"


def started(made: Path, cache: Path, temporary: Path, code: int = 0) -> Path:
    """The folder that it ran from."""
    temporary.mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(cache), "TMPDIR": str(temporary)}
    done = subprocess.run([made, "word", str(code)], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (code, "")
    said, place = done.stdout.splitlines()
    assert said == "hello"
    return Path(place)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_unpacks_once_into_a_folder_that_is_the_users_alone(made: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    place = started(made, cache, tmp_path / "t", code=7)
    assert place.parent == cache / "diag"
    assert contents(place) == contents(made.with_name("diag"))
    assert (place / "_internal" / "deep" / NAME).readlink() == Path("words")
    assert {stat.S_IMODE(one.stat().st_mode) & 0o077 for one in (place, place.parent, *place.rglob("*"))} == {0}
    first = (place / "diag").stat().st_ino
    assert started(made, cache, tmp_path / "t") == place
    assert (place / "diag").stat().st_ino == first
    assert list(place.parent.iterdir()) == [place], "nothing else is left there"
    assert not list((tmp_path / "t").iterdir())


def test_what_is_not_there_whole_is_unpacked_anew(made: Path, tmp_path: Path) -> None:
    place = started(made, tmp_path / "cache", tmp_path / "t")
    (place / "_internal" / "deep" / "mixed").write_bytes(b"cut")
    (place / "_internal" / "deep" / "words").unlink()
    assert started(made, tmp_path / "cache", tmp_path / "t") == place
    assert contents(place) == contents(made.with_name("diag"))


def test_a_folder_that_others_may_change_is_not_run_from(made: Path, tmp_path: Path) -> None:
    place = started(made, tmp_path / "cache", tmp_path / "t")
    for open_to_others in (place, place.parent, tmp_path / "cache"):
        usual = stat.S_IMODE(open_to_others.stat().st_mode)
        open_to_others.chmod(0o777)
        elsewhere = started(made, tmp_path / "cache", tmp_path / "t")
        assert elsewhere.parent == tmp_path / "t"
        assert not list((tmp_path / "t").iterdir()), "it goes with the run"
        open_to_others.chmod(usual)


def test_a_link_in_its_place_is_not_followed(made: Path, tmp_path: Path) -> None:
    place = started(made, tmp_path / "cache", tmp_path / "t")
    place.rename(tmp_path / "other")
    place.symlink_to(tmp_path / "other")
    assert started(made, tmp_path / "cache", tmp_path / "t").parent == tmp_path / "t"


def test_without_a_home_it_runs_from_a_folder_that_goes_with_it(made: Path, tmp_path: Path) -> None:
    place = started(made, tmp_path / "none" / "there", tmp_path / "t", code=3)
    assert place.parent == tmp_path / "t"
    assert not list((tmp_path / "t").iterdir())


def test_the_launcher_is_compiled_for_windows(made: Path, tmp_path: Path) -> None:
    compiler = shutil.which("x86_64-w64-mingw32-gcc")
    if compiler is None:
        pytest.skip("the compiler for Windows is not installed (Debian: gcc-mingw-w64-x86-64-win32)")
    make_single(made.with_name("diag"), tmp_path / "single.exe", (compiler, "-Wall", "-Wextra", "-Werror"))
    assert (tmp_path / "single.exe").read_bytes()[:2] == b"MZ"
