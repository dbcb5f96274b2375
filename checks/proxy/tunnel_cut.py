"""The proxy connects, and then the connection breaks or stays silent.

*What it means*

The proxy agreed to the tunnel (200 to CONNECT). As soon as the TLS handshake began inside, the connection was closed, or
nothing came back at all.

*Why it matters*

Programs report a puzzling TLS error, though neither the certificate nor the settings were ever looked at. Often the proxy
inspects what begins inside the tunnel, and drops what it does not like.

*What to do*

Ask the proxy team what it logs for this target, and whether it inspects TLS or has a rule that ends the tunnel. If it does
not, the service may be the one that closes: see its status page.

*How it is told apart*

The same tunnel is tried again without naming the service: where that is answered, it is a filter by name (`tls-sni-filtered`).
The service is also dialled without the proxy: if the handshake works there, the proxy cuts; if it is cut there too, nothing is
said against the proxy. Where the same tunnel is answered in small segments, it is the size of packets (`network-mtu-blackhole`).
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.fetching import dial
from diag.knowledge.handshake_experiments import tunnel_in_small_segments
from diag.knowledge.proxy_replies import PastTheProxy, has_proxy
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Connect, Handshake, Question, carried_by
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

_ENDINGS = frozenset({Failure.CUT, Failure.RESET, Failure.TIMED_OUT})


SERVICE_CUTS = "service-cuts"


def judge(view: EndpointView) -> Finding:
    """Return whether the tunnel died before a byte of TLS came back."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not _died(seen.answer):
        return ok(seen.observation)
    nameless = view.asked(_nameless(seen.question)) if seen.question.server_name else None
    if nameless and _lived(nameless):
        return ok(seen.observation, nameless)
    if whole := tunnel_in_small_segments(view):
        return ok(seen.observation, whole)
    straight = _straight(view, seen)
    if straight and isinstance(straight.answer, Session) and _died(straight.answer):
        return unknown(Because.UNDECIDED, seen.observation, straight)
    works = straight is not None and _lived(straight)
    return problem(
        seen.observation,
        *([nameless] if nameless else []),
        *([straight] if straight else []),
        about=str(view.proxy),
        confidence=Confidence.CERTAIN if works else Confidence.POSSIBLE,
        proxy=str(view.proxy),
        target=str(view.endpoint.authority),
        ending=str(seen.answer.failure),
        past_the_proxy=PastTheProxy.ANSWERS if works else None,
        rules_out={
            "tls-sni-filtered": [nameless] if nameless else (),
            SERVICE_CUTS: [straight] if works and straight else (),
        },
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the same tunnel without a server name, and the same handshake past the proxy, unless the size of packets is at
    fault on the way to it.
    """
    seen = view.session
    if seen is None or not _died(seen.answer):
        return
    if seen.question.server_name:
        yield _nameless(seen.question)
    if tunnel_in_small_segments(view):
        return
    straight = dial(view.evidence, view.endpoint.authority)
    yield from straight.wanted
    if straight.opened:
        yield _over(seen.question, straight.opened.question)


def _nameless(question: Handshake) -> Handshake:
    return replace(question, server_name="")


def _over(question: Handshake, way: Connect) -> Handshake:
    return carried_by(question, way)


def _straight(view: EndpointView, seen: Answered[Handshake, Session]) -> Observation | None:
    opened = dial(view.evidence, view.endpoint.authority).opened
    return view.asked(_over(seen.question, opened.question)) if opened else None


def _died(answer: Session) -> bool:
    return answer.failure in _ENDINGS and not answer.stage and not answer.bytes_received and not answer.chain


def _lived(seen: Observation) -> bool:
    return isinstance(seen.answer, Session) and (seen.answer.finished or bool(seen.answer.bytes_received))


CHECK = EndpointCheck(
    id="proxy-tunnel-cut",
    owner=Owner.PROXY,
    asks_for="the proxy connects and then ends the connection",
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6",
    do=(HowTo.ALLOW_IN_PROXY,),
    see=(
        ShellLine(
            "curl -sv -x http://{proxy} {to_url}", "CONNECT with 200, then an error in the TLS handshake", unless=("socks_code",)
        ),
        ShellLine(
            "curl.exe -sv -x http://{proxy} {to_url}",
            "CONNECT with 200, then an error in the TLS handshake",
            Shell.POWERSHELL,
            unless=("socks_code",),
        ),
    ),
    needs=Stage.HANDSHAKE,
    applies=lambda view: has_proxy(view) and view.endpoint.speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival("tls-sni-filtered", decided_by="the same tunnel without the service's name in it"),
        Rival(
            SERVICE_CUTS,
            owner=Owner.SERVICE,
            decided_by="the same without the proxy",
            words="the service itself ends the connection",
        ),
    ),
    tokens={"past_the_proxy": PastTheProxy},
    alike=("ending",),
    sentences=Sentences(
        title="The proxy {proxy} connects to {target}, and then the connection breaks",
        seen=(
            "The proxy agreed to the tunnel. The TLS handshake inside it failed before a byte came back: {ending}.",
            When("past_the_proxy", (), "Without the proxy: {past_the_proxy}."),
        ),
        means="Either the proxy's inspection or the service itself ends the connection.",
        remedy=(
            "Ask the team that runs {proxy} what it logs for {target}, and whether it inspects TLS or has a rule against it.",
            "If the proxy allows it, report to the service's provider that {target} closes the connection at the TLS handshake.",
        ),
    ),
)
