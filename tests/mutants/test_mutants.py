"""What is broken and what is not, and when a mutant counts as noticed, as missed, and as neither."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.mutants.__main__ import summary
from tests.mutants.operators import broken, sites
from tests.mutants.reached import Reach
from tests.mutants.trial import TIME_OUT, Outcome, try_out

SOURCE = 'CHECK = Check(id="dns-slow", reference="https://example.com/rfc", sentences=Sentences(title="slow"))\n'
KILLED = Outcome("a", "constant", "checks/dns", "tests/test_a.py::test_a")
SURVIVED = Outcome("b", "constant", "checks/dns", "", tried=3)
LEFT_OVER = Outcome("c", "compare", "checks/dns", "", tried=3, left=1)
CUT_SHORT = Outcome("d", "compare", "diag/cli", "", cut_short=True)


def test_texts_for_people_are_left_alone() -> None:
    tokens = [broken(site, SOURCE, {}) for site in sites("a.py", SOURCE, {}) if site.operator == "token changed"]
    assert [mutant.before for mutant in tokens] == ["'dns-slow'"]


@pytest.mark.parametrize(
    ("outcome", "word"), [(KILLED, "killed"), (SURVIVED, "survived"), (LEFT_OVER, "undecided"), (CUT_SHORT, "undecided")]
)
def test_it_survived_only_where_all_was_tried(outcome: Outcome, word: str) -> None:
    assert outcome.word == word


@pytest.mark.parametrize(
    ("notices", "is_sound", "word"),
    [("tests/a.py", True, "killed"), ("", True, "survived"), ("tests/a.py", False, "undecided"), (TIME_OUT, True, "undecided")],
)
def test_a_trial_that_comes_to_no_end_decides_nothing(notices: str, is_sound: bool, word: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    tree = Mock(folder=tmp_path, reach=Reach(tmp_path, {}), failing=set())
    tree.tests.return_value, tree.is_sound.return_value = notices, is_sound
    assert try_out(broken(sites("a.py", SOURCE, {})[0], SOURCE, {}), "diag/cli", tree).word == word
    assert (tmp_path / "a.py").read_text() == SOURCE


def test_the_score_is_of_what_was_decided() -> None:
    assert summary([KILLED, SURVIVED, LEFT_OVER, CUT_SHORT]) == [
        "checks/dns              1 of    2   50 %, 1 undecided",
        "diag/cli                0 of    0    - %, 1 undecided",
        "all                     1 of    2   50 %, 2 undecided",
        "survived: constant 1",
    ]
