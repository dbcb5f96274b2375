"""The resolvers of this computer give different kinds of answer for the name.

*What it means*

One of the configured resolvers knows an address for the name; another says that there is none. The system takes the first
answer that it gets, be it the wrong one.

*Why it matters*

Whether the connection works depends on which resolver is asked, so the fault comes and goes.

*What to do*

All resolvers of one computer have to know the same names. Where one of them alone knows an inside zone, the others have to be
removed, or taught to forward that zone. Where one has a zone of its own in which the name is missing, the record belongs there.

*How it is told apart*

Different addresses are no disagreement: large services answer like that on purpose. Only addresses at which there can be nobody
(those set aside for documentation and tests, say) are none, where another resolver gives ordinary ones. Nor are resolvers that
are set for other names (those of a VPN for the company's domain, say) in disagreement: only those that are responsible for this
one are asked. Where the system got an address in spite of it, nothing is said. There are two exceptions: its settings make it
change resolvers by turns, or the user named the resolvers to diag. Where all say no, dns-name-not-found, dns-no-address or
dns-alias-dangling says which no.
"""

from ipaddress import ip_network

from diag.knowledge.private_zones import is_hidden_by_zone, own_zone
from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_upstream,
    is_named_by_user,
    looked_up,
    looks_up,
    named,
    not_this,
    seen_of,
    settled,
)
from diag.model.address import literal
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Confidence, Finding, Owner, problem, warning

NEGATIVE = frozenset({DnsOutcome.NO_ADDRESS, DnsOutcome.NO_SUCH_NAME, DnsOutcome.BROKEN_ALIAS})
"""Answers that end a system's lookup without an address. After an error it asks the next resolver."""
BY_TURNS = "rotate"
"""The option that spreads questions over all resolvers (resolv.conf(5))."""


_NOWHERE = tuple(
    map(
        ip_network,
        ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32", "100::/64"),
    )
)
"""Addresses of nobody: for documentation, for tests, and to be discarded (RFC 6890).

What is reserved is not among them: public addresses that may not leave a computer get their stand-ins there.
"""


def _is_nowhere(voice: ResolverAnswer) -> bool:
    """Whether a resolver gives addresses, and none at which there can be anybody."""
    ips = [literal(address) for address in voice.addresses]
    return bool(ips) and all(ip is not None and any(ip in network for network in _NOWHERE) for ip in ips)


def judge(view: EndpointView) -> Finding:
    finding = settled(view)
    # Those behind this machine's own are asked together, and one of them that knows the name is enough.
    heard = answers_by_resolver(view) if finding else (*answers_by_resolver(view), *answers_upstream(view))
    knowing = tuple(voice for voice in heard if voice.said is DnsOutcome.ADDRESSES)
    denying = _first_hand(view, tuple(voice for voice in heard if voice.said in NEGATIVE))
    astray = tuple(voice for voice in knowing if _is_nowhere(voice))
    if astray and astray != knowing and not view.arrived:
        return _led_astray(view, heard, astray)
    if not (knowing and denying):
        return finding or not_this(view)
    if finding and not (is_named_by_user(view) or (looked_up(view) and _by_turns(view))):
        return finding
    first = next(voice for voice in heard if voice in knowing or voice in denying)
    hiding = own_zone(denying)
    say = warning if finding else problem
    return say(
        *looked_up(view),
        *seen_of(heard),
        about=", ".join(named(denying)),
        confidence=Confidence.CERTAIN if finding or first in denying else Confidence.LIKELY,
        owner=Owner.CLOUD if is_hidden_by_zone(denying) else Owner.DNS,
        rules_out={"lost-otherwise": seen_of(heard) if finding or first in denying else ()},
        name=view.dialled_host,
        knowing=named(knowing),
        denying=named(denying),
        resolvers_said=tuple(dict.fromkeys(voice.said for voice in denying)),
        own_zone=hiding,
        forwarding=named(knowing) if hiding is None else None,
    )


def _led_astray(view: EndpointView, heard: tuple[ResolverAnswer, ...], astray: tuple[ResolverAnswer, ...]) -> Finding:
    """Some resolvers give addresses of nobody, where others give ordinary ones."""
    knowing = tuple(voice for voice in heard if voice.said is DnsOutcome.ADDRESSES and voice not in astray)
    addresses = tuple(dict.fromkeys(address for voice in astray for address in voice.addresses))
    return problem(
        *looked_up(view),
        *seen_of(heard),
        about=", ".join(named(astray)),
        confidence=Confidence.LIKELY,
        name=view.dialled_host,
        knowing=named(knowing),
        denying=named(astray),
        nowhere=addresses,
        resolved=tuple(dict.fromkeys(address for voice in knowing for address in voice.addresses)),
    )


def _first_hand(view: EndpointView, denying: tuple[ResolverAnswer, ...]) -> tuple[ResolverAnswer, ...]:
    """Those that deny the name, without this machine's own resolver where it merely passes on what one behind it says."""
    return tuple(voice for voice in denying if voice in answers_upstream(view)) or denying


def _by_turns(view: EndpointView) -> bool:
    configured = view.machine.resolvers
    return configured is not None and BY_TURNS in configured.answer.options


CHECK = EndpointCheck(
    id="dns-resolvers-disagree",
    owner=Owner.DNS,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc1034#section-5",
    do=(
        HowTo.RESOLVERS,
        HowTo.RUN_RESOLVER,
    ),
    see=(
        ShellLine("dig +short @{knowing} {name}; dig +short @{denying} {name}", "an address from the first resolver alone"),
        ShellLine("Resolve-DnsName {name} -Server {denying}", "DNS name does not exist", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    gives_address=True,
    rivals=(
        Rival(
            "lost-otherwise",
            words="the lookup failed for another reason, as {knowing} comes first and knows the name",
            decided_by="the same lookup once more",
        ),
    ),
    tokens={"resolvers_said": DnsOutcome},
    sentences=Sentences(
        title="The resolvers disagree about {name}: {knowing} {knowing:knows|know} it, {denying} {denying:does|do} not",
        seen=(
            "{knowing} gave an address for {name}.",
            "{denying} answered: {resolvers_said}.",
            "{denying} {denying:holds|hold} a zone {own_zone}, in which the name is missing.",
            "{denying} gave {nowhere}, an address that nobody can have. {knowing} gave {resolved}.",
        ),
        means="The system takes the first answer, so it depends on the resolver whether programs find {name}.",
        remedy=(
            "Ask your DNS team to add a record for {name} to the zone {own_zone} on {denying}. Or remove that zone, or allow"
            " fallback to public DNS for it: it hides the name.",
            "Ask your DNS team to forward the zone of {name} from {denying} to {forwarding}.",
            "Or remove {denying} from the resolver settings of this computer, if {forwarding} {forwarding:knows|know} every"
            " name you need.",
            "Ask your DNS team why {denying} {denying:gives|give} {nowhere}, and who runs it. Until then, use {knowing} alone.",
            "If {denying} is this computer itself, clear its DNS cache: resolvectl flush-caches (Linux).",
        ),
    ),
)
