"""What people look for of one endpoint, also when all is well: address, way, times, TLS, certificate and status."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from diag.language import joined, said
from diag.model.address import is_own, is_private, literal
from diag.model.endpoint_view import EndpointView
from diag.model.run import Evidence, Trail
from diag.model.text import clean
from diag.report.views.waterfall import took_words
from diag.report.wording.sentences import day_words
from diag.report.wording.words import PHASES, SCOPES

Scope = Literal["", "own", "private", "public"]
"""What kind of address: this computer's own, one that is not public, or a public one."""


class Phase(Struct, frozen=True):
    """One stage of the walk, and how long it took."""

    name: str
    """`lookup`, `connect`, `tunnel`, `upgrade`, `handshake` or `exchange`: the words of `Stage` in lower case."""
    seconds: float


class EndpointFacts(Struct, frozen=True):
    """The facts of one endpoint; each is empty, or None, where it was not seen."""

    address: str
    """The address that the walk went on with: the endpoint's, or that of the proxy on the way."""
    scope: Scope
    """`own` (this computer), `private` (RFC 1918, RFC 4193, and what else is not public) or `public`; empty: there is none."""
    proxy: str
    """The proxy on the way; empty: the way is direct."""
    phases: tuple[Phase, ...]
    seconds: float | None
    """From the first question of the walk to its last answer."""
    tls: str
    cipher: str
    issuer: str
    expires: datetime | None
    """When the server's own certificate ends."""
    status: int
    """Of the answer over HTTP; 0: none came."""


NOTHING_SEEN = EndpointFacts("", "", "", (), None, "", "", "", None, 0)


def facts_of(view: EndpointView) -> EndpointFacts:
    """Return what is known of one endpoint."""
    address = view.connected[0].host if view.connected else next(iter(view.addresses), "")
    session = view.session.answer if view.session else None
    leaf = view.chain[0] if view.chain else None
    return EndpointFacts(
        address=address,
        scope=_scope(address),
        proxy=str(view.proxy) if view.proxy else "",
        phases=tuple(_phases(view)),
        seconds=seconds_of(view.trail, view.evidence),
        tls=session.version if session else "",
        cipher=session.cipher if session else "",
        issuer=(leaf.issuer_common_name or leaf.issuer) if leaf else "",
        expires=leaf.not_after if leaf else None,
        status=view.exchange.answer.status if view.exchange else 0,
    )


def _scope(address: str) -> Scope:
    ip = literal(address) if address else None
    return "" if ip is None else "own" if is_own(address) else "private" if is_private(ip) else "public"


def _phases(view: EndpointView) -> list[Phase]:
    first = next((dial for dial in view.dials if not dial.answer.failure), None)
    stages = (
        ("lookup", view.lookup),
        ("connect", first),
        ("tunnel", view.tunnel),
        ("upgrade", view.upgrade),
        ("handshake", view.session),
        ("exchange", view.exchange),
    )
    return [Phase(name, seen.observation.took) for name, seen in stages if seen is not None]


def seconds_of(trail: Trail, evidence: Evidence) -> float | None:
    """Return seconds from the first question of the plain walk to its last answer; None: nothing was asked."""
    walked = [evidence.by_id[i] for i in trail.walk if i in evidence.by_id]
    if not walked:
        return None
    began = min(observation.began for observation in walked)
    return max((observation.began - began).total_seconds() + max(observation.took, 0.0) for observation in walked)


def facts_words(facts: EndpointFacts, now: datetime) -> str:
    """Return the facts on one line, in plain words; empty: nothing was seen. `now` is the moment of the run."""
    place = f"{facts.address} ({SCOPES[facts.scope]})" if facts.scope else facts.address
    way = said("through {proxy} at {place}", proxy=facts.proxy, place=place) if facts.proxy and place else place
    times = joined(f"{PHASES[phase.name]} {took_words(phase.seconds)}" for phase in facts.phases)
    ends = _certificate(facts.issuer, facts.expires, now) if facts.expires else ""
    agreed = " ".join(word for word in (facts.tls, facts.cipher) if word)
    parts = (way, times, agreed, ends, f"HTTP {facts.status}" if facts.status else "")
    return clean("; ".join(part for part in parts if part), 400)


def _certificate(issuer: str, expires: datetime, now: datetime) -> str:
    """Whose the certificate is, until when, and how many days that leaves."""
    until, days = day_words(expires), (expires - now).days
    if days < 0:
        return said("certificate of {issuer} until {day}", issuer=issuer, day=until)
    return said("certificate of {issuer} until {day} ({n} {n:day|days} left)", issuer=issuer, day=until, n=days)
