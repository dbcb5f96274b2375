"""What the tokens of facts mean: for each fact, the phrase of each of its words. One file a family, one table in all.

A fact of one name means the same in every family, so its words stand here once: those that several families use in `shared`.
A phrase is made to stand in the middle of a sentence, without a capital or a full stop.
"""

from collections.abc import Mapping

from diag.language import PhraseTable
from diag.report.wording.phrases import dns, http, machine, network, privatelink, proxy, shared, tls

Phrases = Mapping[str, Mapping[str, str]]
"""By the fact's name, then by its word."""

TABLES: tuple[Phrases, ...] = (
    shared.PHRASES,
    machine.PHRASES,
    dns.PHRASES,
    network.PHRASES,
    proxy.PHRASES,
    privatelink.PHRASES,
    tls.PHRASES,
    http.PHRASES,
)
PHRASES: Mapping[str, PhraseTable[str]] = {
    fact: words if isinstance(words, PhraseTable) else PhraseTable(f"phrases.{fact}", words)
    for table in TABLES
    for fact, words in table.items()
}
