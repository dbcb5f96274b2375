"""The tools' word on style and types counts in the ordinary test run; so does how functions say what they do."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gates.design import ROOT
from tests.gates.sources import offences, tree_of

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


NO_VERB = re.compile(
    r"(The|A|An|Whether|What|How|One|Every|All|Each|Those|Who|Whom|Whose|Which|Why|Everything|Nothing|Both|Some|Its|Returns"
    r"|Adds|Asks|Ends|Finds|Gives|Keeps|Looks|Makes|Puts|Raises|Reads|Runs|Says|Sends|Shows|Takes|Tells|Waits|Writes)\b"
)
"""How no sentence begins that says what to do: Return, Send, Read."""
NOT_CALLED = re.compile(r"property|command|contextmanager")
"""Decorators of what is named for what it is, or whose text is shown to users."""


def test_a_function_says_what_to_do() -> None:
    assert offences(nouns) == []


def nouns(path: Path) -> Iterator[str]:
    """Yield the public functions that give something back and whose docstring begins with no verb."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            said = ast.get_docstring(node) or ""
            is_called = not any(NOT_CALLED.search(ast.unparse(one)) for one in node.decorator_list)
            if is_called and NO_VERB.match(said) and node.returns and ast.unparse(node.returns) != "None":
                yield f"{node.name}: {said.splitlines()[0]}"
