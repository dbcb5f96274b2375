"""A real proxy between this client and the service: logins, rules, and what it cannot reach itself."""

import subprocess
from pathlib import Path

import jsonschema
import pytest

from diag.lab.authority import CertificateAuthority, pem
from diag.report.forms.json import report_schema
from tests.netns import House, needs
from tests.netns.plan import PUBLIC
from tests.real.customer import bundle_of, diag, run
from tests.recipes.services import (
    HOST,
    OTHER,
    PROXY,
    STRANGER,
    WITH_LOGIN,
    healthy_service,
    name_all,
    private_authority,
    trust_file,
    users,
)

pytestmark = needs("nginx", "squid")
ENDPOINT = f"https://{HOST}"
LISTEN = "http_port 3128\n"
TWELVE = tuple(f"s{number}.house.test" for number in range(12))
WITH_PASSWORD = PROXY.replace("//", "//somebody:secret@")


def behind_login(house: House, *names: str) -> CertificateAuthority:
    """A service that can only be reached through a proxy that wants a login."""
    authority = healthy_service(house, *names)
    house.squid(WITH_LOGIN, files=users("somebody", "secret"))
    house.reject(port=443)
    return authority


def test_a_login_is_asked_for_and_its_lack_is_the_cause(house: House) -> None:
    authority = behind_login(house)
    without = run(house, authority, ENDPOINT, HTTPS_PROXY=PROXY)
    assert (without.code, without.causes) == (1, ["proxy-login-required"])
    (cause,) = without.document["causes"]
    assert (cause["owner"], cause["facts"]["schemes"]) == ("machine", ["Basic"])


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_a_login_in_the_variable_is_used(house: House, variable: str) -> None:
    authority = behind_login(house)
    screen = run(house, authority, ENDPOINT, **{variable: WITH_PASSWORD})
    assert (screen.code, screen.causes) == (0, [])


def test_a_login_is_refused_once_for_however_many_endpoints(house: House) -> None:
    authority = healthy_service(house, *TWELVE)
    squid = house.squid(WITH_LOGIN, files=users("somebody", "secret"))
    house.reject(port=443)
    screen = run(house, authority, *TWELVE, HTTPS_PROXY=PROXY.replace("//", "//somebody:wrong@"))
    assert (screen.code, screen.causes) == (1, ["proxy-login-rejected"])
    refused = (squid.folder / "access.log").read_text().count("TCP_DENIED/407")
    assert refused == 2, "once without a login, to see how it wants one, and once with it"


@pytest.mark.parametrize(
    ("rules", "rule"),
    [
        (f"acl barred dstdomain {HOST}\nhttp_access deny barred\nhttp_access allow all\n", "undecided"),
        ("acl usual port 80\nhttp_access deny CONNECT !usual\nhttp_access allow all\n", "port"),
    ],
    ids=["by domain", "by port"],
)
def test_a_rule_is_the_cause(house: House, rules: str, rule: str) -> None:
    authority = healthy_service(house)
    house.nginx("server { listen 80; }")
    house.squid(LISTEN + rules)
    house.reject(port=443)
    screen = run(house, authority, ENDPOINT, HTTPS_PROXY=PROXY)
    assert (screen.code, screen.causes) == (1, ["proxy-refuses-target"])
    assert screen.document["causes"][0]["facts"].get("rule_about", "undecided") == rule


def test_a_rule_about_one_host_is_told_by_the_other(house: House) -> None:
    authority = healthy_service(house, HOST, OTHER)
    house.squid(f"{LISTEN}acl barred dstdomain {HOST}\nhttp_access deny barred\nhttp_access allow all\n")
    house.reject(port=443)
    screen = run(house, authority, HOST, OTHER, HTTPS_PROXY=PROXY)
    (cause,) = screen.document["causes"]
    assert (cause["id"], cause["endpoints"], cause["facts"].get("rule_about", "undecided")) == (
        "proxy-refuses-target",
        [f"{ENDPOINT}:443"],
        "host",
    )


def test_a_service_that_is_dead_behind_the_proxy(house: House) -> None:
    name_all(house, HOST)
    house.squid()
    screen = run(house, private_authority(), ENDPOINT, HTTPS_PROXY=PROXY)
    assert (screen.code, screen.causes) == (1, ["proxy-cannot-reach-target"])


def test_a_name_that_the_proxy_cannot_resolve(house: House) -> None:
    authority = healthy_service(house)
    name_all(house, OTHER)
    house.hosts({PUBLIC[0]: [HOST]})
    house.squid()
    house.reject(port=443)
    screen = run(house, authority, ENDPOINT, HTTPS_PROXY=PROXY)
    assert (screen.code, screen.causes) == (1, ["proxy-cannot-resolve-target"])


CERTIFICATES = Path("/usr/lib/squid/security_file_certgen")
BUMP = """\
http_port 3128 ssl-bump generate-host-certificates=on tls-cert={folder}/ca.pem
sslcrtd_program {certificates} -s {folder}/made -M 4MB
sslcrtd_children 1
tls_outgoing_options flags=DONT_VERIFY_PEER
ssl_bump bump all
http_access allow all
"""


@pytest.mark.skipif(not CERTIFICATES.exists(), reason="needs a squid that is built to look into TLS")
@pytest.mark.parametrize("known", [False, True], ids=["its authority is not trusted", "its authority is trusted"])
def test_a_proxy_that_looks_into_tls(house: House, known: bool) -> None:
    healthy_service(house, HOST, STRANGER)
    appliance = private_authority("Appliance")
    folder = house.errand("bump", {"ca.pem": pem(appliance.root.certificate) + appliance.root.key_pem()})
    subprocess.run([CERTIFICATES, "-c", "-s", folder / "made", "-M", "4MB"], check=True, capture_output=True)
    subprocess.run(["chmod", "-R", "a+rwX", folder], check=True)
    house.squid(BUMP.replace("{folder}", str(folder)).replace("{certificates}", str(CERTIFICATES)))
    house.reject(port=443)
    trusted = trust_file(house, appliance if known else private_authority())
    screen = diag(house, "run", HOST, STRANGER, "--timeout", "2", "--json", HTTPS_PROXY=PROXY, SSL_CERT_FILE=trusted)
    assert "tls-intercepted" in (screen.causes if known else screen.causes[:1])
    assert screen.code == (0 if known else 1)


def test_an_exception_from_the_proxy_is_kept(house: House) -> None:
    authority = healthy_service(house)
    screen = run(house, authority, ENDPOINT, HTTPS_PROXY="http://nobody.house.test:3128", NO_PROXY=".house.test")
    assert (screen.code, screen.causes) == (0, [])


def test_twelve_endpoints_behind_one_login_are_one_cause(house: House) -> None:
    authority = behind_login(house, *TWELVE)
    screen = run(house, authority, *TWELVE, HTTPS_PROXY=PROXY)
    document = screen.document
    assert (document["schema"], document["verdict"], screen.code) == ("diag.report/1", "problem", 1)
    (cause,) = document["causes"]
    endpoints = [f"https://{name}:443" for name in TWELVE]
    assert cause["endpoints"] == endpoints
    assert (cause["id"], cause["status"], cause["confidence"]) == ("proxy-login-required", "problem", "certain")
    assert (cause["facts"]["proxy"], cause["facts"]["schemes"]) == (PROXY.removeprefix("http://"), ["Basic"])
    assert {"owner", "cites", "title", "remedy", "explains"} <= cause.keys()
    assert len(cause["cites"]) == len(TWELVE)
    assert [(one["endpoint"], one["status"], one["reached"], one["causes"]) for one in document["endpoints"]] == [
        (endpoint, "problem", "tunnel", ["proxy-login-required"]) for endpoint in endpoints
    ]
    assert document["counts"]["problem"] == len(TWELVE)
    assert set(document["counts"]) == {"problem", "warning", "ok", "unknown", "not_applicable"}
    jsonschema.validate(document, report_schema())


def test_a_bundle_says_elsewhere_what_it_said_here(house: House, tmp_path: Path) -> None:
    authority = behind_login(house, *TWELVE)
    here = run(house, authority, *TWELVE, HTTPS_PROXY=PROXY)
    there = tmp_path / "sent.zip"
    bundle_of(house).rename(there)
    shown = diag(house, "show", str(there), "--json", cwd=tmp_path)
    assert shown.err == ""  # nothing differs
    (cause,), (again,) = here.document["causes"], shown.document["causes"]
    for word in ("id", "status", "confidence", "owner", "endpoints", "cites", "explains"):
        assert again[word] == cause[word]
    assert shown.document["verdict"] == here.document["verdict"]
    assert [one["status"] for one in shown.document["endpoints"]] == ["problem"] * len(TWELVE)
    assert "differs" not in diag(house, "show", str(there), cwd=tmp_path).out


def test_the_endpoint_list_names_the_proxy(house: House) -> None:
    trusted = trust_file(house, behind_login(house))
    listed = house.home / "diag.toml"
    endpoint = f'[[endpoint]]\nurl = "{ENDPOINT}"\n'
    listed.write_text(f'proxy = "{PROXY}"\n{endpoint}')
    command = ("run", "--trust", trusted, "--timeout", "2", "--json", "--no-bundle")
    screen = diag(house, *command, HTTPS_PROXY="http://nobody.house.test:3128")
    assert (screen.code, screen.causes) == (1, ["proxy-login-required"])
    screen = diag(house, *command, "--proxy-user", "somebody", typed="secret\n")
    assert (screen.code, screen.causes) == (0, [])
    for value, hint in ((WITH_PASSWORD, "must not hold a login"), ("http://a b", "cannot be read")):
        listed.write_text(f'proxy = "{value}"\n{endpoint}')
        screen = diag(house, *command)
        assert screen.code == 2
        assert hint in screen.err
        assert "secret" not in screen.err
