"""A text read for what went wrong: an error message, a stack trace, a log. What comes of it is words and endpoints.

The text may be hostile and large: it is read line by line, within limits, and no line of it is kept.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from diag.knowledge.messages.patterns import Known, recognise
from diag.knowledge.messages.places import endpoints_in, moment_in
from diag.model.endpoint import Endpoint
from diag.model.error_class import GENERAL, ErrorClass
from diag.model.told import ToldError

LONGEST_LINE = 4_000
"""Characters of a line that are looked at."""
MOST_ERRORS = 50
"""Different errors that are told apart; what is beyond is counted with the last."""
AROUND = 6
"""Lines before and after a message in which its endpoint may stand."""
MOST_PLACES = 8


class MessageReading(Struct, frozen=True):
    """What a text says."""

    errors: tuple[ToldError, ...] = ()
    """What went wrong, the most specific and then the most frequent first; empty: no message is known in it."""
    endpoints: tuple[Endpoint, ...] = ()
    """Whom it is about, in the order of `errors`."""
    client: str = ""
    """The program whose rules hold, by its name among the known; empty: the messages may be of several."""
    lines: int = 0
    """How many lines were looked at."""


class _Entry(Struct, frozen=True):
    error: ToldError
    endpoint: Endpoint | None
    client: str

    @property
    def key(self) -> tuple[object, ...]:
        told = self.error
        return (told.error, told.program, told.code, told.host, told.port)

    def about(self, endpoint: Endpoint | None) -> "_Entry":
        """Return the same, about this endpoint."""
        if endpoint is None:
            return self
        return _Entry(replace(self.error, host=endpoint.host, port=endpoint.port), endpoint, self.client)

    def and_again(self, other: ToldError) -> "_Entry":
        """Return the same, seen once more."""
        told = self.error
        again = replace(told, times=told.times + other.times, first=told.first or other.first, last=other.last or told.last)
        return _Entry(again, self.endpoint, self.client)


class _Notes:
    """The errors found so far, each once."""

    def __init__(self) -> None:
        self.entries: dict[tuple[object, ...], _Entry] = {}
        self._waits: _Entry | None = None
        """The last one, while nobody is known whom it is about."""
        self._left = 0

    def add(self, known: Known, line: str, before: list[str]) -> None:
        """Note what a line says; whom it is about stands in it, or before it, or comes after."""
        when = moment_in(line)
        error = ToldError(known.message.error.value, known.family.title, known.message.code, first=when, last=when)
        bare = _Entry(error, None, known.family.client)
        has_place = known.message.error is not ErrorClass.LOCAL_SOCKET
        entry = bare.about(_nearest(line, before)) if has_place else bare
        self._note(entry)
        self._waits, self._left = (None if entry.endpoint or not has_place else entry), AROUND

    def complete(self, line: str) -> None:
        """Look in a line after it for whom the last error is about."""
        self._left -= 1
        if self._waits is None or self._left < 0:
            return
        endpoint = next(endpoints_in(line), None)
        if endpoint is not None:
            waiting, self._waits = self.entries.pop(self._waits.key, None), None
            if waiting:
                self._note(waiting.about(endpoint))

    def _note(self, entry: _Entry) -> None:
        known = self.entries.get(entry.key)
        if known is not None or len(self.entries) < MOST_ERRORS:
            self.entries[entry.key] = known.and_again(entry.error) if known else entry


def read_messages(text: Iterable[str]) -> MessageReading:
    """Return what the lines of a text say. Each line costs a bounded time, whatever stands in it."""
    notes, before, number = _Notes(), [""], 0
    for number, whole in enumerate(text, 1):  # noqa: B007  (how many there were is told)
        line = whole[:LONGEST_LINE]
        known = recognise(line)
        if known is None:
            notes.complete(line)
        else:
            notes.add(known, line, before)
        before = [*before[-AROUND + 1 :], line]
    return _whole(list(notes.entries.values()), number)


def _nearest(line: str, before: list[str]) -> Endpoint | None:
    """The endpoint of the line itself, else of the nearest line before it that names one."""
    return next((endpoint for one in (line, *reversed(before)) for endpoint in endpoints_in(one)), None)


def _whole(found: list[_Entry], lines: int) -> MessageReading:
    ranked = sorted(found, key=lambda one: (one.error.error in GENERAL, -one.error.times))
    endpoints = tuple(dict.fromkeys(entry.endpoint for entry in ranked if entry.endpoint))[:MOST_PLACES]
    clients = list(dict.fromkeys(entry.client for entry in ranked if entry.client))
    return MessageReading(tuple(entry.error for entry in ranked), endpoints, _one_client(clients), lines)


def _one_client(clients: list[str]) -> str:
    """The one program that the messages are of; a driver goes before the library that it is built on."""
    drivers = [name for name in clients if "-" in name]
    return drivers[0] if len(drivers) == 1 else clients[0] if len(clients) == 1 else ""


def lines_of(data: bytes) -> Iterator[str]:
    """Yield the lines of a file, in whatever encoding they are; what cannot be read stands as a replacement character."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    yield from text.splitlines()
