"""Silence that many endpoints share: of one and the same, further looks are asked in part, since more would tell nothing new."""

from collections import Counter

from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.question import kind
from diag.model.route import ProxyAddress

ASKED_FURTHER = 64
"""Of how many endpoints that are silent in the same way more is asked."""


class Silences:
    """The silences of one run: the same one is the same stage, through the same proxy or none."""

    def __init__(self) -> None:
        self.spared: set[Endpoint] = set()
        """The endpoints of which nothing more is asked."""
        self._seen: Counter[tuple[Stage, ProxyAddress | None]] = Counter()

    def spare(self, view: EndpointView) -> bool:
        """Return whether so many others are silent in the same way that this one need not be asked further;
        asked once of each.
        """
        if not fell_silent(view):
            return False
        silence = view.reached, view.proxy
        self._seen[silence] += 1
        if self._seen[silence] > ASKED_FURTHER:
            self.spared.add(view.endpoint)
        return view.endpoint in self.spared


def fell_silent(view: EndpointView) -> bool:
    """Return whether the way ends in silence: all questions of the walk's last kind (every address,
    every resolver) ran out of time.
    """
    known = view.evidence.by_id
    walked = [known[name] for name in view.trail.walk if name in known]
    if view.arrived or not walked:
        return False
    last = max(walked, key=lambda seen: seen.began)
    alike = [seen for seen in walked if kind(seen.question) == kind(last.question)]
    return all(getattr(seen.answer, "failure", "") == Failure.TIMED_OUT for seen in alike)
