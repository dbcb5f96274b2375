"""What redaction left a private value in stays out, and what no reader would take: one observation, and not the bundle."""

from dataclasses import replace

import msgspec

from diag.bundle.layout import BUG, EVIDENCE, HELD_BACK, JSON, ErrorLine, lines
from diag.bundle.redact import Redacted
from diag.bundle.scan import Leak, scan
from diag.model.observation import Observation
from diag.model.run import Evidence

_READER = msgspec.json.Decoder(Observation)


def without_leaking(redacted: Redacted) -> Redacted:
    """Return the same, without the observations that must not or cannot be in a bundle; each of them is among what was lost."""
    evidence = redacted.evidence
    unreadable = {seen.id for seen in evidence.observations if not _is_readable(seen)}
    leaks = _leaks(redacted, *evidence.observations)
    leaking = {seen.id for seen in evidence.observations if leaks and _leaks(redacted, seen)}
    if not unreadable | leaking:
        return redacted
    kept = tuple(seen for seen in evidence.observations if seen.id not in unreadable | leaking)
    gone = [ErrorLine(why=HELD_BACK, id=id) for id in sorted(leaking)]
    gone += [ErrorLine(why=BUG, id=id, detail="a value in it is beyond measure") for id in sorted(unreadable - leaking)]
    return replace(redacted, evidence=Evidence(evidence.run, kept), lost=(*redacted.lost, *gone))


def _is_readable(seen: Observation) -> bool:
    """Whether a reader takes what is written: numbers have ranges where they are read."""
    try:
        _READER.decode(JSON.encode(seen))
    except msgspec.MsgspecError:
        return False
    return True


def _leaks(redacted: Redacted, *seen: Observation) -> bool:
    try:
        scan({EVIDENCE: lines(seen)}, redacted.private, redacted.withheld)
    except Leak:
        return True
    return False
