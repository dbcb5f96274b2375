"""Redaction: what leaves this machine says what is wrong with the network, and as little as may be of whom it belongs to.

Each field declares its class (`diag.model.privacy`); one that declares none is dropped. Judging the redacted evidence gives
the same causes, because stand-ins keep what judgements rest on: equality, parent and child names, classes of addresses,
subnets. What each level keeps:

- `none`: everything but secrets.
- `standard`: addresses, public certificates, the endpoints and the proxies on the way, DNS answers about them, and foreign
  texts without what they echo. Other host names, user names, this machine's name and home folders become stand-ins.
- `strict`: as standard, and the proxies, all addresses but public ones of the endpoints, interfaces, paths, and the names in
  certificates of authorities that are not public become stand-ins.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from diag.bundle import layout
from diag.bundle.authority import Describer, private_certificates, without_first_bytes
from diag.bundle.common_words import ACCOUNTS
from diag.bundle.fields import Class, FieldValue, Rewriter, leaves
from diag.bundle.kept_in_clear import bare, in_clear, is_address, is_wide
from diag.bundle.known_secrets import Private
from diag.bundle.layout import ErrorLine, Report
from diag.bundle.level import Level, level_of
from diag.bundle.message import rewritten, spellings
from diag.bundle.plain_answers import in_plain
from diag.bundle.pseudonym import Pseudonyms
from diag.bundle.secret_fields import KEY, SecretFields
from diag.bundle.secret_shapes import REMOVED, names_secret, opens
from diag.bundle.sound import without_failing
from diag.bundle.untrusted_text import Foreign, is_below, is_certificate
from diag.model.address import MADE_UP, is_own_name, literal
from diag.model.answer import Header, Session
from diag.model.expression import expression
from diag.model.fingerprint import ANY
from diag.model.privacy import Form, Privacy
from diag.model.run import LONGEST_LABEL, Evidence, Label
from diag.model.secret import Secret
from diag.model.text import clean

V = TypeVar("V", str, bytes)

_HOST_TEXT = expression(r"((?:[a-z][a-z0-9+.-]*://)?)([^/]*)(.*)", re.IGNORECASE | re.DOTALL)
_ADDRESS_AND_PORT = expression(r"(\[[^\]]*\]|[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.%a-z]*)((?::\d+)?)", re.IGNORECASE)
_PREFIX_LENGTH = expression(r"/\d{1,3}")
_HOME = expression(r"(/home/|/Users/|[A-Za-z]:[\\/](?:Users|Documents and Settings)[\\/])([^/\\]+)")
"""Where systems keep the folders of their users, and the user's name behind it."""
_SHARE = expression(r"\A(\\\\|//)([^/\\]+)")
"""A network share, and the server that it lies on."""
_FILE = expression(r"(.*)([/\\])([^/\\]*)", re.DOTALL)
_SYSTEM_FOLDER = expression(
    r"/(?:etc|usr|opt/homebrew|System|Library|private/etc|var/lib/ca-certificates)/|[A-Za-z]:\\(?:Windows|Program Files)"
)
_USUAL_INTERFACE = expression(r"[a-z]{2,8}\d{0,3}|en[ps]\d+s?\d*[a-z0-9]*", re.IGNORECASE)

_REFERENCES = frozenset({"location", "content-location", "referer"})
"""Fields that hold a reference to a place and nothing else (RFC 9110, section 10.2.2)."""


class Redacted(Struct, frozen=True):
    """Evidence that may leave this machine, and the account of how it came to that."""

    evidence: Evidence
    report: Report
    originals: dict[str, str]
    """Each stand-in with what it stands for: for the user's own eyes (`diag reveal`), never for a bundle."""
    private: Private
    withheld: frozenset[str]
    """Host names and addresses that were replaced, lower case: none of them may be found in the bundle."""
    in_words: Callable[[str], str] = str
    """Replaces the same in a sentence that goes with the evidence."""
    lost: tuple[ErrorLine, ...] = ()
    """The observations at which redaction itself failed: they are not in the evidence."""
    searched: bool = False
    """Whether the evidence has been searched for all of that (`diag.bundle.held_back`)."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.evidence!r}, {self.report!r}, ...)"


def redact(evidence: Evidence, private: Private, level: Level | str, *, key: bytes) -> Redacted:
    """Return the evidence as it may leave this machine; the same for the same arguments.

    `key` makes the stand-ins: 32 random bytes, new for each bundle, as long as its stand-ins should not be linked to another's.
    """
    level = level if isinstance(level, Level) else level_of(level)
    try:
        return _Redaction(evidence, private, level, key).done()
    except Exception:
        sound, lost = without_failing(evidence, lambda some: _Redaction(some, private, level, key).done())
        if not lost:
            raise
        return replace(_Redaction(sound, private, level, key).done(), lost=lost)


class _Redaction:
    """One evidence on its way out: typed names and addresses first, then DNS messages, then texts that may echo all of them."""

    def __init__(self, evidence: Evidence, private: Private, level: Level, key: bytes) -> None:
        self._secrets = SecretFields(private, key)
        self._evidence = evidence = self._secrets.without(evidence)
        self._level = level
        strict = level is Level.STRICT
        self._named = self._secrets.certificates(evidence) | (private_certificates(evidence) if strict else frozenset())
        self._clear = in_clear(evidence, proxies=not strict, private=self._named)
        self._pseudonyms = Pseudonyms(key, self._clear.labels, keep_addresses=not strict)
        told = private if level is not Level.NONE else Private(logins=private.logins, secrets=private.secrets, keys=private.keys)
        self._paths = {path: self._bare_path(path) for path in self._clear.paths}
        keys = tuple(Secret(old) for new, old in sorted(self._pseudonyms.originals.items()) if new.startswith(f"{KEY}-"))
        self._private = replace(told, secrets=(*told.secrets, *keys), in_clear=self._clear.text)
        self._foreign = Foreign(self._private, self._pseudonyms, self._clear.labels, realms=not strict)
        self._hosts: frozenset[str] = frozenset()
        self._unwanted: tuple[bytes, ...] = ()
        self._rules: dict[Class, Callable[[str], str]] = {}
        self._counts: dict[str, int] = {}
        self._withheld: set[str] = set()
        self._moved: dict[str, str] = {}
        self._met: dict[str, str] = {}
        self._by_right = {*self._clear.paths, *layout.MEMBERS}
        self._fetched: dict[str, str] = {}
        self._described: Mapping[bytes, bytes] = {}

    def done(self) -> Redacted:
        if self._named:
            held = (value for _, value, _ in leaves(self._evidence, kinds=(bytes,)))
            everything = {value for value in held if isinstance(value, bytes) and is_certificate(value)}
            describer = Describer(
                everything | self._named,
                whole=everything - self._named,
                host=self._certified_host,
                word=self._word,
                path=self._place,
            )
            self._described = describer.described(self._named)
        typed = Rewriter(self._typed)
        evidence = typed(self._evidence)
        names = self._withheld - self._moved.keys()
        folders = frozenset(value for value in names if "/" in value or "\\" in value)
        self._hosts = frozenset(names - folders)
        highest = {name for name in self._hosts if not is_below(name.partition(".")[2], self._hosts)}
        homes = {folder.lower() for folder in (*folders, *self._private.folders())}
        self._unwanted = spellings({*highest, *self._moved, *homes})
        evidence = self._without_first_bytes(Rewriter(self._answered, form=Form.DNS)(evidence))
        evidence = replace(evidence, observations=tuple(map(in_plain, evidence.observations)))
        self._foreign.withhold(self._hosts, self._in_foreign if self._level is Level.STRICT else None, folders)
        evidence = Rewriter(self._echoed, {Header: self._header, Label: self._label})(evidence)
        rules = Counter(self._counts) + self._foreign.counts + self._secrets.counts
        return Redacted(
            evidence=evidence,
            report=Report(
                level=self._level.value, rules=dict(sorted(rules.items())), dropped=dict(sorted(typed.dropped.items()))
            ),
            originals=self._originals(),
            private=self._private,
            withheld=frozenset(self._searchable()),
            in_words=lambda text: self._in_text(text, self._foreign.words),
        )

    def _originals(self) -> dict[str, str]:
        """What the stand-ins stand for, but for those of keys: nobody keeps these."""
        known = self._pseudonyms.originals | {new: old for old, new in self._moved.items()}
        return {new: old for new, old in known.items() if not new.startswith(f"{KEY}-")}

    def _bare_path(self, path: str) -> str:
        """The path of an endpoint with a stand-in for each part of it that opens something (a webhook, a signed link)."""
        parts = path.split("/")
        return "/".join(self._pseudonyms.token(KEY, part) if opens(part.encode("utf-8", "replace")) else part for part in parts)

    def _in_foreign(self, text: str) -> str:
        """An address in a text of a stranger, whether or not the run has met it elsewhere."""
        if text not in self._met:
            ip = literal(text)
            stays = ip is None or ip in self._clear.addresses
            self._met[text] = text if ip is None or stays else self._moved.get(text) or str(self._pseudonyms.address(ip))
        return self._met[text]

    def _searchable(self) -> Iterator[str]:
        """What was replaced, without what stands somewhere by right: in a path, as a word of ours, as another's stand-in."""
        stand_ins = set(self._moved.values())
        return (value for value in self._withheld - stand_ins if not any(value in text for text in self._by_right))

    def _without_first_bytes(self, evidence: Evidence) -> Evidence:
        """The handshakes that presented a certificate which is described, without its raw beginning."""
        if not self._described:
            return evidence
        observations = tuple(
            replace(seen, answer=without_first_bytes(seen.answer))
            if isinstance(seen.answer, Session) and not self._named.isdisjoint(seen.answer.chain)
            else seen
            for seen in evidence.observations
        )
        return replace(evidence, observations=observations)

    def _typed(self, value: FieldValue, of: Class) -> FieldValue:
        if isinstance(value, bytes):
            return value
        text = clean(value)
        if text in self._paths:
            return self._paths[text]
        if self._level is Level.NONE:
            return text
        rule = self._rules.get(of) or self._rules.setdefault(of, self._rule(of))
        return rule(text)

    def _rule(self, of: Class) -> Callable[[str], str]:
        """What becomes of a text of this class."""
        match of:
            case Class(Privacy.NAME, Form.HOST):
                return self._host
            case Class(Privacy.NAME, Form.PATH):
                return self._path
            case Class(Privacy.NETWORK, Form.ADDRESS):
                return self._address
            case Class(Privacy.NETWORK):
                return self._network
            case Class(Privacy.NAME):
                return self._name
            case Class(Privacy.PUBLIC):
                return self._public
            case _:
                return str

    def _answered(self, value: FieldValue, of: Class) -> FieldValue:
        if of.form is Form.DNS and isinstance(value, bytes) and self._level is not Level.NONE:
            return self._message(value)
        return value

    def _echoed(self, value: FieldValue, of: Class) -> FieldValue:
        match of:
            case Class(Privacy.FOREIGN) if isinstance(value, bytes) and value in self._described:
                return self._count("certificate", value, self._described[value])
            case Class(Privacy.FOREIGN, Form.CERTIFICATE):
                return value
            case Class(Privacy.FOREIGN) if isinstance(value, bytes):
                return self._foreign.content(value)
            case Class(Privacy.FOREIGN) if isinstance(value, str):
                return self._in_text(value, self._foreign.words)
            case Class(Privacy.NETWORK) | Class(Privacy.NAME) if isinstance(value, str):
                zoned = "%" in value and self._level is not Level.STRICT  # a name may stand in its zone
                done = of.form is not Form.PATH and is_address(value) and not zoned
                return value if done else self._in_text(value, self._foreign.places)
            case _:
                return value

    def _name(self, text: str) -> str:
        return self._count("name", text, self._pseudonyms.token("name", text))

    def _public(self, text: str) -> str:
        new = self._in_text(text, self._foreign.folders)
        if "." in new:
            self._by_right.add(new.lower())
        return new

    def _host(self, text: str) -> str:
        """A host name, an address, an entry of NO_PROXY, or a request's target."""
        scheme, host, rest = _HOST_TEXT.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches every text
        if not host:
            if text in self._fetched:
                return self._count("path", text, self._fetched[text])
            new = text if text in self._clear.paths else self._in_text(text, self._foreign.owners)
            self._by_right.add(new)
            return new
        rest = self._fetched.get(rest, rest)
        address = _ADDRESS_AND_PORT.fullmatch(host)
        if address and literal(address[1]) is not None:
            inside, port = address.groups()
            prefix = rest if _PREFIX_LENGTH.fullmatch(rest) else ""
            new = self._network(inside.strip("[]") + prefix)
            return f"{scheme}[{new}]{port}{rest}" if inside.startswith("[") else f"{scheme}{new}{port}{rest[len(prefix) :]}"
        plain = bare(host)
        if plain in self._clear.names or is_own_name(plain) or plain.endswith(MADE_UP):
            return f"{scheme}{host}{rest}"
        new = self._pseudonyms.host(host)
        if new != host and "." in plain and "\\" not in plain and not is_address(plain):  # no host is called like a folder
            self._withheld.add(plain)
        return self._count("host-name", text, f"{scheme}{new}{self._in_text(rest, self._foreign.owners)}")

    def _certified_host(self, host: str) -> str:
        """A host that a certificate names."""
        known = self._secrets.text(host)
        return known if self._level is Level.NONE else self._host(known)

    def _word(self, text: str) -> str:
        """A part of a certificate's name."""
        known = self._secrets.text(text)
        return self._pseudonyms.token("name", clean(known)) if known and self._level is Level.STRICT else known

    def _place(self, target: str) -> str:
        """Where on its host something lies that a certificate points to."""
        target = self._secrets.text(target)
        if self._level is not Level.STRICT or target.lower().encode("utf-8", "replace") in self._clear.text:
            return target
        if len(target) > 1 and target not in self._clear.paths:
            name = target.rpartition("/")[2].partition("?")[0]
            ending = name[name.rfind(".") :][:8] if "." in name else ""
            self._fetched[target] = f"/{self._pseudonyms.token('file', target)}{ending}"
            self._by_right.add(self._fetched[target])
        return self._fetched.get(target, target)

    def _path(self, text: str) -> str:
        """A file or folder: the words `system` and `certifi`, which name a store, have no separator and stay."""
        if "/" not in text and "\\" not in text:
            return text
        new = _SHARE.sub(lambda match: match[1] + self._pseudonyms.host(match[2]), text)
        new = _HOME.sub(self._home, new)
        new = self._in_text(new, self._foreign.owners)
        if self._level is Level.STRICT and not _SYSTEM_FOLDER.match(text):
            folder, mark, name = _FILE.fullmatch(new).groups()  # type: ignore[union-attr]  # it has a separator
            ending = name[name.rfind(".") :] if "." in name else ""
            new = f"{self._pseudonyms.token('folder', folder)}{mark}{self._pseudonyms.token('file', name)}{ending[:8]}"
        return self._count("path", text, new)

    def _home(self, match: re.Match[str]) -> str:
        before, user = match.groups()
        if user.lower() in ACCOUNTS:
            return match[0]
        self._withheld.add(match[0])
        return before + self._pseudonyms.token("user", user.lower())

    def _address(self, text: str) -> str:
        ip = literal(text)
        if ip is None:
            return self._host(text)
        if self._level is not Level.STRICT or ip in self._clear.addresses:
            return text
        new = str(self._pseudonyms.address(ip))
        zone = text.partition("%")[2]
        if new != str(ip):
            self._withheld.add(str(ip))
            self._moved[str(ip)] = new
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
        moved = f"{self._pseudonyms.address(ip)}/{length}"
        try:
            prefix = ipaddress.ip_network(text, strict=False)
            if is_wide(prefix) or any(kept in prefix for kept in self._clear.addresses):
                new = str(prefix)
            else:
                new = str(ipaddress.ip_network(moved, strict=False))
            self._by_right.add(new)
            return self._count("address", text, new)
        except ValueError:
            return self._count("address", text, moved)

    def _interface(self, name: str) -> str:
        usual = _USUAL_INTERFACE.fullmatch(name)
        return name if usual else self._count("interface", name, self._pseudonyms.token("interface", name))

    def _message(self, wire: bytes) -> bytes:
        if self._level is Level.STRICT:
            return self._count("dns-message", wire, rewritten(wire, self._pseudonyms.host, self._address, self._unwanted))
        if not self._unwanted:
            return wire
        return self._count("dns-message", wire, rewritten(wire, self._if_withheld, lambda address: address, self._unwanted))

    def _if_withheld(self, name: str) -> str:
        return self._pseudonyms.host(name) if is_below(name.lower().removesuffix("."), self._hosts) else name

    def _header(self, header: Header) -> Header:
        name = self._in_text(header.name, self._foreign.places)
        if names_secret(header.name.lower()) and not self._is_marked(header.name):
            return Header(name, self._count("secret-field", header.value, REMOVED.decode()))
        if header.name.lower() in _REFERENCES:
            return Header(name, self._in_text(header.value, self._foreign.place))
        return Header(name, self._in_text(header.value, self._foreign.words))

    def _label(self, label: Label) -> Label:
        """What the user said of the run stays, without what it says of a person, this machine or a secret."""
        return Label(label.key, self._in_text(label.value, self._foreign.words)[:LONGEST_LABEL])

    def _is_marked(self, name: str) -> bool:
        """Whether a fingerprint of the service is told by what stands in that field."""
        return any(one.name == name and one.value != ANY for one in self._evidence.run.service.fingerprints)

    def _in_text(self, text: str, by: Callable[[bytes], bytes]) -> str:
        return by(text.encode("utf-8", "replace")).decode("utf-8", "replace") if text else text

    def _count(self, rule: str, old: V, new: V) -> V:
        if old != new:
            self._counts[rule] = self._counts.get(rule, 0) + 1
        return new
