"""The report for programs keeps its contract, and its schema is true of it."""

import json
import math
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.process import ProcessFacts
from diag.model.run import Evidence
from diag.model.told import ToldError
from diag.model.verdict import Facts
from diag.report.forms.json import report_schema, write_report
from tests.recording.scene import read_scene
from tests.report import samples

CHECKER = jsonschema.Draft202012Validator(report_schema())


def written(diagnosis: Diagnosis) -> Any:
    return json.loads(write_report(diagnosis, samples.CATALOGUE, samples.EVIDENCE))


ADDED = [
    "consequences",
    "unclaimed",
    "suspects",
    "notes",
    "asked_from",
    "traces",
    "only_you_can_answer",
    "not_needed",
    "language",
]
"""Keys with a default: a reader of an older document does without them."""


def test_the_contract() -> None:
    report = written(samples.DIAGNOSIS)
    assert list(report) == ["schema", "verdict", "causes", "endpoints", "counts", "run", *ADDED]
    assert report["schema"] == "diag.report/1"
    assert report["verdict"] == "problem"
    assert report["causes"][0] == {
        "id": "proxy-login-required",
        "status": "problem",
        "confidence": "certain",
        "owner": "machine",
        "endpoints": ["https://api.example.com:443"],
        "cites": ["tunnel-1"],
        "facts": {"proxy": "proxy.corp.test:3128", "schemes": ["Basic", "NTLM"]},
        "title": "The proxy proxy.corp.test:3128 wants a login, and none was given",
        "remedy": ["Set the login for proxy.corp.test:3128.", "Run diag again."],
        "explains": ["proxy-cannot-reach-target"],
        "perhaps": [],
        "rivals": [],
        "see_it": "",
        "see_it_shows": "",
        "article": "",
    }
    endpoint = report["endpoints"][0]
    assert {name: endpoint[name] for name in ("endpoint", "status", "reached", "causes", "required")} == {
        "endpoint": "https://api.example.com:443",
        "status": "problem",
        "reached": "tunnel",
        "causes": ["proxy-login-required"],
        "required": True,
    }
    assert report["run"].keys() == {"began", "seconds", "tool", "interrupted", "bundle", "client", "process", "told"}
    assert report["counts"] == {"problem": 1, "warning": 0, "ok": 1, "unknown": 2, "not_applicable": 1}


@pytest.mark.parametrize("diagnosis", [samples.DIAGNOSIS, samples.UNDECIDED, samples.WELL, samples.many(3, 2)[0]])
def test_the_schema_is_true(diagnosis: Diagnosis) -> None:
    CHECKER.validate(written(diagnosis))


def test_what_a_scene_knows_is_told_to_programs() -> None:
    evidence = read_scene("lab/tls-intermediate-expired").evidence
    diagnosis = judge(evidence, CATALOGUE)
    error = ToldError(error="expired", program="curl", code="60", host="service.lab.test", port=443)
    run = replace(evidence.run, client="curl", process=ProcessFacts(runtime="python", version="3.11"), told=(error,))
    report = json.loads(write_report(diagnosis, {check.id: check for check in CATALOGUE}, Evidence(run, evidence.observations)))
    CHECKER.validate(report)
    cause = report["causes"][0]
    assert cause["id"] == "tls-certificate-expired"
    assert cause["see_it"].startswith("openssl s_client -connect ")
    assert cause["see_it_shows"]
    own, *_ = report["endpoints"][0]["certificates"]
    assert own["extended_key_usage"] == ["serverAuth"]
    assert len(own["sha256"]) == 64
    assert own["not_before"].endswith("Z")
    assert report["run"]["client"] == "curl"
    assert report["run"]["process"]["runtime"] == "python"
    assert report["run"]["told"][0]["fits"] == ["tls-certificate-expired"]


def test_the_schema_refuses_another_document() -> None:
    report = written(samples.DIAGNOSIS)
    for broken in ({**report, "schema": "diag.report/2"}, {**report, "verdict": "fine"}, {"schema": "diag.report/1"}):
        assert not CHECKER.is_valid(broken)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema())


def test_the_same_diagnosis_gives_the_same_bytes() -> None:
    turned = samples.with_facts(dict(reversed(samples.LOGIN.facts.items())))
    assert written(samples.with_facts(samples.LOGIN.facts)) == written(turned)


@given(
    facts=st.dictionaries(
        st.text(max_size=10),
        st.one_of(st.text(max_size=30), st.floats(), st.integers(-(2**53), 2**53), st.lists(st.text(max_size=10)).map(tuple)),
    )
)
def test_whatever_the_facts_the_document_is_valid(facts: Facts) -> None:
    CHECKER.validate(written(samples.with_facts(facts)))


def test_a_number_that_is_none_is_no_null() -> None:
    assert written(samples.with_facts({"rate": math.nan}))["causes"][0]["facts"] == {"rate": "nan"}


def test_what_it_means_for_the_user_is_in_it() -> None:
    report = json.loads(write_report(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE, ("Logging in works.",)))
    assert report["consequences"] == ["Logging in works."]
    CHECKER.validate(report)
