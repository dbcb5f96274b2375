"""The words that bundles and reports hold are added to and never changed: one of last year is read by them, and judged alike.

`words.json` holds every closed list of the evidence and of the facts. What is missing there is added by the message of the
test that fails; nothing is ever taken out.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import checks
from diag import knowledge, model
from diag.model.fingerprint import Service
from diag.model.question import Question

RECORDED = Path(__file__).with_name("words.json")


def lists() -> Iterator[tuple[str, list[str]]]:
    """Every closed list of words, by the name of its type, with its words in order."""
    for package in (model, knowledge, checks):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for kind in vars(importlib.import_module(found.name)).values():
                is_list = isinstance(kind, type) and issubclass(kind, str) and issubclass(kind, Enum)
                if is_list and kind.__module__ == found.name:
                    yield f"{found.name}.{kind.__name__}", sorted(word.value for word in kind)


def test_no_word_is_changed_and_each_new_one_is_written_down() -> None:
    recorded, today = json.loads(RECORDED.read_text()), dict(lists())
    gone = {name: lost for name, words in recorded.items() if (lost := {*words} - {*today.get(name, ())})}
    assert not gone, "bundles that were written before hold these words"
    new = {name: words for name, words in today.items() if words != recorded.get(name)}
    assert not new, f"write these lists into {RECORDED.name}: {json.dumps(new, indent=1)}"


@pytest.mark.parametrize("question", get_args(Question), ids=lambda question: question.__name__)
def test_a_question_is_written_without_what_it_does_not_say(question: type[msgspec.Struct]) -> None:
    """So that a field that a newer version adds changes no bundle, and none that was written before reads otherwise."""
    assert question.__struct_config__.omit_defaults
    assert question.__struct_config__.tag_field == "ask"


def test_of_a_service_that_is_known_by_name_alone_nothing_else_is_written() -> None:
    assert msgspec.json.encode(Service("acme")) == b'{"profile":"acme"}'
