"""Who wrote an HTTP answer: the service, a network in front of it, or the proxy on the way. A status counts only after that.

A product signs what it writes itself in fields of its own. Read are their words, never a page's text; only what the service
leaves in its own pages counts, where its profile names it (`diag.model.fingerprint`).
"""

from collections.abc import Callable
from enum import StrEnum

from diag.knowledge.granting import host_of
from diag.model.answer import UNAUTHORIZED, Header, HttpReply, TunnelReply
from diag.model.check import Rival
from diag.model.endpoint_view import EndpointView
from diag.model.fingerprint import Mark
from diag.model.observation import Observation
from diag.model.question import Carrier, Exchange, Handshake, Tunnel
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, unknown
from diag.model.view import Answered
from diag.model.wire.certificate import covers
from diag.model.wire.chain import Chain, presented, untrusted


class Author(StrEnum):
    """Whose words an answer is."""

    SERVICE = "service"
    EDGE = "edge"
    """A content network that the service stands behind; or the service itself, where both may have written it. Either is the
    provider's."""
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
EDGE_STATUSES = frozenset({*range(520, 528), 530})
"""Cloudflare's own statuses: it could not get an answer from the service."""
GATEWAY_STATUSES = frozenset({502, 503, 504})
"""What a gateway writes by itself where it gets no answer from behind (RFC 9110, section 15.6)."""

NETWORK_LOGIN = frozenset({407, 511})
"""What only a proxy or a network says: that it wants a login first (RFC 9110, section 15.5.8; RFC 6585, section 6)."""


def field(headers: tuple[Header, ...], name: str) -> str:
    """Return the value of the first field of this name (lower case), in lower case; empty: there is none."""
    return next((header.value.strip().lower() for header in headers if header.name == name), "")


def fields(headers: tuple[Header, ...], name: str) -> tuple[str, ...]:
    """Return the values of all fields of this name, in order, as written."""
    return tuple(header.value.strip() for header in headers if header.name == name)


def login_refused(answer: TunnelReply | HttpReply) -> bool:
    """Return whether a proxy refused for want of the right login.

    A 401 to a plain request is a proxy's where it has signed it.
    """
    return answer.login_refused or (answer.status == UNAUTHORIZED and signed_by_proxy(answer.headers))


def login_schemes(answer: TunnelReply | HttpReply) -> tuple[str, ...]:
    """Return the login schemes that a proxy offers, in order, each once, as written; empty: it names none."""
    name = "www-authenticate" if answer.status == UNAUTHORIZED else "proxy-authenticate"
    offered = (value.split(None, 1)[0].rstrip(",") for value in fields(answer.headers, name) if value)
    return tuple({scheme.lower(): scheme for scheme in offered}.values())


def signed_by_proxy(headers: tuple[Header, ...]) -> bool:
    """Return whether a forward proxy put its own mark on an answer that it wrote."""
    return (
        any(field(headers, name) for name in ("x-squid-error", "proxy-agent", "proxy-authenticate"))
        or field(headers, "server").startswith(PROXY_SERVERS)
        or "error=" in field(headers, "proxy-status")
    )


def passed_a_proxy(headers: tuple[Header, ...]) -> bool:
    """Return whether anything shows that a proxy handled this answer, whoever wrote it (Via: RFC 9110, section 7.6.3)."""
    return signed_by_proxy(headers) or any(field(headers, name) for name in ("via", "proxy-status", "proxy-connection"))


def gateway_reason(answer: TunnelReply | HttpReply) -> str:
    """Return the word by which a proxy names why it could not go on, in lower case; empty where it names none.

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


def bears_mark(view: EndpointView, reply: HttpReply) -> bool:
    """Return whether an answer bears a mark of the service itself, as its profile names them.

    What a proxy signed may quote a page or an address, so only marks in fields count there.
    """
    signed = signed_by_proxy(reply.headers)
    proving = (Mark.HEADER, Mark.FIELD) if signed else (Mark.HEADER, Mark.FIELD, Mark.PAGE)
    return reply.status not in NETWORK_LOGIN and any(one.where in proving and one.is_in(reply) for one in view.fingerprints)


def lacks_mark(view: EndpointView, reply: HttpReply) -> bool:
    """Return whether an answer has no mark of the service, though its profile says that every answer has one: weak evidence."""
    due = any(one.always for one in view.fingerprints)
    return due and bool(reply.status) and not bears_mark(view, reply)


def author(view: EndpointView, seen: Answered[Exchange, HttpReply]) -> Author:
    """Return who wrote this answer; UNKNOWN where it may have been either."""
    reply = seen.answer
    if not reply.status:
        return Author.UNKNOWN
    over = seen.question.over
    sealed = False
    if isinstance(over, Handshake) and view.endpoint.speaks_tls:
        chain = _own_chain(view, over)
        if chain is None:
            return Author.UNKNOWN
        sealed = chain.looks_public or bool(view.endpoint.expects.trust)
        wrote = _inside_tls(reply, sealed=sealed)
    else:
        wrote = _in_the_clear(view, over, reply)
    if bears_mark(view, reply):
        return Author.SERVICE
    # Nobody else can have written inside TLS that is the service's own, whatever mark is missing.
    return Author.UNKNOWN if wrote is Author.SERVICE and not sealed and lacks_mark(view, reply) else wrote


def _in_the_clear(view: EndpointView, over: Carrier, reply: HttpReply) -> Author:
    """Anybody on the way can write here, and most that do sign it."""
    if reply.status in NETWORK_LOGIN or signed_by_proxy(reply.headers):
        return Author.PROXY
    if view.proxy and not isinstance(over, Tunnel) and (reply.status in GATEWAY_STATUSES or not passed_a_proxy(reply.headers)):
        # A forward proxy owes a Via to what it passes on; without one, or with a gateway's status, it may be the writer.
        return Author.UNKNOWN if reply.status >= 400 else Author.SERVICE
    return _behind(reply)


def _own_chain(view: EndpointView, over: Handshake) -> Chain | None:
    """What the handshake presented, where a client accepts it for this endpoint; None: somebody else may have answered it."""
    session = next((seen for seen in view.sessions if seen.question == over), None)
    chain = presented(session.answer) if session else None
    if session is None or chain is None or untrusted(session.answer) or not covers(chain.leaf, view.endpoint.host):
        return None
    return chain


def _inside_tls(reply: HttpReply, *, sealed: bool) -> Author:
    """Nobody on the way can write inside TLS, unless it answered the handshake itself, with an authority that is trusted here."""
    return Author.PROXY if not sealed and signed_by_proxy(reply.headers) else _behind(reply)


def _behind(reply: HttpReply) -> Author:
    """The service, or what stands right before it."""
    server = field(reply.headers, "server")
    if server.startswith(EDGE_SERVERS) or (server.startswith("cloudflare") and reply.status in EDGE_STATUSES | GATEWAY_STATUSES):
        return Author.EDGE
    return Author.SERVICE


SeenReply = Answered[Exchange, HttpReply]
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def speaks_http(view: EndpointView) -> bool:
    """Return whether a request belongs to this endpoint."""
    return view.endpoint.speaks_http


def speaks_https(view: EndpointView) -> bool:
    """Return whether a request belongs to this endpoint, and goes over TLS."""
    return view.endpoint.speaks_http and view.endpoint.speaks_tls


def said_by_service(
    view: EndpointView, is_it: Callable[[SeenReply], bool], *, or_edge: Callable[[SeenReply], bool] | None = None
) -> SeenReply | Finding:
    """Return the walk's answer, where it is such a one and the service itself wrote it; else what there is to say instead.

    With `or_edge`, an answer of that kind counts as well where a content network in front of the service wrote it.
    """
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not seen.answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    if not is_it(seen):
        return ok(seen.observation)
    wrote = author(view, seen)
    if wrote is Author.SERVICE or (wrote is Author.EDGE and or_edge is not None and or_edge(seen)):
        return seen
    return unknown(Because.UNDECIDED, seen.observation, status=seen.answer.status)


def confidence_in(view: EndpointView, seen: SeenReply) -> Confidence:
    """Return how much is left open where an answer is held to be the service's own.

    Nothing, inside TLS with a certificate that is publicly issued or belongs to the declared store. A certificate of a private
    authority that this client trusts may be an inspecting proxy's, and plain HTTP may be written by anybody on the way. Where
    the service's profile names a mark that every answer has, one without it may be of what stands before the service.
    """
    chain = presented(view.session.answer) if view.session else None
    if chain is None or signed_by_proxy(seen.answer.headers) or lacks_mark(view, seen.answer):
        return Confidence.LIKELY
    return Confidence.CERTAIN if chain.looks_public or view.endpoint.expects.trust else Confidence.LIKELY


ON_THE_WAY = Rival(
    "answered-on-the-way",
    owner=Owner.NETWORK,
    decided_by="the same request from another network",
    words="something in between, such as a proxy or a filter, wrote the answer instead of {endpoint}",
)
"""What else an answer may be that is held to be the service's own."""
BY_THE_PROXY = Rival(
    "answered-by-the-proxy",
    owner=Owner.PROXY,
    decided_by="the same request without the proxy",
    words="the proxy wrote the answer instead of {endpoint}",
)
"""The same, where the way leads through a proxy."""


def excluded(view: EndpointView, seen: SeenReply) -> dict[str, tuple[Observation, ...]]:
    """Return who else may have written, with what rules it out: the handshake after which nobody but the service can have;
    else empty.
    """
    sure = confidence_in(view, seen) is Confidence.CERTAIN and view.session is not None
    return dict.fromkeys((ON_THE_WAY.id, BY_THE_PROXY.id), (view.session.observation,)) if sure and view.session else {}


def target_of(answer: HttpReply) -> str:
    """Return the host that a Location field leads to (RFC 9110, section 10.2.2); empty: it stays on the same one,
    or cannot be read.
    """
    return host_of(field(answer.headers, "location")).removesuffix(".")


def less_sure(one: Confidence, other: Confidence) -> Confidence:
    """Return the one of two confidences that leaves more open."""
    return max(one, other, key=list(Confidence).index)
