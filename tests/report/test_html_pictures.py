"""The pictures of a page: where the way breaks, where the time went, which certificate is at fault."""

import re
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.language.columns import columns_of
from diag.model.address import Address, Authority
from diag.model.answer import Session, TunnelReply, VerifyError
from diag.model.diagnosis import Diagnosis
from diag.model.endpoint_view import EndpointView
from diag.model.question import Connect, Question, Tunnel
from diag.model.run import Evidence
from diag.report.forms.html import write_page
from diag.report.views.certificate_chain import Picture, picture_of
from diag.report.views.path import Stop, StopMark, WayPicture, broken, way_of
from diag.report.views.waterfall import STEPS, took_words, waterfall
from tests.checks.authorities import INTERMEDIATE, NOW, ROOT, certificate, leaf
from tests.checks.evidence import Notes
from tests.checks.replies import HOST, MISSED, NOT_FOUND, answered, found, resolvers
from tests.recording.scene import read_scene
from tests.report.pages import Read
from tests.report.test_html import HOSTILE

STYLE = Path(__file__).parents[2] / "diag" / "report" / "forms" / "templates" / "style.css"
ADDRESS = "198.51.100.4"


def shown(notes: Notes) -> tuple[Diagnosis, Evidence, WayPicture]:
    evidence = notes.evidence
    diagnosis = judge(evidence, CATALOGUE)
    state = diagnosis.endpoints[0]
    causes = [cause for cause in diagnosis.causes if str(state.endpoint) in cause.endpoints]
    return diagnosis, evidence, way_of(EndpointView(evidence, evidence.run.trails[0]), state, causes)


def marks(way: WayPicture) -> dict[Stop, StopMark]:
    return {hop.place: hop.mark for hop in way.hops}


def to_the_service(session: Session | None = None) -> Notes:
    notes = Notes().machine(resolvers()).looked_up(ADDRESS).told(found(ADDRESS)).dialled(ADDRESS)
    good = Session(finished=True, version="TLSv1.3", chain=(leaf(), INTERMEDIATE))
    notes.shook(ADDRESS, session or good)
    return notes.fetched(ADDRESS, answered()) if session is None else notes


def test_a_way_that_works_is_well_at_every_stop() -> None:
    _, _, way = shown(to_the_service())
    assert list(marks(way)) == [Stop.MACHINE, Stop.NAMES, Stop.ADDRESS, Stop.ENCRYPTION, Stop.SERVICE]
    assert set(marks(way).values()) == {StopMark.WELL}


def test_a_name_that_is_not_found_breaks_the_way_at_the_lookup() -> None:
    _, _, way = shown(Notes().machine(resolvers()).looked_up(failure="name_not_found").told(NOT_FOUND))
    assert marks(way)[Stop.NAMES] is StopMark.BROKEN
    assert [marks(way)[place] for place in (Stop.ADDRESS, Stop.ENCRYPTION, Stop.SERVICE)] == [StopMark.NOT_REACHED] * 3
    assert "Name lookup (10.0.0.53:53): broken here, the name does not exist" in way.told


def test_a_proxy_that_refuses_breaks_the_way_at_the_proxy() -> None:
    notes = Notes(proxy="proxy.corp.test:3128").looked_up("10.1.2.3", name="proxy.corp.test").dialled("10.1.2.3", port=3128)
    tunnel = Tunnel(Connect(Address("10.1.2.3", 3128)), Authority("proxy.corp.test", 3128), Authority(HOST, 443))
    notes.saw(tunnel, TunnelReply("tunnel_refused", 403, "Forbidden"))
    _, _, way = shown(notes)
    assert Stop.ADDRESS not in marks(way), "behind a proxy nobody knows the address"
    assert marks(way)[Stop.PROXY] is StopMark.BROKEN
    assert marks(way)[Stop.ENCRYPTION] is StopMark.NOT_REACHED


def test_what_our_own_deadline_cut_off_is_not_called_broken() -> None:
    _, _, way = shown(Notes().looked_up(ADDRESS).saw(Connect(Address(ADDRESS, 443)), MISSED))
    assert StopMark.BROKEN not in marks(way).values()
    assert marks(way)[Stop.SERVICE] is StopMark.OPEN
    assert "the time limit of the run was reached" in way.told


def test_a_certificate_that_is_refused_breaks_the_way_at_the_encryption() -> None:
    expired = Session(finished=True, version="TLSv1.3", chain=(leaf(),), verify_errors=(VerifyError(10, 0),))
    _, _, way = shown(to_the_service(expired))
    assert marks(way)[Stop.ENCRYPTION] is StopMark.BROKEN
    assert marks(way)[Stop.SERVICE] is StopMark.NOT_REACHED


@given(st.text(max_size=400))
def test_a_label_always_fits_into_its_place(text: str) -> None:
    lines = broken(text, 18, 3)
    assert len(lines) <= 3
    assert all(columns_of(line) <= 18 for line in lines)


def test_a_short_label_is_whole() -> None:
    assert "".join(broken("service.example.com:443")) == "service.example.com:443"


def chain_of(*sent: bytes, errors: tuple[VerifyError, ...] = (), failure: str = "") -> Picture | None:
    session = Session(failure, finished=not failure, version="TLSv1.3", chain=sent, verify_errors=errors)
    notes = Notes().looked_up(ADDRESS).dialled(ADDRESS).shook(ADDRESS, session)
    evidence = notes.evidence
    return picture_of(EndpointView(evidence, evidence.run.trails[0]), ())


def test_a_trusted_chain_has_no_fault() -> None:
    picture = chain_of(leaf(), INTERMEDIATE)
    assert picture is not None
    assert [link.title for link in picture.links] == [HOST, "Example Issuing"]
    assert picture.anchor is not None
    assert (picture.anchor.title, picture.anchor.well, picture.at_fault) == ("Example Root", True, False)


def test_the_expired_one_is_at_fault_and_no_other() -> None:
    old = leaf(start=NOW - timedelta(days=90), end=NOW - timedelta(days=3))
    picture = chain_of(old, INTERMEDIATE, errors=(VerifyError(10, 0),))
    assert picture is not None
    assert [link.faults for link in picture.links] == [("it has expired",), ()]
    assert (picture.links[0].expired, picture.links[0].now) == (True, None)
    assert re.fullmatch(r"ended [23] days before the run", picture.links[0].left)


def test_a_certificate_that_was_not_sent_is_drawn_as_missing() -> None:
    picture = chain_of(leaf(), errors=(VerifyError(20, 0), VerifyError(21, 0)))
    assert picture is not None
    assert picture.links[0].faults == ()
    assert picture.anchor is not None
    assert (picture.anchor.title, picture.anchor.well, picture.at_fault) == ("Example Issuing", False, True)


def test_a_root_that_is_not_trusted_is_at_fault_itself() -> None:
    picture = chain_of(leaf(), INTERMEDIATE, ROOT, errors=(VerifyError(19, 2),))
    assert picture is not None
    assert [bool(link.faults) for link in picture.links] == [False, False, True]
    assert picture.anchor is None


def test_a_certificate_for_another_name_says_so() -> None:
    picture = chain_of(leaf("other.example.net"), INTERMEDIATE)
    assert picture is not None
    assert picture.links[0].faults == (f"it is for other names than {HOST}",)


def test_where_the_handshake_failed_first_nothing_is_said_of_trust() -> None:
    picture = chain_of(leaf(), INTERMEDIATE, failure="cut")
    assert picture is not None
    assert picture.anchor is None


def test_what_cannot_be_read_is_not_drawn() -> None:
    assert chain_of(b"no certificate") is None


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_certificate_is_text(hostile: str) -> None:
    name = hostile.replace("\x00", "")[:60]
    wrong = certificate(name, f"{name} issuer", HOST)
    evidence = (
        Notes()
        .looked_up(ADDRESS)
        .dialled(ADDRESS)
        .shook(ADDRESS, Session(finished=True, version="TLSv1.3", chain=(wrong,), verify_errors=(VerifyError(20, 0),)))
        .evidence
    )
    written = write_page(judge(evidence, CATALOGUE), {check.id: check for check in CATALOGUE}, evidence)
    read = Read(written)
    assert not read.all("script")
    assert not [one for one in read.elements if any(attribute.startswith("on") for attribute in one.attributes)]
    assert "\x1b" not in written
    assert "\u202e" not in written


def test_bars_lie_within_the_axis_and_in_their_order() -> None:
    evidence = to_the_service().evidence
    steps = waterfall(evidence.run.trails[0], evidence)
    assert [bar.step for bar in steps.bars][-3:] == ["connect", "encrypt", "ask"]
    for bar in steps.bars:
        assert 0 <= float(bar.start) <= 100
        assert float(bar.start) + float(bar.width) <= 100.01
    assert 2 <= len(steps.ticks) <= 5
    assert steps.ticks[0] == ("0.00", "0")


def test_every_kind_of_question_has_a_word() -> None:
    assert set(STEPS) == {question.__struct_config__.tag for question in get_args(Question)}


def test_a_way_that_nothing_was_asked_of_has_no_bars() -> None:
    evidence = Notes().evidence
    assert waterfall(evidence.run.trails[0], evidence).bars == ()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0, "under 1 ms"), (0.0341, "34 ms"), (1.5, "1.5 s"), (0.9999, "1000 ms"), (61.2, "61.2 s")]
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert took_words(seconds) == words


def _colours() -> list[dict[str, str]]:
    """The colours by their names, of the light scheme and of the dark one."""
    light, dark = re.findall(r":root \{(.*?)\}", STYLE.read_text(), re.DOTALL)[:2]
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in (light, dark)]


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_has_contrast_enough(scheme: int) -> None:
    colours = _colours()[scheme]
    pairs = [(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "ground", "accent-soft")]
    pairs += [(state, ground) for state in ("problem", "warning", "ok", "unknown") for ground in ("paper", f"{state}-soft")]
    pairs += [("ink", "problem-soft"), ("soft", "problem-soft")]
    for text, ground in pairs:
        darker, lighter = sorted((_luminance(colours[text]), _luminance(colours[ground])))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{text} on {ground}"


def test_bars_of_what_took_no_time_begin_at_the_beginning() -> None:
    evidence = read_scene("healthy/one-service").evidence
    quick = tuple(replace(seen, took=0.0, began=evidence.run.began) for seen in evidence.observations)
    bars = waterfall(evidence.run.trails[0], Evidence(evidence.run, quick)).bars
    assert {(float(bar.start), float(bar.width)) for bar in bars} == {(0.0, 100.0)}
