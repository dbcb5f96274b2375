"""The name exists, and has no address.

*What it means*

The resolvers know the name, and answer that it has no address record, neither for IPv4 nor for IPv6. The name may carry other
records, such as one for mail, or be the parent of names that do have addresses.

*Why it matters*

There is nothing to connect to under this name.

*What to do*

Compare the name with the one that the provider gave you: often a first part such as an account is missing. If it is right, the
owner of its zone has to add the address. Where the name is an alias, that is the zone of the last name in the chain: the address
is missing there, and not at the name that programs use.

*How it is told apart*

A name that does not exist is dns-name-not-found. A real answer of this kind names the zone that it comes from (its SOA record),
for each record asked for. Where one names none, a resolver on the way may have removed the address, as some do with private
ones; the verdict then says that this is possible. Whether it is a zone of your own network that hides another, resolvers outside
would tell, and these are not asked: so this is never certain.
"""

from collections.abc import Iterable

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    agreed_here,
    answers_by_resolver,
    answers_upstream,
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
from diag.model.wire.aliases import chain_of


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    empty = agreed_here(view, DnsOutcome.NO_ADDRESS)
    if not empty:
        return not_this(view)
    first_hand = [voice for voice in empty if voice in answers_upstream(view)] or empty
    run_view = all(message.zone for voice in first_hand for message in voice.messages)
    zone = zone_of(first_hand) if run_view else None
    chain = _chain(empty)
    return problem(
        *looked_up(view),
        *seen_of(answers_by_resolver(view)),
        *seen_of(empty),
        about=view.dialled_host,
        confidence=Confidence.LIKELY if zone else Confidence.POSSIBLE,
        name=view.dialled_host,
        resolvers=named(empty),
        zone=zone,
        leads_to=chain[-1:] or (view.dialled_host,),
        is_alias=bool(chain) or None,
        through=chain[:-1] or None,
    )


def _chain(empty: Iterable[ResolverAnswer]) -> tuple[str, ...]:
    """The names that the aliases lead to, in order (RFC 1034, section 3.6.2); empty: the name is no alias."""
    message = next((message for voice in empty for message in voice.messages if message.aliases), None)
    return () if message is None else chain_of(message.question, dict(message.aliases))


CHECK = EndpointCheck(
    id="dns-no-address",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc2308#section-2.2",
    do=(HowTo.RUN_RESOLVER,),
    see=(
        ShellLine("dig +tries=1 @{resolvers} {name}", "status: NOERROR, and no A record"),
        ShellLine("Resolve-DnsName {name} -Type A", "no address", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    rivals=(
        Rival("dns-private-answers-stripped", decided_by="the answer of a resolver outside this network"),
        Rival("machine-resolver-ignored", decided_by="the same question to the resolvers that are never asked"),
        Rival(
            "hidden-by-own-zone",
            owner=Owner.DNS,
            words="a zone of your own network hides the public one, in which {leads_to} {leads_to:has an address|have addresses}",
            decided_by="the same question to a resolver outside this network",
        ),
    ),
    sentences=Sentences(
        title="The {name:name|names} {name} {name:exists but has|exist but have} no address",
        seen=(
            "{resolvers} answered that {leads_to} {leads_to:has|have} no address record.",
            When(
                "is_alias",
                (True,),
                "{name} {name:is an alias, and its|are aliases, and their} chain of aliases ends at {leads_to}.",
            ),
            "In between, it passes {through}.",
            "The zone that the answer comes from: {zone}.",
        ),
        means="There is no address to connect to.",
        remedy=(
            "Compare {name} with the name that the provider of the service gave you: a part such as the account may be missing.",
            "If it is right, tell the provider that {leads_to} {leads_to:has|have} no A record and no AAAA record.",
            "If it should point to a private address, ask your DNS team whether the resolver removes private addresses from"
            " answers.",
        ),
    ),
)
