"""The name is an alias for another name, and that other name does not exist.

*What it means*

The resolvers found the name: it says "see there", and there is nothing. The service was moved or removed and its alias was
left behind; or the other name lives in a private zone that lacks its record.

*Why it matters*

No program gets an address. A forgotten alias can also be taken over by a stranger who registers its target.

*What to do*

Whoever owns the alias has to point it at a name that exists, or remove it. Where the target belongs to a private zone
(a name with "privatelink" in it, for one), the cloud administrator has to add its record to that zone.

*How it is told apart*

A name that itself does not exist is dns-name-not-found; a target that exists without an address is dns-no-address. The zone
that denies the target is named: where it is a private zone of yours, the missing record is yours too.
"""

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
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Confidence, Finding, Owner, problem


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    heard = answers_by_resolver(view)
    dangling = agreed_here(view, DnsOutcome.BROKEN_ALIAS)
    if not dangling:
        return not_this(view)
    targets = tuple(dict.fromkeys(message.canonical for voice in dangling for message in voice.messages))
    return problem(
        *looked_up(view),
        *seen_of(heard),
        *seen_of(dangling),
        about=", ".join(targets),
        confidence=Confidence.CERTAIN if set(heard) <= set(dangling) else Confidence.LIKELY,
        name=view.dialled_host,
        targets=targets,
        zone=zone_of(dangling) or "not named",
        resolvers=named(dangling),
    )


CHECK = EndpointCheck(
    id="dns-alias-dangling",
    owner=Owner.SERVICE,
    article=__doc__,
    judge=judge,
    applies=looks_up,
    sentences=Sentences(
        title="The name {name} leads to {targets}, which does not exist",
        seen="{resolvers} answered: {name} is an alias for {targets}, and there is no such name. Zone that says so: {zone}.",
        means="The alias was left behind when its target was removed, or the target's private zone lacks its record.",
        remedy=(
            "Tell whoever owns {name} that its alias leads to {targets}, which does not exist.",
            "If {zone} is a private zone of your cloud network, have your cloud administrator add the record of {targets} to it.",
        ),
    ),
)
