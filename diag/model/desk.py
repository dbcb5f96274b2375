"""What support's desk shows of many bundles: clusters of cases alike, why they need attention, and what changes over time.

These are shapes for reports and programs (`diag triage --json`, schema `diag.desk/1`); how they come about is `diag.desk`.
Every text in them is safe to show. What the desk knows by words and facts is told by `diag.report.wording.desk`.
"""

from msgspec import Struct

from diag.model.obstacle import Told

DESK_SCHEMA = "diag.desk/1"
LEFT_OUT = "left_out"
"""The status of an endpoint of which nothing is in a bundle, as it was cut for its size; and where such a case ends."""


class Reason(Struct, frozen=True):
    """Why something needs attention, and how much."""

    points: int
    rule: str
    """Which rule of `diag.desk.attention` gives the points, and how it came to apply, as a word."""
    facts: dict[str, str | int] = {}
    """What the sentence about it has gaps for."""
    why: str = ""
    """That sentence; empty until it is told (`diag.report.wording.desk`)."""


class Remark(Struct, frozen=True):
    """What else a reader must know, as a word, and what the sentence about it has gaps for."""

    word: str
    facts: dict[str, str | int] = {}


class Common(Struct, frozen=True):
    """What the cases of a cluster have in common, and the others have not."""

    what: str
    """`os`, `setting`, `cloud`, `role`, `route`, `version` or `product`."""
    value: str
    cases: int
    share: float
    """Of the cluster's cases, 0 to 1."""
    elsewhere: float
    """Of all other cases, 0 to 1."""


class Solved(Struct, frozen=True):
    """What helped before."""

    times: int
    last: str
    """What helped the last time, in words or as the id of a cause."""
    at: str
    effort: int = 0
    """1 (hard) to 5 (easy) of the last time; 0: nobody said."""


class WrittenNote(Struct, frozen=True):
    """What a person wrote or decided about a cluster or a bundle."""

    at: str
    who: str
    kind: str
    """`note`, `taken`, `resolved`, `merge` or `split`."""
    text: str


class Cluster(Struct, frozen=True):
    """Cases that are alike."""

    fp: str
    cause: str
    title: str
    owner: str
    status: str
    kind: dict[str, tuple[str, ...]]
    route: str
    bundles: int
    cases: int
    organisations: int
    first: str
    last: str
    points: int
    reasons: tuple[Reason, ...]
    common: tuple[Common, ...]
    open_first: str
    """The bundle that shows it best: the name of a file, or a digest."""
    state: str
    """`open`, `taken` or `resolved`."""
    solved: Solved | None = None
    merged: tuple[str, ...] = ()
    """Fingerprints that a person, or a newer catalogue, laid together with this one."""
    apart_from: str = ""
    """The cluster that a person keeps it apart from (`kind` says by what, as `apart`); empty: it is none of these."""
    cut: int = 0
    """Of its bundles, how many were cut for their size, and are judged by what is left of them."""
    written: tuple[WrittenNote, ...] = ()
    """The newest first."""


class QueueEntry(Struct, frozen=True):
    """One case that waits."""

    bundle: str
    """The digest's first twelve digits."""
    file: str
    case: str
    organisation: str
    began: str
    verdict: str
    causes: tuple[str, ...]
    points: int
    reasons: tuple[Reason, ...]
    then: str = ""
    """What the customer saw, where that was something else."""
    whole: bool = True
    """False: the bundle was cut for its size, and is judged by what is left of it."""
    endpoints: int = 0
    """How many it is about."""
    left_out: int = 0
    """Of how many of them nothing is in the bundle."""


class Skipped(Struct, frozen=True):
    """One file that is no case."""

    path: str
    why: str
    told: Told | None = None
    """The same with its gaps, to be told in another language; None: an older diag kept the sentence alone."""


class Desk(Struct, frozen=True):
    """All of it."""

    schema: str
    at: str
    bundles: int
    cases: int
    organisations: int
    demos: int
    """Demonstrations, which are left out."""
    labelled: bool
    """Whether anybody is labelled with an organisation; if not, bundles are counted in their place."""
    clusters: tuple[Cluster, ...]
    """What needs attention first comes first."""
    queue: tuple[QueueEntry, ...]
    skipped: tuple[Skipped, ...]
    to_follow_up: tuple[WrittenNote, ...] = ()
    """Resolutions that were hard, and that no note has closed."""
    notes: tuple[str, ...] = ()
    """What else the reader must know, a sentence each."""
    cut: int = 0
    """Bundles that were cut for their size, and are judged by what is left of them."""


class Rise(Struct, frozen=True):
    """A count that is higher than the weeks before let expect."""

    what: str
    """`cause`, `owner` or `product`."""
    name: str
    weeks: int
    """How long the window is."""
    seen: int
    expected: float
    bound: int
    """From how many on it is an alarm."""
    unfinished: float
    """Which share of the window's last week is over, 0 to 1."""


class WeekCount(Struct, frozen=True):
    """One week of one cause."""

    week: str
    """Its Monday."""
    organisations: int
    cases: int
    bundles: int


class Trend(Struct, frozen=True):
    """One cause over time."""

    what: str
    name: str
    weeks: tuple[WeekCount, ...]
    news: str = ""
    """`new`, `gone`, `back` or `rising`; empty: none of these."""


class Worth(Struct, frozen=True):
    """What it would be worth to remove a cause."""

    cause: str
    owner: str
    cases: int
    days: float
    """Median, from opened to solved."""
    effort: float
    """Median, 1 to 5."""
    worth: float
    came_back: int
    """Cases of it that came after it was resolved at the same organisation."""


class SelfService(Struct, frozen=True):
    """Problems that ended in a clean run, without a case."""

    series: int
    """How many series of runs began with a problem; under `LEAST_SERIES` the rest is not said."""
    solved_alone: float | None = None
    runs: float | None = None
    """Runs in a series, the mean."""
    hours: float | None = None
    """Median, from the first problem to the first clean run."""


class Trends(Struct, frozen=True):
    """What changes."""

    schema: str
    at: str
    weeks: int
    """Of history."""
    rises: tuple[Rise, ...]
    trends: tuple[Trend, ...]
    worth: tuple[Worth, ...]
    self_service: SelfService
    notes: tuple[str, ...] = ()
    """What else the reader must know, a sentence each; empty until they are told."""
    remarks: tuple[Remark, ...] = ()
    """The same in words."""
