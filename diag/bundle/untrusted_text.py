"""Texts that strangers wrote: they stay, without what they may echo of a login, a person, this machine or a name inside.

Replacing works on bytes, so that a page is treated alike whether it was kept raw or read as text.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes

from diag.bundle.encodings import DEPTH, ENCODED_RUN, decoded, spellings
from diag.bundle.known_secrets import Private, is_telling
from diag.bundle.pseudonym import Pseudonyms

REMOVED = b"(removed)"
SHORT = 6
"""Spellings of no more bytes are met by accident."""
SECRET_FIELDS = frozenset(
    {
        "authorization", "proxy-authorization", "authentication-info", "proxy-authentication-info", "cookie",
        "cookie2", "set-cookie", "set-cookie2", "x-amz-security-token", "x-api-key", "x-auth-token", "x-csrf-token",
        "x-xsrf-token",
    }
)  # fmt: skip
"""Header fields whose value is never kept: credentials and cookies."""

_SECRET_LINE = re.compile(
    rb"(?im)^((?:" + b"|".join(re.escape(name.encode()) for name in sorted(SECRET_FIELDS)) + rb")[ \t]*:)[^\r\n]*"
)
_QUERY = re.compile(rb"(?i)(\b[a-z][a-z0-9+.-]{1,15}://[^\s\"'<>?#\\]{1,2000}\?)[^\s\"'<>#\\]+")
"""What follows the question mark of a URL: signatures and sign-in requests travel there."""
_TICKET = re.compile(rb"(?i)\b(NTLM|Negotiate|Kerberos|Basic|Bearer|Digest)([ \t]+)[a-z0-9+/_.~-]{16,}=*")
"""A scheme of HTTP authentication (RFC 9110, section 11) with a token behind it."""
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL)
"""RFC 7468; also one that is cut."""
_OPENS = (
    rb"(?:passw(?:or)?d|passphrase|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|token|signature|session[_-]?id|sessid"
    rb"|saml(?:request|response))"
)
_ASSIGNED = re.compile(
    rb"(?i)(" + _OPENS + rb"(?:\\?[\"'])?(?:[ \t]*[:=][ \t]*|[^<>]{0,80}?\bvalue=)(?:\\?[\"'])?)([^\s\"'<>&;,\\]{6,})"
)
"""What a page, a form or JSON gives under a name that says it opens something."""
DOTTED = re.compile(rb"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
"""A host name, as a text or a certificate holds it."""
_IPV6 = re.compile(rb"(?i)(?<![0-9a-f:])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f.:]*")
_ADDRESS_AT_END = re.compile(rb"(?<![0-9A-Za-z_-])[0-9]+(?:\.[0-9]+){3}\Z")
_LAST = re.compile(rb"(.*)([/\\]|%2[Ff]|%5[Cc])(.*)", re.DOTALL)
_EDGE = rb"[A-Za-z0-9_-]"
_PEM = re.compile(rb"-----BEGIN [^-]+-----([A-Za-z0-9+/=\s]*)")
_CERTIFICATE = (b"\x30\x82", b"\x30\x83", b"-----BEGIN CERTIFICATE")


def is_certificate(content: bytes) -> bool:
    """Whether bytes look like a certificate, DER (RFC 5280) or PEM (RFC 7468): such are kept whole."""
    return content.lstrip().startswith(_CERTIFICATE)


def certificates(content: bytes) -> Iterator[bytes]:
    """The DER inside: of each PEM block, or the bytes themselves."""
    if b"-----BEGIN" not in content:
        yield content
    for block in _PEM.findall(content):
        with suppress(ValueError):
            yield base64.b64decode(block)


class Foreign:
    """Makes one run's foreign texts safe. `counts` says how often each rule had to act."""

    def __init__(self, private: Private, pseudonyms: Pseudonyms, kept: frozenset[str]) -> None:
        self.counts: dict[str, int] = {}
        self._private = private
        self._pseudonyms = pseudonyms
        self._secrets = _any_of(spelt for secret in private.opens() if is_telling(secret) for spelt in spellings(secret))
        self._short_secrets = _words(secret for secret in private.opens() if not is_telling(secret) and len(secret) > 3)
        self._folders = _any_of(_spelt_folders(private.folders()))
        owners = [name for name in (*private.people(), *private.computers(), *private.folders()) if is_telling(name)]
        plain = {name.encode("utf-8", "replace") for name in owners}
        self._encoded = _any_of(form for name in owners for form in spellings(name) if form not in plain and len(form) > SHORT)
        self._people = _words(name for name in private.people() if name.lower() not in kept)
        self._computers = _words(name for name in private.computers() if name.lower() not in kept)
        self._hosts: frozenset[str] = frozenset()
        self._addresses: Mapping[str, str] = {}

    def withhold(self, hosts: frozenset[str], addresses: Mapping[str, str], homes: frozenset[str]) -> None:
        """From now on host names (lower case, dotted) with all below them, addresses and home folders are replaced as well."""
        self._hosts = hosts
        self._folders = _any_of(_spelt_folders((*self._private.folders(), *homes)))
        self._addresses = addresses

    def content(self, content: bytes) -> bytes:
        """A page, a banner, first bytes: all rules."""
        if is_certificate(content):
            return content
        content = self._sub("secret-field", _SECRET_LINE, lambda match: match[1] + b" " + REMOVED, content)
        content = self._sub("private-key", _PRIVATE_KEY, lambda match: REMOVED, content)
        return self.words(content)

    def words(self, content: bytes) -> bytes:
        """A header's value, a reason: all rules but the one for whole header lines."""
        return self._in_base64(self._sub("encoded", self._encoded, lambda match: REMOVED, self._words(content)), DEPTH)

    def _words(self, content: bytes) -> bytes:
        content = self._sub("authentication-token", _TICKET, lambda match: match[1] + match[2] + REMOVED, content)
        content = self._sub("secret", self._secrets, lambda match: REMOVED, content)
        content = self._sub("secret", self._short_secrets, lambda match: REMOVED, content)
        content = self._sub("url-query", _QUERY, lambda match: match[1] + REMOVED, content)
        content = self._sub("assigned-secret", _ASSIGNED, lambda match: match[1] + REMOVED, content)
        return self.hosts(self.owners(content))

    def _in_base64(self, content: bytes, depth: int) -> bytes:
        """Without the runs of Base64 that say something which would not stay as it is in plain."""

        def judged(match: re.Match[bytes]) -> bytes:
            inside = decoded(match[0])
            before = dict(self.counts)
            stays = self._words(inside) == inside and (depth == 1 or self._in_base64(inside, depth - 1) == inside)
            self.counts = before
            if stays:
                return match[0]
            self._count("encoded")
            return REMOVED

        return ENCODED_RUN.sub(judged, content)

    def places(self, content: bytes) -> bytes:
        """Without home folders, and without the host names and addresses that are withheld."""
        return self.hosts(self.folders(content))

    def hosts(self, content: bytes) -> bytes:
        """Without the host names and addresses that are withheld."""
        if self._addresses:
            content = _IPV6.sub(self._address, content)
        if self._hosts or self._addresses:
            content = DOTTED.sub(self._host, content)
        return content

    def owners(self, content: bytes) -> bytes:
        """Without home folders, names of persons and names of this machine."""
        content = self._sub("person", self._people, lambda match: self._user(match[0]), self.folders(content))
        return self._sub("machine", self._computers, lambda match: self._token("machine", match[0]), content)

    def folders(self, content: bytes) -> bytes:
        """Without the home folders that are known: where they lie stays, whose they are does not."""
        return self._sub("home-folder", self._folders, self._folder, content)

    def _folder(self, match: re.Match[bytes]) -> bytes:
        above, mark, name = _LAST.fullmatch(match[0]).groups()  # type: ignore[union-attr]  # a home folder is absolute
        return bytes(above + mark + self._user(unquote_to_bytes(name)))

    def _host(self, match: re.Match[bytes]) -> bytes:
        name = match[0].decode("ascii")
        if is_below(name.lower(), self._hosts):
            self._count("host-name")
            return self._pseudonyms.host(name).encode()
        return _ADDRESS_AT_END.sub(self._address, match[0])

    def _address(self, match: re.Match[bytes]) -> bytes:
        new = self._addresses.get(match[0].decode("ascii").lower())
        if new is None:
            return match[0]
        self._count("address")
        return new.encode()

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
            self.counts[rule] = self.counts.get(rule, 0) + times


def is_below(name: str, hosts: frozenset[str]) -> bool:
    """Whether `name` is one of `hosts` or a name below one; both lower case, without a trailing dot."""
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
