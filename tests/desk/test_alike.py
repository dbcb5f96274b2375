"""The fingerprint: the same for the same fault, whoever has it, whenever, at however many endpoints, however much is replaced.

Every recorded case is tried renamed and moved; the costlier changes at every sixteenth, at all with `DIAG_DESK=all`.
"""

import os
import random
import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from checks import CATALOGUE
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.desk.alike import ENDS, NO_CAUSE, ClusterParts, likeness, parts_of, routes_of, stops_in
from diag.engine.judge import judge
from diag.model.check import AnyCheck
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from tests.bench.corpus import moved, renamed, widened
from tests.recording.scene import read_scene, scene_names

BY_ID = {check.id: check for check in CATALOGUE}
NAMES = scene_names()
EVERY = 1 if os.environ.get("DIAG_DESK") == "all" else 16
WIDE = 12


def parts_of_all(diagnosis: Diagnosis, evidence: Evidence) -> list[ClusterParts]:
    routes = routes_of(evidence)
    found = [parts_of(cause, BY_ID[cause.id], routes) for cause in diagnosis.causes]
    stop = stops_in(diagnosis, evidence)
    return [*found, *([stop] if stop else [])]


def parts_in(evidence: Evidence) -> list[ClusterParts]:
    """The parts of all causes, and of the stop where there is one."""
    return parts_of_all(judge(evidence, CATALOGUE), evidence)


def shown(evidence: Evidence) -> tuple[set[str], set[str]]:
    """The causes with the run's word, and the fingerprints (as text, since a part holds a dictionary)."""
    diagnosis = judge(evidence, CATALOGUE)
    return {diagnosis.verdict, *(cause.id for cause in diagnosis.causes)}, set(map(str, parts_of_all(diagnosis, evidence)))


def case(name: str) -> Evidence:
    return read_scene(name).evidence


def elsewhere(name: str) -> Evidence:
    """The same case at another customer, five weeks later."""
    return moved(renamed(case(name), random.Random(name)), timedelta(weeks=5, minutes=7))


def otherwise(names: Sequence[str], change: Callable[[str], Evidence], most: float) -> list[str]:
    """The cases that have other fingerprints once they are changed, though the same causes.

    Where a judgement checks a signature (of a chain, of an answer about revocation), or the fault is one name's own, a changed
    case is another case: few are, `most` of them.
    """
    told = [(name, shown(case(name)), shown(change(name))) for name in names]
    same = [(name, was, now) for name, (causes, was), (others, now) in told if causes == others]
    assert len(same) >= (1 - most) * len(names)
    return [name for name, was, now in same if now != was]


@pytest.mark.parametrize("part", range(4))
def test_it_is_the_same_for_another_customer_at_another_time(part: int) -> None:
    assert otherwise(NAMES[part::4], elsewhere, most=0.08) == []


@pytest.mark.parametrize("key", [b"a" * 32, b"b" * 32])
def test_it_is_the_same_whatever_is_replaced(key: bytes) -> None:
    def strict(name: str) -> Evidence:
        return redact(case(name), Private(), Level.STRICT, key=key).evidence

    assert otherwise(NAMES[key[0] % 2 * 5 :: EVERY], strict, most=0.0) == []


def test_it_is_the_same_at_many_endpoints() -> None:
    tried = NAMES[1::EVERY]
    assert sum(len(widened(case(name), WIDE).run.trails) == WIDE for name in tried) > len(tried) / 2
    assert otherwise(tried, lambda name: widened(case(name), WIDE), most=0.08) == []


def test_what_makes_cases_alike_is_a_fact_that_the_check_tells() -> None:
    """A word that no finding has would part nothing: it is misspelt, or gone."""

    def told(check: AnyCheck) -> set[str]:
        said = " ".join(text for sentences in (check.sentences, *(it for _, it in check.forms)) for text in sentences.texts)
        return {*check.tokens, *re.findall(r"{(\w+)}", said), *(["form"] if check.forms else [])}

    assert [(check.id, word) for check in CATALOGUE for word in check.alike if word not in told(check)] == []


def test_the_parts_are_words_and_nothing_of_anybody() -> None:
    for name in NAMES[::8]:
        evidence = case(name)
        routes = routes_of(evidence)
        hosts = {trail.endpoint.host for trail in evidence.run.trails}
        for cause in judge(evidence, CATALOGUE).causes:
            parts = parts_of(cause, BY_ID[cause.id], routes)
            assert parts.route in ("direct", "proxy", "both")
            assert not hosts & {word for words in parts.kind.values() for word in words}
            assert len(parts.fingerprint) == 12


def test_where_nothing_is_understood_the_stop_stands_for_the_cause() -> None:
    evidence = case("tls-handshake-cut/on-the-way")
    stop = stops_in(judge(evidence, CATALOGUE), evidence)
    assert stop == ClusterParts(1, NO_CAUSE, {ENDS: ("handshake direct https handshake reset",)}, "direct")
    assert stops_in(judge(case("healthy/one-service"), CATALOGUE), case("healthy/one-service")) is None


def test_likeness_is_the_share_of_words_that_both_have() -> None:
    assert likeness(("a", "b"), ("b", "c")) == pytest.approx(1 / 3)
    assert likeness((), ()) == 1.0
