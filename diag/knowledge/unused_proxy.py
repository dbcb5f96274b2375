"""A proxy that this client does not use, asked for the service all the same."""

from collections.abc import Iterator

from msgspec.structs import replace

from diag.knowledge.fetching import dial
from diag.model.answer import Session, TunnelReply
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Connect, Handshake, LoginScheme, Question, Tunnel
from diag.model.route import ProxyAddress
from diag.model.view import Answered


def ways_through(view: EndpointView, proxy: ProxyAddress) -> list[Tunnel]:
    """The service, asked for at the proxy's address that answers; empty: none has, yet."""
    opened = dial(view.evidence, proxy.authority).opened
    if opened is None:
        return []
    over: Connect | Handshake = opened.question
    if proxy.scheme == "https":
        over = Handshake(opened.question, proxy.host)
        secured = view.asked(over)
        if secured is not None and not (isinstance(secured.answer, Session) and secured.answer.finished):
            return []
    login: LoginScheme = "none" if not proxy.login else "password" if proxy.is_socks else "basic"
    return [Tunnel(over, proxy.authority, view.endpoint.authority, login, proxy.protocol)]


def wanted_of(view: EndpointView, proxy: ProxyAddress) -> Iterator[Question]:
    """What to ask next: the way to the proxy, and the service asked for there."""
    yield from dial(view.evidence, proxy.authority).wanted
    for question in ways_through(view, proxy):
        if isinstance(question.over, Handshake):
            yield question.over
        yield question


def opened_through(view: EndpointView, proxy: ProxyAddress) -> Iterator[Observation]:
    """The tunnels that the proxy opened to the service."""
    for question in ways_through(view, proxy):
        for seen in _replies(view, question):
            if not seen.answer.failure:
                yield seen.observation


def was_asked(view: EndpointView, proxy: ProxyAddress) -> bool:
    """Whether the proxy was asked for the service, as far as it can be."""
    return all(any(_replies(view, question)) for question in ways_through(view, proxy))


def _replies(view: EndpointView, question: Tunnel) -> Iterator[Answered[Tunnel, TunnelReply]]:
    """What the proxy said to this, in whatever way it was given the login."""
    return (seen for seen in view.tunnels if replace(seen.question, login=question.login) == question)
