"""One question, and what came back. Judgement starts from these and from nothing else."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from diag.model.answer import NetworkFacts
from diag.model.machine import MachineFacts
from diag.model.privacy import Moment, Privacy, PublicText, Seconds
from diag.model.question import Question

Answer = MachineFacts | NetworkFacts


class FaultKind(StrEnum):
    """Why a question has no answer, through no doing of the network."""

    DEADLINE = "deadline"
    """The run's time was over."""
    INTERRUPTED = "interrupted"
    """The user stopped the run."""
    BROKEN = "broken"
    """Our own bug: the probe raised what it should have caught."""
    UNSUPPORTED = "unsupported"
    """This system or build cannot ask that."""


class Unsupported(Exception):
    """A question that this system or build cannot ask; the message names what is missing, never a value."""


class Fault(Struct, frozen=True, omit_defaults=True):
    """A question that could not be asked."""

    kind: Annotated[FaultKind, Meta(extra={"privacy": Privacy.PUBLIC})]
    detail: PublicText = ""
    """The exception's type and the line that raised it, never its message: messages carry values."""


class Observation(Struct, frozen=True, omit_defaults=True):
    """What one question brought: an answer, or a fault, never both.

    Raises ValueError when built with neither or both.
    """

    id: PublicText
    """`<kind>-<n>`, such as `tunnel-3`; unique in its run."""
    question: Question
    began: Moment
    took: Seconds
    answer: Answer | None = None
    fault: Fault | None = None
    needed: tuple[PublicText, ...] = ()
    """The ids of the observations that it stood on."""
    crowded: PublicText = ""
    """How a proxy kept it out at first, while other connections of ours were open there: a word of `Failure`, or a status. It was
    asked again alone, and the answer is to that. Empty: it was asked once.
    """

    def __post_init__(self) -> None:
        if (self.answer is None) == (self.fault is None):
            raise ValueError(f"observation {self.id} needs an answer or a fault, and not both")
