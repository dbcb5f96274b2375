"""Nothing outside this network answers.

*What it means*

This computer has a way out and uses it, but no answer ever comes back from any public address that was tried. The network
drops outgoing connections, as networks do that allow them only through a proxy or a VPN.

*Why it matters*

No service outside can be reached straight from here.

*What to do*

Ask the network team how programs on this computer should go out. If there is a proxy, set it; if a firewall rule is missing,
have it added for the targets of this run.

*How it is told apart*

At least two public addresses have to be silent, and none may answer, not even with a refusal. One of them may be a host that
you name as known to be good (`--control`): that makes it certain. Where only one target is silent, it is
network-connection-filtered. Where this computer knows no way out at all, it is machine-offline; where its gateway does
not answer, network-gateway-dead. Inside addresses may well answer.
"""

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, all_ended, hosts_of, is_direct, is_outside, outcome_of
from diag.model.check import Rival, RunCheck, Sentences, When
from diag.model.endpoint_view import RunView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.machine import Interfaces
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

_ENOUGH = 2
"""How many public addresses have to be silent."""
_LOCAL = frozenset(
    {
        ConnectOutcome.NO_WAY,
        ConnectOutcome.NO_SOURCE,
        ConnectOutcome.HELD_BACK,
        ConnectOutcome.NO_NEIGHBOUR,
        ConnectOutcome.OTHER,
    }
)


def _public(run_view: RunView, interfaces: Interfaces | None) -> tuple[tuple[Dial, ConnectOutcome], ...]:
    """Every connect to a public address that left this machine."""
    pairs = ((dial, outcome_of(dial, interfaces)) for dial in run_view.connections if is_outside(dial.question.address.host))
    return tuple((dial, word) for dial, word in pairs if word not in _LOCAL)


def judge(run_view: RunView) -> Finding:
    seen = run_view.machine.interfaces
    tried = _public(run_view, seen.answer if seen else None)
    if not tried:
        return unknown(Because.NOT_REACHED)
    heard = [dial.observation for dial, word in tried if word is not ConnectOutcome.SILENCE]
    if heard:
        return ok(*heard)
    hit = [view for view in run_view.cases if is_direct(view) and any(is_outside(d.question.address.host) for d in view.dials)]
    silent = [view for view in hit if all_ended(view, ConnectOutcome.SILENCE)]
    addresses = {dial.question.address.host for dial, _ in tried}
    asked = {dial.question.address for dial in run_view.control_dials}
    controls = [dial for dial, _ in tried if dial.question.address in asked]
    if not silent or len(silent) + len(controls) < _ENOUGH or len(addresses) < _ENOUGH:
        return unknown(Because.UNDECIDED, *(dial.observation for dial, _ in tried))
    return problem(
        *(dial.observation for dial, _ in tried),
        about="outside",
        hits=[str(view.endpoint) for view in silent],
        rules_out={"targets-filtered": [dial.observation for dial in controls]},
        addresses=tuple(dict.fromkeys(dial.question.address.host for dial, _ in tried)),
        count=len(addresses),
        seconds=round(max(dial.observation.took for dial, _ in tried), 1),
        inside=any(view.connected and is_direct(view) for view in run_view.cases) or None,
        known_good=hosts_of(controls) or None,
    )


CHECK = RunCheck(
    id="network-no-egress",
    owner=Owner.NETWORK,
    by_rule=True,
    by_place=True,
    asks_for="nothing outside answers from here",
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9293",
    do=(
        HowTo.SET_PROXY,
        HowTo.NETWORK_FIREWALL,
    ),
    see=(
        ShellLine("curl -sv --noproxy '*' --connect-timeout 5 http://{addresses}:{to_port}/", "a time-out"),
        ShellLine("Test-NetConnection {addresses} -Port {to_port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    judge=judge,
    explains=("network-connection-filtered",),
    rivals=(
        Rival(
            "targets-filtered",
            decided_by="a connection to a public host that is known to be allowed (--control)",
            words="only these endpoints are blocked",
        ),
    ),
    sentences=Sentences(
        title="Nothing outside this network answers: none of {count} public addresses replied",
        seen=(
            "Connections to {addresses} got no reply within {seconds} s.",
            When("inside", (True,), "An endpoint inside the network was reached."),
            "Comparison hosts that were silent as well: {known_good}.",
        ),
        means="The network drops outgoing connections. Perhaps only a proxy or a VPN may go out.",
        remedy=(
            "Ask your network team how programs on this computer should go out: directly, through a proxy, or over a VPN.",
            "If through a proxy, set HTTPS_PROXY to it (or give it to diag with --proxy), and run diag again.",
            "If directly, ask the firewall team to allow the endpoints of this run, and the replies.",
        ),
    ),
)
