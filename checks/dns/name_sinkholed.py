"""A resolver here hides the name on purpose: it gives an address that leads nowhere, or says that the name is blocked.

*What it means*

Filters against advertising and harmful software give false answers for the names on their lists. The answer is an address that
cannot be reached (0.0.0.0, or this computer's own), that of a block page, or an error that says "blocked". The name of this
service is on such a list.

*Why it matters*

Programs here try to reach the service on this very computer, at the filter's own server, or not at all.

*What to do*

Ask the DNS team to remove the name from the list.

*How it is told apart*

The hosts file is looked at first: a line there is this computer's own doing. A name that leads to this computer and works is a
choice of its owner, and nothing is said. Where other names of the run get ordinary addresses, the resolver picks this one out;
that its owner means this computer remains possible, and is said.
"""

from diag.knowledge.extended_errors import BLOCKING, ExtendedError, errors_given
from diag.knowledge.known_pages import Filter
from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    hosts_lines,
    looked_up,
    looks_up,
    named,
    not_this,
    resolved,
    seen_of,
    settled,
)
from diag.knowledge.sinkholes import block_page_of
from diag.model.address import is_own, literal
from diag.model.answer import SystemLookup
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, problem, unknown

TO_A_BLOCK_PAGE = "block_page"
"""The form where the addresses are those of a known product's block pages."""


def _is_nobody(address: str) -> bool:
    ip = literal(address)
    return ip is not None and ip.is_unspecified


def judge(view: EndpointView) -> Finding:
    heard = answers_by_resolver(view)
    blocking = tuple(voice for voice in heard if BLOCKING.intersection(errors_given([voice])))
    given = view.lookup.answer.addresses if view.lookup else tuple(a for voice in heard for a in voice.addresses)
    if (product := block_page_of(given)) and not hosts_lines(view):
        return _to_a_block_page(view, heard, given, product)
    sunk = bool(given) and all(is_own(address) for address in given)
    if view.arrived or not (sunk or (blocking and resolved(view) is False)):
        return settled(view) or not_this(view)
    sure = bool(blocking) or any(_is_nobody(address) for address in given)
    by_this_machine = bool(hosts_lines(view)) or view.machine.hosts is None
    if sunk and (by_this_machine or not view.dials or not (sure or _others_are_fine(view))):
        return unknown(Because.UNDECIDED, *looked_up(view), *seen_of(heard))
    hiding = blocking or tuple(voice for voice in heard if voice.said is DnsOutcome.ADDRESSES)
    return problem(
        *looked_up(view),
        *seen_of(heard),
        about=view.dialled_host,
        confidence=Confidence.CERTAIN if sure else Confidence.POSSIBLE,
        rules_out={"meant-by-owner": seen_of(hiding) or looked_up(view)} if sure else None,
        name=view.dialled_host,
        resolvers=named(hiding) or None,
        addresses=given or None,
        extended_errors=errors_given(hiding) or None,
    )


def _to_a_block_page(view: EndpointView, heard: tuple[ResolverAnswer, ...], given: tuple[str, ...], product: Filter) -> Finding:
    """The addresses themselves say who hides the name, whatever answers there."""
    seen = (*looked_up(view), *seen_of(heard))
    return problem(
        *seen,
        about=view.dialled_host,
        rules_out={"meant-by-owner": seen},
        name=view.dialled_host,
        resolvers=named(tuple(voice for voice in heard if voice.said is DnsOutcome.ADDRESSES)) or None,
        addresses=given,
        web_filter=product,
        form=TO_A_BLOCK_PAGE,
    )


def _others_are_fine(view: EndpointView) -> bool:
    """Whether another name of this run got an ordinary address, so that the resolver picks this one out."""
    return any(
        isinstance(seen.answer, SystemLookup) and any(not is_own(address) for address in seen.answer.addresses)
        for seen in view.evidence.observations
    )


_BLOCK_PAGE = Sentences(
    title="A DNS filter blocks the {name:name|names} {name}",
    seen=(
        "This computer got {addresses} for {name}. These are addresses of the block pages of {web_filter}.",
        "Resolvers that were asked directly: {resolvers}.",
    ),
    means="A filter in the resolver has {name:this name|these names} on its list, and sends programs to its block page.",
    remedy=("Ask your DNS team to remove {name} from the filter's list, or to allow it in {web_filter}.",),
)
CHECK = EndpointCheck(
    id="dns-name-sinkholed",
    owner=Owner.DNS,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8914",
    do=(HowTo.RUN_RESOLVER,),
    see=(
        ShellLine("dig +tries=1 @{resolvers} {name}", "an address such as 0.0.0.0, or an error that says Blocked or Filtered"),
        ShellLine("Resolve-DnsName {name} -Server {resolvers}", "an address such as 0.0.0.0", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    explains=(
        "network-connection-refused",
        "network-connection-filtered",
        "network-connection-rejected",
        "proxy-unreachable",
        "tls-name-mismatch",
        "tls-self-signed",
        "tls-issuer-untrusted",
        "tls-plaintext-answer",
        "privatelink-name-missing",
        "http-block-page",
        "tls-intercepted",
    ),
    rivals=(
        Rival(
            "meant-by-owner",
            owner=Owner.SERVICE,
            words="the owner of the name means this computer",
            decided_by="the answer of a resolver outside this network",
        ),
    ),
    tokens={"extended_errors": ExtendedError, "web_filter": Filter},
    alike=("extended_errors", "web_filter"),
    forms=((TO_A_BLOCK_PAGE, _BLOCK_PAGE),),
    sentences=Sentences(
        title="A DNS filter blocks the {name:name|names} {name}",
        seen=(
            "This computer got {addresses} for {name}, and no connection succeeded.",
            "Resolvers that were asked directly: {resolvers}.",
            "Reasons they gave: {extended_errors}.",
        ),
        means="A filter in the resolver has {name:this name|these names} on its list, and hides {name:the service|the services}.",
        remedy=(
            "Ask your DNS team to remove {name} from the filter's list.",
            "If the filter is a program on this computer or in your home router, allow {name} there.",
            When(
                "extended_errors",
                (),
                "If {name} should have a private address, the resolver may hide it as a protection (against DNS rebinding): ask"
                " for an exception for its domain.",
            ),
        ),
    ),
)
