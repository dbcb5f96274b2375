"""An endpoint that should be public resolves to private addresses here.

*What it means*

The list says that this endpoint is reached over the open internet. Here its name leads to an address inside a private network.

*Why it matters*

Usually somebody made a private DNS zone for a whole domain, in order to reach one service in it privately. All other names of
that domain then lead inside as well, or nowhere, and fail.

*What to do*

Ask your cloud administrator which private zone answers for this name. Narrow it down to the names that do have a private
endpoint, or let it fall through to public DNS for all others.

*How it is told apart*

A line of the hosts file that names the host is `dns-hosts-file-override`. Some security clients answer every name with an
inside address and carry the traffic themselves: where the connection works in the end, this is only a warning.
"""

from diag.knowledge.clouds import Cloud, chain_of, cloud_of
from diag.knowledge.private_names import embedded, expected_public, is_inside, is_name, is_outside, names, own_lookup, read
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning


def judge(view: EndpointView) -> Finding:
    """Return whether every answer for the name is a private address."""
    known = names(view)
    told = [embedded(ip) for ip in read(known.told)]
    if not told:
        return unknown(Because.NOT_REACHED if known.system else Because.NOT_LOOKED)
    if any(is_outside(ip) for ip in told):
        return ok(*known.seen) if all(is_outside(ip) for ip in told) else unknown(Because.UNDECIDED, *known.seen)
    if not all(is_inside(ip) for ip in told) or _in_hosts_file(view):
        return unknown(Because.UNDECIDED, *known.seen)
    say = warning if view.arrived else problem
    return say(
        *known.seen,
        about=view.endpoint.host,
        confidence=Confidence.CERTAIN if known.system and known.replies else Confidence.LIKELY,
        host=view.endpoint.host,
        addresses=tuple(str(ip) for ip in told),
        chain=chain_of(view) or None,
        cloud=cloud_of(view),
    )


def _in_hosts_file(view: EndpointView) -> bool:
    """Whether a line of the hosts file decides over the name."""
    hosts = view.machine.hosts
    return hosts is not None and any(view.endpoint.host in line.names for line in hosts.answer.lines)


CHECK = EndpointCheck(
    id="privatelink-unexpectedly-private",
    owner=Owner.CLOUD,
    article=__doc__,
    reference="https://learn.microsoft.com/en-us/azure/dns/private-dns-fallback",
    do=(HowTo.PRIVATE_ZONE,),
    see=(
        ShellLine("dig +short {host}", "a private address"),
        ShellLine("Resolve-DnsName {host}", "a private address", Shell.POWERSHELL),
    ),
    applies=lambda view: expected_public(view) and is_name(view),
    judge=judge,
    questions=own_lookup,
    explains=("network-connection-filtered", "network-connection-rejected", "network-connection-refused"),
    rivals=(),
    sentences=Sentences(
        title="{host} should be public, but has private addresses here",
        seen=(
            "This computer sees these addresses for {host}: {addresses}.",
            "The name leads there through these aliases: {chain}.",
        ),
        means="A private DNS zone here answers for this name, although the name has no private endpoint.",
        remedy=(
            "Ask your cloud administrator which private DNS zone answers for {host}.",
            "Ask them to limit the zone to the names that have a private endpoint, or to forward the others to public DNS.",
        ),
        by_cloud={
            Cloud.AWS: (
                "Check which interface endpoint of the VPC has private DNS names enabled for the domain of {host}. It answers for"
                " all names of that domain, other accounts' included.",
                "Check whether a Route 53 private hosted zone, or a rule of the Route 53 Resolver, covers names without"
                " a private endpoint.",
                "Limit it to those names, or switch private DNS names off and add records for single names.",
            ),
            Cloud.AZURE: (
                "Check which private DNS zone is linked to the virtual network and answers for {host}, and"
                " whose record it holds.",
                "If the private endpoint belongs to another team or region, remove the record, or the link of the zone.",
                "Allow fallback to internet on the zone's virtual network link for names without a record.",
            ),
            Cloud.GOOGLE: (
                "Check which private zone or response policy of Cloud DNS covers {host}. One for *.googleapis.com answers for"
                " every service of Google.",
                "Limit it to the services that should be private, or point {host} to its public address in it.",
            ),
        },
    ),
)
