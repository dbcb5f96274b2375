"""A rule on this computer itself forbids the connection.

*What it means*

This computer refused to send the packets: its own firewall, a security program, or the walls of a container forbid this program,
this address or this port. Nothing went out.

*Why it matters*

The network and the service were never asked, so nothing that is changed there helps.

*What to do*

Look at the rules of this computer: the firewall's outgoing rules, the security program's, or the policy of the container. What
is forbidden to diag need not be forbidden to other programs.

*How it is told apart*

A firewall elsewhere in the network answers in its own name, after a trip there and back: network-connection-rejected. Here the
system's answer is that it is not permitted, or the message that forbids it bears this computer's own address. A route that
refuses is machine-route-refuses.
"""

from diag.knowledge.connect_outcomes import ConnectOutcome, all_ended, hosts_of, seen_in
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

LACKING = frozenset({Failure.ADDRESS_NOT_AVAILABLE, Failure.DESCRIPTORS_EXHAUSTED})
"""Held back for want of something, and not by a rule."""


def judge(view: EndpointView) -> Finding:
    forbidden = all_ended(view, ConnectOutcome.HELD_BACK)
    if not view.dials:
        return unknown(Because.NO_ANSWER)
    if not forbidden or any(dial.answer.failure in LACKING for dial in forbidden):
        return ok(*seen_in(view.dials))
    return problem(
        *seen_in(forbidden),
        about="this computer's rules",
        host=view.dialled_host,
        port=forbidden[0].question.address.port,
        addresses=hosts_of(forbidden),
        how="with a message of its own" if all(dial.answer.icmp for dial in forbidden) else "before a packet left",
    )


CHECK = EndpointCheck(
    id="machine-local-firewall",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    judge=judge,
    needs=Stage.CONNECT,
    explains=("proxy-unreachable",),
    sentences=Sentences(
        title="A rule on this computer forbids connections to {host} on port {port}",
        seen="This computer itself refused to connect to {addresses}, {how}.",
        means="Its own firewall, a security program, or the walls of a container forbid it. The network was never asked.",
        remedy=(
            "Look at the outgoing rules of this computer's firewall and security programs for {addresses}, port {port}.",
            "In a container or sandbox, look at its network policy.",
            "Try the program that matters as well: what is forbidden to diag need not be forbidden to others.",
        ),
    ),
)
