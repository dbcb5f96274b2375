"""The picture in README.md comes from a real run, is whole in itself, and can be made again."""

import xml.etree.ElementTree as Xml

from diag.lab.faults import DEMO
from tests.picture.__main__ import LAST, PICTURE, picture


def words(drawn: str) -> str:
    return " ".join(" ".join(Xml.fromstring(drawn).itertext()).split())


def test_a_run_becomes_a_picture_that_loads_nothing() -> None:
    drawn = picture(DEMO)
    assert "wants a login" in words(drawn)
    assert LAST not in words(drawn)
    assert "url(http" not in drawn
    assert "@font-face" not in drawn


def test_the_readme_shows_it() -> None:
    assert "(docs/report.svg)" in (PICTURE.parents[1] / "README.md").read_text()
    kept = PICTURE.read_text(encoding="utf-8")
    assert "PROBLEM" in words(kept)
    assert "url(http" not in kept
