"""A resolver removes private addresses from its answers.

*What it means*

One resolver of this computer gives a private address for the name. Another says that the name exists and has no address: it
removes private addresses from answers, as some do to protect against a kind of attack (DNS rebinding).

*Why it matters*

Private endpoints have private addresses on purpose. Programs that ask the resolver that removes them cannot reach the service.

*What to do*

Ask the DNS team to exempt the service's domain from that resolver's protection against rebinding, or remove the resolver from
this computer's settings.

*How it is told apart*

A resolver that merely lacks the name says that it does not exist: dns-resolvers-disagree. A real "no address" names the zone
that it comes from, and an answer with something taken out names none; where it names one, this is only likely. Where no other
resolver gives the address, dns-no-address says that removal is possible.
"""

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_upstream,
    looked_up,
    looks_up,
    named,
    not_this,
    seen_of,
    settled,
)
from diag.model.address import is_private, literal
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, problem, unknown


def _is_inside(voice: ResolverAnswer) -> bool:
    """Whether a resolver gave addresses, private ones alone."""
    ips = [literal(address) for address in voice.addresses]
    return voice.said is DnsOutcome.ADDRESSES and all(ip is not None and is_private(ip) for ip in ips)


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    heard = (*answers_by_resolver(view), *answers_upstream(view))
    inside = tuple(voice for voice in heard if _is_inside(voice))
    empty = tuple(voice for voice in heard if voice.said is DnsOutcome.NO_ADDRESS)
    unsigned = all(any(not message.zone for message in voice.messages) for voice in empty)
    if empty and unsigned and not any(voice.said is DnsOutcome.ADDRESSES for voice in heard):
        return unknown(Because.UNDECIDED, *looked_up(view), *seen_of(heard))
    outside = any(voice.said is DnsOutcome.ADDRESSES and voice not in inside for voice in heard)
    if not inside or not empty or outside:
        return not_this(view)
    return problem(
        *looked_up(view),
        *seen_of(heard),
        about=", ".join(named(empty)),
        confidence=Confidence.CERTAIN if unsigned else Confidence.LIKELY,
        rules_out={"empty-zone": seen_of(empty)} if unsigned else None,
        name=view.dialled_host,
        stripping=named(empty),
        knowing=named(inside),
        addresses=tuple(dict.fromkeys(address for voice in inside for address in voice.addresses)),
    )


CHECK = EndpointCheck(
    id="dns-private-answers-stripped",
    owner=Owner.DNS,
    by_place=True,
    article=__doc__,
    reference="https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html",
    do=(HowTo.RUN_RESOLVER,),
    see=(
        ShellLine("dig +short @{stripping} {name}; dig +short @{knowing} {name}", "an address from the second resolver alone"),
        ShellLine("Resolve-DnsName {name} -Server {stripping}", "no address", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    explains=("dns-resolvers-disagree", "dns-name-sinkholed"),
    rivals=(
        Rival(
            "empty-zone",
            words="{stripping} holds a zone of its own in which the name has no address",
            decided_by="the zones that {stripping} serves",
        ),
    ),
    sentences=Sentences(
        title="The resolver {stripping} removes the private {name:address|addresses} of {name}",
        seen="{knowing} gave {addresses} for {name}. {stripping} answered that the name exists without an address.",
        means="The resolver removes private addresses from answers, as a protection (against DNS rebinding). A private endpoint"
        " needs them.",
        remedy=(
            "Ask the operator of {stripping} to exempt the domain of {name} from its protection against DNS rebinding.",
            "Or remove {stripping} from the resolver settings of this computer, if {knowing} knows every name you need.",
        ),
    ),
)
