"""Thousands of bundles, made from the recorded scenes, with the truth about each: what support's desk is tried on.

A scene becomes the case of another customer by renaming (labels of the same length, so that DNS messages and certificates stay
whole), moving in time (certificates and headers with it) and widening (one endpoint becomes several that fare alike). Only where
a judgement checks a signature can the evidence not be changed: such a scene goes in as it is.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from checks import CATALOGUE
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.write import pack
from diag.engine.judge import judge
from diag.model.run import Evidence, Label, Trail
from tests.recording.scene import read_scene, scene_names

ZONES = ("house", "lab")
"""The labels that stand for the customer in the scenes: `service.house.test`."""
HOST = "service"
_UTC_TIME = re.compile(rb"\x17\x0d(\d{12})Z")
_GENERALIZED_TIME = re.compile(rb"\x18\x0f(\d{14})Z")
"""Moments in DER (X.690, sections 11.7 and 11.8)."""
_HTTP_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_LETTERS = "bcdfghjklmnpqrtvwxz"


def changed(value: Any, text: Callable[[str], str], raw: Callable[[bytes], bytes], moved: timedelta) -> Any:
    """A value of evidence with every text, byte string and moment in it changed."""
    match value:
        case str():
            return type(value)(text(value)) if type(value) is str else value
        case bytes():
            return raw(value)
        case datetime():
            return value + moved
        case tuple():
            return tuple(changed(item, text, raw, moved) for item in value)
        case Struct():
            old = {name: getattr(value, name) for name in value.__struct_fields__}
            new = {name: changed(was, text, raw, moved) for name, was in old.items()}
            return msgspec.structs.replace(value, **{name: it for name, it in new.items() if it != old[name]})
        case _:
            return value


def word(length: int, chance: random.Random) -> str:
    """A label that nobody has."""
    return "".join(chance.choices(_LETTERS, k=length))


def renamed(evidence: Evidence, chance: random.Random) -> Evidence:
    """The same at another customer: the labels of `ZONES` are others, of the same length."""
    new = {zone: word(len(zone), chance) for zone in ZONES}

    def text(old: str) -> str:
        for zone, name in new.items():
            old = old.replace(f"{zone}.test", f"{name}.test")
        return old

    def raw(old: bytes) -> bytes:
        for zone, name in new.items():
            before, after = zone.encode(), name.encode()
            wire = bytes([len(before)])
            old = old.replace(before + b".test", after + b".test").replace(wire + before, wire + after)
        return old

    return rewritten(evidence, text, raw, timedelta())


def moved(evidence: Evidence, by: timedelta) -> Evidence:
    """The same at another time: all moments are moved, those in certificates, revocation lists and headers as well."""

    def text(old: str) -> str:
        return _HTTP_DATE.sub(lambda date: format_datetime(parsedate_to_datetime(date[0]) + by, usegmt=True), old)

    def raw(old: bytes) -> bytes:
        old = _UTC_TIME.sub(lambda found: b"\x17\x0d" + _shifted(found[1], "%y%m%d%H%M%S", by) + b"Z", old)
        return _GENERALIZED_TIME.sub(lambda found: b"\x18\x0f" + _shifted(found[1], "%Y%m%d%H%M%S", by) + b"Z", old)

    return rewritten(evidence, text, raw, by)


def _shifted(digits: bytes, form: str, by: timedelta) -> bytes:
    try:
        return (datetime.strptime(digits.decode(), form).replace(tzinfo=UTC) + by).strftime(form).encode()
    except (ValueError, OverflowError):
        return digits


def rewritten(evidence: Evidence, text: Callable[[str], str], raw: Callable[[bytes], bytes], by: timedelta) -> Evidence:
    """The whole evidence, changed."""
    return Evidence(changed(evidence.run, text, raw, by), tuple(changed(seen, text, raw, by) for seen in evidence.observations))


def widened(evidence: Evidence, endpoints: int) -> Evidence:
    """The same with so many endpoints where there was one; unchanged where there are several, or the one has no name."""
    trails = evidence.run.trails
    if len(trails) != 1 or not trails[0].endpoint.host.startswith(f"{HOST}."):
        return evidence
    (trail,) = trails
    found = {seen.id: seen for seen in evidence.observations}
    copies: list[Trail] = []
    for number in range(1, endpoints):
        new = f"{HOST[:-2]}{_LETTERS[number % 19]}{_LETTERS[number // 19]}"
        copies.append(_copied(trail, evidence, new, f"c{number}", found))
    run = msgspec.structs.replace(evidence.run, trails=(trail, *copies))
    return Evidence(run, tuple(found.values()))


def _copied(trail: Trail, evidence: Evidence, host: str, mark: str, found: dict[str, Any]) -> Trail:
    """One more trail, whose endpoint has another name; what was asked of that name alone is seen once more."""

    def text(old: str) -> str:
        return old.replace(f"{HOST}.", f"{host}.")

    def raw(old: bytes) -> bytes:
        before, after = HOST.encode(), host.encode()
        return old.replace(before + b".", after + b".").replace(b"\x07" + before, b"\x07" + after)

    own = {*trail.walk, *trail.followed, *trail.steered, *trail.lent, *(id for again in trail.again for id in again.walk)}
    known = {found[id].question: id for id in found}
    ids: dict[str, str] = {}

    def over(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(ids.get(name, name) for name in names)

    for id in (seen.id for seen in evidence.observations if seen.id in own):
        new = changed(found[id], text, raw, timedelta())
        ids[id] = known.get(new.question, f"{id}{mark}")
        if ids[id] not in found:
            found[ids[id]] = msgspec.structs.replace(new, id=ids[id], needed=over(new.needed))

    return msgspec.structs.replace(
        trail,
        endpoint=changed(trail.endpoint, text, raw, timedelta()),
        walk=over(trail.walk),
        followed=over(trail.followed),
        steered=over(trail.steered),
        lent=over(trail.lent),
        again=tuple(msgspec.structs.replace(again, walk=over(again.walk)) for again in trail.again),
    )


@dataclass(frozen=True)
class Planned:
    """One bundle that is to be made: of which scene, whose, when, how wide, how much of it is replaced."""

    scene: str
    org: str
    began: datetime
    endpoints: int = 1
    level: Level = Level.STANDARD
    case: str = ""


@cache
def _scene(name: str) -> tuple[Evidence, tuple[str, ...]]:
    evidence = read_scene(name).evidence
    return evidence, causes_in(evidence)


def causes_in(evidence: Evidence) -> tuple[str, ...]:
    """The causes, each once, in the order of their ids, and the run's word."""
    diagnosis = judge(evidence, CATALOGUE)
    return (*sorted({cause.id for cause in diagnosis.causes}), diagnosis.verdict)


def relabelled(scene: str, org: str, began: datetime, endpoints: int = 1) -> Evidence:
    """A scene as the case of another customer.

    Where a judgement checks a signature, or the fault is one name's own, the evidence cannot be changed without changing what it
    shows: then it is changed less, or goes in as it is.
    """
    evidence, causes = _scene(scene)
    other = moved(renamed(evidence, random.Random(org)), began - evidence.run.began)
    tried = [widened(other, endpoints), other] if endpoints > 1 else [other]
    return next((one for one in tried if causes_in(one) == causes), evidence)


def evidence_of(plan: Planned) -> Evidence:
    """What a planned bundle is to hold, before anything of it is replaced."""
    evidence = relabelled(plan.scene, plan.org, plan.began, plan.endpoints)
    labels = [Label("org", plan.org)] if plan.org else []
    labels = [Label("case", plan.case), *labels] if plan.case else labels
    return Evidence(msgspec.structs.replace(evidence.run, labels=tuple(labels)), evidence.observations)


def content_of(plan: Planned) -> bytes:
    """The bytes of a bundle, by diag's own writer."""
    key = random.Random(f"{plan.org} {plan.began} {plan.scene}").randbytes(32)
    redacted = redact(evidence_of(plan), Private(), plan.level, key=key)
    diagnosis = judge(redacted.evidence, CATALOGUE)
    return pack(redacted, diagnosis, summary="-\n", catalogue_version="test")[1]


def write_corpus(plans: Iterator[Planned], folder: Path) -> dict[str, str]:
    """Writes the bundles, `org/NUMBER.zip` each, and returns the truth: the scene of each file."""
    truth: dict[str, str] = {}
    for number, plan in enumerate(plans):
        path = folder / (plan.org or "nobody") / f"{number:05}.zip"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content_of(plan))
        truth[str(path)] = plan.scene
    return truth


def planned(count: int, began: datetime, weeks: int, seed: int = 1, organisations: int = 60, most: int = 13) -> Iterator[Planned]:
    """So many bundles of all scenes, evenly over the weeks, of organisations that run diag more or less often."""
    chance = random.Random(seed)
    names = scene_names()
    for number in range(count):
        yield Planned(
            scene=names[number % len(names)],
            org=f"org{min(int(chance.expovariate(0.05)), organisations - 1):03}",
            began=began + timedelta(days=7 * weeks * chance.random()),
            endpoints=chance.randint(1, most),
            level=Level.STRICT if number % 2 else Level.STANDARD,
            case=f"{10_000 + number}",
        )
