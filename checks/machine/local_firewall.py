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
system's answer is that it is not permitted, or the message that forbids it bears this computer's own address. It counts wherever
it is met: at a connection, or at the questions to the resolvers. A route that refuses is machine-route-refuses.

A rule may also refuse in the host's own name (nftables: reject with tcp reset). Then a packet is sent that may go one step and
no further: a host beyond a router cannot refuse it. What refuses it all the same is a rule of this computer, or else the first
router, so both are named. Where the host is on this computer's own network, nothing tells a rule from the host:
network-connection-refused.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.connect_outcomes import ONE_STEP, ConnectOutcome, Dial, all_ended, hosts_of, milliseconds_of, seen_in
from diag.knowledge.first_step import one_step, steps_seen
from diag.knowledge.resolver_answers import DnsOutcome, answers_by_resolver, looked_up, named, resolved, seen_of
from diag.knowledge.unanswered import NoReply, held_back
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

LACKING = frozenset({Failure.ADDRESS_NOT_AVAILABLE, Failure.DESCRIPTORS_EXHAUSTED})
"""Held back for want of something, and not by a rule."""


class _Told(StrEnum):
    """How this computer says no."""

    BY_MESSAGE = "by_message"
    AT_ONCE = "at_once"
    IN_ITS_NAME = "in_its_name"


def _questions(view: EndpointView) -> tuple[NoReply, ...]:
    """The questions to resolvers, where a rule of this computer holds all of them back, so that no name is found."""
    heard = answers_by_resolver(view)
    if view.dials or resolved(view) or any(voice.said is not DnsOutcome.NOTHING for voice in heard):
        return ()
    held = held_back(view, heard)
    return () if any(reply.answer.failure in LACKING for reply in held) else held


def judge(view: EndpointView) -> Finding:
    heard = answers_by_resolver(view)
    if held := _questions(view):
        return problem(
            *looked_up(view),
            *seen_of(heard),
            about="this computer's rules",
            host=named(heard),
            port=53,
            addresses=named(heard),
            told=_Told.BY_MESSAGE if all(reply.answer.icmp for reply in held) else _Told.AT_ONCE,
            questions=True,
        )
    if not view.dials:
        return unknown(Because.NOT_REACHED)
    if in_its_name := _in_its_name(view):
        return in_its_name
    forbidden = all_ended(view, ConnectOutcome.HELD_BACK)
    if not forbidden or any(dial.answer.failure in LACKING for dial in forbidden):
        return ok(*seen_in(view.dials))
    return _connects(view, forbidden)


def _connects(view: EndpointView, forbidden: tuple[Dial, ...]) -> Finding:
    return problem(
        *seen_in(forbidden),
        about="this computer's rules",
        host=view.dialled_host,
        port=forbidden[0].question.address.port,
        addresses=hosts_of(forbidden),
        told=_Told.BY_MESSAGE if all(dial.answer.icmp for dial in forbidden) else _Told.AT_ONCE,
    )


def _in_its_name(view: EndpointView) -> Finding | None:
    """The finding where the host's own refusal comes to packets that cannot have reached it; None: it does not."""
    refused = all_ended(view, ConnectOutcome.REFUSED)
    steps = steps_seen(view, refused)
    if not steps or any(step.answer.arrived != ONE_STEP for step in steps):
        return None
    return problem(
        *seen_in(refused),
        *(step.observation for step in steps),
        about="this computer's rules",
        host=view.dialled_host,
        port=refused[0].question.address.port,
        addresses=hosts_of(refused),
        milliseconds=milliseconds_of(refused),
        told=_Told.IN_ITS_NAME,
        form=_Told.IN_ITS_NAME,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same connection with packets that no router passes on."""
    return one_step(view, all_ended(view, ConnectOutcome.REFUSED))


_IN_ITS_NAME = Sentences(
    title="This computer, or the first router, refuses connections to {host} on port {port}",
    seen="{addresses} refused the connection within {milliseconds} ms, and again when the packet was not allowed past the first"
    " router.",
    means="No host beyond a router can answer such a packet. A firewall or security program on this computer refuses in its"
    " place, or else the first router does.",
    remedy=(
        "Check the outgoing rules of this computer's firewall and security programs for {addresses}, port {port} (nftables:"
        " reject with tcp reset).",
        "In a container or sandbox, check its network policy.",
        "If there is no such rule, ask your network team whether the first router refuses it.",
    ),
)
CHECK = EndpointCheck(
    id="machine-local-firewall",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://wiki.nftables.org/wiki-nftables/index.php/Main_Page",
    do=(HowTo.LOCAL_FIREWALL,),
    see=(
        ShellLine(
            "curl -sv --noproxy '*' --connect-timeout 5 http://{host}:{port}/", "Operation not permitted, or Permission denied"
        ),
        ShellLine("Test-NetConnection {host} -Port {port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    judge=judge,
    explains=("proxy-unreachable", "dns-resolver-silent", "dns-first-resolver-dead", "network-connection-refused"),
    questions=questions,
    forms=((_Told.IN_ITS_NAME, _IN_ITS_NAME),),
    rivals=(
        Rival(
            "first-router-refuses",
            owner=Owner.NETWORK,
            where="form",
            among=(_Told.IN_ITS_NAME,),
            decided_by="the rules of this computer: nft list ruleset, or iptables -S OUTPUT",
            words="the first router of the network refuses, and not this computer",
        ),
    ),
    tokens={"told": _Told},
    alike=("told",),
    sentences=Sentences(
        title="A rule on this computer blocks {host} on port {port}",
        seen=(
            "This computer itself refused to send to {addresses}, {told}.",
            When("questions", (True,), "These addresses are resolvers, which turn names into addresses."),
        ),
        means="A local firewall, a security program or a container's policy blocks it. No packet reached the network.",
        remedy=(
            "Check the outgoing rules of this computer's firewall and security programs for {addresses}, port {port}.",
            "If a VPN program blocks everything outside its tunnel (kill switch), connect the VPN or switch that option off.",
            "In a container or sandbox, check its network policy.",
            "Test with the program that fails: a rule may block diag and allow other programs.",
        ),
    ),
)
