"""The proxy is set with the wrong scheme (HTTP, HTTPS or SOCKS).

*What it means*

A proxy's setting begins with `http://`, `https://` or `socks5://`. That says how the proxy itself is spoken to, not what the
service speaks; almost all proxies are `http://`, also for `https` services. Here the setting says one, and the proxy speaks the
other.

*Why it matters*

Not one request gets through, and the messages speak of wrong versions or of nothing at all.

*What to do*

Change the beginning of the proxy's setting, as the finding names it, and nothing else.

*How it is told apart*

The same host and port are asked once more in the other way. Only where that brings an answer is the setting called wrong.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.proxy_replies import WEB_SERVER, has_proxy, set_by
from diag.knowledge.response_author import passed_a_proxy
from diag.model.address import literal
from diag.model.answer import Session, TunnelReply
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Connect, Handshake, Question, Tunnel
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.greeting import protocol

BROKEN_OFF = frozenset({Failure.CUT, Failure.RESET, Failure.MALFORMED})


class _Spoken(StrEnum):
    """How a proxy is to be spoken to, as its setting begins."""

    HTTP = "http"
    HTTPS = "https"
    SOCKS = "socks5h"


_SPOKEN = {"TLS": _Spoken.HTTPS, "HTTP": _Spoken.HTTP}
"""The scheme of a proxy that answered in this protocol where another was spoken."""
NO_TLS = frozenset({Failure.NOT_TLS, Failure.TLS_BROKEN, Failure.CUT, Failure.RESET, Failure.TIMED_OUT})


def judge(view: EndpointView) -> Finding:
    """Return whether the proxy answers in the other way, and not in the one that is set."""
    first = _first(view)
    if first is None:
        return unknown(Because.NOT_REACHED)
    if not _suspect(view):
        return ok(first)
    asked = [(speaks, view.asked(question)) for speaks, question in _other_ways(view)]
    for speaks, other in asked:
        if other is not None and _answers(other):
            return _found(view, first, Confidence.CERTAIN, speaks, other)
    spoken = _spoken(first)
    if spoken and view.proxy and spoken != view.proxy.scheme and not _is_web_server(dict(asked).get(spoken)):
        return _found(view, first, Confidence.LIKELY, spoken)
    others = [other for _, other in asked if other is not None]
    if len(others) < len(asked) or not others:
        return unknown(Because.UNDECIDED if others else Because.NOT_LOOKED, first)
    return unknown(Because.UNDECIDED, first) if any(map(_is_mute, others)) else ok(first, *others)


def _is_mute(seen: Observation) -> bool:
    """Whether nothing came back at all, which says nothing of what is spoken there."""
    return getattr(seen.answer, "failure", Failure.TIMED_OUT) == Failure.TIMED_OUT


def _spoken(first: Observation) -> _Spoken | None:
    """The scheme of what answered in a protocol of its own; None: it did not."""
    return _SPOKEN.get(protocol(first.answer.first_bytes)) if isinstance(first.answer, TunnelReply) else None


def _is_web_server(seen: Observation | None) -> bool:
    return seen is not None and isinstance(seen.answer, TunnelReply) and seen.answer.status in WEB_SERVER


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the same host and port, the other way."""
    if _suspect(view):
        for _, other in _other_ways(view):
            if isinstance(other.over, Handshake):
                yield other.over
            yield other


def _first(view: EndpointView) -> Observation | None:
    """The first exchange of words with the proxy: its handshake, or its answer to CONNECT."""
    if view.proxy and view.proxy.scheme == "https":
        return view.proxy_session.observation if view.proxy_session else None
    return view.tunnel.observation if view.tunnel else None


def _suspect(view: EndpointView) -> bool:
    """Whether that went as it goes where one side speaks another way."""
    first = _first(view)
    answer = first.answer if first else None
    if isinstance(answer, Session):
        return answer.failure in NO_TLS and not answer.chain
    if isinstance(answer, TunnelReply) and view.proxy and view.proxy.is_socks:
        return answer.step in ("greeting", "request") and not answer.heard
    if isinstance(answer, TunnelReply):
        return answer.failure in BROKEN_OFF or (answer.status in WEB_SERVER and not passed_a_proxy(answer.headers))
    return False


def _other_ways(view: EndpointView) -> list[tuple[_Spoken, Tunnel]]:
    """The same without a login, over TLS or in SOCKS where the setting says HTTP, and as HTTP where it says one of those."""
    proxy = view.proxy
    first = _first(view)
    if proxy is None or first is None:
        return []
    target = view.endpoint.authority
    match first.question:
        case Handshake(over=Connect() as way):
            return [(_Spoken.HTTP, Tunnel(way, proxy.authority, target))]
        case Tunnel(over=Connect() as way) if proxy.is_socks:
            return [(_Spoken.HTTP, Tunnel(way, proxy.authority, target))]
        case Tunnel(over=Connect() as way):
            secured = Handshake(way, "" if literal(proxy.host) else proxy.host)
            in_socks = Tunnel(way, proxy.authority, target, protocol="socks5")
            return [(_Spoken.HTTPS, Tunnel(secured, proxy.authority, target)), (_Spoken.SOCKS, in_socks)]
        case _:
            return []


def _answers(seen: Observation) -> bool:
    """Whether a proxy answered there: it opened the way, or said no as only a proxy does."""
    answer = seen.answer
    if not isinstance(answer, TunnelReply) or not answer.heard:
        return False
    return answer.status not in WEB_SERVER or passed_a_proxy(answer.headers)


def _found(view: EndpointView, first: Observation, confidence: Confidence, speaks: _Spoken, *also: Observation) -> Finding:
    given = view.proxy.scheme if view.proxy else ""
    return problem(
        first,
        *also,
        about=str(view.proxy),
        confidence=confidence,
        proxy=str(view.proxy),
        scheme=given,
        speaks=speaks,
        set_by=set_by(view),
    )


CHECK = EndpointCheck(
    id="proxy-scheme-wrong",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://curl.se/docs/manpage.html#-x",
    do=(HowTo.SET_PROXY,),
    see=(
        ShellLine("curl -sv -x {speaks}://{proxy} {to_url}", "a connection with the other scheme"),
        ShellLine("curl.exe -sv -x {speaks}://{proxy} {to_url}", "a connection with the other scheme", Shell.POWERSHELL),
    ),
    applies=has_proxy,
    judge=judge,
    questions=questions,
    explains=(
        "proxy-not-a-proxy",
        "proxy-unreachable",
        "tls-plaintext-answer",
        "tls-handshake-cut",
        "tls-handshake-silent",
    ),
    rivals=(),
    tokens={"speaks": _Spoken},
    alike=("scheme", "speaks"),
    sentences=Sentences(
        title="The proxy {proxy} is set with {scheme}://, but needs {speaks}://",
        seen="{proxy} gave no usable answer to {scheme}. Its port speaks {speaks}.",
        means="The scheme of the setting says how programs speak to the proxy itself, whatever the service speaks.",
        remedy=("In {set_by}, write {speaks}://{proxy} and leave the rest as it is. Then run diag again.",),
    ),
)
