"""An address as people have it in hand: quoted, in brackets, with a slash too few, or as a driver writes it.

What can only mean one thing is understood. What was probably meant is proposed, and never taken for granted: an address that was
guessed would be looked up, and its answer believed.
"""

import re

from diag.model.address import literal
from diag.model.expression import expression

OTHERS = {
    "wss": "https",
    "ws": "http",
    "snowflake": "https",
    "databricks": "https",
    "redshift": "tls",
    "sqlserver": "tcp",
    "mssql": "tcp",
    "mariadb": "mysql",
    "oracle": "tcp",
    "mongodb": "tcp",
    "redis": "tcp",
    "rediss": "tls",
    "amqp": "tcp",
    "amqps": "tls",
    "sb": "tls",
    "kafka": "tcp",
    "mqtt": "tcp",
    "mqtts": "tls",
    "ldaps": "tls",
    "imaps": "tls",
    "smtps": "tls",
    "nats": "tcp",
    "bolt": "tcp",
    "neo4j": "tcp",
    "ssh": "tcp",
    "sftp": "tcp",
    "grpc": "http",
    "grpcs": "https",
}
"""Schemes of other programs' addresses, and by which of ours the way to such a host is looked at."""
PORTS = {
    "redshift": 5439,
    "sqlserver": 1433,
    "mssql": 1433,
    "mariadb": 3306,
    "oracle": 1521,
    "mongodb": 27017,
    "redis": 6379,
    "rediss": 6380,
    "amqp": 5672,
    "amqps": 5671,
    "sb": 5671,
    "kafka": 9092,
    "mqtt": 1883,
    "mqtts": 8883,
    "ldaps": 636,
    "imaps": 993,
    "smtps": 465,
    "nats": 4222,
    "bolt": 7687,
    "neo4j": 7687,
    "ssh": 22,
    "sftp": 22,
}
"""Where they listen, unless an address says otherwise."""
_AROUND = {'"': '"', "'": "'", "<": ">", "\u201c": "\u201d", "\u2018": "\u2019", "`": "`", "(": ")"}
_SCHEME = r"(?P<scheme>[a-z][a-z0-9+.-]{1,30})"
_IN_SCHEMES = str.maketrans("+.-", "aaa")
"""What stands in schemes besides letters and digits, as a letter."""
_WRITTEN = expression(rf"(?P<kind>jdbc:|odbc:)?{_SCHEME}(?P<mark>://|:/|//|;//|:\\\\)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_ANY = "https://your-service.example.com"
_NEAR = 0.75
"""How alike a word must be to a scheme (Ratcliff and Obershelp) to be taken for its misspelling."""
_END = expression(r"[/?#;,\\]")


def understood(text: str) -> str:
    """Return the address without the quotation marks or brackets around it, an address of IPv6 in the brackets that it needs."""
    given = text.strip()
    if len(given) > 2 and _AROUND.get(given[0]) == given[-1]:
        given = given[1:-1].strip()
    ip = literal(given) if given.count(":") > 1 and "[" not in given else None
    return f"[{given}]" if ip is not None else given


def begins_with_scheme(text: str) -> bool:
    """Return whether a text is written with a scheme (RFC 3986, section 3.1), and does not hold one further on alone."""
    scheme, mark, _ = text.partition("://")
    letters = scheme.translate(_IN_SCHEMES)
    return bool(mark) and 2 <= len(scheme) <= 31 and scheme[0].isalpha() and letters.isascii() and letters.isalnum()


def meant(text: str, known: tuple[str, ...]) -> str:
    """Return how an address is rightly written that is not; empty: it may be right. `known` are the schemes that are spoken."""
    if text.lower().rstrip(":") in (*known, *OTHERS):
        return _ANY
    found = _WRITTEN.match(text)
    if found is None:
        return ""
    scheme, rest = found["scheme"].lower(), found["rest"].lstrip("/")
    if found["mark"] == "://" and scheme in known and not found["kind"]:
        return _said_twice(rest, known)
    if scheme not in (*known, *OTHERS):
        from difflib import get_close_matches  # of mistakes alone

        near = get_close_matches(scheme, known, 1, cutoff=_NEAR) if found["mark"] == "://" else []
        return f"{near[0]}://{_host(rest)}" if near else ""
    host, ours, port = _host(rest), scheme if scheme in known else OTHERS[scheme], PORTS.get(scheme)
    has_port = re.search(r":\d{1,5}\Z", host) is not None
    if ours == "http" and host.endswith(":443"):
        ours = "https"
    return f"{ours}://{host}{f':{port}' if port and not has_port else ''}"


def _said_twice(rest: str, known: tuple[str, ...]) -> str:
    """What was meant where a second scheme stands behind the first, or instead of a name; empty: none does."""
    within = _WRITTEN.match(rest)
    if within is not None and within["scheme"].lower() in (*known, *OTHERS) and not within["rest"].startswith("/"):
        return meant(rest, known) or f"{within['scheme'].lower()}://{_host(within['rest'])}"
    return _ANY if _host(rest).lower().rstrip(":") in ("http", "https") else ""


def _host(rest: str) -> str:
    """Host and port of what stands behind a scheme."""
    return _END.split(rest, maxsplit=1)[0].rpartition("@")[2] or "HOST"
