"""What the desk says of a cluster, on a terminal and on a page alike: its size, who fixes it, how it stands, what solved it."""

from diag.language import PhraseTable, joined, said
from diag.model.desk import Cluster, Solved
from diag.model.verdict import Owner
from diag.report.wording.words import OWNERS

_STATES: PhraseTable[str] = PhraseTable("states", {"taken": "taken", "resolved": "resolved", "open": "open"})


def owner_words(owner: str) -> str:
    """Return who fixes it, by the owner's word."""
    return OWNERS[Owner(owner)] if owner in list(Owner) else said("nobody knows yet")


def state_words(state: str) -> str:
    """Return how it stands: `taken`."""
    return _STATES.get(state, state)


def size_words(cluster: Cluster) -> str:
    """Return how many cases and bundles it has, and at how many organisations."""
    cases = said("{n} {n:case|cases}", n=cluster.cases)
    if cluster.organisations:
        cases = said(
            "{n} {n:case|cases} at {organisations} {organisations:organisation|organisations}",
            n=cluster.cases,
            organisations=cluster.organisations,
        )
    bundles = said("{n} {n:bundle|bundles}", n=cluster.bundles)
    if cluster.cut:
        bundles = said("{n} {n:bundle|bundles} ({cut} cut for their size)", n=cluster.bundles, cut=cluster.cut)
    return joined((cases, bundles))


def solved_words(solved: Solved) -> str:
    """Return how often it was solved, and by what the last time."""
    last = solved.last or said("nobody said what")
    if solved.effort:
        return said(
            "solved {n} {n:time|times}, last by {last} (effort {effort})", n=solved.times, last=last, effort=solved.effort
        )
    return said("solved {n} {n:time|times}, last by {last}", n=solved.times, last=last)
