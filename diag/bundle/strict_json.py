"""JSON from a stranger, decoded into our words: nothing is guessed or repaired, and what is new is told from what is wrong.

msgspec refuses wrong types, trailing data, broken UTF-8, lone surrogates and numbers beyond measure; this adds depth, keys that
stand twice, times without a zone, and unknown fields and words, which a newer diag may have written and which are not errors.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec import inspect as types

from diag.bundle.layout import JSON
from diag.model.obstacle import Obstacle
from diag.model.text import LONGEST, clean

_DEEPEST = 40
"""Levels of nesting; a question over a question over a question needs fewer than twenty."""
T = TypeVar("T", bound=Struct)
_NO_MARKS = bytes(byte for byte in range(256) if byte not in b'[]{}"')
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_STRING = re.compile(rb'"[^"]*"?')
_PLAIN = re.compile(rb"[\x20-\x5b\x5d-\x7e]*\Z")
_LONG = re.compile(rb'"[^"]{%d}' % (LONGEST + 1))
_VAST = re.compile(rb"[:\[,]\s*-?\d{18}")
UNDECODABLE = (msgspec.ValidationError, msgspec.DecodeError, UnicodeError, RecursionError)
"""All that decoding raises; the second is a base of the first, and both are named for the reader."""


class Wrong(Obstacle):
    """The text breaks JSON or our schema. The message says how, and holds nothing of the text."""


class Newer(Exception):
    """The text holds a word that this version does not know where one must stand. The message names the place."""


class Decoded(Struct, Generic[T], frozen=True):
    """A value, and what in its text was passed over because this version does not know it."""

    value: T
    passed_over: tuple[str, ...] = ()
    """Dotted paths of fields."""


class Strict(Generic[T]):
    """Decodes one kind of struct. Make one, use it for every line."""

    def __init__(self, struct: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(struct)
        self._struct = struct

    @cached_property
    def _kind(self) -> types.Type:
        """What the struct is made of, which only a text that does not fit it needs to know."""
        return types.type_info(self._struct)

    def whole(self, text: bytes) -> Decoded[T]:
        """Return the value, every string in it made safe. Raises Wrong, and Newer where the text holds an unknown word."""
        self._look_at_depth(text)
        try:
            value = self._decoder.decode(text)
        except UNDECODABLE:
            passed_over = tuple(_unknown_words(_tree(text), self._kind, ""))
            raise (Newer(passed_over[0]) if passed_over else Wrong("a value is missing or of the wrong kind")) from None
        return self._checked(value, text)

    def settled(self, text: bytes) -> Decoded[T]:
        """Return what `whole` does, but an unknown word in a field that may be absent counts as if the field were."""
        try:
            return self.whole(text)
        except Newer:
            passed_over: list[str] = []
            tree = _settled(_tree(text), self._kind, "", passed_over)
            try:
                value = msgspec.convert(tree, self._struct)
            except UNDECODABLE:
                raise Wrong("a value is missing or of the wrong kind") from None
            return Decoded(_safe(value), tuple(passed_over))

    def _checked(self, value: T, text: bytes) -> Decoded[T]:
        passed_over: tuple[str, ...] = ()
        if JSON.encode(value) != text:
            # Not as we write it: then the keys are looked at, one by one.
            passed_over = tuple(_unknown_fields(_tree(text), value, ""))
        plain = _PLAIN.match(text) and not _LONG.search(text) and not _VAST.search(text)
        return Decoded(_timed(value) if plain else _safe(value), passed_over)

    def _look_at_depth(self, text: bytes) -> None:
        if text.count(b"[") + text.count(b"{") <= _DEEPEST:
            return
        # Escapes first, so that every quote that is left begins or ends a string; what closes at once goes, level by level.
        bare = text.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NO_MARKS)
        marks = _STRING.sub(b"", bare).translate(_ONE_KIND)
        for _ in range(_DEEPEST):
            if not marks:
                return
            marks = marks.replace(b"[]", b"")
        if marks.count(b"["):
            raise Wrong("it is nested too deeply")


def _tree(text: bytes) -> Any:
    """The text as plain Python values. Raises Wrong where a key stands twice, or a number is none."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Wrong("it is not JSON as RFC 8259 has it") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("a key stands twice in one object")
    return found


def _no_number(word: str) -> Any:
    raise Wrong("a number is none")


def _unknown_fields(tree: Any, value: Any, path: str) -> Iterator[str]:
    """The fields of `tree` that found no place in `value`."""
    if isinstance(value, Struct) and isinstance(tree, dict):
        config = value.__struct_config__
        fields = dict(zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True))
        for key, inner in tree.items():
            if key in fields:
                yield from _unknown_fields(inner, getattr(value, fields[key]), f"{path}.{key}".lstrip("."))
            elif key != config.tag_field:
                yield f"{path}.{clean(key, 60)}".lstrip(".")
    elif isinstance(value, Struct) and isinstance(tree, list):
        if len(tree) > len(value.__struct_fields__):
            yield path
    elif isinstance(value, tuple) and isinstance(tree, list):
        for inner, item in zip(tree, value, strict=False):
            yield from _unknown_fields(inner, item, path)


def _unknown_words(tree: Any, kind: types.Type, path: str) -> Iterator[str]:
    """The places where `tree` holds a word that the closed list of its type does not."""
    match kind:
        case types.Metadata(type=inner):
            yield from _unknown_words(tree, inner, path)
        case types.UnionType():
            chosen = _chosen(tree, kind)
            if chosen is None:
                yield path
            else:
                yield from _unknown_words(tree, chosen, path)
        case types.StructType(fields=fields) if isinstance(tree, dict):
            for field in fields:
                if field.encode_name in tree:
                    yield from _unknown_words(tree[field.encode_name], field.type, f"{path}.{field.name}".lstrip("."))
        case types.VarTupleType(item_type=item) if isinstance(tree, list):
            for inner_tree in tree:
                yield from _unknown_words(inner_tree, item, path)
        case types.EnumType(cls=enum) if isinstance(tree, str) and tree not in {word.value for word in enum}:
            yield path
        case types.LiteralType(values=values) if isinstance(tree, str) and tree not in values:
            yield path


def _chosen(tree: Any, kind: types.UnionType) -> types.Type | None:
    """The member of a union that `tree` is meant for; None where its tag is a word that none has."""
    if not isinstance(tree, dict):
        return next((inner for inner in kind.types if not isinstance(inner, (types.StructType, types.NoneType))), types.AnyType())
    structs = [inner for inner in kind.types if isinstance(inner, types.StructType)]
    for inner in structs:
        if inner.tag_field is None or tree.get(inner.tag_field) == inner.tag:
            return inner
    tags = [tree.get(inner.tag_field) for inner in structs if inner.tag_field]
    return None if any(isinstance(tag, str) for tag in tags) else types.AnyType()


def _settled(tree: Any, kind: types.Type, path: str, passed_over: list[str]) -> Any:
    """`tree` without the fields that hold an unknown word and may be absent. Raises Newer where one must be there."""
    match kind:
        case types.Metadata(type=inner):
            return _settled(tree, inner, path, passed_over)
        case types.UnionType():
            chosen = _chosen(tree, kind)
            if chosen is None:
                raise Newer(path)
            return _settled(tree, chosen, path, passed_over)
        case types.StructType(fields=fields) if isinstance(tree, dict):
            known = {field.encode_name: field for field in fields}
            kept: dict[str, Any] = {}
            for key, inner_tree in tree.items():
                field = known.get(key)
                try:
                    kept[key] = (
                        inner_tree
                        if field is None
                        else _settled(inner_tree, field.type, f"{path}.{key}".lstrip("."), passed_over)
                    )
                except Newer as newer:
                    if field is None or field.required:
                        raise
                    passed_over.append(str(newer))
            return kept
        case types.VarTupleType(item_type=item) if isinstance(tree, list):
            return [_settled(inner_tree, item, path, passed_over) for inner_tree in tree]
        case _:
            if next(_unknown_words(tree, kind, path), None) is not None:
                raise Newer(path)
            return tree


def _safe(value: Any) -> Any:
    """`value` with every text in it made safe (`diag.model.text.clean`), every time in UTC and every number within 64 bits."""
    match value:
        case str():
            return value if type(value) is not str else clean(value)
        case datetime():
            return _in_utc(value)
        case int() if value.bit_length() > 63:
            raise Wrong("a number is beyond measure")
        case tuple():
            items = tuple(_safe(item) for item in value)
            return value if items == value else items
        case dict():
            return {_safe(key): _safe(item) for key, item in value.items()}
        case Struct():
            old = {name: getattr(value, name) for name in value.__struct_fields__}
            new = {name: safe for name, was in old.items() if (safe := _safe(was)) is not was}
            return msgspec.structs.replace(value, **new) if new else value
        case _:
            return value


def _timed(value: T) -> T:
    """`value`, whose own times must have a zone; those of structs in it are looked at where those are read."""
    for name in value.__struct_fields__:
        moment = getattr(value, name)
        if isinstance(moment, datetime) and moment.tzinfo is not UTC:
            _in_utc(moment)
    return value


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise Wrong("a time has no zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Wrong("a time is outside the calendar") from None
