"""What rooms tell that know of no language: a sentence in English with named gaps, and their words.

`Told` is one that is kept or sent, `Obstacle` one that is raised. `str` of it is English, its gaps filled.
`diag.language.retold` says it in the language of the reader.
"""

import re
from collections.abc import Mapping
from typing import Union

from msgspec import Struct

from diag.model.text import clean

_LONGEST_WORD = 300
"""Characters of what fills a gap, where a sentence is kept."""
_GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Told(Struct, frozen=True):
    """A sentence, and what fills its gaps: words that are safe to show, numbers, or other sentences."""

    text: str
    gaps: Mapping[str, Union[str, int, "Told"]] = {}

    def __str__(self) -> str:
        return _filled(self.text, self.gaps)


class Obstacle(Exception):
    """An error that a user reads: `{given} names no host`, and `given`. A word may be another obstacle."""

    def __init__(self, text: str, /, **gaps: object) -> None:
        super().__init__(_filled(text, gaps))
        self.text = text
        self.gaps = gaps

    def kept(self) -> Told:
        """Return it as it can be kept: its words made safe and short."""
        return Told(self.text, {name: _kept(word) for name, word in self.gaps.items()})


def _kept(word: object) -> str | int | Told:
    if isinstance(word, Obstacle):
        return word.kept()
    return word if isinstance(word, int | Told) else clean(str(word), _LONGEST_WORD)


def _filled(text: str, gaps: Mapping[str, object]) -> str:
    return _GAP.sub(lambda gap: str(gaps.get(gap[1], gap[0])), text)
