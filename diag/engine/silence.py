"""Whether the way to an endpoint ends in silence: nothing came back to the last thing that was asked on it."""

from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.question import kind


def fell_silent(view: EndpointView) -> bool:
    """Whether all questions of the walk's last kind (every address, every resolver) ran out of time."""
    known = view.evidence.by_id
    walked = [known[name] for name in view.trail.walk if name in known]
    if view.arrived or not walked:
        return False
    last = max(walked, key=lambda seen: seen.began)
    alike = [seen for seen in walked if kind(seen.question) == kind(last.question)]
    return all(getattr(seen.answer, "failure", "") == Failure.TIMED_OUT for seen in alike)
