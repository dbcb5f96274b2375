"""Which language is spoken: what is asked for first, the environment then, and the system last."""

import plistlib
import subprocess
from pathlib import Path

import pytest

from diag.language.choice import asked_for, chosen
from diag.probe.machine.language import system_language
from tests.cli.shell import called, command, environment
from tests.language.test_screens import write_two_bundles


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
        ("", {"LC_ALL": "C.UTF-8", "LANGUAGE": "ko"}, "ko", "en"),
        ("", {"LC_ALL": "POSIX", "LANG": "ko_KR.UTF-8"}, "ko", "en"),
        ("", {"LANG": "ko-KR"}, "", "ko"),
        ("", {"LANG": "ko_KR@dictionary"}, "", "ko"),
        ("", {"LANG": "KO"}, "", "ko"),
        ("", {"LANG": "kok_IN"}, "ko", "en"),
        ("", {"DIAG_LANG": "", "LANG": ""}, "ko", "ko"),
        ("", {"DIAG_LANG": "xx", "LANG": "ko"}, "ko", "en"),
        ("", {"LANGUAGE": "ja:ko", "LANG": "en_US.UTF-8"}, "", "ja"),
        ("", {"LANGUAGE": "de:ko:en", "LANG": "de_DE.UTF-8"}, "", "ko"),
        ("", {"LANGUAGE": "en:ko", "LANG": "ko_KR.UTF-8"}, "", "en"),
        ("", {"LANGUAGE": "::", "LANG": "ja_JP.UTF-8"}, "", "ja"),
        ("", {"LANGUAGE": "ja:ko"}, "", "en"),
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
    preferences.write_bytes(plistlib.dumps({"AppleLocale": "en_KR", "AppleLanguages": ["ko-KR", "en-KR"]}))
    assert system_language("darwin", preferences) == "ko-KR"
    preferences.write_bytes(plistlib.dumps({"AppleLocale": "ja_JP", "AppleLanguages": []}))
    assert system_language("darwin", preferences) == "ja_JP"
    preferences.write_bytes(plistlib.dumps({"AppleLanguages": [7]}))
    assert system_language("darwin", preferences) == ""
    preferences.write_bytes(b"bplist00 broken")
    assert system_language("darwin", preferences) == ""
    assert system_language("darwin", tmp_path / "none") == ""
    assert system_language("linux", preferences) == ""


@pytest.mark.parametrize(("identifier", "language"), [(0x0412, "ko"), (0x0411, "ja"), (0x0409, ""), (0x0812, "ko"), (0, "")])
def test_windows_says_its_language_by_an_identifier(identifier: int, language: str) -> None:
    assert system_language("win32", windows=lambda: identifier) == language


@pytest.mark.parametrize(
    ("encoding", "environ", "shown"),
    [
        ("utf-8", {"LANG": "ko_KR.UTF-8"}, "문제:"),
        ("cp949", {"LANG": "ko_KR.eucKR"}, "문제:"),
        ("cp932", {"LANG": "ja_JP.SJIS"}, "問題:"),
        ("cp949", {"LANG": "ja_JP.UTF-8"}, "PROBLEM:"),
        ("cp932", {"LANG": "ko_KR.UTF-8"}, "PROBLEM:"),
        ("ascii", {"DIAG_LANG": "ja"}, "PROBLEM:"),
        ("latin-1", {"DIAG_LANG": "ko"}, "PROBLEM:"),
    ],
)
def test_a_screen_is_told_in_a_language_whose_letters_it_has(
    encoding: str, environ: dict[str, str], shown: str, tmp_path: Path
) -> None:
    write_two_bundles(tmp_path)
    ended = _shown_in(encoding, "show", "a.zip", within=tmp_path, **environ)
    assert shown in ended.stdout.decode(encoding)
    assert b"\\u" not in ended.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp932"])
@pytest.mark.parametrize("call", ["--help", "show a.zip -v", "diff a.zip b.zip"])
def test_letters_that_a_screen_has_not_end_nothing(encoding: str, call: str, tmp_path: Path) -> None:
    write_two_bundles(tmp_path)
    ended = _shown_in(f"{encoding}:strict", *call.split(), "--lang", "ko", within=tmp_path)
    assert ended.returncode in (0, 1)
    assert b"has no letters of ko" in ended.stderr


def _shown_in(encoding: str, *call: str, within: Path, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """A call on streams of an encoding."""
    variables = environment(within, PYTHONIOENCODING=encoding, **environ)
    return subprocess.run(command(*call), cwd=within, env=variables, capture_output=True, check=False, timeout=60)


def test_a_language_that_diag_does_not_speak_is_wrong_use(tmp_path: Path) -> None:
    ended = called("checks", "--lang", "tlh", within=tmp_path)
    assert ended.code == 2
    assert "en, ko, ja" in ended.err
