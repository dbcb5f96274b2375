"""What redaction left a private value in stays out: the last look costs one observation, and not the bundle."""

from dataclasses import replace

from diag.bundle.layout import EVIDENCE, HELD_BACK, ErrorLine, lines
from diag.bundle.redact import Redacted
from diag.bundle.scan import Leak, scan
from diag.model.observation import Observation
from diag.model.run import Evidence


def without_leaking(redacted: Redacted) -> Redacted:
    """The same, without the observations in which the leak scan still finds something; each of them is among what was lost."""
    evidence = redacted.evidence
    if not _leaks(redacted, *evidence.observations):
        return redacted
    leaking = {seen.id for seen in evidence.observations if _leaks(redacted, seen)}
    kept = tuple(seen for seen in evidence.observations if seen.id not in leaking)
    gone = tuple(ErrorLine(why=HELD_BACK, id=id) for id in sorted(leaking))
    return replace(redacted, evidence=Evidence(evidence.run, kept), lost=(*redacted.lost, *gone))


def _leaks(redacted: Redacted, *seen: Observation) -> bool:
    try:
        scan({EVIDENCE: lines(seen)}, redacted.private, redacted.withheld)
    except Leak:
        return True
    return False
