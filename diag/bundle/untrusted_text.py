"""Texts that strangers wrote: they stay, without what they may echo of a login, a person, this machine or a name inside.

Replacing works on bytes, so that a page is treated alike whether it was kept raw or read as text. What can be replaced in place
is; then the text is taken apart (`diag.bundle.layers`), and where a layer of it still says what it must not, the line goes, or
the whole text where no single line is to blame.
"""

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes

from diag.bundle import urls
from diag.bundle.common_words import CALENDAR
from diag.bundle.encodings import DEPTH, ENCODED_RUN, charsets, decoded, spellings
from diag.bundle.known_secrets import Private, is_telling
from diag.bundle.layers import Layers, TooDeep
from diag.bundle.pseudonym import Pseudonyms
from diag.bundle.secret_shapes import (
    ASSIGNED,
    BARE_LOGIN,
    BASIC,
    COOKIE,
    ENTERED,
    LOGIN_OPTION,
    LONG_KEY,
    REFERENCE,
    REMOVED,
    RESPONSE,
    TICKET,
    issued,
    long_key,
    may_assign,
    names_secret,
    private_key,
    short_login,
)
from diag.model.endpoint import LONGEST_NAME
from diag.model.expression import expression

LARGEST_CONTENT = 1 << 18
"""Bytes of a text that can be looked through: far more than any question keeps."""
LONG_TEXT, MOST_LONG, MOST_SHORT = 1 << 11, 2 << 20, 4 << 20
"""Bytes from which a text counts as long, and bytes of long and of short texts of one run that are looked through.

What strangers say to a run over 5,000 endpoints comes to half of that; what is beyond it goes unread.
"""
MOST_AGAIN = 6
"""How many times a text is looked through, at the most, for the lines of it that must go."""
SHORT = 6
"""Spellings of no more bytes are met by accident."""
_FIELD_LINE = expression(rb"(?m)^([A-Za-z0-9_-]{2,60})([ \t]*:)[^\r\n]*")
"""A header field as it came (RFC 9112, section 5)."""
_REALM = expression(rb"(?i)(\brealm[ \t]*=[ \t]*\"?)([^\"\r\n,]{1,500})")
"""What a server calls that which it guards (RFC 9110, section 11.5)."""
DOTTED = expression(rb"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
"""A host name, as a text or a certificate holds it."""
_IPV6 = expression(rb"(?i)(?<![0-9a-f:])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f.:]*")
_ADDRESS_AT_END = expression(rb"(?<![0-9A-Za-z_-])[0-9]+(?:\.[0-9]+){3}\Z")
_DIGIT = expression(rb"[0-9]")
_LAST = expression(rb"(.*)([/\\]|%2[Ff]|%5[Cc])(.*)", re.DOTALL)
_EDGE = rb"[A-Za-z0-9_-]"
_PEM = expression(rb"-----BEGIN [^-]+-----([A-Za-z0-9+/=\s]*)")
_CERTIFICATE = (b"\x30\x82", b"\x30\x83", b"-----BEGIN CERTIFICATE")


def is_certificate(content: bytes) -> bool:
    """Return whether bytes look like a certificate, DER (RFC 5280) or PEM (RFC 7468): such are kept whole."""
    return content.lstrip().startswith(_CERTIFICATE)


def certificates(content: bytes) -> Iterator[bytes]:
    """Yield the DER inside: of each PEM block, or the bytes themselves."""
    if b"-----BEGIN" not in content:
        yield content
    for block in _PEM.findall(content):
        with suppress(ValueError):
            yield base64.b64decode(block)


Rewrite = Callable[[bytes], bytes]
RenameAddress = Callable[[str], str]
"""What becomes of an address, canonical and in lower case; the same where it stays."""


class Foreign:
    """Makes one run's foreign texts safe. `counts` says how often each rule had to act."""

    def __init__(self, private: Private, pseudonyms: Pseudonyms, kept: frozenset[str], *, realms: bool = True) -> None:
        """`kept`: labels of names that stay in clear. `realms`: whether what a server calls its realm stays."""
        self.counts: Counter[str] = Counter()
        self._private = private
        self._pseudonyms = pseudonyms
        self._realms = realms
        self._layers = Layers()
        self._done: dict[tuple[str, bytes], tuple[bytes, Counter[str]]] = {}
        self._left = {True: MOST_LONG, False: MOST_SHORT}
        """Bytes that are still looked through: of long texts, and of short ones."""
        telling = [secret for secret in private.opens() if is_telling(secret)]
        self._secrets = _any_of(spelt for secret in telling for spelt in spellings(secret))
        self._short_secrets = _words(secret for secret in private.opens() if not is_telling(secret) and len(secret) > 3)
        self._folders = _any_of(_spelt_folders(private.folders()))
        owners = [name for name in (*private.people(), *private.computers(), *private.folders()) if is_telling(name)]
        plain = {name.encode("utf-8", "replace") for name in owners}
        self._encoded = _any_of(form for name in owners for form in spellings(name) if form not in plain and len(form) > SHORT)
        self._people = _words(name for name in private.people() if name.lower() not in kept)
        self._computers = _words(name for name in private.computers() if name.lower() not in kept)
        self._opening = sorted({form for secret in telling for form in charsets(secret)})
        self._hosts: frozenset[str] = frozenset()
        self._moved: RenameAddress | None = None
        self._given: set[str] = set()
        """Addresses that stand for others: no layer gives anybody away by one."""
        self._searching = False

    def withhold(self, hosts: frozenset[str], address: RenameAddress | None, homes: frozenset[str]) -> None:
        """Replace from now on host names (lower case, dotted) with all below them, addresses and home folders as well."""
        self._hosts = hosts
        self._folders = _any_of(_spelt_folders((*self._private.folders(), *homes)))
        self._moved = address
        self._done.clear()

    def content(self, content: bytes) -> bytes:
        """Return a page, a banner, first bytes: all rules."""
        if is_certificate(content):
            return REMOVED if self._names_secret(content) else content
        return self._once("content", content, self._content)

    def words(self, content: bytes) -> bytes:
        """Return a header's value, a reason: all rules but the one for whole header lines."""
        return self._once("words", content, self._value)

    def place(self, content: bytes) -> bytes:
        """Return a header's value that is a reference (RFC 3986, section 4.1), which may be relative."""
        return self.words(urls.reference(content))

    def _once(self, kind: str, content: bytes, change: Rewrite) -> bytes:
        """The same text is changed once: a run sees the same answers over and over."""
        known = self._done.get((kind, content))
        if known is None:
            long = len(content) >= LONG_TEXT
            if self._left[long] < len(content):
                self._count("unread")
                return REMOVED
            self._left[long] -= len(content)
            before, self.counts = self.counts, Counter()
            known = self._done[kind, content] = (change(content), self.counts)
            self.counts = before
        new, counts = known
        self.counts.update(counts)
        return new

    def _content(self, content: bytes) -> bytes:
        content = self._sub("secret-field", _FIELD_LINE, _field_line, content)
        return self._value(content)

    def _value(self, content: bytes) -> bytes:
        if self._layers.are_beyond(content):
            self._count("unread")
            return REMOVED
        content = self._sub("private-key", private_key(content), lambda match: REMOVED, content)
        content = self._sub("encoded", self._encoded, lambda match: REMOVED, self._words(content))
        return self._without_layers(self._in_base64(content, DEPTH))

    def _words(self, content: bytes) -> bytes:
        content = self._sub("authentication-token", TICKET, lambda match: match[1] + match[2] + REMOVED, content)
        content = self._sub("secret", self._secrets, lambda match: REMOVED, content)
        content = self._sub("secret", self._short_secrets, lambda match: REMOVED, content)
        if b"asic" in content.lower():
            content = self._sub("authentication-token", BASIC, short_login, content)
        content = self._sub("url-query", urls.URL, urls.shown, content)
        content = self._logins(content)
        if may_assign(content):
            content = self._sub("assigned-secret", ASSIGNED, lambda match: match[1] + REMOVED, content)
            if b"value=" in content.lower():
                content = self._sub("assigned-secret", ENTERED, lambda match: match[1] + REMOVED, content)
        content = self._sub("issued-secret", issued(content), lambda match: REMOVED, content)
        content = self._sub("issued-secret", LONG_KEY, long_key, content)
        if not self._realms:
            content = self._sub("realm", _REALM, lambda match: match[1] + self._token("realm", match[2]), content)
        return self.hosts(self.owners(content))

    def _logins(self, content: bytes) -> bytes:
        """Without logins and questions that stand where no whole address does."""
        if b"@" in content:
            content = self._sub("url-query", BARE_LOGIN, lambda match: REMOVED + b"@", content)
        if b"?" in content:
            content = self._sub("url-query", REFERENCE, _behind, content)
        if b"-u" in content:
            content = self._sub("assigned-secret", LOGIN_OPTION, _behind, content)
        if b"response" in content:
            content = self._sub("authentication-token", RESPONSE, _behind, content)
        if b"-cookie" in content.lower():
            content = self._sub("secret-field", COOKIE, _behind, content)
        return content

    def _in_base64(self, content: bytes, depth: int) -> bytes:
        """Without the runs of Base64 that say something which would not stay as it is in plain."""
        telling = {run for run in set(ENCODED_RUN.findall(content)) if not self._stays_encoded(run, depth)}
        if not telling:
            return content
        self._count("encoded", len(telling))
        return ENCODED_RUN.sub(lambda match: REMOVED if match[0] in telling else match[0], content)

    def _stays_encoded(self, run: bytes, depth: int) -> bool:
        inside = decoded(run)
        return self._stays(inside) and (depth == 1 or self._in_base64(inside, depth - 1) == inside)

    def _without_layers(self, content: bytes) -> bytes:
        """Without the lines of which a layer says what it must not; nothing of it where the lines do so together."""
        if not self._hides(content):
            return content
        self._count("layered")
        lines = content.splitlines(keepends=True)
        left = b"".join(self._bare_lines(lines, [MOST_AGAIN * len(content)]))
        if not self._hides(left):
            return left
        return b"".join(lines[:1] if len(lines) > 1 and not self._hides(lines[0]) else []) + REMOVED

    def _bare_lines(self, lines: list[bytes], left: list[int]) -> Iterator[bytes]:
        """Lines of which some hide something, without those: looked for by halves, as long as bytes are `left`."""
        if len(lines) == 1 or left[0] < 0:
            yield from map(_bare_line, lines)
            return
        for half in (lines[: len(lines) // 2], lines[len(lines) // 2 :]):
            together = b"".join(half)
            left[0] -= len(together)
            yield from self._bare_lines(half, left) if self._hides(together) else half

    def _hides(self, content: bytes) -> bool:
        if self._names_secret(content):
            return True
        if len(content) > LARGEST_CONTENT:
            return True
        looked_at = set(content.split(b"\n"))
        try:
            return any(self._gives_away(layer, looked_at) for layer in self._layers.of(content))
        except TooDeep:
            return True

    def _gives_away(self, layer: bytes, looked_at: set[bytes]) -> bool:
        """Whether a layer says what it must not, in lines that have not been `looked_at`."""
        key = private_key(layer)
        if self._names_secret(layer) or (key and key.search(layer)):
            return True
        new = [line for line in layer.split(b"\n") if line not in looked_at]
        looked_at.update(new)
        return bool(new) and not self._stays(b"\n".join(new))

    def _names_secret(self, content: bytes) -> bool:
        """Whether it holds one of the secrets, in whatever case and charset."""
        lower = content.lower()
        return any(form in lower for form in self._opening)

    def _stays(self, content: bytes) -> bool:
        """Whether nothing of it would be replaced in plain."""
        before, self._searching = (self.counts.copy(), self._searching), True
        stays = self._words(content) == content
        self.counts, self._searching = before
        return stays

    def places(self, content: bytes) -> bytes:
        """Return text without home folders, and without the host names and addresses that are withheld."""
        return self.hosts(self.folders(content))

    def hosts(self, content: bytes) -> bytes:
        """Return a text without the host names and addresses that are withheld."""
        if self._moved:
            content = self._renamed(content, _IPV6, self._address)
        if self._hosts or self._moved:
            content = self._renamed(content, DOTTED, self._host)
        return content

    def _renamed(self, content: bytes, pattern: re.Pattern[bytes], rename: Callable[[bytes], tuple[str, bytes]]) -> bytes:
        """With another name for each that is met. What a text says a thousand times is looked at once."""
        others: dict[bytes, bytes] = {}
        for old, times in Counter(pattern.findall(content)).items():
            rule, new = rename(old)
            if new != old:
                others[old] = new
                self._count(rule, times)
        return pattern.sub(lambda match: others.get(match[0], match[0]), content) if others else content

    def owners(self, content: bytes) -> bytes:
        """Return text without home folders, names of persons and names of this machine."""
        content = self._sub("person", self._people, self._person, self.folders(content))
        return self._sub("machine", self._computers, lambda match: self._token("machine", match[0]), content)

    def folders(self, content: bytes) -> bytes:
        """Return text without the home folders that are known: where they lie stays, whose they are does not."""
        return self._sub("home-folder", self._folders, self._folder, content)

    def _folder(self, match: re.Match[bytes]) -> bytes:
        above, mark, name = _LAST.fullmatch(match[0]).groups()  # type: ignore[union-attr]  # a home folder is absolute
        return bytes(above + mark + self._user(unquote_to_bytes(name))) if name else self._user(match[0])

    def _host(self, old: bytes) -> tuple[str, bytes]:
        """A host name, or an address: the rule that it falls under, and what becomes of it."""
        name = old.decode("ascii")
        if is_below(name.lower(), self._hosts):
            return "host-name", self._pseudonyms.host(name).encode()
        return "address", _ADDRESS_AT_END.sub(lambda found: self._address(found[0])[1], old)

    def _address(self, old: bytes) -> tuple[str, bytes]:
        text = old.decode("ascii").lower()
        if self._moved is None or (self._searching and text in self._given):
            return "address", old
        new = self._moved(text)
        if new != text:
            self._given.add(new)
        return "address", old if new == text else new.encode()

    def _person(self, match: re.Match[bytes]) -> bytes:
        in_date = match[0].lower() in CALENDAR and _DIGIT.search(match.string[max(0, match.start() - 3) : match.end() + 3])
        return match[0] if in_date else self._user(match[0])

    def _user(self, name: bytes) -> bytes:
        return self._token("user", name)

    def _token(self, kind: str, name: bytes) -> bytes:
        return self._pseudonyms.token(kind, name.decode("utf-8", "replace").lower()).encode()

    def _sub(self, rule: str, pattern: re.Pattern[bytes] | None, by: Callable[[re.Match[bytes]], bytes], content: bytes) -> bytes:
        if pattern is None:
            return content
        content, times = pattern.subn(by, content)
        self._count(rule, times)
        return content

    def _count(self, rule: str, times: int = 1) -> None:
        if times:
            self.counts[rule] += times


def _field_line(match: re.Match[bytes]) -> bytes:
    name = match[1].decode("ascii").lower()
    return match[1] + match[2] + b" " + REMOVED if names_secret(name) else match[0]


def _behind(match: re.Match[bytes]) -> bytes:
    return match[1] + REMOVED


def _bare_line(line: bytes) -> bytes:
    return REMOVED + line[len(line.rstrip(b"\r\n")) :]


def is_below(name: str, hosts: frozenset[str]) -> bool:
    """Return whether `name` is one of `hosts` or a name below one; both lower case, without a trailing dot."""
    if len(name) > LONGEST_NAME:
        name = name[-LONGEST_NAME - 1 :].partition(".")[2]
    while name:
        if name in hosts:
            return True
        name = name.partition(".")[2]
    return False


def _spelt_folders(homes: Iterable[str]) -> Iterator[bytes]:
    for home in homes:
        yield from (home.encode("utf-8", "replace"), quote(home).encode(), quote(home, safe="").encode())


def _any_of(values: Iterable[bytes]) -> re.Pattern[bytes] | None:
    found = sorted({value for value in values if value}, key=lambda value: (-len(value), value))
    return re.compile(b"|".join(map(re.escape, found))) if found else None


def _words(values: Iterable[str]) -> re.Pattern[bytes] | None:
    """A pattern for whole words, whatever their case."""
    found = sorted({value.encode("utf-8", "replace") for value in values}, key=lambda value: (-len(value), value))
    if not found:
        return None
    return re.compile(rb"(?i)(?<!" + _EDGE + rb")(?:" + b"|".join(map(re.escape, found)) + rb")(?!" + _EDGE + rb")")
