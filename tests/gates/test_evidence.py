"""Evidence keeps its promises: every field says how private it is, none may hold a secret, and judging opens no socket."""

from collections.abc import Iterator

import msgspec
import msgspec.inspect as look

from diag.model.observation import Observation
from diag.model.privacy import Privacy
from diag.model.run import Run


def fields_of(kind: type) -> Iterator[tuple[str, Privacy | None]]:
    """Every leaf field that can be reached from a struct, with the class it declares."""
    seen: set[type] = set()

    def walk(described: look.Type, name: str, declared: Privacy | None) -> Iterator[tuple[str, Privacy | None]]:
        match described:
            case look.Metadata():
                yield from walk(described.type, name, (described.extra or {}).get("privacy", declared))
            case look.StructType():
                if described.cls not in seen:
                    seen.add(described.cls)
                    for field in described.fields:
                        yield from walk(field.type, f"{described.cls.__name__}.{field.name}", None)
            case look.UnionType():
                for part in described.types:
                    yield from walk(part, name, declared)
            case look.VarTupleType():
                yield from walk(described.item_type, name, declared)
            case look.LiteralType() | look.NoneType():
                pass
            case _:
                yield name, declared

    yield from walk(look.type_info(kind), kind.__name__, None)


def test_every_field_of_evidence_declares_how_private_it_is() -> None:
    undeclared = {name for kind in (Observation, Run) for name, declared in fields_of(kind) if declared is None}
    assert not undeclared


def test_no_field_of_evidence_is_meant_for_secrets() -> None:
    assert not {name for kind in (Observation, Run) for name, declared in fields_of(kind) if declared is Privacy.SECRET}


def test_evidence_has_a_schema() -> None:
    schema = msgspec.json.schema(Observation)
    assert "$defs" in schema
