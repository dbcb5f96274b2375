"""The request to the network team: what a rule refused, and nothing else."""

import csv
import io

import pytest
from msgspec.structs import replace

from checks.proxy import refuses_target
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.endpoint import Endpoint
from diag.model.run import Evidence, Trail
from diag.report.forms.request import REASONS, Line, requested, write_csv, write_request
from tests.checks.layers import Scene, evidence_of
from tests.report import samples

PROXY = "proxy.corp.test:3128"


def refused(url: str) -> Scene:
    return Scene(url, proxy=PROXY).lookup("10.0.0.9").connect().tunnel(403, "Via: 1.1 proxy")


def seen(*scenes: Scene) -> tuple[Diagnosis, Evidence]:
    evidence = evidence_of(*scenes)
    return judge(evidence, (refuses_target.CHECK,)), evidence


def test_every_reason_is_one_of_the_catalogue() -> None:
    from checks import CATALOGUE

    assert set(REASONS) <= {check.id for check in CATALOGUE}


def test_what_was_refused_is_asked_for_once_and_nothing_else() -> None:
    opened = Scene("https://open.example.com", proxy=PROXY).lookup("10.0.0.9").connect().tunnel()
    diagnosis, evidence = seen(refused("https://api.example.com"), opened, refused("https://files.example.com:8443"))
    lines = requested(diagnosis, evidence)
    assert [(line.host, line.port, line.way, line.cause) for line in lines] == [
        ("api.example.com", 443, f"through http://{PROXY}", "proxy-refuses-target"),
        ("files.example.com", 8443, f"through http://{PROXY}", "proxy-refuses-target"),
    ]
    text = write_request(lines, evidence)
    assert text.startswith("Please allow connections to 2 destinations.\n")
    assert f"- api.example.com:443 (TCP, https), through http://{PROXY}: the proxy's rules refuse it" in text
    assert "open.example.com" not in text


def test_the_table_can_be_read_by_machines() -> None:
    lines = requested(*seen(refused("https://api.example.com")))
    [row] = csv.DictReader(io.StringIO(write_csv(lines)))
    assert row == {
        "host": "api.example.com",
        "port": "443",
        "protocol": "https",
        "way": f"through http://{PROXY}",
        "reason": "the proxy's rules refuse it",
        "confidence": "certain",
        "cause": "proxy-refuses-target",
    }


def test_no_cell_is_a_formula() -> None:
    scene = refused("https://api.example.com")
    diagnosis, evidence = seen(scene)
    evil = Endpoint("=HYPERLINK(1)", 443)
    states = (replace(diagnosis.endpoints[0], endpoint=evil),)
    verdicts = tuple(replace(verdict, subject=str(evil)) for verdict in diagnosis.verdicts)
    trails = (Trail(evil, evidence.run.trails[0].route),)
    other = Evidence(replace(evidence.run, trails=trails), evidence.observations)
    table = write_csv(requested(replace(diagnosis, endpoints=states, verdicts=verdicts), other))
    assert "HYPERLINK" in table
    assert not [cell for line in table.splitlines() for cell in line.split(",") if cell.startswith(("=", "+", "-", "@"))]


def test_where_no_rule_refuses_there_is_nothing_to_ask() -> None:
    lines = requested(samples.DIAGNOSIS, samples.EVIDENCE)
    assert lines == ()
    assert write_request(lines, samples.EVIDENCE).startswith("No rule was seen")


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\u00a0@x", "＝1"])
def test_no_cell_is_a_formula_whoever_wrote_it(cell: str) -> None:
    line = Line(cell, 443, cell, cell, cell, cell, cell)
    rows = list(csv.reader(io.StringIO(write_csv([line]))))
    assert not [text for row in rows for text in row if text.strip().startswith(("=", "+", "-", "@", "＝"))]


def test_a_cell_keeps_what_is_no_formula() -> None:
    [_, row] = csv.reader(
        io.StringIO(write_csv([Line("a-b.example", 443, "https", "through http://p:1", "x = y", "certain", "c")]))
    )
    assert row == ["a-b.example", "443", "https", "through http://p:1", "x = y", "certain", "c"]
