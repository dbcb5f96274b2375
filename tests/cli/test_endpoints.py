"""Which endpoints a run is about, from every source that can be named, and what it then knows of their service."""

import json
from pathlib import Path

import pytest

from diag.cli import endpoints
from diag.cli.endpoints import Chosen, Wanted, choose_endpoints
from diag.model.address import Authority
from diag.model.endpoint import Network
from diag.model.run import Control


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def listed(*entries: tuple[str, str, int]) -> Path:
    path = Path("list.json")
    path.write_text(json.dumps([{"type": role, "host": host, "port": port} for role, host, port in entries]))
    return path


def names(chosen: Chosen) -> list[str]:
    return [endpoint.host for endpoint in chosen.endpoints]


def test_a_list_shows_whose_it_is_and_is_fitted_to_that() -> None:
    path = listed(("SNOWFLAKE_DEPLOYMENT", "a.example.com", 443), ("OCSP_CACHE", "ocsp.example.com", 80))
    chosen = choose_endpoints(Wanted(allowlist=path))
    assert chosen.profile.name == "snowflake"
    assert [(endpoint.path, endpoint.expects.required) for endpoint in chosen.endpoints] == [
        ("/", True),
        ("/ocsp_response_cache.json", False),
    ]


def test_an_account_and_a_list_together_need_no_remark_on_what_the_list_holds() -> None:
    alone = choose_endpoints(Wanted(profile="snowflake", account="org-my_acct"))
    both = choose_endpoints(Wanted(profile="snowflake", account="org-my_acct", allowlist=listed(("STAGE", "s.example.com", 443))))
    assert len(alone.notes) == 2
    assert "SYSTEM$ALLOWLIST" in alone.notes[1]
    assert both.notes == alone.notes[:1]
    assert names(both) == [*names(alone), "s.example.com"]


@pytest.mark.parametrize("network", [Network.PRIVATE, Network.PUBLIC])
def test_what_is_expected_goes_for_what_an_account_gives(network: Network) -> None:
    chosen = choose_endpoints(Wanted(profile="snowflake", account="org-acct", network=network))
    assert {endpoint.expects.network for endpoint in chosen.endpoints} == {network}
    assert all((".privatelink." in name) is (network is Network.PRIVATE) for name in names(chosen))


def test_diag_toml_names_profile_account_and_controls() -> None:
    Path("diag.toml").write_text(
        'profile = "snowflake"\naccount = "org-acct"\nnetwork = "private"\ncontrols = ["https://intranet.example.com"]\n'
        '[[role]]\nname = "OCSP_CACHE_REGIONLESS"\nenables = "connecting quickly"\npath = "/mine"\n'
    )
    chosen = choose_endpoints(Wanted())
    assert chosen.controls == (Control(Authority("intranet.example.com", 443)),)
    assert all(".privatelink." in name for name in names(chosen))
    assert {endpoint.path for endpoint in chosen.endpoints} == {"/", "/mine"}
    assert chosen.profile.roles[0].enables == "connecting quickly"


def test_what_diag_toml_says_is_required_stays_required() -> None:
    Path("diag.toml").write_text('profile = "snowflake"\n[[endpoint]]\nurl = "http://o.example.com"\nrole = "OCSP_CACHE"\n')
    (endpoint,) = choose_endpoints(Wanted()).endpoints
    assert (endpoint.path, endpoint.expects.required) == ("/ocsp_response_cache.json", True)


def test_a_wildcard_is_asked_by_the_name_that_is_given() -> None:
    path = listed(("APPS", "*.apps.example.com", 443))
    chosen = choose_endpoints(Wanted(allowlist=path, substitutes=["*.apps.example.com=x.apps.example.com"]))
    assert names(chosen) == ["x.apps.example.com"]


def test_no_more_are_looked_at_than_a_bundle_may_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST_ENDPOINTS", 3)
    chosen = choose_endpoints(Wanted(tuple(f"https://e{n}.example.com" for n in range(5))))
    assert [endpoint.host for endpoint in chosen.endpoints] == ["e0.example.com", "e1.example.com", "e2.example.com"]
    assert "only the first 3 of 5 endpoints are looked at" in chosen.notes
