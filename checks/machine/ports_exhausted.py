"""No local port is left to connect from.

*What it means*

Each connection needs a port of its own on this computer. All that are set aside for it are in use, often by connections that
were ended moments ago and still linger.

*Why it matters*

No program here can open another connection to these targets, until old ones have gone.

*What to do*

Find the program that opens so many connections, and let it use them again instead of opening new ones. The range of ports can be
widened as a help for the time being.

*How it is told apart*

The system says that no local address is available. It says the same of IPv6 where this computer has no such address, which
counts as no way, and of a machine without any address, which machine-offline tells.
"""

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, outcome_of
from diag.model.address import literal
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.machine import Interfaces
from diag.model.question import Connect
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning


def _starved(view: EndpointView, interfaces: Interfaces) -> tuple[Dial, ...]:
    """The connects of an endpoint that found no port, though this machine has an address to send from."""
    return tuple(
        dial
        for dial in view.dials
        if dial.answer.failure == Failure.ADDRESS_NOT_AVAILABLE
        and not dial.question.source
        and outcome_of(dial, interfaces) is ConnectOutcome.HELD_BACK
        and _has_address(interfaces, dial.question.address.family)
    )


def _has_address(interfaces: Interfaces, family: int) -> bool:
    ips = [literal(address) for link in interfaces.interfaces if link.up and not link.loopback for address in link.addresses]
    return any(ip is not None and ip.version == family and not ip.is_link_local for ip in ips)


def judge(run_view: RunView) -> Finding:
    links = run_view.machine.interfaces
    dials = [dial for view in run_view.cases for dial in view.dials]
    if links is None or not dials:
        return unknown(Because.NOT_LOOKED if links is None else Because.NOT_REACHED)
    starved = {str(view.endpoint): found for view in run_view.cases if (found := _starved(view, links.answer))}
    if not starved:
        return ok(*(dial.observation for dial in dials))
    unconnected = (view for view in run_view.cases if not view.connected and not view.lacks(Connect))
    hits = [str(view.endpoint) for view in unconnected if str(view.endpoint) in starved]
    say = problem if hits else warning
    failed = [dial for found in starved.values() for dial in found]
    return say(
        links.observation,
        *(dial.observation for dial in failed),
        about="local ports",
        hits=hits,
        failed=len(failed),
        tried=len(dials),
        addresses=tuple(dict.fromkeys(dial.question.address.host for dial in failed)),
    )


CHECK = RunCheck(
    id="machine-ports-exhausted",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6056",
    do=(HowTo.LIMITS,),
    see=(
        ShellLine(
            "ss -tan | tail -n +2 | wc -l; cat /proc/sys/net/ipv4/ip_local_port_range", "as many connections as there are ports"
        ),
        ShellLine("(Get-NetTCPConnection).Count; Get-NetTCPSetting", "as many connections as there are ports", Shell.POWERSHELL),
    ),
    judge=judge,
    rivals=(),
    sentences=Sentences(
        title="This computer has no free local port to connect from",
        seen="{failed} of {tried} connections found no free local port. They were to {addresses}.",
        means="Too many connections are open, or were closed a moment ago, for another one to start.",
        remedy=(
            "Find the program that holds most connections (ss -tan on Linux, netstat -an elsewhere), and stop or fix it.",
            "Make programs reuse connections (keep-alive, pooling) instead of opening one for each request.",
            "As a stopgap, widen the range of local ports (net.ipv4.ip_local_port_range on Linux).",
        ),
    ),
)
