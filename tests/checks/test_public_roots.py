"""What makes a root a public one: its key, and never the list that it stands in."""

import re

import pytest

from diag.knowledge.public_roots import ROOTS_FILE, accepts_as_public, digests, finds_public
from diag.model.answer import Session, Trust, VerifyError
from diag.model.wire.chain import EXPIRED, Chain, presented
from tests.checks.authorities import INTERMEDIATE, PUBLIC_LEAF, leaf

ISRG_X1 = "0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3"
"""The key of ISRG Root X1, as its makers print it."""
ELSEWHERE = "ab" * 32


def chain(*der: bytes) -> Chain:
    found = presented(Session(chain=der))
    assert found
    return found


PLAIN, MARKED = chain(leaf(), INTERMEDIATE), chain(PUBLIC_LEAF, INTERMEDIATE)


def test_the_list_holds_keys_with_names_and_says_whence_it_is():
    head, *lines = ROOTS_FILE.read_text("utf-8").splitlines()
    assert head.startswith("#")
    assert all(line.startswith("#") or re.fullmatch(r"[0-9a-f]{64} \S.*", line) for line in lines)
    assert ISRG_X1 in digests()
    assert len(digests()) > 150


@pytest.mark.parametrize(
    ("said", "shown", "finds", "accepts"),
    [
        (Trust(path=3, root=ISRG_X1), PLAIN, True, True),
        (Trust((VerifyError(EXPIRED, 0),), root=ISRG_X1), PLAIN, True, False),
        (Trust(path=3, root=ELSEWHERE), PLAIN, False, False),
        (Trust(path=3, root=ELSEWHERE), MARKED, True, True),
        (Trust((VerifyError(20, 0),)), MARKED, False, False),
        (Trust(path=3), PLAIN, True, True),
        (Trust(failure="store_unreadable"), PLAIN, False, False),
    ],
    ids=["public", "public, expired", "added", "younger than the list", "no path", "older evidence", "not asked"],
)
def test_a_path_is_public_by_the_key_at_its_end(said, shown, finds, accepts):
    assert (finds_public(said, shown), accepts_as_public(said, shown)) == (finds, accepts)
