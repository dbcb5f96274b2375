"""Why a question to a resolver brought no reply: who or what ended it, which is in the evidence as it is for connects.

Silence alone may be the resolver's, the network's, or a lost packet's; every other ending has an author, and that author's owner
can fix it.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import ConnectOutcome, outcome_of_reply
from diag.knowledge.resolver_answers import ResolverAnswer
from diag.model.address import is_own
from diag.model.answer import DnsReply
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.question import Lookup
from diag.model.view import Answered

NoReply = Answered[Lookup, DnsReply]


def ending_of(view: EndpointView, reply: NoReply) -> ConnectOutcome:
    """Return what one question without a reply met with."""
    links = view.machine.interfaces
    return outcome_of_reply(reply, links.answer if links else None)


def endings_met(view: EndpointView, replies: Iterable[NoReply]) -> frozenset[ConnectOutcome]:
    """Return what several questions without a reply met with."""
    return frozenset(ending_of(view, reply) for reply in replies)


def nobody_listens(heard: Iterable[ResolverAnswer]) -> bool:
    """Return whether the resolvers that are asked are all to run on this computer, and no program there takes questions."""
    voices = tuple(heard)
    refused = (reply.answer.failure == Failure.REFUSED for voice in voices for reply in voice.replies)
    return bool(voices) and all(is_own(voice.server.host) and voice.replies for voice in voices) and all(refused)


def held_back(view: EndpointView, heard: Iterable[ResolverAnswer]) -> tuple[NoReply, ...]:
    """Return the questions, where this computer let none of those out that brought no reply; empty otherwise."""
    lost = tuple(reply for voice in heard for reply in voice.unanswered)
    return lost if endings_met(view, lost) == {ConnectOutcome.HELD_BACK} else ()
