"""What a cause costs, and who helps himself: what it would be worth to remove it, and how runs go on after a problem."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import median

from diag.desk.alike import NO_CAUSE
from diag.desk.attention import RESOLVED
from diag.desk.index import utc
from diag.desk.rising import LEAST_HISTORY, WEEK, names_of, rises, weeks_of_history
from diag.desk.stock import Case, Stock, monday, read_moment
from diag.model.desk import DESK_SCHEMA, Remark, SelfService, Trend, Trends, WeekCount, Worth
from diag.model.diagnosis import Outcome
from diag.model.verdict import Status

MIDDLING = 3.0
"""The effort where nobody has said one."""
LEAST_SERIES = 20
GONE_WEEKS, GONE_EXPECTED = 4, 5
SILENT_WEEKS = 8
DAY = timedelta(days=1)


def trends_of(stock: Stock, *, weeks: int = 16) -> Trends:
    """Return what changes: counts by week, what rises, is new, gone or back, and what it would be worth to end."""
    history = weeks_of_history(stock)
    remarks = []
    if history < LEAST_HISTORY:
        remarks.append(Remark("short_history", {"n": history, "least": LEAST_HISTORY}))
    if not stock.labelled and stock.cases:
        remarks.append(Remark("not_labelled"))
    found = rises(stock)
    return Trends(
        schema=DESK_SCHEMA,
        at=utc(stock.now),
        weeks=history,
        rises=found,
        trends=tuple(
            trend
            for what in ("cause", "owner", "product", "version")
            for trend in _trends(stock, what, weeks, {rise.name for rise in found if rise.what == what})
        ),
        worth=tuple(_worth(stock)),
        self_service=_self_service(stock),
        remarks=tuple(remarks),
    )


def _names(case: Case, what: str) -> set[str]:
    if what == "version":
        return set(case.traits["version"])
    return names_of(case.causes, case.labels, what)


def _trends(stock: Stock, what: str, weeks: int, rising: set[str]) -> Iterable[Trend]:
    counted: defaultdict[str, defaultdict[int, list[Case]]] = defaultdict(lambda: defaultdict(list))
    this_week = monday(stock.now)
    for case in stock.cases:
        ago = (this_week - monday(case.when)) // WEEK
        for name in _names(case, what):
            counted[name][ago].append(case)
    for name, by_week in sorted(counted.items(), key=lambda one: (-sum(map(len, one[1].values())), one[0])):
        shown = tuple(_week(stock, ago, by_week.get(ago, ())) for ago in reversed(range(weeks)))
        news = "rising" if name in rising else _news(by_week, weeks_of_history(stock)) if what == "cause" else ""
        yield Trend(what, name, shown, news)


def _week(stock: Stock, ago: int, cases: Sequence[Case]) -> WeekCount:
    begins = monday(stock.now) - ago * WEEK
    whose = {stock.whose(case) for case in cases} - {""}
    return WeekCount(f"{begins:%Y-%m-%d}", len(whose), len({case.key for case in cases}), len(cases))


def _news(by_week: dict[int, list[Case]], history: int) -> str:
    """`new`: first ever in the last week; `back`: after eight silent weeks; `gone`: none in four weeks, where five were due."""
    weeks = sorted(by_week)
    newest, oldest = weeks[0], weeks[-1]
    if oldest <= 1 < history - 1 and history >= LEAST_HISTORY:
        return "new"
    if newest <= 1 and any(later - sooner > SILENT_WEEKS for sooner, later in itertools.pairwise(weeks)):
        return "back"
    before = [len(by_week.get(ago, ())) for ago in range(GONE_WEEKS, min(GONE_WEEKS + 12, history))]
    if newest >= GONE_WEEKS and before and sum(before) / len(before) * GONE_WEEKS >= GONE_EXPECTED:
        return "gone"
    return ""


def _worth(stock: Stock) -> Iterable[Worth]:
    """Cases, times median days, times how hard it was; what is worth the most comes first."""
    grouped: defaultdict[tuple[str, str], dict[str, Case]] = defaultdict(dict)
    for case in stock.cases:
        for cause in case.causes:
            if cause.status != Status.WARNING and cause.id != NO_CAUSE:
                grouped[cause.id, cause.owner].setdefault(case.key, case)
    efforts = _efforts(stock)
    found = []
    for (id, owner), cases in grouped.items():
        days = [taken for case in cases.values() if (taken := _days(case)) is not None]
        if days:
            effort = median(efforts.get(id) or [MIDDLING])
            worth = len(cases) * median(days) * (6 - effort)
            back = _came_back(stock, id)
            found.append(Worth(id, owner, len(cases), round(median(days), 1), effort, round(worth, 1), back))
    return sorted(found, key=lambda one: (-one.worth, one.cause))


def _days(case: Case) -> float | None:
    """From opened to solved; None: nobody said."""
    if "opened" not in case.labels or "solved" not in case.labels:
        return None
    return max(0.0, (read_moment(case.labels["solved"]) - read_moment(case.labels["opened"])) / DAY)


def _efforts(stock: Stock) -> dict[str, list[float]]:
    """The efforts of each cause, from notes and from the list of cases."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    by_number = {case.number: case for case in stock.cases}
    for note in stock.notes:
        if note.kind == RESOLVED and note.effort:
            case = by_number.get(note.bundle)
            ids = [cause.id for cause in case.causes[:1]] if case else [stock.names[note.fp].id] if note.fp in stock.names else []
            for id in ids:
                found[id].append(float(note.effort))
    for case in stock.cases:
        if "effort" in case.labels and case.causes:
            found[case.causes[0].id].append(float(case.labels["effort"]))
    return dict(found)


def _came_back(stock: Stock, id: str) -> int:
    """Cases of a cause that an organisation opened after one of it was solved there."""
    solved: dict[str, str] = {}
    count = 0
    for case in reversed(stock.cases):
        if case.org and any(cause.id == id for cause in case.causes):
            opened = case.labels.get("opened", utc(case.when))
            count += case.org in solved and opened > solved[case.org]
            if "solved" in case.labels:
                solved[case.org] = max(case.labels["solved"], solved.get(case.org, ""))
    return count


def _self_service(stock: Stock) -> SelfService:
    """Series of runs of one organisation at one set of endpoints that begin with a problem."""
    series: defaultdict[str, list[Case]] = defaultdict(list)
    for case in reversed(stock.cases):
        if case.org:
            series[case.key].append(case)
    begun = [runs for runs in series.values() if any(run.verdict == Outcome.PROBLEM for run in runs)]
    if len(begun) < LEAST_SERIES:
        return SelfService(len(begun))
    alone, hours = 0, []
    for runs in begun:
        first = next(at for at, run in enumerate(runs) if run.verdict == Outcome.PROBLEM)
        clean_run = next((run for run in runs[first:] if run.verdict in (Outcome.OK, Outcome.WARNING)), None)
        alone += clean_run is not None and not any("case" in run.labels for run in runs)
        if clean_run is not None:
            hours.append((clean_run.when - runs[first].when).total_seconds() / 3600)
    runs_each = sum(map(len, begun)) / len(begun)
    return SelfService(len(begun), round(alone / len(begun), 3), round(runs_each, 1), round(median(hours), 1) if hours else None)
