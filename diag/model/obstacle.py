"""What stands in a user's way, told by rooms that know of no language: a sentence in English with named gaps, and their words.

`str` of it is English, its gaps filled. `diag.language.retold` says it in the language of the reader.
"""

import re

_GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Obstacle(Exception):
    """An error that a user reads: `{given} names no host`, and `given`. A word may be another obstacle."""

    def __init__(self, text: str, /, **gaps: object) -> None:
        super().__init__(_GAP.sub(lambda gap: str(gaps.get(gap[1], gap[0])), text))
        self.text = text
        self.gaps = gaps
