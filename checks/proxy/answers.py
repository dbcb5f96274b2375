"""What a proxy's answers say, read once for the checks of this family."""

from collections.abc import Iterator

from diag.model.address import Authority
from diag.model.answer import Header, HttpReply, TunnelReply
from diag.model.author import fields
from diag.model.case import Case, Seen
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Exchange, Tunnel

LOGIN_WANTED = 407
REFUSALS = frozenset({403, 451})
"""Forbidden, by rule or by law (RFC 9110, section 15.5.4; RFC 7725)."""
PASSWORD_SCHEMES = frozenset({"basic", "digest"})
"""Login schemes (the registry of RFC 9110, section 16.4.1) that any client speaks which was given a name and a password."""
WEB_SERVER = frozenset({400, 404, 405, 501})
"""How a web server that is no proxy answers CONNECT: it does not understand, or does not do that."""


def has_proxy(case: Case) -> bool:
    """Whether this client goes through a proxy at all."""
    return case.proxy is not None


def set_by(case: Case) -> str:
    """What made this client take the proxy: the variable's or option's name, else the reason's word."""
    return (case.route.source or case.route.why.value) if case.route else ""


def reply(case: Case) -> Seen[Tunnel, TunnelReply] | Seen[Exchange, HttpReply] | None:
    """The answer in which the proxy speaks for itself: to CONNECT, or to a plain request that it forwards."""
    if case.tunnel:
        return case.tunnel
    return case.exchange if case.endpoint.scheme == "http" else None


def refused_login(case: Case) -> Seen[Tunnel, TunnelReply] | Seen[Exchange, HttpReply] | None:
    """The answer that asks for a login (407); None where none does."""
    seen = reply(case)
    return seen if seen and seen.answer.status == LOGIN_WANTED else None


def schemes(headers: tuple[Header, ...]) -> tuple[str, ...]:
    """The login schemes on offer, in order, each once, as written; empty: the proxy names none."""
    offered = (value.split(None, 1)[0].rstrip(",") for value in fields(headers, "proxy-authenticate") if value)
    return tuple({scheme.lower(): scheme for scheme in offered}.values())


def takes_password(offered: tuple[str, ...]) -> bool:
    """Whether a name and a password can be enough: such a scheme is on offer, or the proxy does not say."""
    return not offered or any(scheme.lower() in PASSWORD_SCHEMES for scheme in offered)


def opened_by(case: Case) -> Iterator[Observation]:
    """Tunnels that the same proxy did open in this run, to whatever target: it is a proxy, and it works."""
    return (seen for seen in case.evidence.observations if _same_proxy(case, seen) and _opened(seen))


def opened_to_others(case: Case) -> Iterator[Observation]:
    """Those of them that lead to another host on this endpoint's port."""
    wanted = case.endpoint.authority
    for seen in opened_by(case):
        if isinstance(seen.question, Tunnel):
            target = seen.question.target
            if target.port == wanted.port and target.host != wanted.host:
                yield seen


def _same_proxy(case: Case, seen: Observation) -> bool:
    return case.proxy is not None and isinstance(seen.question, Tunnel) and seen.question.proxy == case.proxy.authority


def _opened(seen: Observation) -> bool:
    return isinstance(seen.answer, TunnelReply) and not seen.answer.failure


def is_silent(answer: TunnelReply) -> bool:
    """Whether CONNECT was met with nothing at all until the time was up."""
    return answer.failure == Failure.TIMED_OUT and not answer.status and not answer.first_bytes


def easy_target(question: Tunnel) -> Tunnel:
    """The same for a name that nobody has (RFC 6761, section 6.4): whatever a proxy says to it, it says at once."""
    return Tunnel(question.over, question.proxy, Authority("other-name.invalid", 443), question.login)


def is_name(case: Case) -> bool:
    """Whether the proxy is given by a name that a resolver has to answer for."""
    return case.proxy is not None and case.needs_lookup
