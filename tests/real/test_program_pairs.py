"""It works in one program and fails in another, on the same computer: real programs say so, and diag says why.

Two houses: one whose service has a certificate of a private authority and an open way; one with no way but a real proxy.
"""

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from diag.lab.authority import pem
from tests.netns import House, needs
from tests.real.customer import diag
from tests.real.programs import command_of, environment_of, lack_of
from tests.recipes.services import (
    HOST,
    OPEN,
    PROXY,
    Page,
    healthy_service,
    name_all,
    private_authority,
    serve_pages,
    trust_file,
)

pytestmark = [needs("nginx", "squid"), pytest.mark.xdist_group("program-pairs")]
HTTPS, HTTP = f"https://{HOST}", f"http://{HOST}"
MINE, OTHERS = "{trusted}", "{stranger}"
"""Where the trust files lie: with the authority that signed, and with another one."""
TRUST_STORE = "-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword=changeit"
OTHER_STORE = "-Djavax.net.ssl.trustStore={other_store} -Djavax.net.ssl.trustStorePassword=changeit"

BY_LISTS = (
    # works, fails, environment, what differs
    ("curl", "requests", {"SSL_CERT_FILE": MINE}, "list"),
    ("httpx", "requests", {"SSL_CERT_FILE": MINE}, "list"),
    ("requests", "curl", {"REQUESTS_CA_BUNDLE": MINE}, "list"),
    ("requests", "httpx", {"REQUESTS_CA_BUNDLE": MINE}, "list"),
    ("curl", "node", {"SSL_CERT_FILE": MINE}, "list"),
    ("node", "curl", {"NODE_EXTRA_CA_CERTS": MINE}, "list"),
    ("axios", "urllib", {"NODE_EXTRA_CA_CERTS": MINE}, "list"),
    ("curl", "java", {"SSL_CERT_FILE": MINE, "JAVA_TOOL_OPTIONS": OTHER_STORE}, "list"),
    ("java", "curl", {"JAVA_TOOL_OPTIONS": TRUST_STORE}, "list"),
    ("go", "requests", {"SSL_CERT_FILE": MINE}, "list"),
    ("curl", "aiohttp", {"CURL_CA_BUNDLE": MINE}, "list"),
)
BEHIND_A_PROXY = (
    ("curl", "node", HTTPS, {"HTTPS_PROXY": PROXY, "SSL_CERT_FILE": MINE, "NODE_EXTRA_CA_CERTS": MINE}, "switch_missing"),
    ("curl", "aiohttp", HTTPS, {"HTTPS_PROXY": PROXY, "SSL_CERT_FILE": MINE}, "variable_unread"),
    ("curl", "java", HTTPS, {"HTTPS_PROXY": PROXY, "SSL_CERT_FILE": MINE, "JAVA_TOOL_OPTIONS": TRUST_STORE}, "variable_unread"),
    ("urllib", "curl", HTTP, {"HTTP_PROXY": PROXY}, "variable_unread"),
    ("requests", "curl", HTTP, {"HTTP_PROXY": PROXY}, "variable_unread"),
    ("curl", "axios", HTTP, {"http_proxy": PROXY, "no_proxy": "*.test"}, "exception_taken"),
    ("curl", "go", HTTP, {"HTTP_PROXY": PROXY, "http_proxy": PROXY, "no_proxy": "*.house.test"}, "exception_taken"),
    ("java", "curl", HTTP, {"JAVA_TOOL_OPTIONS": "-Dhttp.proxyHost=10.77.1.1 -Dhttp.proxyPort=3128"}, "variable_unread"),
    ("curl", "urllib", HTTPS, {"ALL_PROXY": PROXY, "SSL_CERT_FILE": MINE}, "variable_unread"),
)
BOTH = {("curl", "requests"), ("requests", "curl"), ("curl", "node"), ("java", "curl")}
"""Pairs of which diag is asked for the one that works as well: it has to find nothing there."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where programs are built, and may be run by anybody."""
    built = tmp_path_factory.mktemp("programs")
    for one in (built, *list(built.parents)[:2]):
        one.chmod(0o755)
    return built


@pytest.fixture(scope="module")
def open_house() -> Iterator[tuple[House, dict[str, str]]]:
    with House() as house:
        authority = private_authority()
        serve_pages(house, Page(authority.leaf(HOST)))
        name_all(house, HOST)
        yield house, _places(house, authority)


@pytest.fixture(scope="module")
def proxied_house() -> Iterator[tuple[House, dict[str, str]]]:
    with House() as house:
        authority = healthy_service(house)
        house.nginx("server { listen 80; location / { return 200 'plain'; } }")
        house.squid(OPEN)
        house.reject(port=443)
        house.reject(port=80)
        yield house, _places(house, authority)


def _places(house: House, authority: object) -> dict[str, str]:
    trusted = trust_file(house, authority)  # type: ignore[arg-type]
    stranger = house.home / "stranger.pem"
    stranger.write_bytes(pem(private_authority("Stranger").root.certificate))
    stores = {"store": trusted, "other_store": str(stranger)}
    made = {}
    for name, source in stores.items():
        path = house.home / f"{name}.jks"
        if not lack_of("java"):
            given = ["keytool", "-importcert", "-noprompt", "-storepass", "changeit", "-alias", "a", "-file", source]
            subprocess.run([*given, "-keystore", str(path)], check=True, capture_output=True)
            path.chmod(0o644)
        made[name] = str(path)
    return {"trusted": trusted, "stranger": str(stranger), **made}


def _filled(environment: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    return {name: value.format(**places) for name, value in environment.items()}


def _works(house: House, name: str, url: str, folder: Path, environment: Mapping[str, str]) -> bool:
    given = {**environment, **environment_of(name)}
    return house.run(command_of(name, url, folder), unprivileged=True, env=given, timeout=30).returncode == 0


def _try(
    house: House,
    places: Mapping[str, str],
    folder: Path,
    works: str,
    fails: str,
    url: str,
    environment: Mapping[str, str],
    why: str,
) -> None:
    for name in (works, fails):
        if lack := lack_of(name):
            pytest.skip(lack)
    given = _filled(environment, places)
    assert _works(house, works, url, folder, given), f"{works} itself does not get through"
    assert not _works(house, fails, url, folder, given), f"{fails} itself gets through"
    screen = diag(house, "run", url, "--client", fails, "--no-bundle", "--json", "--timeout", "2", **given)
    first, *_ = screen.document["causes"]
    assert (screen.code, first["id"], first["facts"]["form"]) == (1, "machine-program-fails-alone", why)
    if (works, fails) not in BOTH:
        return
    there = diag(house, "run", url, "--client", works, "--no-bundle", "--json", "--timeout", "2", **given)
    assert "machine-program-fails-alone" not in there.causes
    assert there.code == 0


@pytest.mark.parametrize(("works", "fails", "environment", "why"), BY_LISTS, ids=lambda part: str(part)[:12])
def test_another_list_of_authorities(
    open_house: tuple[House, dict[str, str]], folder: Path, works: str, fails: str, environment: dict[str, str], why: str
) -> None:
    _try(*open_house, folder, works, fails, HTTPS, environment, why)


@pytest.mark.parametrize(("works", "fails", "url", "environment", "why"), BEHIND_A_PROXY, ids=lambda part: str(part)[:12])
def test_another_way(
    proxied_house: tuple[House, dict[str, str]],
    folder: Path,
    works: str,
    fails: str,
    url: str,
    environment: dict[str, str],
    why: str,
) -> None:
    _try(*proxied_house, folder, works, fails, url, environment, why)
