"""What a proxy's answers say, read once for the checks of this family."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec.structs import replace

from diag.knowledge.response_author import login_refused, login_schemes
from diag.model.address import Authority
from diag.model.answer import HttpReply, TunnelReply
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Exchange, Question, Tunnel, stands_on
from diag.model.socks import SocksRefusal, SocksStep
from diag.model.view import Answered

REFUSALS = frozenset({403, 451})
"""Forbidden, by rule or by law (RFC 9110, section 15.5.4; RFC 7725)."""
PASSWORD_SCHEMES = frozenset({"basic", "digest"})
"""Login schemes (the registry of RFC 9110, section 16.4.1) that any client speaks which was given a name and a password."""
_GIVEN_UP = frozenset({Failure.TIMED_OUT, Failure.CUT, Failure.RESET})
WEB_SERVER = frozenset({400, 404, 405, 501})
"""How a web server that is no proxy answers CONNECT: it does not understand, or does not do that."""


class Offered(StrEnum):
    """What a proxy takes, where no scheme's own name says it."""

    NO_PASSWORD = "no_password"
    """A SOCKS proxy declines a name and a password, and says no more."""


class PastTheProxy(StrEnum):
    """How the service fares without the proxy; what was not tried is no word."""

    ANSWERS = "answers"
    """It goes on with the handshake that broke off behind the proxy."""
    CONNECTS = "connects"
    REFUSES = "refuses"
    FAILS = "fails"


def has_proxy(view: EndpointView) -> bool:
    """Return whether this client goes through a proxy at all."""
    return view.proxy is not None


def meets_proxies(view: EndpointView) -> bool:
    """Return whether this client goes through a proxy, or passed one over that it could not use."""
    return has_proxy(view) or (view.route is not None and bool(view.route.passed_over))


def set_by(view: EndpointView) -> str:
    """Return what made this client take the proxy: the variable or the option, a word of `SettingPlace`, else the reason's."""
    return view.route.decided_by if view.route else ""


def reply(view: EndpointView) -> Answered[Tunnel, TunnelReply] | Answered[Exchange, HttpReply] | None:
    """Return the answer in which the proxy speaks for itself: to CONNECT, or to a plain request that it forwards.

    A login that was refused over the one is not tried over the other: then that refusal is the answer.
    """
    if view.tunnel:
        return view.tunnel
    if view.exchange is None or _went_through(view.exchange.question):
        return None  # inside of a tunnel it is not the proxy who speaks
    refused = view.session is None and wants_login(view.exchange.answer)
    return view.exchange if view.endpoint.scheme == "http" or refused else None


def _went_through(question: Question) -> bool:
    """Return whether a question was put through a tunnel, whether or not that tunnel was seen."""
    return isinstance(question, Tunnel) or any(_went_through(one) for one in stands_on(question))


def refused_login(view: EndpointView) -> Answered[Tunnel, TunnelReply] | Answered[Exchange, HttpReply] | None:
    """Return the answer that asks for a login (407, or its like in SOCKS); None where none does."""
    seen = reply(view)
    return seen if seen and wants_login(seen.answer) else None


def wants_login(answer: TunnelReply | HttpReply) -> bool:
    """Return whether a proxy refused for want of the right login."""
    return login_refused(answer)


def heard(answer: TunnelReply | HttpReply) -> bool:
    """Return whether anything was answered that reads as the protocol that was spoken."""
    return answer.heard


def status_of(answer: TunnelReply | HttpReply) -> int | None:
    """Return the status that a proxy answered with, as it can be found in its log; None: it gave none."""
    return answer.status or None


def socks_step(answer: TunnelReply | HttpReply) -> str | None:
    """Return at which step a SOCKS proxy said no, a word of `SocksStep`; None: it did not."""
    return (answer.step or SocksStep.REQUEST) if isinstance(answer, TunnelReply) and answer.refusal else None


def socks_code(answer: TunnelReply | HttpReply) -> int | None:
    """Return the number with which a SOCKS proxy said no; None: it did not."""
    return answer.code if isinstance(answer, TunnelReply) and answer.refusal else None


def refusal_of(answer: TunnelReply | HttpReply) -> str | None:
    """Return why a SOCKS proxy did not open the way, a word of `SocksRefusal`; None: it did not say no."""
    return (answer.refusal or None) if isinstance(answer, TunnelReply) else None


def offers(answer: TunnelReply | HttpReply) -> tuple[str, ...]:
    """Return the ways of logging in that a proxy takes, as far as it says; empty: it does not say."""
    if isinstance(answer, TunnelReply) and answer.refusal == SocksRefusal.LOGIN_KIND:
        return (Offered.NO_PASSWORD,)
    return login_schemes(answer)


def took_ticket(seen: Answered[Tunnel, TunnelReply] | Answered[Exchange, HttpReply]) -> bool:
    """Return whether the login was given in a way that rests on a domain."""
    return seen.question.login in ("ntlm", "negotiate")


def gave_login(seen: Answered[Tunnel, TunnelReply] | Answered[Exchange, HttpReply]) -> bool:
    """Return whether a login went with what was asked."""
    return seen.question.login != "none"


def takes_password(offered: tuple[str, ...]) -> bool:
    """Return whether a name and a password can be enough: such a scheme is on offer, or the proxy does not say."""
    return not offered or any(scheme.lower() in PASSWORD_SCHEMES for scheme in offered)


def opened_by(view: EndpointView) -> Iterator[Observation]:
    """Return the tunnels that the same proxy did open in this run, to whatever target: it is a proxy, and it works."""
    return (seen for seen in view.evidence.observations if _same_proxy(view, seen) and _opened(seen))


def opened_to_others(view: EndpointView) -> Iterator[Observation]:
    """Yield those of them that lead to another host on this endpoint's port."""
    wanted = view.endpoint.authority
    for seen in opened_by(view):
        if isinstance(seen.question, Tunnel):
            target = seen.question.target
            if target.port == wanted.port and target.host != wanted.host:
                yield seen


def _same_proxy(view: EndpointView, seen: Observation) -> bool:
    if view.proxy is None or not isinstance(seen.question, Tunnel):
        return False
    return seen.question.proxy == view.proxy.authority and seen.question.protocol == view.proxy.protocol


def _opened(seen: Observation) -> bool:
    return isinstance(seen.answer, TunnelReply) and not seen.answer.failure


def is_silent(answer: TunnelReply) -> bool:
    """Return whether the proxy was asked and said nothing at all until the time was up."""
    return answer.failure == Failure.TIMED_OUT and says_nothing(answer)


def says_nothing(answer: TunnelReply) -> bool:
    """Return whether the proxy was asked and ended the connection without a word, or was silent."""
    return answer.failure in _GIVEN_UP and not answer.status and not answer.first_bytes


def leaves_waiting(answer: TunnelReply) -> bool:
    """Return whether a SOCKS proxy took the request after its greeting, and then was silent or hung up:
    it waits for the target.
    """
    return answer.step == SocksStep.REQUEST and not answer.refusal and answer.failure in _GIVEN_UP


def easy_target(question: Tunnel) -> Tunnel:
    """Return the same for a name that nobody has (RFC 6761, section 6.4): whatever a proxy says to it, it says at once.

    No login goes with it: a proxy that wants one says so, which is as good a sign of life, and a wrong one is not tried again.
    """
    return replace(question.to(Authority("other-name.invalid", 443)), login="none")


def is_name(view: EndpointView) -> bool:
    """Return whether the proxy is given by a name that a resolver has to answer for."""
    return view.proxy is not None and view.needs_lookup
