"""A bundle, read: hostile until every limit, digest and type has been looked at, and every string made safe.

What a newer diag has added is kept and named, and never turned into a pass: a line of evidence that is not understood is as
good as not there, and an unknown status is read as `unknown`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from diag.bundle import layout
from diag.bundle.archive import DamagedBundle, NotABundle, content_of, unpack
from diag.bundle.envelope import is_encrypted, opened
from diag.bundle.keys import Identities
from diag.bundle.layout import ErrorLine, Manifest, Report
from diag.bundle.migrate import migrate, version_of
from diag.bundle.recorded import Recalled, RecordedDiagnosis
from diag.bundle.run_bounds import within_bounds
from diag.bundle.seal import broken, digest
from diag.bundle.strict_json import UNDECODABLE, Newer, Strict, T, Wrong
from diag.model.diagnosis import Diagnosis
from diag.model.observation import Observation
from diag.model.run import Evidence, Run
from diag.model.text import clean

_LONGEST_LINE = 2 << 20
"""Bytes."""


class NotUnderstood(Struct, frozen=True):
    """Something that this version of diag does not know, passed over."""

    member: str
    what: str
    """A field's dotted path, or a word, made safe."""
    line: int = 0
    """From 1; 0: the member has no lines."""


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds. Every text in it is safe to show."""

    manifest: Manifest
    evidence: Evidence
    diagnosis: Diagnosis
    """What the customer saw, by the checks of then."""
    consequences: tuple[str, ...]
    """What that meant for the customer's work, in sentences, as it was said then; empty: nothing was."""
    summary: str
    report: Report
    errors: tuple[ErrorLine, ...]
    not_understood: tuple[NotUnderstood, ...]
    others: tuple[str, ...]
    """Members that this version does not know; they are sealed like all others."""
    digest: str
    """Over all members (`diag.bundle.seal`)."""
    members: Mapping[str, bytes] = field(repr=False)
    """All members as they stood, also what was not understood in them: for handing the bundle on, never for showing."""

    @property
    def whole(self) -> bool:
        """Whether all observations are in it, so that it can be judged again; it was too large for that otherwise."""
        return is_whole(self.errors)

    @property
    def left_out(self) -> frozenset[str]:
        """The endpoints, as text, of which no observation is in it."""
        return left_out_of(self.errors)


def is_whole(errors: Iterable[ErrorLine]) -> bool:
    """Return whether nothing that was seen was left out for the size of it; a page that was cut short leaves it whole."""
    return not any(line.why == layout.SIZE and not line.field for line in errors)


def left_out_of(errors: Iterable[ErrorLine]) -> frozenset[str]:
    """Return the endpoints, as text, of which nothing that was seen is there."""
    return frozenset(line.endpoint for line in errors if line.endpoint)


MOST_THEN = 200
"""Causes that the customer saw of which the ids are read."""


class Then(Struct, frozen=True):
    """What the customer saw, in two words; nobody's judgement is built on it."""

    verdict: str
    causes: tuple[str, ...]
    """Ids, at most `MOST_THEN`."""


@dataclass(frozen=True)
class SeenAnew:
    """As much of a bundle as it takes to judge it anew."""

    manifest: Manifest
    evidence: Evidence
    then: Then
    digest: str
    whole: bool
    """As of `Bundle`."""
    left_out: frozenset[str]
    """As of `Bundle`."""


class _ThenCause(Struct):
    id: str


class _Then(Struct):
    """As much of the recorded diagnosis as is told beside a new one."""

    verdict: str
    causes: tuple[_ThenCause, ...]


_THEN = msgspec.json.Decoder(_Then)


class _Preface(Struct):
    """As much of a manifest as every version has."""

    schema: str


def read_bundle(path: Path, identities: Identities | None = None) -> Bundle:
    """Read a bundle into memory; nothing is ever unpacked onto the disk. `identities` open one that is encrypted.

    Raises NotABundle, DamagedBundle, NewerBundle and EncryptedBundle, all of them CannotRead, each with one sentence for the
    user, and UnusableKey where a key of the identities is none.
    """
    return bundle_of(unpack(archive_in(content_of(path), identities)))


def archive_in(content: bytes, identities: Identities | None = None) -> bytes:
    """Return the zip in a file's content, which may be encrypted. Raises as `read_bundle` does."""
    return opened(content, identities) if is_encrypted(content) else content


def bundle_of(members: dict[str, bytes]) -> Bundle:
    """Return the bundle that these members, by name, are. Raises as `read_bundle` does."""
    if layout.MANIFEST not in members:
        raise NotABundle("The file is a zip, but not a bundle of diag: name a file that diag wrote, diag-*.zip.")
    version = version_of(_struct(members, layout.MANIFEST, _strict(_Preface), []).schema)
    return _Reading(members, migrate(members, version)).bundle()


def seen_in(members: dict[str, bytes]) -> SeenAnew:
    """Return the evidence that these members hold, within the same limits as `bundle_of`; the recorded matrix is left alone.

    Raises as `bundle_of` does.
    """
    if layout.MANIFEST not in members:
        raise NotABundle("The file is a zip, but not a bundle of diag: name a file that diag wrote, diag-*.zip.")
    version = version_of(_struct(members, layout.MANIFEST, _strict(_Preface), []).schema)
    return _Reading(members, migrate(members, version)).seen()


_DECODERS: dict[type[Struct], Strict[Any]] = {}


def _strict(struct: type[T]) -> Strict[T]:
    """The decoder of one kind of struct: it takes longer to make than to use."""
    if struct not in _DECODERS:
        _DECODERS[struct] = Strict(struct)
    return _DECODERS[struct]


class _Reading:
    """One bundle on its way in; `_notes` gathers what was passed over."""

    def __init__(self, written: Mapping[str, bytes], members: Mapping[str, bytes]) -> None:
        self._written = written
        self._members = members
        self._notes: list[NotUnderstood] = []

    def seen(self) -> SeenAnew:
        manifest, evidence = self._manifest(), self._evidence()
        self._one(layout.REDACTION, Report)
        errors = self._errors()
        try:
            told = _THEN.decode(self._members[layout.VERDICTS])
        except UNDECODABLE:
            raise DamagedBundle(
                "The bundle is damaged in {name} (it is no diagnosis): ask for it once more, as diag wrote it.",
                name=layout.VERDICTS,
            ) from None
        then = Then(clean(told.verdict, 40), tuple(clean(cause.id, 80) for cause in told.causes[:MOST_THEN]))
        return SeenAnew(manifest, evidence, then, digest(self._written), is_whole(errors), left_out_of(errors))

    def bundle(self) -> Bundle:
        manifest, evidence = self._manifest(), self._evidence()
        recalled = Recalled(self._one(layout.VERDICTS, RecordedDiagnosis))
        self._notes.extend(NotUnderstood(layout.VERDICTS, clean(what)) for what in recalled.not_understood)
        return Bundle(
            manifest=manifest,
            evidence=evidence,
            diagnosis=recalled.diagnosis,
            consequences=recalled.consequences,
            summary=self._summary(),
            report=self._one(layout.REDACTION, Report),
            errors=self._errors(),
            not_understood=tuple(self._notes),
            others=tuple(sorted(name for name in self._members if not layout.is_known(name))),
            digest=digest(self._written),
            members=self._written,
        )

    def _manifest(self) -> Manifest:
        """The manifest, with which all else has been compared."""
        manifest = self._one(layout.MANIFEST, Manifest)
        rest = {name: content for name, content in self._written.items() if name != layout.MANIFEST}
        if broken(rest, manifest.members):
            raise DamagedBundle(
                "The bundle was changed after diag wrote it, or lost a part on its way: ask for it once more, as diag wrote it."
            )
        for name in layout.MEMBERS:
            if name not in self._members:
                raise DamagedBundle("The bundle lacks {name}: ask for it once more, as diag wrote it.", name=name)
        return manifest

    def _evidence(self) -> Evidence:
        return Evidence(within_bounds(self._one(layout.RUN_MEMBER, Run)), self._observations())

    def _one(self, name: str, struct: type[T]) -> T:
        return _struct(self._members, name, _strict(struct), self._notes)

    def _observations(self) -> tuple[Observation, ...]:
        strict = _strict(Observation)
        found: dict[str, Observation] = {}
        for number, line in self._lines(layout.EVIDENCE):
            try:
                decoded = strict.whole(line)
            except Newer as newer:
                self._notes.append(NotUnderstood(layout.EVIDENCE, clean(str(newer)), number))
                continue
            except Wrong as wrong:
                raise DamagedBundle(
                    "The bundle is damaged in {name}, line {number} ({wrong}): ask for it once more, as diag wrote it.",
                    name=layout.EVIDENCE,
                    number=number,
                    wrong=wrong,
                ) from None
            self._pass_over(layout.EVIDENCE, decoded.passed_over, number)
            if decoded.value.id in found:
                raise DamagedBundle(
                    "The bundle is damaged in {name}, line {number} (an id stands twice): "
                    "ask for it once more, as diag wrote it.",
                    name=layout.EVIDENCE,
                    number=number,
                )
            found[decoded.value.id] = decoded.value
        return tuple(found.values())

    def _errors(self) -> tuple[ErrorLine, ...]:
        strict = _strict(ErrorLine)
        found = []
        for number, line in self._lines(layout.ERRORS):
            try:
                decoded = strict.whole(line)
            except (Wrong, Newer) as wrong:
                raise DamagedBundle(
                    "The bundle is damaged in {name}, line {number} ({wrong}): ask for it once more, as diag wrote it.",
                    name=layout.ERRORS,
                    number=number,
                    wrong=wrong,
                ) from None
            self._pass_over(layout.ERRORS, decoded.passed_over, number)
            found.append(decoded.value)
        return tuple(found)

    def _lines(self, name: str) -> list[tuple[int, bytes]]:
        """The lines of a member with their numbers, from 1."""
        content = self._members[name]
        if content.count(b"\n") > layout.MOST_LINES:
            raise DamagedBundle(
                "The bundle has more lines in {name} than diag reads: ask for it once more, as diag wrote it.", name=name
            )
        lines = content.split(b"\n")
        if any(len(line) > _LONGEST_LINE for line in lines):
            raise DamagedBundle(
                "The bundle has a longer line in {name} than diag reads: ask for it once more, as diag wrote it.", name=name
            )
        return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]

    def _summary(self) -> str:
        text = self._members[layout.SUMMARY][: layout.LARGEST_SUMMARY]
        return "\n".join(clean(line) for line in re.split(r"\r?\n", text.decode("utf-8", "replace")))

    def _pass_over(self, member: str, fields: tuple[str, ...], line: int) -> None:
        self._notes.extend(NotUnderstood(member, field, line) for field in fields)


def _struct(members: Mapping[str, bytes], name: str, strict: Strict[T], notes: list[NotUnderstood]) -> T:
    """One member that is one JSON object. Raises DamagedBundle."""
    if name not in members:
        raise DamagedBundle("The bundle lacks {name}: ask for it once more, as diag wrote it.", name=name)
    try:
        decoded = strict.settled(members[name])
    except (Wrong, Newer) as wrong:
        raise DamagedBundle(
            "The bundle is damaged in {name} ({wrong}): ask for it once more, as diag wrote it.", name=name, wrong=wrong
        ) from None
    notes.extend(NotUnderstood(name, field) for field in decoded.passed_over)
    return decoded.value
