"""What is said to a proxy of who asks, request by request, in the way that a question names."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from diag.model.answer import LOGIN_WANTED
from diag.model.question import LoginScheme
from diag.model.secret import Login, Secret
from diag.probe.logins import basic_token

if TYPE_CHECKING:
    from diag.probe.spnego import Ticket

MOST_STEPS = 4
"""How many requests a login may take that holds for one connection: NTLM takes two, Negotiate over NTLM up to three."""


class LoginSteps:
    """One login under way, over one request that is sent again with each step."""

    def __init__(self, way: LoginScheme, login: Login | None, host: str, method: str, target: str) -> None:
        """To the proxy `host`, for a request of `method` and `target`; `login` None: nothing is said of who asks.

        Raises Unsupported where this build has no such login.
        """
        self._way = way
        self._login = login
        self._request = (method, target)
        self._ticket = _ticket(way, login, host) if login and (way == "ntlm" or way == "negotiate") else None
        self._steps = 0
        self.secrets: Sequence[Secret] = (login.user, login.password, basic_token(login)) if login else ()
        """What must not be kept of the answers."""

    @property
    def may_reopen(self) -> bool:
        """Whether the login may go on over another connection: NTLM and Negotiate hold for one and cannot."""
        return self._ticket is None

    def first(self) -> Secret | None:
        """Return the value of Proxy-Authorization for the first request; a challenge has to come first for Digest."""
        if self._login is None or self._way == "digest":
            return None
        if self._ticket:
            return self._ticket.step()
        return Secret(f"Basic {basic_token(self._login).reveal()}")

    def next(self, status: int, fields: Iterable[tuple[bytes, bytes]]) -> Secret | None:
        """Return the value for the next request, given the answer to the last; None: there is no next one."""
        if self._login is None or status != LOGIN_WANTED:
            return None
        self._steps += 1
        value = None
        if self._way == "digest" and self._steps == 1:
            from diag.probe import digest  # of proxies that want it

            value = digest.answer(self._login, digest.challenges(fields), *self._request)
        elif self._ticket and self._steps < MOST_STEPS:
            value = self._ticket.step(fields)
        if value:
            self.secrets = (*self.secrets, value)
        return value


def _ticket(way: Literal["ntlm", "negotiate"], login: Login, host: str) -> "Ticket":
    from diag.probe.spnego import Ticket  # of proxies that want it

    return Ticket(way, login, host)
