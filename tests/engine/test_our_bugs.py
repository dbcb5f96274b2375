"""A bug of ours costs the one thing that it is in: never the run, and never a neighbour; and the evidence names it."""

import asyncio
from collections.abc import Callable, Iterable

import pytest
from msgspec.structs import replace

from diag.engine import judge as judging
from diag.engine.investigate import investigate
from diag.engine.judge import judge
from diag.engine.progress import Progress
from diag.model.check import AnyCheck, EndpointCheck, RunCheck, Sentences
from diag.model.diagnosis import Outcome
from diag.model.endpoint import Endpoint, parse_endpoint
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.machine import Proxies
from diag.model.question import Exchange, Question
from diag.model.route import Route, RouteReason
from diag.model.run import Evidence
from diag.model.verdict import Finding, Owner, ok
from tests.engine.scripted import Scripted

GOOD, BAD = parse_endpoint("https://good.example"), parse_endpoint("https://bad.example")
DIRECT = Route(RouteReason.NOTHING_SET)
SENTENCES = Sentences(title="", seen="", means="", remedy=())


class Bug(Exception):
    """A bug of ours."""


def straight(endpoint: Endpoint, proxies: Proxies | None) -> Route:
    return DIRECT


def look(
    *checks: AnyCheck,
    choose: Callable[[Endpoint, Proxies | None], Route] = straight,
    watch: Callable[[Progress], None] = lambda _: None,
) -> Evidence:
    prober = Scripted()
    return asyncio.run(investigate([GOOD, BAD], prober=prober, checks=checks, choose=choose, tool="test", watch=watch))


def reached(evidence: Evidence, endpoint: Endpoint) -> bool:
    """Whether the whole way to an endpoint was looked at."""
    wanted = [one.question for one in evidence.observations if isinstance(one.question, Exchange)]
    return any(question.authority == endpoint.authority for question in wanted)


def test_a_bug_in_one_endpoints_task_costs_that_endpoint() -> None:
    def choose(endpoint: Endpoint, proxies: Proxies | None) -> Route:
        if endpoint == BAD:
            raise Bug("bad.example is a secret")
        return DIRECT

    evidence = look(choose=choose)
    assert reached(evidence, GOOD)
    assert not reached(evidence, BAD)
    (bug,) = evidence.run.bugs
    assert bug.part == str(BAD)
    assert bug.at.startswith("Bug at test_our_bugs.py:")
    assert "secret" not in repr(evidence.run)


def test_a_bug_in_what_watches_costs_nothing_of_the_evidence() -> None:
    def watch(_: Progress) -> None:
        raise Bug

    evidence = look(watch=watch)
    assert reached(evidence, GOOD)
    assert reached(evidence, BAD)
    assert evidence.run.bugs


@pytest.mark.parametrize("raised", [Bug, RecursionError, MemoryError])
def test_a_bug_in_a_checks_questions_is_named_and_costs_those(raised: type[Exception]) -> None:
    def asks(view: object) -> Iterable[Question]:
        raise raised

    curious = EndpointCheck(
        id="dns-curious", owner=Owner.NETWORK, article="", sentences=SENTENCES, judge=lambda view: ok(view.observations[0])
    )
    of_run = RunCheck(
        id="machine-curious",
        owner=Owner.NETWORK,
        article="",
        sentences=SENTENCES,
        judge=lambda view: ok(view.evidence.observations[0]),
    )
    evidence = look(replace(curious, questions=asks), replace(of_run, questions=asks))
    assert reached(evidence, GOOD)
    assert reached(evidence, BAD)
    assert {bug.part for bug in evidence.run.bugs} == {"dns-curious", "machine-curious"}
    assert len(evidence.run.bugs) == 2


def test_a_view_that_cannot_be_made_costs_the_follow_up_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: RunView) -> object:
        raise Bug

    monkeypatch.setattr("diag.engine.investigate.RunView", broken)
    evidence = look()
    assert reached(evidence, GOOD)
    assert [bug.part for bug in evidence.run.bugs] == ["run"]


def test_a_bug_over_the_verdicts_makes_the_diagnosis_unknown_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise Bug

    evidence = look()
    monkeypatch.setattr(judging, "causes_of", broken)
    diagnosis, bugs = judging.judged(evidence, ())
    assert diagnosis.verdict is Outcome.UNKNOWN
    assert {state.status for state in diagnosis.endpoints} == {Outcome.UNKNOWN}
    assert [bug.part for bug in bugs] == ["judgement"]


def test_where_it_stands_is_no_reason_to_lose_a_diagnosis(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> object:
        raise Bug

    evidence = look()
    undisturbed = judge(evidence, ())
    monkeypatch.setattr(judging, "surroundings", broken)
    assert judge(evidence, ()) == undisturbed
    assert [bug.part for bug in judging.judged(evidence, ())[1]] == ["surroundings"]


def test_a_broken_check_is_named_with_its_place() -> None:
    def broken(view: EndpointView) -> Finding:
        raise Bug

    check = EndpointCheck(id="dns-a", owner=Owner.NETWORK, article="", sentences=SENTENCES, judge=broken)
    _, bugs = judging.judged(look(), [check])
    assert [bug.part for bug in bugs] == ["dns-a"]
    assert bugs[0].at.startswith("Bug at test_our_bugs.py:")
