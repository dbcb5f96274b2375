"""The private name does not exist here, though the zone it belongs to does.

*What it means*

This endpoint is meant to be reached over a private link. The resolvers that this computer asks answered that its name does not
exist, and named a zone. That zone exists, and has no record for this name.

*Why it matters*

Without an address no connection can begin. Often the private zone exists and the record was never made, or this computer sees
the public zone in place of the private one.

*What to do*

Ask your cloud administrator to make the record for this name in the private zone, or to link that zone to the network this
computer is in. The finding names the zone that answered: if it is the public one, the private zone is not visible from here.

The zone of a private link takes the place of the public one as a whole. Where it is one's own and the account is somebody else's,
its name is hidden: allow fallback to internet on the zone's link, or add a record. The account's owner sees nothing wrong.

*How it is told apart*

A negative answer carries the zone it comes from (SOA). If that is a top-level zone or the root, the whole domain is unknown and
the name may simply be wrong: `dns-name-not-found`. That a zone is one's own is read off its primary server, which clouds name
alike for all private zones. If some resolver knows the name while another speaks for such a zone, the name is hidden, and no
resolver is to be removed; else it is `dns-resolvers-disagree`.
"""

from collections.abc import Iterator

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.hidden_names import HiddenName, hidden_by_own_zone
from diag.knowledge.private_names import expected_private, is_name, names, own_lookup
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage

_NAME_WRONG = "name-wrong"


def judge(view: EndpointView) -> Finding:
    """Return whether every resolver says NXDOMAIN, from a zone below the top, or one's own zone hides somebody else's name."""
    known = names(view)
    hidden = hidden_by_own_zone(view)
    if hidden and not known.addresses and not view.arrived:
        return _hidden(view, hidden)
    if known.told:
        return ok(*known.seen)
    if not known.replies:
        return unknown(Because.NOT_LOOKED, *known.seen)
    answers = [_message(seen.answer) for seen in known.replies]
    if any(message is None or message.rcode != "NXDOMAIN" for message in answers):
        return unknown(Because.UNDECIDED, *known.seen)
    zones = tuple(dict.fromkeys(message.zone for message in answers if message and "." in message.zone.strip(".")))
    if not zones:
        return unknown(Because.UNDECIDED, *known.seen)
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


def _hidden(view: EndpointView, hidden: HiddenName) -> Finding:
    known = names(view)
    exists = hidden.aliases or [seen.observation for seen in known.replies if seen.question.server in hidden.knowing]
    return problem(
        *known.seen,
        about=view.endpoint.host,
        form=HIDDEN,
        host=view.endpoint.host,
        zones=hidden.zones,
        resolvers=tuple(map(str, hidden.denying)),
        knowing=tuple(map(str, hidden.knowing)) or None,
        cloud=cloud_of(view),
        rules_out={_NAME_WRONG: exists},
    )


def _message(answer: DnsReply) -> DnsMessage | None:
    message = read_message(answer.message) if answer.message else None
    return message if isinstance(message, DnsMessage) else None


def _servers(view: EndpointView) -> Iterator[str]:
    for seen in names(view).replies:
        if seen.question.server:
            yield str(seen.question.server)


HIDDEN = "hidden"
_IS_HIDDEN = (
    "{resolvers} answered that {host} {host:has|have} no address here. The answer came from {zones}, a"
    " private zone of your own network.",
    "Resolvers that do not see this zone know the name: {knowing}.",
)
_FALL_BACK = "If {host} {host:is|are} used over the internet, add its public address to that zone."
WHERE_OUR_OWN_ZONE_HIDES_IT = Sentences(
    title="A private zone of your own network hides {host}",
    seen=_IS_HIDDEN,
    means="The private zone {zones} replaces the public one as a whole. It has no record for this account, perhaps a"
    " partner's, so the name does not exist here.",
    remedy=(
        "If there is a private endpoint for {host}, ask the cloud administrator to add its record to the private zone {zones}.",
        _FALL_BACK,
        "The owner of the account need not do anything: their record is right.",
    ),
    by_cloud={
        Cloud.AWS: (
            "If there is an endpoint for {host} in the VPC, add it to the Route 53 private hosted zone {zones}.",
            "If there is none, add {host} there with its public address, or limit the zone to your own names.",
            "The owner of the account need not do anything: their record is right.",
        ),
        Cloud.AZURE: (
            "On the virtual network link of the private DNS zone {zones}, switch on fallback to internet. Names"
            " without a record are then looked up in public DNS.",
            "Or add a record for {host} to that zone, if your network has a private endpoint for this account.",
            "The owner of the account need not do anything: their record is right.",
        ),
        Cloud.GOOGLE: (
            "In Cloud DNS, add {host} to the private zone for {zones}, or limit the zone to your own names.",
            "For Google's own services, add an alias to private.googleapis.com or restricted.googleapis.com there.",
            "Do not forward the zone to a public resolver: your own private names are in it.",
        ),
    },
)
CHECK = EndpointCheck(
    id="privatelink-name-missing",
    owner=Owner.CLOUD,
    by_place=True,
    article=__doc__,
    reference="https://learn.microsoft.com/en-us/azure/dns/private-dns-fallback",
    do=(HowTo.PRIVATE_ZONE,),
    see=(
        ShellLine("dig +tries=1 @{resolvers} {host}", "status: NXDOMAIN, and the name of the private zone"),
        ShellLine("Resolve-DnsName {host}", "DNS name does not exist", Shell.POWERSHELL),
    ),
    applies=lambda view: is_name(view) and (expected_private(view) or hidden_by_own_zone(view) is not None),
    judge=judge,
    questions=lambda view: own_lookup(view) if expected_private(view) else (),
    explains=(
        "dns-name-not-found",
        "dns-no-address",
        "dns-alias-dangling",
        "dns-resolvers-disagree",
        "privatelink-resolves-public",
    ),
    forms=((HIDDEN, WHERE_OUR_OWN_ZONE_HIDES_IT),),
    rivals=(
        Rival(
            _NAME_WRONG,
            decided_by="the provider's own list of names for this account",
            words="{host} {host:is|are} spelt wrongly, and the name belongs to nobody",
        ),
    ),
    alike=("form",),
    sentences=Sentences(
        title="The private name {host} does not exist here",
        seen="The {resolvers:resolver|resolvers} {resolvers} answered that {host} {host:does|do} not exist. The"
        " answer came from {zones}.",
        means="The private zone has no record for this name, or this computer sees the public zone instead.",
        remedy=(
            "Ask your cloud administrator to add the record for {host} to the private zone.",
            "If the record exists, ask them to link that zone to this computer's network, or to make the resolvers above"
            " forward it.",
        ),
        by_cloud={
            Cloud.AWS: (
                "In Route 53, check whether the private hosted zone for {zones} holds {host}. If not, add it as an alias of the"
                " interface endpoint.",
                "Check that this zone is associated with the VPC of this computer.",
                "If the resolvers are the company's own ({resolvers}), check that they forward this zone to an inbound endpoint"
                " of the Route 53 Resolver.",
            ),
            Cloud.AZURE: (
                "Check whether the private DNS zone {zones} holds a record for {host}. A DNS zone group on the private endpoint"
                " adds it automatically.",
                "If the endpoint is elsewhere on purpose, allow fallback to internet on the zone's virtual network"
                " link. A linked zone without the record hides the public one.",
                "If the resolvers are the company's own ({resolvers}), check that they forward to 168.63.129.16, or to an Azure"
                " DNS Private Resolver.",
            ),
            Cloud.GOOGLE: (
                "In Cloud DNS, check whether the private zone for {zones} holds {host}. If not, add the address of the Private"
                " Service Connect endpoint.",
                "Check that this zone is visible to the VPC network of this computer.",
                "If the resolvers are the company's own ({resolvers}), check that they forward this zone to the inbound"
                " forwarding addresses of Cloud DNS.",
            ),
        },
    ),
)
