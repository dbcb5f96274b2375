"""The demonstration and the lab: what is staged is said, and what is said can be met."""

import json
import shlex
import signal
import zipfile
from pathlib import Path

from diag.lab.faults import FAULTS
from tests.cli.shell import begun, causes, diag


def test_the_demonstration_finds_what_it_staged(tmp_path: Path) -> None:
    ended = diag("demo", within=tmp_path)
    assert ended.code == 1
    assert ended.err.startswith("Staged on this computer: ")
    assert "This is a demonstration: diag staged proxy-login-required" in " ".join(ended.out.split())
    (bundle,) = tmp_path.glob("diag-*.zip")
    assert "This is a demonstration" in diag("show", bundle.name, within=tmp_path).out


def test_the_demonstration_as_json(tmp_path: Path) -> None:
    ended = diag("demo", "tls-certificate-expired", "--json", "--no-bundle", within=tmp_path)
    assert causes(ended.document)[:1] == ["tls-certificate-expired"]
    assert ended.err == ""


def test_the_demonstration_heeds_no_setting_of_this_machine(tmp_path: Path) -> None:
    ended = diag(
        "demo", "healthy", "--no-bundle", within=tmp_path, HTTPS_PROXY="http://127.0.0.1:1", ALL_PROXY="http://127.0.0.1:1"
    )
    assert ended.code == 0, ended.out


def test_the_faults_are_listed(tmp_path: Path) -> None:
    for listing in (["demo", "--list"], ["lab", "list"]):
        out = diag(*listing, within=tmp_path).out
        assert all(fault.name in out for fault in FAULTS)


def test_the_lab_says_where_it_listens_and_stops_with_its_parent(tmp_path: Path) -> None:
    process = begun("lab", "start", "proxy-login-required", "healthy", "--json", "--until-eof", within=tmp_path)
    assert process.stdout is not None
    scenes = [json.loads(process.stdout.readline()) for _ in range(2)]
    out, err = process.communicate(timeout=40)
    assert [scene["fault"] for scene in scenes] == ["proxy-login-required", "healthy"]
    assert scenes[0]["expects"] == "proxy-login-required"
    assert (process.returncode, out, err) == (0, b"", b"")


def test_the_line_that_the_lab_prints_meets_it(tmp_path: Path) -> None:
    process = begun("lab", "start", "proxy-login-required", within=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == b"proxy-login-required\n"
    line = shlex.split(process.stdout.readline().decode())
    assert line[0] == "diag"
    met = diag(*line[1:], "--json", "--no-bundle", within=tmp_path)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    assert process.returncode == 0
    assert causes(met.document) == ["proxy-login-required"]


def test_a_bundle_tells_of_itself_in_english_and_in_the_language_that_was_spoken(tmp_path: Path) -> None:
    ended = diag("demo", "proxy-login-required", "-q", "--format", "json=seen.json", within=tmp_path, DIAG_LANG="ko")
    assert "프록시" in ended.out
    (bundle,) = tmp_path.glob("*.zip")
    with zipfile.ZipFile(bundle) as members:
        assert members.read("summary.txt").decode("ascii").startswith("PROBLEM:")
        assert "프록시" in members.read("summary.ko.txt").decode()
    assert json.loads((tmp_path / "seen.json").read_text())["language"] == "en", "nobody asked for another"
    assert "프록시" in diag("show", bundle.name, "--lang", "ko", within=tmp_path).out
    assert diag("show", bundle.name, "--json", "--lang=ko", within=tmp_path).document["language"] == "ko"
