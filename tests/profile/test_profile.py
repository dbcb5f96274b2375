"""Profiles: what an account gives, what a list is recognised by, and what a vendor brings."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from diag.model.endpoint import Endpoint, Expectations, Network
from diag.model.fingerprint import Denial, Mark
from diag.profile.account import derive_endpoints
from diag.profile.errors import UnusableAccount, UnusableFile
from diag.profile.profile_file import read_profile
from diag.profile.registry import BUILTIN, builtin, find_profile, fit, recognise

SNOWFLAKE = builtin("snowflake")
DOCUMENTED_TYPES = """SNOWFLAKE_DEPLOYMENT SNOWFLAKE_DEPLOYMENT_REGIONLESS STAGE SNOWSQL_REPO OUT_OF_BAND_TELEMETRY
CLIENT_FAILOVER CRL_DISTRIBUTION_POINT OCSP_CACHE OCSP_CACHE_REGIONLESS OCSP_CLIENT_FAILOVER DUO_SECURITY OCSP_RESPONDER
SNOWSIGHT_DEPLOYMENT SNOWSIGHT_DEPLOYMENT_REGIONLESS APP_SERVICE_PUBLIC_WILDCARD""".split()  # noqa: SIM905


def hosts(account: str, network: Network = Network.ANY) -> list[str]:
    return [endpoint.host for endpoint in derive_endpoints(SNOWFLAKE, account, network).endpoints]


@pytest.mark.parametrize(
    ("account", "public", "private"),
    [
        ("orgname-account", "orgname-account", "orgname-account.privatelink"),
        ("ORGNAME-My_Account", "orgname-my-account", "orgname-my-account.privatelink"),
        ("xy12345", "xy12345", "xy12345.us-west-2.privatelink"),
        ("xy12345.us-east-1", "xy12345.us-east-1", "xy12345.us-east-1.privatelink"),
        ("xy12345.sa-east-1.aws", "xy12345.sa-east-1.aws", "xy12345.sa-east-1.aws.privatelink"),
        ("xy12345.west-europe.azure", "xy12345.west-europe.azure", "xy12345.west-europe.azure.privatelink"),
        ("xy12345.us-central1.gcp", "xy12345.us-central1.gcp", "xy12345.us-central1.gcp.privatelink"),
        ("https://orgname-account.snowflakecomputing.com/console/login", "orgname-account", "orgname-account.privatelink"),
    ],
)
def test_an_account_gives_its_hosts(account: str, public: str, private: str) -> None:
    domain = "snowflakecomputing.com"
    assert hosts(account)[:2] == [f"{public}.{domain}", f"ocsp.{domain}"]
    assert hosts(account, Network.PRIVATE)[:2] == [f"{private}.{domain}", f"ocsp.{private}.{domain}"]


def test_what_an_account_gives_is_expected_as_it_was_asked_for() -> None:
    for network, expected in ((Network.ANY, Network.ANY), (Network.PUBLIC, Network.PUBLIC), (Network.PRIVATE, Network.PRIVATE)):
        endpoints = derive_endpoints(SNOWFLAKE, "orgname-account", network).endpoints
        assert {endpoint.expects.network for endpoint in endpoints} == {expected}


@pytest.mark.parametrize(
    ("account", "host"),
    [
        ("app-org-acct.privatelink.snowflakecomputing.com", "org-acct.privatelink.snowflakecomputing.com"),
        ("https://app-org-my-acct.privatelink.snowflakecomputing.com/#/home", "org-my-acct.privatelink.snowflakecomputing.com"),
        ("app-org-acct.privatelink", "org-acct.privatelink.snowflakecomputing.com"),
        ("ocsp.org-acct.privatelink.snowflakecomputing.com", "org-acct.privatelink.snowflakecomputing.com"),
        ("ocsp.xy1.us-east-1.privatelink.snowflakecomputing.com", "xy1.us-east-1.privatelink.snowflakecomputing.com"),
        ("org-app-acct.privatelink.snowflakecomputing.com", "org-app-acct.privatelink.snowflakecomputing.com"),
        ("app-acct.privatelink.snowflakecomputing.com", "app-acct.privatelink.snowflakecomputing.com"),
    ],
)
def test_a_host_beside_the_account_behind_a_private_link_names_it(account: str, host: str) -> None:
    assert derive_endpoints(SNOWFLAKE, account).endpoints[0].host == host


@pytest.mark.parametrize("account", ["app.us-west-2.privatelink", "https://app.us-east-1.privatelink.snowflakecomputing.com/"])
def test_a_host_that_accounts_share_names_none(account: str) -> None:
    with pytest.raises(UnusableAccount, match="is shared by many accounts of Snowflake: give the name of the account"):
        derive_endpoints(SNOWFLAKE, account)


@pytest.mark.parametrize("account", ["xy12345.us-east-1.privatelink", "org-acct.privatelink.snowflakecomputing.com"])
def test_the_name_of_a_private_link_means_the_private_link(account: str) -> None:
    derived = derive_endpoints(SNOWFLAKE, account)
    assert all(".privatelink." in endpoint.host for endpoint in derived.endpoints)
    assert all(endpoint.expects.network is Network.PRIVATE for endpoint in derived.endpoints)


def test_underscores_are_told() -> None:
    assert "'org-my_account' is asked for as 'org-my-account'" in derive_endpoints(SNOWFLAKE, "org-my_account").notes[0]


@pytest.mark.parametrize(
    ("account", "host"),
    [
        ("https://app.snowflake.com/MYORG/MY_ACCT", "myorg-my-acct.snowflakecomputing.com"),
        ("https://app.snowflake.com/myorg/acct/#/homepage", "myorg-acct.snowflakecomputing.com"),
        ("app.snowflake.com/us-east-1/xy12345/", "xy12345.us-east-1.snowflakecomputing.com"),
        ("https://app.snowflake.com/myorg-acct", "myorg-acct.snowflakecomputing.com"),
        ("https://app.snowflake.com/myorg-acct/#/homepage", "myorg-acct.snowflakecomputing.com"),
        ("jdbc:snowflake://myorg-acct.snowflakecomputing.com/?db=x", "myorg-acct.snowflakecomputing.com"),
        ("snowflake://somebody:word@myorg-acct/db", "myorg-acct.snowflakecomputing.com"),
        ("http://myorg-acct.snowflakecomputing.com:443", "myorg-acct.snowflakecomputing.com"),
        ("myorg.acct", "myorg-acct.snowflakecomputing.com"),
        ("myorg.my_acct", "myorg-my-acct.snowflakecomputing.com"),
        ("myorg-my_acct", "myorg-my-acct.snowflakecomputing.com"),
        ("xy12345.us-east-1", "xy12345.us-east-1.snowflakecomputing.com"),
    ],
)
def test_what_people_copy_from_the_browser_is_an_account(account: str, host: str) -> None:
    assert derive_endpoints(SNOWFLAKE, account).endpoints[0].host == host


def test_the_role_says_which_kind_of_name_it_is() -> None:
    roles = {account: derive_endpoints(SNOWFLAKE, account).endpoints[0].role for account in ("org-acct", "xy1.us-east-1")}
    assert roles == {"org-acct": "SNOWFLAKE_DEPLOYMENT_REGIONLESS", "xy1.us-east-1": "SNOWFLAKE_DEPLOYMENT"}


@pytest.mark.parametrize("account", ["a b", "", " ", ".", "a..b", "ä", "x" * 300, "a-b;c", "a.b.c.d", "*", "\u202ea"])
def test_no_account(account: str) -> None:
    with pytest.raises(UnusableAccount, match="is no account of Snowflake: write it as one of orgname-account"):
        derive_endpoints(SNOWFLAKE, account or "?")


def test_every_documented_type_says_what_stops_without_it() -> None:
    roles = {role.name: role for role in SNOWFLAKE.roles}
    assert not set(DOCUMENTED_TYPES) - roles.keys()
    for role in roles.values():
        assert role.without.endswith(".")
        assert role.enables.split()[0].endswith("ing")
        assert not role.enables.endswith(".")
    assert {name for name in DOCUMENTED_TYPES if roles[name].required} == {
        "SNOWFLAKE_DEPLOYMENT",
        "SNOWFLAKE_DEPLOYMENT_REGIONLESS",
        "STAGE",
        "CLIENT_FAILOVER",
    }


def test_network_policies_are_among_the_fingerprints() -> None:
    by_value = {fingerprint.value: fingerprint for fingerprint in SNOWFLAKE.fingerprints}
    denied = by_value["390422"]
    assert (denied.where, denied.name, denied.denies) == (Mark.FIELD, "code", Denial.ADDRESS)
    assert "network policy" in denied.means
    assert "network policy" in denied.remedy
    assert by_value["513"].denies is Denial.ACCOUNT


def test_its_fingerprints_are_about_the_service_alone() -> None:
    for fingerprint in SNOWFLAKE.fingerprints:
        assert fingerprint.is_about("org-acct.privatelink.snowflakecomputing.com")
        assert not fingerprint.is_about("sfc-stage.s3.us-west-2.amazonaws.com")


def test_a_list_is_recognised_by_its_types() -> None:
    assert recognise([Endpoint("a", 443, role="OCSP_CACHE SNOWFLAKE_DEPLOYMENT")]).name == "snowflake"
    assert recognise([Endpoint("a", 443, role="STAGE"), Endpoint("b", 443)]).name == "https"


def test_what_the_profile_knows_is_added_and_what_was_said_stays() -> None:
    cache, named, telemetry, both, unknown, link = fit(
        SNOWFLAKE,
        [
            Endpoint("a", 80, "http", "OCSP_CACHE"),
            Endpoint("b", 80, "http", "OCSP_CACHE", "/mine"),
            Endpoint("c", 443, "https", "OUT_OF_BAND_TELEMETRY"),
            Endpoint("d", 443, "https", "OUT_OF_BAND_TELEMETRY STAGE"),
            Endpoint("e", 443, "https", "NOBODY_KNOWS"),
            Endpoint("x.privatelink.snowflakecomputing.com", 443, expects=Expectations(network=Network.PUBLIC)),
        ],
    )
    assert cache.path == "/ocsp_response_cache.json"
    assert named.path == "/mine"
    assert [endpoint.expects.required for endpoint in (cache, telemetry, both, unknown)] == [False, False, True, True]
    assert link.expects.network is Network.PUBLIC


VENDOR = """
name = "acme"
note = "files are not looked at"
[[role]]
name = "login"
enables = "logging in"
[[endpoint]]
url = "https://login.acme.example"
role = "login"
"""


def test_a_vendor_brings_a_file_or_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "acme.toml"
    path.write_text(VENDOR)
    (tmp_path / "acme_profile.py").write_text(f"PATH = {str(path)!r}\nNONE = 3\ndef broken(): pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    brought = {
        name: EntryPoint(name, f"acme_profile:{target}", "diag.profiles")
        for name, target in (("acme", "PATH"), ("none", "NONE"), ("gone", "GONE"))
    }
    assert find_profile("acme", brought) == find_profile(str(path), {}) == read_profile(path)
    assert [str(endpoint) for endpoint in derive_endpoints(read_profile(path), "").endpoints] == [
        "https://login.acme.example:443"
    ]
    with pytest.raises(UnusableFile, match=r"'none' \(acme_profile:NONE\) is no path of a TOML file"):
        find_profile("none", brought)
    with pytest.raises(UnusableFile, match=r"'gone' \(acme_profile:GONE\) cannot be loaded: AttributeError"):
        find_profile("gone", brought)
    with pytest.raises(UnusableFile, match=r"no profile is called 'acne': there are .*, acme, gone, none\. A file"):
        find_profile("acne", brought)


@pytest.mark.parametrize("name", BUILTIN)
def test_ours_are_files_that_are_packaged(name: str) -> None:
    assert builtin(name).name == name
    assert (Path(__file__).parents[2] / "diag" / "profile" / "builtin" / f"{name}.toml").is_file()
