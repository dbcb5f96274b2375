"""Who can have refused a packet that may go one step and no further: this computer, or the first router; no host beyond that.

The refusal of a host, and that of this computer's own rules in its place (nftables: `reject with tcp reset`), are the same packet
to a program. But a host beyond a router cannot answer what that router throws away (RFC 791, section 3.2: time to live). And what
took its time was no rule of this computer: those refuse at once.
"""

from collections.abc import Iterable
from itertools import islice

from diag.knowledge.connect_outcomes import ONE_STEP, Dial
from diag.knowledge.routing import prefix_length
from diag.model.address import is_own, literal
from diag.model.answer import Path
from diag.model.endpoint_view import EndpointView
from diag.model.question import Trace
from diag.model.view import Answered, EvidenceView

REFUSED_AT_ONCE = 0.02
"""Seconds within which what this computer itself refuses is refused, however busy it is."""
_MOST_TRIED = 2
"""How many addresses are asked once more."""


def is_beyond(view: EvidenceView, dial: Dial) -> bool:
    """Return whether a host lies beyond a router, and is not this computer itself."""
    table, address = view.machine.routes, dial.question.address
    if is_own(address.host) or literal(address.host) is None or table is None:
        return False
    lengths = [(prefix_length(route, address), route.gateway) for route in table.answer.routes]
    best = max((length for length, _ in lengths), default=-1)
    return best >= 0 and all(gateway for length, gateway in lengths if length == best)


def one_step(view: EndpointView, refused: Iterable[Dial]) -> tuple[Trace, ...]:
    """Return the questions that tell who refused; none where a host is no further away than the first router."""
    dials = tuple(refused)
    if not dials or not all(is_beyond(view, dial) for dial in dials):
        return ()
    return tuple(Trace(dial.question.address, ONE_STEP) for dial in islice(dials, _MOST_TRIED))


def steps_seen(view: EndpointView, refused: Iterable[Dial]) -> tuple[Answered[Trace, Path], ...]:
    """Return what came of them; empty unless each was answered."""
    wanted = one_step(view, refused)
    seen = tuple(one for one in view.traces if one.question in wanted)
    return seen if len(seen) == len(wanted) else ()
