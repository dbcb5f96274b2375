"""The proxy works, but its rules do not allow the service.

*What it means*

Asked to open a way to the service (CONNECT), the proxy answered that this is forbidden, or sent a page of its own in place of
the service's answer. Proxies do so by rule: a list of allowed names, of allowed ports, or of allowed users.

*Why it matters*

The service was never asked. It cannot change anything about this, and nothing is wrong with it.

*What to do*

Ask the proxy team to allow CONNECT to the service's name and port. The fact `rule_about` says how far the refusal was narrowed
down. `port`: the same name was allowed on another port. `host`: others were allowed on this port. `everything`: the same name
on another port and a comparison host were refused as well. `size` or `rate`: there was too much of something, whatever the
target. It is missing where that stays open.

*How it is told apart*

Two more requests and the tunnels of other endpoints say whether the rule is about the name or the port. One CONNECT goes to
the same host's other well-known port, another to a host named with `--control`. A 407 is a login (`proxy-login-required`), a
gateway error is `proxy-cannot-reach-target`, and a web server that is no proxy at all is `proxy-not-a-proxy`. A proxy that ends
the connection for this target alone, and answers when asked for another name, is likely to refuse it.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import chain

from diag.knowledge.proxy_replies import (
    REFUSALS,
    easy_target,
    has_proxy,
    heard,
    opened_by,
    opened_to_others,
    reply,
    says_nothing,
    socks_code,
    socks_step,
    status_of,
    wants_login,
)
from diag.knowledge.response_author import gateway_reason, passed_a_proxy, signed_by_proxy
from diag.model.address import Authority
from diag.model.answer import HttpReply, TunnelReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Question, Tunnel
from diag.model.socks import SocksRefusal, SocksStep
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

DENIED_REASONS = frozenset({"err_access_denied", "http_request_denied"})
"""The words for 'a rule forbids it': Squid's, and Proxy-Status' (RFC 9209, section 2.3.18)."""
TOO_BIG = frozenset({"err_too_big", "http_response_header_size", "http_response_header_section_size", "http_response_body_size"})
"""The words for 'larger than the proxy lets through': Squid's, and Proxy-Status' (RFC 9209, section 2.3)."""
BIG_STATUSES = frozenset({413, 414, 431})
"""Content, target or fields too large (RFC 9110, sections 15.5.14 and 15.5.15; RFC 6585, section 5)."""
TOO_OFTEN = 429
"""Too many requests (RFC 6585, section 4)."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""To CONNECT, only a block page sends these."""


HANGS_UP = "hangs-up"
"""The form where the proxy ends the connection for this target alone."""


class _Rule(StrEnum):
    """What the proxy's rule is about."""

    PORT = "port"
    HOST = "host"
    EVERYTHING = "everything"
    SIZE = "size"
    RATE = "rate"


def judge(view: EndpointView) -> Finding:
    """Return whether the proxy answered CONNECT with a refusal by rule."""
    seen = view.tunnel
    if seen is None:
        return _forwarded(view)
    page = _page(view)
    if not seen.answer.failure and page is None:
        return ok(seen.observation)
    if not seen.answer.failure and page:
        return _found(view, seen, Confidence.LIKELY, page)
    if hung_up := _hung_up(view, seen):
        return hung_up
    if not _forbidden(seen.answer):
        return ok(seen.observation) if heard(seen.answer) else unknown(Because.UNDECIDED, seen.observation)
    sure = seen.answer.status not in _REDIRECTS and (_is_its_word(seen.answer) or any(opened_by(view)))
    return _found(view, seen, Confidence.CERTAIN if sure else Confidence.LIKELY)


def _hung_up(view: EndpointView, seen: Answered[Tunnel, TunnelReply]) -> Finding | None:
    """The finding where the proxy ends the connection without a word, and answers when asked for another name; else None."""
    if seen.answer.failure == Failure.TIMED_OUT or not says_nothing(seen.answer):
        return None
    other = view.asked(easy_target(seen.question))
    answered = other is not None and isinstance(other.answer, TunnelReply) and other.answer.heard
    others = [other] if other and answered else list(opened_to_others(view))[:1]
    if not others:
        return None
    return problem(
        seen.observation,
        *others,
        about=str(view.proxy),
        confidence=Confidence.LIKELY if answered else Confidence.POSSIBLE,
        proxy=str(view.proxy),
        target=str(seen.question.target),
        ending=seen.answer.failure,
        form=HANGS_UP,
    )


def _forwarded(view: EndpointView) -> Finding:
    """The same for a plain request that the proxy forwards: there only the proxy's own word counts."""
    seen = reply(view)
    if seen is None:
        return unknown(Because.NOT_REACHED)
    signed = signed_by_proxy(seen.answer.headers)
    own_word = signed and (seen.answer.status in REFUSALS or _limit(seen.answer))
    if not (own_word or gateway_reason(seen.answer) in DENIED_REASONS) or wants_login(seen.answer):
        return ok(seen.observation) if heard(seen.answer) else unknown(Because.UNDECIDED, seen.observation)
    return problem(
        seen.observation,
        about=str(view.proxy),
        proxy=str(view.proxy),
        target=str(view.endpoint.authority),
        status=status_of(seen.answer),
        rule_about=_limit(seen.answer),
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the same host's other well-known port, and a host that the user names as good, with the same login, once each."""
    if view.tunnel and view.tunnel.answer.failure and _forbidden(view.tunnel.answer):
        yield _other_port(view.tunnel.question)
        yield from _to_control(view, view.tunnel.question)


def _to_control(view: EndpointView, question: Tunnel) -> list[Tunnel]:
    """The same for the first control on this port; empty: the user names none."""
    controls = [control.authority for control in view.evidence.run.controls if control.authority.host != question.target.host]
    return [question.to(control) for control in controls if control.port == question.target.port][:1]


def _other_port(question: Tunnel) -> Tunnel:
    target = Authority(question.target.host, 80 if question.target.port == 443 else 443)
    return question.to(target)


def _forbidden(answer: TunnelReply) -> bool:
    if wants_login(answer):
        return False
    by_rule = (
        answer.refusal == SocksRefusal.FORBIDDEN
        or answer.status in REFUSALS | _REDIRECTS
        or gateway_reason(answer) in DENIED_REASONS
    )
    return by_rule or bool(_limit(answer))


def _limit(answer: TunnelReply | HttpReply) -> _Rule | None:
    """What there was too much of; None: nothing."""
    if gateway_reason(answer) in TOO_BIG or answer.status in BIG_STATUSES:
        return _Rule.SIZE
    return _Rule.RATE if answer.status == TOO_OFTEN else None


def _is_its_word(answer: TunnelReply) -> bool:
    """Whether only a proxy answers like that."""
    return bool(answer.refusal) or passed_a_proxy(answer.headers)


_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")
_TO_NO_REQUEST = frozenset({400, 405, 408, 414, 431, 501, 505})
"""How a web server answers what is no request, as the first message of TLS is none: it may be the service that speaks no TLS."""


def _page(view: EndpointView) -> Observation | None:
    """A handshake that was answered, inside the opened tunnel, with a page: the proxy's 'yes' was none."""
    session = view.session
    if session is None or session.answer.failure != Failure.NOT_TLS:
        return None
    first = session.answer.first_bytes.lstrip()
    head = _STATUS_LINE.match(first)
    denied = head is not None and int(head[1]) not in _TO_NO_REQUEST
    return session.observation if denied or first[:1] == b"<" else None


def _found(view: EndpointView, seen: Answered[Tunnel, TunnelReply], confidence: Confidence, *also: Observation) -> Finding:
    rule, by = _rule(view, seen.question)
    return problem(
        *chain([seen.observation], also, by),
        about=str(view.proxy),
        confidence=confidence,
        proxy=str(view.proxy),
        target=str(seen.question.target),
        status=status_of(seen.answer) if not also else None,
        in_tunnel=bool(also) or None,
        socks_step=socks_step(seen.answer),
        socks_code=socks_code(seen.answer),
        rule_about=rule,
    )


def _rule(view: EndpointView, question: Tunnel) -> tuple[_Rule | None, list[Observation]]:
    """What the rule is about, None where that cannot be told, and by which observations."""
    limit = _limit(view.tunnel.answer) if view.tunnel else None
    if limit:
        return limit, []
    other = view.asked(_other_port(question))
    if other and isinstance(other.answer, TunnelReply) and not other.answer.failure:
        return _Rule.PORT, [other]
    elsewhere = next(opened_to_others(view), None)
    if elsewhere is not None:
        return _Rule.HOST, [elsewhere]
    refused = [seen for seen in (other, *map(view.asked, _to_control(view, question))) if _is_refusal(seen)]
    return _Rule.EVERYTHING if len(refused) > 1 else None, [seen for seen in refused or [other] if seen]


def _is_refusal(seen: Observation | None) -> bool:
    return seen is not None and isinstance(seen.answer, TunnelReply) and _forbidden(seen.answer)


CHECK = EndpointCheck(
    id="proxy-refuses-target",
    owner=Owner.PROXY,
    asks_for="the proxy's rules refuse it",
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6",
    do=(HowTo.ALLOW_IN_PROXY,),
    see=(
        ShellLine(
            "curl -sv -x http://{proxy} {to_url}",
            "a refusal of the proxy, such as status 403",
            unless=("socks_code", "ending"),
        ),
        ShellLine("curl -sv -x http://{proxy} {to_url}", "an empty reply, or a reset of the connection", unless=("socks_code",)),
        ShellLine(
            "curl.exe -sv -x http://{proxy} {to_url}",
            "a refusal of the proxy, such as status 403",
            Shell.POWERSHELL,
            unless=("socks_code", "ending"),
        ),
        ShellLine(
            "curl.exe -sv -x http://{proxy} {to_url}",
            "an empty reply, or a reset of the connection",
            Shell.POWERSHELL,
            unless=("socks_code",),
        ),
    ),
    needs=Stage.CONNECT,
    applies=has_proxy,
    judge=judge,
    questions=questions,
    explains=("tls-plaintext-answer",),
    rivals=(
        Rival("proxy-chooses-by-program", decided_by="the same request in the name of another program"),
        Rival(
            "cut-before-the-proxy",
            owner=Owner.NETWORK,
            where="form",
            among=(HANGS_UP,),
            decided_by="the proxy's log, which then does not hold the request",
            words="a device between this computer and the proxy ends the connection",
        ),
    ),
    tokens={"rule_about": _Rule, "socks_step": SocksStep},
    alike=("status", "socks_step"),
    sentences=Sentences(
        title="The proxy {proxy} refuses {target}",
        seen=(
            "The proxy refused to connect to {target}.",
            "The proxy answered with status {status}.",
            When("in_tunnel", (True,), "It opened the tunnel at first, and then sent a page into it, in place of TLS."),
            "The proxy's SOCKS {socks_step} was {socks_code}.",
            "What its rule is about: {rule_about}.",
        ),
        means="A rule of the proxy forbids it. The service got no request, and cannot change this.",
        remedy=(
            "Ask the team that runs {proxy} to allow connections to {target}, by name and without inspecting the content.",
            "Tell them its answer (status {status}), so that they find it in their log.",
            "Tell them its answer (SOCKS {socks_step} {socks_code}), so that they find it in their log.",
            When("rule_about", (_Rule.PORT,), "Also tell them that the same name is allowed on another port."),
            When("rule_about", (_Rule.SIZE, _Rule.RATE), "Also tell them what the limit is about: {rule_about}."),
        ),
    ),
    forms=(
        (
            HANGS_UP,
            Sentences(
                title="The proxy {proxy} ends the connection when it is asked for {target}",
                seen="Asked for {target}, the proxy ended the connection without an answer ({ending}). It answered a request for"
                " another name.",
                means="The proxy works. It forbids {target} by a rule, or fails to connect to it, and does not say which.",
                remedy=(
                    "Ask the team that runs {proxy} what its log says of the request for {target}, at the time of this run.",
                    "If the log does not hold it, ask your network team whether a device before the proxy ends the connection.",
                ),
            ),
        ),
    ),
)
