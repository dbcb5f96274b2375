"""The reader's language: English beside the judgement is the source, other languages are catalogues in the folders beside this.

`said("{host} answers.", host=name)` is one whole sentence with named gaps, in the language that is being spoken; a `PhraseTable`
holds the phrases of a closed list. `retold` says what a room raised that knows of no language
(`diag.model.obstacle`). What a catalogue lacks is said in English.
"""

from diag.language.gaps import filled, gaps_of
from diag.language.spoken import (
    LANGUAGES,
    PROFILE,
    UNSUPPORTED,
    PhraseTable,
    in_turn,
    joined,
    learn,
    of_system,
    reason_of,
    retold,
    said,
    speaking,
    spoken,
    spoken_to_programs,
    translated,
)

__all__ = [
    "LANGUAGES",
    "PROFILE",
    "UNSUPPORTED",
    "PhraseTable",
    "filled",
    "gaps_of",
    "in_turn",
    "joined",
    "learn",
    "of_system",
    "reason_of",
    "retold",
    "said",
    "speaking",
    "spoken",
    "spoken_to_programs",
    "translated",
]
