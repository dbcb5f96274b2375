"""The first lines of every report for people: the verdict in a sentence, what limits it, and what to do where it is open."""

from diag.language import in_turn, joined, said
from diag.model.diagnosis import Cause, Diagnosis, Outcome
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Status
from diag.report.wording.endings import out_of_time
from diag.report.wording.sentences import moment_words, number_words


def headline(diagnosis: Diagnosis, evidence: Evidence) -> str:
    """Return the verdict as one sentence, without the word of the outcome."""
    total = len(diagnosis.endpoints)
    match diagnosis.verdict:
        case Outcome.PROBLEM:
            return _problems(diagnosis, total)
        case Outcome.WARNING:
            return _warnings(diagnosis)
        case Outcome.OK:
            return in_turn(said("no fault found."), _answered(diagnosis, total))
        case _ if evidence.run.interrupted:
            return said("the run was stopped before diag found the cause.")
        case _ if out_of_time(evidence):
            return said("the time limit was reached before diag found the cause.")
        case _:
            open_ones = sum(state.status is Outcome.UNKNOWN for state in diagnosis.endpoints)
            open_end = said("The endpoint could not be judged.")
            if total > 1:
                open_end = said("{number} of {total} endpoints could not be judged.", number=open_ones, total=total)
            return in_turn(said("no cause is proved."), open_end)


def circumstances(evidence: Evidence) -> tuple[str, ...]:
    """Return what a reader must know beside the verdict: when it was taken, and what limits it."""
    run = evidence.run
    took = number_words(max(0.0, (run.ended - run.began).total_seconds()))
    moment = moment_words(run.began.replace(microsecond=0))
    lines = [
        said("diag tested on {moment}, for {took} s, with diag {version}.", moment=moment, took=took, version=clean(run.tool, 40))
    ]
    if run.demo:
        staged = clean(run.demo, 80)
        lines.append(said("This is a demonstration: diag staged {fault} on this computer. Nothing real is wrong.", fault=staged))
    if run.interrupted:
        lines.append(said("The run was stopped early, so the report is incomplete."))
    spared = sum(trail.spared for trail in run.trails)
    if spared:
        lines.append(
            said(
                "{number} {number:endpoint is|endpoints are} silent like others, which diag tested further instead.",
                number=spared,
            )
        )
    return tuple(lines)


def counted(diagnosis: Diagnosis) -> str:
    """Return how the whole catalogue answered, in one line."""
    counts = diagnosis.counts
    found = counts[Status.PROBLEM] + counts[Status.WARNING]
    parts = (
        said("{n} found a fault", n=found) if found else "",
        said("{n} found nothing wrong", n=counts[Status.OK]) if counts[Status.OK] else "",
        said("{n} undecided", n=counts[Status.UNKNOWN]) if counts[Status.UNKNOWN] else "",
        said("{n} not applicable", n=counts[Status.NOT_APPLICABLE]) if counts[Status.NOT_APPLICABLE] else "",
    )
    counted = joined(filter(None, parts)) or said("none ran")
    return said("{n} {n:check|checks}: {counted}.", n=sum(counts.values()), counted=counted)


def next_steps(diagnosis: Diagnosis, evidence: Evidence, *, verbose: bool = False) -> tuple[str, ...]:
    """Return what to do where the causes do not say it: an open verdict, or none at all while a program still fails.

    `verbose`: the reader has every step before them.
    """
    if diagnosis.verdict is Outcome.OK:
        return (
            said(
                "If your program still fails, run diag as the same user, on the same computer, and in the same shell or service. "
                "Their proxy and certificate settings often differ."
            ),
        )
    if not any(state.status is Outcome.UNKNOWN and not state.causes for state in diagnosis.endpoints):
        return ()
    if evidence.run.interrupted:
        return (said("Run diag again and let it finish."),)
    steps = []
    if out_of_time(evidence):
        steps.append(said("Give it more time: add --deadline {seconds}", seconds=round(evidence.run.limits.deadline * 4)))
    if not verbose:
        steps.append(said("See every step with its time and answer: add -v"))
    steps.append(said("Send the bundle to the support of the service. It holds what diag saw, without secrets."))
    return tuple(steps)


def affected(cause: Cause, total: int) -> str:
    """Return how many endpoints a cause hits."""
    hit = len(cause.endpoints)
    if not hit:
        return said("this computer or its network as a whole")
    return (
        said("the endpoint") if hit == total == 1 else said("{hit} of {total} {total:endpoint|endpoints}", hit=hit, total=total)
    )


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
    if hit and total > 1:
        first = (
            said("one cause found, affecting {hit} of {total} endpoints.", hit=hit, total=total)
            if found == 1
            else said("{number} causes found, affecting {hit} of {total} endpoints.", number=found, hit=hit, total=total)
        )
    else:
        first = said("one cause found.") if found == 1 else said("{number} causes found.", number=found)
    rest = said("{number} {number:endpoint|endpoints} could not be judged.", number=open_ones) if open_ones else ""
    return in_turn(first, rest)


def _warnings(diagnosis: Diagnosis) -> str:
    """What does not work although nothing that is required failed; else how much is worth a look."""
    broken = sum(state.status in (Outcome.PROBLEM, Outcome.UNKNOWN) for state in diagnosis.endpoints)
    if broken:
        return said(
            "every required endpoint works. {number} {number:optional endpoint does|optional endpoints do} not.", number=broken
        )
    number = _with(diagnosis, Status.WARNING)
    return said("nothing failed. {number} {number:thing needs|things need} attention.", number=number)


def _answered(diagnosis: Diagnosis, total: int) -> str:
    arrived = sum(state.arrived for state in diagnosis.endpoints)
    if arrived == total:
        return said("The endpoint was reached.") if total == 1 else said("All {total} endpoints were reached.", total=total)
    return said("{arrived} of {total} {total:endpoint|endpoints} were reached.", arrived=arrived, total=total)


def _with(diagnosis: Diagnosis, status: Status) -> int:
    return sum(cause.status is status for cause in diagnosis.causes)
