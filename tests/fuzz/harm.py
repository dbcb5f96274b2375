"""Reads a spoilt bundle as `diag show` would, and says what came of it; whatever is neither a refusal nor harmless is raised."""

import csv
import io
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

import msgspec

from checks import CATALOGUE
from diag.bundle.archive import CannotRead, unpack
from diag.bundle.copy import make_stricter
from diag.bundle.keys import Identities
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.read import Bundle, archive_in, bundle_of
from diag.bundle.verify import verify
from diag.bundle.write import pack
from diag.cli.contents import write_contents
from diag.engine.compare import Side, compare
from diag.engine.judge import judge
from diag.engine.pseudonym_match import Replaced
from diag.model.catalogue import KnownChecks
from diag.report.forms.comparison import write_comparison
from diag.report.forms.comparison_json import write_comparison_json
from diag.report.forms.html import write_page
from diag.report.forms.json import write_report
from diag.report.forms.junit import write_junit
from diag.report.forms.request import write_csv, write_markdown, write_request
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.forms.text import write_summary
from diag.report.layout.page import open_page
from diag.report.views.compared import Named
from diag.report.views.team_requests import requests_of
from tests.report.pages import Read


class Came(StrEnum):
    """What came of one."""

    REFUSED = "refused"
    READ = "read"


class Harm(AssertionError):
    """Something came through that must not."""


def read(content: bytes, identities: Identities | None) -> Bundle | str:
    """The bundle, or the sentence by which it was refused. Raises whatever else happens."""
    try:
        return bundle_of(unpack(archive_in(content, identities)))
    except CannotRead as error:
        told = str(error)
        if not (told.isprintable() and told.endswith(".") and len(told) < 400):
            raise Harm(f"a refusal that is no sentence: {told!r}") from None
        return told


def look_for_harm(bundle: Bundle) -> None:
    """Holds everything that is read to be safe. Raises Harm."""
    for value in (bundle.manifest, bundle.evidence, bundle.diagnosis, bundle.report, bundle.errors):
        for text in _texts(value):
            if not text.isprintable():
                raise Harm(f"a text that is not safe to show: {text!r}")
    for note in bundle.not_understood:
        if not note.what.isprintable():
            raise Harm(f"a note that is not safe to show: {note.what!r}")
    if not all(line.isprintable() for line in bundle.summary.split("\n")):
        raise Harm("a summary that is not safe to show")


def show_it_all(bundle: Bundle, other: Bundle) -> None:
    """Judges it again, writes every form of the diagnosis, compares it with another, makes a stricter copy. Raises Harm."""
    catalogue = {check.id: check for check in CATALOGUE}
    judged = judge(bundle.evidence, CATALOGUE)
    for diagnosis in (judged, bundle.diagnosis):
        page = write_page(diagnosis, catalogue, bundle.evidence)
        elements = Read(page)
        if elements.all("script") or any(name.startswith("on") for one in elements.elements for name in one.attributes):
            raise Harm("a page that could run something")
        references = {check.reference for check in CATALOGUE}
        if any(link[:1] != "#" and link not in references for one in elements.elements if (link := one.attributes.get("href"))):
            raise Harm("a page that leads elsewhere")
        shown = io.StringIO()
        write_diagnosis(open_page(shown), diagnosis, catalogue, bundle.evidence, verbose=True, quoted=bundle.evidence)
        write_contents(open_page(shown), bundle)
        if not all(line.isprintable() for line in shown.getvalue().split("\n")):
            raise Harm("a screen that is steered")
        write_summary(diagnosis, catalogue, bundle.evidence).encode("ascii")
        msgspec.json.decode(write_report(diagnosis, catalogue, bundle.evidence))
        lines = requests_of(diagnosis, bundle.evidence, catalogue)
        write_request(lines, bundle.evidence)
        write_markdown(lines, bundle.evidence)
        rows = list(csv.reader(io.StringIO(write_csv(lines))))
        if any(cell.strip().startswith(("=", "+", "-", "@")) for row in rows for cell in row):
            raise Harm("a cell that is a formula")
        ElementTree.fromstring(write_junit(diagnosis, catalogue, bundle.evidence))
    _verify(bundle)
    _compare(bundle, other, catalogue)
    if bundle.manifest.privacy == Level.STANDARD:
        _redact(bundle)


def _verify(bundle: Bundle) -> None:
    if not verify(bundle.members, "diag-x.zip").whole:
        raise Harm("a bundle that is read and does not stand verification")


def _compare(bundle: Bundle, other: Bundle, catalogue: KnownChecks) -> None:
    """Either way round, in both forms. Raises Harm."""
    sides = [Side(judge(one.evidence, CATALOGUE), one.evidence, Replaced(True, False)) for one in (bundle, other)]
    named = [Named("a.zip", side.evidence.run.began, side.evidence.run.tool, side.diagnosis.verdict) for side in sides]
    for first, second in ((0, 1), (1, 0)):
        comparison = compare(sides[first], sides[second], linked=False)
        shown = io.StringIO()
        write_comparison(open_page(shown), comparison, catalogue, named[first], named[second])
        if not all(line.isprintable() for line in shown.getvalue().split("\n")):
            raise Harm("a comparison that steers the screen")
        msgspec.json.decode(write_comparison_json(comparison, catalogue, named[first], named[second]))


def _redact(bundle: Bundle) -> None:
    """A stricter copy, written and read again."""
    copy = make_stricter(bundle, Level.STRICT, Private(), {}, key=bytes(32))
    if copy.redacted.lost:
        raise Harm(f"redaction fails at {copy.redacted.lost[0]}")
    judged = judge(copy.redacted.evidence, CATALOGUE)
    members, _ = pack(copy.redacted, judged, summary="", catalogue_version="1", left_out=copy.left_out)
    bundle_of(members)


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, msgspec.Struct):
            waiting.extend(getattr(one, name) for name in one.__struct_fields__)
        elif isinstance(one, Mapping):
            waiting.extend((*one.keys(), *one.values()))
        elif isinstance(one, (tuple, list)):
            waiting.extend(one)
