"""What a profile says in other languages: its own words first, English where one is missing, and nothing that could do harm."""

from pathlib import Path

import pytest

from diag.language import PROFILE, learn, speaking, translated
from diag.model.diagnosis import Diagnosis, EndpointState, Outcome
from diag.model.endpoint import parse_endpoint
from diag.profile.consequences import consequences
from diag.profile.errors import UnusableFile
from diag.profile.profile import Profile
from diag.profile.profile_file import read_profile
from diag.report.wording.sentences import told

ACME = """
name = "acme"
note = { en = "Files are elsewhere.", ko = "파일은 다른 곳에 있습니다." }

[[role]]
name = "files"
enables = { en = "loading files", ko = "파일 올리기" }
without = { en = "Uploads fail.", ko = "업로드가 실패합니다.", ja = "アップロードに失敗します。" }

[[fingerprint]]
field = "code"
value = "4711"
means = { en = "The address is not allowed.", ko = "허용되지 않은 주소입니다." }
remedy = { en = "Ask for the address.", ko = "주소를 추가해 달라고 하십시오." }
"""
BROKEN = Diagnosis(
    Outcome.PROBLEM, (), (EndpointState(parse_endpoint("files.example", role="files"), Outcome.PROBLEM, (), None),), ()
)


def acme(folder: Path, text: str = ACME) -> Profile:
    (folder / "acme.toml").write_text(text, "utf-8")
    return read_profile(folder / "acme.toml")


def test_a_role_is_told_in_the_language_and_in_english_where_it_has_none(tmp_path: Path) -> None:
    profile = acme(tmp_path)
    said = {}
    for language in ("en", "ko", "ja"):
        with speaking(language):
            learn(profile.words)
            said[language] = consequences(BROKEN, profile)
    assert said["en"] == ("Loading files does not work.", "Uploads fail.")
    assert said["ko"][1] == "업로드가 실패합니다."
    assert "파일 올리기" in said["ko"][0]
    assert "loading files" in said["ja"][0].lower()
    assert said["ja"][1] == "アップロードに失敗します。"


def test_what_a_code_means_is_told_in_the_language(tmp_path: Path) -> None:
    profile = acme(tmp_path)
    assert profile.fingerprints[0].means == "The address is not allowed."
    with speaking("ko"):
        learn(profile.words)
        assert told("meaning", "The address is not allowed") == "허용되지 않은 주소입니다"
        assert told("advice", "Ask for the address.") == "주소를 추가해 달라고 하십시오."
        assert translated(profile.note, PROFILE) == "파일은 다른 곳에 있습니다."
        assert told("meaning", "What nobody translates") == "What nobody translates"


def test_what_was_learnt_is_forgotten_and_a_profiles_own_words_go_before_ours(tmp_path: Path) -> None:
    with speaking("ko"):
        ours = translated("loading and unloading files", PROFILE)
        learn({"ko": {"loading and unloading files": "데이터 옮기기"}})
        assert translated("loading and unloading files", PROFILE) == "데이터 옮기기"
        with speaking("ja"):
            assert translated("loading and unloading files", PROFILE) != "데이터 옮기기"
    with speaking("ko"):
        assert translated("loading and unloading files", PROFILE) == ours
    assert translated("loading and unloading files", PROFILE) == "loading and unloading files"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ('{ ko = "파일" }', "has no English"),
        ('{ en = "", ko = "파일" }', "has no English"),
        ('{ en = "files", tlh = "x" }', "is no language of diag"),
        ('{ en = "files", ko = 5 }', "must be names with texts"),
        ('{ en = "files", ko = "\\u001b[2J" }', "must be names with texts"),
        ('{ en = "files", ko = "\\u202efiles" }', "must be names with texts"),
        ('{ en = "files", ko = "a\\nb" }', "must be names with texts"),
        (f'{{ en = "files", ko = "{"가" * 1001}" }}', "is too long"),
        ('["files"]', "must be a text"),
    ],
)
def test_words_that_could_do_harm_are_refused_with_their_line(words: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=complaint) as refused:
        acme(tmp_path, f'name = "acme"\n[[role]]\nname = "files"\nenables = {words}\n')
    assert "line 4" in str(refused.value)
