"""The host has only one family of addresses (such as IPv6), and this computer has no route or no address for it.

*What it means*

There are two families of addresses, IPv4 and IPv6, and one cannot talk to the other. Every address of the host is of one, and
this computer, or the network it is in, has only the other.

*Why it matters*

No program here can reach the host, though network, resolver and host are all in order.

*What to do*

Have this network provide the missing family. Until then go through a proxy that has both, or ask the provider for a name with
addresses of the other family. Where the host should have both, check whether its A or AAAA record is missing.

*How it is told apart*

The system says at once that it has no way, for every address of the host, while it has an address and a default route of the
other family. Or it has a way for IPv6 and no address but that of its own link, to which no router carries an answer: that is
this computer's own setting. Without either family it is machine-offline. Where there is a way and nothing comes back, other
causes say so (network-connection-filtered, network-connection-rejected). Where a resolver, or the system's own lookup, knows an
address of the other family, the host has one, and nothing is concluded. The same holds where diag could not wait for an answer.
Where a resolver failed to say whether it has one, this is likely only.
"""

from msgspec.structs import replace

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, family_of, hosts_of, outcomes_of, refused_by, seen_in
from diag.knowledge.resolver_answers import message_of
from diag.knowledge.shared_rivals import NO_PREFIX_ANNOUNCED
from diag.model.address import literal
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Connect, Lookup
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

_DEFAULTS = {4: frozenset({"0.0.0.0/0", "0.0.0.0/1"}), 6: frozenset({"::/0", "::/1", "2000::/3"})}
"""Destinations of a way out; a VPN takes everything by halves, and all of IPv6 that is given out."""
_RECORDS = {4: "A", 6: "AAAA"}
_NO_WAY = frozenset({ConnectOutcome.NO_WAY, ConnectOutcome.NO_SOURCE})
WITHOUT_ADDRESS = "without_address"
"""The form of a computer that has a route for the family and no address that an answer could come to."""


def _stranded(view: EndpointView) -> int | None:
    """The family of all the host's addresses, where this machine has no way for it; None otherwise."""
    pairs = outcomes_of(view)
    families = {family_of(dial.question.address.host) for dial, _ in pairs}
    if len(families) != 1 or any(word not in _NO_WAY or _is_refused(view, dial) for dial, word in pairs):
        return None
    return families.pop()


def _is_refused(view: EndpointView, dial: Dial) -> bool:
    return dial.answer.failure == Failure.BLACKHOLED or refused_by(view, dial) is not None


def _has_way(view: EndpointView, family: int) -> bool | None:
    """Whether this machine has an address and a default route of a family; None: it does not say."""
    links, table = view.machine.interfaces, view.machine.routes
    if links is None or table is None or not table.answer.complete:
        return None
    used = [link for link in links.answer.interfaces if link.up and not link.loopback]
    ips = [ip for link in used for address in link.addresses if (ip := literal(address)) is not None]
    has_address = any(ip.version == family and not ip.is_link_local for ip in ips)
    return has_address and any(route.destination in _DEFAULTS[family] for route in table.answer.routes)


def judge(view: EndpointView) -> Finding:
    family, links, table = _stranded(view), view.machine.interfaces, view.machine.routes
    if family is None:
        return ok(*seen_in(view.dials)) if view.dials else unknown(Because.NO_ANSWER)
    other = 10 - family
    if view.lacks(Lookup) or view.lacks(Connect):
        return unknown(Because.NO_ANSWER, *seen_in(view.dials))
    replies = [seen for seen in view.resolver_replies if seen.question.record == _RECORDS[other]]
    messages = [message_of(seen.answer) for seen in replies]
    looked_up = view.lookup.answer.addresses if view.lookup else ()
    known = any(message and message.addresses for message in messages) or any(family_of(host) == other for host in looked_up)
    if _has_way(view, family) is not False or not _has_way(view, other) or known or links is None or table is None:
        return unknown(Because.UNDECIDED, *seen_in(view.dials), *(seen.observation for seen in replies))
    bound = all(word is ConnectOutcome.NO_SOURCE for _, word in outcomes_of(view))
    sure = literal(view.dialled_host) is not None or any(message and message.rcode == "NOERROR" for message in messages)
    return problem(
        links.observation,
        table.observation,
        *seen_in(view.dials),
        *(seen.observation for seen in replies),
        about=f"IPv{family}",
        owner=Owner.MACHINE if bound else None,
        rules_out={"answers-lost": [*seen_in(view.dials), *(seen.observation for seen in replies)] if sure else ()},
        host=view.dialled_host,
        addresses=hosts_of(view.dials),
        family=family,
        other=other,
        record=_RECORDS[other],
        form=WITHOUT_ADDRESS if bound else None,
    )


_WITHOUT_ADDRESS = Sentences(
    title="{host} has only IPv{family} addresses, and this computer has no usable IPv{family} address",
    seen=(
        "{host} {host:has|have} only IPv{family} addresses: {addresses}. Connections to them left this computer with an address"
        " (fe80::) that is good only on its own link."
    ),
    means="No router carries an answer to such an address, so {host} cannot be reached from this computer.",
    remedy=(
        "Give this computer an IPv{family} address for its network, automatically or by hand.",
        "If it should get its address automatically, ask your network team whether the router announces a prefix for addresses,"
        " or whether DHCPv6 answers.",
        "If {host} should have IPv{other} as well, tell its owner that the {record} record is missing.",
    ),
)
CHECK = EndpointCheck(
    id="network-no-common-family",
    owner=Owner.NETWORK,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6724",
    do=(HowTo.IPV6,),
    see=(
        ShellLine("ip route get {addresses}", "Network is unreachable"),
        ShellLine("Find-NetRoute -RemoteIPAddress {addresses}", "no route", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    explains=("proxy-unreachable",),
    rivals=(
        Rival(
            "answers-lost",
            owner=Owner.DNS,
            decided_by="the answer of another resolver about the {record} record",
            words="a resolver that loses the other family's answers",
        ),
        replace(NO_PREFIX_ANNOUNCED, where="form"),
    ),
    alike=("family",),
    forms=((WITHOUT_ADDRESS, _WITHOUT_ADDRESS),),
    sentences=Sentences(
        title="{host} has only IPv{family} addresses, and this computer has no IPv{family} route",
        seen="{host} {host:has|have} only IPv{family} addresses: {addresses}. This computer has only an IPv{other} route.",
        means="A computer with IPv{other} alone cannot reach an IPv{family} address, so nothing is sent to {host}.",
        remedy=(
            "Ask your network team for IPv{family} on this network, or for a proxy that has it.",
            "If {host} should have IPv{other} as well, tell its owner that the {record} record is missing.",
        ),
    ),
)
