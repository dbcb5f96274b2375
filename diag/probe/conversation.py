"""A talk in the clear with a server, read exactly: no byte more than a message has, so that what follows it is seen to follow."""

from typing import NoReturn

from diag.model.failure import Failure
from diag.model.upgrade import UpgradeRefusal
from diag.probe.streams import ByteStream, Ended

LONGEST_MESSAGE = 16 * 1024
"""Bytes of one answer, be it a message or a list of lines, beyond which nobody reads."""
_KEPT = 1024
"""How many bytes of what the server said first, and of what it said last, are kept."""


class Talk:
    """What is said to the server, and what it says, step by step."""

    def __init__(self, wire: ByteStream) -> None:
        self._wire = wire
        self._ahead = b""
        self._said: list[bytes] = [b""]
        self.step = ""
        self.refusal = ""
        self.code = 0

    async def say(self, message: bytes) -> None:
        """Send a message. What the server says from now on is its answer to it."""
        if self._said[-1]:
            self._said.append(b"")
        await self._wire.write(message)

    async def exactly(self, count: int) -> bytes:
        """Return the next `count` bytes. Raises Ended, also where that is more than an answer can have."""
        if count > LONGEST_MESSAGE:
            raise Ended(Failure.MALFORMED)
        while len(self._ahead) < count:
            await self._more()
        return self._take(count)

    async def line(self) -> bytes:
        """Return the next line, without its end. Raises Ended, also where the answer has grown too long."""
        while b"\n" not in self._ahead:
            if len(self._said[-1]) + len(self._ahead) > LONGEST_MESSAGE:
                raise Ended(Failure.MALFORMED)
            await self._more()
        return self._take(self._ahead.index(b"\n") + 1).rstrip(b"\r\n")

    def beginning(self) -> bytes:
        """Return what has come and was not read yet."""
        return self._ahead

    async def peek(self, count: int) -> bytes:
        """Return the next `count` bytes, which stay to be read. Raises Ended."""
        while len(self._ahead) < count:
            await self._more()
        return self._ahead[:count]

    def refuse(self, refusal: UpgradeRefusal, code: int = 0) -> NoReturn:
        """End the talk: the server does not go over to TLS. Raises Ended."""
        self.code = code
        self._refuse(refusal, Failure.UPGRADE_REFUSED)

    def agreed(self) -> None:
        """End the talk: the server goes over to TLS, and must be silent from now on. Raises Ended where it is not."""
        if self._ahead:
            self._refuse(UpgradeRefusal.SURPLUS, Failure.MALFORMED)

    @property
    def first(self) -> bytes:
        """What the server said first."""
        return self._whole(0)[:_KEPT]

    @property
    def last(self) -> bytes:
        """What it said last, where that was not the first."""
        return self._whole(-1)[:_KEPT] if len(self._said) > 1 else b""

    @property
    def surplus(self) -> bytes:
        """What followed its agreement."""
        return self._ahead[:_KEPT] if self.refusal == UpgradeRefusal.SURPLUS else b""

    def _whole(self, index: int) -> bytes:
        """One of the things it said, with what was not understood of it."""
        is_last = index % len(self._said) == len(self._said) - 1
        return self._said[index] + (self._ahead if is_last and self.refusal != UpgradeRefusal.SURPLUS else b"")

    def _take(self, count: int) -> bytes:
        taken, self._ahead = self._ahead[:count], self._ahead[count:]
        self._said[-1] += taken
        if len(self._said[-1]) > LONGEST_MESSAGE:
            raise Ended(Failure.MALFORMED)
        return taken

    async def _more(self) -> None:
        data = await self._wire.read()
        if not data:
            raise Ended(Failure.CUT)
        self._ahead += data

    def _refuse(self, refusal: UpgradeRefusal, failure: Failure) -> NoReturn:
        self.refusal = refusal.value
        raise Ended(failure)
