"""What a TLS library says of an error in words is for nobody: its texts differ between versions; no verdict may rest on them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    [*(ROOT / "diag" / "probe").rglob("*.py"), *(ROOT / "diag" / "model").rglob("*.py"), *(ROOT / "checks").rglob("*.py")]
)
ERRORS = {"SSL.Error", "ssl.SSLError", "crypto.Error"}
IN_WORDS = ("unknown ca", "certificate verify failed", "wrong version number", "handshake failure", "self-signed certificate")
"""Words of OpenSSL's own messages."""


def _caught(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(kind) for kind in kinds if kind is not None}


def _used(handler: ast.ExceptHandler) -> list[str]:
    """What is done with the error in a handler, other than to name it as the reason of another."""
    reasons = {id(node.cause) for node in ast.walk(handler) if isinstance(node, ast.Raise) and node.cause}
    names = [node for node in ast.walk(handler) if isinstance(node, ast.Name) and node.id == handler.name]
    return [f"line {name.lineno}" for name in names if id(name) not in reasons]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_reads_what_the_library_says_in_words(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for handler in (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name):
        if _caught(handler) & ERRORS:
            assert not _used(handler)
    compared = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    texts = [
        one.value for node in compared for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    assert not [text for text in texts if text.lower() in IN_WORDS]


def test_the_gate_would_see_it() -> None:
    source = (
        "try:\n    go()\nexcept SSL.Error as error:\n    if 'unknown ca' in str(error):\n        raise Ended('x') from error\n"
    )
    (handler,) = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ExceptHandler))
    assert _caught(handler) == {"SSL.Error"}
    assert _used(handler) == ["line 4"]
