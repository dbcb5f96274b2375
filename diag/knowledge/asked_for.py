"""What the user asked for besides a walk: to try it again, in silence, in crowds, with much to carry; for several programs;
with a certificate of the client; by a list of authorities.
"""

from diag.knowledge.connect_outcomes import is_direct
from diag.model.endpoint_view import EndpointView


def repeats(view: EndpointView) -> bool:
    """Return whether every endpoint is walked to several times."""
    return view.evidence.run.trials.repeat > 1


def idles(view: EndpointView) -> bool:
    """Return whether a connection is left silent for a while."""
    return view.evidence.run.trials.idle > 0


def crowds(view: EndpointView) -> bool:
    """Return whether many connections are opened at once."""
    return view.evidence.run.trials.load > 0


def downloads(view: EndpointView) -> bool:
    """Return whether the answer of an endpoint that is dialled itself is counted."""
    return view.evidence.run.trials.transfer > 0 and view.endpoint.speaks_http and is_direct(view)


def uploads(view: EndpointView) -> bool:
    """Return whether a large request is sent to a place that its profile names for it."""
    return bool(view.endpoint.expects.upload) and view.evidence.run.trials.upload > 0


def compares_programs(view: EndpointView) -> bool:
    """Return whether the ways of several programs to this endpoint are compared."""
    return len(view.trail.programs) > 1


def shows_certificate(view: EndpointView) -> bool:
    """Return whether the client shows a certificate of its own."""
    return view.endpoint.speaks_tls and bool(view.endpoint.expects.certificate)


def shows_no_certificate(view: EndpointView) -> bool:
    """Return whether the client has none to show to a server that speaks TLS."""
    return view.endpoint.speaks_tls and not view.endpoint.expects.certificate


def trusts_as_set(view: EndpointView) -> bool:
    """Return whether the server's certificate is held against the lists of this computer, and none was named for it."""
    return view.endpoint.speaks_tls and not view.endpoint.expects.trust
