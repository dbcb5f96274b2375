"""An old address of the name is still in the DNS cache of this computer.

*What it means*

Answers of DNS are remembered for a while, by the system, by a program that does so for it, or by a resolver. This computer's
own lookup gives an address that none of its resolvers gives when it is asked afresh, and the new address works where the old
one fails.

*Why it matters*

The service has moved, and this computer keeps going to where it was.

*What to do*

Clear the DNS cache. Programs that run for long (Java, for one) keep a memory of their own and have to be started anew.

*How it is told apart*

No line of the hosts file names the host, and no search domain makes the difference (dns-search-domain-captured). Many services
give other addresses each time they are asked: only where the walk failed, and the fresh addresses fare better at the same
stage, is something said. Another source of names than DNS (a directory service, say) can look the same.
"""

from collections.abc import Iterable

from diag.knowledge.other_addresses import nothing_elsewhere, tried, trying
from diag.knowledge.resolver_answers import looks_up, named
from diag.knowledge.uncached_lookup import LookupDifference, difference
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def _suspected(view: EndpointView) -> LookupDifference | None:
    """Where the walk failed at an address that no resolver gives, though they give others; None otherwise."""
    found = None if view.arrived else difference(view)
    return found if found and found.theirs else None


def questions(view: EndpointView) -> Iterable[Question]:
    found = _suspected(view)
    return [found.whole_name, *trying(view, found.theirs)] if found else ()


def judge(view: EndpointView) -> Finding:
    found = _suspected(view)
    if found is None:
        return nothing_elsewhere(view)
    trial, run_view = tried(view, found.theirs), found.whole
    if run_view is None or not trial.better:
        return unknown(Because.UNDECIDED, *found.seen, *trial.seen)
    said, answer = run_view
    if not set(answer.addresses) & set(found.ours):
        return ok(*found.seen, said, *trial.seen)
    return problem(
        *found.seen,
        said,
        *trial.seen,
        about=view.dialled_host,
        confidence=Confidence.LIKELY,
        name=view.dialled_host,
        addresses=found.ours,
        resolved=found.theirs,
        resolvers=named(found.answers_by_resolver),
    )


CHECK = EndpointCheck(
    id="dns-cache-stale",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.freedesktop.org/software/systemd/man/latest/resolvectl.html",
    do=(HowTo.FLUSH_DNS,),
    see=(
        ShellLine("getent ahosts {name}; dig +short @{resolvers} {name}", "two addresses that differ"),
        ShellLine("Get-DnsClientCache -Entry {name}", "the old address", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    questions=questions,
    rivals=(
        Rival(
            "another-source",
            words="another source of names than DNS (a directory service, for one) gives the address",
            decided_by="the same lookup after the DNS cache was cleared",
        ),
    ),
    gives_address=True,
    sentences=Sentences(
        title="This computer uses {name:an old address|old addresses} of {name} from its DNS cache",
        seen="The system gives {addresses} for {name}, where the connection fails. Asked directly, {resolvers}"
        " {resolvers:gives|give} {resolved}, which works.",
        means="The service has moved, and this computer still connects to the old address.",
        remedy=(
            "Clear the DNS cache. Linux: resolvectl flush-caches, or nscd -i hosts. Windows: ipconfig /flushdns. macOS:"
            " dscacheutil -flushcache and killall -HUP mDNSResponder.",
            "Restart programs that have run for a long time: some (such as Java) keep a DNS cache of their own.",
            "If the old address comes back, ask the administrator of this computer where else it takes names from.",
        ),
    ),
)
