"""The service works without the proxy, but not through it.

*What it means*

The settings send the service to a proxy, which cannot or will not reach it. Dialled without the proxy, the service answers, so
this network does let this computer go there by itself.

*Why it matters*

The program fails only because of a setting. Nothing is wrong with the service, and perhaps nothing with the proxy either.

*What to do*

Add the service's name to the exceptions of the proxy setting (NO_PROXY), if your network's rules allow going there straight.
If all traffic has to use the proxy, the proxy has to be fixed instead.

*How it is told apart*

The service is dialled straight, and where it speaks TLS its certificate has to be trusted and for the right name; a connection
alone proves little. Endpoints that are expected to be private are `privatelink-through-proxy`. A proxy that wants a login, and
one that does not answer at all, are causes of their own.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.fetching import dial
from diag.knowledge.handshake_experiments import tunnel_in_small_segments
from diag.knowledge.proxy_replies import has_proxy, is_silent, leaves_waiting, set_by
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint import ExpectedRoute, Network
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Connect, Handshake, Question, Upgrade
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.certificate import covers
from diag.model.wire.chain import presented


def judge(view: EndpointView) -> Finding:
    """Return whether the proxy does not bring this client to a service that it reaches by itself."""
    if view.tunnel is None:
        return unknown(Because.NOT_REACHED)
    if not _failed(view):
        return ok(view.tunnel.observation)
    if whole := tunnel_in_small_segments(view):
        return ok(view.tunnel.observation, whole)
    straight = dial(view.evidence, view.endpoint.authority)
    if straight.opened is None:
        return unknown(Because.UNDECIDED if straight.seen else Because.NOT_LOOKED, view.tunnel.observation, *straight.seen)
    met = view.asked(_handshake(view, straight.opened.question)) if view.endpoint.speaks_tls else None
    if view.endpoint.speaks_tls and not (met and _is_the_service(view, met)):
        return unknown(Because.UNDECIDED, view.tunnel.observation, *straight.seen)
    return problem(
        view.tunnel.observation,
        *straight.seen,
        *([met] if met else []),
        about=str(view.proxy),
        confidence=Confidence.CERTAIN if met else Confidence.LIKELY,
        host=view.endpoint.host,
        proxy=str(view.proxy),
        address=str(straight.opened.question.address),
        set_by=set_by(view),
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the service's address, a connection to it, and a handshake, all without the proxy."""
    if not _failed(view) or tunnel_in_small_segments(view):
        return
    straight = dial(view.evidence, view.endpoint.authority)
    yield from straight.wanted
    if straight.opened and view.endpoint.speaks_tls:
        yield _handshake(view, straight.opened.question)


def _failed(view: EndpointView) -> bool:
    """Whether the proxy answered, and did not bring this client to the service for a reason other than a login."""
    tunnel, session = view.tunnel, view.session
    if tunnel is None or tunnel.answer.login_refused or is_silent(tunnel.answer):
        return False
    if tunnel.answer.failure:
        return tunnel.answer.heard or leaves_waiting(tunnel.answer)
    return session is not None and bool(session.answer.failure) and not session.answer.bytes_received


def _handshake(view: EndpointView, way: Connect) -> Handshake:
    """The walk's own handshake over another way, so that one question serves all who ask."""
    over = Upgrade(way, view.endpoint.upgrade) if view.endpoint.upgrade else way
    expects = view.endpoint.expects
    question = Handshake(over, view.endpoint.server_name, trust=expects.trust or "system", client=expects.certificate)
    return question if view.endpoint.speaks_http else replace(question, alpn=())


def _is_the_service(view: EndpointView, seen: Observation) -> bool:
    answer = seen.answer
    chain = presented(answer) if isinstance(answer, Session) else None
    if not isinstance(answer, Session) or chain is None:
        return False
    return answer.finished and not answer.failure and not answer.verify_errors and covers(chain.leaf, view.endpoint.host)


def _applies(view: EndpointView) -> bool:
    expects = view.endpoint.expects
    return has_proxy(view) and expects.network is not Network.PRIVATE and expects.proxy is not ExpectedRoute.PROXIED


CHECK = EndpointCheck(
    id="proxy-bypass-missing",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://about.gitlab.com/blog/we-need-to-talk-no-proxy/",
    do=(HowTo.NO_PROXY,),
    see=(
        ShellLine("curl -sv --noproxy '*' {to_url}", "an answer of the service, without the proxy"),
        ShellLine("curl.exe -sv --noproxy * {to_url}", "an answer of the service, without the proxy", Shell.POWERSHELL),
    ),
    needs=Stage.TUNNEL,
    applies=_applies,
    judge=judge,
    questions=questions,
    rivals=(),
    explains=(
        "proxy-refuses-target",
        "proxy-cannot-resolve-target",
        "proxy-cannot-reach-target",
        "proxy-tunnel-cut",
    ),
    sentences=Sentences(
        title="{host} works without the proxy {proxy}, but not through it",
        seen="Through the proxy {proxy} (set by {set_by}), {host} cannot be reached. Without the proxy, {address} answers as"
        " {host}.",
        means="This network allows direct connections to {host}. The proxy setting prevents them.",
        remedy=(
            "If your network's rules allow it, add {host} to the proxy's exceptions (NO_PROXY).",
            "If all traffic must use the proxy, ask the team that runs {proxy} to make {host} reachable from it.",
        ),
    ),
)
