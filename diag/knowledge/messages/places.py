"""Which endpoint a message is about, and when it was written: read from its line and from those around it.

Patterns here are of fixed length or of one class of characters, and the line is bounded: none can take long. Of an address
nothing but scheme, host and port is read; what stands before `@` in it is passed over.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from diag.model.address import literal
from diag.model.endpoint import DEFAULT_PORTS, Endpoint, UnusableEndpoint, parse_endpoint

_HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?"
_URL = re.compile(
    rf"(?:jdbc:)?\b([a-z]{{2,12}})://(?:[^\s/@'\"<>]{{0,200}}@)?({_HOST}|\[[0-9a-fA-F:.]{{2,45}}\])(?::(\d{{1,5}}))?"
)
_SCHEMES = {"snowflake": "https", "postgresql": "postgres", "wss": "https", "ws": "http"}
_PROXY_WORDS = ("proxy ", "proxy: ", "proxy '", "to proxy", "via ")
_NAMED = tuple(
    (re.compile(pattern.replace("HOST", f"({_HOST})")), scheme)
    for scheme, patterns in (
        (
            "",
            (
                r"host='HOST', port=(\d{1,5})",
                r"\bto HOST port (\d{1,5})",
                r"\bconnect to host HOST:(\d{1,5})",
                r"\bConnect to HOST:(\d{1,5})",
                r"\bin connection to HOST:(\d{1,5})",
                r"(?<!Local )\(HOST:(\d{1,5})\)",
                r"attempted address: HOST:(\d{1,5})",
                r"Failed to connect to DB: HOST:(\d{1,5})",
                r"\bHOST:(\d{1,5}) failed to respond",
                r"\bTCP connection to HOST:(\d{1,5})",
                r"\bconnection to the server HOST:(\d{1,5}) was refused",
                r"(?:: |to )HOST/(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-fA-F:]{2,45}\]?):(\d{1,5})",
                r"Connecting to HOST \([^()]{1,253}\)\|[0-9a-fA-F.:]{2,45}\|:(\d{1,5})",
            ),
        ),
        (
            "postgres",
            (
                r"server at \"HOST\"(?: \([0-9a-fA-F.:]{2,45}\))?, port (\d{1,5})",
                r"PSQLException: Connection to HOST:(\d{1,5}) refused",
            ),
        ),
        ("mysql", (r"MySQL server on 'HOST:(\d{1,5})'",)),
        (
            "tcp",
            (
                r"\bssh: connect to host HOST port (\d{1,5})",
                r"\bto the host HOST, port (\d{1,5})",
                r"\bError -?\d{1,3} connecting to HOST:(\d{1,5})\.",
            ),
        ),
    )
    for pattern in patterns
)
"""Phrases in which a host and a port stand, and the scheme of the program that says so; empty: the port tells it."""
_UNKNOWN = r"(?:Name or service not known|Temporary failure in name resolution|nodename nor servname provided)"
_BARE = tuple(
    (re.compile(pattern.replace("HOST", f"({_HOST})")), port)
    for port, patterns in (
        (
            "443",
            (
                r"Could not resolve host: HOST",
                r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN) HOST",
                r"\blookup HOST(?: on |:)",
                r"UnknownHostException: HOST(?=$|[:.,;)\"'])",
                r"Failed to resolve '?HOST'",
                r"Connection to HOST timed out",
                r"target host name '?HOST",
                r"requested host name ['‘]HOST",
                r"Certificate for <HOST>",
                r"alternative DNS name matching HOST found",
                r"No name matching HOST found",
                r"Hostname HOST not verified",
                r"not valid for (?:name )?['\"]?HOST",
                r", not HOST",
                r"could not be resolved: 'HOST'",
                r"hostname=HOST",
                r"altnames: Host: HOST\.",
                r"DNS resolution failed for HOST",
                r"Unable to resolve host HOST",
                r"\bHost HOST cannot be resolved",
                r"unable to resolve host address ['‘]HOST",
                r"cannot verify HOST's certificate",
                r"getaddrinfo for HOST failed",
                rf"request: HOST: {_UNKNOWN}",
            ),
        ),
        ("5432", (r"translate host name \"HOST\"", r"running on host \"HOST\"")),
        ("3306", (r"MySQL server on 'HOST'", r"MySQL server host 'HOST'")),
        ("22", (r"ssh: Could not resolve hostname HOST",)),
    )
    for pattern in patterns
)
_IP = r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,45}\])"
_ADDRESSED = re.compile(rf"(?:connect E[A-Z]{{4,20}} |dial tcp |->|ipv[46]:|(?:: |to )/){_IP}:(\d{{1,5}})")
_MOMENT = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,6})\d{0,3})?(Z| ?UTC|[+-]\d\d:?\d\d)?")
_SOURCES = (".java", ".kt", ".scala", ".py", ".js", ".ts", ".go", ".cs", ".rb", ".c", ".cpp", ".rs")
"""How files of source end, whose lines stand in stack traces as ports stand behind hosts."""
_PROXY_PORTS = frozenset({1080, 3128, 8080, 8888, 9090})
"""Ports at which proxies listen as a rule: not what the program wanted to reach."""


def endpoints_in(line: str) -> Iterator[Endpoint]:
    """Yield the endpoints that a line names: those named as such first, bare addresses only where there are no others."""
    named = [*_of_urls(line), *_of_phrases(line)]
    yield from named or (made for host, port in _ADDRESSED.findall(line) if (made := _made(host, port)))


def _of_urls(line: str) -> Iterator[Endpoint]:
    for found in _URL.finditer(line):
        before = line[max(0, found.start() - 9) : found.start()].lower()
        if before.endswith(_PROXY_WORDS) or before.endswith("proxy '"):
            continue
        scheme = _SCHEMES.get(found[1], found[1])
        if scheme in DEFAULT_PORTS and (made := _made(found[2], found[3] or str(DEFAULT_PORTS[scheme]), scheme)):
            yield made


def _of_phrases(line: str) -> Iterator[Endpoint]:
    for pattern, scheme in _NAMED:
        yield from (made for host, port in pattern.findall(line) if (made := _made(host, port, scheme)))
    for pattern, port in _BARE:
        yield from (made for host in pattern.findall(line) if (made := _made(host, port)))


def _made(host: str, port: str, scheme: str = "") -> Endpoint | None:
    """An endpoint of these; None: a proxy's port, an address of the own link, or no host at all."""
    number = int(port)
    ip = literal(host.strip("[]"))
    if (
        number in _PROXY_PORTS
        or host.lower().endswith(_SOURCES)
        or (ip is not None and (ip.is_link_local or ip.is_unspecified or ip.is_multicast))
    ):
        return None
    usual = {5432: "postgres", 3306: "mysql", 80: "http", 22: "tcp", 1433: "tcp", 1521: "tcp", 6379: "tcp"}.get(number, "https")
    try:
        return parse_endpoint(f"{scheme or usual}://{host}:{number}")
    except UnusableEndpoint:
        return None


def moment_in(line: str) -> datetime | None:
    """Return when a line was written, in UTC; None: it says nothing, or not in which time zone."""
    found = _MOMENT.search(line)
    if found is None or not found[8]:
        return None
    zone = "+00:00" if found[8].strip() in ("Z", "UTC") else found[8]
    try:
        read = datetime.fromisoformat(f"{found[1]}-{found[2]}-{found[3]}T{found[4]}:{found[5]}:{found[6]}{zone}")
        return read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
