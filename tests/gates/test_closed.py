"""What is closed stays closed: a struct does not change, a word is spelt as it is named, a table that says something of the words
of a list says it of each, and a form that is given is declared.

The few that are otherwise stand here, each with how: so a list that grows, or shrinks, is seen.
"""

import ast
import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path

import msgspec

from checks import CATALOGUE
from diag.model.check import AnyCheck
from tests.gates.sources import MODULES, name_of, nodes_of

CHANGING = {
    "diag.bundle.read._Preface",
    "diag.bundle.read._Then",
    "diag.bundle.read._ThenCause",
    "diag.bundle.verify._Listed",
    "diag.desk.intake.Taken",
    "diag.desk.workers._Worker",
    "diag.engine.causes._Suspect",
    "diag.lab.proxy._Guest",
    "diag.probe.contexts.TlsState",
    "diag.probe.handshake._Progress",
    "diag.probe.machine.resolv_conf._Reading",
    "diag.profile.consequences._End",
}
"""Structs and dataclasses that are filled while something goes on; the others are frozen."""
SPELT_OTHERWISE = {
    "MemberState.AS_WRITTEN": "as written",
    "Shell.POWERSHELL": "PowerShell",
    "Kind.NETWORK": "gateway",
    "Kind.SCANNER": "virus_scanner",
    "Kind.DEVELOPER": "developers_tool",
    "Untold.EVERYBODY": "everybody_untold",
    "_Spoken.SOCKS": "socks5h",
    "_Offered.HTTP_1_1": "http/1.1",
    "Accepted.HTTP_2": "h2",
}
"""Words of closed lists that are not their names in small letters; those of `NAMED_BY_OTHERS` are another's spelling."""
NAMED_BY_OTHERS = {"Section", "Store", "Vpn"}
"""Headings of a command's help; variables that programs read; products, as `Interface.vpn` says them."""
IN_PART = {
    "diag.cli.verify._SAID",
    "diag.report.wording.endings.ARRIVED_IN_VAIN",
    "diag.report.wording.how_to.machine.GUIDES",
    "diag.report.wording.how_to.names.GUIDES",
    "diag.report.wording.how_to.proxies.GUIDES",
    "diag.report.wording.how_to.trust.GUIDES",
    "diag.report.wording.words.STATUS_WORDS",
}
"""Tables of what is shown, that say something of some words of a list alone; the guides are put together from their parts."""
SHOWN = ("diag.cli", "diag.report")
"""Where tables are for people."""
EXTERNAL = ("__main__", "diag.lab.pytest_plugin")
"""Not imported here: what runs when it is."""


def classes() -> Iterator[type]:
    """Every class that a module of the program defines."""
    for path in MODULES:
        name = name_of(path)
        if path.suffix == ".py" and not name.endswith(EXTERNAL):
            module = import_module(name)
            yield from (one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == name)


def test_what_holds_facts_does_not_change() -> None:
    changing = set()
    for one in classes():
        of_struct = issubclass(one, msgspec.Struct) and not one.__struct_config__.frozen
        if of_struct or (dataclasses.is_dataclass(one) and not one.__dataclass_params__.frozen):  # type: ignore[attr-defined]
            changing.add(f"{one.__module__}.{one.__qualname__}")
    assert changing == CHANGING


def test_a_word_is_spelt_as_it_is_named() -> None:
    words = {one for one in classes() if issubclass(one, Enum) and issubclass(one, str) and one.__name__ not in NAMED_BY_OTHERS}
    otherwise = {str_of(member): member.value for one in words for member in one if member.value != member.name.lower()}
    assert otherwise == SPELT_OTHERWISE


def test_what_is_shown_of_a_list_is_shown_of_each_of_its_words() -> None:
    in_part: dict[int, str] = {}
    for path in (path for path in MODULES if name_of(path).startswith(SHOWN) and not name_of(path).endswith(EXTERNAL)):
        for name, table in vars(import_module(name_of(path))).items():
            lists = {type(key) for key in table} if isinstance(table, Mapping) and len(table) > 2 else set()
            if len(lists) == 1 and issubclass(words := lists.pop(), Enum) and set(words) != set(table):
                in_part.setdefault(id(table), f"{name_of(path)}.{name}")
    named = set(in_part.values())
    assert {name.rpartition(".")[2] for name in named} == {name.rpartition(".")[2] for name in IN_PART}
    assert len(named) == len(IN_PART)


def str_of(member: Enum) -> str:
    """Return a word with the list that it is of."""
    return f"{type(member).__name__}.{member.name}"


def given_forms(path: Path, check: AnyCheck) -> set[str]:
    """The forms that a check's file gives to its findings, by the constants that it names them with."""
    module = import_module(name_of(path))
    named = {
        part.id
        for node in nodes_of(path)
        if isinstance(node, ast.keyword) and node.arg == "form"
        for part in ast.walk(node.value)
        if isinstance(part, ast.Name)
    }
    return {value for name in named if isinstance(value := getattr(module, name, None), str)}


def test_a_form_that_is_given_is_declared() -> None:
    undeclared = {}
    for check in CATALOGUE:
        path = next(
            one for one in MODULES if name_of(one) == f"checks.{check.family}.{check.id.partition('-')[2].replace('-', '_')}"
        )
        if missing := given_forms(path, check) - {word for word, _ in check.forms}:
            undeclared[check.id] = missing
    assert undeclared == {}
