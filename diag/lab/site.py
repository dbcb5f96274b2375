"""Start faults and stop them: one background thread, one event loop, one folder, whatever the number of faults."""

import asyncio
import ipaddress
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from diag.lab.faults import UnknownFaultError, named
from diag.lab.scene import LabFault, Scene, Site
from diag.lab.stream import LOOPBACK, Listeners

__all__ = ["LabFault", "Running", "Scene", "Site", "UnknownFaultError", "start"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def start(
    *faults: str | LabFault, clock: Callable[[], datetime] = _utc_now, first_port: int = 0, listen: str = LOOPBACK
) -> "Running":
    """Raise these faults, given by name or as they are, and return when all of them stand.

    They listen at `listen`, an IPv4 address of this computer, at the ports from `first_port` on, in the same order each time; 0:
    at whichever are free.

    Raises ValueError for an address that cannot be listened at, UnknownFaultError for a name that is none, CannotStage where this
    system stages no such fault, and OSError when the ports cannot be had.
    """
    wanted = tuple(named(fault) if isinstance(fault, str) else fault for fault in faults)
    return Running(wanted, clock, first_port, address_to_listen_at(listen))


def address_to_listen_at(text: str) -> str:
    """Return an address that clients can be sent to: one IPv4 address, and not all of them. Raises ValueError."""
    try:
        address = ipaddress.IPv4Address(text.strip())
    except ValueError:
        address = ipaddress.IPv4Address(0)
    if address.is_unspecified or address.is_multicast:
        raise ValueError("it is no single IPv4 address of this computer, such as 192.0.2.10")
    return str(address)


class Running:
    """Faults that stand until `stop`. Use it as a context manager, from any thread."""

    scenes: tuple[Scene, ...]
    """One a fault, in the order asked for."""

    def __init__(
        self, faults: tuple[LabFault, ...], clock: Callable[[], datetime], first_port: int = 0, listen: str = LOOPBACK
    ) -> None:
        self._faults = faults
        self._clock = clock
        self._first_port = first_port
        self._listen = listen
        self._sites: list[Site] = []
        self._failures: list[Exception] = []
        self._folder = tempfile.TemporaryDirectory(prefix="diag-lab-")
        standing: Future[tuple[Scene, ...]] = Future()
        handles: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        live = self._live(standing, handles)
        self._thread = threading.Thread(target=asyncio.run, args=(live,), name="diag-lab", daemon=True)
        self._thread.start()
        self._loop, self._stopping = handles.result()
        try:
            self.scenes = standing.result()
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def tally(self, fault: str) -> Counter[str]:
        """Return how often what was seen at this fault so far; the words are those of `Site.tally`."""
        for scene, site in zip(self.scenes, self._sites, strict=True):
            if scene.fault == fault:
                return Counter(site.tally)
        raise UnknownFaultError(fault)

    def stop(self) -> None:
        """Close every socket, end the thread, remove the folder. Twice is once.

        Raises ExceptionGroup when the lab's own services failed at their work, which is a bug here and nowhere else.
        """
        self._end()
        failures, self._failures = self._failures, []
        if failures:
            raise ExceptionGroup("services of the lab failed", failures)

    def _end(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        self._folder.cleanup()

    async def _live(
        self,
        standing: "Future[tuple[Scene, ...]]",
        handles: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]",
    ) -> None:
        stopping = asyncio.Event()
        handles.set_result((asyncio.get_running_loop(), stopping))
        listeners = Listeners(self._first_port, self._listen)
        asyncio.get_running_loop().set_exception_handler(lambda _, context: listeners.note(context))
        try:
            standing.set_result(tuple([await self._raise(fault, listeners) for fault in self._faults]))
            await stopping.wait()
        except BaseException as problem:  # told to the thread that waits for it
            if standing.done():
                raise
            standing.set_exception(problem)
            await stopping.wait()
        finally:
            await listeners.close()
            self._failures = listeners.failures

    async def _raise(self, fault: LabFault, listeners: Listeners) -> Scene:
        site = Site(fault, Path(self._folder.name), listeners, self._clock)
        await site.prepare()
        self._sites.append(site)
        return await fault.raise_it(site)
