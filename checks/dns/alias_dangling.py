"""The name is an alias for another name, and that other name does not exist.

*What it means*

The resolvers found the name: it says "see there", and there is nothing. The service was moved or removed and its alias was
left behind; or the other name lives in a private zone that lacks its record.

*Why it matters*

No program gets an address. A forgotten alias can also be taken over by a stranger who registers its target.

*What to do*

The owner of the alias has to point it at a name that exists, or remove it. If the target belongs to a private zone of a cloud
(such as a name with "privatelink" in it), look there first. A zone that is linked to this network hides the public one of the
same name, with all records that it does not hold itself. The cloud administrator then has to add the record, or to allow the
fallback to public DNS.

*How it is told apart*

A name that itself does not exist is dns-name-not-found; a target that exists without an address is dns-no-address. The zone
that denies the target is named. Whether it is a zone of your own network that hides another, resolvers outside would tell, and
these are not asked: so this is never certain.
"""

from diag.knowledge.private_zones import is_hidden_by_zone
from diag.knowledge.resolver_answers import (
    DnsOutcome,
    agreed_here,
    answers_by_resolver,
    looked_up,
    looks_up,
    named,
    not_this,
    seen_of,
    settled,
    zone_of,
)
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Confidence, Finding, Owner, problem


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    heard = answers_by_resolver(view)
    dangling = agreed_here(view, DnsOutcome.BROKEN_ALIAS)
    if not dangling:
        return not_this(view)
    targets = tuple(dict.fromkeys(message.canonical for voice in dangling for message in voice.messages))
    zone, is_hidden = zone_of(dangling), is_hidden_by_zone(dangling)
    return problem(
        *looked_up(view),
        *seen_of(heard),
        *seen_of(dangling),
        about=", ".join(targets),
        confidence=Confidence.LIKELY,
        owner=Owner.CLOUD if is_hidden else Owner.SERVICE,
        name=view.dialled_host,
        targets=targets,
        zone=zone,
        private_zone=zone if is_hidden else None,
        public_target=targets if not is_hidden else None,
        resolvers=named(dangling),
    )


CHECK = EndpointCheck(
    id="dns-alias-dangling",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc2308#section-2.1",
    do=(HowTo.PRIVATE_ZONE,),
    see=(
        ShellLine("dig +tries=1 @{resolvers} {name}", "a CNAME record with status: NXDOMAIN"),
        ShellLine("Resolve-DnsName {targets}", "DNS name does not exist", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    rivals=(
        Rival(
            "hidden-by-own-zone",
            owner=Owner.DNS,
            where="public_target",
            words="a zone of your own network hides the public one, in which {targets} exists",
            decided_by="the same question to a resolver outside this network",
        ),
        Rival(
            "target-removed",
            owner=Owner.SERVICE,
            where="private_zone",
            words="the target was removed, and the alias was left behind",
            decided_by="the same question to a resolver outside this network",
        ),
    ),
    sentences=Sentences(
        title="The {name:name|names} {name} {name:points|point} to {targets}, which {targets:does|do} not exist here",
        seen=(
            "{resolvers} answered that {name} {name:is an alias|are aliases} for {targets}, which {targets:does|do} not exist.",
            "The zone that the answer comes from: {zone}.",
        ),
        means=(
            When(
                "public_target",
                (),
                "Either the target was removed and the alias was left behind, or a zone of this network hides the target.",
            ),
            When(
                "private_zone",
                (),
                "The private zone {private_zone} is linked to this network and has no record for the target. It hides the public"
                " record of the same name.",
            ),
        ),
        remedy=(
            When(
                "private_zone",
                (),
                "If your company has a private endpoint for the service, ask your cloud administrator to add a record for"
                " {targets} to the zone {private_zone}.",
            ),
            When(
                "private_zone",
                (),
                "If the service belongs to somebody else, allow fallback to public DNS on that zone's link (Azure:"
                " fallback to internet). Or remove the link.",
            ),
            When("public_target", (), "Tell the owner of {name} that its alias points to {public_target}, which does not exist."),
            When(
                "public_target",
                (),
                "Ask your DNS team whether the resolvers here hold their own zone for {public_target}: it would hide the public"
                " one.",
            ),
        ),
    ),
)
