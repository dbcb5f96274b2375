"""Files that are not what they should be: none of them raises, keeps anyone waiting, or comes out unsafe."""

import os
import socket
from pathlib import Path

import pytest

from diag.model.local_file import Contents, FileState, read_file
from diag.model.machine import HostsFile, HostsLine
from diag.probe.machine.hosts import hosts_path, read_hosts


def test_a_file_is_read_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_file(str(path), 5) == Contents(FileState.READ, b"12345")
    assert read_file(str(path), 4) == Contents(FileState.READ, b"1234", complete=False)


def test_a_file_of_the_kernel_is_read() -> None:
    seen = read_file("/proc/self/status", 100_000)
    assert seen.state is FileState.READ
    assert seen.data.startswith(b"Name:")


@pytest.mark.parametrize("path", ["missing", "file/below", ""])
def test_what_is_not_there_is_missing(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("text")
    assert read_file(f"{tmp_path}/{path}" if path else "", 10).state is FileState.MISSING


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.symlink("loop", tmp_path / "loop")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path in (*(tmp_path / name for name in ("pipe", "loop", "socket", ".")), "/dev/zero", "a\0b", "\udcff" * 5_000):
            assert read_file(str(path), 10).state is FileState.UNREADABLE


def test_lines_are_short_and_harmless() -> None:
    lines = list(Contents(FileState.READ, b"a\x1b[2J\tb\r\n\xff\xfe\n" + b"x" * 10_000).lines)
    assert lines[:2] == ["a\ufffd[2J b ", "\ufffd\ufffd"]
    assert len(lines[2]) == 4_096


HOSTS = """\
127.0.0.1\tlocalhost
# 192.0.2.1 commented.test
192.0.2.2 API.Example.test. other.test  # api.example.test
192.0.2.3 other.test
  2001:db8::1   web.example.test api.example.test api.EXAMPLE.test
fe80::1%eth0 api.example.test
not-an-address api.example.test
192.0.2.999 api.example.test
192.0.2.4
192.0.2.5 sub.api.example.test"""


def test_only_lines_that_name_a_target_come_out(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text(HOSTS)
    seen = read_hosts("/hosts", ("api.example.test", "Web.Example.TEST."), str(tmp_path))
    assert seen == HostsFile(
        "/hosts",
        (
            HostsLine("192.0.2.2", ("api.example.test",), 3),
            HostsLine("2001:db8::1", ("web.example.test", "api.example.test"), 5),
            HostsLine("fe80::1%eth0", ("api.example.test",), 6),
        ),
    )


def test_a_commented_name_is_none(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text(HOSTS)
    assert read_hosts("/hosts", ("commented.test", "example.test"), str(tmp_path)).lines == ()


def test_a_missing_hosts_file_overrides_nothing(tmp_path: Path) -> None:
    assert read_hosts("/hosts", ("a.test",), str(tmp_path)) == HostsFile("/hosts")


def test_a_hosts_file_that_is_a_folder_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "hosts").mkdir()
    assert read_hosts("/hosts", ("a.test",), str(tmp_path)) == HostsFile("/hosts", readable=False)


def test_garbage_and_endless_lines_hide_no_line(tmp_path: Path) -> None:
    garbage = os.urandom(1_000).replace(b"\n", b" ") + b"\n" + b"192.0.2.1 " + b"x" * 100_000 + b" a.test\n"
    (tmp_path / "hosts").write_bytes(garbage + b"\xff\xfe a.test\n192.0.2.7 a.test")
    assert [line.number for line in read_hosts("/hosts", ("a.test",), str(tmp_path)).lines] == [2, 4]


def test_more_lines_than_are_kept_is_no_whole_reading(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("192.0.2.1 a.test\n" * 1_500)
    seen = read_hosts("/hosts", ("a.test",), str(tmp_path))
    assert (len(seen.lines), seen.readable) == (1_000, False)


def test_where_the_hosts_file_is() -> None:
    assert hosts_path("Linux", {}) == hosts_path("Darwin", {}) == "/etc/hosts"
    assert hosts_path("Windows", {}) == r"C:\Windows\System32\drivers\etc\hosts"
    assert hosts_path("Windows", {"SystemRoot": r"D:\W"}) == r"D:\W\System32\drivers\etc\hosts"
