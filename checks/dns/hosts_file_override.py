"""A line in the hosts file sends this computer to an address that no resolver gives for the name.

*What it means*

The hosts file is a short list of names and addresses on this computer, and it is asked before any resolver. A line in it names
this host. All resolvers that know the name give other addresses.

*Why it matters*

Such a line is often left over from a test or a move. When the service moves on, this computer stays behind, and only this one.
Where the connection still works, diag says so as a warning: it will break on the day on which the address changes.

*What to do*

If nobody here needs the line, remove it or put a # in front of it. If it was written on purpose, correct its address.

*How it is told apart*

The addresses that the resolvers give are tried as well, to the stage at which the walk failed. Only where they fare better is
the line blamed; where they fare no better, something else is wrong, and the line may still be wanted.
"""

from collections.abc import Iterable

from diag.knowledge.other_addresses import tried, trying
from diag.knowledge.resolver_answers import DnsOutcome, answers_by_resolver, hosts_lines, looks_up, seen_of
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning


def _overridden(view: EndpointView) -> tuple[str, ...]:
    """The addresses that resolvers give, where the hosts file alone decided and none of them agrees; empty otherwise."""
    ours = set(view.lookup.answer.addresses) if view.lookup else set()
    written = {line.address for line in hosts_lines(view)}
    theirs = dict.fromkeys(address for voice in answers_by_resolver(view) for address in voice.addresses)
    return tuple(theirs) if ours and ours <= written and not ours & theirs.keys() else ()


def questions(view: EndpointView) -> Iterable[Question]:
    return () if view.arrived else trying(view, _overridden(view))


def judge(view: EndpointView) -> Finding:
    file = view.machine.hosts
    if file is None or not file.answer.readable or view.lookup is None:
        return unknown(Because.NOT_LOOKED)
    heard = answers_by_resolver(view)
    lines = hosts_lines(view)
    elsewhere = _overridden(view)
    if lines and not elsewhere and not any(voice.said is DnsOutcome.ADDRESSES for voice in heard):
        return unknown(Because.UNDECIDED, file.observation, *seen_of(heard))
    cites = (file.observation, view.lookup.observation, *seen_of(heard))
    if not elsewhere:
        return ok(*cites)
    trial = tried(view, elsewhere)
    if not view.arrived and not trial.better:
        return unknown(Because.UNDECIDED, *cites, *trial.seen)
    say = warning if view.arrived else problem
    return say(
        *cites,
        *trial.seen,
        about=view.dialled_host,
        name=view.dialled_host,
        addresses=view.lookup.answer.addresses,
        resolved=elsewhere,
        path=file.answer.path,
        lines=tuple(str(line.number) for line in lines),
        works=None if view.arrived else True,
    )


CHECK = EndpointCheck(
    id="dns-hosts-file-override",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man5/hosts.5.html",
    do=(HowTo.HOSTS_FILE,),
    see=(
        ShellLine("grep -nF -e {name} {path}", "the line of the hosts file"),
        ShellLine("Select-String -SimpleMatch {name} {path}", "the line of the hosts file", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    questions=questions,
    rivals=(),
    gives_address=True,
    sentences=Sentences(
        title="The hosts file sends {name} to {addresses}; the resolvers give another address",
        seen=(
            "Line {lines} of {path} gives {addresses} for {name}. The resolvers give {resolved}.",
            When("works", (True,), "Connections to those addresses work."),
        ),
        means="The hosts file comes before every resolver, so this computer connects to another place than everybody else.",
        remedy=(
            "As administrator, open {path} and remove line {lines}, or put a # in front of it, unless somebody here needs it.",
            "If somebody needs that line, correct its address: the resolvers now give {resolved}.",
            "Run diag again.",
        ),
    ),
)
