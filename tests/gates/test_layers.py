"""Who may import whom. The house stays simple because this list is short."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "checks": {"diag.model", "diag.knowledge", "checks"},
    "diag.model": {"diag.model"},
    "diag.knowledge": {"diag.model", "diag.knowledge"},
    "diag.probe": {"diag.model", "diag.probe"},
    "diag.engine": {"diag.model", "diag.knowledge", "diag.engine"},
    "diag.bundle": {"diag.model", "diag.knowledge", "diag.bundle"},
    "diag.report.wording": {"diag.model", "diag.knowledge", "diag.report.wording"},
    "diag.report.views": {"diag.model", "diag.knowledge", "diag.report.wording", "diag.report.views"},
    "diag.report.layout": {"diag.model", "diag.report.wording", "diag.report.layout"},
    "diag.report.forms": {
        "diag.model",
        "diag.knowledge",
        "diag.report.wording",
        "diag.report.views",
        "diag.report.layout",
        "diag.report.forms",
    },
    "diag.report": set(),
    "diag.profile": {"diag.model", "diag.profile"},
    "diag.desk": {"diag.model", "diag.bundle", "diag.engine", "diag.desk"},
    "diag.lab": {"diag.lab"},
    "diag.cli": {"diag", "checks"},
}
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
    return next((room for room in MAY_IMPORT if module == room or module.startswith(f"{room}.")), None)


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots: spell the room out"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_what_the_house_allows(path: Path) -> None:
    module = name_of(path)
    room = room_of(module)
    if room is None:
        assert module in ("diag", "diag.__main__"), f"{module} stands in no room of the house"
        return
    ours = {name for name in imports_of(path) if name.split(".")[0] in ("diag", "checks")}
    strays = {name for name in ours if not any(name == other or name.startswith(f"{other}.") for other in MAY_IMPORT[room])}
    assert not strays


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
