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

import msgspec

import checks
from diag import knowledge, model
from diag.model.fingerprint import Service

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


def test_of_a_service_that_is_known_by_name_alone_nothing_else_is_written() -> None:
    assert msgspec.json.encode(Service("acme")) == b'{"profile":"acme"}'
