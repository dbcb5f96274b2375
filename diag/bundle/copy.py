"""A stricter copy of a bundle: its evidence redacted once more, and nothing carried over that was not understood.

What a newer diag has added has no privacy class here and so stays out, counted. The copy has a key of its own, and its
stand-ins lead back to the first values through those of the bundle, where these are known.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from diag.bundle.held_back import without_leaking
from diag.bundle.known_secrets import Private
from diag.bundle.layout import SIZE, ErrorLine
from diag.bundle.level import Level, level_of
from diag.bundle.originals import told
from diag.bundle.read import Bundle
from diag.bundle.redact import Redacted, redact
from diag.model.obstacle import Obstacle
from diag.model.run import Evidence

LAXEST_FIRST = (Level.NONE, Level.STANDARD, Level.STRICT)
NOT_UNDERSTOOD = "written by a newer diag"
_MOST = 1 << 53
"""Counts are another's numbers: beyond this, JSON no longer holds each exactly."""


class NotStricter(Obstacle):
    """The level is no stricter than the bundle's. The message is one sentence for the user."""


class Stricter(Struct, frozen=True):
    """What a stricter copy is written from."""

    redacted: Redacted
    basis: Evidence
    """The evidence of the bundle that it is made of."""
    left_out: tuple[ErrorLine, ...]
    """What the bundle had left out already."""


def make_stricter(bundle: Bundle, level: Level, private: Private, stands_for: Mapping[str, str], *, key: bytes) -> Stricter:
    """Return the evidence of a bundle at a stricter level. Raises NotStricter.

    `private` is what is known of the person and the machine that the bundle is from, `stands_for` what its stand-ins mean;
    both may be empty. `key` is new for each copy.
    """
    has = level_of(bundle.manifest.privacy)
    if LAXEST_FIRST.index(level) <= LAXEST_FIRST.index(has):
        if level is has:
            raise NotStricter("the bundle is redacted at the level '{level}' already: there is nothing to do", level=level)
        raise NotStricter(
            "the bundle is redacted at the level '{has}' already, and --level {level} is no stricter: "
            "what was replaced is not in it any more",
            has=has,
            level=level,
        )
    basis = _seen(bundle)
    again = without_leaking(redact(basis, private, level, key=key))
    rules = Counter(bundle.report.rules) + Counter(again.report.rules)
    dropped = Counter(bundle.report.dropped) + Counter({NOT_UNDERSTOOD: len(bundle.not_understood) + len(bundle.others)})
    report = replace(again.report, rules=_counted(rules), dropped=_counted(dropped))
    return Stricter(
        redacted=replace(
            again,
            report=report,
            originals={new: told(old, stands_for) for new, old in again.originals.items()},
        ),
        basis=basis,
        left_out=tuple(_left_out(bundle)),
    )


def _seen(bundle: Bundle) -> Evidence:
    """The evidence with the endpoints that it holds something of: how the others fared, only the first diagnosis tells."""
    run = bundle.evidence.run
    trails = tuple(trail for trail in run.trails if str(trail.endpoint) not in bundle.left_out)
    return Evidence(replace(run, trails=trails), bundle.evidence.observations) if bundle.left_out else bundle.evidence


def _left_out(bundle: Bundle) -> Iterator[ErrorLine]:
    """What the bundle had left out, without the names of endpoints."""
    if bundle.left_out:
        yield ErrorLine(SIZE, detail=f"{len(bundle.left_out)} endpoints")
    for line in bundle.errors:
        if line.why == SIZE and not line.endpoint:
            yield ErrorLine(SIZE, line.id, field=line.field, bytes=line.bytes)


def _counted(rules: Counter[str]) -> dict[str, int]:
    return {rule: min(times, _MOST) for rule, times in sorted(rules.items()) if times > 0}
