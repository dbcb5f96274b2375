"""The proxy takes the request, and cannot connect to the service itself.

*What it means*

The proxy is up and allows the request, but its own connection to the service failed. It answered with a gateway error (502,
503 or 504; tinyproxy: 500), or kept silent about this target alone. A SOCKS proxy greets, takes the request, and then waits or
closes.

*Why it matters*

From here on it is the proxy's way that counts: its routes, the firewall behind it, or the service being down.

*What to do*

Ask the proxy team to connect to the service from the proxy, and to check the firewall and routes behind it. See the service's
status page as well: a service that is down looks the same from here.

*How it is told apart*

The name was not the reason (`proxy-cannot-resolve-target`), nor was a rule (`proxy-refuses-target`). The service is then
dialled without the proxy: where that succeeds, the proxy's way is at fault; where the service itself refuses, it may be down.
"""

from collections.abc import Iterable

from checks.proxy.cannot_resolve_target import DNS_REASONS
from checks.proxy.refuses_target import DENIED_REASONS, TOO_BIG
from diag.knowledge.fetching import DirectConnect, dial
from diag.knowledge.proxy_lookup import failed_itself, found_by_nobody, is_open, opened_by_address
from diag.knowledge.proxy_replies import (
    PastTheProxy,
    easy_target,
    has_proxy,
    heard,
    is_silent,
    leaves_waiting,
    opened_by,
    refusal_of,
    reply,
    socks_code,
    socks_step,
    status_of,
)
from diag.knowledge.response_author import GATEWAY_STATUSES, gateway_reason
from diag.model.answer import HttpReply, TunnelReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.socks import BEHIND, SocksRefusal, SocksStep
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

_REASONS = frozenset(
    {
        "err_connect_fail",
        "err_cannot_forward",
        "err_read_timeout",
        "err_read_error",
        "err_zero_size_object",
        "connection_refused",
        "connection_terminated",
        "connection_timeout",
        "connection_read_timeout",
        "connection_write_timeout",
        "connection_limit_reached",
        "http_response_timeout",
        "destination_not_found",
        "destination_unavailable",
        "destination_ip_unroutable",
    }
)
"""The words for a connection that failed behind the proxy: Squid's, and Proxy-Status' (RFC 9209, section 2.3)."""


SERVICE_DOWN = "service-down"


def judge(view: EndpointView) -> Finding:
    """Return whether the proxy says that it found no connection to the service."""
    seen = reply(view)
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not _says_so(view):
        if isinstance(seen.answer, HttpReply) and seen.answer.status in GATEWAY_STATUSES and not gateway_reason(seen.answer):
            return unknown(Because.UNDECIDED, seen.observation, status=seen.answer.status)
        if refusal_of(seen.answer) and found_by_nobody(view):
            return unknown(Because.UNDECIDED, seen.observation)
        return ok(seen.observation) if heard(seen.answer) else unknown(Because.UNDECIDED, seen.observation)
    straight = dial(view.evidence, view.endpoint.authority)
    word, confidence = _compare(straight)
    return problem(
        seen.observation,
        *straight.seen,
        about=str(view.proxy),
        confidence=Confidence.POSSIBLE if is_open(view) else confidence,
        proxy=str(view.proxy),
        target=str(view.endpoint.authority),
        status=status_of(seen.answer),
        socks_step=socks_step(seen.answer),
        socks_code=socks_code(seen.answer),
        refusal=refusal_of(seen.answer),
        reason=gateway_reason(seen.answer) or None,
        ending=None if seen.answer.status or refusal_of(seen.answer) else seen.answer.failure,
        past_the_proxy=word,
        rules_out={
            SERVICE_DOWN: straight.seen if straight.opened else (),
            "proxy-cannot-resolve-target": [seen.observation] if gateway_reason(seen.answer) in _REASONS else (),
        },
    )


def _says_so(view: EndpointView) -> bool:
    seen = reply(view)
    if seen is None:
        return False
    reason = gateway_reason(seen.answer)
    if reason in DNS_REASONS | DENIED_REASONS | TOO_BIG or found_by_nobody(view) or opened_by_address(view):
        return False
    if isinstance(seen.answer, TunnelReply) and seen.answer.refusal:
        return seen.answer.refusal in BEHIND
    if isinstance(seen.answer, TunnelReply) and is_silent(seen.answer):
        return _is_awake(view)
    if isinstance(seen.answer, TunnelReply) and leaves_waiting(seen.answer):
        return True
    if reason in _REASONS:
        return seen.answer.status >= 500
    if isinstance(seen.answer, TunnelReply) and seen.answer.status in GATEWAY_STATUSES:
        return True
    return failed_itself(seen.answer)


def _is_awake(view: EndpointView) -> bool:
    """Whether a proxy that is silent about this target has an answer to another."""
    other = view.asked(easy_target(view.tunnel.question)) if view.tunnel else None
    answered = other is not None and isinstance(other.answer, TunnelReply) and other.answer.heard
    return answered or any(opened_by(view))


def _compare(straight: DirectConnect) -> tuple[PastTheProxy | None, Confidence]:
    """How the way past the proxy fares, and what that leaves open."""
    if straight.opened:
        return PastTheProxy.CONNECTS, Confidence.CERTAIN
    if any(seen.answer.failure == Failure.REFUSED for seen in straight.dials):
        return PastTheProxy.REFUSES, Confidence.POSSIBLE
    return (PastTheProxy.FAILS if straight.seen else None), Confidence.LIKELY


def questions(view: EndpointView) -> Iterable[Question]:
    """Return the service, dialled without the proxy."""
    return dial(view.evidence, view.endpoint.authority).wanted if _says_so(view) else ()


CHECK = EndpointCheck(
    id="proxy-cannot-reach-target",
    owner=Owner.PROXY,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3",
    do=(HowTo.ALLOW_IN_PROXY,),
    see=(
        ShellLine(
            "curl -sv --max-time 60 -x http://{proxy} {to_url}",
            "an error of the proxy, such as status 502 or 503",
            unless=("socks_code",),
        ),
        ShellLine(
            "curl.exe -sv --max-time 60 -x http://{proxy} {to_url}",
            "an error of the proxy, such as status 502 or 503",
            Shell.POWERSHELL,
            unless=("socks_code",),
        ),
    ),
    explains=("http-status-unexpected",),
    needs=Stage.CONNECT,
    applies=has_proxy,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "proxy-cannot-resolve-target",
            decided_by="the same request to the proxy, with an address of the service instead of its name",
        ),
        Rival(
            SERVICE_DOWN,
            owner=Owner.SERVICE,
            decided_by="a connection to {target} from another network",
            words="the service itself is down",
        ),
        Rival(
            "closed-to-the-proxy",
            owner=Owner.NETWORK,
            whose=True,
            decided_by="the same connection from the computer that the proxy runs on",
            words="a firewall beyond the proxy blocks it",
        ),
    ),
    tokens={"socks_step": SocksStep, "refusal": SocksRefusal, "past_the_proxy": PastTheProxy},
    alike=("refusal", "reason"),
    sentences=Sentences(
        title="The proxy {proxy} cannot connect to {target}",
        seen=(
            "The proxy answered with status {status}.",
            "The proxy's SOCKS {socks_step} was {socks_code}: {refusal}.",
            When("reason", (), "Reason it gives: {reason}."),
            "The proxy accepts requests, but did not answer this one for {target}: {ending}.",
            When("past_the_proxy", (), "Without the proxy: {past_the_proxy}."),
        ),
        means="The proxy allows the request, but its own connection to the service failed.",
        remedy=(
            "Ask the team that runs {proxy} to connect to {target} from the proxy, and to check the firewall and routes"
            " behind it.",
            "Check the status page of the service's provider: a service that is down looks the same from here.",
        ),
    ),
)
