"""What some proxies leave unsaid: whether it was the service's name that they could not find.

SOCKS has no word for that (RFC 1928, section 6), Squid answers CONNECT with the word that it has for any lack of a way, and
others (tinyproxy, mitmproxy) with a bare 500 or 502. They are asked once more, by the address that this computer finds.
"""

from collections.abc import Iterator

from diag.knowledge.fetching import Resolution, look_up
from diag.knowledge.response_author import GATEWAY_STATUSES, gateway_reason, passed_a_proxy, signed_by_proxy
from diag.model.address import Authority, literal
from diag.model.answer import HttpReply, TunnelReply
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Question, Tunnel
from diag.model.socks import SocksRefusal

NAMELESS = frozenset({SocksRefusal.FAILED, SocksRefusal.HOST_UNREACHABLE})
"""With these a SOCKS proxy also says that it found no address."""
NO_WAY = "err_cannot_forward"
"""With this Squid does."""
OWN_ERROR = 500
"""With this tinyproxy does; a web server that is no proxy may say it, too."""
TRIED = "err_connect_fail"
"""Squid's word for a connection that it did try."""


def opened_by_address(view: EndpointView) -> Observation | None:
    """Return the way that a proxy opened, or did try, to an address of the service, after it had not by name; None: none."""
    if not _may_be_the_name(view):
        return None
    for question in _by_address(view, look_up(view.evidence, view.endpoint.written)):
        seen = view.asked(question)
        if seen and isinstance(seen.answer, TunnelReply) and (not seen.answer.failure or gateway_reason(seen.answer) == TRIED):
            return seen
    return None


def found_by_nobody(view: EndpointView) -> bool:
    """Return whether a proxy that was asked by name found no way, for whatever reason,
    and this computer finds no such name either.
    """
    return _may_be_the_name(view) and look_up(view.evidence, view.endpoint.written).absent


def failed_itself(answer: TunnelReply | HttpReply) -> bool:
    """Return whether a proxy says that it failed with the service, without a word for why: a gateway's status, or its own 500."""
    if gateway_reason(answer) or not (isinstance(answer, TunnelReply) or signed_by_proxy(answer.headers)):
        return False  # to a plain request the service itself may have answered so
    return answer.status in GATEWAY_STATUSES or (answer.status == OWN_ERROR and passed_a_proxy(answer.headers))


def _may_be_the_name(view: EndpointView) -> bool:
    """Whether a proxy was asked by name, and failed with a word that also stands for a failed lookup."""
    seen = view.tunnel
    if seen is None or literal(seen.question.target.host) is not None:
        return False
    return seen.answer.refusal in NAMELESS or _is_bare(seen.answer)


def _is_bare(answer: TunnelReply) -> bool:
    """Whether an HTTP proxy's word for its failure leaves open what failed."""
    return gateway_reason(answer) == NO_WAY or failed_itself(answer)


def _by_address(view: EndpointView, here: Resolution) -> list[Tunnel]:
    """The same way, by the first address that this computer finds."""
    if view.tunnel is None:
        return []
    port = view.endpoint.port
    usable = [told for told in here.told if view.tunnel.question.protocol != "socks4" or ":" not in told]
    return [view.tunnel.question.to(Authority(address, port)) for address in usable[:1]]


def is_open(view: EndpointView) -> bool:
    """Return whether that was not asked yet."""
    if not _may_be_the_name(view):
        return False
    here = look_up(view.evidence, view.endpoint.written)
    return bool(here.wanted) or any(view.asked(question) is None for question in _by_address(view, here))


def asked_by_address(view: EndpointView) -> Iterator[Question]:
    """Yield the service's address, looked up here, and the same way asked for by it."""
    if _may_be_the_name(view):
        here = look_up(view.evidence, view.endpoint.written)
        yield from here.wanted
        yield from _by_address(view, here)
