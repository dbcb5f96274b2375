"""The first lines of every report for people: the verdict in a sentence, what limits it, and what to do where it is open."""

from diag.model.diagnosis import Cause, Diagnosis, Outcome
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Status
from diag.report.wording.endings import out_of_time
from diag.report.wording.sentences import moment_words, number_words
from diag.report.wording.words import count_words


def headline(diagnosis: Diagnosis, evidence: Evidence) -> str:
    """Return the verdict as one sentence, without the word of the outcome."""
    total = len(diagnosis.endpoints)
    match diagnosis.verdict:
        case Outcome.PROBLEM:
            return _problems(diagnosis, total)
        case Outcome.WARNING:
            return _warnings(diagnosis)
        case Outcome.OK:
            return f"no fault found. {_answered(diagnosis, total)}"
        case _ if evidence.run.interrupted:
            return "the run was stopped before diag found the cause."
        case _ if out_of_time(evidence):
            return "the time limit was reached before diag found the cause."
        case _:
            open_ones = sum(state.status is Outcome.UNKNOWN for state in diagnosis.endpoints)
            which = "The endpoint" if total == 1 else f"{open_ones} of {total} endpoints"
            return f"no cause is proved. {which} could not be judged."


def circumstances(evidence: Evidence) -> tuple[str, ...]:
    """Return what a reader must know beside the verdict: when it was taken, and what limits it."""
    run = evidence.run
    took = number_words(max(0.0, (run.ended - run.began).total_seconds()))
    lines = [f"diag tested on {moment_words(run.began.replace(microsecond=0))}, for {took} s, with diag {clean(run.tool, 40)}."]
    if run.demo:
        lines.append(f"This is a demonstration: diag staged {clean(run.demo, 80)} on this computer. Nothing real is wrong.")
    if run.interrupted:
        lines.append("The run was stopped early, so the report is incomplete.")
    spared = sum(trail.spared for trail in run.trails)
    if spared:
        many = count_words(spared, "endpoint is", "endpoints are")
        lines.append(f"{many} silent like others, which diag tested further instead.")
    return tuple(lines)


def counted(diagnosis: Diagnosis) -> str:
    """Return how the whole catalogue answered, in one line."""
    counts = diagnosis.counts
    found = counts[Status.PROBLEM] + counts[Status.WARNING]
    parts = (
        (found, "found a fault"),
        (counts[Status.OK], "found nothing wrong"),
        (counts[Status.UNKNOWN], "undecided"),
        (counts[Status.NOT_APPLICABLE], "not applicable"),
    )
    total = count_words(sum(counts.values()), "check")
    return f"{total}: {', '.join(f'{number} {words}' for number, words in parts if number) or 'none ran'}."


def next_steps(diagnosis: Diagnosis, evidence: Evidence, *, verbose: bool = False) -> tuple[str, ...]:
    """Return what to do where the causes do not say it: an open verdict, or none at all while a program still fails.

    `verbose`: the reader has every step before them.
    """
    if diagnosis.verdict is Outcome.OK:
        return (
            "If your program still fails, run diag as the same user, on the same computer, and in the same shell or service. "
            "Their proxy and certificate settings often differ.",
        )
    if not any(state.status is Outcome.UNKNOWN and not state.causes for state in diagnosis.endpoints):
        return ()
    if evidence.run.interrupted:
        return ("Run diag again and let it finish.",)
    steps = []
    if out_of_time(evidence):
        steps.append(f"Give it more time: add --deadline {round(evidence.run.limits.deadline * 4)}")
    if not verbose:
        steps.append("See every step with its time and answer: add -v")
    steps.append("Send the bundle to the support of the service. It holds what diag saw, without secrets.")
    return tuple(steps)


def affected(cause: Cause, total: int) -> str:
    """Return how many endpoints a cause hits."""
    hit = len(cause.endpoints)
    if not hit:
        return "this computer or its network as a whole"
    return "the endpoint" if hit == total == 1 else f"{hit} of {count_words(total, 'endpoint')}"


def cause_numbers(diagnosis: Diagnosis) -> dict[str, list[str]]:
    """Return, for each endpoint, the numbers of its causes, as a report counts them."""
    found: dict[str, list[str]] = {}
    for number, cause in enumerate(diagnosis.causes, 1):
        for endpoint in cause.endpoints:
            found.setdefault(endpoint, []).append(str(number))
    return found


def _problems(diagnosis: Diagnosis, total: int) -> str:
    found = _with(diagnosis, Status.PROBLEM)
    hit = sum(state.status is Outcome.PROBLEM for state in diagnosis.endpoints)
    open_ones = sum(state.status is Outcome.UNKNOWN for state in diagnosis.endpoints)
    first = "one cause found" if found == 1 else f"{found} causes found"
    reach = f", affecting {hit} of {total} endpoints" if hit and total > 1 else ""
    rest = f" {count_words(open_ones, 'endpoint')} could not be judged." if open_ones else ""
    return f"{first}{reach}.{rest}"


def _warnings(diagnosis: Diagnosis) -> str:
    """What does not work although nothing that is required failed; else how much is worth a look."""
    broken = sum(state.status in (Outcome.PROBLEM, Outcome.UNKNOWN) for state in diagnosis.endpoints)
    if broken:
        return f"every required endpoint works. {count_words(broken, 'optional endpoint does', 'optional endpoints do')} not."
    return f"nothing failed. {count_words(_with(diagnosis, Status.WARNING), 'thing needs', 'things need')} attention."


def _answered(diagnosis: Diagnosis, total: int) -> str:
    arrived = sum(state.arrived for state in diagnosis.endpoints)
    if arrived == total:
        return "The endpoint was reached." if total == 1 else f"All {total} endpoints were reached."
    return f"{arrived} of {count_words(total, 'endpoint')} were reached."


def _with(diagnosis: Diagnosis, status: Status) -> int:
    return sum(cause.status is status for cause in diagnosis.causes)
