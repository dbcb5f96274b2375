"""The desk on a terminal: what needs attention first, with its reasons; the cases that wait; what changes over time."""

from collections.abc import Sequence

from diag.language import PhraseTable, joined, said
from diag.model.desk import Cluster, Common, Desk, QueueEntry, Trends
from diag.report.layout.marked import Marked
from diag.report.layout.page import Page
from diag.report.wording.clusters import owner_words, size_words, solved_words, state_words
from diag.report.wording.cut_bundles import cut_words, entry_cut_words
from diag.report.wording.desk import seen_words, trait_words, verdict_words, written_words

MOST_SHOWN = 12
MOST_QUEUED = 25
MOST_SKIPPED = 20
_BARS = " ▁▂▃▄▅▆▇█"
_COUNTED: PhraseTable[str] = PhraseTable(
    "counted_by_week",
    {
        "cause": "Causes, by week: organisations, the newest at the end",
        "owner": "Who fixes it, by week: organisations, the newest at the end",
        "product": "Products, by week: organisations, the newest at the end",
        "version": "Versions of diag, by week: organisations, the newest at the end",
    },
)
_NEWS: PhraseTable[str] = PhraseTable(
    "news", {"new": "New: first seen now", "back": "Back after eight silent weeks", "gone": "Gone for four weeks"}
)


def write_desk(page: Page, desk: Desk, most: int = MOST_SHOWN, most_skipped: int = MOST_SKIPPED) -> None:
    """Write the clusters, what needs attention first coming first, and what was skipped: how many, and up to `most_skipped`
    of the files.
    """
    page.write(page.words(_head(desk), "bold"))
    for note in desk.notes:
        page.write(page.words(f"- {note}"), hang=2)
    if desk.cut:
        page.write(page.words(f"- {cut_words(desk.cut)}"), hang=2)
    for number, cluster in enumerate(desk.clusters[:most], 1):
        _write_cluster(page, number, cluster)
    if len(desk.clusters) > most:
        page.blank()
        page.write(page.words(said("and {n} {n:cluster|clusters} more: diag triage --all", n=len(desk.clusters) - most), "dim"))
    _write_skipped(page, desk, most_skipped)
    if desk.to_follow_up:
        page.heading(said("To follow up (it was hard; a note closes it)"))
        for written in desk.to_follow_up[:MOST_SHOWN]:
            page.write(page.words(f"- {written_words(written)}"), indent=3, hang=2)


def _head(desk: Desk) -> str:
    words = [said("{n} {n:bundle|bundles}", n=desk.bundles), said("{n} {n:case|cases}", n=desk.cases)]
    words += [said("{n} {n:organisation|organisations}", n=desk.organisations)] if desk.labelled else []
    words += [said("{n} {n:cluster|clusters}", n=len(desk.clusters))]
    left_out = said("{n} {n:demonstration|demonstrations} left out", n=desk.demos) if desk.demos else ""
    return "; ".join(filter(None, (joined(words), left_out)))


def _write_cluster(page: Page, number: int, cluster: Cluster) -> None:
    page.blank()
    page.write(page.words(f"{number}. {cluster.title}", "bold"), hang=3)
    points = said("{n} {n:point|points}", n=cluster.points)
    page.write(page.words(f"{cluster.cause}  {cluster.fp}  {points}", "dim"), indent=3)
    page.labelled(said("Cases"), page.words(f"{size_words(cluster)}; {_times(cluster)}"))
    page.labelled(said("Who fixes it"), page.words(owner_words(cluster.owner)))
    if cluster.reasons:
        why = (page.words(f"{reason.points:+d}  {reason.why}") for reason in cluster.reasons)
        page.labelled(said("Why now"), *why, hang=5)
    if cluster.common:
        page.labelled(said("In common"), page.words("; ".join(map(_common, cluster.common))))
    page.labelled(said("Open first"), page.words(cluster.open_first))
    if cluster.state != "open" or cluster.solved or cluster.merged or cluster.apart_from:
        page.labelled(said("State"), page.words("; ".join(_state(cluster))))
    for written in cluster.written[:2]:
        page.labelled(said("Note"), page.words(written_words(written)))


def _times(cluster: Cluster) -> str:
    return said("first {first}, last {last}", first=cluster.first[:10], last=cluster.last[:10])


def _common(common: Common) -> str:
    return said(
        "{what} {value} ({share}, elsewhere {elsewhere})",
        what=trait_words(common.what),
        value=common.value,
        share=f"{common.share:.0%}",
        elsewhere=f"{common.elsewhere:.0%}",
    )


def _state(cluster: Cluster) -> list[str]:
    told = [state_words(cluster.state)] if cluster.state != "open" else []
    if cluster.solved:
        told.append(solved_words(cluster.solved))
    if cluster.merged:
        told.append(said("merged with {others} (diag triage --split FP undoes it)", others=", ".join(cluster.merged)))
    if cluster.apart_from:
        told.append(
            said(
                "kept apart from {whole} by {by_what} (diag triage --merge {whole} {fp} undoes it)",
                whole=cluster.apart_from,
                by_what=", ".join(cluster.kind.get("apart", ())),
                fp=cluster.fp,
            )
        )
    return told


def _write_skipped(page: Page, desk: Desk, most: int) -> None:
    if desk.skipped:
        page.heading(said("Skipped: {n} {n:file|files}", n=len(desk.skipped)))
        for skipped in desk.skipped[:most]:
            page.write(page.words(f"- {skipped.path}: {skipped.why}"), indent=3, hang=2)
        if 0 < most < len(desk.skipped):
            page.write(page.words(said("and {n} more: diag triage --json", n=len(desk.skipped) - most), "dim"), indent=3)


def write_queue(page: Page, entries: Sequence[QueueEntry], most: int = MOST_QUEUED) -> None:
    """Write the single cases, what needs attention first coming first."""
    for entry in entries[:most]:
        page.blank()
        page.write(page.words(_entry_head(entry), "bold"))
        page.write(page.words(f"{verdict_words(entry.verdict)}: {', '.join(entry.causes)}"), indent=3, hang=2)
        if not entry.whole:
            page.write(page.words(entry_cut_words(entry)), indent=3, hang=2)
        if entry.then:
            page.write(page.words(said("the customer saw: {then}", then=seen_words(entry.then)), "dim"), indent=3, hang=2)
        for reason in entry.reasons:
            page.write(page.words(f"{reason.points:+d}  {reason.why}"), indent=3, hang=5)
        page.write(page.words(entry.file, "dim"), indent=3)
    if not entries:
        page.write(page.words(said("No case waits.")))
    elif len(entries) > most:
        page.blank()
        page.write(page.words(said("and {n} {n:case|cases} more: diag triage --queue --all", n=len(entries) - most), "dim"))


def _entry_head(entry: QueueEntry) -> str:
    named = [said("case {number}", number=entry.case) if entry.case else "", entry.organisation, entry.bundle, entry.began[:10]]
    return f"{said('{n} {n:point|points}', n=entry.points)}  {'  '.join(filter(None, named))}"


def write_trends(page: Page, trends: Trends, most: int = MOST_SHOWN) -> None:
    """Write what rises, what is new, gone or back, the weeks of each cause, and what it would be worth to end."""
    page.write(page.words(said("{n} {n:week|weeks} of cases, to {day}", n=trends.weeks, day=trends.at[:10]), "bold"))
    for note in trends.notes:
        page.write(page.words(f"- {note}"), hang=2)
    if trends.rises:
        page.heading(said("Rising"))
    for rise in trends.rises:
        window = said("this week") if rise.weeks == 1 else said("the last {n} weeks", n=rise.weeks)
        line = said(
            "{name}: seen {seen} in {window}, expected {expected}, unusual from {bound} on",
            name=rise.name,
            seen=rise.seen,
            window=window,
            expected=f"{rise.expected:g}",
            bound=rise.bound,
        )
        part = said("{share} of this week is over", share=f"{rise.unfinished:.0%}") if rise.unfinished < 1 else ""
        page.write(page.words(f"- {'; '.join(filter(None, (line, part)))}"), indent=3, hang=2)
    for news, words in _NEWS.items():
        named = [trend.name for trend in trends.trends if trend.news == news]
        if named:
            page.heading(words)
            page.write(page.words(", ".join(named)), indent=3)
    for what, heading in _COUNTED.items():
        rows = [trend for trend in trends.trends if trend.what == what]
        if rows:
            page.heading(heading)
            page.rows(
                [_row(page, trend.name, [week.organisations for week in trend.weeks]) for trend in rows[:most]], 0, indent=3
            )
    if trends.worth:
        page.heading(said("What it is worth to remove (cases x median days x how hard)"))
        for one in trends.worth[:most]:
            line = said(
                "{worth}  {cause} ({owner}): {cases} cases, {days} days, effort {effort}",
                worth=f"{one.worth:g}",
                cause=one.cause,
                owner=one.owner,
                cases=one.cases,
                days=f"{one.days:g}",
                effort=f"{one.effort:g}",
            )
            back = said("{n} came back", n=one.came_back) if one.came_back else ""
            page.write(page.words(f"- {', '.join(filter(None, (line, back)))}"), indent=3, hang=2)
    served = trends.self_service
    page.heading(said("Self-service"))
    if served.solved_alone is None:
        page.write(page.words(said("{n} series of runs: too few to tell.", n=served.series)), indent=3)
    else:
        hours = "" if served.hours is None else said("{hours} hours to the first clean run (median)", hours=f"{served.hours:g}")
        share = said(
            "{share} of {series} problems ended in a clean run without a case; {runs} runs each",
            share=f"{served.solved_alone:.0%}",
            series=served.series,
            runs=f"{served.runs:g}",
        )
        page.write(page.words(joined(filter(None, (share, hours)))), indent=3)


def _row(page: Page, name: str, counts: Sequence[int]) -> list[Marked]:
    highest = max(counts, default=0) or 1
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // highest)] for count in counts)
    return [page.words(name), page.words(bars), page.words(" ".join(map(str, counts[-8:])))]
