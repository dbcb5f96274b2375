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
    "oracle": "tcp",
    "mongodb": "tcp",
    "redis": "tcp",
    "rediss": "tls",
    "amqp": "tcp",
    "amqps": "tls",
    "kafka": "tcp",
    "mqtt": "tcp",
    "mqtts": "tls",
    "ldaps": "tls",
    "imaps": "tls",
    "smtps": "tls",
    "ssh": "tcp",
    "sftp": "tcp",
    "grpc": "http",
    "grpcs": "https",
}
"""Schemes of other programs' addresses, and by which of ours the way to such a host is looked at."""
PORTS = {
    "redshift": 5439,
    "sqlserver": 1433,
    "oracle": 1521,
    "mongodb": 27017,
    "redis": 6379,
    "rediss": 6380,
    "amqp": 5672,
    "amqps": 5671,
    "kafka": 9092,
    "mqtt": 1883,
    "mqtts": 8883,
    "ldaps": 636,
    "imaps": 993,
    "smtps": 465,
    "ssh": 22,
    "sftp": 22,
}
"""Where they listen, unless an address says otherwise."""
_AROUND = {'"': '"', "'": "'", "<": ">", "\u201c": "\u201d", "\u2018": "\u2019", "`": "`", "(": ")"}
_SCHEME = r"(?P<scheme>[a-z][a-z0-9+.-]{1,30})"
_WRITTEN = expression(rf"(?P<kind>jdbc:|odbc:)?{_SCHEME}(?P<mark>://|:/|//|;//|:\\\\)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_END = expression(r"[/?#;,\\]")


def understood(text: str) -> str:
    """Return the address without the quotation marks or brackets around it, an address of IPv6 in the brackets that it needs."""
    given = text.strip()
    if len(given) > 2 and _AROUND.get(given[0]) == given[-1]:
        given = given[1:-1].strip()
    ip = literal(given) if given.count(":") > 1 and "[" not in given else None
    return f"[{given}]" if ip is not None else given


def meant(text: str, known: tuple[str, ...]) -> str:
    """Return how an address is rightly written that is not; empty: it may be right. `known` are the schemes that are spoken."""
    if text.lower().rstrip(":") in (*known, *OTHERS):
        return "https://your-service.example.com"
    found = _WRITTEN.match(text)
    if found is None:
        return ""
    scheme = found["scheme"].lower()
    if scheme not in (*known, *OTHERS) or (found["mark"] == "://" and scheme in known and not found["kind"]):
        return ""
    host = _END.split(found["rest"].lstrip("/"), maxsplit=1)[0].rpartition("@")[2]
    ours = scheme if scheme in known else OTHERS[scheme]
    port = PORTS.get(scheme)
    has_port = re.search(r":\d{1,5}\Z", host) is not None
    return f"{ours}://{host or 'HOST'}{f':{port}' if port and not has_port else ''}"
