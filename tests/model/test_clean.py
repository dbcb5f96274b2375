"""Text from outside, made safe: every character of Unicode comes out as something that can be shown."""

import sys

import pytest

from diag.model.text import clean


def test_every_character_comes_out_printable() -> None:
    spoilt = [code for code in range(sys.maxunicode + 1) if not clean(chr(code)).isprintable()]
    assert spoilt == []


@pytest.mark.parametrize("space", ["\t", "\n", "\r", "\u00a0", "\u2003", "\u3000"])
def test_every_kind_of_space_is_one_space(space: str) -> None:
    assert clean(f"a{space}b") == "a b"
