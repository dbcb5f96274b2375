"""The summary fits into a ticket: ASCII, narrow, small, and whole in what matters."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.report.forms.text import write_summary
from diag.report.layout.ascii import to_ascii
from tests.recording.scene import read_scene
from tests.report import samples

LARGEST = 60_000


def summary(diagnosis: Diagnosis) -> str:
    return write_summary(diagnosis, samples.CATALOGUE, samples.EVIDENCE)


def flowed(text: str) -> str:
    """The text as if it had never been broken into lines."""
    return " ".join(text.split())


def test_it_says_what_is_wrong_who_fixes_it_and_how() -> None:
    text = flowed(summary(samples.DIAGNOSIS))
    assert text.startswith("PROBLEM: one cause found, affecting 1 of 3 endpoints.")
    assert "1. The proxy proxy.corp.test:3128 wants a login, and none was given" in text
    assert "Who: the administrator of this computer" in text
    assert "1) Set the login for proxy.corp.test:3128. 2) Run diag again." in text
    assert "a consequence: proxy-cannot-reach-target" in text
    assert "proxy-login-required (problem)" in text
    assert "problem https://api.example.com:443: stopped at the proxy; cause 1" in text


def test_it_says_what_could_not_be_looked_at() -> None:
    text = flowed(summary(samples.DIAGNOSIS))
    assert "https://c.example.com:443 stopped at the connection (TCP): a router or this computer reports" in text
    assert "1 question without an answer: the time limit of the run was reached" in text
    assert "1 check undecided: the connection ended before the step that would show it" in text


def test_it_is_small_and_narrow_and_plain_for_500_endpoints_and_many_causes() -> None:
    diagnosis, evidence = samples.many(500, 40)
    text = write_summary(diagnosis, samples.CATALOGUE, evidence)
    assert len(text.encode()) < LARGEST
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 78
    assert "500 of 500 endpoints" in flowed(text)
    assert "more causes: the whole is in the bundle" in text
    assert "more endpoints: the whole is in the bundle" in text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("caf\u00e9 \u2013 \u201cGr\u00f6\u00dfe\u201d\u2026", 'cafe - "Grosse"...'),
        ("\u4e2d", "\\u4e2d"),
        ("plain", "plain"),
    ],
)
def test_ascii(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@settings(max_examples=60)
@given(hostile=st.text(max_size=3_000), number=st.integers(0, 40))
def test_whatever_the_facts_it_stays_small_narrow_and_plain(hostile: str, number: int) -> None:
    diagnosis = samples.with_facts({"proxy": hostile, "schemes": (hostile,) * number}, endpoints=(hostile,) * number)
    text = summary(diagnosis)
    assert len(text.encode()) < LARGEST
    assert text.isascii()
    assert all(line.isprintable() and len(line) <= 78 for line in text.splitlines())


def test_what_it_means_for_the_user_stands_after_the_causes() -> None:
    text = write_summary(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE, ("Logging in works; loading files will not.",))
    assert "What this means for you\n-----------------------\nLogging in works; loading files will not.\n" in text
    assert text.index("Causes") < text.index("What this means") < text.index("Endpoints")
    assert "What this means" not in write_summary(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE)


def test_each_thing_that_is_told_of_a_cause_has_its_label() -> None:
    evidence = read_scene("tls-issuer-untrusted/unknown-to-the-system").evidence
    text = write_summary(judge(evidence, CATALOGUE), {check.id: check for check in CATALOGUE}, evidence)
    (cause,) = re.findall(r"\n1\. .*?\n\n", text, re.DOTALL)
    labels = re.findall(r"^   ([A-Z][a-z]+(?: sure)?):", cause, re.MULTILINE)
    assert labels == ["Affects", "Seen", "Means", "Who", "Next", "Chain", "How sure", "Evidence", "Id"]
