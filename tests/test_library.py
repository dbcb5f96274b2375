"""diag as a library: what `import diag` gives, its examples as they stand in the documentation, and what it says to wrong use."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import diag
from diag import library
from tests.netns import needs_house


@needs_house
def test_the_examples_are_true() -> None:
    assert doctest.testmod(library) == (0, 9)


def test_nothing_else_is_public_and_nothing_heavy_is_loaded_before_it_is_used() -> None:
    assert diag.__all__ == ["Seen", "Unusable", "look", "read"]
    with pytest.raises(AttributeError, match="no attribute 'engine_of'"):
        diag.engine_of  # noqa: B018
    code = "import sys, diag; print('diag.library' in sys.modules, 'checks' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False False\n"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: diag.look(), "name"),
        (lambda: diag.look("https://"), "https://"),
        (lambda: diag.look("https://x.test", proxy="ftp://proxy.test"), "--proxy"),
        (lambda: diag.look("https://x.test", resolvers=["not an address"]), "DNS server"),
        (lambda: diag.read("/no/such/bundle.zip"), "no such file"),
    ],
    ids=["no endpoint", "no host", "no proxy", "no resolver", "no bundle"],
)
def test_wrong_use_is_one_kind_of_error_that_says_what_to_give(wrong: object, said: str) -> None:
    with pytest.raises(diag.Unusable, match=said):
        wrong()  # type: ignore[operator]


@needs_house
@pytest.mark.parametrize(("form", "begins"), [("text", "PROBLEM"), ("json", "{"), ("html", "<!"), ("junit", "<?xml")])
def test_each_form_of_a_report_and_a_stricter_copy(form: library.FormName, begins: str, tmp_path: Path) -> None:
    seen = diag.look("https://localhost:1", proxy=None)
    assert seen.report(form).lower().startswith(begins.lower())
    stricter = seen.redacted("strict")
    assert stricter.verdict is seen.verdict
    assert diag.read(seen.save(tmp_path, "strict")).verdict is seen.verdict
