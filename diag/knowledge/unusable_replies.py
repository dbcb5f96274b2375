"""What is wrong with a resolver's reply that is no answer.

Something listens at the resolver's address and replies, so it is not silent; and nothing that it says can be used. Either what
listens there is no resolver, or a device on the way replies in its place.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.resolver_answers import DnsOutcome, ResolverAnswer, message_of, outcome_of_reply
from diag.model.answer import DnsReply
from diag.model.failure import Failure


class UnusableReply(StrEnum):
    """Why a reply is no answer."""

    NOT_IMPLEMENTED = "not_implemented"
    """NOTIMP (RFC 1035, section 4.1.1)."""
    FORMAT_ERROR = "format_error"
    """FORMERR, also to a question without EDNS."""
    OTHER_CODE = "other_code"
    NO_MESSAGE = "no_message"
    """It does not read as a DNS message."""
    NO_ANSWER = "no_answer"
    """It reads as one and does not answer, such as the question itself, sent back."""
    STRAY = "stray"
    """Its id, or its question, is another one: programs wait on for theirs."""
    REFERRAL = "referral"
    """It refers elsewhere and asks nobody: a name server of some zone, and no resolver (RFC 1034, section 4.3.1)."""


_BY_CODE = {"NOTIMP": UnusableReply.NOT_IMPLEMENTED, "FORMERR": UnusableReply.FORMAT_ERROR}


def why_unusable(heard: Iterable[ResolverAnswer]) -> tuple[UnusableReply, ...]:
    """Return what is wrong with those replies of some resolvers that are no answers, each word once."""
    replies = (reply.answer for voice in heard for reply in voice.replies)
    return tuple(dict.fromkeys(_why(reply) for reply in replies if outcome_of_reply(reply) is DnsOutcome.UNUSABLE))


def _why(reply: DnsReply) -> UnusableReply:
    message = message_of(reply)
    if message is None:
        return UnusableReply.NO_MESSAGE if reply.message else UnusableReply.STRAY
    if message.rcode in _BY_CODE:
        return _BY_CODE[message.rcode]
    if message.rcode != "NOERROR":
        return UnusableReply.OTHER_CODE
    return UnusableReply.NO_ANSWER if reply.failure == Failure.MALFORMED else UnusableReply.REFERRAL
