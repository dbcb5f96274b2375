"""What the tokens of facts mean: for each fact, the phrase of each of its words. One file a family, one table in all.

A fact of one name means the same in every family, so its words stand here once: those that several families use in `shared`.
They are loaded with the first token that is told: a run that finds nothing tells none.
A phrase is made to stand in the middle of a sentence, without a capital or a full stop.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from diag.language import PhraseTable

Phrases = Mapping[str, Mapping[str, str]]
"""By the fact's name, then by its word."""


def tables() -> tuple[Phrases, ...]:
    """Return the phrases of all families, each file's by itself."""
    from diag.report.wording.phrases import dns, http, machine, network, privatelink, proxy, shared, tls

    families = (shared, machine, dns, network, proxy, privatelink, tls, http)
    return tuple(family.PHRASES for family in families)


class _AllPhrases(Mapping[str, PhraseTable[str]]):
    """The one table."""

    @cached_property
    def _tables(self) -> Mapping[str, PhraseTable[str]]:
        return {
            fact: words if isinstance(words, PhraseTable) else PhraseTable(f"phrases.{fact}", words)
            for table in tables()
            for fact, words in table.items()
        }

    def __getitem__(self, fact: str) -> PhraseTable[str]:
        return self._tables[fact]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


PHRASES: Mapping[str, PhraseTable[str]] = _AllPhrases()
