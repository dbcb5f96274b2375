"""What holds of all commands: how they end is in their help and tried, and one option means one thing."""

from pathlib import Path

import click
import pytest

from diag.cli.main import COMMANDS
from diag.cli.sections import Command, Section, SectionedOption
from tests.cli.ends import ALL, CALLS, CODES, ELSEWHERE
from tests.cli.shell import called


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
    of_all = {"--lang"}
    there = [one for one in ALL["run"].params if isinstance(one, click.Option) and not of_all & set(one.opts)]
    assert all(isinstance(parameter, SectionedOption) for parameter in there)
    assert {parameter.section for parameter in there if isinstance(parameter, SectionedOption)} == set(Section)
