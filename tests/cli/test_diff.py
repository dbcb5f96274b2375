"""`diag diff` with bundles of the lab: what works in one and fails in the other, and why."""

from pathlib import Path

import jsonschema
import pytest

from diag.report.forms.comparison_json import comparison_schema
from tests.cli.shell import called, diag
from tests.cli.test_run import options, staged


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    for fault in ("healthy", "proxy-login-required", "dns-server-failure"):
        assert diag("demo", fault, "-q", "-o", f"{fault}.zip", within=folder).code in (0, 1)
    return folder


def test_a_bundle_does_not_differ_from_itself(bundles: Path) -> None:
    ended = called("diff", "healthy.zip", "healthy.zip", within=bundles)
    assert ended.code == 0
    assert ended.out.startswith("Nothing differs.")


def test_works_here_and_fails_there(bundles: Path) -> None:
    ended = called("diff", "healthy.zip", "proxy-login-required.zip", within=bundles)
    assert ended.code == 1
    assert ended.out.startswith("Works in A, fails in B: 1 endpoint.")
    assert "1. way: direct in A, 127.0.0.1:" in ended.out
    assert "new: The proxy 127.0.0.1:" in ended.out


def test_what_fails_in_b_alone_is_said_first(bundles: Path, tmp_path: Path) -> None:
    with staged("healthy") as (_, scene):
        assert diag(*options(scene), "-q", "-o", "one.zip", within=tmp_path).code == 0
        assert diag(*options(scene), "tcp://127.0.0.1:1", "-q", "-o", "two.zip", within=tmp_path).code == 1
    assert called("diff", "one.zip", "two.zip", within=tmp_path).out.startswith(
        "Fails in B, and A did not look at it: 1 endpoint."
    )
    document = called("diff", "one.zip", "two.zip", "--json", within=tmp_path).document
    assert document["failing_only_b"] == ["tcp://127.0.0.1:1"]
    assert called("diff", "two.zip", "one.zip", within=tmp_path).out.startswith("Fails in A, and B did not look at it: 1")


def test_the_same_for_programs(bundles: Path) -> None:
    document = called("diff", "dns-server-failure.zip", "healthy.zip", "--json", within=bundles).document
    assert (document["schema"], document["differs"]) == ("diag.diff/1", True)
    jsonschema.validate(document, comparison_schema(), jsonschema.Draft202012Validator)
    (endpoint,) = document["endpoints"]
    assert endpoint["change"] == "fixed"
    explaining = [one["matter"] for one in endpoint["differences"] if one["explains"]]
    assert explaining[0] == "resolvers"
    changes = {cause["id"]: cause["change"] for cause in document["causes"]}
    assert changes["dns-server-failure"] == "fixed"


def test_what_is_no_bundle_is_one_line(bundles: Path) -> None:
    (bundles / "letter.zip").write_text("Dear Sir")
    ended = called("diff", "healthy.zip", "letter.zip", within=bundles)
    assert ended.code == 2
    assert ended.complaint.startswith("letter.zip: ")


def test_a_bundle_as_a_page_and_as_junit(bundles: Path) -> None:
    ended = called("show", "healthy.zip", "--html", "page.html", "--junit", "report.xml", within=bundles)
    assert ended.code == 0
    assert ended.out.splitlines()[0].startswith("Written: page.html (")
    assert (bundles / "page.html").read_text().startswith("<!doctype html>")
    assert (bundles / "report.xml").read_bytes().startswith(b"<?xml")


def test_a_run_leaves_its_page_beside_the_bundle(tmp_path: Path) -> None:
    ended = diag("demo", "--html", "page.html", "--junit", "report.xml", "--json", "-o", "b.zip", within=tmp_path)
    assert ended.code == 1
    assert ended.document["verdict"] == "problem"
    assert [line.split(" ")[1] for line in ended.err.splitlines()] == ["Bundle:", "Written:", "Written:"]
    page = (tmp_path / "page.html").read_text()
    assert "wants a login" in page
    assert "somebody-else" not in page


def test_a_page_that_cannot_be_written_is_said_before_the_run(tmp_path: Path) -> None:
    ended = diag("run", "https://127.0.0.1:1", "--html", "nowhere/page.html", within=tmp_path)
    assert ended.code == 2
    assert ended.complaint == "--html nowhere/page.html: there is no folder nowhere"
