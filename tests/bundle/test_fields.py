"""Every field of evidence declares how private it is; one that does not is dropped, and a gate says so before that happens."""

from typing import Annotated

import msgspec
import pytest
from msgspec import Meta, Struct

from diag.bundle.fields import Class, FieldValue, Rewriter, below, leaves, plans, types_of, undeclared
from diag.model.answer import Header
from diag.model.diagnosis import Diagnosis
from diag.model.machine import Interface
from diag.model.observation import Observation
from diag.model.privacy import Form, HostName, Privacy, PublicText
from diag.model.question import Handshake
from diag.model.run import Evidence
from tests.bundle import sample


class Forgetful(Struct, frozen=True):
    """A struct as someone in a hurry would write it."""

    name: PublicText
    inside: str = ""
    password: Annotated[str, Meta(extra={"privacy": Privacy.SECRET})] = ""


class Hopeless(Struct, frozen=True):
    inside: str


def test_no_field_of_evidence_is_undeclared() -> None:
    assert undeclared(Evidence) == ()
    assert {Observation, Handshake, Header, Interface} <= below(Evidence)
    assert Diagnosis not in below(Evidence)


def test_an_undeclared_or_secret_field_is_found_and_dropped() -> None:
    assert undeclared(Forgetful) == ("Forgetful.inside", "Forgetful.password")
    rewriter = Rewriter(lambda value, of: value)
    assert rewriter(Forgetful("a", "10.0.0.1", "hunter2")) == Forgetful("a")
    assert rewriter.dropped == {"Forgetful.inside": 1, "Forgetful.password": 1}
    assert rewriter(Forgetful("b")) == Forgetful("b")
    assert rewriter.dropped == {"Forgetful.inside": 1, "Forgetful.password": 1}, "what held nothing is no loss"


def test_a_field_that_has_nothing_to_fall_back_to_is_a_bug() -> None:
    with pytest.raises(TypeError, match=r"Hopeless\.inside"):
        Rewriter(lambda value, of: value)(Hopeless("x"))


def test_classes_and_forms_are_read_from_types() -> None:
    found = {plan.name: plan.of for plan in plans(Handshake)}
    assert found["server_name"] == Class(Privacy.NAME, Form.HOST)
    assert found["trust"] == Class(Privacy.NAME, Form.PATH)
    assert found["hello"] == Class(Privacy.PUBLIC)
    assert found["over"] is None


def test_what_is_not_changed_is_the_same_object() -> None:
    evidence = sample.evidence()
    assert Rewriter(lambda value, of: value)(evidence) is evidence


def test_what_stays_as_it_is_is_asked_about_once() -> None:
    asked: list[FieldValue] = []

    def change(value: FieldValue, of: Class) -> FieldValue:
        asked.append(value)
        return value

    Rewriter(change)(sample.evidence())
    said = {(value, of) for _, value, of in leaves(sample.evidence())}
    assert len(asked) == len(said)


def test_one_form_or_one_kind_alone_can_be_visited() -> None:
    evidence = sample.evidence()
    every = list(leaves(evidence))
    asked: list[Class] = []
    Rewriter(lambda value, of: (asked.append(of), value)[1], form=Form.DNS)(evidence)
    assert asked
    assert Form.DNS in {of.form for of in asked}
    assert list(leaves(evidence, kinds=(bytes,))) == [one for one in every if isinstance(one[1], bytes)]


def test_every_leaf_is_reached_at_any_depth() -> None:
    class Two(Struct, frozen=True):
        hosts: tuple[HostName, ...]
        headers: tuple[Header, ...]

    two = Two(("a.b", "c.d"), (Header("x", "y"),))
    changed = Rewriter(lambda value, of: value.upper())(two)
    assert changed == Two(("A.B", "C.D"), (Header("X", "Y"),))
    assert [(path, value) for path, value, _ in leaves(two)] == [
        ("hosts", "a.b"),
        ("hosts", "c.d"),
        ("headers.name", "x"),
        ("headers.value", "y"),
    ]


def test_what_is_read_of_a_struct_is_what_msgspec_reads_of_it() -> None:
    for struct in below(Evidence):
        fields = msgspec.structs.fields(struct)
        assert types_of(struct) == {field.name: field.type for field in fields}
        assert [(plan.name, plan.default) for plan in plans(struct)] == [(field.name, field.default) for field in fields]
