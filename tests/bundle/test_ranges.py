"""What a bundle says in numbers, words and lists has a range, held where it is read: beyond it nothing is worked out."""

import pytest

from diag.bundle import layout
from diag.bundle.archive import DamagedBundle
from diag.bundle.read import bundle_of
from diag.bundle.verify import verify
from diag.model.endpoint import SCHEMES, Endpoint
from diag.report.views.waterfall import waterfall
from tests.bundle import sample
from tests.bundle.hostile import MEMBERS, edited, resealed, set_
from tests.bundle.test_hostile import read_or_refused


@pytest.mark.parametrize("took", [1e10, 1e13, 1e16, 1e308, -1.0, -1e308])
def test_a_duration_that_no_run_has_is_refused(took: float) -> None:
    with pytest.raises(DamagedBundle, match="a value is missing or of the wrong kind"):
        bundle_of(edited(layout.EVIDENCE, set_("took", to=took)))


@pytest.mark.parametrize("deadline", [1e12, -3.0])
def test_so_is_a_limit(deadline: float) -> None:
    with pytest.raises(DamagedBundle):
        bundle_of(edited(layout.RUN_MEMBER, set_("limits", "deadline", to=deadline)))


@pytest.mark.parametrize("fact", [1e300, -1e300, 1 << 60])
def test_so_is_a_fact(fact: float) -> None:
    with pytest.raises(DamagedBundle):
        bundle_of(edited(layout.VERDICTS, set_("verdicts", 0, "finding", "facts", to={"share": fact})))


@pytest.mark.parametrize("moment", ["0002-01-01T00:00:00Z", "9998-01-01T00:00:00Z"])
def test_a_step_of_another_age_draws_a_short_axis(moment: str) -> None:
    evidence = bundle_of(edited(layout.EVIDENCE, set_("began", to=moment), line=9)).evidence
    assert [len(waterfall(trail, evidence).ticks) <= 10 for trail in evidence.run.trails] == [True]


@pytest.mark.parametrize("scheme", ["=cmd|' /C calc'!A0", "", "https://", "@SUM(A1)", "-x", "HTTPS", "a" * 40])
def test_a_scheme_that_no_address_has_is_refused(scheme: str) -> None:
    with pytest.raises(DamagedBundle):
        bundle_of(edited(layout.RUN_MEMBER, set_("trails", 0, "endpoint", "scheme", to=scheme)))


@pytest.mark.parametrize("scheme", [*SCHEMES, "mqtt"])
def test_a_scheme_of_a_newer_diag_is_read(scheme: str) -> None:
    run = bundle_of(edited(layout.RUN_MEMBER, set_("trails", 0, "endpoint", "scheme", to=scheme))).evidence.run
    assert run.trails[0].endpoint == Endpoint(sample.ENDPOINT.host, 443, scheme, "ACCOUNT", expects=sample.ENDPOINT.expects)


def test_an_id_that_a_walk_names_again_and_again_is_named_once() -> None:
    ids = list(bundle_of(MEMBERS).evidence.run.trails[0].walk)
    again = set_("trails", 0, "walk", to=ids * 500)
    assert list(bundle_of(edited(layout.RUN_MEMBER, again)).evidence.run.trails[0].walk) == ids
    everywhere = set_("trails", 0, "again", to=[{"walk": ids * 500}])
    assert list(bundle_of(edited(layout.RUN_MEMBER, everywhere)).evidence.run.trails[0].again[0].walk) == ids
    assert len(bundle_of(edited(layout.RUN_MEMBER, set_("machine", to=["inspect-0"] * 9_999))).evidence.run.machine) == 1


@pytest.mark.parametrize(
    ("what", "many"),
    [
        ("walks", set_("trails", 0, "walk", to=[f"x-{number}" for number in range(70_000)])),
        ("walks", set_("machine", to=[f"x-{number}" for number in range(70_000)])),
        ("endpoints", lambda run: run.update(trails=[{"endpoint": {"host": f"h{n}", "port": 1}} for n in range(6_000)])),
    ],
)
def test_there_are_only_so_many(what: str, many: object) -> None:
    with pytest.raises(DamagedBundle, match=f"more {what} than"):
        bundle_of(edited(layout.RUN_MEMBER, many))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [layout.RUN_MEMBER, layout.VERDICTS, layout.EVIDENCE, layout.REDACTION, layout.MANIFEST])
def test_a_lone_surrogate_beside_an_unknown_word_is_refused_in_a_sentence(name: str) -> None:
    lines = MEMBERS[name].split(b"\n")
    lines[0] = lines[0][:-1] + b',"kind":"quantum","ask":"quantum","else":"\\ud800"}'
    poisoned = b"\n".join(lines).replace(b'"reason":"variable"', b'"reason":"quantum\\udfff"')
    members = {**MEMBERS, name: poisoned} if name == layout.MANIFEST else resealed(**{name.replace(".", "_"): poisoned})
    with pytest.raises(DamagedBundle):
        bundle_of(members)
    if name == layout.MANIFEST:
        with pytest.raises(DamagedBundle):
            verify(members, "diag-x.zip")


@pytest.mark.parametrize(
    "path", [("trails", 0, "endpoint", "role"), ("machine", 0), ("began",), ("\ud800",), ("trails", 0, "\udfff")]
)
def test_an_unknown_word_and_a_lone_surrogate_in_a_run(path: tuple[str | int, ...]) -> None:
    def spoilt(run: dict) -> None:
        run["trails"][0]["endpoint"]["expects"] = {"network": "quantum"}
        set_(*path, to="\ud800")(run)

    bundle = read_or_refused(lambda: bundle_of(edited(layout.RUN_MEMBER, spoilt)))
    assert bundle is None or "\ud800" not in repr(bundle.evidence.run)
