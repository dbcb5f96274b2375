"""Fixtures for the tests of whoever uses diag in CI: faults that stand for the length of a test.

Comes with `diag[pytest]`. A fault is asked for by its name (`diag demo --list`):

    def test_our_monitor_sees_an_expired_certificate(diag_fault):
        scene = diag_fault("tls-certificate-expired")
        assert our_monitor(scene.endpoints[0], trust=scene.trust) == "expired"
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest

from diag.lab.scene import Scene
from diag.lab.site import start
from diag.lab.stream import LOOPBACK, CannotStage


class RaiseFault(Protocol):
    """Stages a fault until the test is over."""

    def __call__(self, name: str, *, first_port: int = 0, listen: str = LOOPBACK) -> Scene:
        """Return where it listens.

        At `listen`, an address of this computer, which a container can reach (whoever reaches it, reaches the fault too);
        at the ports from `first_port` on, or (0) at whichever are free.

        Raises UnknownFaultError. The test is skipped where this system stages no such fault.
        """


@pytest.fixture
def diag_fault() -> Iterator[RaiseFault]:
    """Stage faults by their names; they listen on loopback, unless told otherwise, and are gone when the test is over."""
    with ExitStack() as standing:

        def raise_fault(name: str, *, first_port: int = 0, listen: str = LOOPBACK) -> Scene:
            try:
                return standing.enter_context(start(name, first_port=first_port, listen=listen)).scenes[0]
            except CannotStage as reason:
                pytest.skip(str(reason))

        yield raise_fault
