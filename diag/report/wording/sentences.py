"""Sentences from facts: a check's templates, filled with what its verdicts hold, safe to show and plain to read.

Facts may come from a stranger's bytes or from another version's bundle. A sentence for which a fact is missing is left out; a
check that this version does not know is told by its id and its facts; neither ever stops a report.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from diag.language import PROFILE, PhraseTable, filled, gaps_of, in_turn, joined, said, translated
from diag.model.catalogue import KnownChecks
from diag.model.check import AnyCheck, Rival, Sentences, Text, When, as_texts
from diag.model.diagnosis import Cause
from diag.model.failure import WORDS as FAILURE_WORDS
from diag.model.how_to import ShellLine
from diag.model.text import clean
from diag.model.verdict import Confidence, Fact, Facts
from diag.report.wording.phrases import PHRASES
from diag.report.wording.see_it import see_it
from diag.report.wording.surroundings import in_this_place
from diag.report.wording.words import CLOUD_WORDS, CONFIDENCE, failure_words

LONGEST_FACT = 300
"""Characters of one text that a sentence takes in."""
MOST_ITEMS = 6
"""How many of a fact's several values a sentence names; the rest are counted."""

_SUBJECTS = ("host", "endpoint", "target", "name", "subject", "certificate")
"""Facts that are one thing for each endpoint, so several where a cause hits several endpoints."""
_WRITTEN_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
"""A moment as text (RFC 3339): facts that differ between endpoints come as the texts of their values."""
_MONTHS = PhraseTable(
    "months",
    {
        1: "January",
        2: "February",
        3: "March",
        4: "April",
        5: "May",
        6: "June",
        7: "July",
        8: "August",
        9: "September",
        10: "October",
        11: "November",
        12: "December",
    },
)


class Story(Struct, frozen=True):
    """What is said of one cause. Every text is clean (`diag.model.text`), on one line."""

    title: str
    seen: str
    means: str
    remedy: tuple[str, ...]
    sure: str
    """How sure that is, what else would look the same, and what would decide."""
    see_it: ShellLine | None = None
    """A command that shows it by other means; None: there is none, or a value for it is missing."""
    article_at: str = ""
    """Where the article stands on the web (https); empty: nobody said."""
    known: bool = True
    """False: this version has no such check, and the story is made of the facts alone."""


def tell(cause: Cause, catalogue: KnownChecks, *, stand_ins: bool = True) -> Story:
    """Return the story of a cause. `stand_ins`: its facts may hold stand-ins, which no command works with."""
    check = catalogue.get(cause.id)
    if check is None:
        return _unknown_check(cause)
    sentences = check.sentences_for(cause.facts.get("form"))
    return Story(
        title=fill(sentences.title, _in_one(cause.facts), number_of=cause.facts),
        seen=in_turn(*written(as_texts(sentences.seen), cause.facts)),
        means=in_turn(*written(as_texts(sentences.means), cause.facts)),
        remedy=written(in_this_place(check, cause, _steps(sentences, cause.facts)), cause.facts),
        sure=certainty(cause, catalogue),
        see_it=see_it(cause, check, stand_ins=stand_ins),
        article_at=check.article_at,
    )


def _in_one(facts: Facts) -> Facts:
    """The facts as a title tells them: of several subjects the first, and how many more, so that it stays one short clause."""
    return {name: _first_of(fact) if name in _SUBJECTS and isinstance(fact, tuple) else fact for name, fact in facts.items()}


def _first_of(fact: tuple[str, ...]) -> Fact:
    return said("{first} (and {number} more)", first=fact[0], number=len(fact) - 1) if len(fact) > 1 else fact


def _steps(sentences: Sentences, facts: Facts) -> tuple[Text, ...]:
    """What to do, in the cloud that the cause lies in; where that is not recognised, in the one that this machine runs on."""
    words = (facts.get("cloud"), CLOUD_WORDS.get(str(facts.get("on_cloud"))))
    return next(
        (sentences.by_cloud[word] for word in words if isinstance(word, str) and word in sentences.by_cloud), sentences.remedy
    )


def certainty(cause: Cause, catalogue: KnownChecks) -> str:
    """Return how sure a cause is, what else could look the same, and the one look that would decide."""
    words = CONFIDENCE[cause.confidence]
    check = catalogue.get(cause.id)
    rivals = [rival for rival in (check.rivals or () if check else ()) if rival.id in cause.rivals]
    if rivals:
        return in_turn(said("{clause}.", clause=words), *(_rival(rival, cause.facts, catalogue) for rival in rivals))
    look_alike = cause.facts.get("neighbour", "")
    if cause.confidence is Confidence.CERTAIN or not look_alike:
        return words
    known = catalogue.get(look_alike) if isinstance(look_alike, str) else None
    other = _named(known) if known else fact_words(look_alike)
    decided_by = cause.facts.get("decided_by", "")
    return in_turn(
        said("{clause}.", clause=words),
        said("It could also be this: {other}.", other=other),
        said("What would settle it: {look}.", look=fact_words(decided_by)) if decided_by else "",
    )


def opening_of(check: AnyCheck) -> str:
    """Return what a cause is, as a clause: the first sentence of its article without its full stop."""
    return " ".join(check.article.strip().split("\n\n")[0].split()).rstrip(".\u3002")


def _named(check: AnyCheck) -> str:
    return f"{opening_of(check)} ({check.id})"


def _rival(rival: Rival, facts: Facts, catalogue: KnownChecks) -> str:
    """What else could be, and what would decide, as sentences."""
    known = catalogue.get(rival.id)
    other = _named(known) if known else fill(rival.words, facts) or rival.id
    return in_turn(
        said("Somebody else has to fix it in this case: {other}.", other=other)
        if rival.whose
        else said("It could also be this: {other}.", other=other),
        said("What would settle it: {look}.", look=fill(rival.decided_by, facts)),
    )


def written(texts: Iterable[Text], facts: Facts) -> tuple[str, ...]:
    """Return the sentences that these facts call for, filled.

    One is left out where a fact for it is missing, or has another value.
    """
    called = (text for text in texts if not isinstance(text, When) or _is_called(text, facts))
    templates = (text.text if isinstance(text, When) else text for text in called)
    return tuple(fill(template, facts) for template in templates if all(name in facts for name in gaps_of(template)))


def _is_called(text: When, facts: Facts) -> bool:
    return text.fact in facts and (not text.values or facts[text.fact] in text.values)


def fill(template: str, facts: Facts, *, number_of: Facts | None = None) -> str:
    """Return `template` with each `{name}` replaced by that fact in words; a fact that is missing: `(name: not recorded)`.

    What else a gap may ask for is `diag.language.gaps`' to say; whether for one or for several, `number_of` does, if given.
    """
    numbered = facts if number_of is None else number_of

    def word_for(name: str) -> str:
        return told(name, facts[name]) if name in facts else said("({name}: not recorded)", name=name.replace("_", " "))

    return filled(template, word_for, lambda name: is_one(numbered.get(name, "")))


def is_one(fact: Fact) -> bool:
    """Return whether a sentence speaks of it in the singular."""
    return fact == 1 if isinstance(fact, int | float) else len(fact) == 1 if isinstance(fact, tuple) else True


OF_PROFILES = ("meaning", "advice")
"""Facts that are sentences of a profile: what a service means by a code, and what it advises."""


def told(name: str, fact: Fact) -> str:
    """Return a fact of this name in words: the phrases of its tokens, where it has any."""
    phrases: Mapping[str, str] = PHRASES.get(name, {})
    if name in OF_PROFILES and isinstance(fact, str):
        return translated(fact, PROFILE)
    if isinstance(fact, str):
        return phrases.get(fact) or fact_words(fact)
    if isinstance(fact, tuple):
        return listed(phrases.get(item) or _text_words(item) for item in fact)
    return fact_words(fact)


def fact_words(fact: Fact) -> str:
    """Return one fact in words: lists joined and bounded, moments in UTC, numbers without false precision."""
    match fact:
        case bool():
            return said("yes") if fact else said("no")
        case int():
            return str(fact)
        case float():
            return number_words(fact)
        case datetime():
            return moment_words(fact)
        case str():
            return _text_words(fact)
        case _:
            return listed(_text_words(item) for item in fact)


def listed(items: Iterable[str], most: int = MOST_ITEMS) -> str:
    """Return `a, b, c and 9 more`; `none` where there is nothing. Never says `and 1 more`: that one is named."""
    words = list(items)
    if not words:
        return said("none")
    if len(words) <= most + 1:
        return joined(words)
    return said("{items} and {number} more", items=joined(words[:most]), number=len(words) - most)


def number_words(number: float) -> str:
    """Return a number to about three digits: `0.034`, `1.52`, `12.3`, `431`."""
    if not math.isfinite(number):
        return said("not a number")
    size = abs(number)
    if size >= 100 or number == int(number):
        return str(round(number))
    digits = 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{number:.{digits}f}".rstrip("0").rstrip(".") if size >= 0.001 else said("under 0.001")


def moment_words(moment: datetime) -> str:
    """Return `12 November 2026, 09:30 UTC`, with seconds where there are any. A moment without a zone is taken for UTC."""
    utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    seconds = f":{utc.second:02}" if utc.second else ""
    return said("{day}, {time} UTC", day=day_words(utc), time=f"{utc.hour:02}:{utc.minute:02}{seconds}")


def day_words(moment: datetime) -> str:
    """Return the day of a moment, in UTC: `12 November 2026`."""
    utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return said("{day} {month} {year}", day=utc.day, month=_MONTHS[utc.month], year=utc.year)


def _text_words(text: str) -> str:
    """A text as it is, but for a moment and for a word of the failures that nobody would write in a sentence (`timed_out`)."""
    if not text:
        return said("(empty)")
    if text in FAILURE_WORDS and not text.isalpha():
        return failure_words(text)
    if _WRITTEN_MOMENT.match(text):
        try:
            return moment_words(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            return clean(text, LONGEST_FACT)
    return clean(text, LONGEST_FACT)


def _unknown_check(cause: Cause) -> Story:
    facts = "; ".join(f"{clean(name, 60)}: {fact_words(fact)}" for name, fact in sorted(cause.facts.items())[:20])
    return Story(
        title=said("{cause} (a cause that this version of diag does not know)", cause=clean(cause.id, 80)),
        seen=facts or said("no facts were recorded"),
        means=said("Another version of diag found this. This version can only show the facts."),
        remedy=(said("Install the newest diag and show the bundle again."),),
        sure=certainty(cause, {}),
        known=False,
    )
