"""A file that is written is whole, what stands in its place stays what it is, and one that could not be written is told."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from diag.cli.files import obstacle, put
from tests.cli.shell import command, diag, environment

RUN = ("run", "https://127.0.0.1:1", "--no-proxy", "--resolver", "127.0.0.1:1", "-q")
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_new_is_its_owners_alone(tmp_path: Path) -> None:
    for name in ("page.html", "cases.xml"):
        put(tmp_path / name, b"evidence")
        assert mode(tmp_path / name) == 0o600


def test_what_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    there = tmp_path / "page.html"
    there.write_text("old and longer")
    for wanted in (0o600, 0o644, 0o664):
        there.chmod(wanted)
        put(there, b"new")
        assert (mode(there), there.read_bytes()) == (wanted, b"new")


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    link = tmp_path / "page.html"
    link.symlink_to("away/page.html")
    for content in (b"first", b"second"):
        put(link, content)
        assert link.is_symlink()
        assert (tmp_path / "away" / "page.html").read_bytes() == content


def test_a_file_of_two_names_keeps_both(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("something long")
    other.hardlink_to(one)
    put(one, b"new")
    assert other.read_bytes() == b"new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    content = b"x" * 200_000
    while True:
        try:
            put(pipe, content)
            break
        except OSError:  # the reader is not there yet
            continue
    reader.join(10)
    assert heard == [content]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_pipe_that_nobody_reads_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="No such device"):
        put(pipe, b"page")


@AS_ROOT
def test_a_device_stays_one(tmp_path: Path) -> None:
    device = tmp_path / "null"
    os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    put(device, b"page")
    assert stat.S_ISCHR(device.stat().st_mode)
    ended = diag(*RUN, "--html", "null", "--junit", "null", "--no-bundle", within=tmp_path)
    assert ended.code == 1
    assert stat.S_ISCHR(device.stat().st_mode)


@AS_ROOT
def test_so_does_a_device_that_is_full(tmp_path: Path) -> None:
    device = tmp_path / "full"
    os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    ended = diag(*RUN, "--html", "full", within=tmp_path)
    assert ended.code == 4
    assert "full could not be written (No space left on device)" in ended.err
    assert stat.S_ISCHR(device.stat().st_mode)
    assert list(tmp_path.glob("diag-*.zip"))


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "page.html"
    there.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        put(there, b"new")
    assert there.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("option", ["--html", "--junit"])
@pytest.mark.parametrize("place", ["shut/nowhere/x", "/proc/x", "file/x"])
def test_a_place_that_takes_no_file_is_told_before_the_look(option: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = diag(*RUN, option, place, within=tmp_path)
    assert ended.code == 2
    assert ended.complaint.startswith(f"{option} {place}: ")
    assert not list(tmp_path.glob("diag-*"))


def test_what_can_be_written_to_has_no_obstacle(tmp_path: Path) -> None:
    assert obstacle(tmp_path / "new") == ""
    assert obstacle(Path("/dev/null")) == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["--html", "--junit"])
def test_a_hyphen_is_standard_output(option: str, tmp_path: Path) -> None:
    ended = diag(*RUN, option, "-", within=tmp_path)
    assert ended.code == 1
    assert ended.out.startswith("<")
    assert "network-connection-refused" in ended.err
    assert [one.suffix for one in tmp_path.iterdir() if one.name.startswith("diag")] == [".zip"]
    (bundle,) = tmp_path.glob("diag-*.zip")
    assert diag("show", bundle.name, option, "-", within=tmp_path).out.startswith("<")


def test_a_bundle_goes_to_standard_output_where_that_is_wanted(tmp_path: Path) -> None:
    ended = subprocess.run([*command(*RUN, "-o", "-")], cwd=tmp_path, env=environment(tmp_path), capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"network-connection-refused" in ended.stderr
    assert b"network-connection-refused" not in ended.stdout, "it is packed there, and nothing follows the bundle"
    (tmp_path / "b.zip").write_bytes(ended.stdout)
    assert diag("verify", "b.zip", within=tmp_path).code == 0
    assert not list(tmp_path.glob("diag-*.zip"))


@pytest.mark.parametrize("two", [("--json", "--html", "-"), ("-o", "-", "--junit", "-"), ("--html", "-", "--junit", "-")])
def test_standard_output_takes_one_thing(two: tuple[str, ...], tmp_path: Path) -> None:
    ended = diag(*RUN, *two, within=tmp_path)
    assert ended.code == 2
    assert "would both go to standard output" in ended.complaint


def test_where_this_folder_takes_nothing_the_bundle_goes_home(tmp_path: Path) -> None:
    ended = diag(*RUN, within=Path("/proc"), HOME=str(tmp_path))
    assert ended.code == 1
    (bundle,) = tmp_path.glob("diag-*.zip")
    assert f"The bundle is in a folder of your own instead: {bundle}" in ended.err
    assert str(bundle) in ended.out


def test_a_file_that_fails_after_all_has_a_code_of_its_own(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "unread")
    ended = diag(*RUN, "--junit", "unread", within=tmp_path)
    assert ended.code == 4
    assert "unread could not be written" in ended.err
    assert list(tmp_path.glob("diag-*.zip"))


def test_what_steers_a_terminal_is_never_in_a_path_that_is_told(tmp_path: Path) -> None:
    ended = diag(*RUN, "-o", "out\x1b]0;own\x07.zip", "--html", "a\x1b[2Jb.html", within=tmp_path)
    assert ended.code == 1
    again = diag(*RUN, "-o", "out\x1b]0;own\x07.zip", within=tmp_path)
    assert again.code == 2
    assert "\x1b" not in ended.out + ended.err + again.err


@pytest.mark.parametrize("option", ["--trust", "--config", "--allowlist", "--cert", "--profile"])
@pytest.mark.parametrize("kind", ["pipe", "endless"])
def test_what_is_no_file_is_refused_at_once(option: str, kind: str, tmp_path: Path) -> None:
    if kind == "pipe":
        os.mkfifo(tmp_path / "named.toml")
    else:
        (tmp_path / "named.toml").symlink_to("/dev/zero")
    ended = diag("run", "https://127.0.0.1:1", option, "./named.toml", within=tmp_path)
    assert ended.code == 2
    assert "it is a folder, a pipe or a device, and no file" in ended.complaint


@pytest.mark.parametrize("kind", ["pipe", "endless", "huge"])
def test_a_netrc_that_is_no_file_is_passed_over(kind: str, tmp_path: Path) -> None:
    where = tmp_path / "netrc"
    if kind == "pipe":
        os.mkfifo(where)
    elif kind == "endless":
        where.symlink_to("/dev/zero")
    else:
        where.write_bytes(b"#" * (2 << 20))
    ended = diag(*RUN[:2], "--proxy", "http://127.0.0.1:1", "--no-bundle", "-q", within=tmp_path, NETRC=str(where))
    assert ended.code == 1


def test_without_a_home_folder_a_run_is_a_run(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys\n"
        "def homeless(cls): raise RuntimeError('Could not determine home directory.')\n"
        "pathlib.Path.home = classmethod(homeless)\n"
        "from diag.cli.main import main\n"
        "main()\n"
    )
    kept = {name: value for name, value in environment(tmp_path).items() if name != "HOME"}
    call = [sys.executable, "-c", program, *RUN]
    ended = subprocess.run(call, cwd=tmp_path, env=kept, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    assert list(tmp_path.glob("diag-*.zip"))
