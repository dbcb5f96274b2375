"""The value of a proxy variable or option, read in one place: the proxy that it names and, apart, the login that stands in it.

It is read as curl reads it. Where clients would not agree what is name, login and password, nothing is read at all.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from diag.model.address import Authority, literal
from diag.model.endpoint import LONGEST_NAME
from diag.model.expression import expression
from diag.model.machine import ProxyFlaw
from diag.model.route import ProxyAddress
from diag.model.secret import Login

VARIABLES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
"""The variables that name a proxy."""
EXCEPTIONS = ("no_proxy", "NO_PROXY")
"""The variables that name what goes direct all the same, in curl's order."""
_DEFAULT_PORTS = {"http": 1080, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
"""The schemes that a proxy can have, and the port that curl dials where the value names none. Others dial 80 for `http`."""
LONGEST_VALUE = 4_096

_QUOTES = "'\"\u2018\u2019\u201c\u201d"
_INVISIBLE = expression(r"[\x00-\x1f\x7f-\x9f\xa0\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
"""Control characters, those of no width, and the space that looks like a usual one."""
_KEYWORDS = frozenset(
    ("none", "direct", "no", "off", "false", "true", "disabled", "null", "undefined", "nil", "system", "auto")
) | frozenset(_DEFAULT_PORTS)
"""What people write in place of a proxy; a scheme is there where it is written twice."""
_SCRIPT = expression(r"\.(?:pac|dat)\Z", re.IGNORECASE)
"""How the path of a proxy script ends (`proxy.pac`, `wpad.dat`)."""
_NAME = expression(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
_BY_SCHEME = expression(r"(?:https?|ftp|socks)=", re.IGNORECASE)
_HALF_A_SCHEME = expression(r"[A-Za-z][A-Za-z0-9+.-]*:/")
_UNREADABLE = expression(r"[\x00-\x20\x7f-\xa0\ud800-\udfff\u200b-\u200f\u201c\u201d\u2028-\u202e\u2060\ufeff]")


def read_proxy(value: str, ports: Mapping[str, int] = _DEFAULT_PORTS) -> tuple[ProxyAddress, Login | None] | None:
    """Return the proxy that `value` names, and the login for it; None where the value cannot be read, or in more than one way.

    The form is `[scheme://][user[:password]@]host[:port][/...]`. No scheme means `http`; no port means that of `ports`.
    User and password are percent-decoded (RFC 3986, section 2.1); a `%` that starts no escape stands for itself, a second `:`
    belongs to the password. What stays unreadable: white space and control characters anywhere, a scheme that no proxy has, an
    IPv6 address without brackets, and a login that holds `@`, `/`, `?` or `#` unescaped.
    """
    if not value or len(value) > LONGEST_VALUE or _UNREADABLE.search(value):
        return None
    scheme, rest = _apart(value)
    if scheme not in _DEFAULT_PORTS:
        return None
    authority, _, after = _until_path(rest)
    user_information, has_login, where = authority.rpartition("@")
    if "@" in user_information or "@" in after:
        return None
    address = _address(where, ports[scheme])
    login = _login(user_information) if has_login and user_information not in ("", ":") else None
    if address is None or isinstance(login, _Garbled):
        return None
    host, port = address
    return ProxyAddress(host, port, scheme, login is not None), login


def flaw(value: str) -> str:
    """Return why `value` cannot be read, as a word of `ProxyFlaw`; empty where it can, or is empty.

    The value itself may hold a password: nothing of it is in the word.
    """
    if not value or read_proxy(value) is not None:
        return ""
    if len(value) > LONGEST_VALUE:
        return ProxyFlaw.TOO_LONG
    if seen := _unseen(value):
        return seen
    if _BY_SCHEME.match(value):
        return ProxyFlaw.SEVERAL
    scheme, rest = _apart(value)
    if scheme not in _DEFAULT_PORTS:
        return ProxyFlaw.SCHEME
    authority, end, after = _until_path(rest)
    user_information, has_login, where = authority.rpartition("@")
    if "@" in user_information or "@" in after:
        return ProxyFlaw.HASH if end == "#" else ProxyFlaw.LOGIN
    if _UNREADABLE.search(user_information):
        return ProxyFlaw.LOGIN
    if _UNREADABLE.search(value):
        return ProxyFlaw.SPACE
    if has_login and isinstance(_login(user_information), _Garbled):
        return ProxyFlaw.LOGIN
    if where.count(":") > 1 and not where.startswith("["):
        return ProxyFlaw.BRACKETS
    return ProxyFlaw.PORT if _port(where.rpartition(":")[2] if ":" in where else "", 0) is None else ProxyFlaw.HOST


def mistaken(value: str) -> str:
    """Return what a `value` that can be read is likely meant as, as a word of `ProxyFlaw`; empty: a proxy."""
    read = read_proxy(value)
    if read is None:
        return ""
    if read[0].host in _KEYWORDS:
        return ProxyFlaw.KEYWORD
    path = re.split(r"[?#]", _until_path(_apart(value)[1])[2])[0]
    return ProxyFlaw.SCRIPT if _SCRIPT.search(path) else ""


def _unseen(value: str) -> ProxyFlaw | None:
    """What stands around or in the value and does not belong to it: invisible characters, or quotation marks; None: nothing."""
    if value.strip(_QUOTES) != value:
        return ProxyFlaw.QUOTES
    bare = value.rstrip("".join(_INVISIBLE.findall(value)))
    if not _INVISIBLE.search(bare):
        return ProxyFlaw.INVISIBLE_END if bare != value else None
    return ProxyFlaw.INVISIBLE


def scheme_of(value: str) -> str:
    """Return the scheme as it is written in `value`, where it is one that a proxy can have; empty otherwise."""
    scheme, mark, _ = value.partition("://")
    return scheme.lower() if mark and scheme.lower() in _DEFAULT_PORTS else ""


def logins_from(environment: Mapping[str, str], option: str | None = None) -> dict[Authority, Login]:
    """Return the logins that the option and the proxy variables hold, by the proxy that each is for.

    Where several hold one for the same proxy the option comes first, then the variables in the order of `VARIABLES`.
    """
    logins: dict[Authority, Login] = {}
    for value in (option, *(environment.get(name) for name in VARIABLES)):
        match read_proxy(value or ""):
            case (proxy, Login() as login):
                logins.setdefault(proxy.authority, login)
    return logins


def unread(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of the proxy variables that cannot be read: nothing is done with them, and each may hold a password."""
    values = (environment.get(name, "") for name in VARIABLES)
    return tuple(dict.fromkeys(value for value in values if value and read_proxy(value) is None))


class _Garbled:
    """A login whose escapes do not decode."""


def _apart(value: str) -> tuple[str, str]:
    """The scheme in lower case, and the rest. Half a scheme (`http:/name`) has none that a proxy can have."""
    scheme, mark, rest = value.partition("://")
    if mark and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        return scheme.lower(), rest
    return ("", value) if _HALF_A_SCHEME.match(value) else ("http", value)


def _until_path(rest: str) -> tuple[str, str, str]:
    """The authority, the character that ends it, and what comes after (RFC 3986, section 3.2)."""
    end = re.search(r"[/?#]", rest)
    return (rest, "", "") if end is None else (rest[: end.start()], end[0], rest[end.end() :])


def _login(user_information: str) -> Login | _Garbled:
    user, _, password = user_information.partition(":")
    try:
        decoded = [unquote(part, errors="strict") for part in (user, password)]
    except UnicodeDecodeError:
        return _Garbled()
    return _Garbled() if any("\0" in part for part in decoded) else Login(*decoded)


def _address(where: str, usual: int) -> tuple[str, int] | None:
    if where.startswith("["):
        inside, bracket, port = where[1:].partition("]")
        host = _bracketed(inside)
        if not bracket or (port and not port.startswith(":")):
            return None
        port = port[1:]
    else:
        name, _, port = where.partition(":")
        host = _host(name)
    number = _port(port, usual)
    return None if host is None or number is None else (host, number)


def _bracketed(inside: str) -> str | None:
    """An IPv6 address with its zone (RFC 6874: `%25` before it, or the plain `%` that people write)."""
    text, mark, zone = inside.partition("%")
    ip = literal(text)
    if ip is None or ip.version == 4 or (mark and not _NAME.match(zone.removeprefix("25").lower())):
        return None
    return f"{ip}%{zone.removeprefix('25')}" if mark else str(ip)


def _host(text: str) -> str | None:
    ip = literal(text)
    if ip is not None:
        return str(ip)
    name = text.lower().removesuffix(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return name if len(name) <= LONGEST_NAME and _NAME.match(name) else None


def _port(text: str, usual: int) -> int | None:
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        return None
    return int(text) if 0 < int(text) < 65_536 else None
