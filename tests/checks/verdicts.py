"""What checks say of evidence that was built by hand, and what they would still like to ask."""

from diag.engine.judge import judged as judge
from diag.model.check import AnyCheck, EndpointCheck
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.question import Question
from diag.model.run import Evidence
from diag.model.verdict import Because, Finding, Owner
from tests.checks.evidence import Notes, evidence_of


def judged(check: AnyCheck, notes: Notes | Evidence, *beside: Notes, at: int = 0) -> Finding:
    """What a check says of endpoint `at`, or of the run, asked through the engine; where it cannot decide, it says over what."""
    evidence = notes if isinstance(notes, Evidence) else evidence_of(notes, *beside)
    diagnosis, bugs = judge(evidence, (check,))
    assert not bugs
    finding = diagnosis.verdicts[at if isinstance(check, EndpointCheck) else 0].finding
    assert finding.cites or finding.because is not Because.UNDECIDED
    assert all(fact not in ("", ()) for fact in finding.facts.values()), "a fact that has nothing to say is absent"
    return finding


def asks(check: AnyCheck, notes: Notes, at: int = 0) -> list[Question]:
    """What a check wants to know besides."""
    evidence = notes.evidence
    if isinstance(check, EndpointCheck):
        view = EndpointView(evidence, evidence.run.trails[at])
        return list(check.questions(view)) if check.applies(view) else []
    run = RunView(evidence)
    return list(check.questions(run)) if check.applies(run) else []


def whose_else(check: AnyCheck, *endpoints: Notes) -> tuple[Owner, ...]:
    """Return who else may have to fix what a check finds, where no other check is asked."""
    diagnosis, _ = judge(evidence_of(*endpoints), (check,))
    (cause,) = diagnosis.causes
    return cause.perhaps
