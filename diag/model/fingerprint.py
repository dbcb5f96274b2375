"""How a service is known by its answers: marks that it leaves in them, and codes by which it says what is wrong.

A profile or the user's list names them. They travel with the evidence, so that a bundle is judged by the same ones.
"""

import re
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from diag.model.answer import HttpReply
from diag.model.endpoint import VendorText
from diag.model.privacy import ForeignText, Privacy, PublicFlag, PublicText

ANY = "*"
ADDRESS_GAP = "{address}"
"""Where, in the text of a fingerprint, the client's address stands."""
MOST_FINGERPRINTS = 200
"""Fingerprints of one service that are read."""


class Mark(StrEnum):
    """Where in an answer a fingerprint is looked for."""

    HEADER = "header"
    FIELD = "field"
    """A field of a JSON document, however deep it lies."""
    PAGE = "page"
    """A text in the first bytes of the answer."""
    STATUS = "status"
    """The status itself: it says something, and proves nothing of who wrote it."""


class Denial(StrEnum):
    """What a service refuses by a code, as far as a cause of its own depends on it."""

    NOTHING = "nothing"
    ADDRESS = "address"
    """It does not serve the network that the request came from."""
    ACCOUNT = "account"
    """It knows nobody of the name that was asked for."""


class Fingerprint(Struct, frozen=True, omit_defaults=True):
    """One mark or code of a service."""

    where: Annotated[Mark, Meta(extra={"privacy": Privacy.PUBLIC})]
    name: VendorText = ""
    """The header's name, in lower case, or the field's; empty for a page and a status."""
    value: VendorText = ANY
    """What stands there, `*` for anything; of a page a text that is in it; of a status its digits."""
    always: PublicFlag = False
    """Whether every answer of the service bears it: one without is less likely to be the service's own."""
    hosts: tuple[VendorText, ...] = ()
    """Patterns of the hosts whose answers it is about; empty: all endpoints of the run."""
    means: ForeignText = ""
    """What the service says by it, in a sentence; empty: it shows who wrote the answer, and says nothing."""
    remedy: ForeignText = ""
    denies: Annotated[Denial, Meta(extra={"privacy": Privacy.PUBLIC})] = Denial.NOTHING
    address: VendorText = ""
    """The text by which such an answer names the address that it saw, `{address}` in its place; empty: it names none."""

    def is_about(self, host: str) -> bool:
        """Return whether answers of this host are meant."""
        return not self.hosts or any(fnmatchcase(host, pattern) for pattern in self.hosts)

    def is_in(self, reply: HttpReply) -> bool:
        """Return whether an answer bears it."""
        match self.where:
            case Mark.HEADER:
                return any(header.name == self.name and self._fits(header.value.strip()) for header in reply.headers)
            case Mark.FIELD:
                return any(map(self._fits, json_values(reply, self.name)))
            case Mark.PAGE:
                return self.value.encode() in reply.body
            case _:
                return str(reply.status) == self.value

    def _fits(self, said: str) -> bool:
        only_stars = self.value.lower().replace("[", "[[]").replace("?", "[?]")
        return fnmatchcase(said.lower(), only_stars)


RevocationRule = Literal["", "soft", "hard"]
REVOCATION_RULES: tuple[RevocationRule, ...] = get_args(RevocationRule)
"""Whether programs ask if certificates are revoked, and what no answer is to them; empty: they do not ask."""


class Service(Struct, frozen=True, omit_defaults=True):
    """What was known of the service when a run was made."""

    profile: VendorText = ""
    """The name of the profile that told it; empty: none did."""
    own_words: PublicFlag = False
    """Whether the user's own list says what roles are for, so that the profile alone does not tell the consequences."""
    fingerprints: tuple[Fingerprint, ...] = ()
    revocation: PublicText = ""
    """Whether its clients ask if certificates are revoked, as a word of `REVOCATION_RULES`."""


def json_values(reply: HttpReply, name: str) -> tuple[str, ...]:
    """Return what stands in a field of a JSON answer, wherever it is; a list or an object is an empty text. Empty: no such field.

    The answer may be cut off (its first bytes are kept), so its text is searched, and not parsed.
    """
    kind = next((header.value.lower() for header in reply.headers if header.name == "content-type"), "")
    if "json" not in kind:
        return ()
    return tuple(_plain(found) for found in _field(name).findall(reply.body))


@lru_cache(maxsize=256)
def _field(name: str) -> re.Pattern[bytes]:
    written = re.escape(msgspec.json.encode(name))
    return re.compile(written + rb"\s*:\s*(\"(?:[^\"\\]|\\.){0,200}\"|[-+.0-9A-Za-z]{1,80}|)")


def _plain(found: bytes) -> str:
    text = found.decode("utf-8", "replace")
    return text[1:-1] if text.startswith('"') else text
