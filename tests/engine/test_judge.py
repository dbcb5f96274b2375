"""Judgement gives a whole matrix, folds consequences beneath causes, ranks, and blames our own bugs on nobody else."""

import asyncio

import msgspec
from msgspec.structs import replace

from diag.engine.investigate import investigate
from diag.engine.judge import judge, judge_redacted
from diag.model.answer import Connection
from diag.model.check import EndpointCheck, Rival, RunCheck, Sentences
from diag.model.diagnosis import Outcome
from diag.model.endpoint import Expectations, parse_endpoint
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.question import Connect, Question
from diag.model.route import Route, RouteReason
from diag.model.run import Evidence
from diag.model.verdict import Because, Confidence, Finding, Owner, Status, ok, problem, unknown, warning
from tests.engine.scripted import Scripted

NAMES = tuple(f"https://s{n}.example" for n in range(3))
SENTENCES = Sentences(title="", seen="", means="", remedy=())


def evidence(*names: str) -> Evidence:
    return asyncio.run(
        investigate(
            [parse_endpoint(name) for name in names or NAMES],
            prober=Scripted(),
            checks=(),
            choose=lambda endpoint, proxies: Route(RouteReason.NOTHING_SET),
            tool="test",
        )
    )


def found(case: EndpointView) -> Finding:
    return problem(case.observations[0], about=case.endpoint.host, host=case.endpoint.host)


def check(name: str, judge: object = found, explains: tuple[str, ...] = (), **more: object) -> EndpointCheck:
    return replace(
        EndpointCheck(id=name, owner=Owner.NETWORK, article="", sentences=SENTENCES, judge=found, explains=explains),
        judge=judge,
        **more,
    )


def test_every_check_answers_for_every_subject() -> None:
    checks = (check("dns-a"), check("tls-b", needs=Stage.TUNNEL), check("http-c", applies=lambda case: False))
    diagnosis = judge(evidence(), checks)
    assert len(diagnosis.verdicts) == len(checks) * len(NAMES)
    assert diagnosis.counts == {"problem": 3, "warning": 0, "ok": 0, "unknown": 3, "not_applicable": 3}
    unreached = [verdict.finding for verdict in diagnosis.verdicts if verdict.check == "tls-b"]
    assert {finding.because for finding in unreached} == {Because.NOT_REACHED}


def test_a_check_that_raises_is_unknown_and_said_to_be_ours() -> None:
    def broken(case: EndpointView) -> Finding:
        raise KeyError("customer.example")

    (verdict, *_) = judge(evidence(), [check("dns-a", broken)]).verdicts
    assert verdict.finding.because is Because.CHECK_BROKEN
    assert str(verdict.finding.facts["bug"]).startswith("KeyError at test_judge.py:")


def test_one_thing_at_fault_is_one_cause_with_every_endpoint() -> None:
    def same_proxy(case: EndpointView) -> Finding:
        return problem(case.observations[0], about="proxy.example:3128", proxy="proxy.example:3128", host=case.endpoint.host)

    (cause,) = judge(evidence(), [check("proxy-a", same_proxy)]).causes
    assert cause.endpoints == tuple(f"{name}:443" for name in NAMES)
    assert cause.facts == {"proxy": "proxy.example:3128", "host": ("s0.example", "s1.example", "s2.example")}


def test_a_consequence_is_folded_beneath_its_cause_through_every_step() -> None:
    checks = [check("tls-c"), check("dns-a", explains=("network-b",)), check("network-b", explains=("tls-c",))]
    causes = judge(evidence(NAMES[0]), checks).causes
    assert [(cause.id, set(cause.explains)) for cause in causes] == [("dns-a", {"network-b", "tls-c"})]


def test_a_cause_keeps_the_endpoints_at_which_nothing_explains_it() -> None:
    def first_only(case: EndpointView) -> Finding:
        return found(case) if case.endpoint.host == "s0.example" else ok(case.observations[0])

    def everywhere(case: EndpointView) -> Finding:
        return problem(case.observations[0], about="x", host=case.endpoint.host)

    causes = judge(evidence(), [check("dns-a", first_only, ("tls-b",)), check("tls-b", everywhere)]).causes
    assert {cause.id: len(cause.endpoints) for cause in causes} == {"tls-b": 2, "dns-a": 1}
    assert next(cause for cause in causes if cause.id == "tls-b").facts == {"host": ("s1.example", "s2.example")}


def test_a_check_of_the_run_explains_where_it_hits() -> None:
    def clock(whole: RunView) -> Finding:
        return problem(whole.observations[0], about="clock", hits=[str(whole.cases[0].endpoint)])

    whole = RunCheck(id="machine-a", owner=Owner.MACHINE, article="", sentences=SENTENCES, judge=clock, explains=("tls-b",))
    causes = judge(evidence(*NAMES[:2]), [whole, check("tls-b")]).causes
    assert [(cause.id, cause.endpoints) for cause in causes] == [
        ("machine-a", ("https://s0.example:443",)),
        ("tls-b", ("https://s1.example:443",)),
    ]


def test_a_warning_about_the_machine_needs_no_endpoint_and_comes_after_problems() -> None:
    aside = RunCheck(
        id="machine-a",
        owner=Owner.MACHINE,
        article="",
        sentences=SENTENCES,
        judge=lambda whole: warning(whole.observations[0], about="x"),
    )
    causes = judge(evidence(NAMES[0]), [aside, check("tls-b")]).causes
    assert [(cause.id, cause.status) for cause in causes] == [("tls-b", Status.PROBLEM), ("machine-a", Status.WARNING)]


def test_a_warning_hides_no_problem() -> None:
    def aside(case: EndpointView) -> Finding:
        return warning(case.observations[0], about="x")

    causes = judge(evidence(NAMES[0]), [check("dns-a", aside, ("tls-b",)), check("tls-b")]).causes
    assert [cause.id for cause in causes] == ["tls-b", "dns-a"]


def test_the_least_sure_verdict_gives_the_cause_its_confidence() -> None:
    def unsure(case: EndpointView) -> Finding:
        sure = Confidence.CERTAIN if case.endpoint.host == "s0.example" else Confidence.POSSIBLE
        return problem(case.observations[0], about="x", confidence=sure)

    (cause,) = judge(evidence(), [check("dns-a", unsure)]).causes
    assert cause.confidence is Confidence.POSSIBLE


def test_what_failed_without_a_proven_cause_is_unknown_and_never_ok() -> None:
    diagnosis = judge(evidence(), [check("dns-a", lambda case: ok(case.observations[0]))])
    assert diagnosis.verdict is Outcome.UNKNOWN
    assert {state.status for state in diagnosis.endpoints} == {Outcome.UNKNOWN}


def aside(case: EndpointView) -> Finding:
    return warning(case.observations[0], about="x")


def dialled(*failures: str, required: bool = True) -> Evidence:
    """A run over as many ports, each connect ending as it is said; empty: it is accepted."""
    expects = Expectations(required=required)
    endpoints = [parse_endpoint(f"tcp://s{n}.example:{5000 + n}", expects=expects) for n in range(len(failures))]

    def script(question: Question) -> Connection | None:
        return Connection(failures[question.address.port - 5000]) if isinstance(question, Connect) else None

    walked = investigate(
        endpoints,
        prober=Scripted(script),
        checks=(),
        choose=lambda endpoint, proxies: Route(RouteReason.NOTHING_SET),
        tool="test",
    )
    return asyncio.run(walked)


def test_a_run_with_nothing_but_warnings_is_a_warning() -> None:
    diagnosis = judge(dialled("", ""), [check("dns-a", aside)])
    assert diagnosis.verdict is Outcome.WARNING
    assert {state.status for state in diagnosis.endpoints} == {Outcome.WARNING}
    assert judge(dialled(""), []).verdict is Outcome.OK


def test_an_optional_endpoint_that_is_not_reached_leaves_the_run_in_order() -> None:
    assert judge(dialled("refused", required=False), []).verdict is Outcome.OK
    assert judge(dialled("refused"), []).verdict is Outcome.UNKNOWN


def test_what_hits_optional_endpoints_alone_is_a_warning() -> None:
    (cause,) = judge(dialled("refused", required=False), [check("dns-a")]).causes
    assert cause.status is Status.WARNING


def test_causes_are_ranked_from_the_ground_up() -> None:
    families = ("machine", "dns", "network", "proxy", "privatelink", "tls", "http")
    causes = judge(evidence(NAMES[0]), [check(f"{family}-a") for family in sorted(families)]).causes
    assert [cause.id for cause in causes] == [f"{family}-a" for family in families]


def test_what_hits_more_comes_first_then_what_is_surer() -> None:
    def of_one(case: EndpointView) -> Finding:
        return found(case) if case.endpoint.host == "s0.example" else ok(case.observations[0])

    def unsure(case: EndpointView) -> Finding:
        return problem(case.observations[0], about="x", confidence=Confidence.POSSIBLE)

    def sure(case: EndpointView) -> Finding:
        return problem(case.observations[0], about="x")

    checks = [check("dns-one", of_one), check("http-unsure", unsure), check("http-sure", sure)]
    causes = judge(evidence(), [replace(one, rivals=()) for one in checks]).causes
    assert [cause.id for cause in causes] == ["http-sure", "http-unsure", "dns-one"]


def test_whose_a_rival_is_that_nothing_excludes_is_named_beside_the_owner() -> None:
    def excluding(case: EndpointView) -> Finding:
        seen = case.observations[0]
        return problem(seen, about="x", rules_out={"excluded": [seen]}, way="short")

    def open_to_doubt(case: EndpointView) -> Finding:
        return unknown(Because.UNDECIDED, case.observations[0])

    rivals = (
        Rival("open", "another look", "it is the host", Owner.SERVICE),
        Rival("excluded", "another look", "it is the proxy", Owner.PROXY),
        Rival("of-the-same", "another look", "it comes and goes"),
        Rival("network-b", "another look"),
        Rival("of-long-ways", "another look", "it is the clock", Owner.MACHINE, where="way", among=("long",)),
        Rival("of-the-proxy", "another look", "the proxy wrote it", Owner.PROXY),
        Rival("its-own", "another look", "it is the network all the same", Owner.NETWORK),
    )
    checks = [
        replace(check("network-a", excluding), rivals=rivals),
        replace(check("network-b", open_to_doubt), owner=Owner.CLOUD),
    ]
    (cause,) = judge(evidence(), checks).causes
    assert cause.perhaps == (Owner.SERVICE, Owner.CLOUD), "a check is its own owner's; nobody has a proxy here"


def test_whose_it_is_may_be_open_where_what_it_is_is_not() -> None:
    rivals = (Rival("in-other-hands", "another look", "it is the host", Owner.SERVICE, whose=True),)
    (cause,) = judge(evidence(), [replace(check("network-a", found), rivals=rivals)]).causes
    assert (cause.confidence, cause.perhaps, cause.rivals) == (Confidence.CERTAIN, (Owner.SERVICE,), ("in-other-hands",))


def test_facts_that_differ_are_told_side_by_side_and_equal_ones_once() -> None:
    def named(case: EndpointView) -> Finding:
        return problem(case.observations[0], about="x", port=443, host=case.endpoint.host, many=(case.endpoint.host, "all"))

    (cause,) = judge(evidence(), [check("dns-a", named)]).causes
    assert cause.facts["port"] == 443
    assert cause.facts["host"] == ("s0.example", "s1.example", "s2.example")
    assert cause.facts["many"] == ("s0.example", "all", "s1.example", "s2.example")


def test_nothing_looked_at_is_unknown() -> None:
    empty = msgspec.structs.replace(evidence(), run=msgspec.structs.replace(evidence().run, trails=()))
    assert judge(empty, []).verdict is Outcome.UNKNOWN


def test_same_evidence_same_bytes() -> None:
    seen = evidence()
    checks = [check("dns-a"), check("tls-b")]
    copy = msgspec.json.decode(msgspec.json.encode(seen), type=Evidence)
    assert msgspec.json.encode(judge(seen, checks)) == msgspec.json.encode(judge(copy, checks))


def test_redacted_evidence_is_judged_anew_only_where_a_verdict_quotes_it() -> None:
    asked: list[str] = []

    def counting(one: EndpointCheck) -> EndpointCheck:
        def judge_and_count(case: EndpointView) -> Finding:
            asked.append(one.id)
            return one.judge(case)

        return replace(one, judge=judge_and_count)

    bare = counting(check("net-bare", lambda case: ok(case.observations[0])))
    quoting = counting(check("net-quoting", lambda case: ok(case.observations[0], host=case.endpoint.host)))
    blaming = counting(check("net-blaming", lambda case: problem(case.observations[0], about="it")))
    checks = [bare, quoting, blaming]
    seen = evidence()
    before = judge(seen, checks)
    asked.clear()
    assert judge_redacted(seen, checks, before) == before
    assert set(asked) == {"net-quoting", "net-blaming"}
    asked.clear()
    assert judge_redacted(seen, [bare], before) == judge(seen, [bare])
    assert judge_redacted(seen, [quoting, bare], before) == judge(seen, [quoting, bare]), "of other checks: all anew"


def test_what_is_only_left_explains_nothing_that_is_known_to_be_at_one_address() -> None:
    def half(case: EndpointView) -> Finding:
        return problem(case.observations[0], about=case.endpoint.host, at=("10.0.0.1",), elsewhere=("10.0.0.2",))

    left = check("network-left", explains=("tls-cut",), is_what_is_left=True)
    whole = judge(evidence(NAMES[0]), (left, check("tls-cut")))
    halved = judge(evidence(NAMES[0]), (left, check("tls-cut", half)))
    assert [(cause.id, cause.explains) for cause in whole.causes] == [("network-left", ("tls-cut",))]
    assert [(cause.id, cause.explains) for cause in halved.causes] == [("tls-cut", ("network-left",))]
