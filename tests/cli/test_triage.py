"""`diag triage` as support calls it."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from tests.bench.corpus import Planned, content_of
from tests.cli.shell import Ended, called
from tests.desk.corpus import BEGAN

ONE, OTHER = "dns-no-address/name-without-address", "lab/proxy-login-required"
WHOSE = (("acme", "1", ONE), ("acme", "2", OTHER), ("=cmd()", "3", ONE), ("acme", "4", "healthy/one-service"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundles of two customers, and an index of them."""
    folder = tmp_path_factory.mktemp("triage")
    for org, case, scene in (
        ("acme", "1", ONE),
        ("acme", "2", OTHER),
        ("=cmd()", "3", ONE),
        ("acme", "4", "healthy/one-service"),
    ):
        place = folder / "in" / org / case
        place.mkdir(parents=True)
        (place / "x.zip").write_bytes(content_of(Planned(scene, org, BEGAN)))
    (folder / "in" / "junk.zip").write_bytes(b"PK\x03\x04 and no more")
    assert triage("in", "--label-from", "org/case/*", within=folder).code == 0
    return folder


def triage(*arguments: str, within: Path) -> Ended:
    return called("triage", *arguments, "--index", "desk.db", "--as-of", "2026-08-05", within=within)


def test_it_shows_what_needs_attention_with_its_reasons(folder: Path) -> None:
    out = " ".join(triage(within=folder).out.split())
    assert "4 bundles, 4 cases, 2 organisations, 2 clusters" in out
    assert "The name <name> exists but has no address" in out
    assert "2 organisations in the last 7 days" in out
    assert "Skipped: 1 file" in out


def test_the_document_keeps_its_schema(folder: Path) -> None:
    document = triage("--json", within=folder).document
    jsonschema.validate(document, called("schema", "desk", within=folder).document)
    assert document["schema"] == "diag.desk/1"
    assert {cluster["cause"] for cluster in document["clusters"]} == {"dns-no-address", "proxy-login-required"}
    assert [(entry["case"], entry["organisation"]) for entry in document["queue"] if entry["case"] == "2"] == [("2", "acme")]


def test_a_skipped_file_is_no_failure_unless_it_is_meant_to_be(folder: Path) -> None:
    (folder / "more.zip").write_bytes(b"nothing")
    assert triage("more.zip", "--strict", within=folder).code == 1
    (folder / "more2.zip").write_bytes(b"nothing")
    assert triage("more2.zip", within=folder).code == 0
    narrowed = triage("--cause", "dns-no-address", within=folder).out
    assert "Skipped: " in narrowed
    assert "junk.zip" not in narrowed


def test_a_cluster_by_its_name_and_what_is_like_a_bundle(folder: Path) -> None:
    clusters = triage("--json", within=folder).document["clusters"]
    fp = next(cluster["fp"] for cluster in clusters if cluster["cause"] == "proxy-login-required")
    out = triage("--cluster", fp, within=folder).out
    assert "case 2" in out
    assert "exists but has no address" not in out
    assert triage("--cluster", fp[:6].upper(), within=folder).out == out
    like = triage("--similar", "in/acme/1/x.zip", "--json", within=folder).document["clusters"]
    assert [cluster["cause"] for cluster in like] == ["dns-no-address"]


def test_the_table_of_points_is_printed(folder: Path) -> None:
    out = " ".join(triage("--explain-attention", within=folder).out.split())
    assert "40 never seen before, and at 3 or more organisations within a day" in out
    assert "-20 somebody looks after it" in out


def test_cases_as_a_ticket_system_exports_them(folder: Path) -> None:
    (folder / "cases.csv").write_bytes(
        b"\xef\xbb\xbfBundle,Org,Case,Opened,Effort,Free Word\r\n"
        b"x,a,b\r\n"
        b"000000,nobody,9,yesterday,,\r\n"
        b"000000,nobody,9,2026-01-01,7,\r\n"
        b',,"quoted, twice",,,\r\n'
        b"000000,nobody\x00\x1b[2J,9,2026-01-01,3,'=1+1\r\n"
    )
    document = triage("--cases", "cases.csv", "--json", within=folder).document
    told = "\n".join(document["notes"])
    assert "line 2: it has 3 cells, and the first line 6" in told
    assert "line 3: `opened` is no date" in told
    assert "line 4: `effort` is a number from 1 (hard) to 5 (easy)" in told
    assert "line 5: it names no bundle" in told
    assert "--cases, line 6" not in told


def test_a_list_of_cases_labels_the_bundles_that_it_names(folder: Path) -> None:
    digest = next(entry["bundle"] for entry in triage("--json", within=folder).document["queue"] if entry["case"] == "2")
    (folder / "named.csv").write_text(f"bundle,org,case,product\n{digest},Better Name,77,driver\n")
    document = triage("--cases", "named.csv", "--json", within=folder).document
    assert ("77", "Better Name") in {(entry["case"], entry["organisation"]) for entry in document["queue"]}
    assert len(triage("--only", "product=driver", "--json", within=folder).document["queue"]) == 1


def test_a_person_lays_clusters_together_and_takes_it_back(folder: Path) -> None:
    one, other = (cluster["fp"] for cluster in triage("--json", within=folder).document["clusters"])
    together = triage("--merge", one, other, "--why", "same firewall", "--who", "ann", "--json", within=folder).document
    (cluster,) = together["clusters"]
    assert (cluster["merged"], cluster["bundles"]) == ([other], 3)
    assert "same firewall" in cluster["written"][0]["text"]
    apart = triage("--split", other, "--json", within=folder).document["clusters"]
    assert {cluster["fp"] for cluster in apart} == {one, other}


def test_a_split_of_the_one_that_stayed_frees_all_that_were_merged_into_it(folder: Path) -> None:
    one, other = (cluster["fp"] for cluster in triage("--json", within=folder).document["clusters"])
    triage("--merge", one, other, within=folder)
    apart = triage("--split", one, "--why", "two routers", "--who", "bob", "--json", within=folder).document["clusters"]
    assert {cluster["fp"] for cluster in apart} == {one, other}
    assert ("bob", "split") in {(note["who"], note["kind"]) for cluster in apart for note in cluster["written"]}
    assert "Nothing was merged into" in triage("--split", one, within=folder).complaint


def test_a_part_of_a_cluster_is_kept_apart_also_in_bundles_to_come_and_comes_back(folder: Path) -> None:
    whole = next(c for c in triage("--json", within=folder).document["clusters"] if c["cause"] == "dns-no-address")
    decided = ("--split", whole["fp"], "--apart", "org==cmd()", "--why", "their own zone", "--who", "ann", "--json")
    document = triage(*decided, within=folder).document
    rest, own = sorted((c for c in document["clusters"] if c["cause"] == "dns-no-address"), key=lambda c: bool(c["apart_from"]))
    assert (rest["fp"], rest["bundles"], own["bundles"]) == (whole["fp"], 1, 1)
    assert (own["apart_from"], own["kind"]["apart"]) == (whole["fp"], ["org==cmd()"])
    assert "their own zone" in own["written"][0]["text"]
    (folder / "late").mkdir()
    (folder / "late" / "x.zip").write_bytes(content_of(Planned(ONE, "=cmd()", BEGAN + timedelta(hours=1))))
    later = {c["fp"]: c["bundles"] for c in triage("late", "--json", within=folder).document["clusters"]}
    assert (later[whole["fp"]], later[own["fp"]]) == (1, 2)
    assert "kept apart from" in " ".join(triage(within=folder).out.split())
    back = triage("--merge", whole["fp"], own["fp"], "--json", within=folder).document["clusters"]
    assert [c["bundles"] for c in back if c["cause"] == "dns-no-address"] == [3]


def test_a_cluster_is_parted_by_an_endpoint(folder: Path) -> None:
    fp = next(c["fp"] for c in triage("--json", within=folder).document["clusters"] if c["cause"] == "dns-no-address")
    assert "No case of" in triage("--split", fp, "--apart", "endpoint=other.example", within=folder).complaint
    db = sqlite3.connect(folder / "desk.db")
    (host,) = db.execute("SELECT host FROM endpoint JOIN cause USING (bundle) WHERE id = 'dns-no-address' LIMIT 1").fetchone()
    document = triage("--split", fp, "--apart", f"endpoint={host}", "--json", within=folder).document
    (own,) = (c["fp"] for c in document["clusters"] if c["apart_from"] == fp)
    back = triage("--merge", fp, own, "--json", within=folder).document["clusters"]
    assert not any(c["apart_from"] for c in back)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--label-from", "Org/x y"), "write the words of the path"),
        (("--label", "nothing"), "write key=value"),
        (("--cases", "none.csv"), "there is no such file"),
        (("--split", "zz"), "No cluster is called"),
        (("--split", "aaaaaaaaaaaa", "--apart", "nothing"), "write a label"),
        (("--apart", "product=x"), "name the cluster with it"),
        (("--merge", "aaaaaaaaaaaa", "bbbbbbbbbbbb"), "No cluster is called"),
        (("--similar", "in/junk.zip"), "is not a bundle"),
        (("--owner", "proxi"), "proxi"),
        (("--cause", "dns-no-adress"), "did you mean dns-no-address"),
        (("--cluster", "zzz"), "No cluster is called"),
        (("--cluster", "aaaaaaaaaaaa"), "No cluster is called"),
        (("--since", "yesterday"), "write a number of days, or a date"),
        (("--since", "9" * 30), "write a number of days, or a date"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    ended = triage(*arguments, within=folder)
    assert ended.code == 2
    assert said in ended.complaint


def test_cases_since_a_day_or_for_so_many_days(folder: Path) -> None:
    assert triage("--since", "2000-01-01", "--json", within=folder).document["bundles"] > 0
    assert triage("--since", "2099-01-01", "--json", within=folder).document["bundles"] == 0


def test_where_no_case_is_solved_a_review_says_so(folder: Path) -> None:
    assert "No case is solved yet" in triage("--review", "3", within=folder).out


def test_a_day_that_is_none_is_told(tmp_path: Path) -> None:
    assert "write a date, such as 2026-03-04" in called("triage", "--as-of", "soon", within=tmp_path).complaint


def test_without_an_index_it_says_what_makes_one(tmp_path: Path) -> None:
    ended = called("triage", "--index", "none.db", within=tmp_path)
    assert "diag triage FOLDER reads bundles and makes one" in ended.complaint


def test_the_page_is_written_and_holds_nothing_that_runs(folder: Path) -> None:
    assert triage("--html", "desk.html", within=folder).code == 0
    page = (folder / "desk.html").read_text()
    assert "<script" not in page
    assert "default-src &#39;none&#39;" in page
    assert "has no address" in page
