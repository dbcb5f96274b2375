"""A value that must never be printed, logged, compared in the open or written down: passwords and tokens live in here."""

import hmac
from typing import NoReturn


class Secret:
    """Holds a secret and gives it only to who asks by name.

    It has no text form, cannot be pickled or copied into evidence (msgspec refuses the type), and compares in constant time.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself: for the wire and for the leak scan, for nothing else."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "Secret(hidden)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never written down")


class Credential:
    """A certificate with its private key, by which this client proves itself. The key goes into handshakes and nowhere else."""

    __slots__ = ("chain", "key", "passphrase")

    def __init__(self, chain: tuple[bytes, ...], key: str, passphrase: str = "") -> None:
        """`chain` is DER, the client's own certificate first; `key` is PEM, PKCS #8, unencrypted (RFC 5208)."""
        self.chain = chain
        self.key = Secret(key)
        self.passphrase = Secret(passphrase)

    def __repr__(self) -> str:
        return "Credential(hidden)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential is never written down")


class Login:
    """A user name and a password for one proxy. The name is as private as the password: both go onto the wire only."""

    __slots__ = ("password", "user")

    def __init__(self, user: str, password: str) -> None:
        self.user = Secret(user)
        self.password = Secret(password)

    def __repr__(self) -> str:
        return "Login(hidden)"
