"""The commands of support's desk beside `diag triage`: trends, search, notes, resolutions."""

from pathlib import Path

import jsonschema
import pytest

from tests.bench.corpus import Planned, content_of
from tests.cli.shell import Ended, called
from tests.desk.corpus import BEGAN

ONE = "dns-no-address/name-without-address"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (1, 2):
        (tmp_path / f"{number}.zip").write_bytes(content_of(Planned(ONE, f"org{number}", BEGAN, case=f"{number}")))
    assert desk("triage", "1.zip", "2.zip", within=tmp_path).code == 0
    return tmp_path


def desk(command: str, *arguments: str, within: Path) -> Ended:
    return called(command, *arguments, "--index", "desk.db", "--as-of", "2026-08-05", within=within)


def clusters(folder: Path) -> list[dict]:  # type: ignore[type-arg]
    return desk("triage", "--json", within=folder).document["clusters"]  # type: ignore[no-any-return]


def test_what_solved_a_case_is_shown_with_the_next_like_it(folder: Path) -> None:
    assert desk("resolve", "1", "--by", "the zone had no A record", "--effort", "2", "--who", "ann", within=folder).code == 0
    assert desk("resolve", "2.zip", "--by", "dns-slow", "--who", "bob", within=folder).code == 0
    out = " ".join(desk("triage", within=folder).out.split())
    assert "solved 2 times, last by dns-slow" in out
    assert "To follow up" in out
    assert "the zone had no A record" in out


def test_a_cluster_is_taken_and_a_note_is_found_again(folder: Path) -> None:
    (cluster,) = clusters(folder)
    before = cluster["points"]
    desk("note", cluster["fp"], "네트워크 팀이 확인 중", "--taken", "--who", "ann", within=folder)
    (taken,) = clusters(folder)
    assert (taken["state"], taken["points"]) == ("taken", before - 20)
    out = desk("search", "확인", within=folder).out
    assert "네트워크 팀이 확인 중" in out
    assert any(line.startswith("taken") for line in out.splitlines())


def test_articles_are_found_in_every_language_and_shown_in_the_readers(folder: Path) -> None:
    hits = desk("search", "방화벽", "--lang", "ko", "--json", within=folder).document
    assert any(hit["ref"] == "network-connection-filtered" and not hit["text"].isascii() for hit in hits)
    told = called("explain", "방화벽", "--lang", "ko", within=folder).out  # the first dozen of them
    assert any(hit["ref"] in told for hit in hits)


def test_search_finds_articles_by_their_titles_and_says_where_nothing_is(folder: Path) -> None:
    hits = desk("search", "proxy", "login", "--json", within=folder).document
    assert {"kind", "ref", "text"} == set(hits[0])
    assert any(hit["kind"] == "article" and hit["text"] for hit in hits)
    assert "Nothing here holds that" in desk("search", "zzzzzz", within=folder).out


def test_trends_keep_their_schema(folder: Path) -> None:
    document = desk("trends", "--json", within=folder).document
    jsonschema.validate(document, called("schema", "trends", within=folder).document)
    out = " ".join(desk("trends", within=folder).out.split())
    assert "it takes 6 to tell what rises" in out
    assert "dns-no-address" in out
    assert "too few to tell" in out


def test_a_team_finds_its_own_articles(folder: Path) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "dns-no-address.md").write_text("Ask Zebediah about the zone.\n")
    desk("triage", "--articles", "own", within=folder)
    hits = desk("search", "Zebediah", "--json", within=folder).document
    assert [(hit["kind"], hit["ref"]) for hit in hits] == [("article", "dns-no-address")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("note", "nobody", "x"), "Nothing here is called"),
        (("note", "1"), "An empty note says nothing"),
        (("search", '"'), "There is no word in that"),
        (("search", " "), "Nothing to look for"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    ended = desk(*arguments, within=folder)
    assert ended.code == 2
    assert said in ended.complaint


@pytest.mark.parametrize("command", ["trends", "search", "note", "resolve", "export"])
def test_without_an_index_each_says_what_makes_one(command: str, tmp_path: Path) -> None:
    more = {"search": ("x",), "note": ("x", "y"), "resolve": ("x", "--by", "y"), "export": ("out",)}.get(command, ())
    assert (
        "diag triage FOLDER reads bundles and makes one" in called(command, *more, "--index", "no.db", within=tmp_path).complaint
    )


def test_an_index_from_another_folder_is_its_users_own(tmp_path: Path) -> None:
    (tmp_path / "1.zip").write_bytes(content_of(Planned(ONE, "acme", BEGAN)))
    assert called("triage", "1.zip", within=tmp_path, XDG_DATA_HOME=str(tmp_path / "data")).code == 0
    (index,) = (tmp_path / "data").rglob("desk.db")
    assert index.stat().st_mode & 0o777 == 0o600
