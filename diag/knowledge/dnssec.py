"""SERVFAIL, and what became of the same question with validation switched off (CD, RFC 4035, section 3.2.2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from diag.knowledge.resolver_answers import Said, Voice, resolved, said_by, voices, voices_behind
from diag.model.answer import DnsReply
from diag.model.case import Case
from diag.model.observation import Observation
from diag.model.question import Lookup, Question
from diag.model.view import Seen


@dataclass(frozen=True)
class Unchecked:
    """What the resolvers said with validation off."""

    replies: tuple[Seen[Lookup, DnsReply], ...]

    @property
    def _words(self) -> set[Said]:
        return {said_by(reply.answer) for reply in self.replies}

    @property
    def answered(self) -> bool:
        """Whether one gave an answer, be it a negative one, where it had failed before."""
        return bool(self._words & {Said.ADDRESSES, Said.NO_ADDRESS, Said.NO_SUCH_NAME, Said.BROKEN_ALIAS})

    @property
    def failed(self) -> bool:
        """Whether all fail all the same."""
        return self._words == {Said.SERVER_FAILURE}

    @property
    def seen(self) -> tuple[Observation, ...]:
        """What this rests on."""
        return tuple(reply.observation for reply in self.replies)

    @property
    def word(self) -> str:
        """It all in a few words."""
        return ", ".join(sorted(self._words)) or "not asked"


def failing(case: Case) -> tuple[Voice, ...]:
    """The resolvers, where the name was not resolved and all that answer fail for one record or both; empty otherwise.

    One record is enough: where A is answered and AAAA fails, many programs get no address at all.
    """
    spoke = tuple(voice for voice in voices(case) if voice.said is not Said.NOTHING)
    return spoke if resolved(case) is False and all(failing_records((voice,)) for voice in spoke) else ()


def failing_records(heard: Iterable[Voice]) -> tuple[str, ...]:
    """The records that some resolvers fail on."""
    return tuple(dict.fromkeys(seen.question.record for seen in _failures(heard)))


def _failures(heard: Iterable[Voice]) -> list[Seen[Lookup, DnsReply]]:
    asked = (Said.SERVER_FAILURE, Said.ADDRESSES)
    return [
        seen for voice in heard if voice.said in asked for seen in voice.replies if said_by(seen.answer) is Said.SERVER_FAILURE
    ]


def failing_behind(case: Case) -> tuple[Voice, ...]:
    """Those behind this machine's own resolver that fail as it does; it may not hand on that validation be off."""
    return tuple(voice for voice in voices_behind(case) if voice.said is Said.SERVER_FAILURE) if failing(case) else ()


def questions(case: Case) -> Iterable[Question]:
    """The questions that failed, once more with validation off."""
    return [
        Lookup(seen.question.name, seen.question.server, seen.question.record, checking_disabled=True)
        for seen in _failures((*failing(case), *failing_behind(case)))
    ]


def without_validation(case: Case) -> Unchecked:
    """What came back to those."""
    return Unchecked(tuple(seen for seen in case.replies if seen.question.checking_disabled))
