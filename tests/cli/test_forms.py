"""`--format` and what stands for it in short: one form or several, in files or on standard output; and bundles, one or many."""

import json
import os
import stat
from pathlib import Path

import jsonschema
import pytest
from cryptography import x509

from checks import CATALOGUE
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.write import write_bundle
from diag.cli.files import STDOUT
from diag.cli.forms import Output, ReportForm, read_outputs
from diag.engine.judge import judge
from diag.model.run import Evidence
from tests.cli.shell import called, causes, diag
from tests.recording.scene import read_scene
from tests.report import samples

RUN = ("run", "https://127.0.0.1:1")
BEGINS = {"text": "PROBLEM: ", "markdown": "**", "json": "{\n", "jsonl": '{"schema"', "html": "<!doctype", "junit": "<?xml"}


def bundled(evidence: Evidence, path: Path) -> None:
    redacted = redact(evidence, Private(), Level.STANDARD, key=b"k" * 32)
    write_bundle(redacted, judge(redacted.evidence, CATALOGUE), summary="", into=path, catalogue_version="1")


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    bundled(samples.EVIDENCE, tmp_path / "b.zip")
    return "b.zip"


@pytest.mark.parametrize("form", ReportForm)
def test_a_form_is_all_that_stands_on_standard_output(form: str, bundle: str, tmp_path: Path) -> None:
    ended = called("show", bundle, "--format", form, within=tmp_path)
    assert ended.code == 0
    assert ended.out.startswith(BEGINS[form])


@pytest.mark.parametrize("form", ReportForm)
def test_a_form_goes_into_a_file_for_its_owner_alone(form: str, bundle: str, tmp_path: Path) -> None:
    ended = called("show", bundle, "--format", f"{form}=out.file", within=tmp_path)
    assert ended.out.startswith("Written: out.file (")
    assert (tmp_path / "out.file").read_text().startswith(BEGINS[form])
    assert stat.S_IMODE((tmp_path / "out.file").stat().st_mode) == 0o600


def test_a_look_gives_several_forms_at_once(tmp_path: Path) -> None:
    ended = diag(*RUN, "--format", "jsonl", "--format", "md=a.md", "--format", "junit=a.xml", "--no-bundle", within=tmp_path)
    assert ended.code == 1
    (line,) = ended.out.splitlines()
    assert json.loads(line)["run"]["bundle"] == ""
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["a.md", "a.xml"]
    assert [line.rpartition(" (")[0] for line in ended.err.splitlines()] == ["diag: Written: a.md", "diag: Written: a.xml"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_people_read_is_not_said_twice(form: str, tmp_path: Path) -> None:
    ended = diag(*RUN, "--format", form, within=tmp_path)
    assert ended.code == 1
    assert ended.out.startswith(BEGINS[form])
    (line,) = ended.err.splitlines()
    assert line.startswith("diag: Bundle: diag-")


def test_the_document_names_its_bundle_and_keeps_to_its_schema(tmp_path: Path) -> None:
    document = diag(*RUN, "--json", within=tmp_path).document
    (left,) = tmp_path.glob("diag-*.zip")
    assert document["run"]["bundle"] == left.name
    jsonschema.validate(document, called("schema", "report", within=tmp_path).document)
    again = called("show", left.name, "--json", within=tmp_path).document
    assert again["run"] == document["run"]
    assert set(again["asked_from"]) >= {"system", "address", "names", "route", "trust", "clock"}
    assert len(again["only_you_can_answer"]) == 6
    (trace,) = again["traces"]
    assert (trace["endpoint"], trace["destination"]) == ("https://127.0.0.1:1", "127.0.0.1:1")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("markdwon", "did you mean markdown?"),
        ("pdf", "there are text, markdown, json, jsonl, html, junit"),
        ("html=", "names no file"),
        ("html=/nowhere/x", "--format html /nowhere/x: there is no folder /nowhere"),
    ],
)
def test_a_form_that_is_none_is_told_before_the_look(given: str, said: str, tmp_path: Path) -> None:
    ended = called(*RUN, "--format", given, within=tmp_path)
    assert ended.code == 2
    assert said in ended.complaint


def test_short_forms_are_the_same() -> None:
    assert read_outputs((), True, None, None) == read_outputs(("json",), False, None, None) == (Output(ReportForm.JSON, STDOUT),)
    assert read_outputs((), False, STDOUT, None) == read_outputs(("html=-",), False, None, None)


def test_the_summary_is_the_text_form(bundle: str, tmp_path: Path) -> None:
    assert (
        called("show", bundle, "--summary", within=tmp_path).out
        == called("show", bundle, "--format", "text", within=tmp_path).out
    )


def test_quiet_is_a_line_for_the_verdict_and_one_for_each_cause(bundle: str, tmp_path: Path) -> None:
    out = called("show", bundle, "-q", within=tmp_path, COLUMNS="300").out
    paragraphs = [line for line in out.splitlines() if not line.startswith(" ")]
    assert len(paragraphs) == 1 + len(causes(called("show", bundle, "--json", within=tmp_path).document))


def test_of_several_bundles_each_has_a_line(bundle: str, tmp_path: Path) -> None:
    bundled(samples.many(2)[1], tmp_path / "c.zip")
    (tmp_path / "no.zip").write_text("hello")
    ended = called("show", bundle, "no.zip", "c.zip", within=tmp_path, COLUMNS="80")
    assert ended.code == 2
    first, second = ended.out.splitlines()
    assert first.startswith("2026-11-12 09:30:00 UTC  \u2717 problem  ")
    assert " of 3 endpoints  " in first
    assert first.endswith("  b.zip")
    assert " \u2192 " in first
    assert second.endswith("  c.zip")
    assert ended.err.startswith("diag: no.zip: ")


def test_of_several_bundles_each_has_a_document(bundle: str, tmp_path: Path) -> None:
    bundled(samples.many(2)[1], tmp_path / "c.zip")
    lines = called("show", bundle, "c.zip", "--json", within=tmp_path).out.splitlines()
    assert [json.loads(line)["run"]["bundle"] for line in lines] == ["b.zip", "c.zip"]


@pytest.mark.parametrize("option", [("--contents",), ("-v",), ("--html", "x.html"), ("--certificates", "x.pem"), ("--summary",)])
def test_what_is_about_one_bundle_takes_one(option: tuple[str, ...], bundle: str, tmp_path: Path) -> None:
    ended = called("show", bundle, bundle, *option, within=tmp_path)
    assert ended.code == 2
    assert "is about one bundle, and 2 are named" in ended.complaint


def test_the_certificates_that_were_seen_are_there_as_pem(tmp_path: Path) -> None:
    bundled(read_scene("tls-chain-incomplete/fetched-by-name").evidence, tmp_path / "t.zip")
    assert called("show", "t.zip", "--certificates", "c.pem", within=tmp_path).out.startswith("Written: c.pem")
    text = (tmp_path / "c.pem").read_bytes()
    found = x509.load_pem_x509_certificates(text)
    assert found
    assert text.startswith(b"# As sent in handshake-")
    assert called("show", "t.zip", "--certificates", "-", within=tmp_path).out.encode() == text


def test_a_bundle_comes_from_standard_input_as_well(bundle: str, tmp_path: Path) -> None:
    ended = diag("show", "-", "-q", within=tmp_path, given=(tmp_path / bundle).read_bytes())
    assert ended.code == 0
    assert ended.out == diag("show", bundle, "-q", within=tmp_path).out
    assert diag("show", "-", within=tmp_path, given=b"Dear Sir").code == 2


def test_no_certificate_is_said(bundle: str, tmp_path: Path) -> None:
    assert called("show", bundle, "--certificates", "-", within=tmp_path).out == "# No certificate was seen in this run.\n"


def test_a_pipe_that_nobody_reads_costs_that_file(bundle: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ended = called("show", bundle, "--html", "pipe", "--junit", "a.xml", within=tmp_path)
    assert ended.code == 4
    assert "pipe could not be written" in ended.err
    assert (tmp_path / "a.xml").exists()
