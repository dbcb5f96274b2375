"""A handshake that a side ended with an alert, as too weak or without choice: which side it was, and what more leniency brings.

The alert `handshake_failure` says little by itself. The server sends it where nothing on offer is good enough for it; this
client sends it where it will not go on with what the server chose. The same handshake is made twice more: with a server that
lacks secure renegotiation allowed, and with everything allowed that the library has.
"""

from msgspec import Struct
from msgspec.structs import replace

from diag.model.answer import Session
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Handshake
from diag.model.view import Answered

_WORDS = frozenset({"handshake_failure", "insufficient_security"})
"""The alerts by which a side says that nothing on offer is good enough for it (RFC 8446, section 6.2)."""
_OURS = _WORDS | {"illegal_parameter"}
"""The same, of this client over what the server chose; a group with a wrong prime is an illegal parameter to it."""


_GIVEN_UP = ("RC4", "RC2", "DES", "IDEA", "SEED")
"""Ciphers that no library in use has any more, by a part of their names."""


class EndedHandshake(Struct, frozen=True):
    """The walk's handshake, and what became of it with more leniency."""

    seen: Answered[Handshake, Session]
    by_us: bool
    """Whether this client ended it, after the server's first flight."""
    legacy: Observation | None
    """With a server allowed that lacks secure renegotiation; None: it was not tried."""
    wide: Observation | None
    """With everything allowed; None: it was not tried."""
    retired: Observation | None = None
    """With what libraries have no more; None: it was not tried."""

    @property
    def accepted(self) -> Session | None:
        """What the server takes part in at last: with everything, or of what libraries have no more; None: nothing."""
        chosen = self.retired.answer if self.retired is not None and isinstance(self.retired.answer, Session) else None
        return finished(self.wide) or (chosen if chosen and _is_given_up(chosen) else None)

    @property
    def tried(self) -> tuple[Observation, ...]:
        """The further handshakes."""
        return tuple(one for one in (self.legacy, self.wide) if one is not None)


def ended_handshake(view: EndpointView) -> EndedHandshake | None:
    """Return the walk's handshake, where a side ended it so; None: it was not, or for want of a client's certificate."""
    seen = view.session
    if seen is None or not _is_ended(seen.answer):
        return None
    legacy, wide = (_tried(view.asked(question)) for question in variants(seen.question))
    return EndedHandshake(seen, _by_us(seen.answer), legacy, wide, _tried(view.asked(retired(seen.question))))


def variants(question: Handshake) -> tuple[Handshake, Handshake]:
    """Return the same handshake: with a server that lacks secure renegotiation allowed; with everything allowed."""
    return replace(question, ciphers="legacy"), replace(question, ciphers="wide")


def retired(question: Handshake) -> Handshake:
    """Return the same handshake, with what libraries have no more."""
    return replace(question, ciphers="retired")


def finished(seen: Observation | None) -> Session | None:
    """Return the session that came about; None: none did."""
    return seen.answer if seen is not None and isinstance(seen.answer, Session) and seen.answer.finished else None


def went_on(answer: Session) -> bool:
    """Return whether the other side took part in a handshake at all."""
    return bool(answer.finished or answer.chain or answer.failure.startswith("alert:"))


def _is_given_up(chosen: Session) -> bool:
    """Whether a server's choice is one that only the handshake by hand had on offer."""
    return bool(chosen.cipher) and (chosen.version == "SSLv3" or any(word in chosen.cipher for word in _GIVEN_UP))


def _is_ended(answer: Session) -> bool:
    if answer.finished or answer.certificate_requested or not answer.failure:
        return False
    peer = {alert.name for alert in answer.alerts if alert.sender == "peer"} | {answer.failure.removeprefix("alert:")}
    return bool(peer & _WORDS) or _by_us(answer)


def _by_us(answer: Session) -> bool:
    said = {alert.name for alert in answer.alerts if alert.sender == "us"}
    return answer.failure == Failure.TLS_BROKEN and bool(answer.bytes_received) and bool(said & _OURS)


def _tried(seen: Observation | None) -> Observation | None:
    return seen if seen is not None and isinstance(seen.answer, Session) and not seen.answer.stage else None
