"""How a server says that it does not take the client's certificate, or the lack of one: what the two checks of it share.

Before TLS 1.3 the word comes in the handshake; since then only after it, with the first answer, or in place of one.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from diag.knowledge.handshake_experiments import ENDED
from diag.knowledge.response_author import field
from diag.model.answer import Alert, HoldEnd, HttpReply, Session
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Hold, Question

_A_MOMENT = 1.0
"""Seconds in which a server that does not speak HTTP says that it ends the session."""
NONE_CAME = "certificate_required"
"""The alert for a certificate that did not come (RFC 8446, section 6.2)."""
ABOUT_IT = frozenset(
    {
        "bad_certificate",
        "unsupported_certificate",
        "certificate_revoked",
        "certificate_expired",
        "certificate_unknown",
        "unknown_ca",
        "access_denied",
        "decrypt_error",
    }
)
"""The alerts that are about a certificate which the other side was shown, or its key."""
ABOUT_ANYTHING = "handshake_failure"
BAD_REQUEST = 400
PAGES = {
    b"<title>400 No required SSL certificate was sent</title>": NONE_CAME,
    b"<title>400 The SSL certificate error</title>": "bad_certificate",
}
"""nginx goes through with the handshake and says it with a page, whose beginning is always the same."""


class _Refusal(Struct, frozen=True):
    """What a server said, or did, for want of a certificate it accepts."""

    word: str
    """An alert's name; empty: it ended the connection without one."""
    seen: tuple[Observation, ...]

    @property
    def is_plain(self) -> bool:
        """Whether the word leaves no doubt that it is about a client's certificate."""
        return self.word == NONE_CAME or self.word in ABOUT_IT


def wanted(view: EndpointView) -> Iterable[Question]:
    """Yield a moment of waiting, where nothing is asked over the session that would bring the word."""
    seen = view.session
    if seen and seen.answer.certificate_requested and seen.answer.finished and not view.endpoint.speaks_http:
        yield Hold(seen.question, _A_MOMENT)


def refusal(view: EndpointView) -> _Refusal | None:
    """Return how the server refused, if it did; None: it did not, or never asked for a certificate."""
    seen, exchange = view.session, view.exchange
    if seen is None or seen.answer.stage:
        return None
    cites = (seen.observation, *((exchange.observation,) if exchange else ()))
    words = list(_said(seen.answer))
    if exchange:
        words += _said(exchange.answer)
        words += _page(exchange.answer) if seen.answer.certificate_requested else ()
    held = view.asked(Hold(seen.question, _A_MOMENT))
    if held and isinstance(held.answer, HoldEnd) and held.answer.failure.startswith("alert:"):
        words.append(held.answer.failure.removeprefix("alert:"))
        cites = (*cites, held)
    # In its first sense the word for a missing one is never about anything else; the others may be, where nobody asked.
    known = [word for word in words if word == NONE_CAME or (seen.answer.certificate_requested and word in ABOUT_IT)]
    if known:
        return _Refusal(known[0], cites)
    last: Session | HttpReply = seen.answer if seen.answer.failure or exchange is None else exchange.answer
    ended = last.failure in ENDED or last.failure == f"alert:{ABOUT_ANYTHING}"
    if seen.answer.certificate_requested and ended and not (exchange and exchange.answer.status):
        return _Refusal(ABOUT_ANYTHING if last.failure not in ENDED else "", cites)
    return None


def went_on(view: EndpointView) -> tuple[Observation, ...]:
    """Return what shows that the server went on with this client; empty: nothing does."""
    seen = view.session
    if seen is None or not seen.answer.finished or seen.answer.failure:
        return ()
    held = view.asked(Hold(seen.question, _A_MOMENT))
    return tuple(o for o in (seen.observation, view.exchange.observation if view.exchange else None, held) if o)


def _said(answer: Session | HttpReply) -> Iterator[str]:
    """The other side's alerts, by name."""
    alerts: tuple[Alert, ...] = answer.alerts
    if answer.failure.startswith("alert:"):
        yield answer.failure.removeprefix("alert:")
    yield from (alert.name for alert in alerts if alert.sender == "peer")


def _page(reply: HttpReply) -> Iterator[str]:
    """What nginx's own page says of a client's certificate."""
    if reply.status == BAD_REQUEST and field(reply.headers, "server").startswith(("nginx", "openresty")):
        yield from (word for title, word in PAGES.items() if title in reply.body)
