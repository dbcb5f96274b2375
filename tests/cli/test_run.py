"""The main job, from the command line to the bundle, against the lab."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jsonschema

from diag.cli.lab import invocation
from diag.lab.scene import Scene
from diag.lab.site import Running, start
from diag.report.forms.json import report_schema
from tests.cli.shell import causes, diag


def options(scene: Scene) -> list[str]:
    """The arguments of the `diag run` that meets a scene."""
    return invocation(scene)[1:]


@contextmanager
def staged(fault: str) -> Iterator[tuple[Running, Scene]]:
    with start(fault) as lab:
        yield lab, lab.scenes[0]


def test_a_problem_is_named_and_a_bundle_is_left(tmp_path: Path) -> None:
    with staged("proxy-login-required") as (_, scene):
        ended = diag(*options(scene), within=tmp_path)
    assert ended.code == 1
    assert "PROBLEM: one cause found." in ended.out
    assert "proxy-login-required" in ended.out
    (bundle,) = tmp_path.glob("diag-*.zip")
    assert f"diag show {bundle.name}" in ended.out
    assert ended.err == ""
    shown = diag("show", bundle.name, "--json", within=tmp_path)
    assert causes(shown.document) == ["proxy-login-required"]
    assert shown.err == ""


def test_nothing_wrong_is_zero(tmp_path: Path) -> None:
    with staged("healthy") as (_, scene):
        ended = diag(*options(scene), "--no-bundle", within=tmp_path)
    assert ended.code == 0
    assert "OK: no fault found. The endpoint was reached." in ended.out
    assert list(tmp_path.iterdir()) == []


def test_an_open_question_is_three(tmp_path: Path) -> None:
    with staged("tls-handshake-silent") as (_, scene):
        ended = diag(*options(scene), "--deadline", "1", "--timeout", "30", "--no-bundle", within=tmp_path)
    assert ended.code == 3
    assert "UNKNOWN: the time limit was reached before diag found the cause." in ended.out
    assert "add --deadline 4" in ended.out


def test_json_has_stdout_for_itself(tmp_path: Path) -> None:
    with staged("proxy-login-required") as (_, scene):
        ended = diag(*options(scene), "--json", "--verbose", within=tmp_path)
    assert ended.code == 1
    jsonschema.validate(ended.document, report_schema())
    assert causes(ended.document) == ["proxy-login-required"]
    assert ended.err.startswith("diag: Bundle: diag-")
    assert len(ended.err.splitlines()) == 1


def test_quiet_is_short(tmp_path: Path) -> None:
    with staged("proxy-login-required") as (_, scene):
        ended = diag(*options(scene), "-q", within=tmp_path, COLUMNS="200")
    assert [line.split(" ")[0] for line in ended.out.splitlines() if not line.startswith(" ")] == ["\u2717", "1.", "Bundle:"]


def test_a_place_that_takes_no_bundle_is_told_before_the_look(tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_text("something else")
    for place, why in {
        "no/such/folder/b.zip": "there is no folder no/such/folder",
        "/proc": "nothing can be written into the folder /proc",
        "/proc/b.zip": "nothing can be written into the folder /proc",
        "there.zip": "this file exists already, and no bundle is ever written over another: name a new one, or a folder",
    }.items():
        ended = diag("run", "https://127.0.0.1:1", "-o", place, within=tmp_path)
        assert (ended.code, ended.complaint) == (2, f"-o {place}: {why}")


def test_the_bundle_goes_where_it_is_wanted(tmp_path: Path) -> None:
    with staged("healthy") as (_, scene):
        assert "\nRead it: diag show 'case 7.zip'\n" in diag(*options(scene), "-o", "case 7.zip", within=tmp_path).out
    assert diag("show", "case 7.zip", within=tmp_path).code == 0


def test_endpoints_come_from_diag_toml_where_none_is_named(tmp_path: Path) -> None:
    with staged("healthy") as (_, scene):
        (tmp_path / "diag.toml").write_text(f'[[endpoint]]\nurl = "{scene.endpoints[0]}"\n')
        given = [argument for argument in options(scene) if argument not in scene.endpoints]
        ended = diag(*given, "--json", "--no-bundle", within=tmp_path)
    assert [endpoint["endpoint"] for endpoint in ended.document["endpoints"]] == list(scene.endpoints)


def test_a_login_given_for_the_proxy_is_used_and_never_shown(tmp_path: Path) -> None:
    with staged("proxy-login-given") as (lab, scene):
        assert scene.proxy is not None
        login = scene.proxy.partition("//")[2].partition("@")[0]
        ended = diag(*options(scene), "-v", within=tmp_path)
        assert lab.tally("proxy-login-given")["proxy logins"] >= 1
    assert ended.code == 0, ended.out
    password = login.partition(":")[2]
    (bundle,) = tmp_path.glob("diag-*.zip")
    shown = diag("show", bundle.name, "--evidence", within=tmp_path)
    assert password
    assert password not in ended.out + ended.err + shown.out


def test_the_proxy_of_the_environment_is_used_and_cited(tmp_path: Path) -> None:
    with staged("proxy-login-required") as (_, scene):
        assert scene.proxy is not None
        given = ["run", "--resolver", str(scene.resolver), "--trust", str(scene.trust), *scene.endpoints]
        ended = diag(*given, "-v", "--no-bundle", within=tmp_path, HTTPS_PROXY=scene.proxy)
    assert ended.code == 1
    assert "an environment variable says so: HTTPS_PROXY" in " ".join(ended.out.split())


def test_notes_about_a_list_go_to_stderr(tmp_path: Path) -> None:
    with staged("healthy") as (_, scene):
        host, _, port = scene.endpoints[0].removeprefix("https://").partition(":")
        (tmp_path / "list.json").write_text(f'[{{"host": "{host}", "port": {port}}}, {{"host": "*.example.com"}}]')
        given = [argument for argument in options(scene) if argument not in scene.endpoints]
        ended = diag(*given, "--allowlist", "list.json", "--json", "--no-bundle", within=tmp_path)
    assert ended.document["endpoints"][0]["endpoint"] == f"tcp://{host}:{port}"
    assert "entry 2 is left out: '*.example.com' stands for many names" in ended.err
