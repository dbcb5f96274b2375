"""A search domain of this computer answers instead of the name.

*What it means*

Systems may try a name with a domain appended, such as that of the company (the search list). Here the name with such a domain
appended has an address of its own, most often because that domain answers for everything below it. The system takes that
address, and not the one that the name itself has.

*Why it matters*

Programs here connect to a machine of the search domain and not to the service.

*What to do*

Take the domain from the search list, or the catch-all entry from that domain's DNS. On Kubernetes and wherever `ndots` is set
high, lower it, or write the name with a trailing dot.

*How it is told apart*

The name is looked up once more with a trailing dot, which keeps search domains out, and below each search domain by itself.
Only where one of them has the address that the system uses is it blamed. Where the connection works it is a warning at most,
and none where the name exists only below a search domain: then it may well be meant. In containers, where `ndots` puts the
search list first, the name below each domain is asked for as well. A domain that says "no address" for every name ends the
lookup for programs that use musl, though glibc continues.
"""

from collections.abc import Iterable

from diag.knowledge.other_addresses import nothing_elsewhere, tried, trying
from diag.knowledge.resolver_answers import looks_up
from diag.knowledge.search_list import SearchStop, below_search_domains, stop_of
from diag.knowledge.uncached_lookup import difference
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning


def questions(view: EndpointView) -> Iterable[Question]:
    found = difference(view)
    below = [question for pair in below_search_domains(view).values() for question in pair]
    if found is None or not found.suffixed:
        return below
    return [*below, found.whole_name, *found.suffixed, *([] if view.arrived else trying(view, found.theirs))]


def judge(view: EndpointView) -> Finding:
    found = difference(view)
    if found is None or not found.suffixed:
        stop = stop_of(view)
        return _stopped(view, stop) if stop else nothing_elsewhere(view)
    run_view, captor = found.whole, found.captor
    if run_view is None:
        return unknown(Because.UNDECIDED, *found.seen)
    said, answer = run_view
    if captor is None or set(answer.addresses) & set(found.ours):
        return ok(*found.seen, said)
    domain, reply = captor
    if view.arrived and not found.theirs:
        return ok(*found.seen, said, reply)
    trial = tried(view, found.theirs)
    if not view.arrived and found.theirs and not trial.better:
        return unknown(Because.UNDECIDED, *found.seen, said, reply, *trial.seen)
    say = warning if view.arrived else problem
    return say(
        *found.seen,
        said,
        reply,
        *trial.seen,
        about=domain,
        confidence=Confidence.CERTAIN if trial.better else Confidence.LIKELY,
        rules_out={"meant-to-be-below": trial.seen if trial.better else ()},
        name=view.dialled_host,
        domain=domain,
        addresses=found.ours,
        resolved=found.theirs or None,
        missing=None if found.theirs else True,
    )


def _stopped(view: EndpointView, stop: SearchStop) -> Finding:
    """Programs that stop at the first search domain that says "no address" do not find the name."""
    lookup = view.lookup
    is_lost = lookup is not None and not lookup.answer.addresses
    say = problem if is_lost else warning
    return say(
        *((lookup.observation,) if lookup else ()),
        *stop.seen,
        about=stop.domain,
        confidence=Confidence.LIKELY if is_lost else Confidence.CERTAIN,
        rules_out={"meant-to-be-below": stop.seen},
        name=view.dialled_host,
        domain=stop.domain,
        stops=True,
        found_here=None if is_lost else True,
    )


CHECK = EndpointCheck(
    id="dns-search-domain-captured",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man5/resolv.conf.5.html",
    do=(HowTo.LOOKUP_ORDER,),
    see=(
        ShellLine("getent ahosts {name}; getent ahosts {name}.", "two answers that differ"),
        ShellLine("Resolve-DnsName {name}; Resolve-DnsName {name}.", "two answers that differ", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    questions=questions,
    rivals=(
        Rival(
            "meant-to-be-below",
            words="the name below {domain} is the right one, and the fault is there",
            decided_by="the full name, as the provider gave it",
        ),
    ),
    gives_address=True,
    sentences=Sentences(
        title="The search domain {domain} answers instead of {name}",
        seen=(
            "The system gives {addresses} for {name}. That is the address of {name}.{domain}.",
            "The name itself, with a trailing dot, has the address {resolved}.",
            When("missing", (True,), "{name} itself does not exist: check it first for a typing error."),
            When("stops", (True,), "The resolvers answer that {name}.{domain}, which is tried first, exists without an address."),
            When("found_here", (True,), "The system here goes on to the name itself, and finds it."),
        ),
        means=(
            When("addresses", (), "Programs here append {domain} to the name, and connect to the address of that longer name."),
            When("stops", (True,), "Programs that use musl (Alpine images) stop there, and report an unknown name."),
        ),
        remedy=(
            "Remove {domain} from the search list of this computer, or ask your DNS team to remove its catch-all record"
            " (*.{domain}).",
            "In Kubernetes, or if resolv.conf sets ndots above 1, lower ndots, or write the name as {name}. with a dot.",
            "If {name} {name:does not exist, correct it|do not exist, correct them}: look for a missing part or a typing error.",
        ),
    ),
)
