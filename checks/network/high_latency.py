"""The network path to the host is slow: a reply takes more than 300 milliseconds.

*What it means*

Opening a connection takes one trip there and back. Here that trip alone takes long, though nothing was lost.

*Why it matters*

Each new connection needs several such trips before the first answer. Work that opens many connections becomes slow.

*What to do*

See how the way leads: over a VPN or proxy on another continent, over satellite, or to an endpoint in a far region. An endpoint
nearby, or a way that does not go round, is the cure.

*How it is told apart*

The kernel's own measure of the trip is used, the shortest that any connection to the address shows. A first packet that waits
for its neighbour to be found, or is sent again, has that waiting in its measure. Those after it have not. A connect whose
first packet was sent again counts only where something measured the trip later. A line that is overloaded holds packets back
just as long as a long way does; the same look at a quiet hour decides.
"""

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, hosts_of, outcomes_of, seen_in
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import Shell, ShellLine
from diag.model.question import dialled
from diag.model.verdict import Because, Finding, Owner, ok, unknown, warning

_LONG = 0.3
"""Seconds for one trip there and back."""


def _trip(view: EndpointView, dial: Dial) -> float | None:
    """Seconds there and back to one address: the best of all measures; None: none is to be trusted."""
    shaken = [(dialled(seen.question), seen.answer.tcp) for seen in view.sessions]
    fetched = [(dialled(seen.question.over), seen.answer.tcp) for seen in view.exchanges]
    later = [tcp.min_rtt for address, tcp in (*shaken, *fetched) if tcp and address == dial.question.address]
    tcp = dial.answer.tcp
    sent_again = tcp is not None and tcp.total_retransmits > 0 and tcp.min_rtt > _LONG * 1_000_000
    first = [tcp.min_rtt] if tcp and not sent_again else []
    return min((trip for trip in (*first, *later) if trip), default=0) / 1_000_000 or None


def judge(view: EndpointView) -> Finding:
    accepted = tuple(dial for dial, word in outcomes_of(view) if word is ConnectOutcome.ACCEPTED)
    trips = {dial: trip for dial in accepted if (trip := _trip(view, dial)) is not None}
    measured = tuple(trips)
    if not measured:
        return unknown(Because.NOT_REACHED if not accepted else Because.NO_ANSWER, *seen_in(accepted))
    trip = sorted(trips.values())[(len(trips) - 1) // 2]
    if trip <= _LONG:
        return ok(*seen_in(measured))
    return warning(
        *seen_in(measured),
        about=",".join(sorted(hosts_of(measured))),
        host=view.dialled_host,
        addresses=hosts_of(measured),
        milliseconds=round(trip * 1000),
    )


CHECK = EndpointCheck(
    id="network-high-latency",
    owner=Owner.NETWORK,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9293",
    see=(
        ShellLine("ping -c 5 {addresses}", "long times in ms"),
        ShellLine("Test-Connection {addresses} -Count 5", "long times in ms", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    rivals=(
        Rival(
            "full-queue",
            decided_by="the same test at a quiet hour: a long path is as slow then",
            words="the path is short, but packets wait in a full queue",
        ),
    ),
    measures=("milliseconds",),
    sentences=Sentences(
        title="The network path to {host} is slow: {milliseconds} ms there and back",
        seen="One trip to {addresses} and back took {milliseconds} ms, as the system measured it (median of all addresses).",
        means="Every new connection takes several such trips, so work that opens many connections becomes slow.",
        remedy=(
            "Check whether traffic to {host} takes a detour through a VPN or a distant proxy, and shorten it if you may.",
            "If the service has an endpoint nearer to you, use it.",
        ),
    ),
)
