"""Search: best first, in English, Korean and Japanese, with words of two characters, and no character is an operator."""

import sqlite3
import time
from pathlib import Path

import pytest

from diag.desk.index import DeskError, open_index
from diag.desk.notes import About, Writer, find, write_note
from diag.desk.search import Hit, in_pairs, phrases, search
from tests.desk.corpus import NOW

BY = Writer("ann", NOW)


def texts(hits: list[Hit]) -> list[str]:
    return [hit.text for hit in hits]


def noted(db: sqlite3.Connection, *notes: str) -> None:
    (bundle,) = db.execute("SELECT MIN(id) FROM bundle").fetchone()
    for text in notes:
        write_note(db, BY, About(bundle=bundle), text)


@pytest.mark.parametrize(
    ("note", "question"),
    [
        ("Zertifikat der Firewall getauscht", "firewall"),
        ("The proxies were restarted twice", "proxy restart"),
        ("프록시의 인증서를 교체했습니다", "인증서"),
        ("프록시의 인증서를 교체했습니다", "인증"),
        ("証明書を更新して解決しました", "証明書"),
        ("証明書を更新して解決しました", "解決"),
        ("プロキシの設定を直した", "プロキシ"),
        ("防火墙规则已修改", "规则"),
        ("mixed 방화벽 rule for port 443", "방화벽 rule"),
    ],
)
def test_a_word_is_found_in_every_script(db: sqlite3.Connection, note: str, question: str) -> None:
    noted(db, note, "another thing altogether", "전혀 다른 이야기", "まったく別の話")
    hits = search(db, question, 60)
    assert note in texts(hits)
    assert "another thing altogether" not in texts(hits)


def test_articles_and_clusters_are_found_the_one_that_is_about_it_first(db: sqlite3.Connection) -> None:
    hits = search(db, "proxy-login-required")
    assert ("article", "proxy-login-required") in [(hit.kind, hit.ref) for hit in hits[:3]]
    assert any(hit.kind == "cluster" for hit in search(db, "has no address"))


def test_what_has_a_name_is_found_exactly(db: sqlite3.Connection) -> None:
    digest, case, host = db.execute(
        "SELECT digest, (SELECT value FROM label WHERE bundle = bundle.id AND key = 'case' LIMIT 1), "
        "(SELECT host FROM endpoint WHERE bundle = bundle.id LIMIT 1) FROM bundle LIMIT 1"
    ).fetchone()
    for question in (digest, digest[:6], case, f"case={case}", host, f"https://{host}"):
        assert digest in [hit.ref for hit in search(db, question)], question


@pytest.mark.parametrize(
    "question",
    [
        '"',
        "'",
        "a AND",
        "NEAR(",
        "x*",
        "title:a",
        "-a",
        "a OR b NOT",
        "();--",
        "\x00a",
        "%",
        "{a b}: c",
        "^a",
        "🙂",
        "a" * 100_000,
    ],
)
def test_no_character_is_an_operator(db: sqlite3.Connection, question: str) -> None:
    held = phrases(question.replace("\x00", " "))
    if held:
        assert isinstance(search(db, question), list)
    else:
        with pytest.raises(DeskError, match="There is no word in that"):
            search(db, question)


def test_an_empty_question_is_a_sentence(db: sqlite3.Connection) -> None:
    for question in ("", "  ", "\x00"):
        with pytest.raises(DeskError, match="Nothing to look for"):
            search(db, question)


def test_runs_are_written_as_pairs() -> None:
    assert in_pairs("a인증서b").split() == ["a", "인증", "증서", "b"]
    assert phrases("인증서 x") == '"인증 증서" "x"'
    assert phrases("인") == '"인"*'
    assert phrases('"') == ""


def test_twenty_thousand_notes_answer_at_once(db: sqlite3.Connection) -> None:
    words = ("proxy firewall timeout", "인증서를 교체했습니다", "証明書を更新しました")
    rows = [("note", "1", "", in_pairs(f"{words[number % 3]} number {number}")) for number in range(20_000)]
    db.execute("BEGIN")
    db.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", rows)
    db.execute("COMMIT")
    for question in ("firewall number 9", "인증서", "証明", "proxy timeout number 300"):
        took = []
        for _ in range(5):
            began = time.process_time()
            assert search(db, question)
            took.append(time.process_time() - began)
        assert min(took) < 0.1, question


def test_a_thing_is_found_by_every_name_that_it_has(index: Path) -> None:
    db = open_index(index)
    digest, number, path = db.execute("SELECT digest, bundle.id, path FROM bundle JOIN file USING (digest) LIMIT 1").fetchone()
    for name in (digest, digest[:12].upper(), path, Path(path).name):
        assert find(db, name) == About(bundle=number), name
    (fp,) = db.execute("SELECT fp FROM cluster LIMIT 1").fetchone()
    assert find(db, fp) == About(fp=fp)
    with pytest.raises(DeskError, match="Nothing here is called"):
        find(db, "100%_\\")
    db.close()


def test_a_note_is_cleaned_and_bounded(db: sqlite3.Connection) -> None:
    write_note(db, BY, About(fp="x"), "a\x1b[2J\u202e" + "b" * 20_000)
    (text,) = db.execute("SELECT text FROM note").fetchone()
    assert len(text) == 10_000
    assert "\x1b" not in text
    with pytest.raises(DeskError, match="An empty note says nothing"):
        write_note(db, BY, About(fp="x"), "  ")
