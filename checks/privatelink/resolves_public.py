"""An endpoint that should be private resolves to public addresses here.

*What it means*

This endpoint is meant to be reached over a private link: its name should lead to an address inside your own network. Here it
leads to addresses of the open internet instead.

*Why it matters*

Connections leave over the internet, where a firewall stops them or the service refuses them, because it expects you to come
through the private link. Where they do get through, they take a way that was not meant.

*What to do*

The private DNS zone for this name has to be visible to this computer. In the cloud, check that the zone exists, has a record
for this name, and is linked to the network in use. On premises, check that the company's resolvers forward this name to the
cloud's. A laptop usually has to be inside the VPN, and must not use a public resolver.

*How it is told apart*

Private are the addresses of RFC 1918, of shared space (100.64.0.0/10) and unique local IPv6. What the system took decides:
where that is public, and a resolver of this computer has a private address, both are named. Where one answer holds a private
and a public address, that is said: programs take the private way only sometimes, and a public address that fails is a
consequence. Clouds give private endpoints
global IPv6 addresses, so those alone decide nothing. Nor do public addresses of which this computer has neighbours, since some
networks use such inside. Nor do those of a store of AWS that works, which a gateway endpoint may serve. Where nobody said that
the endpoint should be private, two things are needed. Its aliases lead through a zone for private links (Azure falls back to
the public address where that zone is not visible). And the service, by a documented code, refuses the network that the request
came from.
"""

import ipaddress
from collections.abc import Iterator, Sequence

from diag.knowledge.clouds import Cloud, chain_of, cloud_of
from diag.knowledge.private_names import (
    Names,
    addresses_in,
    embedded,
    expected_private,
    is_inside,
    is_name,
    is_outside,
    names,
    own_lookup,
    read,
)
from diag.knowledge.response_author import Author, author
from diag.knowledge.response_codes import refuses_network
from diag.model.address import IpAddress
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.expression import expression
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Lookup
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

_ZONE = "privatelink"
"""The label of zones that providers give to private links."""
_GATEWAY_SERVED = expression(
    r"(?:\A|\.)(?:s3(?:express)?(?:[.-][a-z0-9-]+)*|dynamodb(?:\.[a-z0-9-]+)*)\.amazonaws\.com(?:\.cn)?\Z"
)
"""Names of the two services for which AWS has gateway endpoints."""
OWN_BLOCK = 16
"""Addresses that share this many bits with one of this computer's count as its own network's."""


def judge(view: EndpointView) -> Finding:
    """Return whether what the system took for the name is public, or where it was not asked, what every resolver says."""
    known = names(view)
    told = [embedded(ip) for ip in read(known.addresses or known.told)]
    if view.lacks(Lookup):
        return unknown(Because.NO_ANSWER, *known.seen)
    if not told:
        return unknown(Because.NOT_REACHED if known.system else Because.NOT_LOOKED)
    numbers = [ip for ip in told if ip.version == 4] or told
    if all(not is_outside(ip) for ip in numbers):
        return ok(*known.seen)
    public = [ip for ip in numbers if is_outside(ip)]
    if any(ip.version != 4 or _near(view, ip) for ip in public) or _may_be_gateway(view):
        return unknown(Because.UNDECIDED, *known.seen)
    if len(public) < len(numbers):
        return _both(view, known, public, [ip for ip in numbers if is_inside(ip)])
    if inside := _private_answers(known):
        return _another_knows(view, known, numbers, inside)
    certain = known.system and known.replies and expected_private(view)
    return problem(
        *known.seen,
        about=view.endpoint.host,
        confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        host=view.endpoint.host,
        addresses=tuple(str(ip) for ip in numbers),
        resolvers=tuple(dict.fromkeys(_answerers(known))) or None,
        chain=chain_of(view) or None,
        cloud=cloud_of(view),
    )


def _both(view: EndpointView, known: Names, public: Sequence[IpAddress], private: Sequence[IpAddress]) -> Finding:
    """One answer holds public addresses and private ones."""
    joined = [seen for seen in known.replies if _holds(seen.answer, public) and _holds(seen.answer, private)]
    if not joined or not known.addresses:  # a hosts file may have added one, or each is another resolver's
        return unknown(Because.UNDECIDED, *known.seen)
    fails = {seen.question.address.host for seen in view.dials if seen.answer.failure} - {at.host for at in view.connected}
    return problem(
        *known.seen,
        *(seen.observation for seen in view.dials if seen.question.address.host in fails),
        about=view.endpoint.host,
        form=GIVEN_BOTH,
        host=view.endpoint.host,
        private=tuple(map(str, private)),
        public=tuple(map(str, public)),
        resolvers=tuple(dict.fromkeys(str(seen.question.server) for seen in joined)),
        fails=tuple(str(ip) for ip in (*private, *public) if str(ip) in fails) or None,
        inside_fails=tuple(str(ip) for ip in private if str(ip) in fails) or None,
        cloud=cloud_of(view),
    )


def _holds(answer: DnsReply, addresses: Sequence[IpAddress]) -> bool:
    return any(ip in addresses for ip in map(embedded, read(addresses_in(answer))))


def _answerers(known: Names) -> Iterator[str]:
    """The resolvers that said so by themselves."""
    for seen in known.replies:
        if seen.answer.message and seen.question.server:
            yield str(seen.question.server)


def _private_answers(known: Names) -> dict[str, tuple[str, ...]]:
    """What resolvers say that have private addresses alone for the name, by the resolver."""
    found: dict[str, tuple[str, ...]] = {}
    for seen in known.replies:
        told = [embedded(ip) for ip in read(addresses_in(seen.answer))]
        if seen.question.server and told and not any(is_outside(ip) for ip in told):
            found[str(seen.question.server)] = (*found.get(str(seen.question.server), ()), *map(str, told))
    return found


def _another_knows(view: EndpointView, known: Names, numbers: Sequence[IpAddress], inside: dict[str, tuple[str, ...]]) -> Finding:
    """The system took a public address although a resolver of this computer has the private one."""
    return problem(
        *known.seen,
        about=view.endpoint.host,
        form=ANOTHER_KNOWS,
        owner=Owner.MACHINE,
        host=view.endpoint.host,
        addresses=tuple(str(ip) for ip in numbers),
        resolvers=tuple(server for server in dict.fromkeys(_answerers(known)) if server not in inside) or None,
        private=tuple(dict.fromkeys(ip for told in inside.values() for ip in told)),
        knowing=tuple(inside),
        cloud=cloud_of(view),
    )


def _may_be_gateway(view: EndpointView) -> bool:
    """Whether it is a store of AWS that a gateway endpoint may serve: those keep their public addresses, and it works here."""
    names_here = (view.endpoint.host, *chain_of(view))
    by_gateway = any(_GATEWAY_SERVED.search(name) for name in names_here)
    return by_gateway and view.arrived and not (view.exchange and refuses_network(view, view.exchange.answer))


def _near(view: EndpointView, ip: IpAddress) -> bool:
    """Whether this computer has an address of the same block: networks that use public space inside do exist."""
    inspected = view.machine.interfaces
    own = (address for interface in inspected.answer.interfaces for address in interface.addresses) if inspected else ()
    return any(
        here.version == 4 and is_outside(here) and ip in ipaddress.ip_network(f"{here}/{OWN_BLOCK}", strict=False)
        for here in read(own)
    )


def _falls_back(view: EndpointView) -> bool:
    """Whether the name leads through a zone for private links, and the service refuses who comes in public."""
    seen = view.exchange
    if seen is None or not any(_ZONE in alias.split(".") for alias in chain_of(view)):
        return False
    return bool(refuses_network(view, seen.answer)) and author(view, seen) is Author.SERVICE


ANOTHER_KNOWS = "another_knows"
WHERE_ANOTHER_KNOWS_IT = Sentences(
    title="{host} should be private, but this computer gets its public address from one of its resolvers",
    seen=(
        "Programs here get {addresses} for {host}. {knowing} {knowing:gives|give} {private}.",
        "Resolvers of this computer that give the public address: {resolvers}.",
    ),
    means="Programs take the first answer. Do not mix resolvers that know the private zone with resolvers that do not.",
    remedy=(
        "Remove {resolvers} from the resolvers of this computer, or make the private zone known to {resolvers:it|them} as well.",
        "Keep {knowing}: private names are known there.",
        "If the list comes from the network (DHCP, VPN), ask the DNS team to change it there.",
    ),
)
GIVEN_BOTH = "both"
WHERE_BOTH_ARE_GIVEN = Sentences(
    title="{host} should be private, but has public addresses beside the private ones",
    seen=(
        "{resolvers} {resolvers:gives|give} the private {private:address|addresses} {private} and the public"
        " {public:address|addresses} {public} in one answer.",
        "Connections to {fails} failed.",
    ),
    means="Programs take one address of the answer, so they go over the private link only sometimes, and a fault seems to come"
    " and go.",
    remedy=(
        "Ask the cloud administrator to remove {public} from the private DNS zone that answers for {host}.",
        "If the answer comes from a zone of the company's own resolvers, ask the DNS team to remove {public} there.",
        When(
            "inside_fails",
            (),
            "In the rules on the private endpoint, allow this computer's network to connect to {inside_fails}.",
        ),
    ),
)
CHECK = EndpointCheck(
    id="privatelink-resolves-public",
    owner=Owner.CLOUD,
    by_place=True,
    article=__doc__,
    reference="https://learn.microsoft.com/en-us/azure/private-link/private-endpoint-dns",
    do=(
        HowTo.PRIVATE_ZONE,
        HowTo.RESOLVERS,
    ),
    see=(
        ShellLine("dig +short {host}", "a public address"),
        ShellLine("Resolve-DnsName {host}", "a public address", Shell.POWERSHELL),
    ),
    applies=lambda view: is_name(view) and (expected_private(view) or _falls_back(view)),
    judge=judge,
    questions=own_lookup,
    forms=((ANOTHER_KNOWS, WHERE_ANOTHER_KNOWS_IT), (GIVEN_BOTH, WHERE_BOTH_ARE_GIVEN)),
    spares_who_arrives=True,
    rivals=(
        Rival(
            "zone-not-known-to-all",
            owner=Owner.DNS,
            whose=True,
            where="form",
            among=(ANOTHER_KNOWS,),
            decided_by="which resolvers this computer is meant to use",
            words="every resolver of this computer is meant to know the private zone",
        ),
        Rival(
            "zone-of-own-resolvers",
            owner=Owner.DNS,
            whose=True,
            where="form",
            among=(GIVEN_BOTH,),
            decided_by="which zone holds {public}",
            words="a zone of the company's own resolvers holds both addresses",
        ),
    ),
    explains=(
        "dns-resolvers-disagree",
        "network-address-dead",
        "network-connection-filtered",
        "network-connection-rejected",
        "network-connection-refused",
        "http-storage-denied",
        "http-network-policy-denied",
    ),
    alike=("form",),
    sentences=Sentences(
        title="{host} should be private, but has a public address here",
        seen=(
            "This computer sees these addresses for {host}: {addresses}.",
            "The name leads there through these aliases: {chain}.",
            "Resolvers that give them: {resolvers}.",
        ),
        means="This computer does not see the private DNS record, so connections go over the internet instead of the private"
        " link.",
        remedy=(
            "Check that the private DNS zone for {host} exists, holds its record, and is linked to this computer's network.",
            "If this computer uses the company's own resolvers, make them forward {host} to the cloud's resolver.",
            "On a laptop, connect the VPN and run diag again: {host} should then have a private address.",
        ),
        by_cloud={
            Cloud.AWS: (
                "If {host} {host:is|are} a name of AWS itself, enable private DNS names on the interface endpoint. The"
                " VPC needs DNS support and DNS host names.",
                "If it is a provider's name or your own, check that its Route 53 private hosted zone is associated with the VPC"
                " of this computer.",
                "From on premises, make the company's resolvers forward {host} to an inbound endpoint of the Route 53 Resolver in"
                " that VPC. On a laptop, connect the VPN first.",
            ),
            Cloud.AZURE: (
                "Check that the privatelink zone of {host} exists as a private DNS zone, with a record for the private endpoint.",
                "Check that this zone is linked to the virtual network of this computer. Without the link, the public address is"
                " the answer.",
                "If that network has resolvers of its own, make them forward to 168.63.129.16. From on premises, forward to an"
                " inbound endpoint of an Azure DNS Private Resolver.",
            ),
            Cloud.GOOGLE: (
                "Check that a private zone of Cloud DNS points {host} to the Private Service Connect endpoint. Google's own"
                " services use private.googleapis.com or restricted.googleapis.com.",
                "Check that this zone is visible to the VPC network of this computer.",
                "From on premises, make the company's resolvers forward {host} to the inbound forwarding addresses of Cloud DNS"
                " in that network.",
            ),
        },
    ),
)
