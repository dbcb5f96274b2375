"""What lies above the last certificate that was sent: the looks that the checks of an untrusted chain share.

A store that finds no path says the same of a missing intermediate and of a root that it does not know. Told apart are they by
fetching the issuer that the certificate itself names, and by asking a second, public store.
"""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from diag.knowledge.fetching import Fetch, fetch, way_to_proxy
from diag.knowledge.public_roots import finds_public
from diag.knowledge.unknown_algorithms import unknown_algorithm
from diag.model.answer import HttpReply, Session, Trust
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Exchange, Handshake, Question, Verify
from diag.model.view import Answered
from diag.model.wire.certificate import read_certificate
from diag.model.wire.chain import Chain, finds_path, misfit, namesake, other_ways, presented, untrusted
from diag.model.wire.facts import Certificate

PUBLIC_STORE = "certifi"
"""The roots that Mozilla's browsers trust."""


def speaks_tls(view: EndpointView) -> bool:
    """Return whether a handshake belongs to this endpoint."""
    return view.endpoint.speaks_tls


def speaks_tls_directly(view: EndpointView) -> bool:
    """Return whether a handshake belongs to this endpoint, and nothing but the network is between."""
    return view.endpoint.speaks_tls and view.proxy is None


class Gap(Struct, frozen=True, dict=True):
    """One presented chain, and every look at what is above it."""

    view: EndpointView
    session: Answered[Handshake, Session]
    chain: Chain

    @property
    def observation(self) -> Observation:
        """The handshake."""
        return self.session.observation

    @property
    def distrusted(self) -> bool:
        """Whether this client's store found no path from what was sent; not so where an issuer that was sent does not fit, or
        could not be looked for.
        """
        if not untrusted(self.session.answer) or unknown_algorithm(self.view):
            return False
        return misfit(self.session.answer, self.chain) is None

    @property
    def namesake(self) -> Certificate | None:
        """What was sent in place of the issuer: it has the name, and another key; None: nothing was."""
        return None if self.chain.whole else namesake(self.session.answer, self.chain)

    @property
    def by_system(self) -> bool:
        """Whether the store was the system's, and not one that the endpoint's list names."""
        return self.session.question.trust == "system"

    @property
    def second_opinion(self) -> Verify:
        """The same chain, held against the public store."""
        return Verify(presented=self.session.question, trust=PUBLIC_STORE)

    @cached_property
    def public(self) -> Answered[Verify, Trust] | None:
        """What the public store says of what was sent; None: it was not asked."""
        return self._verified(self.second_opinion)

    @cached_property
    def halfway(self) -> Answered[Verify, Trust] | None:
        """What the store says to a program that is content with an authority below the root; None: that was not asked."""
        return self._verified(strictly(self.session.question))

    @cached_property
    def beside(self) -> tuple[tuple[int, ...], Answered[Verify, Trust]] | None:
        """Another way through what was sent that ends at a root of this client's store, and what the store has against it;
        None: none was looked at that does.
        """
        looks = ((way, self._verified(question)) for question, way in other_looks(self.session))
        return next(((way, seen) for way, seen in looks if seen and seen.answer.verify_errors and trusted_by(seen)), None)

    @cached_property
    def errand(self) -> Fetch | None:
        """The fetch of the issuer; None where the certificate names no place that can be followed."""
        urls = [] if self.chain.whole else [url for url in self.chain.top.issuer_urls if url.lower().startswith("http://")]
        way = way_to_proxy(self.view)
        if not urls or (self.view.proxy and way is None):
            return None
        return fetch(self.view, urls[0], "certificate", way, self.view.proxy)

    @property
    def fetched(self) -> Answered[Exchange, HttpReply] | None:
        """The answer that should hold the issuer."""
        return self.errand.brought if self.errand else None

    @property
    def issuer(self) -> Certificate | None:
        """The fetched issuer; None: nothing was fetched that reads as a single certificate."""
        read = read_certificate(self.fetched.answer.body) if self.fetched else None
        return read if isinstance(read, Certificate) else None

    @cached_property
    def filled(self) -> Answered[Verify, Trust] | None:
        """What this client's store says of the chain with the fetched issuer; None: that was not asked."""
        question = self._filling()
        return self._verified(question) if question else None

    @property
    def may_lack_one(self) -> bool:
        """Whether the server's own came alone and names its issuer's place, from where nothing could be had."""
        return len(self.chain.path) == 1 and self.errand is not None and self.fetched is None

    def wanted(self) -> Iterator[Question]:
        """Yield what is still worth asking."""
        if not self.distrusted:
            return
        if self.by_system:
            yield self.second_opinion
        if self.errand:
            yield from self.errand.wanted
        filling = self._filling()
        if filling:
            yield filling

    def _filling(self) -> Verify | None:
        if self.fetched is None:
            return None
        own = self.session.question
        return Verify(own, (self.fetched.question,), own.trust, own.added)

    def _verified(self, question: Verify) -> Answered[Verify, Trust] | None:
        seen = self.view.asked(question)
        return Answered(seen, question, seen.answer) if seen and isinstance(seen.answer, Trust) else None


def other_looks(seen: Answered[Handshake, Session]) -> Iterator[tuple[Verify, tuple[int, ...]]]:
    """Yield the same chain by each other way through what was sent, with the places of its certificates there;
    none where the way that was taken is accepted.
    """
    own = seen.question
    for way in other_ways(seen.answer) if seen.answer.verify_errors else ():
        yield Verify(presented=own, trust=own.trust, added=own.added, only=way), way


def strictly(question: Handshake) -> Verify:
    """Return the chain, held against the same store as Python 3.13 does: by every rule,
    and any authority of the store will do.
    """
    return Verify(presented=question, trust=question.trust, added=question.added, strict=True)


def look(view: EndpointView) -> Gap | None:
    """Return the gap above what this endpoint presented; None where it presented nothing that can be read."""
    chain = presented(view.session.answer) if view.session else None
    return Gap(view, view.session, chain) if view.session and chain else None


def wanted(view: EndpointView) -> Iterator[Question]:
    """Return the further looks at one endpoint's chain, where its store distrusts it."""
    gap = look(view)
    return gap.wanted() if gap else iter(())


def known_publicly(gap: Gap) -> bool:
    """Return whether a public root vouches for what was sent: the public store was asked and found a path to one."""
    return gap.public is not None and finds_public(gap.public.answer, gap.chain)


def trusted_by(verified: Answered[Verify, Trust] | None) -> bool:
    """Return whether a store was asked and found a path."""
    return verified is not None and finds_path(verified.answer)
