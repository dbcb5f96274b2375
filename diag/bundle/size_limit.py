"""A bundle that would be too large loses raw bytes step by step, the least needed first, and says so line by line."""

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from diag.bundle.layout import SIZE, ErrorLine
from diag.model.answer import HttpReply, Session, TunnelReply, UpgradeReply
from diag.model.observation import Observation
from diag.model.run import Evidence

_RAW = ("body", "first_bytes", "last_bytes", "surplus")
_KEPT = 64
"""Bytes of a page that stay at the last but one step: enough to tell whose protocol it is."""


class Fitted(Struct, frozen=True):
    """Evidence with some of its raw bytes left out, and the account of it."""

    evidence: Evidence
    left_out: tuple[ErrorLine, ...] = ()


def fit(evidence: Evidence) -> Iterator[Fitted]:
    """The evidence itself, then with less and less of raw content in it:

    1. the pages and first bytes of follow-up questions go;
    2. the pages and first bytes of all answers are cut to 64 bytes;
    3. stapled OCSP responses go;
    4. the observations of follow-up questions go;
    5. the later half of what is left goes, as often as it must.

    Addresses, certificates, failures, timings and headers of the plain walk stay up to the last step.
    """
    fitted = Fitted(evidence)
    yield fitted
    followed = _followed(evidence)
    fitted = _shortened(fitted, lambda observation: observation.id in followed, _RAW, 0)
    yield fitted
    fitted = _shortened(fitted, lambda observation: True, _RAW, _KEPT)
    yield fitted
    fitted = _shortened(fitted, lambda observation: True, ("staple",), 0)
    yield fitted
    fitted = _without(fitted, followed)
    yield fitted
    while fitted.evidence.observations:
        observations = fitted.evidence.observations
        fitted = _without(fitted, frozenset(observation.id for observation in observations[len(observations) // 2 :]))
        yield fitted


def _followed(evidence: Evidence) -> frozenset[str]:
    run = evidence.run
    walked = {*run.machine, *(id for trail in run.trails for id in trail.walk)}
    asked_later = {*run.followed, *(id for trail in run.trails for id in trail.followed)}
    asked_later |= {id for trail in run.trails for repetition in trail.again for id in repetition.walk}
    return frozenset(asked_later - walked)


def _shortened(fitted: Fitted, which: Callable[[Observation], bool], fields: tuple[str, ...], keep: int) -> Fitted:
    observations = []
    left_out = list(fitted.left_out)
    for observation in fitted.evidence.observations:
        answer = observation.answer
        if which(observation) and isinstance(answer, (HttpReply, TunnelReply, UpgradeReply, Session)):
            for field in fields:
                content = getattr(answer, field, b"")
                if len(content) > keep:
                    answer = replace(answer, **{field: content[:keep]})
                    left_out.append(ErrorLine(SIZE, observation.id, field=f"answer.{field}", bytes=len(content) - keep))
        observations.append(observation if answer is observation.answer else replace(observation, answer=answer))
    return Fitted(replace(fitted.evidence, observations=tuple(observations)), tuple(left_out))


def _without(fitted: Fitted, ids: frozenset[str]) -> Fitted:
    evidence = fitted.evidence
    kept = tuple(observation for observation in evidence.observations if observation.id not in ids)
    gone = tuple(ErrorLine(SIZE, observation.id) for observation in evidence.observations if observation.id in ids)
    return Fitted(replace(evidence, observations=kept), (*fitted.left_out, *gone))
