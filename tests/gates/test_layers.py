"""Who may import whom, as the map says (`docs/design.md`, "The rooms"). The house stays simple because that table is short."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.gates.design import arrows
from tests.gates.sources import MODULES, modules_of, name_of, nodes_of, offences, stands_in, tree_of

WIRE_ROOMS = ("diag.probe", "diag.lab", "diag.desk.send")
WIRE_MODULES = {
    "ssl",
    "httpx",
    "httpcore",
    "OpenSSL",
    "dns.query",
    "dns.asyncquery",
    "dns.resolver",
    "http.client",
    "socketserver",
}
SOCKET_WORDS = {"socket": {"EAI_NONAME", "EAI_AGAIN", "EAI_FAIL", "gaierror"}}
"""What a room outside the wire rooms may take from `socket`: names of errors, never a socket."""


def room_of(module: str) -> str | None:
    """Return the narrowest room of the map that a module stands in."""
    return max((room for room in arrows() if stands_in(module, room)), key=len, default=None)


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots: spell the room out"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_used_by(path: Path) -> set[str]:
    """Return the rooms of ours that a module imports from; a name in no room stands for itself."""
    return {room_of(name) or name for name in imports_of(path) if name.split(".")[0] in ("diag", "checks")}


def test_a_room_imports_only_what_the_house_allows() -> None:
    assert offences(strays) == [], "docs/design.md has no such arrow, or no such room"


def strays(path: Path) -> Iterator[str]:
    """Yield the rooms that a module uses and may not; a module of no room stands for itself."""
    room = room_of(name_of(path))
    if room is None:
        yield from () if name_of(path) in ("diag", "diag.__main__") else ("stands in no room",)
    elif (allowed := arrows()[room]) is not None:
        yield from sorted(rooms_used_by(path) - {room, *allowed})


def test_the_map_has_no_arrow_that_nobody_needs() -> None:
    used: dict[str, set[str]] = {}
    for path in MODULES:
        used.setdefault(room_of(name_of(path)) or "", set()).update(rooms_used_by(path))
    idle = {f"{room} -> {other}" for room, others in arrows().items() for other in others or () if other not in used[room]}
    assert not idle, "docs/design.md has arrows that no import needs any more"


def test_no_form_imports_another() -> None:
    assert offences(other_forms, modules_of("diag.report.forms")) == []


def other_forms(path: Path) -> set[str]:
    """Return the forms that a module of a form imports from, other than its own."""
    used = {name.split(".")[3] for name in imports_of(path) if name.startswith("diag.report.forms.")}
    return used - set(name_of(path).split(".")[3:4])


def test_only_the_wire_rooms_can_open_a_connection() -> None:
    assert offences(wires, [path for path in MODULES if not name_of(path).startswith(WIRE_ROOMS)]) == []


def wires(path: Path) -> Iterator[str]:
    """Yield what a module could open a connection with."""
    yield from (name for name in imports_of(path) if any(stands_in(name, wire) for wire in WIRE_MODULES))
    for node in nodes_of(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket":
            yield from {node.attr} - SOCKET_WORDS["socket"]


def test_a_file_opens_with_its_idea_and_holds_one() -> None:
    assert [name_of(path) for path in MODULES if not ast.get_docstring(tree_of(path))] == []
    longest = [name_of(path) for path in MODULES if path.read_text().count("\n") > 400]
    assert longest == [], "a file over 400 lines has two ideas in it"
