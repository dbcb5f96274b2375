"""Labels: what the customer says of a run stands in the bundle as it was said, and nothing that opens something gets in."""

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.read import bundle_of
from diag.bundle.redact import redact
from diag.bundle.write import pack
from diag.cli.errors import WrongUse
from diag.cli.labels import read_labels
from diag.engine.judge import judge
from diag.model.run import LONGEST_LABEL, MOST_LABELS, Evidence, Label
from tests.bundle.sample import evidence
from tests.cli.shell import called, diag
from tests.cli.test_run import options, staged


def labelled(*labels: Label) -> Evidence:
    seen = evidence()
    return Evidence(replace(seen.run, labels=labels), seen.observations)


def test_a_run_writes_them_and_show_names_them(tmp_path: Path) -> None:
    with staged("proxy-login-required") as (_, scene):
        said = ("--label", "org=acme", "--label", "case=12345", "--label", "by=somebody-else at work")
        ended = diag(*options(scene), *said, within=tmp_path)
    assert ended.code == 1
    (path,) = tmp_path.glob("diag-*.zip")
    told = " ".join(called("show", path.name, "--contents", within=tmp_path).out.split())
    assert re.search(r"What was said of the run \(--label\) - by = user-\w+ at work - case = 12345 - org = acme", told)


@pytest.mark.parametrize("level", list(Level))
def test_they_survive_redaction_and_reading(level: Level) -> None:
    labels = (Label("org", "Acme, Inc."), Label("product", "driver 3.1"))
    redacted = redact(labelled(*labels), Private(), level, key=b"k" * 32)
    members, _ = pack(redacted, judge(redacted.evidence, ()), summary="s\n", catalogue_version="1")
    assert bundle_of(members).evidence.run.labels == labels


def test_none_is_written_where_none_was_given() -> None:
    redacted = redact(evidence(), Private(), Level.STANDARD, key=b"k" * 32)
    members, _ = pack(redacted, judge(redacted.evidence, ()), summary="s\n", catalogue_version="1")
    assert "labels" not in json.loads(members["run.json"])


def test_a_judgement_does_not_read_them() -> None:
    assert judge(labelled(Label("org", "acme")), ()) == judge(evidence(), ())


def test_they_stand_in_order_and_each_key_once() -> None:
    assert read_labels(("org=acme", "case= 12 ", "org=acme")) == (Label("case", "12"), Label("org", "acme"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("acme",), "write key=value"),
        (("Org=acme",), "small letters"),
        (("=acme",), "write key=value"),
        (("org=",), "1 to 200 characters"),
        ((f"org={'x' * (LONGEST_LABEL + 1)}",), "1 to 200 characters"),
        (("org=a", "org=b"), "given twice"),
        (tuple(f"k{number}=v" for number in range(MOST_LABELS + 1)), "at most 16"),
        (("case=see https://x.test/AKIAIOSFODNN7EXAMPLE",), "looks like a password or a key"),
        (("note=ghp_0123456789abcdefghijABCDEFGHIJ012345",), "looks like a password or a key"),
        (("no\x1b[31m=v",), "write key=value"),
    ],
)
def test_what_is_no_label_is_refused_in_a_sentence(given: tuple[str, ...], said: str) -> None:
    with pytest.raises(WrongUse, match=said) as refused:
        read_labels(given)
    assert "\x1b" not in refused.value.message
    assert "AKIA" not in refused.value.message


def test_what_could_steer_a_screen_is_made_safe() -> None:
    (label,) = read_labels(("org=a\x1b[2J\u202eb\nc",))
    assert label.value == "a\ufffd[2J\ufffdb c"
