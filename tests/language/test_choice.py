"""Which language is spoken: what is asked for first, the environment then, and the system last."""

import plistlib
from pathlib import Path

import pytest

from diag.language.choice import asked_for, chosen
from diag.probe.machine.language import system_language
from tests.cli.shell import called


@pytest.mark.parametrize(
    ("option", "environ", "system", "spoken"),
    [
        ("", {}, "", "en"),
        ("ja", {"DIAG_LANG": "ko", "LANG": "ko_KR.UTF-8"}, "ko", "ja"),
        ("", {"DIAG_LANG": "ko", "LC_ALL": "ja_JP.UTF-8"}, "ja", "ko"),
        ("", {"LC_ALL": "ko_KR.UTF-8", "LANG": "ja_JP.UTF-8"}, "", "ko"),
        ("", {"LC_ALL": "", "LC_MESSAGES": "ja", "LANG": "ko"}, "", "ja"),
        ("", {"LANG": "ko_KR.eucKR"}, "", "ko"),
        ("", {"LANG": "C"}, "ko", "en"),
        ("", {}, "ja_JP", "ja"),
        ("", {"LANG": "de_DE.UTF-8"}, "ko", "en"),
        ("xx", {"LANG": "ko"}, "", "en"),
    ],
)
def test_the_first_that_is_set_decides(option: str, environ: dict[str, str], system: str, spoken: str) -> None:
    assert chosen(option, environ, lambda: system) == spoken


def test_the_option_is_found_wherever_it_stands() -> None:
    assert asked_for(["run", "--lang", "ko", "host"]) == "ko"
    assert asked_for(["--lang=ja", "explain"]) == "ja"
    assert asked_for(["run", "host", "--", "--lang", "ko"]) == ""
    assert asked_for(["run", "--lang"]) == ""
    assert asked_for([]) == ""


def test_macos_says_its_language_in_its_preferences(tmp_path: Path) -> None:
    preferences = tmp_path / "global.plist"
    preferences.write_bytes(plistlib.dumps({"AppleLocale": "ko_KR"}, fmt=plistlib.FMT_BINARY))
    assert system_language("darwin", preferences) == "ko_KR"
    preferences.write_bytes(b"bplist00 broken")
    assert system_language("darwin", preferences) == ""
    assert system_language("darwin", tmp_path / "none") == ""
    assert system_language("linux", preferences) == ""


def test_a_language_that_diag_does_not_speak_is_wrong_use(tmp_path: Path) -> None:
    ended = called("checks", "--lang", "tlh", within=tmp_path)
    assert ended.code == 2
    assert "en, ko, ja" in ended.err
