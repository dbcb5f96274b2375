"""Where the certificates of a chain say that their revocation is published, and what was had from there.

Asked only where the user wants it, or where the service's own programs ask: the authorities are strangers to the endpoint list,
and to ask them takes time. By the way that programs here take for a plain request; and, where that brings nothing, by the other.
"""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from diag.knowledge.clock_skew import skew_for
from diag.knowledge.fetching import Fetch, fetch
from diag.knowledge.granting import host_of
from diag.knowledge.plain_route import PlainWay, other_way, plain_way
from diag.knowledge.published_revocation import NamedPlace, named_places
from diag.model.answer import HttpReply
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Exchange, Question
from diag.model.view import Answered
from diag.model.wire.chain import presented
from diag.model.wire.facts import Revocation
from diag.model.wire.revocation import ocsp_address, read_crl, read_ocsp


class DistributionPoint(Struct, frozen=True, dict=True):
    """One place, for one certificate of a chain."""

    view: EndpointView
    named: NamedPlace
    """The place, as it stands in the certificate."""
    by_other_way: bool = False
    """Whether it is asked by the way that programs here do not take, to compare."""

    @property
    def host(self) -> str:
        """Whose place it is."""
        return host_of(self.named.url) or self.named.url

    @cached_property
    def way(self) -> PlainWay:
        """The way that clients here take to it, or the other."""
        usual = plain_way(self.view, self.host)
        return (other_way(self.view, usual) or PlainWay(False)) if self.by_other_way else usual

    @cached_property
    def compared(self) -> "DistributionPoint | None":
        """The same place by the other way: straight where programs here go through a proxy, and the reverse; None: there is
        none.
        """
        there = not self.by_other_way and self.way.known and other_way(self.view, self.way)
        return replace(self, by_other_way=True) if there else None

    @cached_property
    def errand(self) -> Fetch:
        """How far the fetch has come."""
        address = ocsp_address(self.named.url, self.named.der, self.named.issuer) if self.named.kind == "OCSP" else self.named.url
        if address is None or not self.way.known:
            return Fetch(self.way.wanted, failed=self.way.failed)
        return fetch(self.view, address, "ocsp" if self.named.kind == "OCSP" else "crl", self.way.through, self.way.proxy)

    @property
    def brought(self) -> Answered[Exchange, HttpReply] | None:
        """The answer that should hold the status."""
        asked = self.host.removesuffix(".") in self.view.evidence.requested_of
        return self.errand.brought if asked else None  # to say what was to be asked takes a library of its own

    @cached_property
    def status(self) -> Revocation | None:
        """What the issuer says there; None: nothing of the issuer's was had."""
        if self.brought is None:
            return None
        read = read_ocsp if self.named.kind == "OCSP" else read_crl
        said = read(self.brought.answer.body, self.named.der, self.named.issuer)
        return said if isinstance(said, Revocation) else None

    @property
    def failed(self) -> tuple[Observation, ...]:
        """The observations by which the fetch failed."""
        known = self.view.evidence.by_id
        return tuple(known[i] for i in self.errand.failed if i in known)


def is_wanted(view: EndpointView) -> bool:
    """Return whether the authorities are to be asked: the user says so, or the service's own programs ask them.

    In the latter case only those that stand above a public certificate: others may be a company's own, which is told nothing
    that nobody asked for.
    """
    run = view.evidence.run
    if run.limits.revocation:
        return True
    chain = presented(view.session.answer) if run.service.revocation and view.session else None
    return chain is not None and chain.looks_public


def places(view: EndpointView) -> Iterator[DistributionPoint]:
    """Yield the places that the chain of an endpoint names (`named_places`)."""
    return (DistributionPoint(view, place) for place in named_places(view))


def holds(view: EndpointView, said: Revocation) -> bool:
    """Return whether an authority's word is neither early nor out of date,
    by this machine's clock or by the one that servers show.
    """
    ahead = skew_for(view)
    return said.holds(view.now) or (ahead is not None and said.holds(view.now + ahead))


def wanted(view: EndpointView) -> Iterator[Question]:
    """Yield what is still to be asked of the places, where the user wants that and the chain is one to ask about."""
    if is_wanted(view) and view.session and not view.session.answer.verify_errors:
        for place in places(view):
            yield from place.errand.wanted
