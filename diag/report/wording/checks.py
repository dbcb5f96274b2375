"""Checks in the reader's language: every sentence of one, looked up by the check's id and the sentence's place in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from diag.language import spoken, translated
from diag.language.spoken import ENGLISH
from diag.model.catalogue import Catalogue
from diag.model.check import AnyCheck, Rival, Sentences, Text, When
from diag.model.how_to import ShellLine

Say = Callable[[str, str], str]
"""Gives a text in another language; its place in the check comes second: `title`."""


class SpokenChecks(Mapping[str, AnyCheck]):
    """Checks by id, each as it is told in the language that is being spoken when it is looked up."""

    def __init__(self, checks: Iterable[AnyCheck], laid_over: Callable[[AnyCheck], AnyCheck] = lambda check: check) -> None:
        """`laid_over`: what is said besides of each, once it is in that language."""
        self._laid_over = laid_over
        self._checks = checks if isinstance(checks, Catalogue) else Catalogue(checks)
        self._told: dict[tuple[str, str], AnyCheck] = {}

    def __getitem__(self, id: str) -> AnyCheck:
        check, language = self._checks.named(id), spoken()
        if (language, id) not in self._told:
            self._told[language, id] = self._laid_over(check if language == ENGLISH else in_language(check))
        return self._told[language, id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._checks.ids)

    def __len__(self) -> int:
        return len(self._checks)


def in_language(check: AnyCheck) -> AnyCheck:
    """Return the check with its sentences and its article in the language that is being spoken."""
    from diag.language.catalogue import article  # of other languages than English

    told = said_anew(check, lambda text, place: translated(text, f"{check.id}.{place}"))
    return replace(told, article=article(spoken(), check.id) or check.article)


def said_anew(check: AnyCheck, say: Say) -> AnyCheck:
    """Return the check with all its sentences said anew. Its article is no sentence, and stays."""
    return replace(
        check,
        sentences=_sentences(check.sentences, say),
        forms=tuple((word, _sentences(form, say)) for word, form in check.forms),
        rivals=check.rivals and tuple(_rival(rival, say) for rival in check.rivals),
        ask=check.ask and say(check.ask, "ask"),
        asks_for=check.asks_for and say(check.asks_for, "asks_for"),
        see=tuple(ShellLine(line.line, say(line.shows, "shows"), line.shell, line.unless) for line in check.see),
        see_not=check.see_not and say(check.see_not, "see_not"),
    )


def _sentences(told: Sentences, say: Say) -> Sentences:
    return replace(
        told,
        title=say(told.title, "title"),
        seen=_said(told.seen, "seen", say),
        means=_said(told.means, "means", say),
        remedy=tuple(_text(step, "remedy", say) for step in told.remedy),
        by_cloud={cloud: tuple(say(step, "remedy") for step in steps) for cloud, steps in told.by_cloud.items()},
    )


def _said(texts: str | tuple[Text, ...], place: str, say: Say) -> str | tuple[Text, ...]:
    return say(texts, place) if isinstance(texts, str) else tuple(_text(text, place, say) for text in texts)


def _text(text: Text, place: str, say: Say) -> Text:
    return replace(text, text=say(text.text, place)) if isinstance(text, When) else say(text, place)


def _rival(rival: Rival, say: Say) -> Rival:
    words = rival.words and say(rival.words, "rival")
    return replace(rival, words=words, decided_by=rival.decided_by and say(rival.decided_by, "decided_by"))
