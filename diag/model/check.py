"""A check: one cause, what it takes to see it, what it explains, who can fix it, and the sentences that tell of it.

A check is a file under `checks/`. Its module's docstring is its article; its judgement is a pure function over evidence.
Sentences are templates: `{name}` is filled from the verdict's facts when they are shown, and every name must be a fact.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.question import Question
from diag.model.verdict import Finding, Owner


def _no_more(_: object) -> Iterable[Question]:
    return ()


def _always(_: object) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """What is said of a cause when it is found."""

    title: str
    """What is wrong, in one line, with the facts that matter."""
    seen: str
    """What was seen."""
    means: str
    """What that means for someone who is no network engineer."""
    remedy: tuple[str, ...]
    """What to do, step by step, beginning with the owner's first step."""
    by_cloud: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """The same where the fact `cloud` is one of these words, with that cloud's own places to look at, in order."""
    owner: Owner | None = None
    """Who can fix it in this form; None: whom the check names."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What is common to all checks."""

    id: str
    """`<family>-<what is found>`; a public contract, never reused."""
    owner: Owner
    article: str
    """The module's docstring: what it means, why it matters, what to do, how it is told apart."""
    sentences: Sentences
    explains: tuple[str, ...] = ()
    """Ids of the causes that are mere consequences where this one is present."""
    forms: tuple[tuple[str, Sentences], ...] = ()
    """What is said in place of `sentences` where the fact `form` is one of these words: one cause, met in different places."""

    @property
    def family(self) -> str:
        """The folder that the check lives in."""
        return self.id.partition("-")[0]

    def sentences_for(self, form: object) -> Sentences:
        """What is said where the fact `form` is this; anything else than a known form gets the usual sentences."""
        return next((said for word, said in self.forms if word == form), self.sentences)


@dataclass(frozen=True, kw_only=True)
class EndpointCheck(Check):
    """A check that looks at one endpoint at a time."""

    judge: Callable[[EndpointView], Finding]
    needs: Stage = Stage.START
    """How far the walk must have come for the judgement to be possible; before that the answer is `unknown`."""
    applies: Callable[[EndpointView], bool] = _always
    questions: Callable[[EndpointView], Iterable[Question]] = _no_more
    """What else to ask, given what was seen; asked again each round, so it names all that it still wants."""


@dataclass(frozen=True, kw_only=True)
class RunCheck(Check):
    """A check that looks at the machine and at all endpoints together."""

    judge: Callable[[RunView], Finding]
    applies: Callable[[RunView], bool] = _always
    questions: Callable[[RunView], Iterable[Question]] = _no_more


AnyCheck = EndpointCheck | RunCheck
