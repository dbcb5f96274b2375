"""Some addresses of the name accept connections, others do not.

*What it means*

The name stands for several addresses. Each was tried; some accepted, and others refused, were rejected, or stayed silent.

*Why it matters*

Programs pick one of the addresses, or try them in turn. Programs that meet a dead one fail or wait. It looks like a fault that
comes and goes.

*What to do*

If the dead addresses refuse, tell the provider. If they are silent or rejected, ask the firewall team whether all addresses of
the name are allowed. A rule made from one day's answer of DNS is the usual reason.

*How it is told apart*

Where the dead addresses are exactly the IPv6 ones, it is network-ipv6-broken; where they are exactly the IPv4 ones, it is said
so, as a warning. A host with IPv4 addresses alone is judged here where none of the run was reached over IPv4, and others were
over IPv6. Addresses of a family for which this computer has no way at all are left out: every program skips those at once. Where
no address accepts otherwise, network-connection-filtered, -refused or -rejected say why. Whether a dead address is blocked or its
server is down cannot be told from here, unless a router rejects it in its own name. The same connections from another network
decide.
"""

from msgspec.structs import replace

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, family_of, hosts_of, outcomes_of, seen_in
from diag.knowledge.own_endpoint import is_here
from diag.knowledge.shared_rivals import REFUSED_BY_THIS_COMPUTER, REFUSED_IN_ITS_NAME
from diag.model.address import is_own
from diag.model.answer import Connection
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Connect
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning

Pairs = tuple[tuple[Dial, ConnectOutcome], ...]
_MOST_CITED = 3
_DEAD = frozenset({ConnectOutcome.REFUSED, ConnectOutcome.REJECTED, ConnectOutcome.SILENCE})

FOUR_ALONE = "ipv4"
"""The form where every IPv4 address is dead and every IPv6 address works."""
FOUR_DEAD = "ipv4_dead"
"""The form of a host with no other address, where nothing in the run was reached over IPv4, and others over IPv6."""
REFUSES = "refuses"
"""The form where every dead address refuses: a server is there, and the port is not served."""
_UNHEARD = frozenset({ConnectOutcome.REJECTED, ConnectOutcome.SILENCE, ConnectOutcome.NO_NEIGHBOUR})


def judge(view: EndpointView) -> Finding:
    pairs = outcomes_of(view)
    alive = tuple(dial for dial, word in pairs if word is ConnectOutcome.ACCEPTED)
    dead = tuple(dial for dial, word in pairs if word in _DEAD)
    if not pairs:
        return unknown(Because.NO_ANSWER)
    if is_here(view) and alive:  # localhost stands for both families, and a program may listen for one
        return ok(*seen_in(view.dials))
    if not alive and _has_four_alone(view, pairs) and (six := _reached_over_six_alone(view)):
        return _four_dead(view, seen_in(dial for dial, _ in pairs), six, pairs)
    if not alive or not dead or (_only(6, hosts_of(dead)) and _only(4, hosts_of(alive))):
        return ok(*seen_in(view.dials))
    # A rejection names who sent it; silence and a reset may come from the server or from a rule on the way.
    named = all(word is ConnectOutcome.REJECTED for _, word in pairs if word in _DEAD)
    # What prefers IPv6, as most programs do, is not stopped where that works.
    four_alone = _only(4, hosts_of(dead)) and _only(6, hosts_of(alive))
    say = warning if four_alone else problem
    refuses = all(word is ConnectOutcome.REFUSED for _, word in pairs if word in _DEAD) and not four_alone
    return say(
        *seen_in(alive),
        *seen_in(dead),
        about=",".join(sorted(hosts_of(dead))),
        rules_out={"servers-down": seen_in(dead) if named else ()},
        host=view.dialled_host,
        port=dead[0].question.address.port,
        dead=hosts_of(dead),
        alive=hosts_of(alive),
        outcomes=tuple(dict.fromkeys(word.value for _, word in pairs if word in _DEAD)),
        form=FOUR_ALONE if four_alone else REFUSES if refuses else None,
    )


def _has_four_alone(view: EndpointView, pairs: Pairs) -> bool:
    return _only(4, view.addresses) and all(word in _UNHEARD for _, word in pairs)


def _reached_over_six_alone(view: EndpointView) -> tuple[Observation, ...]:
    """Return the connections of the run over IPv6, where a host of two families answered over that, and none over IPv4."""
    heard: dict[int, list[Observation]] = {4: [], 6: []}
    for seen in view.evidence.observations:
        if isinstance(seen.question, Connect) and isinstance(seen.answer, Connection):
            own = is_own(seen.question.address.host)
            if not own and seen.answer.failure in ("", Failure.REFUSED):
                heard[seen.question.address.family].append(seen)
    return () if heard[4] else tuple(heard[6])


def _four_dead(view: EndpointView, dead: tuple[Observation, ...], six: tuple[Observation, ...], pairs: Pairs) -> Finding:
    return problem(
        *dead,
        *six[:_MOST_CITED],
        about="IPv4",
        host=view.dialled_host,
        port=pairs[0][0].question.address.port,
        dead=hosts_of(dial for dial, word in pairs if word in _UNHEARD),
        outcomes=tuple(dict.fromkeys(word.value for _, word in pairs if word in _UNHEARD)),
        form=FOUR_DEAD,
    )


def _only(family: int, hosts: tuple[str, ...]) -> bool:
    """Whether all addresses are of this family."""
    return all(family_of(host) == family for host in hosts)


_FOUR_ALONE = Sentences(
    title="IPv4 does not reach {host}, but IPv6 does",
    seen=(
        "On port {port}, connections to the IPv4 {dead:address|addresses} {dead} failed ({outcomes}).",
        "Connections to the IPv6 {alive:address|addresses} {alive} succeeded.",
    ),
    means="Programs that prefer IPv6, as most do, work. Programs that use IPv4 alone (containers and drivers without IPv6) fail.",
    remedy=(
        "Ask your network team whether connections over IPv4 to {host} on port {port} may leave this network, and by which"
        " gateway.",
        "Until then, let the program that fails use IPv6.",
    ),
)
_FOUR_DEAD = Sentences(
    title="IPv4 leads nowhere from this computer, but IPv6 works",
    seen="Connections over IPv4 to {dead} failed ({outcomes}). In this run none succeeded over IPv4, and others did over IPv6.",
    means="Hosts that have only IPv4 addresses cannot be reached. Programs that use IPv4 alone fail everywhere.",
    remedy=(
        "Ask your network team why IPv4 leads nowhere from this computer: which gateway it should use, and whether that works.",
        "Until then, use IPv6 where {host} offers it.",
    ),
)
_REFUSES = Sentences(
    title="Some addresses of {host} refuse connections: {dead}",
    seen="On port {port}, connections to {alive} succeeded. Connections to {dead} were refused.",
    means="No program serves port {port} at those addresses. Programs that pick one of them fail, and others do not, so the fault"
    " seems to come and go.",
    remedy=(
        "Tell the provider of {host} that {dead} {dead:refuses|refuse} port {port}, while {alive} {alive:accepts|accept} it.",
        "If the provider finds nothing, ask your firewall team whether a firewall refuses in place of {dead}.",
    ),
    owner=Owner.SERVICE,
)
CHECK = EndpointCheck(
    id="network-address-dead",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8305",
    do=(HowTo.NETWORK_FIREWALL,),
    see=(
        ShellLine(
            "curl -sv --noproxy '*' --connect-timeout 5 http://{dead}:{port}/", "a time-out or Connection refused at this address"
        ),
        ShellLine("Test-NetConnection {dead} -Port {port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    tokens={"outcomes": ConnectOutcome},
    rivals=(
        Rival(
            "servers-down",
            owner=Owner.SERVICE,
            where="form",
            among=(None, FOUR_ALONE, FOUR_DEAD),
            decided_by="the same connections from another network",
            words="the servers at those addresses are down, and the network is fine",
        ),
        replace(REFUSED_IN_ITS_NAME, where="form", among=(REFUSES,)),
        replace(REFUSED_BY_THIS_COMPUTER, whose=True, where="form", among=(REFUSES,)),
    ),
    alike=("outcomes",),
    sentences=Sentences(
        title="Some addresses of {host} do not answer: {dead}",
        seen="On port {port}, connections to {alive} succeeded. Connections to {dead} failed ({outcomes}).",
        means="Programs that pick one of the failing addresses fail or wait. Others do not, so the fault seems to come and go.",
        remedy=(
            "Ask your firewall team to allow every address of {host} on port {port}. The addresses of a name change.",
            "If all are allowed, tell the provider of {host} that {dead} {dead:does|do} not answer on port {port}.",
        ),
    ),
    forms=((FOUR_ALONE, _FOUR_ALONE), (FOUR_DEAD, _FOUR_DEAD), (REFUSES, _REFUSES)),
    explains=("network-connection-filtered", "network-connection-rejected"),
)
