"""What is said, in the language that is being spoken: English, unless `speaking` says otherwise for what runs inside it."""

import errno
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar, runtime_checkable

from diag.language.gaps import filled

ENGLISH = "en"
LANGUAGES: Mapping[str, str] = {ENGLISH: "English", "ko": "한국어", "ja": "日本語"}
"""The languages that diag speaks, each by what its readers call it."""
UNSUPPORTED = "unsupported"
"""The context of what a system or an installation cannot do (`diag.model.observation.Unsupported`), in the catalogues."""
PROFILE = "profile"
"""The context of what profiles say, in the catalogues and of themselves (`learn`)."""
OwnWords = Mapping[str, Mapping[str, str]]
"""By language, texts in English and what they are in it."""
_Messages = Mapping[tuple[str, str], str]
_Word = TypeVar("_Word", bound=Hashable)

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)
_is_asked_for: ContextVar[bool] = ContextVar("is_asked_for", default=False)
_learnt: ContextVar[OwnWords] = ContextVar("learnt", default={})  # noqa: B039  (never changed in place)
_catalogue: ContextVar[_Messages | None] = ContextVar("catalogue", default=None)


def spoken() -> str:
    """Return the language that is being spoken, as its tag: `en`."""
    return _language.get()


def spoken_to_programs() -> str:
    """Return the language of sentences in what programs read: English, unless the user asked for another."""
    return _language.get() if _is_asked_for.get() else ENGLISH


@contextmanager
def speaking(language: str, catalogue: _Messages | None = None, *, asked_for: bool = False) -> Iterator[None]:
    """Speak a language until the end of the block; of one that diag does not know, English.

    `catalogue`: another than the language's own. `asked_for`: the user has named it, and did not just happen to be found to
    speak it.
    """
    if catalogue is None and language != ENGLISH:
        from diag.language.catalogue import messages

        catalogue = messages(language)
    tags, words, asked = _language.set(language), _catalogue.set(catalogue), _is_asked_for.set(asked_for)
    learnt = _learnt.set(_learnt.get())
    try:
        yield
    finally:
        _language.reset(tags)
        _is_asked_for.reset(asked)
        _catalogue.reset(words)
        _learnt.reset(learnt)


def translated(text: str, context: str = "") -> str:
    """Return a text, gaps and all, in the language that is being spoken; in English where the catalogue lacks it."""
    catalogue = _catalogue.get()
    if catalogue is None:
        return text
    own = _learnt.get().get(_language.get(), {}).get(text) if context == PROFILE else None
    return own or catalogue.get((context, text), text)


def learn(words: OwnWords) -> None:
    """Speak also what a profile gives in other languages, until the end of the `speaking` around it: its own words go first."""
    known = _learnt.get()
    _learnt.set({language: {**known.get(language, {}), **words.get(language, {})} for language in {*known, *words}})


def said(text: str, context: str = "", /, **gaps: object) -> str:
    """Return one whole sentence in the language that is being spoken, its gaps filled.

    `context` tells two uses of the same English words apart. A number counts as so many, all else as one thing.
    """
    template = translated(text, context)
    return filled(template, lambda name: str(gaps[name]), lambda name: gaps[name] == 1 or not isinstance(gaps[name], int))


def joined(items: Iterable[str]) -> str:
    """Return items in one text, as the language that is being spoken lists them: `a, b, c`."""
    return said(", ", "between the items of a list").join(items)


@runtime_checkable
class HasGaps(Protocol):
    """What was told by a room that knows of no language: a sentence in English, and what fills its gaps."""

    @property
    def text(self) -> str:
        """The sentence, gaps and all."""
        ...

    @property
    def gaps(self) -> Mapping[str, object]:
        """What fills them, by name."""
        ...


def retold(told: object) -> str:
    """Return what another room tells, in the language that is being spoken: its sentence, and those that fill its gaps."""
    if not isinstance(told, HasGaps):
        return str(told)
    return said(told.text, **{name: _retold_in_gap(word) for name, word in told.gaps.items()})


def _retold_in_gap(word: object) -> object:
    if isinstance(word, str):
        return of_system(word)
    return retold(word) if isinstance(word, Exception | HasGaps) else word


def of_system(words: str | None) -> str:
    """Return what the system says of a file or a connection (`OSError.strerror`), in the language that is being spoken.

    It says it in English, as Python asks for no other; what is not in `SYSTEM_WORDS` stays so.
    """
    return translated(words or "", SYSTEM_WORDS.context)


def reason_of(error: OSError) -> str:
    """Return why the system refused, in the language that is being spoken; the name of the error where it gives no words."""
    return of_system(error.strerror) or type(error).__name__


def in_turn(*sentences: str) -> str:
    """Return sentences one after the other; an empty one is none. Behind an ideographic full stop stands no space."""
    told, space = "", said(" ", "between two sentences")
    for sentence in filter(None, sentences):
        told += f"{'' if not told or told.endswith('。') else space}{sentence}"
    return told


class PhraseTable(Mapping[_Word, str]):
    """A table of phrases by a word of a closed list, read in the language that is being spoken."""

    def __init__(self, context: str, source: Mapping[_Word, str]) -> None:
        self.context = context
        self.source = source
        """The phrases in English."""

    def __getitem__(self, word: _Word) -> str:
        return translated(self.source[word], self.context)

    def __iter__(self) -> Iterator[_Word]:
        return iter(self.source)

    def __len__(self) -> int:
        return len(self.source)


SYSTEM_WORDS: PhraseTable[int] = PhraseTable(
    "system",
    {
        errno.ENOENT: "No such file or directory",
        errno.EACCES: "Permission denied",
        errno.EPERM: "Operation not permitted",
        errno.EEXIST: "File exists",
        errno.ENOTDIR: "Not a directory",
        errno.EISDIR: "Is a directory",
        errno.ENOSPC: "No space left on device",
        errno.EDQUOT: "Disk quota exceeded",
        errno.EFBIG: "File too large",
        errno.EROFS: "Read-only file system",
        errno.ENAMETOOLONG: "File name too long",
        errno.ELOOP: "Too many levels of symbolic links",
        errno.EIO: "Input/output error",
        errno.EMFILE: "Too many open files",
        errno.EADDRINUSE: "Address already in use",
        errno.EADDRNOTAVAIL: "Cannot assign requested address",
    },
)
"""What systems say of files and of places to listen at, as their C libraries word it."""
