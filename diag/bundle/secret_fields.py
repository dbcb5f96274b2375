"""A secret in a field that is no text of a stranger: an exception, a route, a message, a certificate. It goes before all else.

What remains keeps its form, and the same secret has the same stand-in wherever it stood, so that what was compared is compared
as before. A stand-in for a secret is remembered by nobody.
"""

import re
from collections import Counter

from diag.bundle.encodings import charsets
from diag.bundle.fields import Class, FieldValue, Rewriter, leaves
from diag.bundle.known_secrets import Private, is_telling
from diag.bundle.layers import Layers, TooDeep
from diag.bundle.message import rewritten, spellings, unreadable
from diag.bundle.pseudonym import Pseudonyms
from diag.bundle.untrusted_text import is_certificate
from diag.model.address import literal
from diag.model.privacy import Form, Privacy
from diag.model.run import Evidence

KEY = "key"
"""What the stand-in for something that opens begins with."""
_PART = re.compile(r"[^.*:/\\\[\]<>@,;\s]+")
"""A label of a name, a part of a path."""


class SecretFields:
    """The secrets of one run. `counts` says how often one stood where nobody's text is."""

    def __init__(self, private: Private, key: bytes) -> None:
        self.counts: Counter[str] = Counter()
        telling = [secret for secret in private.opens() if is_telling(secret)]
        self._forms = sorted({form for secret in telling for form in charsets(secret)})
        self._in_messages = spellings(secret.lower() for secret in telling)
        self._layers = Layers()
        self._pseudonyms = Pseudonyms(key, frozenset(), keep_addresses=False)

    def without(self, evidence: Evidence) -> Evidence:
        """Return the evidence with a stand-in for each; texts of strangers and certificates are left to those who know them."""
        return Rewriter(self._without)(evidence) if self._forms else evidence

    def certificates(self, evidence: Evidence) -> frozenset[bytes]:
        """Return the certificates of the evidence in which one stands: their bytes cannot be changed."""
        if not self._forms:
            return frozenset()
        met = dict.fromkeys(
            value
            for _, value, of in leaves(evidence, kinds=(bytes,))
            if isinstance(value, bytes) and (of.form is Form.CERTIFICATE or is_certificate(value))
        )
        return frozenset(filter(self.is_in, met))

    def text(self, text: str) -> str:
        """Return a name, a path or an address with a stand-in for each part in which a secret stands, or for all of it."""
        if not self._forms or not self.is_in(text.encode("utf-8", "replace")):
            return text
        self.counts["secret"] += 1
        new = _PART.sub(lambda part: self._stand_in(part[0]), text)
        if not self.is_in(new.encode("utf-8", "replace")):
            return new
        ip = literal(text)
        if ip is not None:
            return str(self._pseudonyms.address(ip))
        return ("/" if text.startswith("/") else "") + self._pseudonyms.token(KEY, text)

    def is_in(self, content: bytes) -> bool:
        """Return whether a secret stands in it, or in one of its layers as far as these are looked at."""
        if self._stands_in(content):
            return True
        try:
            return any(map(self._stands_in, self._layers.of(content)))
        except TooDeep:
            return False  # the last look before a bundle is written sees more

    def _stands_in(self, content: bytes) -> bool:
        lower = content.lower()
        return any(form in lower for form in self._forms)

    def _stand_in(self, part: str) -> str:
        return self._pseudonyms.token(KEY, part) if self.is_in(part.encode("utf-8", "replace")) else part

    def _without(self, value: FieldValue, of: Class) -> FieldValue:
        match of:
            case Class(form=Form.DNS) if isinstance(value, bytes):
                return self._message(value)
            case Class(Privacy.PUBLIC) if isinstance(value, bytes):
                return b"" if self.is_in(value) else value
            case Class(Privacy.NETWORK | Privacy.NAME | Privacy.VENDOR) if isinstance(value, str):
                return self.text(value)
            case _:
                return value

    def _message(self, wire: bytes) -> bytes:
        lower = wire.lower()
        if not any(spelling in lower for spelling in self._in_messages) and not self.is_in(wire):
            return wire
        self.counts["secret"] += 1
        new = rewritten(wire, self._name, self.text, self._in_messages)
        return unreadable(new, self._in_messages) if self.is_in(new) else new

    def _name(self, name: str) -> str:
        """A name in a message: its labels, or all of them but the root's."""
        return self.text(name) if name.rstrip(".") else name
