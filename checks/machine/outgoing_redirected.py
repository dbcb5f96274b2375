"""The computer itself takes every outgoing connection and refuses it.

*What it means*

Connections to several hosts, on several ports, are all refused at once, and the refusal comes even to a packet that may not
travel further than one step. No host outside can answer that soon. A rule on this computer (or on the first router) redirects
all outgoing connections to a program, and that program is not running.

*Why it matters*

Nothing outside can be reached, and it looks as if each service refused by itself.

*What to do*

In Kubernetes this is the sidecar of a service mesh (Istio, Linkerd, Consul) that is not ready yet, or has ended. Make the
program wait for it (Istio: holdApplicationUntilProxyStarts), or start the sidecar first. Elsewhere it is the agent of a VPN,
of a filter or of a security program: start it, or have its rules taken away.

*How it is told apart*

The same hosts are tried on their other usual port, and one of them with a packet that any router would have thrown away (a hop
limit of one). If the address itself answers that, the answer was made here or at the first router. A host that refuses by itself,
or a firewall further away, does not answer such a packet: network-connection-refused. One connection outside that is accepted, or
fails in another way, rules this out. Hosts of this computer's own network are left out.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import (
    ONE_STEP,
    ConnectOutcome,
    Dial,
    beside,
    hosts_of,
    is_outside,
    milliseconds_of,
    outcome_of,
    refused_by,
    seen_in,
)
from diag.knowledge.first_step import is_beyond
from diag.model.answer import Path
from diag.model.check import Rival, RunCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Question, Trace
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

_MOST_TRIED = 2
"""How many endpoints are looked at more closely."""


def _beyond(run_view: RunView) -> tuple[Dial, ...]:
    return tuple(dial for dial in run_view.connections if is_beyond(run_view, dial))


def _are_refused(run_view: RunView, dials: Iterable[Dial]) -> bool:
    links = run_view.machine.interfaces
    return all(outcome_of(dial, links.answer if links else None) is ConnectOutcome.REFUSED for dial in dials)


def _suspected(run_view: RunView) -> tuple[EndpointView, ...]:
    """The endpoints that were refused, where every connection to the outside was; none otherwise."""
    dials = _beyond(run_view)
    if not dials or not _are_refused(run_view, dials):
        return ()
    ids = {dial.observation.id for dial in dials}
    return tuple(view for view in run_view.cases if any(dial.observation.id in ids for dial in view.dials))


def questions(run_view: RunView) -> Iterable[Question]:
    return [question for view in _suspected(run_view)[:_MOST_TRIED] for question in _closer(run_view, view)]


def _closer(run_view: RunView, view: EndpointView) -> list[Question]:
    dials = [dial for dial in view.dials if is_beyond(run_view, dial) and not refused_by(view, dial)]
    return [*beside(view, dials), *(Trace(dial.question.address, ONE_STEP) for dial in dials[:1])]


def _steps(run_view: RunView) -> tuple[Answered[Trace, Path], ...]:
    return tuple(seen for seen in run_view.traces if seen.question.hops == ONE_STEP)


def judge(run_view: RunView) -> Finding:
    dials, suspected = _beyond(run_view), _suspected(run_view)
    if not dials:
        return unknown(Because.NOT_REACHED)
    if not suspected:
        return ok(*seen_in(dials))
    steps = _steps(run_view)
    cites = (*seen_in(dials), *(step.observation for step in steps))
    if not steps:
        return unknown(Because.NO_ANSWER, *cites)
    if any(step.answer.arrived != ONE_STEP for step in steps):
        return ok(*cites)
    hosts, ports = hosts_of(dials), tuple(dict.fromkeys(str(dial.question.address.port) for dial in dials))
    if len(ports) < 2 or (len(hosts) < 2 and not any(is_outside(host) for host in hosts)):
        return unknown(Because.UNDECIDED, *cites)
    system = run_view.machine.system
    is_pod = system is not None and system.answer.kubernetes
    return problem(
        *cites,
        about="outgoing connections",
        hits=[str(view.endpoint) for view in suspected],
        confidence=Confidence.CERTAIN,
        addresses=hosts,
        ports=ports,
        milliseconds=milliseconds_of(dials),
        kubernetes=True if is_pod else None,
        elsewhere=None if is_pod else True,
    )


CHECK = RunCheck(
    id="machine-outgoing-redirected",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://istio.io/latest/docs/ops/common-problems/injection/",
    do=(HowTo.LOCAL_FIREWALL,),
    see=(ShellLine("curl -sv --noproxy '*' --connect-timeout 5 http://{addresses}:{ports}/", "Connection refused, at once"),),
    judge=judge,
    questions=questions,
    explains=(
        "machine-local-firewall",
        "network-connection-refused",
        "proxy-unreachable",
        "network-no-egress",
        "network-transparent-proxy",
    ),
    rivals=(
        Rival(
            "first-router-refuses",
            owner=Owner.NETWORK,
            words="the first router of the network, and not this computer, redirects all connections",
            decided_by="the rules of this computer: nft list ruleset, or iptables -t nat -S OUTPUT",
        ),
    ),
    sentences=Sentences(
        title="This computer itself refuses every outgoing connection",
        seen=(
            "{addresses} refused at once on the ports {ports}.",
            "A packet that cannot travel beyond the first hop got the same refusal, so no host outside sent it.",
        ),
        means=(
            When(
                "kubernetes",
                (True,),
                "This computer is a Kubernetes pod. The sidecar of its service mesh takes all outgoing connections, and it is not"
                " running.",
            ),
            When(
                "elsewhere",
                (True,),
                "A rule redirects all outgoing connections to a program on this computer (a proxy, VPN or filter) that is not"
                " running.",
            ),
        ),
        remedy=(
            When(
                "kubernetes",
                (True,),
                "Check whether the pod's sidecar (istio-proxy, linkerd-proxy) is ready: kubectl describe pod, and its log.",
            ),
            When(
                "kubernetes",
                (True,),
                "Make the program wait for the sidecar (Istio: holdApplicationUntilProxyStarts: true), or try"
                " again once it runs.",
            ),
            When(
                "elsewhere",
                (True,),
                "Find the rule that redirects connections: nft list ruleset, or iptables -t nat -S OUTPUT. Start the program it"
                " redirects to, or remove the rule.",
            ),
            "If this computer has no such rule, ask your network team whether its first router has one.",
        ),
    ),
)
