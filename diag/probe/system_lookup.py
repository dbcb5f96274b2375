"""The system's own resolution, in threads that nobody has to wait for.

`getaddrinfo` cannot be stopped. On the event loop's executor one that hangs would keep the process alive and hold up the
others, so each lookup gets a daemon thread of its own.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

from diag.model.answer import SystemLookup
from diag.model.failure import Failure
from diag.model.observation import Unsupported
from diag.model.system_errors import from_exception

MOST_THREADS = 1_024
"""Lookups that may be under way at once, those that nobody waits for any more included."""

AddressInfos = list[tuple[Any, ...]]
"""What `socket.getaddrinfo` returns."""
Resolve = Callable[[bytes], AddressInfos]
"""Resolves one name, blocking; raises OSError."""


def getaddrinfo(name: bytes) -> AddressInfos:
    """Return the system's addresses of `name`, both families, as a client would connect to them (RFC 3493, section 6.1)."""
    return socket.getaddrinfo(name, None, socket.AF_UNSPEC, socket.SOCK_STREAM)


class SystemResolver:
    """Asks the system, many names at once."""

    def __init__(self, resolve: Resolve, most_threads: int = MOST_THREADS) -> None:
        self._resolve = resolve
        self._free = asyncio.Semaphore(most_threads)

    async def ask(self, name: str, patience: float) -> SystemLookup:
        """Return what the system says of `name`, in its order; TIMED_OUT where it has said nothing after `patience` seconds.

        Raises Unsupported for a name that is not ASCII, and where no thread could be had within the time.
        """
        if not name.isascii() or "\0" in name:
            raise Unsupported("a name with characters that DNS does not have")
        asked = False
        try:
            async with asyncio.timeout(patience):
                await self._free.acquire()
                answer = self._begin(name.encode("ascii"))
                asked = True
                return await answer
        except TimeoutError:
            if not asked:
                raise Unsupported("a thread for one more lookup: all of them still wait for the system") from None
            return SystemLookup(failure=Failure.TIMED_OUT)

    def _begin(self, name: bytes) -> asyncio.Future[SystemLookup]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[SystemLookup] = loop.create_future()

        def end(seen: SystemLookup | Exception) -> None:
            self._free.release()
            if answer.done():
                return
            if isinstance(seen, Exception):
                answer.set_exception(seen)
            else:
                answer.set_result(seen)

        def look() -> None:
            seen: SystemLookup | Exception
            try:
                seen = _read(self._resolve, name)
            except Exception as bug:  # noqa: BLE001  (raised again where the question was asked)
                seen = bug
            try:
                loop.call_soon_threadsafe(end, seen)
            except RuntimeError:
                if not loop.is_closed():  # where it is, the run is over and nobody waits
                    raise

        try:
            threading.Thread(target=look, name="lookup", daemon=True).start()
        except RuntimeError:
            self._free.release()
            raise Unsupported("a thread: this machine gives no more of them") from None
        return answer


def _read(resolve: Resolve, name: bytes) -> SystemLookup:
    try:
        found = resolve(name)
    except OSError as error:
        # A gaierror carries the EAI number; any other error is the errno that goes with EAI_SYSTEM.
        code = error.errno or 0 if isinstance(error, socket.gaierror) else getattr(socket, "EAI_SYSTEM", 0)
        return SystemLookup(failure=from_exception(error), code=code)
    addresses = tuple(dict.fromkeys(_text(place) for *_, place in found if isinstance(place[0], str)))
    return SystemLookup(addresses=addresses, failure="" if addresses else Failure.NO_DATA)


def _text(place: tuple[Any, ...]) -> str:
    """The address of a socket address, with its zone where it has one (RFC 4007)."""
    host, scope = str(place[0]), place[3] if len(place) == 4 else 0
    if not scope or "%" in host:
        return host
    try:
        return f"{host}%{socket.if_indextoname(scope)}"
    except OSError:
        return f"{host}%{scope}"
