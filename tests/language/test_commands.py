"""What every command says, in a language that is none: its help, its errors, its screens and pages leave no English word."""

import html
import re
from pathlib import Path

import pytest

from diag.cli.main import COMMANDS
from diag.desk.send.http_client import NotReached
from diag.language import retold, speaking
from diag.model.obstacle import Told
from tests.cli.ends import ALL, CALLS
from tests.cli.shell import diag
from tests.language.pseudo import called_in_none, catalogue, left
from tests.language.test_screens import write_two_bundles

FOR_PROGRAMS = {"schema", "completion bash"}
"""What prints for programs alone."""
MORE = (
    "nonsense",
    "show a.zip -v",
    "show a.zip b.zip",
    "show a.zip --summary",
    "show a.zip --format markdown",
    "show a.zip --format junit",
    "diff a.zip b.zip",
    "request b.zip --to network",
    "verify b.zip",
    "reveal a.zip host-q7m2ka",
    "redact a.zip --level strict -o again.zip",
    "send a.zip --to zendesk:acme --case 1",
    "send a.zip --to jira:acme --case 1",
    "send a.zip --to servicenow:acme --case 1",
    "send a.zip --to salesforce:acme --case 1",
    "send a.zip --to https://upload.example.com/x",
    "send a.zip --to jira:acme",
    "send a.zip --to ftp://acme.example",
    "init https://service.example.com --config new.toml",
    "init https://service.example.com --minimal",
    "read --no-run missing.log",
    "explain 407",
    "explain tls-intercepted",
    "explain --template dns-slow",
    "checks --articles own",
    "run --config nowhere.toml",
    "run --config wrong.toml",
    "run --allowlist wrong.json",
    "run --profile wrong.toml",
    "run https://a.example --pac ftp://x",
    "run https://a.example --trust letter.txt",
    "run https://a.example --cert letter.txt",
    "run https://a.example --header broken",
    "run https://a.example --client nobody",
    "run https://a.example --like nobody-at-all",
    "run https://a.example --proxy nonsense://x",
    "run https://a.example --every 0",
    "run https://a.example --label nonsense",
    "run https://a.example --encrypt-to nonsense",
    "run https://a.example --no-bundle --encrypt-to x",
    "run ftp://a.example",
    "lab start healthy --listen 0.0.0.0",
    "demo --list",
    "frob",
    "--help",
    "lab --help",
)


@pytest.fixture(scope="module")
def within(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spoken")
    write_two_bundles(folder)
    (folder / "error.log").write_text("curl: (60) SSL certificate problem: unable to get local issuer certificate\n")
    (folder / "letter.txt").write_text("Dear Sir\n")
    (folder / "letter.zip").write_text("Dear Sir\n")
    (folder / "pipe").mkdir()
    (folder / "wrong.toml").write_text('[[endpoint]]\nurl = "https://a.example"\nexpct = 1\n')
    (folder / "wrong.json").write_text('[{"host": 5}]')
    (folder / "own").mkdir()
    (folder / "own" / "no-such-cause.md").write_text("see http://a.example/x\n")
    (folder / "own" / "dns-slow.md").write_text('---\narticle = "00000000"\n---\nsee http://a.example/x\n')
    return folder


def english(told: str, call: str = "") -> list[str]:
    """The lines that are left in English; what the user wrote himself may stand in them."""
    own = set(re.findall(r"[a-z]+", call))
    return [line.strip() for line in told.splitlines() if set(left(line)) - own]


@pytest.mark.parametrize("command", ["", *ALL])
def test_a_help_leaves_no_english(command: str, within: Path) -> None:
    assert english(called_in_none(*command.split(), "--help", within=within).out) == []


@pytest.mark.parametrize("command", sorted({name.split()[0] for name in ALL}))
def test_a_command_ends_without_english(command: str, within: Path) -> None:
    calls = [call for name, ends in CALLS.items() if name.split()[0] == command for call in ends.values()]
    calls += [call for call in MORE if call.split()[0] == command]
    told = {call: called_in_none(*call.split(), within=within) for call in calls if call not in FOR_PROGRAMS}
    assert {call: found for call, ended in told.items() if (found := english(ended.out + ended.err, call))} == {}


@pytest.mark.parametrize("call", [call for call in MORE if call.split()[0] not in COMMANDS])
def test_a_call_of_no_command_leaves_no_english(call: str, within: Path) -> None:
    ended = called_in_none(*call.split(), within=within)
    assert english(ended.out + ended.err) == []


def test_the_manual_leaves_no_english(within: Path) -> None:
    called_in_none("manual", "pages", within=within)
    pages = {str(path.relative_to(within)): path.read_text() for path in (within / "pages").rglob("*.html")}
    pages["diag.1"] = re.sub(r"^(?:\.B|\.TH|\\-).*$", "", (within / "pages" / "diag.1").read_text().replace("\\", ""), flags=re.M)
    assert len(pages) > 150
    assert {place: found for place, page in pages.items() if (found := english(_words_of(page)))} == {}
    assert '<html lang="ko">' in pages["pages/index.html"]


def _words_of(page: str) -> str:
    """What is read of a page, without names that stand alone and lines to copy."""
    bare = re.sub(r"<style>.*?</style>|<pre>.*?</pre>|<dt>.*?</dt>|<h1.*?</h1>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", bare))


@pytest.mark.parametrize(("words", "first"), [("", "run"), ("run --pro", "--proxy")])
def test_what_a_shell_can_complete_is_told_in_the_language(words: str, first: str, within: Path) -> None:
    asked = {"_DIAG_COMPLETE": "zsh_complete", "COMP_WORDS": f"diag {words}", "COMP_CWORD": str(max(1, len(words.split())))}
    offered = diag(within=within, DIAG_LANG="ko", **asked).out.splitlines()
    assert any("가" <= letter <= "힣" for letter in offered[offered.index(first) + 1])


BUSY = "{origin} is busy (status {status}); the next try is in {seconds} seconds."


@pytest.mark.parametrize(
    "told",
    [
        NotReached("its certificate is not trusted here").kept(),
        Told(BUSY, {"origin": "x", "status": 503, "seconds": "2"}),
        Told("{way}: {failure}", {"way": Told("directly"), "failure": NotReached("no connection").kept()}),
    ],
)
def test_what_was_kept_is_told_in_the_language(told: Told) -> None:
    with speaking("xx", catalogue()):
        assert left(retold(told)) == []
