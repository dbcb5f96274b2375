"""Every command says in its help how it can end, and really ends so."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import click
import pytest

from checks import CATALOGUE
from diag.bundle.archive import NewerBundle
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.write import Written, write_bundle
from diag.cli import errors
from diag.cli.delivery import Left
from diag.cli.main import COMMANDS, commands
from diag.cli.sections import Command, Section, SectionedOption
from diag.engine.judge import judge
from tests.cli.shell import called
from tests.report import samples

CODES = {number: name for name, number in vars(errors).items() if name.isupper() and isinstance(number, int)}
CALLS: dict[str, dict[int, str]] = {
    "run": {1: "run https://127.0.0.1:1 --no-bundle -q", 2: "run", 4: "run https://127.0.0.1:1 -q --junit pipe"},
    "read": {0: "read --no-run error.log", 2: "read none.log", 3: "read --no-run letter.txt"},
    "init": {0: "init", 2: "init --config a.zip"},
    "show": {0: "show a.zip", 2: "show none.zip", 4: "show a.zip --html pipe"},
    "request": {0: "request a.zip", 2: "request none.zip", 4: "request a.zip --format csv=pipe"},
    "verify": {0: "verify a.zip", 1: "verify a.zip --digest 000000", 2: "verify none.zip"},
    "redact": {0: "redact a.zip", 2: "redact none.zip"},
    "reveal": {2: "reveal a.zip"},
    "keygen": {0: "keygen new.key", 2: "keygen a.zip"},
    "diff": {0: "diff a.zip a.zip", 1: "diff a.zip b.zip", 2: "diff a.zip none.zip"},
    "send": {2: "send a.zip"},
    "triage": {
        0: "triage a.zip --index x.db",
        1: "triage letter.zip --strict --index x.db",
        2: "triage --as-of never --index x.db",
    },
    "explain": {0: "explain dns-slow", 2: "explain qqqqqqqq"},
    "checks": {0: "checks", 2: "checks --frob"},
    "demo": {0: "demo --list", 1: "demo -q --no-bundle", 2: "demo no-such-fault"},
    "lab list": {0: "lab list", 2: "lab list --frob"},
    "lab start": {2: "lab start no-such-fault"},
    "schema": {0: "schema", 2: "schema frob"},
    "completion": {0: "completion bash", 2: "completion frob"},
}
"""For each command and code a call that ends with it."""
ELSEWHERE = {
    "run": {0: "test_run", 3: "test_run", 130: "test_stopping"},
    "redact": {1: "below", 4: "below"},
    "reveal": {0: "test_handing_over", 1: "test_handing_over"},
    "verify": {3: "below"},
    "send": {0: "test_send", 1: "test_send", 3: "test_send"},
    "read": {1: "as run", 4: "as run", 130: "as run"},
    "demo": {3: "as run", 4: "as run", 130: "as run"},
    "lab start": {0: "test_demo"},
}
"""Ends that need a network, another computer's bundle or a signal, and the file whose tests bring them about."""


def leaves(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for word in command.list_commands(context):
                inner = command.get_command(context, word)
                assert inner is not None
                yield from leaves(inner, f"{name} {word}".strip())
    else:
        yield name, command


ALL = dict(leaves(commands))


@pytest.fixture
def within(tmp_path: Path) -> Path:
    """A folder with two bundles, `a.zip` and `b.zip`, and a pipe that nobody reads."""
    for name, diagnosis_of in (("a", samples.EVIDENCE), ("b", samples.many(1)[1])):
        redacted = redact(diagnosis_of, Private(), Level.STANDARD, key=b"k" * 32)
        seen = judge(redacted.evidence, CATALOGUE)
        write_bundle(redacted, seen, summary="", into=tmp_path / f"{name}.zip", catalogue_version="1")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "error.log").write_text("curl: (60) SSL certificate problem: unable to get local issuer certificate\n")
    for name in ("letter.txt", "letter.zip"):
        (tmp_path / name).write_text("Dear Sir\n")
    return tmp_path


def test_every_command_is_here() -> None:
    assert {name.partition(" ")[0] for name in ALL} == set(COMMANDS)


@pytest.mark.parametrize("name", ALL)
def test_the_help_names_each_end(name: str, tmp_path: Path) -> None:
    command = ALL[name]
    assert isinstance(command, Command)
    assert set(command.ends) <= set(CODES)
    assert {2} <= set(command.ends)
    told = called(*name.split(), "--help", within=tmp_path).out.partition("Exit codes:")[2]
    assert all(f"{code} " in told for code in command.ends)
    assert set(command.ends) == {*CALLS.get(name, {}), *ELSEWHERE.get(name, {})}, "a code without a call that ends so"


@pytest.mark.parametrize(("call", "code"), [(call, code) for ends in CALLS.values() for code, call in ends.items()])
def test_a_command_ends_as_its_help_says(call: str, code: int, within: Path) -> None:
    assert called(*call.split(), within=within).code == code


@pytest.mark.parametrize(
    ("left", "code"), [(Left(missing=True), 1), (Left(bundle=Written(Path("x.zip"), "0" * 64, 9), missing=True), 4)]
)
def test_a_copy_that_is_not_where_it_was_wanted(left: Left, code: int, within: Path) -> None:
    with patch("diag.cli.redact.leave_bundle", return_value=left):
        assert called("redact", "a.zip", within=within).code == code


def test_a_bundle_of_a_newer_diag_is_neither_whole_nor_changed(within: Path) -> None:
    with patch("diag.cli.verify.verify", side_effect=NewerBundle("a newer diag wrote it")):
        assert called("verify", "a.zip", within=within).code == 3


@pytest.mark.parametrize("name", ALL)
def test_the_same_option_means_the_same_everywhere(name: str) -> None:
    """What an option takes, and under which heading it stands, is one thing in the whole of diag."""
    of_run = {parameter.opts[0]: parameter for parameter in ALL["run"].params if isinstance(parameter, SectionedOption)}
    for parameter in ALL[name].params:
        same = of_run.get(parameter.opts[0])
        if same is None or not isinstance(parameter, click.Option):
            continue
        assert parameter.metavar == same.metavar
        assert parameter.opts == same.opts
        assert parameter.is_flag == same.is_flag


def test_every_option_of_a_look_has_its_section() -> None:
    there = [parameter for parameter in ALL["run"].params if isinstance(parameter, click.Option)]
    assert all(isinstance(parameter, SectionedOption) for parameter in there)
    assert {parameter.section for parameter in there if isinstance(parameter, SectionedOption)} == set(Section)
