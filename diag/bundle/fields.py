"""How much each field of evidence says about the customer, read once from its type, and the walk that rewrites by it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Annotated, Any, ForwardRef, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, Struct

from diag.model.address import Address, Authority
from diag.model.privacy import Form, Privacy
from diag.model.question import Question

FieldValue = str | bytes
S = TypeVar("S", bound=Struct)


class Class(Struct, frozen=True):
    """What a field declares: how private it is, and what form its values have; `form` None: free."""

    privacy: Privacy
    form: Form | None = None


class Plan(Struct, frozen=True):
    """One field of a struct: a leaf of some class, a nested struct (`of` None), or undeclared."""

    name: str
    of: Class | None
    declared: bool
    default: Any
    held: "frozenset[Held]"
    """Whatever text it can hold, itself or further below; empty: none of anybody's, but numbers, times, words of closed lists."""


Held = tuple[type[FieldValue], Class | None]
"""A kind of text, `str` or `bytes`, with its class; None: it declares none."""
_Change = Callable[[FieldValue, Class], FieldValue]
"""What becomes of one text or byte string, given its class."""
_CLOSED = Class(Privacy.PUBLIC)
"""A `Literal` is a closed list of our own words and can say nothing about anyone."""
_NESTED = object()
_UNIONS = (Union, UnionType)
_WITHOUT_TEXT = (int, float, bool, datetime, NoneType)
_ANYTHING: frozenset[Held] = frozenset({(str, None), (bytes, None)})
_REPEATED = (Address, Authority, *Question.__args__)
"""What the same run repeats over and over: rewritten once each."""


@cache
def plans(struct: type[Struct]) -> tuple[Plan, ...]:
    """Return the fields of one struct, in order, with what they declare."""
    found = []
    types, defaults = types_of(struct), struct.__struct_defaults__
    needed = (NODEFAULT,) * (len(struct.__struct_fields__) - len(defaults))
    for name, default in zip(struct.__struct_fields__, (*needed, *defaults), strict=True):
        of, held = _told(types[name])
        declared = of is not None and not (isinstance(of, Class) and of.privacy is Privacy.SECRET)
        found.append(Plan(name, of if isinstance(of, Class) else None, declared, default, held))
    return tuple(found)


def types_of(struct: type[Struct]) -> Mapping[str, Any]:
    """Return the types of a struct's fields as they are written, or, where one names what is defined later, as msgspec reads
    them, which takes ten times as long.
    """
    written = {name: kind for base in reversed(struct.__mro__) for name, kind in get_annotations(base).items()}
    if any(map(_looks_ahead, written.values())):
        return {field.name: field.type for field in msgspec.structs.fields(struct)}
    return written


def _looks_ahead(kind: Any) -> bool:
    return isinstance(kind, str | ForwardRef) or any(map(_looks_ahead, get_args(kind)))


_TOLD: dict[int, tuple[Any, Class | object | None, frozenset[Held]]] = {}
"""By the identities of types, which are kept with it: types of `typing` are slow to compare, and some have no hash."""


def _told(kind: Any) -> tuple[Class | object | None, frozenset[Held]]:
    """What a type declares (a class; `_NESTED` for structs; None: nothing), and what a field of it can hold, itself or further
    below. Read once, since one type stands at many fields.
    """
    if id(kind) not in _TOLD:
        _TOLD[id(kind)] = kind, *_read(kind)
    return _TOLD[id(kind)][1:]


def _read(kind: Any) -> tuple[Class | object | None, frozenset[Held]]:
    if _is_struct(kind):
        return _NESTED, frozenset(held for plan in plans(kind) for held in plan.held)
    origin, within = get_origin(kind), get_args(kind)
    if origin is Annotated:
        inner, *marks = within
        said = {key: value for mark in marks if isinstance(mark, Meta) for key, value in (mark.extra or {}).items()}
        if "privacy" not in said:
            return _told(inner)
        of = Class(Privacy(said["privacy"]), said.get("form"))
        return of, _texts_of(inner, of)
    if origin is Literal:
        return _CLOSED, frozenset()
    if origin is tuple and len(within) == 2 and within[1] is ...:
        return _told(within[0])
    if origin in _UNIONS:
        return _of_choice([one for one in within if one is not NoneType])
    return None, _ANYTHING


def _of_choice(kinds: Sequence[Any]) -> tuple[Class | object | None, frozenset[Held]]:
    """Of a choice of structs, what it holds may be anything: which it is shows its value, and to read all of them takes long."""
    if sum(1 for kind in kinds for _ in _structs(kind)) > 1:
        return (_NESTED if all(map(_is_struct, kinds)) else None), _ANYTHING
    told = [_told(kind) for kind in kinds]
    classes = {of for of, _ in told}
    of = classes.pop() if len(classes) == 1 else None
    return of, _ANYTHING if of is None else frozenset(held for _, each in told for held in each)


def _texts_of(kind: Any, of: Class) -> frozenset[Held]:
    """The kinds of text in a type whose class is said."""
    origin, within = get_origin(kind), get_args(kind)
    if origin is Annotated or (origin is tuple and len(within) == 2 and within[1] is ...):
        return _texts_of(within[0], of)
    if origin in _UNIONS:
        return frozenset(held for one in within for held in _texts_of(one, of))
    return frozenset() if origin is Literal or kind in _WITHOUT_TEXT else frozenset({(bytes if kind is bytes else str, of)})


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def undeclared(root: type[Struct]) -> tuple[str, ...]:
    """Return the fields below `root` that would be dropped, as `Struct.field`: those of no class, and those of class secret."""
    return tuple(
        f"{struct.__name__}.{plan.name}"
        for struct in sorted(below(root), key=lambda s: s.__name__)
        for plan in plans(struct)
        if not plan.declared
    )


def below(root: type[Struct]) -> set[type[Struct]]:
    """Return `root` and every struct that its fields can hold."""
    seen: set[type[Struct]] = set()
    waiting = [root]
    while waiting:
        struct = waiting.pop()
        if struct not in seen:
            seen.add(struct)
            waiting.extend(inner for kind in types_of(struct).values() for inner in _structs(kind))
    return seen


def _structs(kind: Any) -> Iterator[type[Struct]]:
    if _is_struct(kind):
        yield kind
    elif get_origin(kind) is not Literal:
        for inner in get_args(kind):
            yield from _structs(inner)


class Rewriter:
    """Rewrites structs leaf by leaf; what is undeclared falls back to its default, and is noted in `dropped`.

    `whole` names the structs that are changed as one, because one of their fields decides about another; `form` what alone is
    to be changed, None: everything.
    """

    def __init__(
        self,
        change: _Change,
        whole: Mapping[type[Struct], Callable[[Any], Struct]] | None = None,
        form: Form | None = None,
    ) -> None:
        self.change = change
        self._whole = whole or {}
        self._form = form
        self._plans: dict[type[Struct], tuple[Plan, ...]] = {}
        """The fields that matter, by the type of their struct."""
        self.dropped: dict[str, int] = {}
        self._done: dict[Struct, Struct | None] = {}
        """What has been rewritten already, with what it became; None: it stayed."""
        self._stay: set[tuple[FieldValue, Class]] = set()
        """What `change` left as it is: it is asked about each once."""

    def __call__(self, struct: S) -> S:
        """`struct` with every text and byte string changed; the same object where nothing did."""
        if not isinstance(struct, _REPEATED):
            return self._rewritten(struct)
        if struct not in self._done:
            new = self._rewritten(struct)
            self._done[struct] = None if new is struct else new
        return self._done[struct] or struct  # type: ignore[return-value]  # the value stands under a key of its own type

    def _rewritten(self, struct: S) -> S:
        if type(struct) in self._whole:
            return self._whole[type(struct)](struct)  # type: ignore[return-value]  # each hands back its own type
        changed = {}
        for plan in self._looked_at(type(struct)):
            old = getattr(struct, plan.name)
            if old is plan.default:
                continue  # nobody said it
            new = self._field(struct, plan, old)
            if new is not old:
                changed[plan.name] = new
        return msgspec.structs.replace(struct, **changed) if changed else struct

    def _looked_at(self, struct: type[Struct]) -> tuple[Plan, ...]:
        if struct not in self._plans:
            self._plans[struct] = tuple(plan for plan in plans(struct) if any(map(self._matters, plan.held)))
        return self._plans[struct]

    def _matters(self, held: Held) -> bool:
        of = held[1]
        return of is None or self._form in (None, of.form)

    def _field(self, struct: Struct, plan: Plan, old: Any) -> Any:
        if plan.declared:
            new = self._value(old, plan.of)
            # What equals its default becomes it: msgspec leaves out a default only where it is the very same object.
            return plan.default if isinstance(new, (tuple, Struct)) and new == plan.default else new
        if plan.default is NODEFAULT:
            raise TypeError(f"{type(struct).__name__}.{plan.name} declares no privacy and has no default to fall back to")
        if old != plan.default:
            where = f"{type(struct).__name__}.{plan.name}"
            self.dropped[where] = self.dropped.get(where, 0) + 1
        return plan.default

    def _value(self, value: Any, of: Class | None) -> Any:
        if isinstance(value, Struct):
            return self(value)
        if isinstance(value, tuple):
            items = tuple(self._value(item, of) for item in value)
            return value if all(new is old for new, old in zip(items, value, strict=True)) else items
        if of is not None and isinstance(value, (str, bytes)) and value and (value, of) not in self._stay:
            new = self.change(value, of)
            if new != value:
                return new
            self._stay.add((value, of))
        return value


def leaves(
    value: Any, of: Class | None = None, path: str = "", *, kinds: tuple[type[FieldValue], ...] = (str, bytes)
) -> Iterator[tuple[str, FieldValue, Class]]:
    """Yield every non-empty text and byte string (or, of `kinds`, one of them) below a struct of evidence, with its dotted path
    and class.
    """
    if isinstance(value, Struct):
        for plan in _holding(type(value), kinds):
            held = getattr(value, plan.name)
            if held is not None and held is not plan.default:
                yield from leaves(held, plan.of, f"{path}.{plan.name}" if path else plan.name, kinds=kinds)
    elif isinstance(value, tuple):
        for item in value:
            yield from leaves(item, of, path, kinds=kinds)
    elif of is not None and isinstance(value, kinds) and value:
        yield path, value, of


@cache
def _holding(struct: type[Struct], kinds: tuple[type[FieldValue], ...]) -> tuple[Plan, ...]:
    return tuple(plan for plan in plans(struct) if any(kind in kinds for kind, _ in plan.held))
