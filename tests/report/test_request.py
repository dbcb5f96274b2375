"""The requests to other teams: every cause of somebody else's is asked for, once, with what the one who is asked needs."""

import csv
import io

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.model.verdict import Confidence, Owner
from diag.report.forms.request import write_csv, write_markdown, write_request
from diag.report.views.team_requests import TeamRequest, requests_of
from diag.report.wording.words import OWNERS
from tests.recording.scene import read_scene, scene_names
from tests.report import samples
from tests.report.test_screens import run

KNOWN = {check.id: check for check in CATALOGUE}

NOBODY = "Nobody else has to be asked: what was found can be mended on this computer, or nothing was found.\n"


def asked(diagnosis: Diagnosis, evidence: Evidence) -> tuple[TeamRequest, ...]:
    return requests_of(diagnosis, evidence, samples.CATALOGUE)


def test_a_request_has_what_a_firewall_team_needs() -> None:
    diagnosis, evidence = run(3, 2)
    (request,) = asked(diagnosis, evidence)
    (cause,) = request.causes
    (line,) = cause.lines
    assert request.owner is Owner.NETWORK
    assert (line.source, line.host, line.destination, line.port) == ("10.0.0.9", "s001.acme.example", "198.51.100.7", 443)
    assert (line.transport, line.protocol, line.direction, line.way) == ("TCP", "https", "outgoing", "direct")
    assert line.seen_at.endswith(" UTC")
    text = write_request((request,), evidence)
    assert text.startswith(f"To {OWNERS[Owner.NETWORK]}\n")
    assert "s001.acme.example:443 (TCP, https), direct, from 10.0.0.9 to 198.51.100.7" in text
    assert "s000" not in text, "what this computer's owner mends is asked of nobody"


def test_a_rule_is_asked_to_be_lifted() -> None:
    evidence = read_scene(_refusing()).evidence
    diagnosis = judge(evidence, CATALOGUE)
    text = write_request(requests_of(diagnosis, evidence, KNOWN), evidence)
    assert "Please allow connections to" in text


def _refusing() -> str:
    """A scene in which a proxy's rules refuse the target."""
    for name in scene_names():
        if read_scene(name).title.shows.get("proxy-refuses-target") == "problem":
            return name
    raise AssertionError("no scene shows a proxy that refuses")


def test_the_table_can_be_read_by_machines() -> None:
    diagnosis, evidence = run(3, 3)
    rows = list(csv.DictReader(io.StringIO(write_csv(asked(diagnosis, evidence)))))
    assert [(row["host"], row["port"], row["source"], row["destination"], row["cause"]) for row in rows] == [
        ("s001.acme.example", "443", "10.0.0.9", "198.51.100.7", "proxy-login-required"),
        ("s002.acme.example", "443", "10.0.0.9", "198.51.100.7", "proxy-login-required"),
    ]


@pytest.mark.parametrize("scheme", ["=cmd|' /C calc'!A0", "+1", "-1", "@sum", "\t=1", " =1", "\u00a0@x", "＝1"])
def test_no_cell_is_a_formula(scheme: str) -> None:
    diagnosis, evidence = run(1, 1)
    cause = replace(diagnosis.causes[0], owner=Owner.PROXY)
    (trail,) = evidence.run.trails
    evil = replace(trail, endpoint=replace(trail.endpoint, scheme=scheme))
    cause = replace(cause, endpoints=(str(evil.endpoint),))
    other = Evidence(replace(evidence.run, trails=(evil,)), evidence.observations)
    rows = list(csv.reader(io.StringIO(write_csv(asked(replace(diagnosis, causes=(cause,)), other)))))
    assert len(rows) == 2
    assert not [cell for row in rows for cell in row if cell.strip().startswith(("=", "+", "-", "@", "\t", "＝"))]


def test_markdown_takes_what_was_seen_for_text() -> None:
    diagnosis, evidence = run(1, 1)
    facts = {"proxy": "[x](javascript:1) | <b>", "schemes": ("`a`",)}
    cause = replace(diagnosis.causes[0], owner=Owner.PROXY, facts=facts, confidence=Confidence.LIKELY)
    text = write_markdown(asked(replace(diagnosis, causes=(cause,)), evidence), evidence)
    assert text.startswith(f"## To {OWNERS[Owner.PROXY]}\n")
    assert "[x]" not in text
    assert "<b>" not in text


def test_where_nobody_else_can_mend_it_nobody_is_asked() -> None:
    diagnosis, evidence = run(1, 1)
    assert asked(diagnosis, evidence) == ()
    assert write_request((), evidence) == write_markdown((), evidence) == NOBODY
