"""A check: one cause, what it takes to see it, what it explains, who can fix it, and the sentences that tell of it.

A check is a file under `checks/`. Its module's docstring is its article; its judgement is a pure function over evidence.
Sentences are templates: `{name}` is filled from the verdict's facts when they are shown. Facts are tokens, numbers, moments,
addresses and names that were seen; what a token means is said in one table of the report.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct, field

from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Question
from diag.model.verdict import Fact, Finding, Owner

FAMILIES = ("machine", "dns", "network", "proxy", "privatelink", "tls", "http")
"""From the ground up: where two causes hit as many endpoints, the lower one is fixed first."""
FAMILIES_ON_THE_WAY = frozenset({"machine", "dns", "network", "proxy", "privatelink"})
"""The families of what lies between here and the endpoint; what is said over an open connection is the same everywhere."""


def _no_more(_: object) -> Iterable[Question]:
    return ()


def _always(_: object) -> bool:
    return True


class When(Struct, frozen=True):
    """A sentence for some findings only: said where `fact` has one of `values`; with none, where the fact is there at all."""

    fact: str
    values: tuple[Fact, ...]
    text: str


Text = str | When
"""A sentence or a step. One that has a gap for which there is no fact is left out."""


class Sentences(Struct, frozen=True, kw_only=True):
    """What is said of a cause when it is found."""

    title: str
    """What is wrong, in one line, with the facts that matter. Every gap of it is always a fact."""
    seen: str | tuple[Text, ...]
    """What was seen; several sentences, where some are said only sometimes."""
    means: str | tuple[Text, ...]
    """What that means for someone who is no network engineer."""
    remedy: tuple[Text, ...]
    """What to do, step by step, beginning with the owner's first step."""
    by_cloud: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same where the fact `cloud` is one of these words, with that cloud's own places to look at, in order."""
    owner: Owner | None = None
    """Who can fix it in this form; None: whom the check names."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every template, in the order in which they are told."""
        parts = (self.title, *as_texts(self.seen), *as_texts(self.means), *self.remedy)
        steps = (step for steps in self.by_cloud.values() for step in steps)
        return (*(part.text if isinstance(part, When) else part for part in parts), *steps)


def as_texts(said: str | tuple[Text, ...]) -> tuple[Text, ...]:
    """Return one sentence or several as several."""
    return (said,) if isinstance(said, str) else said


class Rival(Struct, frozen=True):
    """What else could leave the same evidence.

    It is ruled out by what a finding says of it (`Finding.rules_out`), or by the rival check's own verdict that it was looked
    for and is absent. While it is not, the cause is not certain, and the report names the rival and the look that would decide.
    Whose else a cause may be is told by its rivals, and in no other place.
    """

    id: str
    """The check's id; or, where no check can tell, a word of our own (`host-down`) with `words`."""
    decided_by: str
    """The look that would decide, as the end of "What would decide: ..."; a template over the finding's facts."""
    words: str = ""
    """What it is, where it is no check: a clause without a full stop; a template likewise."""
    owner: Owner | None = None
    """Who can fix it, where it is this: named beside the cause's own while it is not ruled out. None: that check's own; of what
    is no check, the same party. Of the proxy's operator and without `where`, it arises only where a proxy is on the way."""
    whose: bool = False
    """Whether it is the same fault in other hands: what happens is certain all the same, and only whose it is stays open."""
    where: str = ""
    """The fact with which it arises, as one of `among`; with none of these, where the fact is there at all. Empty: always."""
    among: tuple[Fact | None, ...] = ()
    """None among these: where there is no such fact."""

    def arises(self, facts: Mapping[str, Fact]) -> bool:
        """Return whether it comes into question where a finding has these facts."""
        return not self.where or (facts.get(self.where) in self.among if self.among else self.where in facts)


class Check(Struct, frozen=True, kw_only=True, eq=False):
    """What is common to all checks."""

    id: str
    """`<family>-<what is found>`; a public contract, never reused."""
    owner: Owner
    article: str
    """The module's docstring: what it means, why it matters, what to do, how it is told apart."""
    sentences: Sentences
    explains: tuple[str, ...] = ()
    """Ids of the causes that are mere consequences where this one is present."""
    rivals: tuple[Rival, ...] | None = None
    """What could leave the same evidence; empty: nothing could; None: nobody has said yet, and no finding of it is certain."""
    tokens: Mapping[str, type[StrEnum]] = field(default_factory=dict)
    """The facts that are words of a closed list, each with its list; the phrase of each word stands in the report."""
    alike: tuple[str, ...] = ()
    """The facts by which the *cure* differs: two cases of this cause are alike where these are equal, and so is what helps them.
    Words of closed lists, or codes; never a name, an address or a number that wanders."""
    measures: tuple[str, ...] = ()
    """The facts that are counts or moments of each endpoint's own. Findings that differ in these alone are one fault; the least
    are told, the first named deciding."""
    forms: tuple[tuple[str, Sentences], ...] = ()
    """What is said in place of `sentences` where the fact `form` is one of these words: one cause, met in different places."""
    by_rule: bool = False
    """Whether the rules of a cloud's network (security groups, network ACLs) can bring it about."""
    by_place: bool = False
    """Whether it may be so for want of a VPN or because of one, or be otherwise on the host of a container."""
    asks_for: str = ""
    """What is refused by a rule that somebody has set, as the reason in a request to lift it; empty: it is no rule's doing."""
    ask: str = ""
    """What only the customer can say about it, without a question mark at its end; a template; empty: what its family asks."""
    is_what_is_left: bool = False
    """Whether it only describes what nothing else explains: any other problem at the same endpoint, but for those that it
    explains itself, takes its place."""
    about_chain: bool = False
    """Whether it is about the certificates that were presented, so that these are shown beneath it."""
    at_wrong_address: bool = False
    """Whether it is what a wrong address looks like, and then the fault of who gave that address."""
    reference: str = ""
    """Where the standard or the vendor says more: one address of the web (https)."""
    article_at: str = ""
    """Where its article stands on the web (https), as whoever reports has said; empty: nobody said."""
    do: tuple[HowTo, ...] = ()
    """The topics that it is mended by; empty: its own steps say all."""
    see: tuple[ShellLine, ...] = ()
    """Commands that show it by other means than diag's, the best first; one for each shell is shown."""
    see_not: str = ""
    """Why no command can show it, as a clause; empty where `see` has one."""
    spares_who_arrives: bool = False
    """Whether programs are served all the same at an endpoint where it is found, if that endpoint answers."""
    gives_address: bool = False
    """Whether it is about who gave the address, so that it explains all that is seen at a wrong one."""

    @property
    def family(self) -> str:
        """The folder that the check lives in."""
        return self.id.partition("-")[0]

    def sentences_for(self, form: object) -> Sentences:
        """Return what is said where the fact `form` is this; anything else than a known form gets the usual sentences."""
        return next((said for word, said in self.forms if word == form), self.sentences)


class EndpointCheck(Check, frozen=True, kw_only=True):
    """A check that looks at one endpoint at a time."""

    judge: Callable[[EndpointView], Finding]
    needs: Stage = Stage.START
    """How far the walk must have come for the judgement to be possible; before that the answer is `unknown`."""
    applies: Callable[[EndpointView], bool] = _always
    questions: Callable[[EndpointView], Iterable[Question]] = _no_more
    """What else to ask, given what was seen; asked again each round, so it names all that it still wants."""
    any_session: bool = False
    """Whether it judges a TLS session whoever that is with: the one with a proxy on the way is judged by it, too."""


class RunCheck(Check, frozen=True, kw_only=True):
    """A check that looks at the machine and at all endpoints together."""

    judge: Callable[[RunView], Finding]
    applies: Callable[[RunView], bool] = _always
    questions: Callable[[RunView], Iterable[Question]] = _no_more


AnyCheck = EndpointCheck | RunCheck


def explained_by(check: AnyCheck, checks: Iterable[AnyCheck]) -> tuple[str, ...]:
    """Return the ids of those among `checks` that are mere consequences where `check` is present."""
    seen_there = [other.id for other in checks if other.at_wrong_address] if check.gives_address else []
    return tuple(dict.fromkeys((*check.explains, *seen_there)))
