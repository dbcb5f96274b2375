"""The desk in another language: one index for readers of several, and no English word on any of its screens but names."""

import html
import json
import re
from pathlib import Path

import pytest

from diag.cli.desk import means
from diag.desk.alike import NO_CAUSE
from diag.desk.index import open_index
from diag.desk.intake import Wishes, take_in
from tests.cli.shell import called
from tests.desk.corpus import NOW
from tests.language.pseudo import called_in_none, left

CALLS = (
    "triage --all",
    "triage --queue --all",
    "triage --unknown",
    "triage --owner dns",
    "triage --review 3",
    "triage --explain-attention",
    "triage --cases cases.csv",
    "trends --all",
    "search proxy login",
    "search host-none-has",
    "search ...",
    "note {fp} x --taken --who Ann",
    "resolve {fp} --by dns-slow --effort 2 --who Ann",
    "triage --cluster {fp}",
    "triage --merge {fp} {fp}",
    "triage --split {fp}",
    "triage --split {fp} --apart x",
    "triage --split {fp} --apart product=none",
    "note nobody-at-all x",
    "triage --as-of never",
)


@pytest.fixture
def within(index: Path) -> Path:
    """The folder of an index that also holds files that are no cases."""
    folder = index.parent
    (folder / "letter.zip").write_text("Dear Sir\n")
    (folder / "link.zip").symlink_to("letter.zip")
    (folder / "cases.csv").write_text("bundle,org,case,opened\n000000,a,7\nffffff,b,8,yesterday,\n")
    db = open_index(index)
    take_in(
        db, [folder / "letter.zip", folder / "link.zip", folder / "none.zip"], means(NOW), Wishes(), lambda done, all_of: None
    )
    db.close()
    return folder


def test_a_screen_of_the_desk_leaves_no_english(within: Path) -> None:
    fp = json.loads(called("triage", "--json", "--index", "desk.db", within=within).out)["clusters"][0]["fp"]
    found = {}
    for call in CALLS:
        asked = call.replace("{fp}", fp).split()
        index = () if "--explain-attention" in asked else ("--index", "desk.db")
        day = () if "--as-of" in asked or not index else ("--as-of", "2026-11-22")
        ended = called_in_none(*asked, *index, *day, within=within)
        own = set(re.findall(r"[a-z]+", call))
        found[call] = [line for line in (ended.out + ended.err).splitlines() if set(left(_bare(line))) - own]
    assert found == {call: [] for call in CALLS}


def test_the_page_of_the_desk_leaves_no_english(within: Path) -> None:
    called_in_none("triage", "--index", "desk.db", "--as-of", "2026-11-22", "--html", "desk.html", within=within)
    page = re.sub(r"<style>.*?</style>|<code>.*?</code>", "", (within / "desk.html").read_text(), flags=re.DOTALL)
    lines = html.unescape(re.sub(r"<[^>]*>", " ", page)).splitlines()
    assert [line for line in lines if left(_bare(line))] == []


TOKENS = re.compile(rf"(?<=éñđš áţ: ).*|\b{NO_CAUSE}\b|^ *(?:direct|proxy|required|internal|public)\b")
"""Where a run ended, in tokens; the id of no cause; and the corpus' own values."""


def _bare(line: str) -> str:
    return TOKENS.sub("", line)


def test_one_index_serves_readers_of_several_languages(within: Path) -> None:
    told = {
        language: called("triage", "--all", "--index", "desk.db", "--as-of", "2026-11-22", "--lang", language, within=within).out
        for language in ("en", "ko", "ja")
    }
    assert "The file is not a bundle" in told["en"]
    assert "번들이 아닙니다" in told["ko"]
    assert "links are not followed" in told["en"]
    assert "링크" in told["ko"]
    assert "バンドル" in told["ja"]
    assert not re.search(r"[가-힣ぁ-ん]", told["en"])


def test_programs_are_told_in_english_unless_they_ask(within: Path) -> None:
    korean = called("triage", "--json", "--index", "desk.db", "--lang", "ko", within=within).document
    english = called("triage", "--json", "--index", "desk.db", within=within, DIAG_LANG="ko").document
    reasons = [next(cluster["reasons"][0] for cluster in one["clusters"] if cluster["reasons"]) for one in (korean, english)]
    assert [(reason["points"], reason["rule"]) for reason in reasons[:1]] == [(reasons[1]["points"], reasons[1]["rule"])]
    assert reasons[1]["why"].isascii()
    assert not reasons[0]["why"].isascii()
