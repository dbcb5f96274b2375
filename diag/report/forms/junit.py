"""The diagnosis as JUnit XML, for CI: a run is one test suite, an endpoint one test case, and this computer one more.

What a CI system makes of it is what its user would: a proven problem is a *failure*, with the cause's sentences. An endpoint
that could not be judged is an *error*, whether no cause was proved or time was over: red as well, for nobody may take it for
well, yet another word, because diag itself could not conclude. One that is not required and could not be judged is *skipped*, as
it leaves the run's verdict as it is. Warnings pass, and stand in the suite's output.

The shape is the part that the common readers of this format agree on (Jenkins, GitLab, GitHub's and Azure's importers, and the
schema of Apache Ant's JUnit task): one outcome a case, every attribute that the schema asks for, times in seconds.
"""

from collections.abc import Sequence
from datetime import UTC
from functools import partial
from xml.etree import ElementTree as Xml

from diag.language import in_turn, said
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.run import Evidence, Trail
from diag.model.text import clean
from diag.model.verdict import Status
from diag.report.wording.endings import Ending, Endings
from diag.report.wording.headline import circumstances, counted, headline
from diag.report.wording.lost import Parts
from diag.report.wording.sentences import listed, tell
from diag.report.wording.words import OUTCOME_WORDS, OWNERS

SUITE = "diag"
_HOST = "localhost"
"""The schema asks for a host name; the word for one that is not told is this one."""


def write_junit(diagnosis: Diagnosis, catalogue: KnownChecks, evidence: Evidence) -> bytes:
    """Return the document in UTF-8, with its declaration. The same arguments give the same bytes."""
    parts = Parts()
    cases = [*_Cases(diagnosis, catalogue, evidence, parts).all()]
    count = {kind: str(sum(case.find(kind) is not None for case in cases)) for kind in ("failure", "error", "skipped")}
    run = evidence.run
    totals = {"tests": str(len(cases)), "failures": count["failure"], "errors": count["error"]}
    took = _seconds((run.ended - run.began).total_seconds())
    root = Xml.Element("testsuites")
    suite = Xml.SubElement(
        root,
        "testsuite",
        {
            "name": SUITE,
            "package": SUITE,
            "id": "0",
            "hostname": _HOST,
            "timestamp": run.began.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            **totals,
            "skipped": count["skipped"],
            "time": took,
        },
    )
    properties = Xml.SubElement(suite, "properties")
    for name, value in (("diag.version", run.tool), ("diag.verdict", diagnosis.verdict.value)):
        Xml.SubElement(properties, "property", {"name": name, "value": _text(value)})
    suite.extend(cases)
    Xml.SubElement(suite, "system-out").text = _text("\n".join(_account(diagnosis, catalogue, evidence, parts)))
    Xml.SubElement(suite, "system-err")
    Xml.indent(root)
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


class _Cases:
    """The test cases of one run."""

    def __init__(self, diagnosis: Diagnosis, catalogue: KnownChecks, evidence: Evidence, parts: Parts) -> None:
        self._diagnosis = diagnosis
        self._catalogue = catalogue
        self._evidence = evidence
        self._parts = parts
        self._endings = parts.made(lambda: Endings(diagnosis, evidence), None)
        self._open = parts.made(self._unexplained, {})
        self._trails = {str(trail.endpoint): trail for trail in evidence.run.trails}

    def _unexplained(self) -> dict[str, Ending]:
        endings = self._endings.unexplained() if self._endings else ()
        return {name: ending for ending in endings for name in ending.endpoints}

    def all(self) -> Sequence[Xml.Element]:
        """Return one an endpoint, in the order of the run, and one for the causes that hit none by name."""
        return [self._machine(), *map(self._endpoint, self._diagnosis.endpoints)]

    def _machine(self) -> Xml.Element:
        case = _case(machine_suite(), "machine", 0.0)
        self._fail(case, [cause for cause in self._diagnosis.causes if not cause.endpoints])
        return case

    def _endpoint(self, state: EndpointState) -> Xml.Element:
        name = str(state.endpoint)
        case = _case(name, state.endpoint.role or state.endpoint.scheme, self._took(self._trails.get(name)))
        hit = [cause for cause in self._diagnosis.causes if name in cause.endpoints]
        if state.status is Outcome.PROBLEM:
            self._fail(case, hit)
        elif state.status is Outcome.UNKNOWN:
            self._leave_open(case, state)
        return case

    def _fail(self, case: Xml.Element, causes: Sequence[Cause]) -> None:
        """A failure for the problems among the causes: the first gives the message, all of them the text."""
        problems = [cause for cause in causes if cause.status is Status.PROBLEM]
        if problems:
            stories = [self._parts.made(partial(self._story, cause), None) or self._untold(cause) for cause in problems]
            title = stories[0][0]
            failure = Xml.SubElement(case, "failure", {"message": _text(title), "type": _text(problems[0].id)})
            failure.text = _text("\n\n".join(words for _, words in stories))

    def _leave_open(self, case: Xml.Element, state: EndpointState) -> None:
        ending = self._open.get(clean(str(state.endpoint)))
        words = ending.words if ending else self._how_far(state)
        if state.endpoint.expects.required:
            has_failed = self._has_failed(state)
            kind = "no-cause-proved" if has_failed else "not-looked-at"
            why = said("No cause could be proved.") if has_failed else said("It was not looked at to its end.")
            cited = said("Evidence: {cites}", cites=listed(ending.cites if ending else ()) or said("nothing"))
            error = Xml.SubElement(case, "error", {"message": _text(words), "type": kind})
            error.text = _text(in_turn(why, cited))
        else:
            Xml.SubElement(case, "skipped", {"message": _text(words)})

    def _how_far(self, state: EndpointState) -> str:
        endings = self._endings
        told = self._parts.made(lambda: endings.how_far(state), None) if endings else None
        return told or self._parts.lost[-1]

    def _has_failed(self, state: EndpointState) -> bool:
        """Whether something was seen to fail, and it is not our own time or will that ended the looking."""
        trail = self._trails.get(str(state.endpoint))
        walk = [self._evidence.by_id[i] for i in trail.walk if i in self._evidence.by_id] if trail else []
        return bool(walk) and not self._evidence.run.interrupted and all(seen.fault is None for seen in walk)

    def _untold(self, cause: Cause) -> tuple[str, str]:
        return cause.id, f"{clean(cause.id, 80)}\n{self._parts.lost[-1]}"

    def _story(self, cause: Cause) -> tuple[str, str]:
        """The title of a cause, and all that is said of it."""
        story = tell(cause, self._catalogue)
        return story.title, "\n".join(
            (
                f"{story.title} ({clean(cause.id, 80)})",
                said("What was seen: {seen}", seen=story.seen),
                said("What it means: {means}", means=story.means),
                said("Who fixes it: {owner}", owner=OWNERS[cause.owner]),
                *(f"{number}. {step}" for number, step in enumerate(story.remedy, 1)),
                said("How sure: {sure}", sure=story.sure),
                said("Evidence: {cites}", cites=listed(map(clean, cause.cites), 10)),
            )
        )

    def _took(self, trail: Trail | None) -> float:
        """Seconds from the first step towards an endpoint to the end of the last."""
        ids = (*trail.walk, *trail.followed) if trail else ()
        steps = [self._evidence.by_id[i] for i in ids if i in self._evidence.by_id]
        if not steps:
            return 0.0
        began = min(step.began for step in steps)
        return max((step.began - began).total_seconds() + step.took for step in steps)


def machine_suite() -> str:
    """Return the name of the test case of the causes that hit no endpoint by name."""
    return said("this computer and its network")


def _case(name: str, group: str, took: float) -> Xml.Element:
    return Xml.Element("testcase", {"name": _text(name), "classname": _text(f"{SUITE}.{group}"), "time": _seconds(took)})


def _account(diagnosis: Diagnosis, catalogue: KnownChecks, evidence: Evidence, parts: Parts) -> Sequence[str]:
    warnings = [cause for cause in diagnosis.causes if cause.status is not Status.PROBLEM]

    def title(cause: Cause) -> str:
        return parts.made(lambda: tell(cause, catalogue).title, "") or said("it cannot be told")

    told = [
        f"{OUTCOME_WORDS[diagnosis.verdict].upper()}: {parts.made(lambda: headline(diagnosis, evidence), '')}",
        *parts.made(lambda: tuple(circumstances(evidence)), ()),
        *(
            said("warning: {title} ({id}). {owner}", title=title(cause), id=clean(cause.id, 80), owner=OWNERS[cause.owner])
            for cause in warnings
        ),
        counted(diagnosis),
    ]
    return [*told, *dict.fromkeys(parts.lost)]


def _seconds(seconds: float) -> str:
    return f"{max(0.0, seconds):.3f}"


def _text(words: str) -> str:
    """Words as XML 1.0 may hold them (section 2.2), line by line: what is safe to show holds no control characters either."""
    return "\n".join(clean(line, 4_000) for line in words.split("\n"))
