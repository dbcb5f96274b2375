"""Who wrote an HTTP answer: the service, a network in front of it, or the proxy on the way. A status counts only after that.

A product signs what it writes itself in fields of its own. Read are their words, never a page's text.
"""

from enum import StrEnum

from diag.model.answer import UNAUTHORIZED, Header, HttpReply, TunnelReply
from diag.model.case import Case
from diag.model.question import Exchange, Handshake, Tunnel
from diag.model.sight import Seen
from diag.model.wire.certificate import covers
from diag.model.wire.chain import presented, untrusted


class Author(StrEnum):
    """Whose words an answer is."""

    SERVICE = "service"
    EDGE = "edge"
    """A content network that the service stands behind."""
    PROXY = "proxy"
    """A proxy between this machine and the service, asked for or not."""
    UNKNOWN = "unknown"


PROXY_SERVERS = (
    "squid",
    "tinyproxy",
    "privoxy",
    "mitmproxy",
    "mcafee web gateway",
    "skyhigh",
    "bluecoat",
    "blue coat",
    "symantec",
    "zscaler",
    "netskope",
    "forcepoint",
    "websense",
    "cisco-wsa",
    "barracuda",
    "fortiproxy",
    "fortigate",
    "sophos",
    "microsoft-isa",
    "forefront",
)
"""How the Server field begins where a forward proxy wrote the answer."""
EDGE_SERVERS = ("cloudfront", "akamaighost", "varnish", "imperva", "incapsula", "sucuri")
"""How the Server field begins where a content network wrote the answer itself."""
EDGE_STATUSES = range(520, 531)
"""Cloudflare's own statuses: it could not get an answer from the service."""
GATEWAY_STATUSES = frozenset({502, 503, 504})
"""What a gateway writes by itself where it gets no answer from behind (RFC 9110, section 15.6)."""


def field(headers: tuple[Header, ...], name: str) -> str:
    """The value of the first field of this name (lower case), in lower case; empty: there is none."""
    return next((header.value.strip().lower() for header in headers if header.name == name), "")


def fields(headers: tuple[Header, ...], name: str) -> tuple[str, ...]:
    """The values of all fields of this name, in order, as written."""
    return tuple(header.value.strip() for header in headers if header.name == name)


def login_refused(answer: TunnelReply | HttpReply) -> bool:
    """Whether a proxy refused for want of the right login. A 401 to a plain request is a proxy's where it has signed it."""
    return answer.login_refused or (answer.status == UNAUTHORIZED and signed_by_proxy(answer.headers))


def login_schemes(answer: TunnelReply | HttpReply) -> tuple[str, ...]:
    """The login schemes that a proxy offers, in order, each once, as written; empty: it names none."""
    name = "www-authenticate" if answer.status == UNAUTHORIZED else "proxy-authenticate"
    offered = (value.split(None, 1)[0].rstrip(",") for value in fields(answer.headers, name) if value)
    return tuple({scheme.lower(): scheme for scheme in offered}.values())


def signed_by_proxy(headers: tuple[Header, ...]) -> bool:
    """Whether a forward proxy put its own mark on an answer that it wrote."""
    return (
        any(field(headers, name) for name in ("x-squid-error", "proxy-agent", "proxy-authenticate"))
        or field(headers, "server").startswith(PROXY_SERVERS)
        or "error=" in field(headers, "proxy-status")
    )


def passed_a_proxy(headers: tuple[Header, ...]) -> bool:
    """Whether anything shows that a proxy handled this answer, whoever wrote it (Via: RFC 9110, section 7.6.3)."""
    return signed_by_proxy(headers) or any(field(headers, name) for name in ("via", "proxy-status", "proxy-connection"))


def gateway_reason(answer: TunnelReply | HttpReply) -> str:
    """The word by which a proxy names why it could not go on, in lower case; empty where it names none.

    From Squid's field, such as `err_dns_fail`, or from Proxy-Status (RFC 9209, section 2.3), such as `dns_error`.
    """
    squid = field(answer.headers, "x-squid-error").split()
    if squid:
        return squid[0]
    for parameter in field(answer.headers, "proxy-status").split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "error":
            return value.split(",")[0].strip().strip('"')
    return ""


def author(case: Case, seen: Seen[Exchange, HttpReply]) -> Author:
    """Who wrote this answer; UNKNOWN where it may have been either."""
    reply = seen.answer
    if not reply.status:
        return Author.UNKNOWN
    over = seen.question.over
    if isinstance(over, Handshake) and case.endpoint.speaks_tls:
        return _inside_tls(case, over, reply)
    if reply.status in (407, 511) or signed_by_proxy(reply.headers):
        return Author.PROXY
    if case.proxy and not isinstance(over, Tunnel) and (reply.status in GATEWAY_STATUSES or not passed_a_proxy(reply.headers)):
        # A forward proxy owes a Via to what it passes on; without one, or with a gateway's status, it may be the writer.
        return Author.UNKNOWN if reply.status >= 400 else Author.SERVICE
    return _behind(reply)


def _inside_tls(case: Case, over: Handshake, reply: HttpReply) -> Author:
    """Nobody on the way can write inside TLS, unless it answered the handshake itself."""
    session = next((seen for seen in case.sessions if seen.question == over), None)
    chain = presented(session.answer) if session else None
    if session is None or chain is None or untrusted(session.answer) or not covers(chain.leaf, case.endpoint.host):
        return Author.UNKNOWN
    if not chain.looks_public and not case.endpoint.expects.trust and signed_by_proxy(reply.headers):
        return Author.PROXY
    return _behind(reply)


def _behind(reply: HttpReply) -> Author:
    """The service, or what stands right before it."""
    server = field(reply.headers, "server")
    if server.startswith(EDGE_SERVERS) or (server.startswith("cloudflare") and reply.status in EDGE_STATUSES):
        return Author.EDGE
    if server.startswith("cloudflare") and reply.status in GATEWAY_STATUSES:
        return Author.UNKNOWN
    return Author.SERVICE
