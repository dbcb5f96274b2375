"""What holds for every check of every family: over healthy networks, and over evidence with pieces missing."""

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.check import EndpointCheck
from diag.model.diagnosis import Diagnosis
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.observation import Fault, FaultKind
from diag.model.question import Question, Verify
from diag.model.run import Evidence, Trail
from diag.model.verdict import Because, Finding, Status
from tests.checks.healthy import HEALTHY
from tests.each import of_each
from tests.recording.scene import outcomes, read_scene, scene_names

LOUD = (Status.PROBLEM, Status.WARNING)
SCENES = scene_names()
CURIOUS = {
    "a search domain": "whether the name in full leads elsewhere",
    "a service that gives another address each time": "the same, since its addresses differ",
    "a proxy does the work": "whether its name is one that a resolver has made up",
    "a single late connection": "whether packets are lost",
    "AAAA that fails, and nobody minds": "whether it fails each time: programs with musl do mind",
}
"""Healthy networks with something about them that a closer look is worth, and what it is for."""


def alarms(diagnosis: Diagnosis, *statuses: Status) -> list[tuple[str, str, Finding]]:
    return [(one.check, one.subject, one.finding) for one in diagnosis.verdicts if one.finding.status in statuses]


def questions(evidence: Evidence) -> list[tuple[str, Question]]:
    """All that the checks would still like to ask, each with who asks."""
    run = RunView(evidence)
    wanted: list[tuple[str, Question]] = []
    for check in CATALOGUE:
        views: tuple[EndpointView, ...] | tuple[RunView] = run.cases if isinstance(check, EndpointCheck) else (run,)
        for view in views:
            if check.applies(view):  # type: ignore[arg-type]
                wanted += [(check.id, question) for question in check.questions(view)]  # type: ignore[arg-type]
    return [(check, question) for check, question in wanted if question not in evidence.by_question]


@of_each(HEALTHY)
def test_a_healthy_network_raises_no_alarm(name: str) -> None:
    assert alarms(judge(HEALTHY[name], CATALOGUE), *LOUD) == []


@of_each([name for name in HEALTHY if name not in CURIOUS])
def test_a_healthy_network_is_asked_nothing_further(name: str) -> None:
    assert [asked for asked in questions(HEALTHY[name]) if not isinstance(asked[1], Verify)] == [], "Verify sends nothing"


def thinned(evidence: Evidence, missing: set[int], faulty: set[int]) -> Evidence:
    """The evidence with some observations gone, and faults in place of others."""
    kept = tuple(
        replace(seen, answer=None, fault=Fault(FaultKind.DEADLINE)) if at in faulty else seen
        for at, seen in enumerate(evidence.observations)
        if at not in missing
    )
    return Evidence(evidence.run, kept)


some = st.sets(st.integers(0, 14))
few_of_many = st.sets(st.integers(0, 30), max_size=10)


@cache
def recorded_health() -> tuple[str, ...]:
    """The recorded scenes in which everything arrives and nothing is a problem."""
    return tuple(
        name
        for name, lines in outcomes().items()
        if all(line["arrived"] for line in lines if "endpoint" in line)
        and not any(line["status"] == Status.PROBLEM for line in lines if "cause" in line)
    )


@given(st.sampled_from(sorted(HEALTHY)), some, some)
@example("IPv6 alone", {5}, {7})
@example("AAAA on a machine of IPv4 alone", set(), {2, 3, 4, 5, 8})
def test_missing_evidence_makes_no_problem_of_a_healthy_network(name: str, missing: set[int], faulty: set[int]) -> None:
    assert alarms(judge(thinned(HEALTHY[name], missing, faulty), CATALOGUE), Status.PROBLEM) == []


@given(st.data(), few_of_many, few_of_many)
def test_nor_of_a_recorded_one(data: st.DataObject, missing: set[int], faulty: set[int]) -> None:
    evidence = read_scene(data.draw(st.sampled_from(recorded_health()))).evidence
    assert alarms(judge(thinned(evidence, missing, faulty), CATALOGUE), Status.PROBLEM) == []


@pytest.mark.parametrize(
    ("name", "missing", "faulty"),
    [
        ("privatelink-resolves-public/resolvers-differ", {3, 7, 8, 9}, set()),
        ("network-source-ports-scarce/the-host-has-the-limit", {7}, set()),
        ("network-source-ports-scarce/the-host-has-the-limit", set(), {4, 17}),
        ("machine-ports-exhausted/for-one-of-two-addresses", {11}, set()),
        ("proxy-login-rejected/digest-login-given", {9, 12}, set()),
        ("proxy-login-required/service-says-407", {0, 8}, {9}),
        ("proxy-login-required/service-says-407", set(), {8, 9}),
        ("proxy-name-not-found/found", {3, 7, 8, 11}, set()),
        ("lab/network-ipv6-broken", set(), {9}),
        ("network-ipv6-broken/rejected", set(), {11}),
        ("privatelink-unexpectedly-private/and-works", set(), {12}),
        ("dns-search-domain-captured/the-name-exists-below-it-alone", set(), {12}),
        ("network-ipv6-broken/six-switched-off", {5, 8, 10}, set()),
    ],
)
def test_what_we_could_not_see_is_never_held_against_the_network(name: str, missing: set[int], faulty: set[int]) -> None:
    assert name in recorded_health()
    assert alarms(judge(thinned(read_scene(name).evidence, missing, faulty), CATALOGUE), Status.PROBLEM) == []


@given(st.sampled_from(SCENES), some, some)
@example(
    "dns-record-type-unanswered/silent-about-ipv6", set(), {1, 2}
)  # a resolver of whom nothing was heard, beside a lookup without end
def test_no_check_stumbles_over_missing_evidence(name: str, missing: set[int], faulty: set[int]) -> None:
    evidence = thinned(read_scene(name).evidence, missing, faulty)
    said = judge(evidence, CATALOGUE).verdicts
    assert [one for one in said if one.finding.because is Because.CHECK_BROKEN] == []
    assert questions(evidence) is not None


def test_no_check_needs_a_route_or_a_walk() -> None:
    whole = HEALTHY["the plainest"]
    run = replace(whole.run, trails=(Trail(whole.run.trails[0].endpoint),), machine=(), interrupted=True)
    verdicts = judge(Evidence(run, ()), CATALOGUE).verdicts
    assert {verdict.finding.status for verdict in verdicts} <= {Status.UNKNOWN, Status.NOT_APPLICABLE}
    assert [one for one in verdicts if one.finding.because is Because.CHECK_BROKEN] == []
