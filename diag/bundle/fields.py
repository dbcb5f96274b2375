"""How much each field of evidence says about the customer, read once from its type, and the walk that rewrites by it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import NODEFAULT, Struct

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
    inert: bool
    """It is declared, and can hold no text of anybody's: a number, a time, a word of a closed list."""


_Change = Callable[[FieldValue, Class], FieldValue]
"""What becomes of one text or byte string, given its class."""
_CLOSED = Class(Privacy.PUBLIC)
"""A `Literal` is a closed list of our own words and can say nothing about anyone."""
_NESTED = object()
_REPEATED = (Address, Authority, *Question.__args__)
"""What the same run repeats over and over: rewritten once each."""


@cache
def plans(struct: type[Struct]) -> tuple[Plan, ...]:
    """Return the fields of one struct, in order, with what they declare."""
    kind = msgspec.inspect.type_info(struct)
    assert isinstance(kind, msgspec.inspect.StructType)
    found = []
    for field, described in zip(msgspec.structs.fields(struct), kind.fields, strict=True):
        of = _class(described.type)
        declared = of is not None and not (isinstance(of, Class) and of.privacy is Privacy.SECRET)
        default = field.default if field.default_factory is NODEFAULT else field.default_factory()
        found.append(
            Plan(
                name=field.name,
                of=of if isinstance(of, Class) else None,
                declared=declared,
                default=default,
                inert=declared and not _holds_text(described.type),
            )
        )
    return tuple(found)


def _class(kind: msgspec.inspect.Type) -> Class | object | None:
    """The class that a field's type declares; `_NESTED` for structs; None where it declares none."""
    match kind:
        case msgspec.inspect.Metadata(type=inner, extra=extra):
            declared = (extra or {}).get("privacy")
            return _class(inner) if declared is None else Class(Privacy(declared), (extra or {}).get("form"))
        case msgspec.inspect.StructType():
            return _NESTED
        case msgspec.inspect.LiteralType():
            return _CLOSED
        case msgspec.inspect.VarTupleType(item_type=item):
            return _class(item)
        case msgspec.inspect.UnionType(types=types):
            classes = {_class(inner) for inner in types if not isinstance(inner, msgspec.inspect.NoneType)}
            return classes.pop() if len(classes) == 1 else None
        case _:
            return None


def _holds_text(kind: msgspec.inspect.Type) -> bool:
    match kind:
        case msgspec.inspect.Metadata(type=inner) | msgspec.inspect.VarTupleType(item_type=inner):
            return _holds_text(inner)
        case msgspec.inspect.UnionType(types=types):
            return any(_holds_text(inner) for inner in types)
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType() | msgspec.inspect.BoolType():
            return False
        case msgspec.inspect.DateTimeType() | msgspec.inspect.LiteralType() | msgspec.inspect.NoneType():
            return False
        case _:
            return True


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
            kind = msgspec.inspect.type_info(struct)
            assert isinstance(kind, msgspec.inspect.StructType)
            waiting.extend(inner for field in kind.fields for inner in _structs(field.type))
    return seen


def _structs(kind: msgspec.inspect.Type) -> Iterator[type[Struct]]:
    match kind:
        case msgspec.inspect.StructType(cls=struct):
            yield struct
        case msgspec.inspect.Metadata(type=inner) | msgspec.inspect.VarTupleType(item_type=inner):
            yield from _structs(inner)
        case msgspec.inspect.UnionType(types=types):
            for inner in types:
                yield from _structs(inner)


class Rewriter:
    """Rewrites structs leaf by leaf; what is undeclared falls back to its default, and is noted in `dropped`.

    `whole` names the structs that are changed as one, because one of their fields decides about another.
    """

    def __init__(self, change: _Change, whole: Mapping[type[Struct], Callable[[Any], Struct]] | None = None) -> None:
        self.change = change
        self._whole = whole or {}
        self.dropped: dict[str, int] = {}
        self._done: dict[Struct, Struct | None] = {}
        """What has been rewritten already, with what it became; None: it stayed."""

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
        for plan in plans(type(struct)):
            if plan.inert:
                continue
            old = getattr(struct, plan.name)
            if old is plan.default:
                continue  # nobody said it
            new = self._field(struct, plan, old)
            if new is not old:
                changed[plan.name] = new
        return msgspec.structs.replace(struct, **changed) if changed else struct

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
        if of is not None and isinstance(value, (str, bytes)) and value:
            new = self.change(value, of)
            return value if new == value else new
        return value


def leaves(value: Any, of: Class | None = None, path: str = "") -> Iterator[tuple[str, FieldValue, Class]]:
    """Yield every non-empty text and byte string below a struct of evidence, with its dotted path and class."""
    if isinstance(value, Struct):
        for plan in plans(type(value)):
            held = None if plan.inert else getattr(value, plan.name)
            if held is not None and held is not plan.default:
                yield from leaves(held, plan.of, f"{path}.{plan.name}" if path else plan.name)
    elif isinstance(value, tuple):
        for item in value:
            yield from leaves(item, of, path)
    elif of is not None and isinstance(value, (str, bytes)) and value:
        yield path, value, of
