"""Protocols that begin in the clear and go over to TLS on the same connection, and why a server does not.

PostgreSQL and MySQL have messages of their own for it; in mail and directories the wish is called STARTTLS (RFC 3207, RFC 9051,
section 6.2.1, RFC 4511, section 4.14).
"""

from enum import StrEnum
from typing import Literal

Spoken = Literal["postgres", "mysql", "smtp", "imap", "ldap"]
NAMES: dict[Spoken, str] = {"postgres": "PostgreSQL", "mysql": "MySQL", "smtp": "SMTP", "imap": "IMAP", "ldap": "LDAP"}
"""The protocols, each with the name that people know it by."""
LISTING: frozenset[Spoken] = frozenset({"smtp", "imap"})
"""Those in which a server lists what it can do, as lines of text that something on the way may change."""


class UpgradeRefusal(StrEnum):
    """Why a server that speaks the protocol did not go over to TLS."""

    NOT_OFFERED = "not_offered"
    """It does not offer it, or says that it cannot do it at all."""
    OVERWRITTEN = "overwritten"
    """Where the offer would stand, its list holds nothing but the letter X: no server writes that."""
    REFUSED = "refused"
    """It offers it, and said no when asked; its number says more."""
    TURNED_AWAY = "turned_away"
    """It did not talk to this client at all, and said so in the protocol."""
    SURPLUS = "surplus"
    """It agreed, and more followed in the clear, where only TLS may follow."""
