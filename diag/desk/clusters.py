"""The desk as it is shown: clusters of cases alike, what needs attention first, and the single cases that wait."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from diag.desk.alike import ENDS, NO_CAUSE, ClusterParts, likeness
from diag.desk.attention import NOTE, RESOLVED, Situation, reasons, state_of, waits_since, working_days
from diag.desk.common import Population
from diag.desk.index import utc
from diag.desk.rising import rises
from diag.desk.stock import Case, Note, Stock
from diag.model.desk import DESK_SCHEMA, Cluster, Desk, QueueEntry, Reason, Solved, WrittenNote
from diag.model.verdict import Confidence, Status

MOST_WRITTEN = 5
HARD_EFFORTS = (1, 2)
LIKE_ENOUGH = 0.2


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """Which cases are looked at; everything empty: all."""

    since: datetime | None = None
    owner: str = ""
    cause: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    cluster: str = ""
    unknown: bool = False

    def keeps(self, case: Case) -> bool:
        """Return whether a case is looked at at all."""
        return (self.since is None or case.when >= self.since) and all(
            case.labels.get(key) == value for key, value in self.labels.items()
        )

    def shows(self, cluster: Cluster) -> bool:
        """Return whether a cluster is shown."""
        return (
            (not self.owner or cluster.owner == self.owner)
            and (not self.cause or cluster.cause == self.cause)
            and (not self.unknown or cluster.cause == NO_CAUSE)
            and (not self.cluster or cluster.fp == self.cluster)
        )


def desk_of(stock: Stock, wanted: CaseFilter, likes: ClusterParts | None = None) -> Desk:
    """Return everything of the index that is wanted, what needs attention first coming first.

    `likes`: only clusters that are like this one, the likest first.
    """
    rising = frozenset((rise.what, rise.name) for rise in rises(stock))
    population = Population(stock)
    clusters = []
    for fp, cases in stock.by_cluster.items():
        kept = [case for case in cases if wanted.keeps(case)]
        if kept:
            shown = _cluster(Situation(stock, fp, cases, rising), kept, population)
            clusters += [shown] if wanted.shows(shown) else []
    clusters.sort(key=_rank)
    if likes is not None:
        clusters = _like(clusters, stock, likes)
    kept_cases = [case for case in stock.cases if wanted.keeps(case)]
    shown_fps = {cluster.fp for cluster in clusters}
    narrow = bool(wanted.owner or wanted.cause or wanted.unknown or wanted.cluster or likes)
    if narrow:
        kept_cases = [case for case in kept_cases if any(cause.cluster in shown_fps for cause in case.causes)]
    return Desk(
        schema=DESK_SCHEMA,
        at=utc(stock.now),
        bundles=len(kept_cases),
        cases=len({case.key for case in kept_cases}),
        organisations=len({case.org for case in kept_cases} - {""}),
        demos=stock.demos,
        labelled=stock.labelled,
        clusters=tuple(clusters),
        queue=tuple(_queue(stock, kept_cases, clusters)),
        skipped=stock.skipped,
        to_follow_up=tuple(_to_follow_up(stock)),
        cut=sum(not case.whole for case in kept_cases),
    )


def _rank(cluster: Cluster) -> tuple[bool, int, int, int, str]:
    return cluster.status == Status.WARNING, -cluster.points, -cluster.organisations, -cluster.bundles, cluster.fp


def _cluster(it: Situation, cases: Sequence[Case], population: Population) -> Cluster:
    name = it.stock.names[it.fp]
    own = [cause for case in it.cases for cause in case.causes if cause.cluster == it.fp]
    found = reasons(it)
    statuses = {cause.status for cause in own}
    return Cluster(
        fp=it.fp,
        cause=name.id,
        title=name.title,
        owner=own[0].owner,
        status=Status.WARNING if statuses == {Status.WARNING} else next(iter(sorted(statuses - {Status.WARNING}))),
        kind=name.parts.kind,
        route=name.parts.route,
        bundles=len(cases),
        cases=len({case.key for case in cases}),
        organisations=len({case.org for case in cases} - {""}),
        first=utc(it.times[0]),
        last=utc(it.times[-1]),
        points=sum(reason.points for reason in found),
        reasons=found,
        common=population.in_common(cases),
        open_first=_best(it, cases),
        state=state_of(it),
        solved=_solved(it),
        merged=tuple(sorted(fp for fp, into in it.stock.merged.items() if into == it.fp)),
        apart_from=it.stock.apart.get(it.fp, ""),
        cut=sum(not case.whole for case in cases),
        written=tuple(map(as_written, it.notes[:MOST_WRITTEN])),
    )


def _best(it: Situation, cases: Sequence[Case]) -> str:
    """The bundle that shows it best: whole, judged certain, hit at the most endpoints, the newest."""

    def worth(case: Case) -> tuple[bool, bool, int, datetime]:
        own = next(cause for cause in case.causes if cause.cluster == it.fp)
        return case.whole, own.confidence == Confidence.CERTAIN, own.endpoints, case.when

    best = max(cases, key=worth)
    return best.file or best.digest


def _solved(it: Situation) -> Solved | None:
    solved = [note for note in it.notes if note.kind == RESOLVED]
    return Solved(len(solved), solved[0].by_cause or solved[0].text, utc(solved[0].at), solved[0].effort) if solved else None


def as_written(note: Note) -> WrittenNote:
    """Return a note as it is shown."""
    return WrittenNote(utc(note.at), note.who, note.kind, note.text)


def _to_follow_up(stock: Stock) -> Iterable[WrittenNote]:
    """Resolutions that were hard, until a later note about the same thing closes them."""
    closed: set[tuple[int, str]] = set()
    for note in stock.notes:
        about = (note.bundle, stock.standing(note.fp) if note.fp else "")
        if note.kind == NOTE:
            closed.add(about)
        elif note.kind == RESOLVED and note.effort in HARD_EFFORTS and about not in closed:
            yield as_written(note)


def _queue(stock: Stock, cases: Sequence[Case], clusters: Sequence[Cluster]) -> Iterable[QueueEntry]:
    """The newest run of each case that is not solved, by the points of its first cluster and by how long it waits."""
    points = {cluster.fp: cluster for cluster in clusters}
    newest: dict[str, Case] = {}
    for case in cases:
        newest.setdefault(case.key, case)
    entries = []
    for case in newest.values():
        if "solved" in case.labels or not case.causes:
            continue
        found = [points[cause.cluster] for cause in case.causes if cause.cluster in points]
        best = max(found, key=lambda cluster: cluster.points, default=None)
        why = list(best.reasons) if best else []
        since = waits_since(case, stock.notes)
        if since is not None and (days := working_days(since, stock.now)):
            why = [
                *(reason for reason in why if reason.rule != "oldest_waits"),
                Reason(min(20, 2 * days), "waits", {"days": days}),
            ]
        entries.append((case, why, all(cause.status == Status.WARNING for cause in case.causes)))
    entries.sort(key=lambda one: (one[2], -sum(reason.points for reason in one[1]), -one[0].when.timestamp(), one[0].digest))
    for case, why, _ in entries:
        ids = tuple(cause.id for cause in case.causes)
        yield QueueEntry(
            bundle=case.digest[:12],
            file=case.file,
            case=case.labels.get("case", ""),
            organisation=case.org,
            began=utc(case.when),
            verdict=case.verdict,
            causes=ids,
            points=sum(reason.points for reason in why),
            reasons=tuple(why),
            then=_then(case, ids),
            whole=case.whole,
            endpoints=case.endpoints,
            left_out=case.left_out,
        )


def _then(case: Case, ids: tuple[str, ...]) -> str:
    """What the customer saw, where it was something else: the verdict, and the causes; empty: the same."""
    proved = tuple(id for id in ids if id != NO_CAUSE)
    if (case.then_verdict, set(case.then_causes)) == (case.verdict, set(proved)):
        return ""
    return " ".join((case.then_verdict, *case.then_causes[:5]))


def _like(clusters: Sequence[Cluster], stock: Stock, parts: ClusterParts) -> list[Cluster]:
    """The clusters like a bundle's: its own, others of its cause, and, where none was proved, stops of the same words."""

    def alike(cluster: Cluster) -> float:
        if cluster.fp == stock.standing(parts.fingerprint):
            return 2.0
        if cluster.cause != parts.cause:
            return 0.0
        return likeness(cluster.kind.get(ENDS, ()), parts.kind.get(ENDS, ())) if parts.cause == NO_CAUSE else 1.0

    return sorted((one for one in clusters if alike(one) >= LIKE_ENOUGH), key=alike, reverse=True)


def sample(stock: Stock, count: int, seed: str) -> list[Case]:
    """Return a fair sample of solved cases, for a review: each case has the same chance, however many runs it has."""
    solved = {note.bundle for note in stock.notes if note.kind == RESOLVED and note.bundle}
    newest: dict[str, Case] = {}
    for case in stock.cases:
        if "solved" in case.labels or case.number in solved:
            newest.setdefault(case.key, case)
    chosen = sorted(newest.values(), key=lambda case: case.digest)
    return random.Random(seed).sample(chosen, min(count, len(chosen)))
