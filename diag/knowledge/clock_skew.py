"""What servers say about the time (the Date field, RFC 9110, section 6.6.1), held against this machine's clock."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from diag.model.answer import Header, HttpReply
from diag.model.endpoint_view import EndpointView
from diag.model.question import Exchange
from diag.model.view import Answered


def date_of(headers: tuple[Header, ...]) -> datetime | None:
    """Return the moment that a Date field names; None where there is none that can be read."""
    for header in headers:
        if header.name == "date":
            try:
                told = parsedate_to_datetime(header.value)
            except (ValueError, TypeError, OverflowError):
                return None
            return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    return None


def skew(seen: Answered[Exchange, HttpReply]) -> timedelta | None:
    """Return how far the server's clock is ahead of this machine's; exact to the second and the way back.

    None: it named no time.
    """
    told = date_of(seen.answer.headers)
    observation = seen.observation
    return None if told is None else told - (observation.began + timedelta(seconds=observation.took))


def skew_for(view: EndpointView) -> timedelta | None:
    """Return how far this machine's clock is behind, by this endpoint's own answer,
    else by the middle of all answers of the run.
    """
    own = skew(view.exchange) if view.exchange else None
    if own is not None:
        return own
    told = [
        skew(Answered(observation, observation.question, observation.answer))
        for observation in view.evidence.observations
        if isinstance(observation.question, Exchange) and isinstance(observation.answer, HttpReply)
    ]
    known = [one.total_seconds() for one in told if one is not None]
    from statistics import median  # seldom needed: it brings fractions and the like

    return timedelta(seconds=median(known)) if known else None
