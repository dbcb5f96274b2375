"""A key that an issuer's shape describes bears one of that shape's marks: a text without them is rightly not looked through."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag.bundle.secret_shapes import MARKS_OF_KEYS, PRIVATE_KEY, SHAPES, issued, opens, private_key

AWS_LIKE = b"AK" + b"IA" + b"Q" * 16


@pytest.mark.parametrize(("marks", "shape"), SHAPES, ids=[marks[0].decode() for marks, _ in SHAPES])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_every_key_of_a_shape_bears_one_of_its_marks(marks: tuple[bytes, ...], shape: bytes, data: st.DataObject) -> None:
    without_looks = re.sub(rb"\(\?[=!][^)]*\)", b"", shape)  # what is drawn is then more than what matches
    key = data.draw(st.from_regex(re.compile(without_looks.replace(b"}+", b"}").replace(b"*+", b"*")), fullmatch=True))
    assert any(mark in key for mark in marks)
    found = issued(key)
    assert found
    assert found.match(key) or not re.fullmatch(shape, key)


@given(st.from_regex(re.compile(PRIVATE_KEY._text, re.DOTALL)))  # type: ignore[attr-defined]  # before it is compiled
@settings(max_examples=20, deadline=None)
def test_every_private_key_bears_a_mark(key: bytes) -> None:
    assert any(mark in key for mark in MARKS_OF_KEYS)
    assert private_key(key)


def test_a_text_without_marks_is_looked_through_for_nothing() -> None:
    assert issued(b"All is well here: 200 OK") is None
    assert private_key(b"-----BEGIN CERTIFICATE-----") is None
    assert opens(AWS_LIKE)
    assert not opens(b"healthy")
