"""Connections are refused because their first packet asks for ECN.

*What it means*

This computer asks for ECN in the first packet of each TCP connection. ECN lets routers report congestion instead of dropping
packets. Linux does so by itself only where `net.ipv4.tcp_ecn` was set to 1. A device on the path, or the host, refuses packets
that ask, and accepts those that do not.

*Why it matters*

Every program on this computer is refused, while other computers, which do not ask, are served.

*What to do*

Set `net.ipv4.tcp_ecn` back to 2, the usual value: ECN is then used where the other side asks for it. The device that refuses
should ignore the flags instead (RFC 3360); its owner can find it by them.

*How it is told apart*

When a connection is refused and this computer asks for ECN, diag connects once more and passes over the first refusal. The system
then sends a second packet, which asks for no ECN. If that is accepted, and a plain connection after it is refused again, ECN is
the reason. If that is refused as well, it is not, and `network-connection-refused` stands. Packets that ask for ECN and are
dropped without a word cost one second with each connection: `network-packet-loss` then names the setting.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, asks_for_ecn, hosts_of, outcomes_of, seen_in
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.how_to import ShellLine
from diag.model.question import Connect, Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

_MOST_TRIED = 2
"""How many addresses are asked once more."""


def judge(view: EndpointView) -> Finding:
    """Return whether what is refused is accepted without ECN, and refused again with it."""
    refused = _refused(view)
    if not refused:
        return ok(*seen_in(view.dials)) if view.dials else unknown(Because.NOT_REACHED)
    without = _answered(view, map(_without, refused))
    if not without:
        return unknown(Because.NOT_LOOKED, *seen_in(refused))
    opened = [dial for dial in without if not dial.answer.failure]
    if all(dial.answer.failure == Failure.REFUSED for dial in without):
        return ok(*seen_in(refused), *seen_in(without))
    again = _answered(view, (_again(view, dial.question) for dial in opened))
    if len(again) < len(opened) or not opened or any(dial.answer.failure != Failure.REFUSED for dial in again):
        return unknown(Because.UNDECIDED, *seen_in(opened), *seen_in(again))
    return problem(
        *seen_in(refused),
        *seen_in(opened),
        *seen_in(again),
        about="ECN",
        host=view.dialled_host,
        port=opened[0].question.address.port,
        addresses=hosts_of(opened),
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the refused connects without ECN, and, where those are accepted, the same with it once more."""
    without = [_without(dial) for dial in _refused(view)]
    yield from without
    yield from (_again(view, dial.question) for dial in _answered(view, without) if not dial.answer.failure)


def _refused(view: EndpointView) -> tuple[Dial, ...]:
    return tuple(dial for dial, word in outcomes_of(view) if word is ConnectOutcome.REFUSED)[:_MOST_TRIED]


def _without(dial: Dial) -> Connect:
    return replace(dial.question, without_ecn=True)


def _again(view: EndpointView, without: Connect) -> Connect:
    """The plain connect, after all that the walks do."""
    return replace(without, without_ecn=False, attempt=view.evidence.run.trials.repeat)


def _answered(view: EndpointView, questions: Iterable[Connect]) -> tuple[Dial, ...]:
    wanted = set(questions)
    return tuple(seen for seen in view.connections if seen.question in wanted)


CHECK = EndpointCheck(
    id="network-ecn-refused",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc3360",
    see=(ShellLine("cat /proc/sys/net/ipv4/tcp_ecn", "the number 1, and not 2"),),
    applies=asks_for_ecn,
    judge=judge,
    questions=questions,
    explains=("network-connection-refused", "network-address-dead", "proxy-unreachable"),
    rivals=(
        Rival(
            "device-to-be-mended",
            owner=Owner.NETWORK,
            whose=True,
            decided_by="which device on the path to {addresses} refuses",
            words="the device that refuses is the network's, and can be set to ignore ECN",
        ),
    ),
    sentences=Sentences(
        title="Connections to {host} are refused because this computer asks for ECN",
        seen="Connections to {addresses} on port {port} were refused. Without ECN they were accepted, and then with ECN refused"
        " again.",
        means="This computer asks for ECN (reports of congestion) with each connection, as net.ipv4.tcp_ecn says. A firewall or"
        " load balancer on the path refuses that, whichever program connects.",
        remedy=(
            "Set net.ipv4.tcp_ecn to 2, the usual value (sudo sysctl -w net.ipv4.tcp_ecn=2), also in /etc/sysctl.d.",
            "Ask your network team which device on the path to {addresses} resets packets with the TCP flags ECE and CWR. It"
            " should ignore these flags.",
        ),
    ),
)
