"""The computer lets programs open no more files or connections.

*What it means*

The system limits how many files and connections a program, and all programs together, may have open. That limit was reached
while diag ran.

*Why it matters*

Programs that meet the limit cannot connect, read their settings, or write their logs. They often report it as something else.

*What to do*

Raise the limit for the account or service in question, and find what uses it up: a program that opens and never closes, as a
rule.

*How it is told apart*

The system's own error says it (EMFILE, ENFILE); no other cause leaves it. Before it is reported, diag gives back what it holds
without need, and tries again.
"""

from diag.model.answer import Connection, DnsReply, HttpReply, Session, SystemLookup, TunnelReply, UpgradeReply
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, ShellLine
from diag.model.observation import Observation
from diag.model.question import kind
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning

_ANSWERS = (SystemLookup, DnsReply, Connection, TunnelReply, UpgradeReply, Session, HttpReply)


def _is_starved(seen: Observation) -> bool:
    return isinstance(seen.answer, _ANSWERS) and seen.answer.failure == Failure.DESCRIPTORS_EXHAUSTED


def _is_hit(view: EndpointView) -> bool:
    return not view.arrived and any(_is_starved(seen) for seen in view.observations)


def judge(run_view: RunView) -> Finding:
    asked = [seen for seen in run_view.observations if isinstance(seen.answer, _ANSWERS)]
    if not asked:
        return unknown(Because.NOT_REACHED)
    starved = [seen for seen in asked if _is_starved(seen)]
    if not starved:
        return ok(*asked)
    hits = [str(view.endpoint) for view in run_view.cases if _is_hit(view)]
    say = problem if hits else warning
    return say(
        *starved,
        about="descriptors",
        hits=hits,
        failed=len(starved),
        tried=len(asked),
        kinds=tuple(dict.fromkeys(kind(seen.question) for seen in starved)),
    )


CHECK = RunCheck(
    id="machine-descriptors-exhausted",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man2/getrlimit.2.html",
    do=(HowTo.LIMITS,),
    see=(ShellLine("ulimit -n; cat /proc/sys/fs/file-nr", "a limit that is small, or the first number as large as the third"),),
    judge=judge,
    rivals=(),
    sentences=Sentences(
        title="This computer lets programs open no more files or connections",
        seen="{failed} of {tried} questions could not be asked because of this: {kinds}.",
        means="The limit of open files is reached, for this program or for the whole computer. Every connection"
        " counts as a file.",
        remedy=(
            "Raise the limit: ulimit -n for this account, LimitNOFILE for a service, fs.file-max for the whole computer.",
            "Find the program that opens files or connections and never closes them (lsof, on Linux and macOS).",
        ),
    ),
)
