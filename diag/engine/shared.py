"""What several findings share: where a check says the same of many endpoints, one thing is at fault, and is blamed once.

A finding that blames something of its own endpoint (its name, its address, the certificate that it alone presents) says who
suffers. Findings that are alike but for that are one fault of whoever all of them have in common:

- the domain that their names stand below, where it is the same one: its operator mends them together;
- the way that they go (its resolvers, its proxy, the network), where several domains fare the same to the word, and no endpoint
  that goes this way does well. What the network does to many domains is its doing also where it lets others through.

One name that fails where others do well has nothing in common with them: it stays by itself.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

from msgspec import Struct

from diag.knowledge.domains import registrable_domain
from diag.knowledge.each_address import by_address
from diag.knowledge.resolver_answers import message_of
from diag.model.check import AnyCheck
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Fact, Finding, Owner, Status, Verdict

ITS_OWN = "*"
"""Stands for what is an endpoint's own, where findings are compared."""
THE_WAY = "the way out"
SOME, MANY = 2, 3
"""How many domains that fare alike have their way in common: where whoever is to mend it may be on that way, and where it would
else have to be a fault of each service by itself."""
_WORD = re.compile(r"(?:[0-9a-f]*:){2,}[0-9a-f.]*|[\w.-]+")
"""An IPv6 address, or a name, an IPv4 address, a fingerprint: whole, so that none is found within another."""
_SEVERAL = re.compile(r"\*(?:, ?\*)+")


class Blame(Struct, frozen=True):
    """What one check blames, and the verdicts that do."""

    check: AnyCheck
    about: str
    verdicts: tuple[Verdict, ...]
    whose_else: tuple[Owner, ...] = ()
    """Who else may answer for it: whose a rival is that nothing rules out."""


class _Likeness(Struct, frozen=True):
    """By what the findings of one check are compared."""

    way: str
    about: str
    """What is blamed, but for whose it is."""
    kind: Hashable
    """By what the cure differs, or what cannot be told of several together: counts, moments, yes and no. Measures wander."""
    domain: str
    told: Hashable
    """All that is said, but for whose it is."""
    resolvers: str
    on_the_way: bool
    """Whether somebody else than each service may answer for it."""
    by_rule: bool
    """Whether it is the network's, which may have a rule for each host."""


class Shared(Struct, frozen=True):
    """What is blamed once those that are one have been found: these, and only these, have the same check and text."""

    about: str
    of_the_way: bool = False
    """Whether so many unrelated services fare alike that what they share is the way to them."""


def shared(blames: Sequence[Blame], told: Iterable[Verdict], cases: Sequence[EndpointView]) -> list[Shared]:
    """Return what each is about, in their order.

    `told`: all verdicts of the run; an endpoint that does well, and at which a check found nothing amiss, is spared.
    """
    by_check: defaultdict[str, list[int]] = defaultdict(list)
    for place, blame in enumerate(blames):
        by_check[blame.check.id].append(place)
    several = {check: places for check, places in by_check.items() if len(places) > 1}
    abouts = [Shared(blame.about) for blame in blames]
    if not several:
        return abouts
    views = {str(view.endpoint): view for view in cases}
    verdicts = tuple(told)
    failing = {name for one in verdicts if one.finding.status is Status.PROBLEM for name in (one.subject, *one.finding.hits)}
    spared = {
        (verdict.check, _way(views[verdict.subject]))
        for verdict in verdicts
        if verdict.check in several and verdict.finding.status is Status.OK and verdict.subject in views.keys() - failing
    }
    for check, places in several.items():
        alike = {place: one for place in places if (one := _likeness(blames[place], views))}
        taken = {blames[place].about for place in places}
        for group in _groups(alike, {way for name, way in spared if name == check}):
            if len(group) > 1:
                name = _name([alike[place] for place in group])
                about = name if name not in taken else blames[group[0]].about
                taken.add(about)
                domains = {alike[place].domain for place in group}
                for place in group:
                    abouts[place] = Shared(about, len(domains) >= MANY)
    return abouts


def _groups(alike: Mapping[int, _Likeness], spared: set[str]) -> list[list[int]]:
    """The places of those that are one: of one way as far as nobody is spared there, or it has a rule for many; else of one
    domain.
    """
    domains: defaultdict[Hashable, set[str]] = defaultdict(set)
    for one in alike.values():
        domains[_on_its_way(one)].add(one.domain)
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, one in alike.items():
        enough = SOME if one.on_the_way and one.way not in spared else MANY
        whole = (one.way not in spared or one.by_rule) and len(domains[_on_its_way(one)]) >= enough
        groups[_on_its_way(one) if whole else (one.way, one.about, one.kind, one.domain)].append(place)
    return list(groups.values())


def _on_its_way(one: _Likeness) -> Hashable:
    return one.way, one.about, one.kind, one.told


def _name(alike: Sequence[_Likeness]) -> str:
    """Whom these have in common: `*.house.test:443`, their resolvers, or their way."""
    first = alike[0]
    if len({one.domain for one in alike}) == 1:
        return first.about.replace(ITS_OWN, f"{ITS_OWN}.{first.domain}")
    return first.resolvers or first.way or THE_WAY


def _likeness(blame: Blame, views: Mapping[str, EndpointView]) -> _Likeness | None:
    """By what a blame is compared; None where it blames nothing of an endpoint's own, or says more than one thing of it."""
    found = {
        _likeness_of(blame, verdict.finding, views[verdict.subject]) for verdict in blame.verdicts if verdict.subject in views
    }
    one = found.pop() if len(found) == 1 else None
    return one if one and one.about != blame.about else None


def _likeness_of(blame: Blame, finding: Finding, view: EndpointView) -> _Likeness:
    own, facts, check = _own(view), finding.facts, blame.check
    owner = finding.owner or check.sentences_for(facts.get("form")).owner or check.owner
    parting = {"form", *check.alike, *check.tokens}
    wandering = {name for name in facts if isinstance(facts[name], float) or name in check.measures}
    told = tuple((name, _without(own, facts[name])) for name in sorted(facts) if name not in wandering)
    resolvers = facts.get("resolvers")
    return _Likeness(
        _way(view),
        _text_without(own, blame.about),
        (
            finding.status,
            owner,
            bool(facts.get("elsewhere")),
            tuple((name, fact) for name, fact in told if name in parting or not isinstance(facts[name], str | tuple)),
        ),
        registrable_domain(view.endpoint.host),
        (finding.confidence, told),
        ", ".join(resolvers) if isinstance(resolvers, tuple) else "",
        bool({owner, *blame.whose_else} - {Owner.SERVICE}),
        owner is Owner.NETWORK,
    )


def _way(view: EndpointView) -> str:
    return str(view.proxy) if view.proxy else ""


def _own(view: EndpointView) -> frozenset[str]:
    """What is an endpoint's own: its name, what that is an alias of, the addresses dialled for it, the certificates there."""
    leaf = [certificate.fingerprint for one in by_address(view) for certificate in one.chain[:1]]
    if view.proxy:
        return frozenset((view.endpoint.host, *leaf))
    aliased = [read.canonical for seen in view.resolver_replies if (read := message_of(seen.answer))]
    return frozenset((view.endpoint.host, *aliased, *view.addresses, *leaf))


def _without(own: frozenset[str], fact: Fact) -> Hashable:
    """A fact, but for whose it is."""
    if isinstance(fact, tuple):
        return tuple(dict.fromkeys(_text_without(own, text) for text in fact))
    return _text_without(own, fact) if isinstance(fact, str) else fact


def _text_without(own: frozenset[str], text: str) -> str:
    return _SEVERAL.sub(ITS_OWN, _WORD.sub(lambda word: ITS_OWN if word[0] in own else word[0], text))
