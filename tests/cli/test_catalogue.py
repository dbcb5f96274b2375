"""The commands that look things up: the catalogue, its articles, the schemas, shell completion."""

import json
from pathlib import Path

import click
import jsonschema
import pytest

from checks import CATALOGUE
from diag.cli import explain
from diag.cli.schema import KINDS
from tests.cli.shell import called, diag


def test_checks_lists_the_catalogue(tmp_path: Path) -> None:
    ended = called("checks", within=tmp_path)
    assert ended.code == 0
    assert all(check.id in ended.out for check in CATALOGUE)
    assert "{" not in ended.out


def test_checks_as_json(tmp_path: Path) -> None:
    listed = called("checks", "--json", within=tmp_path).document
    assert [entry["id"] for entry in listed] == [check.id for check in CATALOGUE]
    assert set(listed[0]) == {"id", "family", "title", "owner", "explains"}


def test_the_shell_completes_the_ids_of_causes() -> None:
    command = explain.command
    (words,) = (one for one in command.params if one.name == "words")
    offered = [one.value for one in words.shell_complete(click.Context(command), "dns-na")]
    assert offered == [check.id for check in CATALOGUE if check.id.startswith("dns-na")]
    assert offered


@pytest.mark.parametrize("width", ["40", "80"])
def test_every_article_can_be_read(width: str, tmp_path: Path) -> None:
    check = CATALOGUE[0]
    ended = called("explain", check.id.upper(), within=tmp_path, COLUMNS=width)
    assert ended.code == 0
    assert ended.out.startswith(f"{check.id}\n")
    assert max(map(len, ended.out.splitlines())) <= int(width)
    assert set(check.article.split()) - {word for word in check.article.split() if "*" in word} <= set(ended.out.split())


def test_an_article_says_where_to_look_in_each_cloud(tmp_path: Path) -> None:
    out = " ".join(called("explain", "privatelink-endpoint-silent", within=tmp_path).out.split())
    for cloud, look in (
        ("Amazon Web Services", "pendingAcceptance"),
        ("Microsoft Azure", "Approved"),
        ("Google Cloud", "Accepted"),
    ):
        assert f"Where to look on {cloud} 1. Check that" in out
        assert look in out
    assert "allows incoming port PORT" in out
    assert "{" not in out


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind: str, tmp_path: Path) -> None:
    schema = called("schema", kind, within=tmp_path).document
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str, tmp_path: Path) -> None:
    ended = called("completion", shell, within=tmp_path)
    assert ended.code == 0
    assert f"_DIAG_COMPLETE={shell}_complete" in ended.out


@pytest.mark.parametrize(
    ("line", "begun", "told"),
    [
        ("diag expl", "expl", "explain\tThe article about one cause"),
        ("diag explain tls-ch", "tls-ch", "tls-chain-incomplete\n"),
        ("diag run --no-bu", "--no-bu", "--no-bundle\t"),
        ("diag demo 'proxy-login-re", "proxy-login-re", "proxy-login-required\n"),
    ],
)
def test_completion_for_powershell(line: str, begun: str, told: str, tmp_path: Path) -> None:
    assert "Register-ArgumentCompleter -Native -CommandName diag" in called("completion", "powershell", within=tmp_path).out
    asked = {"_DIAG_COMPLETE": "powershell_complete", "COMP_WORDS": line, "COMP_CWORD": begun}
    assert diag(within=tmp_path, **asked).out.startswith(told)


def test_completion_knows_commands_and_options(tmp_path: Path) -> None:
    asked = {"_DIAG_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    assert diag(within=tmp_path, COMP_WORDS="diag expl", **asked).out == "plain,explain\n"
    asked["COMP_CWORD"] = "2"
    assert "plain,--no-bundle\n" in diag(within=tmp_path, COMP_WORDS="diag run --no-", **asked).out


@pytest.mark.parametrize("words", ["diag explain proxy-login-re", "diag demo proxy-login-re", "diag lab start proxy-login-re"])
def test_completion_knows_causes_and_faults(words: str, tmp_path: Path) -> None:
    asked = {"_DIAG_COMPLETE": "bash_complete", "COMP_CWORD": str(len(words.split()) - 1)}
    assert "plain,proxy-login-required\n" in diag(within=tmp_path, COMP_WORDS=words, **asked).out


def test_the_report_schema_is_that_of_the_writer(tmp_path: Path) -> None:
    schema = called("schema", within=tmp_path).document
    assert json.dumps(schema).count("diag.report/1") >= 1
