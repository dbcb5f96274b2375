"""The desk on a terminal: what needs attention first, with its reasons; the cases that wait; what changes over time."""

from collections.abc import Sequence

from diag.model.desk import Cluster, Common, Desk, QueueEntry, Solved, Trends, WrittenNote
from diag.report.layout.marked import Marked
from diag.report.layout.page import Page
from diag.report.wording.cut_bundles import cut_words, entry_cut_words
from diag.report.wording.words import OWNERS, count_words

MOST_SHOWN = 12
MOST_QUEUED = 25
MOST_SKIPPED = 20
_BARS = " ▁▂▃▄▅▆▇█"
_COUNTED = {"cause": "Causes", "owner": "Who fixes it", "product": "Products", "version": "Versions of diag"}
_OWNER_WORDS = {owner.value: words for owner, words in OWNERS.items()}


def write_desk(page: Page, desk: Desk, most: int = MOST_SHOWN) -> None:
    """Write the clusters, what needs attention first coming first, and what was skipped."""
    page.write(page.words(_head(desk), "bold"))
    for note in desk.notes:
        page.write(page.words(f"- {note}"), hang=2)
    if desk.cut:
        page.write(page.words(f"- {cut_words(desk.cut)}"), hang=2)
    for number, cluster in enumerate(desk.clusters[:most], 1):
        _write_cluster(page, number, cluster)
    if len(desk.clusters) > most:
        page.blank()
        page.write(page.words(f"and {count_words(len(desk.clusters) - most, 'cluster')} more: diag triage --all", "dim"))
    _write_skipped(page, desk)
    if desk.to_follow_up:
        page.heading("To follow up (it was hard; a note closes it)")
        for written in desk.to_follow_up[:MOST_SHOWN]:
            page.write(page.words(f"- {_written(written)}"), indent=3, hang=2)


def _head(desk: Desk) -> str:
    words = [count_words(desk.bundles, "bundle"), count_words(desk.cases, "case")]
    words += [count_words(desk.organisations, "organisation")] if desk.labelled else []
    words += [count_words(len(desk.clusters), "cluster")]
    return ", ".join(words) + (f"; {count_words(desk.demos, 'demonstration')} left out" if desk.demos else "")


def _write_cluster(page: Page, number: int, cluster: Cluster) -> None:
    page.blank()
    page.write(page.words(f"{number}. {cluster.title}", "bold"), hang=3)
    owner = _OWNER_WORDS.get(cluster.owner, "nobody knows yet")
    page.write(page.words(f"{cluster.cause}  {cluster.fp}  {cluster.points} points", "dim"), indent=3)
    page.labelled("Cases", page.words(_size(cluster)))
    page.labelled("Who fixes it", page.words(owner))
    if cluster.reasons:
        why = (page.words(f"{reason.points:+d}  {reason.why}") for reason in cluster.reasons)
        page.labelled("Why now", *why, hang=5)
    if cluster.common:
        page.labelled("In common", page.words("; ".join(map(_common, cluster.common))))
    page.labelled("Open first", page.words(cluster.open_first))
    if cluster.state != "open" or cluster.solved or cluster.merged or cluster.apart_from:
        page.labelled("State", page.words("; ".join(_state(cluster))))
    for written in cluster.written[:2]:
        page.labelled("Note", page.words(_written(written)))


def _size(cluster: Cluster) -> str:
    where = f" at {count_words(cluster.organisations, 'organisation')}" if cluster.organisations else ""
    return (
        f"{count_words(cluster.cases, 'case')}{where}, {count_words(cluster.bundles, 'bundle')}"
        f"{f' ({cluster.cut} cut for their size)' if cluster.cut else ''}; "
        f"first {cluster.first[:10]}, last {cluster.last[:10]}"
    )


def _common(common: Common) -> str:
    return f"{common.what} {common.value} ({common.share:.0%}, elsewhere {common.elsewhere:.0%})"


def _state(cluster: Cluster) -> list[str]:
    told = [cluster.state] if cluster.state != "open" else []
    if cluster.solved:
        told.append(solved_words(cluster.solved))
    if cluster.merged:
        told.append(f"merged with {', '.join(cluster.merged)} (diag triage --split FP undoes it)")
    if cluster.apart_from:
        undo = f"diag triage --merge {cluster.apart_from} {cluster.fp} undoes it"
        told.append(f"kept apart from {cluster.apart_from} by {', '.join(cluster.kind.get('apart', ()))} ({undo})")
    return told


def solved_words(solved: Solved) -> str:
    """Return how often it was solved, and by what the last time."""
    effort = f" (effort {solved.effort})" if solved.effort else ""
    return f"solved {count_words(solved.times, 'time')}, last by {solved.last or 'nobody said what'}{effort}"


def _written(written: WrittenNote) -> str:
    return f"{written.at[:10]} {written.who}, {written.kind}: {written.text}"


def _write_skipped(page: Page, desk: Desk) -> None:
    if desk.skipped:
        page.heading(f"Skipped: {count_words(len(desk.skipped), 'file')}")
        for skipped in desk.skipped[:MOST_SKIPPED]:
            page.write(page.words(f"- {skipped.path}: {skipped.why}"), indent=3, hang=2)
        if len(desk.skipped) > MOST_SKIPPED:
            page.write(page.words(f"and {len(desk.skipped) - MOST_SKIPPED} more: diag triage --json", "dim"), indent=3)


def write_queue(page: Page, entries: Sequence[QueueEntry], most: int = MOST_QUEUED) -> None:
    """Write the single cases, what needs attention first coming first."""
    for entry in entries[:most]:
        page.blank()
        page.write(page.words(_entry_head(entry), "bold"))
        page.write(page.words(f"{entry.verdict}: {', '.join(entry.causes)}"), indent=3, hang=2)
        if not entry.whole:
            page.write(page.words(entry_cut_words(entry)), indent=3, hang=2)
        if entry.then:
            page.write(page.words(f"the customer saw: {entry.then}", "dim"), indent=3, hang=2)
        for reason in entry.reasons:
            page.write(page.words(f"{reason.points:+d}  {reason.why}"), indent=3, hang=5)
        page.write(page.words(entry.file, "dim"), indent=3)
    if not entries:
        page.write(page.words("No case waits."))
    elif len(entries) > most:
        page.blank()
        page.write(page.words(f"and {count_words(len(entries) - most, 'case')} more: diag triage --queue --all", "dim"))


def _entry_head(entry: QueueEntry) -> str:
    named = [f"case {entry.case}" if entry.case else "", entry.organisation, entry.bundle, entry.began[:10]]
    return f"{entry.points} points  {'  '.join(filter(None, named))}"


def write_trends(page: Page, trends: Trends, most: int = MOST_SHOWN) -> None:
    """Write what rises, what is new, gone or back, the weeks of each cause, and what it would be worth to end."""
    page.write(page.words(f"{count_words(trends.weeks, 'week')} of cases, to {trends.at[:10]}", "bold"))
    for note in trends.notes:
        page.write(page.words(f"- {note}"), hang=2)
    if trends.rises:
        page.heading("Rising")
    for rise in trends.rises:
        window = "this week" if rise.weeks == 1 else f"the last {rise.weeks} weeks"
        part = f"; {rise.unfinished:.0%} of this week is over" if rise.unfinished < 1 else ""
        line = f"{rise.name}: seen {rise.seen} in {window}, expected {rise.expected:g}, unusual from {rise.bound} on{part}"
        page.write(page.words(f"- {line}"), indent=3, hang=2)
    for news, words in (
        ("new", "New: first seen now"),
        ("back", "Back after eight silent weeks"),
        ("gone", "Gone for four weeks"),
    ):
        named = [trend.name for trend in trends.trends if trend.news == news]
        if named:
            page.heading(words)
            page.write(page.words(", ".join(named)), indent=3)
    for what, heading in (
        ("cause", "Causes"),
        ("owner", "Who fixes it"),
        ("product", "Products"),
        ("version", "Versions of diag"),
    ):
        rows = [trend for trend in trends.trends if trend.what == what]
        if rows:
            page.heading(f"{heading}, by week: organisations, the newest at the end")
            page.rows(
                [_row(page, trend.name, [week.organisations for week in trend.weeks]) for trend in rows[:most]], 0, indent=3
            )
    if trends.worth:
        page.heading("What it is worth to remove (cases x median days x how hard)")
        for one in trends.worth[:most]:
            back = f", {one.came_back} came back" if one.came_back else ""
            line = f"{one.worth:g}  {one.cause} ({one.owner}): {one.cases} cases, {one.days:g} days, effort {one.effort:g}{back}"
            page.write(page.words(f"- {line}"), indent=3, hang=2)
    served = trends.self_service
    page.heading("Self-service")
    if served.solved_alone is None:
        page.write(page.words(f"{count_words(served.series, 'series', 'series')} of runs: too few to tell."), indent=3)
    else:
        hours = "" if served.hours is None else f", {served.hours:g} hours to the first clean run (median)"
        share = f"{served.solved_alone:.0%} of {served.series} problems ended in a clean run without a case"
        page.write(page.words(f"{share}; {served.runs:g} runs each{hours}"), indent=3)


def _row(page: Page, name: str, counts: Sequence[int]) -> list[Marked]:
    highest = max(counts, default=0) or 1
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // highest)] for count in counts)
    return [page.words(name), page.words(bars), page.words(" ".join(map(str, counts[-8:])))]
