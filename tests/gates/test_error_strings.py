"""No verdict rests on an error string of OpenSSL: they differ between its versions. Matched are our words, numbers and bytes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JUDGING = sorted(
    [*(ROOT / "checks").rglob("*.py"), *(ROOT / "diag" / "model").rglob("*.py"), *(ROOT / "diag" / "engine").rglob("*.py")]
)
SEEING = sorted((ROOT / "diag" / "probe").rglob("*.py"))
REASONS = re.compile(
    r"certificate verify failed|unable to get (local )?issuer|self[- ]signed certificate|certificate has expired"
    r"|wrong version number|packet length too long|record layer failure|unexpected eof|no protocols available"
    r"|sslv3 alert|tlsv1 alert|ssl/tls alert|handshake failure|unsupported protocol|no shared cipher|hostname mismatch"
    r"|CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER|UNEXPECTED_EOF|TLSV1_ALERT|SSLV3_ALERT|NO_SHARED_CIPHER",
    re.IGNORECASE,
)
"""What OpenSSL and Python's ssl say of an error, in words and in the names of their reasons."""
TELLING = {"reason", "verify_message", "strerror"}
"""Attributes of an exception that hold such words. An HTTP answer has a `reason` too, which is another thing."""
OURS = {"Unsupported", "EOFError", "JSException"}
"""Exceptions that diag itself raises, with words or bytes of its own in them, and what a proxy script throws."""


def sources(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def literals(tree: ast.Module) -> Iterator[str]:
    """The texts of a file, without the docstrings: those are for people."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in told:
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")


def caught(tree: ast.Module) -> Iterator[tuple[ast.ExceptHandler, str]]:
    """Every handler that names its exception, but for those of our own."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ExceptHandler)
            and node.name
            and getattr(node.type, "attr", getattr(node.type, "id", "")) not in OURS
        ):
            yield node, node.name


@pytest.mark.parametrize("path", [*JUDGING, *SEEING], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_reason_of_openssl_is_spelt_out(path: Path) -> None:
    assert [text for text in literals(sources(path)) if REASONS.search(text)] == []


@pytest.mark.parametrize("path", [*JUDGING, *SEEING], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_error_s_words_are_looked_at(path: Path) -> None:
    """What is caught is known by its type and its numbers: neither `str(error)` nor `error.args` nor `error.reason` is read."""
    for handler, name in caught(sources(path)):
        for node in ast.walk(handler):
            read = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
            assert not (read and node.attr in TELLING | {"args"}), f"line {node.lineno} reads {name}.{node.attr}"  # type: ignore[attr-defined]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("str", "repr"):
                spelt = [one.id for one in node.args if isinstance(one, ast.Name)]
                assert name not in spelt, f"line {node.lineno} spells {name} out"
            if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
                assert node.value.id != name, f"line {node.lineno} writes {name} into a text"


def test_the_search_would_find_them() -> None:
    bad = "try:\n    pass\nexcept OSError as error:\n    if 'certificate verify failed' in str(error):\n        raise\n"
    tree = ast.parse(bad)
    assert any(REASONS.search(text) for text in literals(tree))
    assert [name for _, name in caught(tree)] == ["error"]
