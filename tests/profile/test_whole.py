"""From a list to the consequence: a realistic list of 120 endpoints, one of them blocked; and how a diag.toml begins."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from diag.bundle.read import read_bundle
from diag.lab.dns import LabReply
from diag.lab.scene import LabFault, Scene, Site
from diag.lab.site import start
from diag.lab.stream import LOOPBACK
from diag.language import LANGUAGES, speaking
from diag.model.address import Authority
from diag.model.endpoint import SCHEMES
from diag.model.fingerprint import Denial, Mark
from diag.profile.config import read_config
from diag.profile.roles import Role
from diag.profile.starter import write_starter
from diag.profile.support import CaseDesk, CaseSystem
from tests.cli.shell import Ended, diag
from tests.profile.test_malformed import AGE

ROLES = (
    *("SNOWFLAKE_DEPLOYMENT", "SNOWFLAKE_DEPLOYMENT_REGIONLESS", "SNOWSIGHT_DEPLOYMENT", "SNOWSQL_REPO", "CLIENT_FAILOVER"),
    *("OUT_OF_BAND_TELEMETRY", "DUO_SECURITY", "OCSP_CACHE", "CRL_DISTRIBUTION_POINT", "A_TYPE_OF_TOMORROW"),
    *("STAGE",) * 70,
    *("OCSP_RESPONDER",) * 40,
)
BLOCKED = ROLES.index("STAGE") + 17


async def _one_stage_blocked(site: Site) -> Scene:
    first, *others = [f"s{number:03}.lab.test" for number in range(len(ROLES))]
    url = await site.stand(site.tls(site.authority.leaf("*.lab.test")), first)
    urls = [url, *(url.replace(first, name) for name in others)]
    site.zone.update((name, LabReply((LOOPBACK,))) for name in others)
    urls[BLOCKED] = site.nowhere(others[BLOCKED - 1])
    return await site.scene(*urls)


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    fault = LabFault(
        "one-stage-blocked", "A list of 120, one of whose stages refuses.", "network-connection-refused", _one_stage_blocked
    )
    with start(fault) as lab:
        yield lab.scenes[0]


def run(scene: Scene, folder: Path, *form: str) -> Ended:
    tables = (f'[[endpoint]]\nurl = "{url}"\nrole = "{role}"\n' for url, role in zip(scene.endpoints, ROLES, strict=True))
    (folder / "diag.toml").write_text('profile = "snowflake"\n' + "\n".join(tables))
    return diag("run", "--no-proxy", "--resolver", str(scene.resolver), "--trust", str(scene.trust), *form, within=folder)


def test_one_cause_the_right_consequence_and_the_others_are_well(scene: Scene, tmp_path: Path) -> None:
    ended = run(scene, tmp_path, "--json", "--no-bundle")
    document: Any = ended.document
    blocked = scene.endpoints[BLOCKED]
    assert ended.code == 1
    problems = [cause for cause in document["causes"] if cause["status"] == "problem"]
    assert [(cause["id"], cause["endpoints"]) for cause in problems] == [("network-connection-refused", [blocked])]
    fared = {endpoint["endpoint"]: endpoint["status"] for endpoint in document["endpoints"]}
    assert fared.keys() == set(scene.endpoints)
    # On a busy machine a lookup may be slow, which is a warning and true.
    assert all(status == "problem" if url == blocked else status in ("ok", "warning") for url, status in fared.items())
    first, second, third = document["consequences"]
    assert (
        first
        == f"Loading and unloading files does not work through {blocked.removeprefix('https://')}; through all others it does."
    )
    assert second.startswith("PUT and GET fail")
    assert third == "Logging in and connecting by the connection URL (Client Redirect) work."


def test_screen_summary_and_bundle_say_it_too(scene: Scene, tmp_path: Path) -> None:
    ended = run(scene, tmp_path, "--html", "page.html")
    assert "What this means for you Loading and unloading files does not work" in " ".join(ended.out.split())
    assert "<p>Loading and unloading files does not work" in (tmp_path / "page.html").read_text()
    (path,) = tmp_path.glob("diag-*.zip")
    roles = [trail.endpoint.role for trail in read_bundle(path).evidence.run.trails]
    assert roles == list(ROLES)
    shown = diag("show", path.name, within=tmp_path)
    assert "What this means for you Loading and unloading files does not work" in " ".join(shown.out.split())


def test_init_writes_a_file_that_is_read_back(tmp_path: Path) -> None:
    ended = diag("init", within=tmp_path)
    assert (ended.code, ended.out, ended.err) == (0, "diag.toml is written. Edit it, then: diag run\n", "")
    (endpoint,) = read_config(tmp_path / "diag.toml").endpoints
    assert str(endpoint) == "https://your-service.example.com:443"
    assert diag("init", within=tmp_path).complaint == "diag.toml is there already: edit it, or replace it with --force"
    assert diag("init", "--force", "a.example.com", "tcp://b.example.com:5432", within=tmp_path).code == 0
    assert {str(one) for one in read_config(tmp_path / "diag.toml").endpoints} == {
        "https://a.example.com:443",
        "tcp://b.example.com:5432",
    }


def test_everything_that_init_comments_is_read_where_it_is_uncommented(tmp_path: Path) -> None:
    diag("init", within=tmp_path)
    path = tmp_path / "diag.toml"
    (tmp_path / "corp-ca.pem").write_text("")
    lines = path.read_text().splitlines()
    told = [line.removeprefix("# ") if line.startswith(("# [", "# #")) or " = " in line[:22] else line for line in lines]
    path.write_text("\n".join(told).replace("age1...", AGE))
    config = read_config(path)
    assert config.profile == "snowflake"
    assert config.account == "orgname-account"
    assert config.endpoints[0].role == "login office"
    assert config.endpoints[0].expects.status == (200, 403)
    assert config.controls == (Authority("intranet.example.com", 443),)
    assert config.roles[0].path == "/health"
    assert config.roles[1] == Role("office", "working from the office", "Only those at home can go on.")
    assert config.recipients == (AGE,)
    mark, code = config.fingerprints
    assert (mark.where, mark.name, mark.value, mark.always) == (Mark.HEADER, "x-acme-request-id", "*", True)
    assert mark.hosts == ("*.example.com",)
    assert (code.where, code.name, code.value, code.denies) == (Mark.FIELD, "code", "4711", Denial.ADDRESS)
    assert config.desk == CaseDesk(CaseSystem.ZENDESK, "https://acme.zendesk.com")


def test_what_init_writes_names_every_scheme() -> None:
    assert [scheme for scheme in SCHEMES if scheme not in write_starter()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_init_writes_in_the_language_and_sets_the_same(language: str, tmp_path: Path) -> None:
    with speaking(language):
        (tmp_path / "diag.toml").write_text(write_starter(["https://a.example.com:443"]), "utf-8")
    assert [one.host for one in read_config(tmp_path / "diag.toml").endpoints] == ["a.example.com"]


@pytest.mark.parametrize("minimal", [False, True])
def test_init_keeps_the_order(minimal: bool, tmp_path: Path) -> None:
    given = ["https://a.example.com:443", "tls://b.example.com:5671", "https://c.example.com:443/x"]
    (tmp_path / "diag.toml").write_text(write_starter(given, minimal=minimal))
    read = [f"{one}{one.path if one.path != '/' else ''}" for one in read_config(tmp_path / "diag.toml").endpoints]
    assert read == given
    assert ("#" in (tmp_path / "diag.toml").read_text()) is not minimal


def test_init_where_it_cannot_write(tmp_path: Path) -> None:
    complaint = diag("init", "--config", "no/such/diag.toml", within=tmp_path).complaint
    assert complaint == "no/such/diag.toml could not be written (No such file or directory): choose another place"
    assert "has a scheme that diag does not speak" in diag("init", "ftp://a", within=tmp_path).complaint
    assert list(tmp_path.iterdir()) == []
