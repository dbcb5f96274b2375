"""Redaction: what leaves this machine says what is wrong with the network, and as little as may be of whom it belongs to.

Each field declares its class (`diag.model.privacy`); one that declares none is dropped. Judging the redacted evidence gives
the same causes, because stand-ins keep what judgements rest on: equality, parent and child names, classes of addresses,
subnets. What each level keeps:

- `none`: everything but secrets.
- `standard`: addresses, public certificates, the endpoints and the proxies on the way, DNS answers about them, and foreign
  texts without what they echo. Other host names, user names, this machine's name and home folders become stand-ins.
- `strict`: as standard, and the proxies, all addresses but public ones of the endpoints, interfaces and paths become stand-ins.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from diag.bundle.fields import Class, Rewriter, Value, leaves
from diag.bundle.foreign import DOTTED, REMOVED, SECRET_FIELDS, Foreign, certificates, is_below, is_certificate
from diag.bundle.message import rewritten
from diag.bundle.private import GENERIC, Private
from diag.bundle.pseudonym import Pseudonyms
from diag.model.address import IpAddress, is_own_name, is_private, literal
from diag.model.answer import DnsReply, Header, SystemLookup
from diag.model.machine import Proxies
from diag.model.privacy import Form, Privacy
from diag.model.question import Lookup
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.wire.dns import read_message
from diag.model.wire.unreadable import Unreadable

V = TypeVar("V", str, bytes)

_HOST_TEXT = re.compile(r"((?:[a-z][a-z0-9+.-]*://)?)([^/]*)(.*)", re.IGNORECASE | re.DOTALL)
_ADDRESS_AND_PORT = re.compile(r"(\[[^\]]*\]|[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.%a-z]*)((?::\d+)?)", re.IGNORECASE)
_PREFIX_LENGTH = re.compile(r"/\d{1,3}")
_HOME = re.compile(r"(/home/|/Users/|[A-Za-z]:[\\/](?:Users|Documents and Settings)[\\/])([^/\\]+)")
"""Where systems keep the folders of their users, and the user's name behind it."""
_SHARE = re.compile(r"\A(\\\\|//)([^/\\]+)")
"""A network share, and the server that it lies on."""
_FILE = re.compile(r"(.*)([/\\])([^/\\]*)", re.DOTALL)
_SYSTEM_FOLDER = re.compile(
    r"/(?:etc|usr|opt/homebrew|System|Library|private/etc|var/lib/ca-certificates)/|[A-Za-z]:\\(?:Windows|Program Files)"
)
_USUAL_INTERFACE = re.compile(r"[a-z]{2,8}\d{0,3}|en[ps]\d+s?\d*[a-z0-9]*", re.IGNORECASE)


class Level(StrEnum):
    """How much is replaced."""

    NONE = "none"
    STANDARD = "standard"
    STRICT = "strict"


def level_of(word: str) -> Level:
    """The level that a word means; a word that nobody knows means the strictest."""
    try:
        return Level(word)
    except ValueError:
        return Level.STRICT


class Report(Struct, frozen=True):
    """What redaction did, in numbers: it holds no value, neither old nor new."""

    level: str
    rules: dict[str, int]
    """How often each rule replaced something, by the rule's name."""
    dropped: dict[str, int]
    """Fields that declare no privacy class, as `Struct.field`, and how often each held something."""


@dataclass(frozen=True)
class Redacted:
    """Evidence that may leave this machine, and the account of how it came to that."""

    evidence: Evidence
    report: Report
    originals: dict[str, str] = field(repr=False)
    """Each stand-in with what it stands for: for the user's own eyes (`diag reveal`), never for a bundle."""
    private: Private = field(repr=False)
    withheld: frozenset[str] = field(repr=False)
    """Host names and addresses that were replaced, lower case: none of them may be found in the bundle."""


def redact(evidence: Evidence, private: Private, level: Level | str, *, key: bytes) -> Redacted:
    """The evidence as it may leave this machine; the same for the same arguments.

    `key` makes the stand-ins: 32 random bytes, new for each bundle, as long as its stand-ins should not be linked to another's.
    """
    level = level if isinstance(level, Level) else level_of(level)
    redaction = _Redaction(evidence, private, level, key)
    return redaction.done()


class _Redaction:
    """One evidence on its way out: typed names and addresses first, then the texts and messages that may repeat them."""

    def __init__(self, evidence: Evidence, private: Private, level: Level, key: bytes) -> None:
        self._evidence = evidence
        self._level = level
        self._clear = frozenset(_clear_names(evidence, proxies=level is not Level.STRICT))
        kept = frozenset(label for name in self._clear | _certificate_names(evidence) for label in name.split("."))
        self._public = _kept_addresses(evidence, self._clear)
        self._pseudonyms = Pseudonyms(key, kept)
        self._private = private if level is not Level.NONE else Private(logins=private.logins, secrets=private.secrets)
        self._foreign = Foreign(self._private, self._pseudonyms, kept)
        self._hosts: frozenset[str] = frozenset()
        self._counts: dict[str, int] = {}
        self._withheld: set[str] = set()

    def done(self) -> Redacted:
        typed = Rewriter(self._typed)
        evidence = typed(self._evidence)
        self._hosts = frozenset(value for value in self._withheld if _is_name(value))
        self._foreign.withhold(self._hosts)
        evidence = Rewriter(self._echoed, {Header: self._header})(evidence)
        rules = Counter(self._counts) + Counter(self._foreign.counts)
        return Redacted(
            evidence=evidence,
            report=Report(
                level=self._level.value, rules=dict(sorted(rules.items())), dropped=dict(sorted(typed.dropped.items()))
            ),
            originals=self._pseudonyms.originals,
            private=self._private,
            withheld=frozenset(self._withheld),
        )

    def _typed(self, value: Value, of: Class) -> Value:
        if isinstance(value, bytes):
            return value
        text = clean(value)
        if self._level is Level.NONE:
            return text
        match of:
            case Class(Privacy.NAME, Form.HOST):
                return self._host(text)
            case Class(Privacy.NAME, Form.PATH):
                return self._path(text)
            case Class(Privacy.NETWORK, Form.ADDRESS):
                return self._address(text)
            case Class(Privacy.NETWORK):
                return self._network(text)
            case Class(Privacy.NAME):
                return self._count("name", text, self._pseudonyms.token("name", text))
            case Class(Privacy.PUBLIC):
                return self._in_text(text, self._foreign.folders)
            case _:
                return text

    def _echoed(self, value: Value, of: Class) -> Value:
        match of:
            case Class(Privacy.NETWORK, Form.DNS) if isinstance(value, bytes) and self._level is not Level.NONE:
                return self._message(value)
            case Class(Privacy.FOREIGN, Form.CERTIFICATE):
                return value
            case Class(Privacy.FOREIGN) if isinstance(value, bytes):
                return self._foreign.content(value)
            case Class(Privacy.FOREIGN) if isinstance(value, str):
                return self._in_text(value, self._foreign.words)
            case _:
                return value

    def _host(self, text: str) -> str:
        """A host name, an address, an entry of NO_PROXY, or a request's target."""
        scheme, host, rest = _HOST_TEXT.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches every text
        if not host:
            return self._in_text(text, self._foreign.people)
        address = _ADDRESS_AND_PORT.fullmatch(host)
        if address and literal(address[1]) is not None:
            inside, port = address.groups()
            prefix = rest if _PREFIX_LENGTH.fullmatch(rest) else ""
            new = self._network(inside.strip("[]") + prefix)
            return f"{scheme}[{new}]{port}{rest}" if inside.startswith("[") else f"{scheme}{new}{port}{rest[len(prefix) :]}"
        bare = _bare(host)
        if bare in self._clear or is_own_name(bare):
            return text
        new = self._pseudonyms.host(host)
        if new != host and "." in bare:
            self._withheld.add(bare)
        return self._count("host-name", text, f"{scheme}{new}{self._in_text(rest, self._foreign.people)}")

    def _path(self, text: str) -> str:
        """A file or folder: the words `system` and `certifi`, which name a store, have no separator and stay."""
        if "/" not in text and "\\" not in text:
            return text
        new = _SHARE.sub(lambda match: match[1] + self._pseudonyms.host(match[2]), text)
        new = _HOME.sub(self._home, new)
        new = self._in_text(self._in_text(new, self._foreign.folders), self._foreign.people)
        if self._level is Level.STRICT and not _SYSTEM_FOLDER.match(text):
            folder, mark, name = _FILE.fullmatch(new).groups()  # type: ignore[union-attr]  # it has a separator
            ending = name[name.rfind(".") :] if "." in name else ""
            new = f"{self._pseudonyms.token('folder', folder)}{mark}{self._pseudonyms.token('file', name)}{ending[:8]}"
        return self._count("path", text, new)

    def _home(self, match: re.Match[str]) -> str:
        before, user = match.groups()
        if user.lower() in GENERIC:
            return match[0]
        self._withheld.add(match[0])
        return before + self._pseudonyms.token("user", user.lower())

    def _address(self, text: str) -> str:
        ip = literal(text)
        if self._level is not Level.STRICT or ip is None or ip in self._public:
            return text
        new = str(self._pseudonyms.address(ip))
        zone = text.partition("%")[2]
        if new != str(ip):
            self._withheld.add(str(ip))
            self._pseudonyms.originals[new] = str(ip)
        return self._count("address", text, f"{new}%{self._interface(zone)}" if zone else new)

    def _network(self, text: str) -> str:
        """An address, a prefix or an interface."""
        if self._level is not Level.STRICT:
            return text
        host, slash, length = text.partition("/")
        ip = literal(host)
        if ip is None:
            return self._interface(text)
        if not slash:
            return self._address(text)
        inside = ipaddress.ip_network(f"{self._pseudonyms.address(ip)}/{length}", strict=False)
        return self._count("address", text, str(inside))

    def _interface(self, name: str) -> str:
        usual = _USUAL_INTERFACE.fullmatch(name)
        return name if usual else self._count("interface", name, self._pseudonyms.token("interface", name))

    def _message(self, wire: bytes) -> bytes:
        if self._level is Level.STRICT:
            return self._count("dns-message", wire, rewritten(wire, self._pseudonyms.host, self._address, self._hosts))
        if not self._hosts:
            return wire
        return self._count("dns-message", wire, rewritten(wire, self._if_withheld, lambda address: address, self._hosts))

    def _if_withheld(self, name: str) -> str:
        return self._pseudonyms.host(name) if is_below(name.lower().removesuffix("."), self._hosts) else name

    def _header(self, header: Header) -> Header:
        name = header.name.lower()
        if name in SECRET_FIELDS:
            return Header(header.name, self._count("secret-field", header.value, REMOVED.decode()))
        return Header(header.name, self._in_text(header.value, self._foreign.words))

    def _in_text(self, text: str, by: Callable[[bytes], bytes]) -> str:
        return by(text.encode("utf-8", "replace")).decode("utf-8", "replace") if text else text

    def _count(self, rule: str, old: V, new: V) -> V:
        if old != new:
            self._counts[rule] = self._counts.get(rule, 0) + 1
        return new


def _is_name(value: str) -> bool:
    return literal(value) is None and "/" not in value and "\\" not in value


def _bare(host: str) -> str:
    """The name itself, of an entry that may have a wildcard, a leading or trailing dot, or a port."""
    return host.lower().lstrip("*.").partition(":")[0].removesuffix(".")


def _clear_names(evidence: Evidence, *, proxies: bool) -> set[str]:
    """The names that stay as they are: the endpoints', the proxies' where wanted, and where their aliases lead."""
    clear = {trail.endpoint.host for trail in evidence.run.trails}
    if proxies:
        clear |= {trail.route.proxy.host for trail in evidence.run.trails if trail.route and trail.route.proxy}
        for observation in evidence.observations:
            if isinstance(observation.answer, Proxies):
                clear |= {variable.proxy.host for variable in observation.answer.variables if variable.proxy}
    clear = {name.lower().removesuffix(".") for name in clear}
    for observation in evidence.observations:
        question, answer = observation.question, observation.answer
        if isinstance(question, Lookup) and isinstance(answer, DnsReply) and _bare(question.name) in clear:
            message = read_message(answer.message)
            if not isinstance(message, Unreadable):
                clear.update(name for alias in message.aliases for name in alias)
    return clear


def _certificate_names(evidence: Evidence) -> set[str]:
    """Every host name in a certificate: it is kept whole, so the name is in clear anyhow."""
    found: set[bytes] = set()
    for content in {value for _, value, of in leaves(evidence) if isinstance(value, bytes) and _is_kept_whole(value, of)}:
        for der in certificates(content):
            found.update(match[0].lower() for match in DOTTED.finditer(der))
    return {name.decode("ascii") for name in found}


def _is_kept_whole(value: bytes, of: Class) -> bool:
    return (
        of.form is Form.CERTIFICATE or of.privacy is Privacy.PUBLIC or (of.privacy is Privacy.FOREIGN and is_certificate(value))
    )


def _kept_addresses(evidence: Evidence, clear: frozenset[str]) -> frozenset[IpAddress]:
    """Addresses that stay at every level: endpoints given as one, and the public ones that endpoints' names lead to."""
    kept = {ip for trail in evidence.run.trails if (ip := literal(trail.endpoint.host)) is not None}
    for observation in evidence.observations:
        question, answer = observation.question, observation.answer
        if not isinstance(question, Lookup) or _bare(question.name) not in clear:
            continue
        texts: tuple[str, ...] = ()
        if isinstance(answer, SystemLookup):
            texts = answer.addresses
        elif isinstance(answer, DnsReply) and not isinstance(message := read_message(answer.message), Unreadable):
            texts = message.addresses
        kept |= {ip for text in texts if (ip := literal(text)) is not None and ip.is_global and not is_private(ip)}
    return frozenset(kept)
