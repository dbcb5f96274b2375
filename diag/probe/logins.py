"""The credentials that this run may use, found by the proxy they are for. They go onto the wire and nowhere else."""

from base64 import b64encode
from collections.abc import Mapping

from diag.model.address import Authority
from diag.model.secret import Login, Secret


class Logins:
    """One login for each proxy that has one, by the proxy's configured name and port."""

    def __init__(self, by_proxy: Mapping[Authority, Login] | None = None) -> None:
        self._by_proxy = dict(by_proxy or {})

    def find(self, proxy: Authority) -> Login | None:
        """Return the login for this proxy; None: there is none."""
        return self._by_proxy.get(proxy)

    def secrets(self) -> tuple[Secret, ...]:
        """Return everything here that must never be written down, for the scan of what is."""
        return tuple(secret for login in self._by_proxy.values() for secret in (login.user, login.password, basic_token(login)))

    def __repr__(self) -> str:
        return f"Logins({len(self._by_proxy)} hidden)"


def basic_token(login: Login) -> Secret:
    """Return the token68 of Basic authentication (RFC 7617, section 2), in UTF-8."""
    return Secret(b64encode(f"{login.user.reveal()}:{login.password.reveal()}".encode()).decode("ascii"))
