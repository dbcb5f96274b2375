"""The name of the proxy does not resolve to any address.

*What it means*

This computer is told to go through a proxy, and the proxy is given by a name for which DNS has no address here.

*Why it matters*

Nothing that goes through this proxy can even begin. The service's own name is not the matter.

*What to do*

Check that the name is spelt right in the setting. Names of company proxies usually exist only inside: on a laptop, connect the
VPN, or take the setting away where no proxy is needed.

*How it is told apart*

Only a definite answer counts, that the name does not exist or has no address. Where resolvers are silent or fail, the cause
lies with them. A proxy that resolves and does not answer is `proxy-unreachable`.
"""

from diag.knowledge.proxy_replies import is_name, set_by
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Lookup
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage

DEFINITE = frozenset({Failure.NAME_NOT_FOUND, Failure.NO_DATA})


def judge(view: EndpointView) -> Finding:
    """Return whether everybody who answers says that the proxy's name has no address."""
    lookup, replies = view.lookup, view.resolver_replies
    if lookup is None and not replies:
        return unknown(Because.NO_ANSWER)
    seen = [*([lookup.observation] if lookup else []), *(reply.observation for reply in replies)]
    if (lookup and lookup.answer.addresses) or any(_has_address(reply.answer) for reply in replies):
        return ok(*seen)
    if view.lacks(Lookup):
        return unknown(Because.NO_ANSWER, *seen)
    negative = [reply for reply in replies if _is_negative(reply.answer)]
    if lookup and lookup.answer.failure not in DEFINITE:
        return unknown(Because.UNDECIDED, *seen)
    if len(negative) < len(replies):
        return unknown(Because.UNDECIDED, *seen)
    return problem(
        *seen,
        about=str(view.proxy),
        confidence=Confidence.CERTAIN if negative else Confidence.LIKELY,
        proxy=str(view.proxy),
        host=view.dialled_host,
        set_by=set_by(view),
    )


def _message(answer: DnsReply) -> DnsMessage | None:
    message = read_message(answer.message) if answer.message else None
    return message if isinstance(message, DnsMessage) else None


def _has_address(answer: DnsReply) -> bool:
    message = _message(answer)
    return message is not None and bool(message.addresses)


def _is_negative(answer: DnsReply) -> bool:
    """The name does not exist, or it does and has no address of this kind."""
    message = _message(answer)
    return message is not None and message.rcode in ("NXDOMAIN", "NOERROR") and not message.addresses


CHECK = EndpointCheck(
    id="proxy-name-not-found",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc2308",
    do=(HowTo.SET_PROXY,),
    see=(
        ShellLine("getent ahosts {host}", "no line"),
        ShellLine("Resolve-DnsName {host}", "DNS name does not exist", Shell.POWERSHELL),
    ),
    applies=is_name,
    judge=judge,
    explains=("dns-name-not-found", "dns-no-address"),
    rivals=(
        Rival(
            "record-missing",
            owner=Owner.DNS,
            whose=True,
            decided_by="whether the DNS team has a record for {host}",
            words="the resolvers here should know the name of the proxy",
        ),
    ),
    sentences=Sentences(
        title="The name of the proxy, {host}, has no address here",
        seen="The resolvers gave no address for {host}, the proxy set by {set_by}.",
        means="This computer cannot find its proxy, so every connection through it fails.",
        remedy=(
            "Check that {host} {host:is|are} spelt right in {set_by}.",
            "If the proxy exists only inside the company, connect the VPN and run diag again.",
            "If this computer needs no proxy here, remove the setting.",
        ),
    ),
)
