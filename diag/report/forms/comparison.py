"""A comparison on a terminal: what works on one side and not on the other first, with the facts that could be the reason."""

from collections import defaultdict
from collections.abc import Iterable

from diag.language import PhraseTable, in_turn, said
from diag.model.catalogue import KnownChecks
from diag.model.comparison import CauseChange, Change, Comparison, Difference, EndpointChange, Fared, Matter
from diag.model.text import clean
from diag.report.layout.page import Page
from diag.report.views.compared import Named
from diag.report.wording.sentences import listed, moment_words, tell, told
from diag.report.wording.words import OUTCOME_WORDS, STATUS_WORDS, ended_words

_MOST_NAMES = 4
MOST_REASONS = 5
"""Differences that are named in full for one group of endpoints."""

MATTERS: PhraseTable[Matter] = PhraseTable(
    "matters",
    {
        Matter.TIME: "time of the run",
        Matter.SYSTEM: "system",
        Matter.OPENSSL: "OpenSSL",
        Matter.INTERFACES: "network interfaces",
        Matter.GATEWAY: "default gateway",
        Matter.HOSTS: "hosts file",
        Matter.RESOLVERS: "DNS servers",
        Matter.ROUTE: "way",
        Matter.PROXY_LOGIN: "login for the proxy",
        Matter.ADDRESSES: "addresses of the name",
        Matter.NETWORK: "kind of address",
        Matter.TRUST: "trusted authorities",
        Matter.ISSUER: "issuer of the certificate",
        Matter.CERTIFICATE: "certificate (valid until)",
        Matter.CHAIN: "certificates sent",
        Matter.TLS_VERSION: "TLS version",
        Matter.TLS_GROUP: "TLS key exchange",
        Matter.PORT: "port",
    },
)
CHANGES: PhraseTable[Change] = PhraseTable(
    "changes",
    {
        Change.FIXED: "fixed",
        Change.NEW: "new",
        Change.CHANGED: "changed",
        Change.STILL: "still there",
        Change.UNDECIDED: "not decided",
    },
)
HEADINGS: PhraseTable[Change] = PhraseTable(
    "compared",
    {
        Change.NEW: "Works in A, fails in B",
        Change.FIXED: "Fails in A, works in B",
        Change.CHANGED: "Otherwise in B than in A",
        Change.UNDECIDED: "One side could not tell",
        Change.STILL: "The same on both sides",
    },
)
"""In the order in which they are shown."""


_VALUES: PhraseTable[str] = PhraseTable(
    "compared",
    {
        "none": "none",
        "given": "given",
        "direct": "direct",
        "private": "private",
        "public": "public",
        "unknown": "unknown",
        "private and public": "private and public",
        "system": "the system's own",
    },
)
"""The words among what is compared (`diag.engine.traits`); all else is names and numbers."""


def matter_words(matter: str) -> str:
    """Return the name of a matter; the own name of a cause's fact."""
    try:
        return MATTERS[Matter(matter)]
    except ValueError:
        return clean(matter.replace("_", " "), 60)


def write_comparison(page: Page, comparison: Comparison, catalogue: KnownChecks, a: Named, b: Named) -> None:
    """Write the whole comparison."""
    page.write(page.words(_headline(comparison), "bold"))
    for letter, side in (("A", a), ("B", b)):
        when = moment_words(side.began.replace(microsecond=0))
        page.write(
            page.words(f"{letter}: {clean(side.name)}  ", "dim"),
            page.badge(side.verdict),
            page.words(f"  {said('looked on {moment}, with diag {version}', moment=when, version=clean(side.tool, 40))}", "dim"),
            hang=3,
        )
    for change in HEADINGS:
        _write_endpoints(page, change, [one for one in comparison.endpoints if one.change is change])
    for letter, only in (("A", comparison.only_a), ("B", comparison.only_b)):
        if only:
            page.heading(said("Only in {side}", side=letter))
            page.write(page.words(listed(map(clean, only), _MOST_NAMES)), indent=3)
    if comparison.causes:
        page.heading(said("Causes"))
    for found in comparison.causes:
        _write_cause(page, found, catalogue)


def _headline(comparison: Comparison) -> str:
    """What changed for the worse first, then what changed for the better."""
    if not comparison.differs:
        unsure = any(not one.comparable for endpoint in comparison.endpoints for one in endpoint.differences)
        return said("Nothing differs, as far as it can be compared.") if unsure else said("Nothing differs.")
    fares = {change: sum(one.change is change for one in comparison.endpoints) for change in HEADINGS}
    parts = [
        (HEADINGS[Change.NEW], fares[Change.NEW]),
        (said("Fails in B, and A did not look at it"), len(comparison.failing_only_b)),
    ]
    parts += [(words, fares[change]) for change, words in HEADINGS.items() if change not in (Change.NEW, Change.STILL)]
    parts += [(said("Fails in A, and B did not look at it"), len(comparison.failing_only_a))]
    told = in_turn(*(said("{change}: {n} {n:endpoint|endpoints}.", change=words, n=number) for words, number in parts if number))
    if told:
        return told
    if comparison.only_a or comparison.only_b:
        return said("Every endpoint that both looked at fares the same; other things differ.")
    return said("Every endpoint of both fares the same; other things differ.")


def _write_endpoints(page: Page, change: Change, endpoints: list[EndpointChange]) -> None:
    """Endpoints of one heading; those that differ in the same things are one paragraph."""
    groups: defaultdict[tuple[object, ...], list[EndpointChange]] = defaultdict(list)
    for endpoint in endpoints:
        ends = (endpoint.a.causes, endpoint.a.reached, endpoint.b.causes, endpoint.b.reached)
        groups[(*ends, endpoint.differences)].append(endpoint)
    if groups:
        page.heading(HEADINGS[change])
    for alike in groups.values():
        first = alike[0]
        page.write(page.words(listed((clean(one.endpoint) for one in alike), _MOST_NAMES), "bold"), indent=3)
        if change is not Change.STILL:
            page.labelled("A", page.words(_fared(first.a)), indent=5)
            page.labelled("B", page.words(_fared(first.b)), indent=5)
        _write_differences(page, first, explained=change in (Change.NEW, Change.FIXED))


def _write_differences(page: Page, endpoint: EndpointChange, *, explained: bool) -> None:
    found = endpoint.differences
    reasons = [one for one in found if one.explains]
    others = [one for one in found if one.comparable and not one.explains]
    hidden = [one for one in found if not one.comparable]
    if explained and not reasons:
        page.write(page.words(said("Nothing differs that could explain it, among what both runs saw.")), indent=5)
    if reasons:
        page.write(page.words(said("What differs and could explain it, the likeliest first:"), "dim"), indent=5)
        for number, one in enumerate(reasons[:MOST_REASONS], 1):
            page.write(page.words(f"{number}. {_difference(one)}"), indent=5, hang=3)
        others = [*reasons[MOST_REASONS:], *others]
    if others:
        page.write(page.words(said("Differs as well:") if reasons else said("Differs:"), "dim"), indent=5)
        for one in others:
            page.write(page.words(f"- {_difference(one)}"), indent=5, hang=2)
    if hidden:
        names = listed(matter_words(one.matter) for one in hidden)
        page.write(
            page.words(said("Cannot be compared, since private values in it were replaced: {names}.", names=names), "dim"),
            indent=5,
        )


def _difference(one: Difference) -> str:
    return said(
        "{matter}: {a} in A, {b} in B",
        matter=matter_words(one.matter),
        a=_value(one.matter, one.a),
        b=_value(one.matter, one.b),
    )


def _value(matter: str, value: str) -> str:
    words = _VALUES.get(value or "none") if matter in list(Matter) else told(matter, value)
    return clean(words or value, 300)


def _fared(fared: Fared) -> str:
    ended = ended_words(fared.reached, fared.arrived)
    because = f": {listed(map(clean, fared.causes))}" if fared.causes else ""
    return f"{OUTCOME_WORDS[fared.status]}, {ended}{because}"


def _write_cause(page: Page, found: CauseChange, catalogue: KnownChecks) -> None:
    cause = found.cause
    page.write(page.words(f"{CHANGES[found.change]}: ", "bold"), page.words(tell(cause, catalogue).title), indent=3, hang=2)
    hit = (
        said("at {n} {n:endpoint|endpoints}", n=len(cause.endpoints))
        if cause.endpoints
        else said("about this computer as a whole")
    )
    page.write(page.words(f"{clean(cause.id, 80)}, {STATUS_WORDS.get(cause.status, cause.status)}, {hit}", "dim"), indent=5)
    for words in _cause_words(found):
        page.write(page.words(words), indent=5, hang=2)


def _cause_words(found: CauseChange) -> Iterable[str]:
    if found.a and found.b and len(found.a.endpoints) != len(found.b.endpoints):
        yield said(
            "{a} {a:endpoint|endpoints} in A, {b} in B",
            a=len(found.a.endpoints),
            b=len(found.b.endpoints),
        )
    if found.explained_by:
        yield said("a consequence of {cause} on the other side", cause=clean(found.explained_by, 80))
    elif found.change is Change.UNDECIDED:
        yield said("found in {side} alone; the other run could not tell", side="A" if found.a else "B")
    yield from (f"- {_difference(fact)}" for fact in found.facts if fact.comparable)
    hidden = [matter_words(fact.matter) for fact in found.facts if not fact.comparable]
    if hidden:
        yield said("cannot be compared, since private values in it were replaced: {names}", names=listed(hidden))
