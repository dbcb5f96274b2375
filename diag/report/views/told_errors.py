"""What a program said of a failed connection, made ready to be shown; and whether a run found what it may come from."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from diag.knowledge.messages.patterns import causes_of
from diag.language import joined, said
from diag.model.diagnosis import Diagnosis
from diag.model.error_class import ErrorClass
from diag.model.text import clean
from diag.model.told import ToldError
from diag.report.wording.told import TOLD_ERRORS, told_words

_MOST_CAUSES = 8


class ToldRow(Struct, frozen=True):
    """One error, in words."""

    says: str
    """What the message says: a clause."""
    seen: str
    """Whose message it is, about whom, how often and when."""
    proves: str
    leaves_open: str
    causes: tuple[str, ...]
    """Ids of the causes that fit, the likeliest first; empty: the connection is not what is wrong."""


def told_rows(errors: Sequence[ToldError]) -> tuple[ToldRow, ...]:
    """Return the errors in words, in their order; those of a newer diag are left out."""
    known = (error for error in errors if error.error in TOLD_ERRORS)
    return tuple(_row(error) for error in known)


def _row(error: ToldError) -> ToldRow:
    words = told_words(error.error)
    causes = causes_of().get(ErrorClass(error.error), ())[:_MOST_CAUSES]
    return ToldRow(words.says, _seen(error), words.proves, words.leaves_open, causes)


def _seen(error: ToldError) -> str:
    parts = (
        f"{error.program}{f' ({error.code})' if error.code else ''}",
        said("about {place}", place=f"{error.host}:{error.port}") if error.host else "",
        said("{times} {times:time|times}", times=error.times),
        _between(error.first, error.last),
    )
    return clean(joined(part for part in parts if part), 300)


def _between(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return ""
    begun, ended = (f"{moment:%Y-%m-%d %H:%M:%S} UTC" for moment in (first, last))
    return said("at {time}", time=begun) if first == last else said("from {first} to {last}", first=begun, last=ended)


def told_and_found(errors: Sequence[ToldError], diagnosis: Diagnosis) -> tuple[str, ...]:
    """Return, for each error that was told, a sentence on which cause of this run it fits."""
    return tuple(dict.fromkeys(_sentences(errors, diagnosis)))


def _sentences(errors: Sequence[ToldError], diagnosis: Diagnosis) -> Iterator[str]:
    for error in errors:
        if error.error not in TOLD_ERRORS:
            continue
        fitting = causes_of().get(ErrorClass(error.error), ())
        numbers = [str(number) for number, cause in enumerate(diagnosis.causes, 1) if cause.id in fitting]
        says = told_words(error.error).says
        if numbers:
            fits = joined(numbers)
            yield said("Your program's message ({says}) fits cause {numbers} of this run.", says=says, numbers=fits)
        elif fitting:
            yield said(
                "Your program's message ({says}) fits nothing that this run found:"
                " it may have passed, or be about another place or time.",
                says=says,
            )
        else:
            yield said("Your program's message ({says}) is no matter of the connection.", says=says)
