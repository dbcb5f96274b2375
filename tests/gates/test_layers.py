"""Who may import whom, as the map says (`docs/design.md`, "The rooms"). The house stays simple because that table is short."""

import ast
from pathlib import Path

import pytest

from tests.gates.design import ROOT, arrows

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
MODULES = sorted([*(ROOT / "diag").rglob("*.py"), *(ROOT / "checks").rglob("*.py")])


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str | None:
    """Return the narrowest room of the map that a module stands in."""
    return max((room for room in arrows() if stands_in(module, room)), key=len, default=None)


def stands_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots: spell the room out"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_used_by(path: Path) -> set[str]:
    """Return the rooms of ours that a module imports from; a name in no room stands for itself."""
    return {room_of(name) or name for name in imports_of(path) if name.split(".")[0] in ("diag", "checks")}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_what_the_house_allows(path: Path) -> None:
    module = name_of(path)
    room = room_of(module)
    if room is None:
        assert module in ("diag", "diag.__main__"), f"{module} stands in no room of the house"
        return
    allowed = arrows()[room]
    strays = set() if allowed is None else rooms_used_by(path) - {room, *allowed}
    assert not strays, f"{module} imports {', '.join(sorted(strays))}: docs/design.md has no such arrow"


def test_the_map_has_no_arrow_that_nobody_needs() -> None:
    used: dict[str, set[str]] = {}
    for path in MODULES:
        used.setdefault(room_of(name_of(path)) or "", set()).update(rooms_used_by(path))
    idle = {f"{room} -> {other}" for room, others in arrows().items() for other in others or () if other not in used[room]}
    assert not idle, "docs/design.md has arrows that no import needs any more"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_form_imports_another(path: Path) -> None:
    form = name_of(path).split(".")[3:4]
    if name_of(path).startswith("diag.report.forms."):
        ours = {name.split(".")[3] for name in imports_of(path) if name.startswith("diag.report.forms.")}
        assert ours <= set(form)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_wire_rooms_can_open_a_connection(path: Path) -> None:
    module = name_of(path)
    if module.startswith(WIRE_ROOMS):
        return
    for name in imports_of(path):
        assert not any(name == wire or name.startswith(f"{wire}.") for wire in WIRE_MODULES)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket":
            assert node.attr in SOCKET_WORDS["socket"]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_opens_with_its_idea_and_holds_one(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "a file opens with its idea"
    assert text.count("\n") <= 400, "a file over 400 lines has two ideas in it"
