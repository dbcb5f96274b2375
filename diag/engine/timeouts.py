"""How long an answer is waited for: further looks, which only compare, have less time than the first.

A silent endpoint is waited for twice; whoever waits for the verdict does not wait for the same silence in full again.
"""

from diag.model.failure import Failure
from diag.model.observation import Answer
from diag.model.question import Connect, Handshake, Lookup, Question, Tunnel, Upgrade

LEAST = 3.5
"""Seconds that a further look has at least: a first packet that was lost twice goes out again after 1 and 3 (RFC 6298)."""
BY_THE_SYSTEM = 1.3
"""So many times as long the system's own lookup is waited for: it repeats a question that was lost after 5 seconds
(resolv.conf(5), `timeout`), which is the usual time of a look, and needs a little more to hear the answer to that."""
SHARE = 0.7
"""A further look's part of the time of a first one, where that was set longer than usual."""
_OPENING = (Connect, Tunnel, Upgrade, Handshake)
_STEPS = 4
"""So many times there and back a further look may have to go: once to connect, and three times for a handshake."""


class Patience:
    """What one run's questions are waited for, in seconds."""

    def __init__(self, timeout: float) -> None:
        """`timeout`: the time of a first look."""
        self._timeout = timeout
        self._further = min(timeout, max(LEAST, SHARE * timeout))
        self._slowest = {True: 0.0, False: 0.0}
        """The longest that any answer took which came: of resolvers, and of all others."""

    def learn(self, question: Question, answer: Answer, took: float) -> None:
        """Take note of how long an answer took; that none came in time is no measure."""
        if _is_quick(question) and getattr(answer, "failure", "") != Failure.TIMED_OUT:
            named = isinstance(question, Lookup)
            self._slowest[named] = max(took, self._slowest[named])

    def of(self, question: Question, *, further: bool) -> float:
        """Return the time for a question; `further`: it is asked to compare, after a first look.

        Only what opens a connection, or asks a resolver, is answered at once or hardly ever. Where even these have taken
        their time in this run, and where an answer is thought about (a request), or others are asked for it (the system's
        own lookup), a further look has as much time as a first one: an answer that comes late must not count as silence.
        """
        if isinstance(question, Lookup) and question.server is None:
            return BY_THE_SYSTEM * self._timeout
        if not further or not _is_quick(question) or self._slowest[isinstance(question, Lookup)] > self._further / _STEPS:
            return self._timeout
        return self._further


def _is_quick(question: Question) -> bool:
    return isinstance(question, _OPENING) or (isinstance(question, Lookup) and question.server is not None)
