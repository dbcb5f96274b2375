"""A device on the network path accepts every connection, in the name of every host.

*What it means*

Two addresses that belong to nobody (they are set aside for documentation) accepted a connection from this computer. So a
device on the network path accepts connections itself, for every address: a transparent proxy, a firewall that inspects
connections, or the sign-in page of a guest network.

*Why it matters*

That a connection opens proves nothing then: the service may never have been asked. Whatever answers, or fails to, may be that
thing and not the service.

*What to do*

On a guest network, sign in with a browser first. Elsewhere ask the network team what stands between this computer and the
outside, and whether it lets the service through.

*How it is told apart*

The two addresses are asked only where the service's public address accepted a connection and nothing good came of it, and never
with `--no-canary`. In a pod of Kubernetes, any address counts, and one connection may travel no further than one step. Where
it is accepted, that was done by the pod's own sidecar, or by the node. On a healthy network nobody answers for them. A firewall
that accepts and cuts for one host alone is network-connection-cut. Where the service did answer a greeting by another name, or
with a certificate of its own, the thing lets connections pass, and only a warning is given.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import ONE_STEP, Dial, is_direct, is_outside, seen_in
from diag.model.address import NOBODYS, Address, is_own
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Connect, Question, Trace, dialled
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning

SIDECAR = "sidecar"
"""The form in a pod, where the connection is accepted before it comes any further than one step."""
_PATIENCE = 2.0
"""Seconds for one of them; what accepts for others is near, and does so at once."""


def _accepted(view: EndpointView) -> tuple[Address, ...]:
    """The addresses that accepted, where the connection came to nothing good; empty otherwise. Outside of a pod, whose sidecar
    takes whatever leaves it, those of the inside say nothing.
    """
    in_pod = _is_in_pod(view)
    taken = (address for address in view.connected if is_outside(address.host) or (in_pod and not is_own(address.host)))
    return () if view.arrived else tuple(taken)


def _canaries(view: EndpointView) -> tuple[Connect, ...]:
    accepted = _accepted(view)
    if not accepted:
        return ()
    return tuple(Connect(Address(host, accepted[0].port), within=_PATIENCE) for host in NOBODYS[accepted[0].family])


def _steps(view: EndpointView) -> tuple[Trace, ...]:
    """In a pod: whether the connection is accepted before it leaves it, or at the node, which is its first router."""
    return tuple(Trace(address, ONE_STEP) for address in _accepted(view)[:1]) if _is_in_pod(view) else ()


def questions(view: EndpointView) -> Iterable[Question]:
    spoken = (Stage.UPGRADE, Stage.HANDSHAKE, Stage.EXCHANGE)
    return (*_canaries(view), *_steps(view)) if any(map(view.has, spoken)) else ()


def _heard_itself(view: EndpointView) -> bool:
    """Whether any handshake with one of these addresses brought certificates: then somebody behind was asked."""
    accepted = set(_accepted(view))
    return any(seen.answer.chain for seen in view.sessions if dialled(seen.question) in accepted)


def _is_in_pod(view: EndpointView) -> bool:
    system = view.machine.system
    return system is not None and system.answer.kubernetes


def judge(view: EndpointView) -> Finding:
    if view.arrived or not _accepted(view):
        return ok(*seen_in(view.dials)) if view.arrived else unknown(Because.NOT_LOOKED)
    canaries = _canaries(view)
    answers: list[Dial] = [seen for seen in view.connections if seen.question in canaries]
    silent = [seen for seen in answers if seen.answer.failure]
    if silent:
        return ok(*seen_in(silent))
    if len(answers) < len(canaries):
        return unknown(Because.NOT_LOOKED, *seen_in(view.dials))
    steps = [seen for seen in view.traces if seen.question in _steps(view)]
    say = warning if _heard_itself(view) else problem
    return say(
        *seen_in(view.dials),
        *seen_in(answers),
        *(seen.observation for seen in steps),
        about="the way out",
        host=view.endpoint.host,
        addresses=tuple(address.host for address in _accepted(view)),
        nobodys=tuple(seen.question.address.host for seen in answers),
        port=answers[0].question.address.port,
        in_pod=_is_in_pod(view) or None,
        milliseconds=round(max(seen.observation.took for seen in answers) * 1000, 1),
        form=SIDECAR if any(seen.answer.arrived == ONE_STEP for seen in steps) else None,
    )


CHECK = EndpointCheck(
    id="network-transparent-proxy",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-3.7",
    do=(HowTo.NETWORK_FIREWALL,),
    see=(
        ShellLine(
            "curl -sv --noproxy '*' --connect-timeout 5 http://{nobodys}:{port}/", "Connected to, for an address that nobody has"
        ),
        ShellLine(
            "Test-NetConnection {nobodys} -Port {port}",
            "TcpTestSucceeded : True, for an address that nobody has",
            Shell.POWERSHELL,
        ),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=questions,
    rivals=(
        Rival(
            "service-behind-it",
            owner=Owner.SERVICE,
            decided_by="the same test from another network",
            words="the service itself, behind a device that accepts connections for it",
        ),
        Rival(
            "node-accepts",
            owner=Owner.NETWORK,
            where="form",
            among=(SIDECAR,),
            decided_by="the rules of this pod: iptables -t nat -S OUTPUT",
            words="the node, which is the first router of this pod, accepts all connections",
        ),
    ),
    explains=(
        "network-connection-cut",
        "tls-upgrade-unanswered",
        "tls-upgrade-misunderstood",
        "tls-handshake-cut",
        "tls-handshake-silent",
        "tls-plaintext-answer",
        "http-no-answer",
        "http-answer-malformed",
    ),
    sentences=Sentences(
        title="A device on the network path accepts every connection itself",
        seen="{nobodys}, addresses that nobody has, accepted connections on port {port} within {milliseconds} ms. So"
        " did {addresses}, and no valid answer of {host} came.",
        means="An open connection proves nothing here: a transparent proxy, firewall or sign-in page answers for everybody.",
        remedy=(
            When(
                "in_pod",
                (),
                "In Kubernetes, a service mesh's sidecar (Istio, Linkerd) may do this. Ask the team that runs the cluster to"
                " allow {host}, in Istio with a ServiceEntry.",
            ),
            "On a guest network (hotel, train, visitors' wireless), open a browser and sign in, then run diag again.",
            "Elsewhere, ask your network team which device accepts the connections, and to allow {host} there.",
            "If they know of none, run diag in another network and compare.",
        ),
    ),
    forms=(
        (
            SIDECAR,
            Sentences(
                owner=Owner.MACHINE,
                title="The sidecar of this pod's service mesh accepts every connection itself",
                seen=(
                    "{nobodys}, addresses that nobody has, accepted connections on port {port}. So did"
                    " {addresses}, and no valid answer of {host} came.",
                    "A packet that cannot travel beyond the first hop was accepted too, so no host outside did that.",
                ),
                means="The sidecar (Istio, Linkerd) takes all outgoing connections, and ends those to hosts that the mesh does"
                " not allow.",
                remedy=(
                    "Ask the team that runs the cluster to allow {host} on port {port}, in Istio with a ServiceEntry.",
                    "Check that the protocol is set right there: a port for TLS that is declared as HTTP fails like this.",
                    "If this pod has no sidecar, ask your network team whether the node redirects connections.",
                ),
            ),
        ),
    ),
)
