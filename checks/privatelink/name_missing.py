"""The private name does not exist here, though the zone it belongs to does.

*What it means*

This endpoint is meant to be reached over a private link. The resolvers that this computer asks answered that its name does not
exist, and named the zone in whose name they say so: that zone is there, and has no record for this name.

*Why it matters*

Without an address no connection can begin. Often the private zone exists and the record was never made, or this computer sees
the public zone in place of the private one.

*What to do*

Ask your cloud administrator to make the record for this name in the private zone, or to link that zone to the network this
computer is in. The finding names the zone that answered: if it is the public one, the private zone is not visible from here.

*How it is told apart*

A negative answer carries the zone it comes from (SOA). If that is a top-level zone or the root, the whole domain is unknown and
the name may simply be wrong: `dns-name-not-found`. If some resolver here knows the name, resolvers disagree.
"""

from collections.abc import Iterator

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.private_names import expected_private, is_name, names, own_lookup
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.dns import DnsMessage, read_message


def judge(view: EndpointView) -> Finding:
    """Whether every resolver says NXDOMAIN, from a zone below the top."""
    known = names(view)
    if known.told:
        return ok(*known.seen)
    if not known.replies:
        return unknown(Because.NOT_LOOKED, *known.seen)
    answers = [_message(seen.answer) for seen in known.replies]
    if any(message is None or message.rcode != "NXDOMAIN" for message in answers):
        return unknown(Because.UNDECIDED, *known.seen)
    zones = tuple(dict.fromkeys(message.zone for message in answers if message and "." in message.zone.strip(".")))
    if not zones:
        return unknown(Because.UNDECIDED, *known.seen, neighbour="dns-name-not-found")
    return problem(
        *known.seen,
        about=view.endpoint.host,
        # The zone shows that the domain is right; the name's own spelling nobody can vouch for.
        confidence=Confidence.LIKELY,
        host=view.endpoint.host,
        zones=zones,
        resolvers=tuple(dict.fromkeys(_servers(view))),
        cloud=cloud_of(view),
    )


def _message(answer: DnsReply) -> DnsMessage | None:
    message = read_message(answer.message) if answer.message else None
    return message if isinstance(message, DnsMessage) else None


def _servers(view: EndpointView) -> Iterator[str]:
    for seen in names(view).replies:
        if seen.question.server:
            yield str(seen.question.server)


CHECK = EndpointCheck(
    id="privatelink-name-missing",
    owner=Owner.CLOUD,
    article=__doc__,
    applies=lambda view: expected_private(view) and is_name(view),
    judge=judge,
    questions=own_lookup,
    explains=("dns-name-not-found",),
    sentences=Sentences(
        title="The private name {host} does not exist here",
        seen="Asked for {host}, the resolvers answered that there is no such name. Zones that said so: {zones}."
        " Resolvers: {resolvers}.",
        means="The zone is there and has no record for this name, or this computer sees the public zone instead.",
        remedy=(
            "Ask your cloud administrator to make the record for {host} in the private zone.",
            "If it exists, have that zone linked to this computer's network, or forwarded to by the resolvers above.",
        ),
        by_cloud={
            Cloud.AWS: (
                "In Route 53, see whether the private hosted zone for {zones} holds {host}; if not, make it an alias of the"
                " interface endpoint.",
                "See that this zone is associated with the VPC that this computer is in.",
                "If the resolvers are the company's own ({resolvers}), see that they forward this zone to an inbound endpoint of"
                " the Route 53 Resolver.",
            ),
            Cloud.AZURE: (
                "See whether the private DNS zone {zones} holds a record for {host}; a DNS zone group on the private endpoint"
                " makes it by itself.",
                "If the endpoint lies elsewhere on purpose, allow fallback to internet on the zone's virtual network link: a"
                " linked zone without the record hides the public one.",
                "If the resolvers are the company's own ({resolvers}), see that they forward to 168.63.129.16, or to an Azure"
                " DNS Private Resolver.",
            ),
            Cloud.GOOGLE: (
                "In Cloud DNS, see whether the private zone for {zones} holds {host}; if not, add the address of the Private"
                " Service Connect endpoint.",
                "See that this zone is visible to the VPC network that this computer is in.",
                "If the resolvers are the company's own ({resolvers}), see that they forward this zone to the inbound forwarding"
                " addresses of Cloud DNS.",
            ),
        },
    ),
)
