"""Logins in several steps on one connection (NTLM, Negotiate), through pyspnego where it is installed (extra `spnego`)."""

import base64
from collections.abc import Iterable
from typing import Any, Literal

from diag.model.observation import Unsupported
from diag.model.secret import Login, Secret
from diag.model.wire.unreadable import guarded_as

_Scheme = Literal["ntlm", "negotiate"]
_NAMES = {"ntlm": "NTLM", "negotiate": "Negotiate"}


class Ticket:
    """One login under way."""

    def __init__(self, scheme: _Scheme, login: Login, host: str) -> None:
        """For the proxy of this name. Raises Unsupported where pyspnego is missing, or cannot do the scheme here."""
        try:
            import spnego
        except ImportError:
            raise Unsupported("NTLM and Negotiate need the extra 'spnego' (pip install 'diag[spnego]')") from None
        self._scheme = scheme
        try:
            self._context: Any = spnego.client(
                login.user.reveal(), login.password.reveal(), hostname=host, service="HTTP", protocol=scheme
            )
        except (spnego.exceptions.SpnegoError, ValueError):
            raise Unsupported(f"this system cannot make {_NAMES[scheme]} logins") from None

    def step(self, fields: Iterable[tuple[bytes, bytes]] = ()) -> Secret | None:
        """Return the next value of Proxy-Authorization, given the fields of the last answer; None: there is none."""
        given = _token(self._scheme, fields)
        if given is None and self._context.complete:
            return None
        token = _answer(self._context, given)
        return Secret(f"{_NAMES[self._scheme]} {base64.b64encode(token).decode('ascii')}") if token else None


@guarded_as(None)
def _answer(context: Any, given: bytes | None) -> bytes | None:
    """What is answered to a proxy's token; None: nothing can be."""
    token: bytes | None = context.step(given or None)
    return token


@guarded_as(None)
def _token(scheme: _Scheme, fields: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """What the proxy sent for this scheme; None: nothing."""
    for name, value in fields:
        word, _, token = value.decode("latin-1").strip().partition(" ")
        if name.lower() == b"proxy-authenticate" and word.lower() == scheme and token.strip():
            return base64.b64decode(token.strip(), validate=True)
    return None
