"""A language that is none: every message in letters that English has not, so that what is not translated stands out."""

import re
from collections.abc import Mapping

from tests.language.messages import messages

_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçđéƒğĥíĵķłɱñóþǫŕšţúṽŵẋýžÁƁÇĐÉƑĞĤÍĴĶŁṀÑÓÞǪŔŠŢÚṼŴẊÝŽ",
)
_GAP = re.compile(r"(\{[^{}]*\})")
_FORM = re.compile(r"\{(\w+):[^{}]*\}")
ENGLISH = re.compile(r"(?<![\w.:/@=-])[a-z]{2,}(?: [a-z]{2,})+(?![\w.:/@=-])")
"""Two plain words or more: what nobody has translated. One alone may be a name."""


def catalogue() -> Mapping[tuple[str, str], str]:
    """Return all messages in the language that is none. Its grammar has no forms for one and several."""
    return {(message.context, message.text): unlike(message.text) for message in messages()}


def unlike(text: str) -> str:
    """Return a text in letters that English has not; its gaps stay."""
    parts = _GAP.split(_FORM.sub("", text))
    return "".join(part if part.startswith("{") else part.translate(_LETTERS) for part in parts)
