"""Notices what is judged otherwise once it is redacted (law 12), and keeps the evidence of both sides for whoever mends it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from checks import CATALOGUE
from diag.bundle.layout import JSON, lines
from diag.cli import conclude, delivery
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.model.verdict import Verdict


@dataclass(frozen=True)
class Otherwise:
    """One run of which the redacted evidence says something else."""

    told: tuple[str, ...]
    """Each difference, in words."""
    sides: tuple[Evidence, Evidence]
    """As it was seen, and redacted."""

    def keep(self, folder: Path) -> None:
        """Leave both sides and what differs as files."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "told.txt").write_text("\n".join(self.told) + "\n")
        for name, side in zip(("seen", "redacted"), self.sides, strict=True):
            (folder / f"{name}.jsonl").write_bytes(JSON.encode(side.run) + b"\n" + lines(side.observations))


@contextmanager
def noticed() -> Iterator[list[Otherwise]]:
    """Collect what is judged otherwise while something is done."""
    found: list[Otherwise] = []

    def prepare(evidence: Evidence, diagnosis: Diagnosis, *rest: object, **named: object) -> delivery.Prepared:
        prepared = delivery.prepare(evidence, diagnosis, *rest, **named)  # type: ignore[arg-type]  # handed on as they came
        anew = judge(prepared.redacted.evidence, CATALOGUE)
        if told := (*differences(diagnosis, anew), *differences(prepared.diagnosis, anew)):
            found.append(Otherwise(tuple(dict.fromkeys(told)), (evidence, prepared.redacted.evidence)))
        return prepared

    with mock.patch.object(conclude, "prepare", prepare):
        yield found


def differences(before: Diagnosis, after: Diagnosis) -> tuple[str, ...]:
    """Return what two diagnoses of one run say that is not the same; quotations, which redaction replaces, aside."""
    old, new = _cells(before.verdicts), _cells(after.verdicts)
    cells = (f"{was} became {new.get(at)}" for at, was in old.items() if new.get(at) != was)
    causes = [
        [(cause.id, cause.status, cause.confidence, len(cause.endpoints)) for cause in one.causes] for one in (before, after)
    ]
    return (*cells, *(() if causes[0] == causes[1] else (f"causes {causes[0]} became {causes[1]}",)))


def _cells(verdicts: Sequence[Verdict]) -> dict[tuple[str, int], tuple[object, ...]]:
    """Each cell of the matrix by its check and the place of its subject, whose name may be another."""
    said: dict[tuple[str, int], tuple[object, ...]] = {}
    places: dict[str, int] = {}
    for one in verdicts:
        at = places[one.check] = places.get(one.check, -1) + 1
        found = one.finding
        said[one.check, at] = (
            one.check, str(found.status), str(found.confidence), str(found.because), found.cites, tuple(sorted(found.facts)),
        )  # fmt: skip
    return said
