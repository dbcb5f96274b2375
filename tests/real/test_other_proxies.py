"""Proxies besides squid: tinyproxy, whose errors have no word for why, and mitmproxy, which looks into TLS."""

import shutil
from collections.abc import Callable

import pytest

from diag.lab.authority import CertificateAuthority
from tests.netns import House, needs
from tests.netns.plan import PUBLIC, ROUTER
from tests.real.customer import run
from tests.recipes.proxy.tinyproxy import FILTER, LOGIN, tinyproxy
from tests.recipes.services import HOST, OTHER, PROXY, healthy_service, name_all, serve_plain

pytestmark = needs("nginx")
BOTH = (HOST, f"http://{HOST}")
TWELVE = tuple(f"s{number}.house.test" for number in range(12))
MITMPROXY = shutil.which("mitmdump")
with_mitmproxy = pytest.mark.skipif(MITMPROXY is None, reason="needs mitmdump (mitmproxy, in an environment of its own)")


def mitmproxy(house: House, *options: str) -> None:
    """A real mitmproxy; by default it makes its own certificate for every service."""
    assert MITMPROXY
    folder = house.errand("mitmproxy")
    command = [MITMPROXY, "--set", f"confdir={folder}", "--quiet", "--listen-port", "3128", *options]
    house.serve(command, port=3128, where="router", folder=folder, env={"HOME": str(folder)})


def service(house: House, *names: str) -> CertificateAuthority:
    """A service over TLS and without, which only the proxy reaches."""
    authority = healthy_service(house, *names)
    serve_plain(house)
    house.reject(port=443)
    house.reject(port=80)
    return authority


def with_login(given: str) -> str:
    return f"http://{given}@{ROUTER}:3128"


Serve = Callable[[House], None]


def opened_tinyproxy(house: House) -> None:
    tinyproxy(house)


def locked_tinyproxy(house: House) -> None:
    tinyproxy(house, LOGIN)


def opened_mitmproxy(house: House) -> None:
    mitmproxy(house, "--ignore-hosts", ".*")


def locked_mitmproxy(house: House) -> None:
    mitmproxy(house, "--ignore-hosts", ".*", "--proxyauth", "house-user:house-password")


OPENED = [pytest.param(opened_tinyproxy, marks=needs("tinyproxy")), pytest.param(opened_mitmproxy, marks=with_mitmproxy)]
LOCKED = [pytest.param(locked_tinyproxy, marks=needs("tinyproxy")), pytest.param(locked_mitmproxy, marks=with_mitmproxy)]


@pytest.mark.parametrize("serve", OPENED)
def test_a_healthy_proxy_is_nothing_to_speak_of(house: House, serve: Serve) -> None:
    authority = service(house)
    serve(house)
    screen = run(house, authority, *BOTH, HTTPS_PROXY=PROXY, http_proxy=PROXY)
    assert (screen.code, screen.causes) == (0, [])


@pytest.mark.parametrize("serve", LOCKED)
@pytest.mark.parametrize(
    ("given", "causes"),
    [
        ("", ["proxy-login-required"]),
        ("house-user:mistyped", ["proxy-login-rejected"]),
        ("house-user:house-password", []),
    ],
    ids=["none", "wrong", "right"],
)
def test_a_login(house: House, serve: Serve, given: str, causes: list[str]) -> None:
    authority = service(house)
    serve(house)
    proxy = with_login(given) if given else PROXY
    screen = run(house, authority, *BOTH, HTTPS_PROXY=proxy, http_proxy=proxy)
    assert screen.causes == causes
    if causes:
        assert len(screen.document["causes"][0]["endpoints"]) == len(BOTH)
        assert screen.document["causes"][0]["facts"]["schemes"] == ["Basic"]


@needs("tinyproxy")
def test_a_wrong_password_that_is_refused_with_401_is_tried_once_for_each_kind_of_endpoint(house: House) -> None:
    authority = service(house, *TWELVE)
    tinyproxy(house, f'{LOGIN}LogLevel Info\nLogFile "{{folder}}/tinyproxy.log"\n')
    proxy = with_login("house-user:mistyped")
    hosts = (*TWELVE, *(f"http://{name}" for name in TWELVE))
    screen = run(house, authority, *hosts, HTTPS_PROXY=proxy, http_proxy=proxy)
    assert screen.causes == ["proxy-login-rejected"]
    assert len(screen.document["causes"][0]["endpoints"]) == len(hosts)
    (log,) = house.folder.glob("tinyproxy-*/tinyproxy.log")
    assert log.read_text().count("Request (file descriptor") == 2


@needs("tinyproxy")
@pytest.mark.parametrize(
    ("rules", "controls", "rule"),
    [
        ("ConnectPort 563\n", [], "undecided"),
        ("ConnectPort 80\n", [], "port"),
        ("ConnectPort 563\n", ["--control", f"{OTHER}:443"], "everything"),
        (FILTER, ["--control", f"{OTHER}:443"], "host"),
    ],
    ids=["nothing to compare", "by port", "every port", "by name"],
)
def test_a_rule_of_tinyproxy(house: House, rules: str, controls: list[str], rule: str) -> None:
    authority = service(house, HOST, OTHER)
    tinyproxy(house, rules, filter="service\\.house\\.test\n")
    screen = run(house, authority, HOST, *controls, HTTPS_PROXY=PROXY)
    (cause,) = screen.document["causes"]
    assert (cause["id"], cause["facts"].get("rule_about", "undecided")) == ("proxy-refuses-target", rule)


@pytest.mark.parametrize("serve", OPENED)
def test_a_dead_service_and_a_name_that_only_the_client_knows(house: House, serve: Serve) -> None:
    authority = service(house)
    name_all(house, OTHER)
    house.hosts({PUBLIC[0]: [HOST]})
    serve(house)
    screen = run(house, authority, HOST, f"tcp://{PUBLIC[0]}:4433", ALL_PROXY=PROXY)
    causes = {cause["id"]: cause["endpoints"] for cause in screen.document["causes"]}
    assert causes == {
        "proxy-cannot-resolve-target": [f"https://{HOST}:443"],
        "proxy-cannot-reach-target": [f"tcp://{PUBLIC[0]}:4433"],
    }


@with_mitmproxy
def test_who_looks_into_tls_is_told(house: House) -> None:
    authority = service(house)
    mitmproxy(house, "--ssl-insecure")
    screen = run(house, authority, HOST, HTTPS_PROXY=PROXY)
    assert (screen.code, screen.causes) == (1, ["tls-intercepted"])
    assert screen.document["causes"][0]["confidence"] == "certain"
