"""Certificates that are longer than a TLS library reads: it ends the handshake at their first bytes, and shows nothing of them.

In TLS 1.2 the first messages of a server are in the clear, and each says how long it is (RFC 5246, section 7.4). So the same
handshake in that version tells the length.
"""

from msgspec.structs import replace

from diag.model.answer import Session
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Handshake

MOST_READ = 100 * 1024
"""Bytes of certificates that OpenSSL reads (SSL_MAX_CERT_LIST_DEFAULT)."""
_HANDSHAKE, _CERTIFICATE = 22, 11
_RECORD_HEADER, _MESSAGE_HEADER = 5, 4


def in_the_clear(view: EndpointView) -> Handshake | None:
    """Return the walk's handshake in TLS 1.2, where this client ended it before a certificate was read; None: it did not."""
    seen = view.session
    if seen is None or seen.answer.chain or seen.answer.failure != Failure.TLS_BROKEN:
        return None
    ours = {alert.name for alert in seen.answer.alerts if alert.sender == "us"}
    return replace(seen.question, versions=("TLSv1.2",)) if "illegal_parameter" in ours else None


def too_large(view: EndpointView) -> Observation | None:
    """Return the handshake in which the server announces more certificates than are read; None: none does."""
    question = in_the_clear(view)
    seen = view.asked(question) if question else None
    return seen if seen and isinstance(seen.answer, Session) and _announced(seen.answer.first_bytes) > MOST_READ else None


def _announced(first: bytes) -> int:
    """How long the server's Certificate message is by its own header, in bytes; 0: its beginning is not among these bytes."""
    messages = b""
    while len(first) > _RECORD_HEADER and first[0] == _HANDSHAKE:
        end = _RECORD_HEADER + int.from_bytes(first[3:_RECORD_HEADER], "big")
        messages += first[_RECORD_HEADER:end]
        first = first[end:]
    while len(messages) >= _MESSAGE_HEADER:
        size = int.from_bytes(messages[1:_MESSAGE_HEADER], "big")
        if messages[0] == _CERTIFICATE:
            return size
        messages = messages[_MESSAGE_HEADER + size :]
    return 0
