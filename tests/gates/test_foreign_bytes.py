"""Who reads a stranger's bytes stands behind the one guard: what a library raises over them is listed nowhere by hand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.gates.design import ROOT
from tests.gates.sources import modules_of, offences

WIRE = modules_of("diag.model.wire")
BY_HAND = [ROOT / "diag" / "probe" / name for name in ("records.py", "digest.py", "verify.py")]
"""Probes' own readers of foreign bytes."""
READING = modules_of(*(f"diag.{room}" for room in ("model", "knowledge", "probe", "engine", "bundle", "report")))
LOADS = re.compile(r"load_(der|pem)_\w+|from_wire|to_cryptography|loads")
"""What libraries call their readers."""
OUR_OWN = {
    "diag/probe/client.py": "the certificate that the user shows",
    "diag/bundle/scan.py": "what diag itself has just written",
    "diag/bundle/strict_json.py": "refuses what it cannot read, in words of its own",
    "diag/probe/machine/language.py": "the user's own settings, and whatever they are costs the choice of a language",
    "diag/probe/pac/worker.py": "a process of its own, which ends by it",
}
GUARDS = ("guarded(", "guarded_as(")


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def _is_guarded(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(one).startswith(GUARDS) for one in function.decorator_list)


def _takes_bytes(function: ast.FunctionDef) -> bool:
    return any(one.annotation is not None and "bytes" in ast.unparse(one.annotation) for one in function.args.args)


def _unguarded_loads(path: Path) -> list[str]:
    """The calls of libraries' readers that stand in no guarded function, and in none that only guarded ones call."""
    functions = list(_functions(path))
    guarded = {one.name for one in functions if _is_guarded(one)}
    callers: dict[str, set[str]] = {}
    for one in functions:
        for name in {node.id for node in ast.walk(one) if isinstance(node, ast.Name)} - {one.name}:
            callers.setdefault(name, set()).add(one.name)

    def held(name: str, seen: frozenset[str] = frozenset()) -> bool:
        above = callers.get(name, set()) - seen
        return name in guarded or (bool(above) and all(held(one, seen | {name}) for one in above))

    return [
        f"{one.name}, line {node.lineno}"
        for one in functions
        for node in ast.walk(one)
        if isinstance(node, ast.Attribute) and LOADS.fullmatch(node.attr) and not held(one.name)
    ]


def test_every_public_reader_of_bytes_is_guarded() -> None:
    assert offences(_bare, [*WIRE, *BY_HAND]) == []


def _bare(path: Path) -> Iterator[str]:
    """Yield the public functions that take bytes and are not guarded."""
    for one in _functions(path):
        if not one.name.startswith("_") and _takes_bytes(one) and not _is_guarded(one):
            yield one.name


def test_no_library_reads_a_strangers_bytes_unguarded() -> None:
    assert offences(_unguarded_loads, [path for path in READING if str(path.relative_to(ROOT)) not in OUR_OWN]) == []


def test_the_exceptions_are_still_there() -> None:
    assert all(_unguarded_loads(ROOT / name) for name in OUR_OWN)


def test_the_gate_would_see_it(tmp_path: Path) -> None:
    source = "def read(wire):\n    return inner(wire)\n\ndef inner(wire):\n    return message.from_wire(wire)\n"
    module = tmp_path / "module.py"
    module.write_text(source)
    assert _unguarded_loads(module) == ["inner, line 5"]
    module.write_text("@guarded('message')\n" + source)
    assert not _unguarded_loads(module)
