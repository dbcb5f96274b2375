"""A proxy that this client does not use, asked for the service all the same: for a tunnel, or to forward a plain request."""

from collections.abc import Iterator

from msgspec.structs import replace

from diag.knowledge.fetching import dial
from diag.knowledge.response_author import GATEWAY_STATUSES, NETWORK_LOGIN, passed_a_proxy, signed_by_proxy
from diag.model.answer import HttpReply, Session, TunnelReply
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Connect, Exchange, Handshake, LoginScheme, Question, Tunnel
from diag.model.route import ProxyAddress

_Request = Tunnel | Exchange


def ways_through(view: EndpointView, proxy: ProxyAddress) -> list[_Request]:
    """Return the service, asked for at the proxy's address that answers; empty: none has, yet."""
    opened = dial(view.evidence, proxy.authority).opened
    if opened is None:
        return []
    over: Connect | Handshake = opened.question
    if proxy.scheme == "https":
        over = Handshake(opened.question, proxy.host)
        secured = view.asked(over)
        if secured is not None and not (isinstance(secured.answer, Session) and secured.answer.finished):
            return []
    target, login = view.endpoint.authority, _login(proxy)
    if view.endpoint.scheme == "http" and not proxy.is_socks:
        url = f"http://{target}{view.endpoint.path}"
        giving = proxy.authority if proxy.login else None
        return [Exchange(over=over, authority=target, target=url, proxy=giving, login=login)]
    return [Tunnel(over, proxy.authority, target, login, proxy.protocol)]


def wanted_of(view: EndpointView, proxy: ProxyAddress) -> Iterator[Question]:
    """Yield what to ask next: the way to the proxy, and the service asked for there."""
    yield from dial(view.evidence, proxy.authority).wanted
    for question in ways_through(view, proxy):
        if isinstance(question.over, Handshake):
            yield question.over
        yield question


def opened_through(view: EndpointView, proxy: ProxyAddress) -> Iterator[Observation]:
    """Yield the tunnels that the proxy opened to the service, or the answers of the service that it passed on."""
    for question in ways_through(view, proxy):
        yield from (seen for seen in _replies(view, question) if _let_through(seen))


def was_asked(view: EndpointView, proxy: ProxyAddress) -> bool:
    """Return whether the proxy was asked for the service, as far as it can be."""
    return all(any(_replies(view, question)) for question in ways_through(view, proxy))


def _login(proxy: ProxyAddress) -> LoginScheme:
    return "none" if not proxy.login else "password" if proxy.is_socks else "basic"


def _replies(view: EndpointView, question: _Request) -> Iterator[Observation]:
    """What the proxy said to this, in whatever way it was given the login."""
    for seen in view.evidence.observations:
        asked = seen.question
        same = isinstance(asked, Tunnel | Exchange) and type(asked) is type(question)
        if same and seen.answer is not None and replace(asked, login=question.login) == question:
            yield seen


def _let_through(seen: Observation) -> bool:
    """Whether the service was reached; an error without a proxy's mark may be the proxy's own, and does not count."""
    match seen.answer:
        case TunnelReply(failure=failure):
            return not failure
        case HttpReply(status=status, headers=headers):
            own_word = status in NETWORK_LOGIN | GATEWAY_STATUSES or signed_by_proxy(headers)
            return bool(status) and not own_word and (status < 400 or passed_a_proxy(headers))
        case _:
            return False
