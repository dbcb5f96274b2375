"""An endpoint that is this computer by its own name or address (`localhost`, 127.0.0.1), or by a line of its hosts file: no
network lies before it, and nobody else's server answers there.

What listens there is often the near end of a forward: it takes the connection whether or not its far end still runs.
"""

from diag.knowledge.resolver_answers import hosts_lines
from diag.model.address import is_own
from diag.model.check import When
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Owner

_STAND_INS = frozenset({"kube-ipvs0"})
"""Interfaces that hold the addresses of services elsewhere: there a node of Kubernetes keeps those of its cluster (IPVS)."""


def is_here(view: EndpointView) -> bool:
    """Return whether the endpoint is dialled itself, and is this computer: by its own name or address, or by its hosts file."""
    if view.proxy is not None:
        return False
    return is_own(view.endpoint.host) or (bool(hosts_lines(view)) and bool(view.addresses) and all(map(is_own, view.addresses)))


def is_own_address(view: EndpointView, host: str) -> bool:
    """Return whether an address is this computer's: of its loopback, or of an interface of its own that is no stand-in."""
    links = view.machine.interfaces
    own = [link for link in links.answer.interfaces if link.name not in _STAND_INS] if links else []
    return is_own(host) or any(host in link.addresses for link in own)


def owner_here(view: EndpointView) -> Owner | None:
    """Return who has to fix what is wrong at such an endpoint; None: it is not one, and the check's own owner stands."""
    return Owner.MACHINE if is_here(view) else None


NEAR_END = When(
    "here",
    (True,),
    "{endpoint} {endpoint:is|are} this computer itself. If a forward listens there (ssh -L, kubectl port-forward, a published"
    " port of a container), check that its far end still runs.",
)
"""What to do there first. The finding has the fact `here`, which is true, or is not there."""
