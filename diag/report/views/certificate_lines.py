"""The certificates that a server presented, in lines: the same picture that the page draws, for a terminal and for plain text."""

from collections import defaultdict
from collections.abc import Iterator

from diag.knowledge.trust_stores import Says
from diag.language import PhraseTable, said
from diag.report.views.certificate_chain import ClientRow, Link, Picture
from diag.report.wording.sentences import listed

_SAID = PhraseTable(
    "trusting",
    {
        Says.YES: "accepted by {store}: {programs}",
        Says.NO: "refused by {store}: {programs}",
        Says.NOT_LOOKED_AT: "not tested: {store}: {programs}",
    },
)
MOST_PROGRAMS = 12


def chain_lines(picture: Picture) -> Iterator[str]:
    """Yield one line for each certificate and for what stands above them, details beneath, indented."""
    for number, link in enumerate(picture.links, 1):
        yield f"{number}. {link.role}: {link.title}"
        yield from (f"   {words}" for words in _details(link))
    if picture.anchor:
        above = said("Above") if picture.anchor.well else said("Missing above")
        yield f"{above}: {picture.anchor.title}: {picture.anchor.words}"
    if picture.beside:
        yield said("Also sent, but not part of this chain: {beside}", beside=picture.beside)


def client_lines(clients: tuple[ClientRow, ...]) -> Iterator[str]:
    """Yield which list says what, and which programs ask it: a line a list, those that accept first."""
    groups: defaultdict[tuple[Says, str], list[str]] = defaultdict(list)
    for says in Says:
        for client in clients:
            if client.says is says:
                groups[says, client.store].append(client.name)
    for (says, store), programs in groups.items():
        yield said(_SAID[says], store=store, programs=listed(programs, MOST_PROGRAMS))


def _details(link: Link) -> Iterator[str]:
    issued = said("issued by {issuer}; {key}", issuer=link.issuer, key=link.key)
    yield said("for {names}; {issued}", names=link.names, issued=issued) if link.names else issued
    yield said("valid {from_day} to {until_day} ({left})", from_day=link.from_day, until_day=link.until_day, left=link.left)
    yield said("serial number {serial}; SHA-256 {fingerprint}", serial=link.serial, fingerprint=link.fingerprint)
    if link.usage:
        yield said("key usage: {usage}", usage=link.usage)
    if link.purpose:
        yield said("extended key usage: {purpose}", purpose=link.purpose)
    yield from (said("problem: {fault}", fault=fault) for fault in link.faults)
