"""The connection is accepted, and ended at once, though nothing was sent.

*What it means*

The host accepted the connection, or something did in its name. Before a byte was exchanged it ended it again. diag then opened
another connection and sent nothing at all: that was ended too.

*Why it matters*

Nothing can be said to the service, in TLS or otherwise.

*What to do*

A load balancer without a healthy server behind it does this, and so do firewalls that accept a connection first and look at
their rules afterwards. Give the provider, and the firewall team, address and time. On this computer itself it is the near end
of a forward (ssh -L, kubectl port-forward, a published port of a container) whose far end is gone.

*How it is told apart*

A connection that is ended only after the TLS greeting is tls-handshake-cut or tls-sni-filtered: there the silent connection
stays open. A mere connection (tcp://) is watched for a moment, and tried once more where it was ended without a byte. Which of
firewall and load balancer ends it cannot be told from here; the same look from another network decides.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import is_direct
from diag.knowledge.own_endpoint import NEAR_END, is_here, owner_here
from diag.model.address import is_own
from diag.model.answer import HoldEnd, HttpReply, Session, UpgradeReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Connect, Exchange, Handshake, Hold, Question, Upgrade
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

SILENT_FOR = 2.0
"""Seconds for which the silent connection should live: every server waits longer than that to be greeted."""
_ENDED = frozenset({Failure.RESET, Failure.CUT})

SeenSpoken = (
    Answered[Upgrade, UpgradeReply] | Answered[Handshake, Session] | Answered[Exchange, HttpReply] | Answered[Hold, HoldEnd]
)


def _first_words(view: EndpointView) -> SeenSpoken | None:
    """What was said first on the connection: its own protocol, else the handshake, else the request; or that it was watched."""
    return view.upgrade or view.session or view.exchange or view.watched


def _is_cut(view: EndpointView, spoken: SeenSpoken) -> bool:
    """Whether the connection ended before any byte came back. (The kernel's own count is no help: it counts the end as one.)"""
    answer = spoken.answer
    if isinstance(answer, HoldEnd):
        return view.hung_up
    counted = answer.bytes_received if isinstance(answer, Session) else answer.status if isinstance(answer, HttpReply) else 0
    heard = answer.first_bytes or counted
    return not answer.stage and answer.failure in _ENDED and not heard


def _hold(spoken: SeenSpoken) -> Hold | None:
    over = spoken.question.over
    return Hold(over, SILENT_FOR, still=isinstance(spoken.answer, HoldEnd)) if isinstance(over, Connect) else None


def questions(view: EndpointView) -> Iterable[Question]:
    spoken = _first_words(view)
    hold = _hold(spoken) if spoken and _is_cut(view, spoken) else None
    return [hold] if hold else []


def judge(view: EndpointView) -> Finding:
    spoken = _first_words(view)
    if spoken is None:
        return unknown(Because.NOT_REACHED)
    if not _is_cut(view, spoken):
        return ok(spoken.observation)
    held = next((seen for seen in view.holds if seen.question == _hold(spoken)), None)
    if held is None:
        return unknown(Because.UNDECIDED, spoken.observation)
    if held.answer.failure not in _ENDED or held.answer.lived >= SILENT_FOR:
        return ok(spoken.observation, held.observation)
    here = is_here(view)
    address = held.question.over.address.host if isinstance(held.question.over, Connect) else view.endpoint.host
    return problem(
        spoken.observation,
        held.observation,
        about=f"{address} {view.endpoint.port}",
        owner=owner_here(view),
        rules_out={"balancer-empty": (held.observation,)} if here else {},
        form=ENDED_HERE if here else None,
        here=here or None,
        by_hosts=(here and not is_own(view.endpoint.host)) or None,
        endpoint=str(view.endpoint.authority) if here else None,
        host=view.endpoint.host,
        port=view.endpoint.port,
        address=address,
        ending=held.answer.failure,
        lived=round(held.answer.lived, 3),
    )


ENDED_HERE = "here"
"""The form where the endpoint is this computer by its own name or address."""
_HERE = Sentences(
    title="A program on this computer accepts connections on port {port} and closes them at once",
    seen=(
        "{address} accepted the connection, and ended it before it sent a byte.",
        When("ending", ("reset",), "A connection on which diag sent nothing was reset after {lived} s."),
        When("ending", ("cut",), "A connection on which diag sent nothing was closed normally after {lived} s."),
    ),
    means="{host} {host:is|are} this computer itself: no network lies between. What listens there cannot serve the connection.",
    remedy=(
        When(
            "by_hosts",
            (True,),
            "A line of the hosts file leads {host} to this computer. If it is left from earlier, remove it.",
        ),
        NEAR_END,
        "Else check the log of the program that listens on port {port}, and start it again.",
    ),
)
CHECK = EndpointCheck(
    id="network-connection-cut",
    owner=Owner.NETWORK,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9293#section-3.5.2",
    do=(HowTo.NETWORK_FIREWALL,),
    see=(
        ShellLine("curl -sv --noproxy '*' --connect-timeout 5 http://{host}:{port}/", "Connection reset, or Empty reply"),
        ShellLine("Test-NetConnection {to_host} -Port {to_port}", "TcpTestSucceeded : True", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=questions,
    tokens={"ending": Failure},
    rivals=(
        Rival(
            "balancer-empty",
            owner=Owner.SERVICE,
            decided_by="the same test from another network",
            words="a load balancer without a healthy server",
        ),
    ),
    explains=("tls-upgrade-unanswered", "tls-handshake-cut", "tls-sni-filtered", "http-no-answer"),
    alike=("ending", "form"),
    forms=((ENDED_HERE, _HERE),),
    sentences=Sentences(
        title="{host} accepts connections on port {port} and closes them at once",
        seen=(
            "{address} accepted the connection, and ended it before it sent a byte.",
            When("ending", ("reset",), "A connection on which diag sent nothing was reset after {lived} s."),
            When("ending", ("cut",), "A connection on which diag sent nothing was closed normally after {lived} s."),
        ),
        means="Either a firewall answers in place of the host and then cuts, or a load balancer has no healthy server.",
        remedy=(
            "Ask your firewall team whether it inspects or cuts connections to {address} on port {port}.",
            "If it does not, tell the provider that {address} accepts connections on port {port} and closes them at once.",
        ),
    ),
)
