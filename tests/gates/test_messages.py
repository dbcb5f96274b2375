"""Each message is recognised by its own pattern, no near miss is taken for one, and each class leads to causes that there are."""

from itertools import chain

import pytest

from checks import CATALOGUE
from diag.knowledge.clients.shelf import client_names
from diag.knowledge.messages.patterns import Known, causes_of, families, recognise
from diag.model.error_class import ErrorClass
from diag.report.wording.told import TOLD_ERRORS

FEWEST_REAL, FEWEST_NEAR_MISSES = 600, 110
REAL = [
    pytest.param(family, message, line, id=f"{name}-{message.error.value}-{line.strip()[:40]}")
    for name, family in families().items()
    for message in family.message
    for line in message.real
]
NEAR = [pytest.param(miss, id=f"{name}-{miss.text[:40]}") for name, family in families().items() for miss in family.near_miss]


def test_there_are_many() -> None:
    assert len({param.values[2] for param in REAL}) >= FEWEST_REAL
    assert len(NEAR) >= FEWEST_NEAR_MISSES


def test_each_is_recognised_by_its_own_pattern() -> None:
    wrong = []
    for param in REAL:
        family, message, line = param.values
        found = recognise(line)
        if found is None or found.message.error is not message.error:
            wrong.append((line, message.error.value, found and found.message.error.value))
        elif found.family is not family and found.message.has != message.has:
            wrong.append((line, family.title, found.family.title))
    assert not wrong


def test_no_near_miss_is_taken_for_what_it_is_not() -> None:
    def taken(found: Known | None) -> ErrorClass | None:
        return found.message.error if found else None

    misses = [param.values[0] for param in NEAR]
    assert not [(miss.text, found) for miss in misses if (found := taken(recognise(miss.text))) != miss.error]


def test_no_pattern_is_a_number_alone() -> None:
    """Numbers stand in every log: a code is one where its words stand beside it."""
    every = [message.has for family in families().values() for message in family.message]
    assert [has for has in every if not any(character.isalpha() for piece in has for character in piece)] == []


def test_each_pattern_is_found_by_a_word_of_its_own() -> None:
    """Without one it would be tried on every line of a log."""
    wordless = [message.has for family in families().values() for message in family.message if not message.key]
    assert len(wordless) <= 12, wordless


def test_every_class_has_messages_causes_and_words() -> None:
    used = {message.error for family in families().values() for message in family.message}
    assert used == set(ErrorClass) == set(causes_of())
    assert set(TOLD_ERRORS) == {word.value for word in ErrorClass}


def test_the_causes_are_those_that_there_are() -> None:
    assert set(chain.from_iterable(causes_of().values())) <= {check.id for check in CATALOGUE}
    assert {error for error, causes in causes_of().items() if not causes} == {ErrorClass.LOGIN_WRONG, ErrorClass.LOCAL_SOCKET}


def test_a_family_names_a_program_that_is_known() -> None:
    assert {family.client for family in families().values()} <= {"", *client_names()}
