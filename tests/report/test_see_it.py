"""See it for yourself: a command with this run's values, one word of the shell each, whatever a stranger put into them."""

import shlex
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from diag.model.diagnosis import Cause
from diag.model.how_to import Shell, ShellLine
from diag.model.quoting import word_of_powershell, word_of_sh
from diag.model.verdict import Confidence, Facts, Owner, Status
from diag.report.wording.see_it import blank, continued, filled, see_it
from tests.report import samples

LOOKUP = ShellLine("dig +tries=1 @{resolvers} {name}", "status: NXDOMAIN")
ASKED = ShellLine("curl -sv http://{address}:{port}/", "a time-out")


def caused(facts: Facts, endpoint: str) -> Cause:
    return Cause("x-y", Status.PROBLEM, Confidence.CERTAIN, Owner.NETWORK, "x", (endpoint,), ("connect-1",), facts)


def told(facts: Facts, *commands: ShellLine, stand_ins: bool = False, endpoint: str = "https://api.example.com:443") -> str:
    check = replace(samples.check("x-y", "Title"), see=commands)
    command = see_it(caused(facts, endpoint), check, stand_ins=stand_ins)
    return command.line if command else ""


@given(text=st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1, max_size=40))
def test_a_word_of_the_shell_is_read_back_as_it_was(text: str) -> None:
    assert shlex.split(word_of_sh(text)) == [text]


@pytest.mark.parametrize("text", ["a b", "$(id)", "`id`", "a'b", 'a"b', "a;id", "a\\b", "*", "a|id", "${IFS}"])
def test_a_shell_runs_nothing_of_a_value(text: str) -> None:
    done = subprocess.run(["sh", "-c", f"printf %s {word_of_sh(text)}"], capture_output=True, text=True, check=True)
    assert done.stdout == text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("api.example.com", "api.example.com"),
        ("a b", "'a b'"),
        ("$(id)", "'$(id)'"),
        ("a'; id", "'a''; id'"),
        ("a\u2019; id", "'a\u2019\u2019; id'"),
        ("@{a=1}", "'@{a=1}'"),
    ],
)
def test_a_word_of_powershell_is_one_word(text: str, word: str) -> None:
    assert word_of_powershell(text) == word


def test_values_stand_in_their_gaps() -> None:
    facts: Facts = {"resolvers": ("10.0.0.53:53", "10.0.0.54"), "name": "api.example.com"}
    assert told(facts, LOOKUP) == "dig +tries=1 @10.0.0.53 api.example.com"
    assert filled(ASKED, {"address": "2001:db8::1", "port": "443"}) == "curl -sv 'http://[2001:db8::1]:443/'"


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "api.example.com"},
        {"resolvers": ("10.0.0.53:5353",), "name": "api.example.com"},
        {"resolvers": ("10.0.0.53",), "name": "-f/etc/passwd"},
        {"resolvers": ("10.0.0.53",), "name": "@evil"},
        {"resolvers": ("10.0.0.53",), "name": "a\nb"},
        {"resolvers": ("10.0.0.53",), "name": "a" * 300},
        {"resolvers": (), "name": "a"},
    ],
    ids=["missing", "another port", "an option", "a server", "two lines", "too long", "empty"],
)
def test_a_command_that_cannot_be_whole_is_left_out(facts: Facts) -> None:
    assert told(facts, LOOKUP) == ""


def test_the_first_command_that_can_be_whole_is_taken() -> None:
    assert told({"name": "a.test"}, LOOKUP, ShellLine("getent ahosts {name}", "no line")) == "getent ahosts a.test"
    assert told({"socks_code": 5}, ShellLine("curl {to_url}", "x", unless=("socks_code",))) == ""
    assert told({}, ShellLine("ps {to_host}", "x", Shell.POWERSHELL)) == ""
    plain = ShellLine("curl {to_origin}{path}", "x")
    assert told({"path": "/up"}, plain, endpoint="http://api.example.com:80") == "curl http://api.example.com:80/up"


def test_where_values_may_be_stand_ins_only_the_endpoint_is_known() -> None:
    assert told({"resolvers": ("10.0.0.53",), "name": "api.example.com"}, LOOKUP, stand_ins=True) == ""
    assert (
        told({"host": "api.example.com"}, ShellLine("curl https://{host}/", "x"), stand_ins=True)
        == "curl https://api.example.com/"
    )
    assert told({}, ShellLine("curl {to_url}", "x"), stand_ins=True) == "curl https://api.example.com:443/"


@pytest.mark.parametrize(("host", "bare"), [("xbox.test", "xbox.test"), ("a.linux", "a.linux"), ("[2001:db8::1]", "2001:db8::1")])
def test_a_host_stands_without_the_brackets_of_its_address_and_else_as_it_is(host: str, bare: str) -> None:
    assert told({}, ShellLine("ping {to_host}", "x"), endpoint=f"https://{host}:443") == f"ping {bare}"


@given(words=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=20), width=st.integers(20, 80))
def test_a_long_line_goes_on_as_a_shell_reads_it(words: list[str], width: int) -> None:
    line = " ".join(word_of_sh(word) for word in words if word.isprintable())
    joined = "\n".join(continued(line, width)).replace(" \\\n", " ")
    assert shlex.split(joined) == shlex.split(line)


def test_an_article_shows_the_gaps() -> None:
    assert blank(LOOKUP) == "dig +tries=1 @RESOLVERS NAME"
    assert blank(ShellLine("curl {to_url}", "x")) == "curl URL"


@pytest.mark.skipif(shutil.which("sh") is None, reason="no POSIX shell")
def test_a_shell_joins_the_pieces() -> None:
    line = f"printf %s {word_of_sh('a b')} {word_of_sh('c' * 30)}"
    done = subprocess.run(["sh", "-c", "\n   ".join(continued(line, 24))], capture_output=True, text=True, check=True)
    assert done.stdout == "a b" + "c" * 30
