"""The terminal report at any width, with and without colours, and with strangers' text in it."""

import io
import re
import unicodedata

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.coloured import Coloured
from diag.report.layout.page import Page
from tests.report import samples

HOSTILE = "\x1b[2J\x1b]0;title\x07[/][link=file:///etc/passwd]x[/link] a\u202eb\u2066c\r\n\tOK: no fault found\x9b31m\u2028end"
STEERING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ALLOWED_CODES = re.compile(r"\x1b\[[0-9;]*m")


class Screen(io.StringIO):
    """A stream with an encoding, as files have it."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def shown(
    diagnosis: Diagnosis,
    evidence: Evidence = samples.EVIDENCE,
    *,
    width: int = 80,
    colour: bool = False,
    encoding: str = "utf-8",
    verbose: bool = False,
    quiet: bool = False,
) -> str:
    screen = Screen(encoding)
    console = Console(
        file=screen,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    write_diagnosis(Page(Coloured(console)), diagnosis, samples.CATALOGUE, evidence, verbose=verbose, quiet=quiet)
    return screen.getvalue()


def flowed(text: str) -> str:
    return " ".join(text.split())


def test_the_verdict_comes_first_then_the_cause_with_all_that_is_needed() -> None:
    text = shown(samples.DIAGNOSIS)
    assert text.startswith("\u2717 PROBLEM: one cause found, affecting 1 of 3 endpoints.")
    parts = ("What was seen", "What it means", "Who fixes it", "Next steps", "Also explains", "More about it", "Endpoints")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "diag explain proxy-login-required" in text
    assert "the administrator of this computer" in text
    assert "1. Set the login for proxy.corp.test:3128." in text


def test_an_open_verdict_says_what_failed_where_and_what_to_do() -> None:
    text = flowed(shown(samples.UNDECIDED))
    assert "UNKNOWN: the time limit was reached" in text
    assert "https://c.example.com:443 stopped at the connection (TCP): a router or this computer" in text
    assert "(connect-3)" in text
    assert "add --deadline 120" in text
    assert "Send the bundle to the support" in text


def test_a_clean_verdict_says_so_and_what_may_differ_for_the_program() -> None:
    text = flowed(shown(samples.WELL))
    assert "OK: no fault found. The endpoint was reached." in text
    assert "run diag as the same user" in text


def test_verbose_shows_every_observation_with_its_id() -> None:
    text = shown(samples.DIAGNOSIS, verbose=True, width=120)
    assert all(observation.id in text for observation in samples.OBSERVATIONS)
    assert "407 Proxy Authentication Required" in text
    assert "looked again" in text
    assert "tunnel-1" not in shown(samples.WELL)


def test_quiet_is_the_verdict_and_a_line_a_cause() -> None:
    lines = shown(samples.DIAGNOSIS, quiet=True, width=200).splitlines()
    assert [line[:2] for line in lines if not line.startswith("   ")] == ["\u2717 ", "1.", "2."]
    assert "proxy-login-required" in lines[1]


def test_the_words_are_the_same_at_every_width() -> None:
    at = [flowed(shown(samples.DIAGNOSIS, width=width)) for width in (40, 80, 160)]
    assert [sorted(text.split()) for text in at[1:]] == [sorted(at[0].split())] * 2


@pytest.mark.parametrize("width", [40, 63, 64, 80, 160, 200])
@pytest.mark.parametrize("diagnosis", [samples.DIAGNOSIS, samples.UNDECIDED, samples.WELL])
def test_no_line_is_wider_than_the_terminal(width: int, diagnosis: Diagnosis) -> None:
    text = shown(diagnosis, width=width, verbose=True)
    assert max(map(len, text.splitlines())) <= width


def test_no_line_ends_in_blanks() -> None:
    assert not [line for line in shown(samples.DIAGNOSIS, verbose=True).splitlines() if line != line.rstrip()]


def test_colour_never_stands_alone() -> None:
    coloured = shown(samples.DIAGNOSIS, colour=True)
    assert "\x1b[" in coloured
    assert ALLOWED_CODES.sub("", coloured) == shown(samples.DIAGNOSIS)


def test_without_colours_there_is_no_escape_code() -> None:
    assert "\x1b" not in shown(samples.DIAGNOSIS, verbose=True)


def test_another_encoding_gets_ascii() -> None:
    text = shown(samples.with_facts({"proxy": "caf\u00e9", "schemes": ()}), encoding="ascii")
    assert text.isascii()
    assert "x PROBLEM" in text
    assert "cafe" in text


def test_many_endpoints_are_counted_and_verbose_shows_all() -> None:
    diagnosis, evidence = samples.many(500, 2)
    text = flowed(shown(diagnosis, evidence))
    assert "500 of 500 endpoints: https://endpoint-0." in text
    assert "and 496 more" in text
    assert "all 500: stopped at the proxy" in text
    assert shown(diagnosis, evidence, verbose=True).count("stopped at the proxy") == 500


@settings(max_examples=60, deadline=None)
@given(hostile=st.one_of(st.just(HOSTILE), st.text(max_size=200)), width=st.sampled_from((40, 80, 160)))
def test_no_stranger_steers_the_terminal(hostile: str, width: int) -> None:
    diagnosis = samples.with_facts({"proxy": hostile, "schemes": (hostile, hostile)}, endpoints=(hostile,))
    for name in ("proxy-login-required", hostile):
        text = shown(samples.with_facts(diagnosis.causes[0].facts, endpoints=(hostile,), name=name), width=width)
        assert not {unicodedata.category(character) for character in text if character != "\n"} & STEERING


def test_markup_from_outside_is_shown_as_it_is() -> None:
    text = shown(samples.with_facts({"proxy": "[/][bold]x", "schemes": ()}))
    assert "[/][bold]x" in text


def test_an_unknown_cause_is_shown_by_its_facts() -> None:
    text = flowed(shown(samples.with_facts({"colour": "blue"}, name="proxy-of-the-future")))
    assert "proxy-of-the-future (a cause that this version of diag does not know)" in text
    assert "colour: blue" in text
    assert "diag explain proxy-of-the-future" not in text


def test_the_ways_are_shown_where_a_proxy_is_set_or_everything_is_wanted() -> None:
    text = flowed(shown(samples.DIAGNOSIS))
    assert "Routes - no proxy for b.example.com:443, c.example.com:443: no proxy is set" in text
    assert "HTTPS_PROXY http://proxy.corp.test:3128 for api.example.com:443: an environment variable says so" in text
    direct = Evidence(msgspec.structs.replace(samples.EVIDENCE.run, trails=samples.TRAILS[1:], machine=()), samples.OBSERVATIONS)
    assert "Routes" not in shown(samples.DIAGNOSIS, direct)
    assert "Routes" in shown(samples.DIAGNOSIS, direct, verbose=True)
    assert "Routes" not in shown(samples.DIAGNOSIS, quiet=True)
