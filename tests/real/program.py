"""A real server as a program of its own on loopback, for as long as a block lasts. Where it is not installed, a test skips."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from diag.model.address import Address


def needs_program(name: str) -> pytest.MarkDecorator:
    """Skip where the program is not installed."""
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"needs {name} to be installed")


def free_port() -> int:
    """A port of loopback on which nothing listens just now."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[Address]:
    """Starts a server that listens on this port of loopback, and ends it."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while True:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, f"{command[0]} ended by itself"
            assert time.monotonic() < deadline, f"{command[0]} does not listen"
            time.sleep(0.02)
        yield Address("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait()
