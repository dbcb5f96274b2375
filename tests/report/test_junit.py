"""JUnit XML as CI systems read it: the shape that their schemas ask for, and an outcome for every case that nobody mistakes."""

import re
from xml.etree import ElementTree as Xml

from hypothesis import given, settings
from hypothesis import strategies as st

from diag.model.diagnosis import Diagnosis, EndpointState, Outcome
from diag.model.endpoint import Endpoint, Expectations
from diag.model.endpoint_view import Stage
from diag.model.run import Evidence
from diag.report.forms.junit import machine_suite, write_junit
from tests.report import samples
from tests.report.test_html import HOSTILE

NUMBER = re.compile(r"\d+\.\d{3}\Z")
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read(diagnosis: Diagnosis, evidence: Evidence = samples.EVIDENCE) -> Xml.Element:
    return valid(write_junit(diagnosis, samples.CATALOGUE, evidence))


def valid(document: bytes) -> Xml.Element:
    """The document's one suite, held against the rules of the schema for Apache Ant's JUnit task."""
    assert document.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n")
    root = Xml.fromstring(document)
    assert (root.tag, root.attrib) == ("testsuites", {})
    (suite,) = root
    assert suite.tag == "testsuite"
    required = {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"}
    assert required <= set(suite.attrib) <= required | {"skipped"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
    assert NUMBER.match(suite.attrib["time"])
    tags = [child.tag for child in suite]
    assert tags == ["properties", *["testcase"] * int(suite.attrib["tests"]), "system-out", "system-err"]
    for one in suite[0]:
        assert (one.tag, set(one.attrib)) == ("property", {"name", "value"})
    for case in suite.iter("testcase"):
        assert set(case.attrib) == {"name", "classname", "time"}
        assert NUMBER.match(case.attrib["time"])
        assert len(case) <= 1, "one outcome a case"
        for outcome in case:
            assert outcome.tag in ("failure", "error", "skipped")
            assert {"message", "type"} == set(outcome.attrib) or outcome.tag == "skipped"
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.attrib[attribute]) == len(list(suite.iter(tag)))
    return suite


def outcomes(suite: Xml.Element) -> dict[str, str]:
    return {case.attrib["name"]: case[0].tag if len(case) else "passed" for case in suite.iter("testcase")}


def test_each_endpoint_is_a_case_and_this_computer_is_one() -> None:
    assert outcomes(read(samples.DIAGNOSIS)) == {
        machine_suite(): "passed",
        "https://api.example.com:443": "failure",
        "https://b.example.com:443": "passed",
        "https://c.example.com:443": "error",
    }


def test_a_failure_says_what_is_wrong_who_fixes_it_and_how() -> None:
    (failure,) = read(samples.DIAGNOSIS).iter("failure")
    assert failure.attrib["type"] == "proxy-login-required"
    assert failure.attrib["message"].startswith("The proxy proxy.corp.test:3128 wants a login")
    assert failure.text is not None
    assert "Who fixes it: the administrator of this computer" in failure.text
    assert "1. Set the login for proxy.corp.test:3128." in failure.text
    assert "Evidence: tunnel-1" in failure.text


def test_what_failed_without_a_cause_is_an_error_and_no_pass() -> None:
    (error,) = read(samples.DIAGNOSIS).iter("error")
    assert error.attrib["type"] == "no-cause-proved"
    assert "stopped at the connection (TCP)" in error.attrib["message"]


def test_warnings_pass_and_are_told() -> None:
    told = read(samples.DIAGNOSIS).findtext("system-out") or ""
    assert "warning: The certificate of b.example.com ends on 20 November 2026" in told


def test_an_open_endpoint_that_is_not_required_is_skipped() -> None:
    optional = Endpoint("c.example.com", 443, expects=Expectations(required=False))
    state = EndpointState(optional, Outcome.UNKNOWN, Stage.CONNECT, False)
    suite = read(Diagnosis(Outcome.UNKNOWN, (), (state,), ()))
    assert outcomes(suite)["https://c.example.com:443"] == "skipped"


def test_what_was_never_looked_at_is_an_error_too() -> None:
    diagnosis, evidence = samples.many(1)
    state = diagnosis.endpoints[0]
    open_one = EndpointState(state.endpoint, Outcome.UNKNOWN, Stage.START, False)
    suite = read(Diagnosis(Outcome.UNKNOWN, (), (open_one,), ()), evidence)
    assert outcomes(suite)[str(state.endpoint)] == "error"
    assert [error.attrib["type"] for error in suite.iter("error")] == ["not-looked-at"]


def test_a_cause_without_an_endpoint_fails_this_computer() -> None:
    suite = read(samples.with_facts({"proxy": "p:1"}, endpoints=()))
    assert outcomes(suite)[machine_suite()] == "failure"


def test_the_host_is_never_named() -> None:
    assert read(samples.DIAGNOSIS).attrib["hostname"] == "localhost"


def test_the_same_run_gives_the_same_bytes() -> None:
    assert write_junit(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE) == write_junit(
        samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE
    )


@settings(max_examples=60, deadline=None)
@given(hostile=st.one_of(st.sampled_from(HOSTILE), st.text(max_size=300)))
def test_whatever_the_facts_it_stays_valid(hostile: str) -> None:
    diagnosis = samples.with_facts({"proxy": hostile, "schemes": (hostile,)}, endpoints=(str(samples.API),), name=hostile)
    document = write_junit(diagnosis, samples.CATALOGUE, samples.EVIDENCE)
    valid(document)
    assert not NOT_XML.search(document.decode())
