"""What to ask of whom: every cause that somebody else has to mend, as a request that they can act on without asking back.

It names what was seen and since when, from which address, to which addresses and ports, which way, and what to do. A cause whose
owner looks after this computer asks nobody; consequences of another cause are part of its request.
"""

from collections.abc import Iterator

from msgspec import Struct

from diag.language import said
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis
from diag.model.endpoint_view import EndpointView
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Owner
from diag.report.wording.sentences import Story, tell

_MOST_ADDRESSES = 8


class RequestLine(Struct, frozen=True):
    """One destination. The names of its fields head the columns of the table."""

    source: str
    """The addresses that this computer sent from; empty: nothing was sent."""
    host: str
    destination: str
    """The addresses that were tried, the proxy's where one is on the way; empty: none was found."""
    port: int
    transport: str
    protocol: str
    direction: str
    way: str
    """`direct`, or `through` and the proxy."""
    reason: str
    confidence: str
    cause: str
    seen_at: str
    """UTC, to the second."""


class RequestedCause(Struct, frozen=True):
    """One cause, with what is asked because of it."""

    story: Story
    id: str
    lines: tuple[RequestLine, ...]
    """Empty: it is about no endpoint by name."""
    is_rule: bool
    """Whether a rule that somebody has set refuses something: the lines are then what to allow."""


class TeamRequest(Struct, frozen=True):
    """All that is asked of one party."""

    owner: Owner
    causes: tuple[RequestedCause, ...]


def requests_of(diagnosis: Diagnosis, evidence: Evidence, catalogue: KnownChecks) -> tuple[TeamRequest, ...]:
    """Return a request for each party but the one who looks after this computer, in the order of the causes."""
    by_owner: dict[Owner, list[Cause]] = {}
    for cause in diagnosis.causes:
        if cause.owner is not Owner.MACHINE:
            by_owner.setdefault(cause.owner, []).append(cause)
    views = {str(trail.endpoint): EndpointView(evidence, trail) for trail in evidence.run.trails}
    return tuple(
        TeamRequest(owner, tuple(_requested(cause, views, evidence, catalogue) for cause in causes))
        for owner, causes in by_owner.items()
    )


def _requested(cause: Cause, views: dict[str, EndpointView], evidence: Evidence, catalogue: KnownChecks) -> RequestedCause:
    story = tell(cause, catalogue)
    check = catalogue.get(cause.id)
    rule = check.asks_for if check else ""
    lines = tuple(_lines(cause, rule or story.title, views, evidence))
    return RequestedCause(story, clean(cause.id, 80), lines, is_rule=bool(rule))


def _lines(cause: Cause, reason: str, views: dict[str, EndpointView], evidence: Evidence) -> Iterator[RequestLine]:
    seen_at = f"{evidence.run.began:%Y-%m-%d %H:%M:%S} UTC"
    for name in cause.endpoints:
        view = views.get(name)
        if view is None:
            continue
        endpoint, proxy = view.endpoint, view.proxy
        sources = dict.fromkeys(seen.answer.source for seen in view.dials if seen.answer.source)
        yield RequestLine(
            source=clean(" ".join(sources)),
            host=clean(endpoint.host),
            destination=clean(" ".join(view.addresses[:_MOST_ADDRESSES])),
            port=endpoint.port,
            transport="TCP",
            protocol=clean(endpoint.scheme),
            direction="outgoing",
            way=clean(said("through {proxy}", proxy=f"{proxy.scheme}://{proxy}")) if proxy else said("direct"),
            reason=clean(reason),
            confidence=cause.confidence.value,
            cause=clean(cause.id, 80),
            seen_at=seen_at,
        )
