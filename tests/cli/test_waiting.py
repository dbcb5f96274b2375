"""`diag run --until`: the network is waited for; a fault that comes and goes is caught, and leaves a bundle; a signal ends it."""

import contextlib
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from diag.cli import waiting
from diag.cli.job import Job, OutputForm
from diag.cli.waiting import Waiting, Watched
from diag.cli.ways import read_ways
from diag.engine.looks import LightLook
from diag.model.endpoint import parse_endpoint
from diag.model.run import Limits
from tests.cli.shell import begun, called, causes, diag
from tests.report import samples

JOB = Job((parse_endpoint("https://a.test"),), read_ways(None, False, (), {}), Limits())
WELL = LightLook(samples.EVIDENCE, (), {})
FAILED = LightLook(samples.EVIDENCE, ("https://a.test:443",), {"https://a.test:443": "connect"})
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Service:
    """A plain service on loopback that can go away and come back."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.answered = 0
        self._attend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def leave(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def come_back(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        self._attend()

    def _attend(self) -> None:
        threading.Thread(target=self._answer, args=(self._door,), daemon=True).start()

    def _answer(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                guest, _ = door.accept()
                with guest:
                    guest.settimeout(2)
                    with contextlib.suppress(OSError):
                        guest.recv(4096)
                        guest.sendall(ANSWER)
                        self.answered += 1


@contextlib.contextmanager
def service() -> Iterator[Service]:
    serving = Service()
    try:
        yield serving
    finally:
        with contextlib.suppress(OSError):
            serving.leave()


def once(serving: Service, process: subprocess.Popen[bytes], looks: int = 2) -> None:
    """Wait until it has been looked at so often."""
    until = time.monotonic() + 20
    while serving.answered < looks:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)


def test_it_ends_the_moment_all_answer(tmp_path: Path) -> None:
    with service() as serving:
        serving.leave()
        process = begun("run", serving.url, "--until", "ok", "--every", "0.2", "--deadline", "30", within=tmp_path)
        time.sleep(1.5)
        assert process.poll() is None
        serving.come_back()
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert b"all endpoints answer" in err
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_come_is_investigated_in_the_end(tmp_path: Path) -> None:
    with service() as serving:
        serving.leave()
        ended = diag("run", serving.url, "--until", "ok", "--every", "0.3", "--deadline", "1", "--json", within=tmp_path)
    assert (ended.code, causes(ended.document)) == (1, ["network-connection-refused"])
    assert len(list(tmp_path.glob("diag-*.zip"))) == 1


def test_a_fault_that_passes_is_caught_with_a_bundle(tmp_path: Path) -> None:
    with service() as serving:
        arguments = ("--until", "problem", "--every", "0.3", "--deadline", "60", "--timeout", "2", "--json")
        process = begun("run", serving.url, *arguments, within=tmp_path)
        once(serving, process)
        serving.leave()
        time.sleep(0.8)
        serving.come_back()
        out, err = process.communicate(timeout=40)
    assert process.returncode == 1, err
    (bundle,) = tmp_path.glob("diag-*.zip")
    shown = diag("show", bundle.name, "--json", within=tmp_path)
    assert causes(shown.document)[0] in ("network-connection-refused", "network-intermittent")
    assert b"was not reached: the way ended at the connection" in out
    assert b"it had been reached" in out


def test_several_faults_leave_a_bundle_each(tmp_path: Path) -> None:
    with service() as serving:
        arguments = ("--until", "problem", "--incidents", "2", "--every", "0.2", "--deadline", "60", "--timeout", "2", "-q")
        process = begun("run", serving.url, *arguments, within=tmp_path)
        for number in (1, 2):
            once(serving, process, serving.answered + 2)
            serving.leave()
            until = time.monotonic() + 20
            while len(list(tmp_path.glob("diag-*.zip"))) < number:
                assert time.monotonic() < until
                time.sleep(0.05)
            serving.come_back()
        process.communicate(timeout=40)
    assert process.returncode == 1
    assert len(list(tmp_path.glob("diag-*.zip"))) == 2


def test_nothing_happening_is_no_problem(tmp_path: Path) -> None:
    with service() as serving:
        ended = diag("run", serving.url, "--until", "problem", "--every", "0.2", "--deadline", "1", within=tmp_path)
    assert ended.code == 0
    assert "nothing failed in" in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("ends", "code", "told"),
    [
        ([Watched(4)], 0, "nothing failed in 4 looks"),
        ([Watched(1, FAILED), Watched(2, WELL), Watched(4)], 1, "nothing more failed in 4 looks"),
        ([Watched(1, FAILED), Watched(2, WELL), Watched(1, stopped=True)], 130, "stopped after 1 look"),
        ([Watched(1, FAILED), Watched(2)], 1, "not reached: https://a.test:443"),
    ],
)
def test_how_it_ends_is_said(
    ends: list[Watched], code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left = iter(ends)
    monkeypatch.setattr(waiting, "_watch", lambda *_, **__: next(left))
    monkeypatch.setattr(waiting, "diagnose", lambda *_: 1)
    assert waiting.wait(JOB, OutputForm(), {}, Waiting("problem", 1, 60, incidents=2)) == code
    assert told in capsys.readouterr().err
    assert list(left) == []


def test_a_signal_while_all_are_waited_for_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(waiting, "_watch", lambda *_, **__: Watched(3, stopped=True))
    assert waiting.wait(JOB, OutputForm(), {}, Waiting("ok", 1, 60)) == 130
    assert "stopped after 3 looks" in capsys.readouterr().err


def test_a_signal_ends_the_waiting(tmp_path: Path) -> None:
    with service() as serving:
        process = begun("run", serving.url, "--until", "problem", "--every", "0.2", within=tmp_path)
        once(serving, process)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"stopped after" in err
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_waited_for_is_said(tmp_path: Path) -> None:
    for arguments in (
        ("--until", "never"),
        ("--until", "ok", "--incidents", "2"),
        ("--incidents", "2"),
        ("--until", "ok", "--every", "0.01"),
    ):
        assert called("run", "http://127.0.0.1:9", *arguments, within=tmp_path).code == 2
