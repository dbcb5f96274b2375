"""The gaps of a sentence: `{host}` is a word that fills it, and a gap with a form chooses by what that word is.

`{count:answers|answer}` is the form of a word that goes with one thing, or with several. `{host:이/가}` is the word itself with
the Korean particle that its last letter asks for, the form after a consonant first.
"""

import re
from collections.abc import Callable

_GAP = r"\{([a-z][a-z0-9_]*)(?::(?:([^|{}]*)\|([^|{}]*)|([^|{}/\s]+)/([^|{}/\s]+)))?\}"


def gaps_of(template: str) -> tuple[str, ...]:
    """Return the names of what a template has gaps for, in order."""
    return () if "{" not in template else tuple(gap[1] for gap in re.finditer(_GAP, template))


def filled(template: str, word_for: Callable[[str], str], is_one: Callable[[str], bool]) -> str:
    """Return the template with its gaps filled. `word_for` gives the word of a name; `is_one`, whether it is one thing."""

    def word(gap: re.Match[str]) -> str:
        name, one, many, after_consonant, after_vowel = gap.groups()
        if one is not None:
            return str(one if is_one(name) else many)
        if not after_consonant:
            return word_for(name)
        from diag.language.particles import with_particle  # of Korean alone

        return with_particle(word_for(name), after_consonant, after_vowel)

    return re.sub(_GAP, word, template) if "{" in template else template
