"""SERVFAIL, and what became of the same question with validation switched off (CD, RFC 4035, section 3.2.2)."""

from collections.abc import Iterable

from msgspec import Struct

from diag.knowledge.extended_errors import VALIDATION, errors_given
from diag.knowledge.resolver_answers import (
    ASKED_AGAIN,
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_upstream,
    outcome_of_reply,
    resolved,
)
from diag.model.answer import DnsReply
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.question import Lookup, Question
from diag.model.view import Answered

_GIVEN = frozenset({DnsOutcome.ADDRESSES, DnsOutcome.NO_ADDRESS, DnsOutcome.NO_SUCH_NAME, DnsOutcome.BROKEN_ALIAS})


class Retold(Struct, frozen=True):
    """What the resolvers said when they were asked once more, with validation off or as before."""

    replies: tuple[Answered[Lookup, DnsReply], ...]

    @property
    def _words(self) -> set[DnsOutcome]:
        return {outcome_of_reply(reply.answer) for reply in self.replies}

    @property
    def answered(self) -> bool:
        """Whether one gave an answer, be it a negative one, where it had failed before."""
        return bool(self._words & _GIVEN)

    @property
    def failed(self) -> bool:
        """Whether all fail all the same."""
        return self._words == {DnsOutcome.SERVER_FAILURE}

    @property
    def seen(self) -> tuple[Observation, ...]:
        """What this rests on."""
        return tuple(reply.observation for reply in self.replies)

    @property
    def said(self) -> tuple[DnsOutcome, ...] | None:
        """What they said, each word once; None where they were not asked."""
        return tuple(sorted(self._words)) or None


def failing(view: EndpointView) -> tuple[ResolverAnswer, ...]:
    """Return the resolvers, where the name was not resolved and all that answer fail for one record or both; empty otherwise.

    One record is enough: where A is answered and AAAA fails, many programs get no address at all.
    """
    spoke = tuple(voice for voice in answers_by_resolver(view) if voice.said is not DnsOutcome.NOTHING)
    return spoke if resolved(view) is False and all(failing_records((voice,)) for voice in spoke) else ()


def failing_records(heard: Iterable[ResolverAnswer]) -> tuple[str, ...]:
    """Return the records that some resolvers fail on."""
    return tuple(dict.fromkeys(seen.question.record for seen in _failures(heard)))


def _failures(heard: Iterable[ResolverAnswer]) -> list[Answered[Lookup, DnsReply]]:
    asked = (DnsOutcome.SERVER_FAILURE, DnsOutcome.ADDRESSES)
    return [
        seen
        for voice in heard
        if voice.said in asked
        for seen in voice.replies
        if outcome_of_reply(seen.answer) is DnsOutcome.SERVER_FAILURE
    ]


def failing_behind(view: EndpointView) -> tuple[ResolverAnswer, ...]:
    """Return those behind this machine's own resolver that fail as it does; it may not hand on that validation be off."""
    return tuple(voice for voice in answers_upstream(view) if voice.said is DnsOutcome.SERVER_FAILURE) if failing(view) else ()


def unvalidated(view: EndpointView) -> Iterable[Question]:
    """Return the questions that failed, once more with validation off."""
    return [
        Lookup(seen.question.name, seen.question.server, seen.question.record, checking_disabled=True)
        for seen in _failures((*failing(view), *failing_behind(view)))
    ]


def without_validation(view: EndpointView) -> Retold:
    """Return what came back to those."""
    return Retold(tuple(seen for seen in view.replies if seen.question.checking_disabled))


def says_why(view: EndpointView) -> bool:
    """Return whether a resolver that fails says itself that the signatures do not hold (RFC 8914)."""
    return bool(VALIDATION.intersection(errors_given((*failing(view), *failing_behind(view)))))


def asked_again(view: EndpointView) -> Iterable[Question]:
    """Return the questions that failed, once more as they were, where only validation seems to stand in the way and none says so:
    a resolver that failed for a moment looks the same.
    """
    if says_why(view) or not without_validation(view).answered:
        return []
    failures = _failures((*failing(view), *failing_behind(view)))
    return [Lookup(seen.question.name, seen.question.server, seen.question.record, attempt=ASKED_AGAIN) for seen in failures]


def told_anew(view: EndpointView) -> Iterable[Question]:
    """Return what is asked of resolvers that fail: with validation off, and then, where that helps, once more as before."""
    return (*unvalidated(view), *asked_again(view))


def later(view: EndpointView) -> Retold:
    """Return what came back to those."""
    wanted = set(asked_again(view))
    return Retold(tuple(seen for seen in view.replies if seen.question in wanted))
