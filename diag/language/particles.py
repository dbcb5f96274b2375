"""Korean particles: which of two forms follows a word, by how its last letter is read.

A particle has one form after a final consonant (받침) and another after a vowel: 서버가, 방화벽이. `으로` has its vowel form
after the consonant ㄹ, too: 터널로. Latin letters and digits are read as Koreans read them. What stands in brackets at the end of
a word is passed over (Hangeul orthography: the particle follows the word before the brackets).
"""

import re

_SYLLABLES = range(0xAC00, 0xD7A4)
"""The precomposed syllables of Hangul (Unicode, section 3.12): 28 forms each, by the final consonant; the first has none."""
_RIEUL = 8
_NASAL = 16
"""Any final consonant but ㄹ: which one makes no difference."""
_BRACKETS = re.compile(r"\s*\([^()]*\)\Z")
_NOT_READ = "\"'\u2018\u2019\u201c\u201d`)]}>\u300b\u300d\u300f.,:;!?\u2026 "
_DIGITS = {"0": _NASAL, "1": _RIEUL, "3": _NASAL, "6": _NASAL, "7": _RIEUL, "8": _RIEUL}
"""영, 일, 삼, 육, 칠, 팔; the others end in a vowel."""
_LETTERS = {"L": _RIEUL, "R": _RIEUL, "M": _NASAL, "N": _NASAL}
"""엘, 알, 엠, 엔: the names of letters that end in a consonant."""
_ENDINGS = (
    (re.compile(r"le?\Z"), _RIEUL),
    (re.compile(r"(?:m|n|ng|[aeiou][mn]e)\Z"), _NASAL),
    (re.compile(r"(?:(?<![a-z])[aeiou][bckpt]|[aeiou][aeiou][bckp])\Z"), _NASAL),
    (re.compile(r"[^aeiou\W\d_][aeiou][bckpt]\Z"), _NASAL),
)
"""How a written Latin word is heard at its end: 터널, 파일, 네임, 온라인, 웹, 넷. A vowel is heard after a stop that follows a
consonant (호스트), and after a t that follows two vowels (루트)."""


def with_particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """Return the word with the form of a particle that it asks for."""
    final = final_consonant(word)
    closed = final > 0 and not (after_consonant.startswith("으로") and final == _RIEUL)
    return f"{word}{after_consonant if closed else after_vowel}"


def final_consonant(word: str) -> int:
    """Return which final consonant a word ends with when it is read aloud, as Unicode counts them; 0: with a vowel."""
    read = _BRACKETS.sub("", word).rstrip(_NOT_READ) or word.rstrip(_NOT_READ)
    last = read[-1:]
    if last and ord(last) in _SYLLABLES:
        return (ord(last) - _SYLLABLES.start) % 28
    if last.isdigit():
        return _DIGITS.get(last, 0)
    spelt = re.search(r"[A-Za-z]+\Z", read)
    if spelt is None:
        return 0
    if spelt[0].isupper() and not read[: spelt.start()].endswith("_"):
        return _LETTERS.get(last, 0)
    return next((final for ending, final in _ENDINGS if ending.search(spelt[0].lower())), 0)
