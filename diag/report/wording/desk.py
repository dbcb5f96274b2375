"""What support's desk knows as words and facts, told in the language that is being spoken: why something needs attention, why a
file was skipped, what else a reader must know, and what clusters are called.

The index keeps no sentence that could be told from facts, so one index serves readers of several languages.
"""

from msgspec.structs import replace

from diag.language import PhraseTable, retold, said, spoken
from diag.language.spoken import ENGLISH
from diag.model.catalogue import KnownChecks
from diag.model.desk import Cluster, Desk, Reason, Remark, Skipped, Trends, WrittenNote
from diag.model.diagnosis import Outcome
from diag.report.wording.cluster_title import cluster_title
from diag.report.wording.sentences import listed
from diag.report.wording.words import OUTCOME_WORDS

RULE_WORDS: PhraseTable[str] = PhraseTable(
    "attention_rules",
    {
        "new": "never seen before, and at 3 or more organisations within a day",
        "back": "back: it was resolved, or silent for 8 weeks, and is at 2 or more organisations",
        "rises": "its cause rises (diag trends)",
        "lately": "organisations in the last 7 days (bundles, where nobody is labelled)",
        "nothing_arrives": "nothing arrives: in half of its bundles no required endpoint is reached",
        "service": "the owner is the service: the provider can end it for all",
        "not_understood": "not understood, in 3 or more cases",
        "waits": "the oldest case has no reply (`replied` of --cases), and nothing is noted about it",
        "hard": "hard before: median effort 1 or 2 in its last 10 resolutions",
        "taken": "somebody looks after it (diag note --taken), until it grows by half",
    },
)
"""What each rule of `diag.desk.attention` is, as `diag triage --explain-attention` prints it."""
POINTS: PhraseTable[str] = PhraseTable(
    "attention_points",
    {
        "new": "40",
        "back": "30",
        "rises": "30",
        "lately": "3 each, to 30",
        "nothing_arrives": "10",
        "service": "10",
        "not_understood": "10",
        "waits": "2 a working day, to 20",
        "hard": "10",
        "taken": "-20",
    },
)
"""How many points each gives."""
_REASONS: PhraseTable[str] = PhraseTable(
    "reasons",
    {
        "new": "never seen before {day}, and at 3 or more organisations within a day",
        "back_resolved": "back: it was resolved, and is at {organisations} {organisations:organisation|organisations} again",
        "back_silent": "back: it was silent for 8 weeks, and is at "
        "{organisations} {organisations:organisation|organisations} again",
        "rises": "its cause rises (diag trends)",
        "lately_organisations": "{n} {n:organisation|organisations} in the last 7 days",
        "lately_bundles": "{n} {n:bundle|bundles} in the last 7 days",
        "nothing_arrives": "nothing arrives: in half of its bundles no required endpoint is reached",
        "service": "the provider can end it for all",
        "not_understood": "not understood, in 3 or more cases",
        "oldest_waits": "the oldest case has waited {days} {days:working day|working days} for a reply",
        "waits": "waits {days} {days:working day|working days}",
        "hard": "it was hard to solve before",
        "taken_by": "{who} looks after it",
        "taken": "somebody looks after it",
    },
)
_REMARKS: PhraseTable[str] = PhraseTable(
    "desk_remarks",
    {
        "short_history": "There {n:is|are} {n} {n:week|weeks} of cases, and it takes {least} to tell what rises: "
        "nothing is said of that.",
        "not_labelled": "No bundle says whose it is (label org): bundles are counted in place of organisations.",
    },
)
_TRAITS: PhraseTable[str] = PhraseTable(
    "traits",
    {
        "os": "system",
        "setting": "runs in",
        "cloud": "cloud",
        "role": "role",
        "route": "route",
        "version": "diag",
        "product": "product",
    },
)
"""What cases may have in common."""
_KINDS: PhraseTable[str] = PhraseTable(
    "note_kinds",
    {
        "note": "note",
        "taken": "taken",
        "resolved": "resolved",
        "merge": "merge",
        "split": "split",
        "article": "article",
        "cluster": "cluster",
        "bundle": "bundle",
    },
)
"""What a person wrote or decided, and what else a search finds."""


def told_desk(desk: Desk, catalogue: KnownChecks) -> Desk:
    """Return the desk with all its sentences."""
    return replace(
        desk,
        clusters=tuple(_cluster(cluster, catalogue) for cluster in desk.clusters),
        queue=tuple(replace(entry, reasons=tuple(map(_reason, entry.reasons))) for entry in desk.queue),
        skipped=tuple(map(_skipped, desk.skipped)),
    )


def told_trends(trends: Trends) -> Trends:
    """Return the same of what changes."""
    return replace(trends, notes=tuple(map(_remark, trends.remarks)))


def reason_words(reason: Reason) -> str:
    """Return why something needs attention: `never seen before 2026-11-02, ...`."""
    return said(_REASONS.source[reason.rule], _REASONS.context, **reason.facts)


def trait_words(what: str) -> str:
    """Return what cases have in common: `system`."""
    return _TRAITS.get(what, what)


def kind_words(kind: str) -> str:
    """Return what a note or a hit of a search is: `resolved`."""
    return _KINDS.get(kind, kind)


def verdict_words(verdict: str) -> str:
    """Return how a run ended: `problem`."""
    return OUTCOME_WORDS[Outcome(verdict)] if verdict in list(Outcome) else verdict


def seen_words(then: str) -> str:
    """Return what the customer saw: the verdict, and the ids of the causes."""
    verdict, space, causes = then.partition(" ")
    return f"{verdict_words(verdict)}{space}{causes}"


def written_words(written: WrittenNote) -> str:
    """Return a note with who wrote it, and when."""
    return f"{written.at[:10]} {written.who}, {kind_words(written.kind)}: {written.text}"


def title_words(title: str, cause: str, kind: dict[str, tuple[str, ...]], catalogue: KnownChecks) -> str:
    """Return what a cluster is called; `title`: in English, as the index keeps it."""
    if spoken() == ENGLISH:
        return title
    anew = cluster_title(cause, {name: words for name, words in kind.items() if name != "apart"}, catalogue)
    return f"{anew} ({listed(kind['apart'])})" if "apart" in kind else anew


def _cluster(cluster: Cluster, catalogue: KnownChecks) -> Cluster:
    title = title_words(cluster.title, cluster.cause, cluster.kind, catalogue)
    return replace(cluster, title=title, reasons=tuple(map(_reason, cluster.reasons)))


def _reason(reason: Reason) -> Reason:
    return replace(reason, why=reason_words(reason))


def _skipped(skipped: Skipped) -> Skipped:
    return replace(skipped, why=retold(skipped.told)) if skipped.told else skipped


def _remark(remark: Remark) -> str:
    return said(_REMARKS.source[remark.word], _REMARKS.context, **remark.facts)
