"""Forty-five runs, and no canary in what they leave; and that the search would find one.

Five hundred runs are searched by hand: `python -m tests.canaries`.
"""

import base64
import random

import pytest

from tests.canaries import planted
from tests.canaries.run import Found, _look, search

EACH = 15


@pytest.mark.parametrize("seed", range(1, 4))
def test_no_canary_is_found(seed: int) -> None:
    account = search(EACH, seed)
    assert account.runs == EACH
    assert account.bundles == EACH, "redaction leaves nothing to the leak scan"
    assert account.searched > EACH * 20_000


@pytest.mark.parametrize(
    "spelt",
    [
        "say c4nary/Wörd",
        "say c4nary%2FW%C3%B6rd",
        base64.b64encode(b"x" + "c4nary/Wörd".encode() + b"y").decode(),
        "C4NARY/WÖRD".lower(),
    ],
)
def test_the_search_finds_one(spelt: str) -> None:
    with pytest.raises(Found, match="the canary 'word' stands in here"):
        _look({"word": "c4nary/Wörd"}, {"there": b"nothing", "here": spelt.encode()})


def test_all_of_them_differ() -> None:
    canaries = planted.draw(random.Random(1))
    values = [*canaries.never().values(), *canaries.not_in_a_bundle().values(), canaries.product]
    assert len(set(values)) == len(values)
    assert not [value for value in values if any(value in other for other in values if other is not value)]
