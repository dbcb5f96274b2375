"""What came from a place that a certificate names: kept only where it is what it should be.

Anything else may be the answer of somebody's inner service, which is nothing to carry away: its length, its digest and what its
beginning is like are all that is kept.
"""

import hashlib
import ssl

from msgspec.structs import replace

from diag.model.answer import HttpReply
from diag.model.question import Wants
from diag.model.wire.greeting import UNKNOWN, protocol
from diag.model.wire.unreadable import guarded_as
from diag.model.withheld import Withheld
from diag.probe.verify import certificates_in

_PEM = b"-----BEGIN"
_DER = b"\x30"
_LOOKED_AT = 512


def only(reply: HttpReply, wants: Wants) -> HttpReply:
    """Return the same answer with nothing of a stranger's in its body but what was wanted."""
    came = reply.body or reply.first_bytes
    kept = _wanted(reply.body, wants) if reply.status == 200 else b""
    withheld = Withheld(len(came), hashlib.sha256(came).hexdigest(), _kind(came)) if came and not kept else None
    return replace(reply, body=kept, reason="", first_bytes=b"", withheld=withheld)


@guarded_as(b"")
def _wanted(body: bytes, wants: Wants) -> bytes:
    """What of a body is what was wanted, and nothing that stands around it; empty: nothing is."""
    match wants:
        case "certificate":
            found = certificates_in(body)
            return found[0] if len(found) == 1 else b"".join(ssl.DER_cert_to_PEM_cert(der).encode() for der in found)
        case "crl":
            from diag.model.wire.revocation_der import is_list

            return body if body.startswith(_DER) and is_list(body) else b""
        case "ocsp":
            from diag.model.wire.revocation_der import is_response

            return body if is_response(body) else b""
        case _:
            return body


@guarded_as("binary")
def _kind(content: bytes) -> str:
    """What bytes are like, by their first."""
    beginning = content[:_LOOKED_AT].lstrip()
    known = protocol(beginning)
    if known != UNKNOWN:
        return known
    if beginning.startswith((_PEM, _DER)):
        return "PEM" if beginning.startswith(_PEM) else "DER"
    if beginning.startswith((b"{", b"[")):
        return "JSON"
    return "text" if all(byte >= 32 or byte in b"\t\r\n" for byte in beginning) else "binary"
