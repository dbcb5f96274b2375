"""What a person reads of a run, in a language that is none: nothing of it is English but names, ids and what was seen."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.write import write_bundle
from diag.engine.judge import judge
from diag.language import speaking, spoken
from diag.language.columns import columns_of, wrapped
from diag.report.forms.html import write_page
from diag.report.forms.markdown import write_markdown
from diag.report.forms.request import write_request
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.forms.text import write_summary
from diag.report.layout.page import open_page
from diag.report.views.team_requests import requests_of
from diag.report.wording.checks import SpokenChecks
from tests.cli.shell import called
from tests.language.pseudo import ENGLISH, catalogue, spoken_everywhere
from tests.recording.scene import read_scene
from tests.report import samples

SCENES = (
    "healthy/one-service",
    "dns-first-resolver-dead/every-lookup-waits",
    "http-rate-limited/nginx",
    "machine-trust-store-outdated/old-root-everywhere",
    "privatelink-name-uncovered/endpoint-name",
    "proxy-login-rejected/plain-request-digest",
    "tls-intercepted/appliance-of-a-vendor",
)
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|<code>.*?</code>|<pre.*?</pre>|<q>.*?</q>|<style>.*?</style>|`[^`]*`|<[^>]*>", re.DOTALL)
"""What others said, and commands: both stay as they are."""
COMMANDS = re.compile(r"diag (explain|diff|run)|ip route|ip -brief|getent ahosts|lab proxy|openssl s")


WRONG_CALLS = (
    ("demo", "one", "two"),
    ("demo", "no-fault"),
    ("lab", "foo"),
    ("lab", "start"),
    ("lab", "start", "healthy", "--listen", "0.0.0.0"),
    ("run", "--timeout", "abc"),
    ("triage", "--jobs", "abc"),
    ("demo", "--list=3"),
)


def write_two_bundles(folder: Path) -> None:
    """Write `a.zip`, of a run with several causes, and `b.zip`, of one with a single one."""
    for name, evidence in (("a", samples.EVIDENCE), ("b", samples.many(1)[1])):
        redacted = redact(evidence, Private(), Level.STANDARD, key=b"k" * 32)
        seen = judge(redacted.evidence, CATALOGUE)
        write_bundle(redacted, seen, summary="", into=folder / f"{name}.zip", catalogue_version="1")


class Screen(io.StringIO):
    encoding = "utf-8"


@contextmanager
def speaking_none() -> Iterator[SpokenChecks]:
    with spoken_everywhere(), speaking("xx", catalogue()):
        yield SpokenChecks(CATALOGUE)


@pytest.mark.parametrize("name", SCENES)
def test_no_english_is_left_in_a_report(name: str) -> None:
    evidence = read_scene(name).evidence
    diagnosis = judge(evidence, CATALOGUE)
    with speaking_none() as checks:
        screen = Screen()
        write_diagnosis(open_page(screen), diagnosis, checks, evidence, verbose=True)
        told = {
            "terminal": screen.getvalue(),
            "text": write_summary(diagnosis, checks, evidence),
            "markdown": write_markdown(diagnosis, checks, evidence),
            "page": write_page(diagnosis, checks, evidence),
            "requests": write_request(requests_of(diagnosis, evidence, checks), evidence),
        }
    left = {form: [words for words in ENGLISH.findall(_own(text)) if not COMMANDS.search(words)] for form, text in told.items()}
    assert left == {form: [] for form in told}
    assert spoken() == "en"


def _own(text: str) -> str:
    """A report without what it quotes."""
    return QUOTED.sub(" | ", text)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_wrong_call_is_told_in_the_language(language: str, tmp_path: Path) -> None:
    for call in WRONG_CALLS:
        ended = called(*call, "--lang", language, within=tmp_path)
        assert ended.code == 2
        told = _own(ended.err.replace("'", '"')).removeprefix("diag: ")
        assert not [words for words in ENGLISH.findall(told) if not words.startswith("diag ")], call


@pytest.mark.parametrize("call", [("demo", "--list"), ("lab", "--help"), ("--help",), ("demo", "--help")])
def test_a_first_screen_is_told_in_the_language(call: tuple[str, ...], tmp_path: Path) -> None:
    told = called(*call, "--lang", "ko", within=tmp_path).out
    lines = (line.strip() for line in told.splitlines() if "diag " not in line)
    assert [line for line in lines if line.isascii() and " " in line and not line.startswith("-")] == []


def test_a_line_of_japanese_never_begins_with_a_mark_that_closes() -> None:
    text = "証明書の有効期限が切れています。プロキシ（proxy.corp.example）に接続できません。"
    lines = wrapped(text, 18)
    assert "".join(lines).replace(" ", "") == text
    assert max(map(columns_of, lines)) <= 18
    assert not [line for line in lines if line.lstrip()[0] in "。、）」ー" or line[-1] in "（「"]


def test_a_word_that_is_cut_takes_the_mark_behind_it_along() -> None:
    lines = wrapped("鍵: RSA-2048-bits、SHA-256。", 13)
    assert "".join(lines).replace(" ", "") == "鍵:RSA-2048-bits、SHA-256。"
    assert max(map(columns_of, lines)) <= 13
    assert not [line for line in lines if line.lstrip()[0] in "、。"]


def test_korean_ends_a_line_at_a_space() -> None:
    lines = wrapped("인증서의 유효 기간이 지났습니다. 서버 관리자에게 알려 주십시오.", 20, hang=2)
    assert max(map(columns_of, lines)) <= 20
    assert " ".join(line.strip() for line in lines) == "인증서의 유효 기간이 지났습니다. 서버 관리자에게 알려 주십시오."
    assert all(line.startswith("  ") for line in lines[1:])
