"""What a newer diag has added is kept, named, and never taken for a pass; what an older one wrote can be read for good."""

import json
from pathlib import Path

import jsonschema
import pytest
from jsonschema.protocols import Validator

from diag.bundle import layout
from diag.bundle.archive import NewerBundle, NotABundle, unpack
from diag.bundle.migrate import MIGRATIONS, Members, Migration, SchemaVersion, migrate, version_of
from diag.bundle.read import NotUnderstood, bundle_of, read_bundle
from diag.bundle.recorded import record
from diag.bundle.schema import TYPES, schema
from diag.bundle.write import pack
from diag.model.diagnosis import Outcome
from diag.model.endpoint import Network
from diag.model.endpoint_view import Stage
from diag.model.verdict import Because, Confidence, Status
from tests.bundle import sample
from tests.bundle.hostile import MEMBERS, REDACTED, edited, line_of, resealed, set_

GOLDEN = Path(__file__).parent / "golden" / "diag-bundle-1.zip"
GOLDEN_DIGEST = "457a23527582b68db14e18a9bc914fc6a0c20f8bb748423af98ab69a1d60cebf"


def test_an_unknown_kind_of_answer_is_kept_as_it_stood_and_named() -> None:
    members = edited(layout.EVIDENCE, set_("answer", to={"seen": "quantum", "spin": 1}), line_of("lookup-8"))
    bundle = bundle_of(members)
    assert "lookup-8" not in bundle.evidence.by_id
    assert len(bundle.evidence.observations) == len(REDACTED.evidence.observations) - 1
    number = line_of("lookup-8")
    assert bundle.not_understood == (NotUnderstood(layout.EVIDENCE, "answer", number + 1),)
    assert b"quantum" in bundle.members[layout.EVIDENCE].splitlines()[number]
    assert bundle.members == members


@pytest.mark.parametrize(
    ("at", "path", "word"),
    [
        ("lookup-8", ("question", "ask"), "smell"),
        ("lookup-8", ("question", "transport"), "quic"),
        ("inspect-0", ("question", "topic"), "weather"),
        ("connect-19", ("fault", "kind"), "bored"),
        ("tunnel-12", ("question", "login"), "kerberos"),
    ],
)
def test_an_unknown_word_in_a_question_or_fault_costs_that_line_alone(at: str, path: tuple[str, str], word: str) -> None:
    bundle = bundle_of(edited(layout.EVIDENCE, set_(*path, to=word), line_of(at)))
    assert at not in bundle.evidence.by_id
    assert [(note.what, note.line) for note in bundle.not_understood] == [
        (".".join(path[: 1 + (path[1] != "ask")]), line_of(at) + 1)
    ]


def test_an_unknown_failure_is_a_word_like_others() -> None:
    bundle = bundle_of(edited(layout.EVIDENCE, set_("answer", "failure", to="eaten_by_dog"), line_of("tunnel-11")))
    assert bundle.evidence.by_id["tunnel-11"].answer.failure == "eaten_by_dog"  # type: ignore[union-attr]
    assert bundle.not_understood == ()


def test_unknown_fields_are_passed_over_and_named() -> None:
    members = edited(layout.EVIDENCE, lambda tree: tree["answer"].update(flavour={"a": 1}), line_of("tunnel-11"))
    bundle = bundle_of(members)
    assert bundle.evidence == REDACTED.evidence
    assert bundle.not_understood == (NotUnderstood(layout.EVIDENCE, "answer.flavour", line_of("tunnel-11") + 1),)
    bundle = bundle_of(edited(layout.RUN_MEMBER, lambda tree: tree["trails"][0]["endpoint"].update(colour="red")))
    assert bundle.not_understood == (NotUnderstood(layout.RUN_MEMBER, "trails.endpoint.colour"),)
    bundle = bundle_of(edited(layout.EVIDENCE, lambda tree: tree["answer"]["headers"][0].append(1), line_of("tunnel-11")))
    assert bundle.not_understood == (NotUnderstood(layout.EVIDENCE, "answer.headers", line_of("tunnel-11") + 1),)


def test_unknown_words_of_a_run_fall_back_and_are_named() -> None:
    bundle = bundle_of(edited(layout.RUN_MEMBER, set_("trails", 0, "route", "why", to="horoscope")))
    assert bundle.evidence.run.trails[0].route is None
    assert bundle.not_understood == (NotUnderstood(layout.RUN_MEMBER, "trails.route.why"),)
    bundle = bundle_of(edited(layout.RUN_MEMBER, set_("trails", 0, "endpoint", "expects", "network", to="lunar")))
    assert bundle.evidence.run.trails[0].endpoint.expects.network is Network.ANY
    assert bundle.not_understood == (NotUnderstood(layout.RUN_MEMBER, "trails.endpoint.expects.network"),)


@pytest.mark.parametrize("word", ["fine", "OK", "ok ", "pass", ""])
def test_an_unknown_status_is_never_a_pass(word: str) -> None:
    bundle = bundle_of(edited(layout.VERDICTS, set_("verdicts", 1, "finding", "status", to=word)))
    found = bundle.diagnosis.verdicts[1].finding
    assert (found.status, found.because) == (Status.UNKNOWN, Because.UNDECIDED)
    assert [note.member for note in bundle.not_understood] == [layout.VERDICTS]
    bundle = bundle_of(edited(layout.VERDICTS, set_("verdict", to=word)))
    assert bundle.diagnosis.verdict is Outcome.UNKNOWN
    bundle = bundle_of(edited(layout.VERDICTS, set_("endpoints", 0, "status", to=word)))
    assert bundle.diagnosis.endpoints[0].status is Outcome.UNKNOWN
    bundle = bundle_of(edited(layout.VERDICTS, set_("causes", 0, "status", to=word)))
    assert bundle.diagnosis.causes[0].status is Status.UNKNOWN


def test_the_other_words_of_a_diagnosis_lose_certainty_and_nothing_else() -> None:
    bundle = bundle_of(edited(layout.VERDICTS, set_("causes", 0, "confidence", to="utter")))
    assert bundle.diagnosis.causes[0].confidence is Confidence.POSSIBLE
    bundle = bundle_of(edited(layout.VERDICTS, set_("causes", 0, "owner", to="weather")))
    assert bundle.diagnosis.causes == ()
    assert bundle.diagnosis.counts[Status.PROBLEM] == 1, "its verdicts stay"
    bundle = bundle_of(edited(layout.VERDICTS, set_("endpoints", 0, "reached", to="orbit")))
    assert (bundle.diagnosis.endpoints[0].reached, bundle.diagnosis.endpoints[0].arrived) == (Stage.START, False)
    bundle = bundle_of(edited(layout.VERDICTS, lambda tree: tree["verdicts"][1]["finding"].pop("cites")))
    assert bundle.diagnosis.verdicts[1].finding.status is Status.UNKNOWN, "a pass that cites nothing is none"
    assert bundle.not_understood


@pytest.mark.parametrize("change", [{"status": "splendid"}, {"status": "ok", "first": ""}, {"status": "ok", "times": -5}])
def test_what_was_counted_is_never_a_pass_by_mistake(change: dict[str, object]) -> None:
    tallies = json.loads(MEMBERS[layout.VERDICTS])["tallies"]
    problem = next(number for number, tally in enumerate(tallies) if tally["status"] == "problem")
    before = bundle_of(MEMBERS).diagnosis.counts[Status.OK]
    bundle = bundle_of(edited(layout.VERDICTS, lambda tree: tree["tallies"][problem].update(change)))
    assert bundle.diagnosis.counts[Status.OK] == before


def test_facts_keep_their_types() -> None:
    assert bundle_of(MEMBERS).diagnosis.verdicts[0].finding.facts == {
        "proxy": str(sample.PROXY),
        "schemes": ("Basic",),
        "since": sample.BEGAN,
        "tries": 2,
        "share": 0.5,
        "open": True,
    }


def test_a_member_of_a_newer_minor_is_kept_and_named() -> None:
    members = resealed(routes_json=b"{}")
    tree = json.loads(members[layout.MANIFEST])
    tree["schema"] = "diag.bundle/1.7"
    members[layout.MANIFEST] = json.dumps(tree).encode()
    bundle = bundle_of(members)
    assert bundle.others == ("routes.json",)
    assert bundle.evidence == REDACTED.evidence


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("diag.bundle/1", SchemaVersion(1, 0)),
        ("diag.bundle/1.0", SchemaVersion(1, 0)),
        ("diag.bundle/1.12", SchemaVersion(1, 12)),
    ],
)
def test_versions(text: str, version: SchemaVersion) -> None:
    assert version_of(text) == version


@pytest.mark.parametrize(
    "text", ["diag.bundle/", "diag.bundle/01", "diag.bundle/1.", "diag.bundle/1.0.0", "xdiag.bundle/1", "diag.bundle/1\n", ""]
)
def test_what_is_no_version_is_no_bundle(text: str) -> None:
    with pytest.raises(NotABundle):
        version_of(text)


def test_a_newer_major_names_the_upgrade() -> None:
    for text in ("diag.bundle/2", "diag.bundle/2.1", "diag.bundle/999999"):
        with pytest.raises(NewerBundle, match="pip install --upgrade diag"):
            version_of(text)


def test_migrations_run_in_order_from_the_version_that_was_written() -> None:
    def mark(name: str) -> Migration:
        def change(members: Members) -> Members:
            return {**members, "steps": members.get("steps", b"") + name.encode()}

        return Migration(SchemaVersion(1, int(name)), "For the test.", change)

    steps = (mark("1"), mark("2"), mark("4"))
    assert migrate({}, SchemaVersion(1, 0), steps) == {"steps": b"124"}
    assert migrate({}, SchemaVersion(1, 2), steps) == {"steps": b"4"}
    assert migrate({}, SchemaVersion(1, 9), steps) == {}
    assert tuple(sorted(MIGRATIONS, key=lambda step: step.to)) == MIGRATIONS


def test_the_first_format_can_be_read_for_good() -> None:
    """The golden bundle was written once and is never written again: it stands for every bundle of its format out there."""
    bundle = read_bundle(GOLDEN)
    assert bundle.digest == GOLDEN_DIGEST
    assert bundle.manifest.schema == "diag.bundle/1"
    assert layout.lines(bundle.evidence.observations) == bundle.members[layout.EVIDENCE], "not one value is lost or changed"
    assert layout.JSON.encode(bundle.evidence.run) == bundle.members[layout.RUN_MEMBER]
    then, now = json.loads(bundle.members[layout.VERDICTS]), json.loads(layout.JSON.encode(record(bundle.diagnosis)))
    found = [verdict for verdict in then["verdicts"] if verdict["finding"]["status"] in ("problem", "warning")]
    assert now == {**then, "verdicts": found, "tallies": now["tallies"]}
    assert sum(tally.get("times", 1) for tally in now["tallies"]) == len(then["verdicts"]), "the whole matrix is counted"
    assert bundle.not_understood == ()
    assert bundle.others == ()


def test_every_member_fits_its_schema() -> None:
    members, _ = pack(REDACTED, sample.diagnosis(), summary="", catalogue_version="1")
    assert set(TYPES) == set(layout.MEMBERS) - {layout.SUMMARY}
    for name in TYPES:
        validator: type[Validator] = jsonschema.Draft202012Validator
        validator.check_schema(schema(name))
        texts = members[name].splitlines() if name.endswith(".jsonl") else [members[name]]
        for text in texts:
            validator(schema(name)).validate(json.loads(text))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema(layout.EVIDENCE)).validate({"id": 1})
    with pytest.raises(KeyError):
        schema(layout.SUMMARY)


def test_a_zip_in_memory_is_the_same_as_its_file() -> None:
    assert bundle_of(unpack(GOLDEN.read_bytes())) == read_bundle(GOLDEN)
