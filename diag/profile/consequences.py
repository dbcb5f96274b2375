"""Which endpoint is broken means what: the diagnosis in terms of the user's work. Pure: sentences from roles and states."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from diag.language import PROFILE, in_turn, joined, said, translated
from diag.model.diagnosis import Diagnosis, EndpointState, Outcome
from diag.model.endpoint import DEFAULT_PORTS, Endpoint
from diag.model.text import clean
from diag.profile.profile import Profile
from diag.profile.roles import Role, roles_of

_MOST_NAMES = 3
"""Endpoints that a sentence names."""
MOST_PHRASES = 6
"""Ends that a sentence lists."""


class _End(Struct):
    """One thing that the user wants to do, and how the endpoints fare that it needs."""

    enables: str
    """As a gerund; empty: nobody says what these endpoints are for."""
    required: bool
    without: dict[str, None] = field(default_factory=dict)
    """What the user sees, by the roles of the endpoints that fail."""
    works: list[str] = field(default_factory=list)
    fails: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    @property
    def partly(self) -> bool:
        """Whether some of its endpoints work all the same."""
        return bool(self.works)


def consequences(diagnosis: Diagnosis, profile: Profile) -> tuple[str, ...]:
    """Return what works and what does not, in sentences; none where nothing fails, or where no endpoint says what it is for."""
    roles = {role.name: role for role in profile.roles}
    ends: dict[str, _End] = {}
    for state in diagnosis.endpoints:
        for word in roles_of(state.endpoint):
            role = roles.get(word, Role(word, "", required=state.endpoint.expects.required))
            enables, without = (translated(text, PROFILE) for text in (role.enables, role.without))
            end = ends.setdefault(role.enables or word, _End(enables, role.required))
            end.required = end.required or role.required
            _sort_in(end, state)
            if _fails(state) and without:
                end.without[without] = None
    order = {role.enables: number for number, role in reversed(list(enumerate(profile.roles)))}
    ranked = [end for _, end in sorted(ends.items(), key=lambda named: order.get(named[0], len(order)))]
    return tuple(dict.fromkeys(_sentences(ranked)))


def _sort_in(end: _End, state: EndpointState) -> None:
    name = clean(_shown(state.endpoint), 200)
    if _fails(state):
        end.fails.append(name)
    elif state.status is Outcome.UNKNOWN:
        end.open.append(name)
    else:
        end.works.append(name)


def _fails(state: EndpointState) -> bool:
    """Whether a program that needs this endpoint fails, by a cause that was found."""
    if state.served:
        return False
    return state.status is Outcome.PROBLEM or (state.status is Outcome.UNKNOWN and bool(state.causes))


def _sentences(ends: Sequence[_End]) -> Iterable[str]:
    failing = [end for end in ends if end.fails]
    undecided = [end for end in ends if end.open and not end.fails]
    if not failing and not undecided:
        return
    for end in sorted(failing, key=lambda end: not end.required):
        yield from _broken(end)
    working = [end.enables for end in ends if end.enables and end.required and not end.fails and not end.open]
    if working:
        works = said("{ends} works.", ends=_listed(working)) if len(working) == 1 else said("{ends} work.", ends=_listed(working))
        yield _sentence(works)
    for end in undecided:
        if end.enables:
            yield _sentence(said("whether {end} works could not be decided.", end=end.enables))
        else:
            hosts = _listed(end.open, _MOST_NAMES)
            yield _sentence(said("whether what needs {hosts} works could not be decided.", hosts=hosts))


def _broken(end: _End) -> Iterable[str]:
    """What does not work any more, with its own hosts, and what that looks like."""
    hosts = _listed(end.fails, _MOST_NAMES)
    if not end.enables:
        broken = said("Anything that uses {hosts} does not work.", hosts=hosts)
    elif end.partly:
        at = said("all others") if len(end.works) > _MOST_NAMES else _listed(end.works)
        broken = said("{end} does not work through {hosts}; through {others} it does.", end=end.enables, hosts=hosts, others=at)
    else:
        broken = said("{end} does not work.", end=end.enables)
    yield _sentence(in_turn(broken, "" if end.required else said("Nothing else depends on it.")))
    yield from end.without


def _shown(endpoint: Endpoint) -> str:
    """An endpoint as people say it: its host, with the port where that is not the usual one."""
    usual = DEFAULT_PORTS.get(endpoint.scheme) == endpoint.port
    return endpoint.host if usual else str(endpoint.authority)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _listed(phrases: Sequence[str], most: int = MOST_PHRASES) -> str:
    shown = list(phrases[:most])
    if len(phrases) > most:
        shown.append(said("{number} more", number=len(phrases) - most))
    return shown[0] if len(shown) == 1 else said("{items} and {last}", items=joined(shown[:-1]), last=shown[-1])
