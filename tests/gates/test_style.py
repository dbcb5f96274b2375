"""The tools' word on style and types counts in the ordinary test run; so does how functions say what they do."""

import ast
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gates.design import ROOT
from tests.gates.sources import nodes_of, offences

OURS = ("diag", "checks", "tests")
"""What is looked at; an environment that lies in the checkout is not ours."""
TOOLS = {
    "lint": ("ruff", "check", "--no-cache", *OURS),
    "format": ("ruff", "format", "--no-cache", "--check", *OURS),
    "types": ("mypy",),
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.timeout(600)
def test_a_tool_finds_nothing(tool: str) -> None:
    done = subprocess.run([sys.executable, "-m", *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


ACTS = re.compile(
    r"(Accept|Add|Answer|Ask|Bring|Check|Close|Compare|Count|Dial|Do|Draw|End|Find|Finish|Give|Go|Hand|Have|Hear|Hold|Judge|Keep|Leave"
    r"|Let|Listen|Look|Make|Name|Note|Open|Print|Put|Raise|Read|Receive|Refuse|Remove|Replace|Return|Run|Say|Search|See|Send|Serve"
    r"|Shake|Show|Sign|Speak|Stage|Start|Stop|Take|Tell|Turn|Undo|Wait|Walk|Write|Yield)\b"
)
"""How a docstring begins that says what a function does."""
AND_THEN = re.compile(r" and (asks|closes|ends|gives|keeps|prints|puts|reads|returns|sends|waits|writes)\b")
"""How such a sentence must not go on."""
NAMED = re.compile(r"property|setter|command|group|contextmanager")
"""Decorators of what is named for what it is, or whose text is shown to users."""


def test_a_function_says_what_it_does() -> None:
    assert offences(not_told) == []


def not_told(path: Path) -> Iterator[str]:
    """Yield the public functions whose docstring does not begin with what to do: Return, Send, Read."""
    for node in nodes_of(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            said = (ast.get_docstring(node) or "Return").splitlines()[0]
            named = any(NAMED.search(ast.unparse(one)) for one in node.decorator_list)
            if not named and (not ACTS.match(said) or AND_THEN.search(said.partition(": ")[0])):
                yield f"{node.name}: {said}"


def test_a_docstring_stands_beneath_what_it_describes() -> None:
    assert offences(of_nothing) == []


def of_nothing(path: Path) -> Iterator[str]:
    """Yield the lines of docstrings that describe nothing: what they stood beneath has moved."""
    for node in nodes_of(path):
        body = getattr(node, "body", None)
        for before, one in itertools.pairwise(body) if isinstance(body, list) else ():
            is_text = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
            if is_text and not isinstance(before, ast.Assign | ast.AnnAssign):
                yield f"line {one.lineno}"
