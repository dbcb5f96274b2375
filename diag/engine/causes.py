"""From verdicts to causes: one thing at fault is one cause, its consequences are folded beneath it, and the rest is ranked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from diag.engine.certainty import Matters, certainty, matrix_of
from diag.engine.shared import Blame, shared
from diag.model.check import FAMILIES, AnyCheck, explained_by
from diag.model.diagnosis import Cause
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import RUN, Confidence, Fact, Facts, Finding, Owner, Status, Verdict

_SURENESS = tuple(Confidence)
_MOST_VALUES = 20
"""How many distinct values of one fact a cause keeps."""


class _Suspect(Struct):
    """A cause in the making: one check's findings about one thing."""

    check: AnyCheck
    about: str
    verdicts: list[Verdict] = field(default_factory=list)
    endpoints: dict[str, None] = field(default_factory=dict)
    explains: dict[str, None] = field(default_factory=dict)
    of_the_way: bool = False
    """Whether it is met at so many unrelated services that the way to them is at fault, rather than each of them."""

    @property
    def names_a_half(self) -> bool:
        """Whether it says at which address it is, and at which it is not."""
        return any(verdict.finding.facts.get("elsewhere") for verdict in self.verdicts)

    @property
    def is_problem(self) -> bool:
        """Whether anything fails by it; a warning never hides what does."""
        return any(verdict.finding.status is Status.PROBLEM for verdict in self.verdicts)

    @property
    def left(self) -> list[Verdict]:
        """The verdicts on the endpoints that are left to it, or, where it is about none, all."""
        hits = [(verdict, _hit(verdict)) for verdict in self.verdicts]
        return [verdict for verdict, hit in hits if not hit or any(endpoint in self.endpoints for endpoint in hit)]


def causes_of(verdicts: Iterable[Verdict], checks: Sequence[AnyCheck], cases: Sequence[EndpointView]) -> tuple[Cause, ...]:
    """Return the causes that some verdicts amount to, what to fix first coming first."""
    by_id = {check.id: check for check in checks}
    told = tuple(verdicts)
    direct = frozenset(str(view.endpoint) for view in cases if view.proxy is None)
    matters = Matters(matrix_of(told), direct, {check.id: check.owner for check in checks})
    suspects = _united(_unexplained(_suspects(told, by_id), by_id), told, cases, matters)
    required = {str(view.endpoint) for view in cases if view.endpoint.expects.required}
    causes = [_cause(suspect, required, matters) for suspect in suspects]
    stopped_by = Counter(name for cause in causes if cause.status is Status.PROBLEM for name in cause.endpoints)
    return tuple(sorted(causes, key=lambda cause: _rank(cause, required, stopped_by)))


def _suspects(verdicts: Iterable[Verdict], checks: Mapping[str, AnyCheck]) -> list[_Suspect]:
    found: dict[tuple[str, str], _Suspect] = {}
    for verdict in verdicts:
        finding = verdict.finding
        if finding.status not in (Status.PROBLEM, Status.WARNING):
            continue
        suspect = found.setdefault((verdict.check, finding.about), _Suspect(checks[verdict.check], finding.about))
        suspect.verdicts.append(verdict)
        suspect.endpoints.update(dict.fromkeys(_hit(verdict)))
    return list(found.values())


def _united(
    suspects: Sequence[_Suspect], told: Iterable[Verdict], cases: Sequence[EndpointView], matters: Matters
) -> list[_Suspect]:
    """The suspects, those that blame one thing at several endpoints being one."""
    united: dict[tuple[str, str], _Suspect] = {}
    abouts = shared([_blame(suspect, matters) for suspect in suspects], told, cases)
    for suspect, common in zip(suspects, abouts, strict=True):
        new = _Suspect(suspect.check, common.about, of_the_way=common.of_the_way)
        one = united.setdefault((suspect.check.id, common.about), new)
        one.verdicts += suspect.left
        one.endpoints |= suspect.endpoints
        one.explains |= suspect.explains
    return list(united.values())


def _blame(suspect: _Suspect, matters: Matters) -> Blame:
    """What it blames. What another check is about counts where that one finds it, and not as what may be on the way as well."""
    verdicts = tuple(suspect.left)
    open_to_others = certainty(suspect.check, verdicts, suspect.explains, replace(matters, owners={}))
    return Blame(suspect.check, suspect.about, verdicts, open_to_others.whose_else)


def _hit(verdict: Verdict) -> tuple[str, ...]:
    """The endpoints that a verdict is about: its subject, or those that a verdict on the run names."""
    return verdict.finding.hits if verdict.subject == RUN else (verdict.subject,)


def _unexplained(suspects: Sequence[_Suspect], checks: Mapping[str, AnyCheck]) -> list[_Suspect]:
    """The suspects that remain where each loses the endpoints at which another one explains it."""
    at: defaultdict[str, list[_Suspect]] = defaultdict(list)
    for suspect in suspects:
        for endpoint in suspect.endpoints:
            at[endpoint].append(suspect)
    emptied = []
    for endpoint, present in at.items():
        for suspect in present:
            explaining = [
                other for other in present if (other.is_problem or not suspect.is_problem) and _explains(other, suspect, checks)
            ]
            for other in explaining:
                other.explains[suspect.check.id] = None
            if explaining:
                del suspect.endpoints[endpoint]
                emptied += [] if suspect.endpoints else [suspect]
    return [suspect for suspect in suspects if not any(suspect is gone for gone in emptied)]


def _explains(one: _Suspect, suspect: _Suspect, checks: Mapping[str, AnyCheck]) -> bool:
    """Whether one cause makes another its consequence: it says so, or the other only stands where nothing else is found.

    What only stands there explains nothing that is known to be at one address, and not at another.
    """
    cause, other = one.check, suspect.check
    if other.id in _consequences(cause, checks):
        return not (cause.is_what_is_left and suspect.names_a_half)
    return other.is_what_is_left and cause is not other and (one.names_a_half or cause.id not in _consequences(other, checks))


def _consequences(check: AnyCheck, checks: Mapping[str, AnyCheck]) -> set[str]:
    """All that a check explains, and what that explains in turn; never itself."""
    reached: set[str] = set()
    waiting = list(explained_by(check, checks.values()))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(explained_by(checks[name], checks.values()) if name in checks else ())
    return reached - {check.id}


def _cause(suspect: _Suspect, required: set[str], matters: Matters) -> Cause:
    verdicts = suspect.left
    findings = [verdict.finding for verdict in verdicts]
    sure = certainty(suspect.check, verdicts, suspect.explains, matters)
    facts = _common(findings, suspect.check.measures)
    owner, *others = _owners(suspect, findings, facts, sure.whose_else)
    optional_only = bool(suspect.endpoints) and not required.intersection(suspect.endpoints)
    return Cause(
        id=suspect.check.id,
        status=Status.PROBLEM if suspect.is_problem and not optional_only else Status.WARNING,
        confidence=sure.confidence,
        owner=owner,
        about=suspect.about,
        endpoints=tuple(suspect.endpoints),
        cites=tuple(dict.fromkeys(cite for finding in findings for cite in finding.cites)),
        facts=facts,
        explains=tuple(suspect.explains),
        perhaps=tuple(others),
        rivals=sure.open,
        ruled_out=sure.ruled_out,
    )


def _owners(suspect: _Suspect, findings: Sequence[Finding], facts: Facts, whose_else: Sequence[Owner]) -> tuple[Owner, ...]:
    """Who can fix it, the likeliest first. That many unrelated services have a fault at once is less likely than that somebody on
    the way to all of them has one, where that is not ruled out.
    """
    own = _owner(suspect.check, findings, facts)
    on_the_way = [other for other in whose_else if other is not Owner.SERVICE]
    ranked = (*on_the_way, own, *whose_else) if suspect.of_the_way and own is Owner.SERVICE else (own, *whose_else)
    return tuple(dict.fromkeys(ranked))


def _owner(check: AnyCheck, findings: Sequence[Finding], facts: Facts) -> Owner:
    """Who can fix it: whom the findings name, where they agree, else whom this form or the check itself does."""
    named = {finding.owner for finding in findings}
    told = named.pop() if len(named) == 1 else None
    return told or check.sentences_for(facts.get("form")).owner or check.owner


def _common(findings: Sequence[Finding], measures: Sequence[str]) -> Facts:
    """The facts of several findings as one: equal ones as they are, the middle one of what was timed, the measures of the finding
    that has the least, and of others each value once.
    """
    names = dict.fromkeys(name for finding in findings for name in finding.facts)
    told = {name: _one([finding.facts[name] for finding in findings if name in finding.facts]) for name in names}
    measured = [finding.facts for finding in findings if measures and finding.facts.keys() >= {*measures} & names.keys()]
    least = min(measured, key=lambda facts: tuple(facts[name] for name in measures if name in names), default={})
    return told | {name: least[name] for name in measures if name in least}


def _one(values: Sequence[Fact]) -> Fact:
    if all(value == values[0] for value in values):
        return values[0]
    measures = [value for value in values if isinstance(value, float)]
    if len(measures) == len(values):
        return sorted(measures)[(len(measures) - 1) // 2]
    texts = dict.fromkeys(text for value in values for text in (value if isinstance(value, tuple) else (str(value),)))
    return tuple(texts)[:_MOST_VALUES]


def _rank(cause: Cause, required: set[str], stopped_by: Mapping[str, int]) -> tuple[int, int, int, int, int, int, str]:
    """What comes before what: what stops the user first, by the endpoints that must work, and whose cure is enough for one.

    `stopped_by`: how many problems stand at each endpoint. Causes that are equal stay in the order of the run, which no
    redaction changes.
    """
    family = cause.id.partition("-")[0]
    must = required.intersection(cause.endpoints)
    return (
        0 if cause.status is Status.PROBLEM else 1,
        -len(must),
        -sum(stopped_by[name] == 1 for name in must),
        -len(cause.endpoints),
        FAMILIES.index(family) if family in FAMILIES else len(FAMILIES),
        _SURENESS.index(cause.confidence),
        cause.id,
    )
