"""A handshake that died without a word of TLS, whatever was changed about it: what its causes have in common.

They differ in how it died, and so in what is changed to find out; none of them holds where another variant was answered, nor
where the first message is known not to have arrived.
"""

from collections.abc import Callable, Collection

from msgspec import Struct

from diag.knowledge.handshake_experiments import answered, hello_read, seen_of
from diag.model.answer import Session
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Handshake
from diag.model.verdict import Because, Finding, ok, unknown
from diag.model.view import Answered


class Death(Struct, frozen=True):
    """A handshake that died, and its variants, none of which was answered."""

    seen: Answered[Handshake, Session]
    others: list[Observation]


def death(
    view: EndpointView, *, how: Collection[str], variants: Callable[[Handshake], tuple[Handshake, ...]], half_way: bool = False
) -> Death | Finding:
    """Return the walk's handshake, if it died in one of these ways whatever the variant; else the finding that says why that is
    not so.

    `half_way`: a handshake counts also where the server had said something before.
    """
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    began = bool(answer.bytes_received or answer.chain)
    if answer.failure not in how or answer.stage or (began and not half_way):
        return ok(seen.observation)
    others = seen_of(view, variants(seen.question))
    if not answer.bytes_received and any(answered(other) for other in others):
        return ok(seen.observation, *others)
    if answer.failure != Failure.CUT and hello_read(answer) is False:
        return unknown(Because.UNDECIDED, seen.observation, *others)
    return Death(seen, others)
