"""What the user is told of a run that stands in for a process: only what makes it differ from that process."""

import pytest

from diag.cli.as_client import notes_on
from diag.model.process import ProcessFacts


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (ProcessFacts(runtime="python"), ()),
        (ProcessFacts(runtime="python", other_network=True), ("is in another network than diag",)),
        (ProcessFacts(runtime="python", other_network=True, entered=True), ()),
        (ProcessFacts(runtime="python", unread=("limits",)), ("may not be read",)),
        (ProcessFacts(), ("what the process runs on is not known",)),
        (ProcessFacts(other_network=True), ("is in another network than diag", "what the process runs on is not known")),
    ],
)
def test_only_what_differs_is_told(facts: ProcessFacts, told: tuple[str, ...]) -> None:
    notes = list(notes_on(facts))
    assert len(notes) == len(told)
    assert all(words in note for words, note in zip(told, notes, strict=True))
