"""Where nothing is proved: the likeliest causes in words, with what speaks for each and the look that would decide."""

from msgspec import Struct

from diag.language import in_turn, joined, said
from diag.model.catalogue import KnownChecks
from diag.model.check import Rival
from diag.model.diagnosis import Diagnosis
from diag.model.text import clean


class SuspectStory(Struct, frozen=True):
    """One cause that fits, told to people."""

    id: str
    words: str
    """What it would be, as a sentence."""
    cites: tuple[str, ...]
    """Ids of what failed and fits it."""
    decided_by: str
    """The look that would decide, as the end of "What would decide: ..."."""


def suspect_stories(diagnosis: Diagnosis, catalogue: KnownChecks) -> tuple[SuspectStory, ...]:
    """Return the suspects in the order of their likelihood; those that this catalogue does not know are left out."""
    known = ((suspect, catalogue.get(suspect.id)) for suspect in diagnosis.suspects)
    return tuple(
        SuspectStory(clean(suspect.id, 80), _first_sentence(check.article), suspect.cites, _decided_by(check.rivals, suspect.id))
        for suspect, check in known
        if check is not None
    )


def suspect_line(story: SuspectStory) -> str:
    """Return one suspect on one line."""
    fitting = joined(clean(id, 40) for id in story.cites[:4])
    return in_turn(
        story.words,
        said("Observations that fit: {observations}.", observations=fitting) if fitting else "",
        said("What would settle it: {look}.", look=story.decided_by),
    )


def _first_sentence(article: str) -> str:
    """What the cause is: the article begins with it."""
    return " ".join(article.strip().split("\n\n")[0].split())


def _decided_by(rivals: tuple[Rival, ...] | None, id: str) -> str:
    """The look that tells the cause from what is like it, where one is named that needs no facts; else where to read of it."""
    looks = (rival.decided_by for rival in rivals or () if not rival.whose and rival.decided_by and "{" not in rival.decided_by)
    return next(looks, f"diag explain {clean(id, 80)}")
