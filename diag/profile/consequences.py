"""Which endpoint is broken means what: the diagnosis in terms of the user's work. Pure: sentences from roles and states."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from diag.model.diagnosis import Diagnosis, EndpointState, Outcome
from diag.model.text import clean
from diag.profile.profile import Profile
from diag.profile.roles import Role, roles_of

_MOST_NAMES = 3
"""Endpoints that a sentence names."""
MOST_PHRASES = 6
"""Ends that a sentence lists."""


@dataclass
class _End:
    """One thing that the user wants to do, and how the endpoints fare that it needs."""

    enables: str
    required: bool
    works: list[str] = field(default_factory=list)
    fails: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.works) + len(self.fails) + len(self.open)


def consequences(diagnosis: Diagnosis, profile: Profile) -> tuple[str, ...]:
    """What works and what will not, in sentences; none where nothing fails, or where no endpoint says what it is for."""
    roles = {role.name: role for role in profile.roles}
    ends: dict[str, _End] = {}
    blocked: dict[str, Role] = {}
    for state in diagnosis.endpoints:
        for word in roles_of(state.endpoint):
            role = roles.get(word, Role(word, f"what needs {clean(word, 60)}", required=state.endpoint.expects.required))
            end = ends.setdefault(role.enables, _End(role.enables, role.required))
            end.required = end.required or role.required
            _sort_in(end, state)
            if _fails(state):
                blocked[word] = role
    order = {role.enables: number for number, role in reversed(list(enumerate(profile.roles)))}
    ranked = sorted(ends.values(), key=lambda end: order.get(end.enables, len(order)))
    return tuple(_sentences(ranked, sorted(blocked.values(), key=lambda role: order.get(role.enables, len(order)))))


def _sort_in(end: _End, state: EndpointState) -> None:
    name = clean(str(state.endpoint), 200)
    if _fails(state):
        end.fails.append(name)
    elif state.status is Outcome.UNKNOWN:
        end.open.append(name)
    else:
        end.works.append(name)


def _fails(state: EndpointState) -> bool:
    """Whether a program that needs this endpoint fails, by a cause that was found."""
    return state.status is Outcome.PROBLEM or (state.status is Outcome.UNKNOWN and bool(state.causes))


def _sentences(ends: Sequence[_End], blocked: Iterable[Role]) -> Iterable[str]:
    failing = [end for end in ends if end.fails]
    undecided = [end for end in ends if end.open and not end.fails]
    if not failing and not undecided:
        return
    needed = [end for end in failing if end.required]
    working = [end.enables for end in ends if end.required and not end.fails and not end.open]
    if needed:
        wont = _listed([_limited(end) for end in needed])
        if working:
            yield _sentence(f"{_listed(working)} {'works' if len(working) == 1 else 'work'}; {wont} will not")
        else:
            yield _sentence(f"{wont} will not work")
    elif failing and working and not undecided:
        yield _sentence(f"{_listed(working)} {'works' if len(working) == 1 else 'work'}; what fails is not needed for that")
    for end in failing:
        if not end.required:
            yield _sentence(f"not needed for the rest, and not working: {_limited(end)}")
    for end in undecided:
        yield _sentence(f"whether {end.enables} works could not be decided")
    partly = {end.enables for end in failing if len(end.fails) < end.total}
    yield from dict.fromkeys(
        f"{'Wherever a blocked one is needed: ' if role.enables in partly else ''}{role.without}"
        for role in blocked
        if role.without
    )


def _limited(end: _End) -> str:
    """An end, and where only some of its endpoints fail, which."""
    if len(end.fails) == end.total:
        return end.enables
    return f"{end.enables} (as far as it needs {_listed(end.fails, _MOST_NAMES)}, {len(end.fails)} of {end.total})"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _listed(phrases: Sequence[str], most: int = MOST_PHRASES) -> str:
    shown = list(phrases[:most])
    if len(phrases) > most:
        shown.append(f"{len(phrases) - most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
