"""The first screen names every cause and who fixes it, the last one the verdict: at 80 columns and 24 lines, for any number."""

from datetime import timedelta

import msgspec
import pytest

from diag.model.address import Address
from diag.model.answer import Connection, Header, HttpReply, Session, SystemLookup
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.observation import Observation
from diag.model.question import Connect, Exchange, Handshake, Lookup
from diag.model.run import Evidence, Limits, Run, Trail
from diag.model.verdict import Confidence, Owner, Status
from diag.report.forms.text import write_summary
from diag.report.views.endpoint_facts import facts_of, facts_words
from diag.report.views.request_traces import traces_of
from diag.report.wording.open_questions import open_questions
from diag.report.wording.words import OWNERS
from tests.report import samples
from tests.report.test_terminal import flowed, shown

OWNER = (Owner.MACHINE, Owner.NETWORK, Owner.DNS, Owner.PROXY, Owner.SERVICE)


def run(number: int, causes: int) -> tuple[Diagnosis, Evidence]:
    """A run over `number` endpoints of which the first ones fail, one a cause, and the others answer within 30 ms."""
    endpoints = [Endpoint(f"s{n:03}.acme.example", 443) for n in range(number)]
    observations: list[Observation] = []
    trails = []
    for n, endpoint in enumerate(endpoints):
        dial = Connect(Address("198.51.100.7", 443), attempt=n)
        secured = Handshake(dial, endpoint.host)
        questions = (Lookup(endpoint.host), dial, secured, Exchange(secured, endpoint.authority))
        answers = (
            SystemLookup(("198.51.100.7",)),
            Connection(source="10.0.0.9", source_port=40_000 + n % 20_000),
            Session(finished=True, version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384"),
            HttpReply(status=200, headers=(Header("x-request-id", f"r{n}"),)),
        )
        ids = tuple(f"o-{n}-{step}" for step in range(4))
        for step, (question, answer) in enumerate(zip(questions, answers, strict=True)):
            began = samples.BEGAN + timedelta(milliseconds=10 * step)
            observations.append(Observation(ids[step], question, began, 0.01, answer))
        trails.append(Trail(endpoint, samples.DIRECT, ids))
    found = tuple(
        Cause(
            id="proxy-login-required",
            status=Status.PROBLEM,
            confidence=Confidence.CERTAIN,
            owner=OWNER[n],
            about=f"{n}",
            endpoints=(str(endpoints[n % number]),),
            cites=("o-0-1",),
            facts={"proxy": f"proxy-{n}.corp.test:3128", "schemes": ("Basic",)},
        )
        for n in range(causes)
    )
    hit = {name for cause in found for name in cause.endpoints}
    states = tuple(
        EndpointState(endpoint, Outcome.PROBLEM, Stage.TUNNEL, False, ("proxy-login-required",))
        if str(endpoint) in hit
        else EndpointState(endpoint, Outcome.OK, Stage.EXCHANGE, True)
        for endpoint in endpoints
    )
    evidence = Evidence(
        Run("0.1.0", samples.BEGAN, samples.BEGAN + timedelta(seconds=1), Limits(), tuple(trails)), tuple(observations)
    )
    return Diagnosis(Outcome.PROBLEM if causes else Outcome.OK, found, states, ()), evidence


@pytest.mark.parametrize("causes", [0, 1, 2, 5])
@pytest.mark.parametrize("number", [1, 12, 120, 500])
def test_the_first_screen_names_every_cause_and_owner_and_the_last_line_is_the_verdict(number: int, causes: int) -> None:
    diagnosis, evidence = run(number, causes)
    lines = shown(diagnosis, evidence, width=80).splitlines()
    first = flowed("\n".join(lines[:24]))
    for cause in diagnosis.causes:
        assert f"The proxy {cause.facts['proxy']} wants a login" in first
        assert OWNERS[cause.owner] in first
    assert lines[0] in lines[-2:] or lines[-1].startswith(lines[0][:20])
    assert len(lines) <= 140


def test_what_answered_is_one_line_with_its_median() -> None:
    diagnosis, evidence = run(120, 1)
    assert "119: answered, median 40 ms" in flowed(shown(diagnosis, evidence, width=80))


def test_few_endpoints_are_told_with_their_facts() -> None:
    diagnosis, evidence = run(1, 0)
    text = flowed(shown(diagnosis, evidence, width=80))
    assert "198.51.100.7 (a public address); name 10 ms, connect 10 ms, TLS 10 ms, answer 10 ms; TLSv1.3" in text
    assert "; TLSv1.3 TLS_AES_256_GCM_SHA384; HTTP 200" in text


def test_a_request_is_traced_by_moment_ports_and_identifiers() -> None:
    diagnosis, evidence = run(2, 1)
    (trace,) = traces_of(diagnosis, evidence, evidence)
    assert trace.moment.endswith(".030 UTC")
    assert trace.path == "10.0.0.9:40000 \u2192 198.51.100.7:443"
    assert trace.identifiers == (("x-request-id", "r0"),)
    assert "10.0.0.9:40000 -> 198.51.100.7:443; TLSv1.3 TLS_AES_256_GCM_SHA384" in flowed(
        write_summary(diagnosis, samples.CATALOGUE, evidence)
    )


def test_the_answers_own_words_are_told_without_markup() -> None:
    diagnosis, evidence = run(1, 1)
    page = b"<html><style>b{}</style><script>x()</script><h1>Denied</h1>by rule 7</html>"
    denied = HttpReply(status=403, body=page)
    last = msgspec.structs.replace(evidence.observations[-1], answer=denied)
    seen = Evidence(evidence.run, (*evidence.observations[:-1], last))
    (trace,) = traces_of(diagnosis, seen, seen)
    assert (trace.status, trace.words) == ("403", "Denied by rule 7")


def test_an_answer_is_quoted_from_redacted_evidence_alone() -> None:
    diagnosis, evidence = run(1, 1)
    echoed = HttpReply(status=403, body=b"your login Basic c2VjcmV0", headers=(Header("x-request-id", "c2VjcmV0"),))
    seen = Evidence(
        evidence.run, (*evidence.observations[:-1], msgspec.structs.replace(evidence.observations[-1], answer=echoed))
    )
    (trace,) = traces_of(diagnosis, seen, None)
    assert (trace.status, trace.identifiers, trace.words) == ("403", (), "")
    (trace,) = traces_of(diagnosis, seen, evidence)
    assert (trace.identifiers, trace.words) == ((("x-request-id", "r0"),), "")
    assert "c2VjcmV0" not in shown(diagnosis, seen)


@pytest.mark.parametrize(
    ("causes", "confidence", "asked", "not_needed"),
    [
        (0, Confidence.CERTAIN, "Does your program use other hosts than these", False),
        (1, Confidence.CERTAIN, "Does a browser work through the same proxy", True),
        (1, Confidence.LIKELY, "Does a browser work through the same proxy", False),
    ],
)
def test_only_what_is_open_is_asked(causes: int, confidence: Confidence, asked: str, not_needed: bool) -> None:
    diagnosis, _ = run(1, causes)
    found = tuple(msgspec.structs.replace(cause, confidence=confidence) for cause in diagnosis.causes)
    left = open_questions(msgspec.structs.replace(diagnosis, causes=found), samples.CATALOGUE)
    assert len(left.asked) == (6 if not_needed else 7)
    assert any("debug level" in question for question in left.asked) is not not_needed
    assert any(question.startswith(asked) for question in left.asked)
    assert bool(left.not_needed) is not_needed


def test_a_cause_may_ask_for_itself() -> None:
    diagnosis, _ = run(1, 1)
    check = msgspec.structs.replace(samples.CATALOGUE["proxy-login-required"], ask="Who gave out the password of {proxy}")
    left = open_questions(diagnosis, {check.id: check})
    assert left.asked[-1] == "Who gave out the password of proxy-0.corp.test:3128"


def test_whose_it_may_be_besides_is_said() -> None:
    diagnosis, evidence = run(1, 1)
    cause = msgspec.structs.replace(diagnosis.causes[0], perhaps=(Owner.SERVICE,))
    text = flowed(shown(msgspec.structs.replace(diagnosis, causes=(cause,)), evidence))
    assert "Who has to fix it is not: it may also be the provider of the service" in text


def test_an_endpoint_of_which_nothing_was_seen_has_no_facts() -> None:
    diagnosis, evidence = run(1, 0)
    empty = Evidence(msgspec.structs.replace(evidence.run, trails=(Trail(diagnosis.endpoints[0].endpoint),)), ())
    facts = facts_of(EndpointView(empty, empty.run.trails[0]))
    assert facts_words(facts, evidence.run.began) == ""
    assert (facts.address, facts.scope, facts.seconds) == ("", "", None)
