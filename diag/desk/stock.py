"""All cases of the index in memory, read once: clusters, attention and trends are counted over these.

A case is counted once however often its owner runs diag: runs belong together by their label `case`, else by `org` and the same
set of endpoints, else each stands for itself. No machine gets a key.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from diag.desk.alike import ClusterParts
from diag.model.desk import LEFT_OUT, Skipped
from diag.model.diagnosis import Outcome
from diag.model.obstacle import Told


@dataclass(frozen=True)
class StandingCause:
    """One cause of one bundle, in the cluster that it stands in."""

    cluster: str
    id: str
    status: str
    confidence: str
    owner: str
    endpoints: int
    arrived: int


@dataclass(frozen=True, eq=False)
class Case:
    """One bundle, and what belongs to it."""

    number: int
    digest: str
    when: datetime
    """When it was taken; not later than now, whatever a customer's clock says."""
    verdict: str
    then_verdict: str
    then_causes: tuple[str, ...]
    endpoints: int
    nothing_arrives: bool
    traits: dict[str, frozenset[str]]
    """`os`, `setting`, `cloud`, `version`, `role`, `route`, `product`: what is so of it."""
    labels: dict[str, str]
    causes: tuple[StandingCause, ...]
    key: str
    """The same for all runs of one case."""
    file: str
    whole: bool = True
    """False: it was cut for its size."""
    left_out: int = 0
    """Endpoints of which nothing is in it."""

    @property
    def org(self) -> str:
        """Whose it is; empty: nobody said."""
        return self.labels.get("org", "")


@dataclass(frozen=True)
class Note:
    """What a person wrote."""

    number: int
    at: datetime
    who: str
    bundle: int
    """0: it is about a cluster."""
    fp: str
    kind: str
    text: str
    effort: int
    by_cause: str


@dataclass(frozen=True)
class ClusterName:
    """A cluster by itself."""

    fp: str
    id: str
    title: str
    parts: ClusterParts


@dataclass(frozen=True)
class Stock:
    """Everything, the newest case first."""

    cases: tuple[Case, ...]
    names: dict[str, ClusterName]
    merged: dict[str, str]
    """Fingerprints that stand in another cluster, each with that one."""
    notes: tuple[Note, ...]
    demos: int
    now: datetime
    skipped: tuple[Skipped, ...] = field(default=())
    apart: dict[str, str] = field(default_factory=dict)
    """Clusters that a person keeps apart from another, each with that one."""

    @cached_property
    def labelled(self) -> bool:
        """Whether any case says whose it is."""
        return any(case.org for case in self.cases)

    @cached_property
    def by_cluster(self) -> dict[str, list[Case]]:
        """The cases of each cluster, the newest first."""
        found: defaultdict[str, list[Case]] = defaultdict(list)
        for case in self.cases:
            for name in dict.fromkeys(cause.cluster for cause in case.causes):
                found[name].append(case)
        return dict(found)

    def whose(self, case: Case) -> str:
        """Return what is counted as one organisation: its name, or the bundle, where nobody at all is labelled."""
        return case.org if self.labelled else case.digest

    def standing(self, fp: str) -> str:
        """Return the cluster that a fingerprint stands in."""
        return self.merged.get(fp, fp)


def read_moment(text: str) -> datetime:
    """Return a moment of the index."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def load(db: sqlite3.Connection, now: datetime, *, demos: bool = False) -> Stock:
    """Return all cases; `demos`: demonstrations as well."""
    labels: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for source in ("run", "desk", "cases"):
        for bundle, key, value in db.execute("SELECT bundle, key, value FROM label WHERE from_where = ?", (source,)):
            labels[bundle][key] = value
    causes: defaultdict[int, list[StandingCause]] = defaultdict(list)
    merged = dict(db.execute("SELECT fp, merged_into FROM cluster WHERE merged_into IS NOT NULL"))
    rows = db.execute(
        "SELECT bundle, cluster, id, status, confidence, owner, endpoints, arrived FROM standing ORDER BY bundle, rank"
    )
    for bundle, *rest in rows:
        causes[bundle].append(StandingCause(*rest))
    places, roles, routes = _endpoints(db)
    files = dict(db.execute("SELECT digest, MIN(path) FROM file WHERE digest IS NOT NULL GROUP BY digest"))
    cases = []
    demonstrations = 0
    for row in db.execute(
        "SELECT id, digest, began, tool, verdict, then_verdict, then_causes, os, setting, cloud, endpoints, arrived, demo, "
        "whole, left_out FROM bundle ORDER BY began DESC, digest"
    ):
        number, digest, began, tool, verdict, then_verdict, then_causes, system, setting, cloud, *counts = row
        endpoints, arrived, demo, whole, left_out = counts
        if demo and not demos:
            demonstrations += 1
            continue
        said = labels.get(number, {})
        traits = {
            "os": {system}, "setting": {setting}, "cloud": {cloud}, "version": {tool}, "role": roles.get(number, set()),
            "route": routes.get(number, set()), "product": {said.get("product", "")},
        }  # fmt: skip
        cases.append(
            Case(
                number=number,
                digest=digest,
                when=min(read_moment(began), now),
                verdict=verdict,
                then_verdict=then_verdict,
                then_causes=tuple(json.loads(then_causes)),
                endpoints=endpoints,
                nothing_arrives=arrived == 0 and endpoints > (left_out or 0) and verdict != Outcome.OK,
                traits={what: frozenset(value for value in values if value) for what, values in traits.items()},
                labels=said,
                causes=tuple(causes.get(number, ())),
                key=_key(said, places.get(number, ""), digest),
                file=files.get(digest, ""),
                whole=whole != 0,
                left_out=left_out or 0,
            )
        )
    names = {
        fp: ClusterName(fp, id, title, msgspec.json.decode(parts, type=ClusterParts))
        for fp, id, title, parts in db.execute("SELECT fp, id, title, parts FROM cluster")
    }
    skipped = tuple(
        Skipped(path, why, msgspec.json.decode(told, type=Told) if told else None)
        for path, why, told in db.execute("SELECT path, why, told FROM file WHERE why IS NOT NULL ORDER BY path")
    )
    return Stock(
        tuple(cases),
        names,
        merged,
        tuple(_notes(db)),
        demonstrations,
        now,
        skipped,
        dict(db.execute("SELECT fp, of_fp FROM apart")),
    )


def _key(labels: dict[str, str], places: str, digest: str) -> str:
    if "case" in labels:
        return f"case {labels['case']}"
    return f"org {labels['org']} {places}" if "org" in labels else digest


def _endpoints(db: sqlite3.Connection) -> tuple[dict[int, str], dict[int, set[str]], dict[int, set[str]]]:
    """Of each bundle: its endpoints as one text, the roles of those that fare badly, and their routes."""
    places: defaultdict[int, list[str]] = defaultdict(list)
    roles: defaultdict[int, set[str]] = defaultdict(set)
    routes: defaultdict[int, set[str]] = defaultdict(set)
    for bundle, host, port, role, route, status in db.execute("SELECT bundle, host, port, role, route, status FROM endpoint"):
        places[bundle].append(f"{host}:{port}")
        if status not in (Outcome.OK, LEFT_OUT):
            roles[bundle].add(role)
            routes[bundle].add(route)
    return {bundle: " ".join(sorted(hosts)) for bundle, hosts in places.items()}, roles, routes


def _notes(db: sqlite3.Connection) -> Iterator[Note]:
    """The newest first."""
    for row in db.execute("SELECT id, at, who, bundle, fp, kind, text, effort, by_cause FROM note ORDER BY at DESC, id DESC"):
        number, at, who, bundle, fp, kind, text, effort, by_cause = row
        yield Note(number, read_moment(at), who, bundle or 0, fp or "", kind, text, effort or 0, by_cause or "")


def monday(moment: datetime) -> datetime:
    """Return when the ISO week of a moment began, in UTC."""
    return (moment - timedelta(days=moment.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
