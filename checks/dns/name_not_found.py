"""The name does not exist for the resolvers of this computer.

*What it means*

Before anything is sent to a service, its name has to be turned into an address. The resolvers of this computer were asked
one by one, and each that answered says: there is no such name. Nothing was sent to the service itself.

*Why it matters*

No program here can reach the service under this name, whatever its proxy, firewall or certificate settings are.

*What to do*

Compare the name, letter by letter, with the one that the provider gave you. Most often a region, an account or a part such as
"privatelink" is missing or misspelt. If the name is right, it may exist only in another network's DNS: run diag from there,
or have the names of that zone forwarded to its resolver. A name that was given with a final dot is absolute. No search domain
is tried for it, and a line of the hosts file for the name without the dot does not count. Try it without the dot.

*How it is told apart*

A name that exists without an address is dns-no-address; an alias whose target is gone is dns-alias-dangling. Resolvers that
do not answer at all are dns-resolver-silent, and resolvers of which one knows the name are dns-resolvers-disagree. A resolver
that says of itself that it hides the name is dns-name-sinkholed. A resolver that denies the name with authority (AA) for a zone
above it holds that zone itself: then the DNS team has to add the name there. Where the resolvers could not be asked one by one,
the system's own word is all there is, and the system says the same of several of these.
"""

from difflib import get_close_matches

from diag.knowledge.extended_errors import BLOCKING, errors_given
from diag.knowledge.private_zones import held_zone
from diag.knowledge.resolver_answers import (
    SILENT_MAY_KNOW,
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
from diag.model.answer import SystemLookup
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Lookup
from diag.model.verdict import Because, Confidence, Finding, Owner, problem, unknown

OWN_ZONE = "own-zone"
"""The form where a resolver answers for the zone itself, and asks nobody else."""
ALIKE = 0.8
"""How like another name must be to be offered (difflib's ratio)."""


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    heard = answers_by_resolver(view)
    if not heard:
        return _by_system_alone(view)
    denying = agreed_here(view, DnsOutcome.NO_SUCH_NAME)
    if not denying or BLOCKING.intersection(errors_given(denying)):
        return not_this(view)
    silent = tuple(voice for voice in heard if voice not in denying)
    zone, own = zone_of(denying), held_zone(denying)
    return problem(
        *looked_up(view),
        *seen_of(heard),
        *seen_of(denying),
        about=view.dialled_host,
        confidence=Confidence.CERTAIN if zone and not silent else Confidence.LIKELY,
        rules_out={
            SILENT_MAY_KNOW.id: () if silent else seen_of(heard),
            "denied-by-rule": seen_of(denying) if zone else (),
        },
        name=view.dialled_host,
        resolvers=named(denying),
        silent=named(silent) or None,
        zone=zone,
        own_zone=own,
        absolute=view.dialled_name.endswith(".") or None,
        form=OWN_ZONE if own else None,
        alike=_alike(view) or None,
    )


def _by_system_alone(view: EndpointView) -> Finding:
    lookup = view.lookup
    if lookup is None or lookup.answer.failure != Failure.NAME_NOT_FOUND:
        return unknown(Because.UNDECIDED, *looked_up(view))
    return problem(
        lookup.observation,
        about=view.dialled_host,
        confidence=Confidence.POSSIBLE,
        name=view.dialled_host,
        rules_out={SILENT_MAY_KNOW.id: [lookup.observation]},
        by_system=True,
        absolute=view.dialled_name.endswith(".") or None,
        alike=_alike(view) or None,
    )


def _alike(view: EndpointView) -> tuple[str, ...]:
    """A name of this run that was resolved and looks much like this one: what may have been meant."""
    known = {
        seen.question.name
        for seen in view.evidence.observations
        if isinstance(seen.question, Lookup) and isinstance(seen.answer, SystemLookup) and seen.answer.addresses
    }
    return tuple(get_close_matches(view.dialled_host, sorted(known), 1, ALIKE))


CHECK = EndpointCheck(
    id="dns-name-not-found",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc2308",
    do=(
        HowTo.RESOLVERS,
        HowTo.RUN_RESOLVER,
    ),
    see=(
        ShellLine("dig +tries=1 @{resolvers} {name}", "status: NXDOMAIN"),
        ShellLine("getent ahosts {name}", "no line"),
        ShellLine("Resolve-DnsName {name}", "DNS name does not exist", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    rivals=(
        SILENT_MAY_KNOW,
        Rival("machine-resolver-ignored", decided_by="the same question to the resolvers that are never asked"),
        Rival(
            "exists-nowhere",
            owner=Owner.MACHINE,
            whose=True,
            where="form",
            among=(OWN_ZONE,),
            words="the name is misspelt, and exists nowhere",
            decided_by="the name that the provider gave you",
        ),
        Rival(
            "known-elsewhere",
            owner=Owner.DNS,
            whose=True,
            where="form",
            among=(None,),
            words="the name is right, and only the resolvers of another network know it",
            decided_by="the same question in a network where the name works",
        ),
        Rival(
            "denied-by-rule",
            owner=Owner.DNS,
            words="the resolver denies the name by a rule of its own, or the name is an alias whose target is gone",
            decided_by="the same question to the zone's name servers",
        ),
    ),
    sentences=Sentences(
        title="The {name:name|names} {name} {name:does|do} not exist for the resolvers of this computer",
        seen=(
            "{resolvers} answered that {name:the name|the names} {name} {name:does|do} not exist.",
            When("by_system", (True,), "The system's own lookup says so. No resolver could be asked directly."),
            "The zone that the answer comes from: {zone}.",
            "{silent} did not answer.",
            When(
                "absolute",
                (True,),
                "With a final dot, as here, no search domain is tried, and a line of the hosts file may not count.",
            ),
        ),
        means="Programs here cannot turn {name:this name|these names} into {name:an address|addresses}, so they send"
        " nothing to the service.",
        remedy=(
            When("absolute", (True,), "Try the address without the dot at the end of the name."),
            "Compare {name} letter by letter with the name that the provider gave you.",
            "A similar name that exists is in this run: {alike}.",
            "If the name is right and should work from this network, ask your DNS team to forward its zone to the resolver"
            " that knows it.",
            "If the name exists only in another network (an office, a VPN, a cloud network), run diag there.",
        ),
    ),
    forms=(
        (
            OWN_ZONE,
            Sentences(
                owner=Owner.DNS,
                title="{resolvers} {resolvers:answers|answer} for {own_zone} with a zone of its own, which lacks {name}",
                seen=(
                    "{resolvers} answered that {name:the name|the names} {name} {name:does|do} not exist.",
                    "{resolvers} {resolvers:says|say} so with its own authority for {own_zone}, without asking another server.",
                    "{silent} did not answer.",
                ),
                means="A record that exists in public DNS or in another network is not seen here as long as that zone lacks it.",
                remedy=(
                    "Ask your DNS team whether {name} exists elsewhere, such as in public DNS. If it does, they have to add its"
                    " record to the zone {own_zone} on {resolvers}.",
                    "Compare {name} letter by letter with the name that the provider gave you.",
                    "A similar name that exists is in this run: {alike}.",
                ),
            ),
        ),
    ),
)
