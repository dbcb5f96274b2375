"""The dialects of NO_PROXY, one table: what each family of clients makes of one entry for one address."""

import os
import urllib.request
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.knowledge.no_proxy import CLIENTS, NoProxyReading, Reader, curl, old_curl, old_requests, readings, seems_to_name
from diag.knowledge.system_exceptions import SYSTEMS, macos
from diag.model.endpoint import parse_endpoint
from diag.model.machine import LINE_ENDS

BY_NAME = {client.name: client.reads for client in CLIENTS}
D, P, X = NoProxyReading.DIRECT, NoProxyReading.PROXIED, NoProxyReading.FAILS

TABLE: list[tuple[str, str, tuple[NoProxyReading, ...]]] = [
    # address, NO_PROXY:              curl urllib requests httpx go java node axios
    ("http://example.test", "example.test", (D, D, D, D, D, D, D, D)),
    ("http://api.example.test", "example.test", (D, D, D, D, D, P, D, P)),
    ("http://api.example.test", ".example.test", (D, D, D, D, D, P, D, D)),
    ("http://example.test", ".example.test", (D, D, D, P, P, P, D, P)),
    ("http://api.example.test", "*.example.test", (P, P, P, P, D, D, D, D)),
    ("http://example.test", "*.example.test", (P, P, P, P, P, P, D, P)),
    ("http://notexample.test", "example.test", (P, P, P, P, P, P, P, P)),
    ("http://api.example.test", "api.example.test:80", (P, P, P, P, D, P, D, D)),
    ("http://api.example.test:8080", "api.example.test:80", (P, P, P, P, P, P, P, P)),
    ("http://api.example.test:8080", "api.example.test:8080", (P, D, D, D, D, P, D, D)),
    ("http://10.1.2.3", "10.0.0.0/8", (D, P, D, P, D, P, P, D)),
    ("http://10.1.2.3", "10.1.2.3", (D, D, D, D, D, D, D, D)),
    ("http://10.1.2.3", "10.1.*", (P, P, P, P, P, D, P, P)),
    ("http://[fd00::1]", "fd00::/8", (D, P, P, X, D, P, P, D)),
    ("http://[fd00::1]", "fd00::1", (D, P, D, D, D, P, P, D)),
    ("http://x.test", "*", (D, D, D, D, D, D, D, D)),
    ("http://x.test", "a.test, *", (P, P, P, D, D, D, P, D)),
    ("http://localhost", "other.test", (P, P, P, P, D, P, P, P)),
    ("http://api.example.test", "EXAMPLE.TEST", (D, D, D, D, D, P, D, P)),
    ("http://api.example.test", "foo.test example.test", (P, P, P, P, P, P, D, P)),
    ("http://api.example.test", "foo.test;example.test", (P, P, P, P, P, P, P, P)),
    ("http://api.example.test", "https://api.example.test", (P, P, P, P, P, P, P, P)),
    ("http://[fd00::1]", "a.test,[fd00::1]", (P, D, P, X, P, D, D, D)),
    ("http://api.example.test", "a.test,[fd00::1]", (P, P, P, X, P, P, P, P)),
    ("http://local.localhost", "other.test", (P, P, P, P, P, P, P, P)),
    ("http://xn--fsq092h.test", "\u793a\u4f8b.test", (P, P, P, X, D, P, P, D)),
    ("http://api.example.test", "a.test,.example.test\u240d", (P, D, D, D, D, P, D, D)),
    ("http://example.test", "*example.test", (P, P, P, P, P, D, P, D)),
    ("http://x.test:8080", ":8080", (P, P, P, D, P, P, P, P)),
    ("http://api.example.test", ".example.test.", (D, P, P, P, P, P, P, D)),
    ("http://example.test", "a.test\texample.test", (P, P, P, X, P, P, D, D)),
    ("http://example.test", "a.test|example.test", (P, P, P, P, P, D, P, P)),
    ("http://example.test.", "example.test", (D, P, P, P, P, P, P, D)),
    ("http://example.test.", "example.test.", (D, D, D, D, D, D, D, D)),
    ("http://api.example.test.", ".example.test", (D, P, P, P, P, P, P, D)),
]


def entries(value: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in value.split(",") if entry.strip())


@pytest.mark.parametrize(("url", "value", "expected"), TABLE)
def test_each_client_reads_it_its_own_way(url: str, value: str, expected: tuple[NoProxyReading, ...]) -> None:
    endpoint = parse_endpoint(url)
    given = {name: read(endpoint.written, endpoint.port, endpoint.scheme, entries(value)) for name, read in BY_NAME.items()}
    assert given == dict(zip(BY_NAME, expected, strict=True))


@pytest.mark.parametrize(
    ("read", "host", "value", "reading"),
    [
        (old_curl, "api.example.test", "foo.test example.test", D),
        (curl, "api.example.test", "foo.test example.test", P),
        (old_requests, "notexample.test", "example.test", D),
        (old_requests, "api.example.test", "example.test", D),
        (old_requests, "api.other.test", "example.test", P),
    ],
)
def test_older_versions_read_it_their_own_way(read: Reader, host: str, value: str, reading: NoProxyReading) -> None:
    assert read(host, 443, "https", entries(value)) is reading


def test_an_older_version_is_told_where_it_goes_another_way() -> None:
    told = dict(readings("prelocalhost", 443, "https", {"NO_PROXY": ("localhost",)}))
    assert (told["Python requests"], told["Python requests before 2.34"]) == (P, D)
    assert "curl before 8.9" not in told
    assert dict(readings("b.test", 443, "https", {"NO_PROXY": ("a.test b.test",)}))["curl before 8.9"] is D


def test_which_of_two_lists_is_taken() -> None:
    both = dict(readings("a.test", 443, "https", {"no_proxy": ("b.test",), "NO_PROXY": ("a.test",)}))
    assert {name for name, reading in both.items() if reading is D} == {"Go"}
    emptied = dict(readings("a.test", 443, "https", {"no_proxy": (), "NO_PROXY": ("a.test",)}))
    assert {name for name, reading in emptied.items() if reading is P} == {"Python urllib", "Python httpx", "Node"}


@pytest.mark.parametrize(
    ("url", "entry", "windows", "macos"),
    [
        ("https://api.corp.test", "*.corp.test", D, D),
        ("https://corp.test", "*.corp.test", P, P),
        ("https://api.corp.test", "corp.test", P, P),
        ("https://api.corp.test", "API.corp.test", D, D),
        ("https://api.corp.test", "api.*.test", D, D),
        ("https://api.corp.test", "*corp*", D, D),
        ("https://api.corp.test", "*test*corp", P, P),
        ("https://aa", "a*a", D, D),
        ("https://a", "a*a", P, P),
        ("https://10.1.2.3", "10.*", D, D),
        ("https://10.1.2.3", "10/8", P, D),
        ("https://10.1.2.3", "10.1/16", P, D),
        ("https://10.1.2.3", "10.2/16", P, P),
        ("https://10.1.2.3", "10.0.0.0/8", P, D),
        ("https://10.1.2.3", "10/99", P, P),
        ("https://[fd00::1]", "fd00::/8", P, D),
        ("https://[fd00::1]", "[fd00::1]", D, P),
        ("https://api.corp.test", "https://api.corp.test", D, P),
        ("https://api.corp.test", "http://api.corp.test", P, P),
        ("https://api.corp.test", "api.corp.test:443", D, P),
        ("https://api.corp.test", "api.corp.test:80", P, P),
        ("https://api.corp.test", "*", D, D),
        ("https://api.corp.test", "", P, P),
    ],
)
def test_each_system_reads_its_own_exceptions(url: str, entry: str, windows: NoProxyReading, macos: NoProxyReading) -> None:
    endpoint = parse_endpoint(url)
    read = {name: SYSTEMS[name](endpoint.written, endpoint.port, endpoint.scheme, (entry,)) for name in ("windows_user", "macos")}
    assert read == {"windows_user": windows, "macos": macos}


@given(
    st.lists(st.sampled_from([0, 1, 10, 128, 255]), min_size=1, max_size=4),
    st.integers(0, 32),
    st.sampled_from(["10.1.0.1", "10.0.0.0", "1.1.1.1"]),
)
def test_macos_is_read_as_python_reads_it(parts: list[int], length: int, host: str) -> None:
    entry = f"{'.'.join(map(str, parts))}/{length}"
    settings = {"exclude_simple": False, "exceptions": [entry]}
    theirs = urllib.request._proxy_bypass_macosx_sysconf(host, settings)  # type: ignore[attr-defined]
    assert (macos(host, 443, "https", (entry,)) is D) == theirs


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    return monkeypatch


def as_written(value: str) -> str:
    """The value with its line ends in place of their pictures."""
    return value.translate(dict(zip(map(ord, LINE_ENDS), "\n\v\f\r", strict=True)))


@pytest.mark.parametrize(("url", "value"), [(url, value) for url, value, _ in TABLE])
def test_urllib_itself_agrees(environment: pytest.MonkeyPatch, url: str, value: str) -> None:
    environment.setenv("no_proxy", as_written(value))
    endpoint = parse_endpoint(url)
    really = NoProxyReading.DIRECT if urllib.request.proxy_bypass_environment(urlsplit(url).netloc) else NoProxyReading.PROXIED
    assert urllib_reads(endpoint.written, endpoint.port, endpoint.scheme, value) is really


def urllib_reads(host: str, port: int, scheme: str, value: str) -> NoProxyReading:
    return BY_NAME["Python urllib"](host, port, scheme, entries(value))


@pytest.mark.parametrize(("url", "value"), [(url, value) for url, value, _ in TABLE])
def test_httpx_itself_agrees(environment: pytest.MonkeyPatch, url: str, value: str) -> None:
    client_of = pytest.importorskip("httpx")
    environment.setenv("http_proxy", "http://127.0.0.1:9")
    environment.setenv("no_proxy", as_written(value))
    endpoint = parse_endpoint(url)
    try:
        with client_of.Client() as client:
            own = client._transport_for_url(client_of.URL(url)) is client._transport
        really = NoProxyReading.DIRECT if own else NoProxyReading.PROXIED
    except client_of.InvalidURL:
        really = NoProxyReading.FAILS
    assert BY_NAME["Python httpx"](endpoint.written, endpoint.port, endpoint.scheme, entries(value)) is really


@pytest.mark.parametrize(
    ("host", "value", "seems"),
    [
        ("api.example.test", "*.example.test", True),
        ("api.example.test", "https://api.example.test/", True),
        ("api.example.test", "a.test;example.test", True),
        ("api.example.test", "a.test|*.example.test", True),
        ("api.example.test", "api.example.test:443", True),
        ("api.example.test", "ample.test", False),
        ("api.example.test", "", False),
        ("api.example.test", ".", False),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("10.1.2.3", "10.1.2.3:443", True),
        ("10.1.2.3", "10.1.2", False),
        ("fd00::1", "[fd00::1]:443", True),
    ],
)
def test_what_a_person_would_take_for_the_host(host: str, value: str, seems: bool) -> None:
    assert seems_to_name(host, entries(value)) is seems


NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,9}[a-z0-9](\.[a-z][a-z0-9]{1,9}){1,3}", fullmatch=True)
ADDRESSES = st.ip_addresses(v=4).map(str)


@given(NAMES | ADDRESSES, st.sampled_from(["https", "http"]), st.sampled_from([443, 80, 8443]))
def test_the_plain_host_is_understood_by_all(host: str, scheme: str, port: int) -> None:
    assert {client.reads(host, port, scheme, ("a.test", host)) for client in CLIENTS} == {NoProxyReading.DIRECT}


@given(st.text(max_size=40), st.lists(st.text(max_size=40).map(str.strip).filter(bool), max_size=5))
def test_no_value_is_too_odd(host: str, odd: list[str]) -> None:
    for client in CLIENTS:
        assert client.reads(host, 443, "https", tuple(odd)) in NoProxyReading
    assert seems_to_name(host, tuple(odd)) in (True, False)


@pytest.mark.parametrize(
    ("host", "exceptions", "exempt"),
    [
        ("example.test", ("example.test",), True),
        ("api.example.test", ("example.test",), True),
        ("a.b.example.test", ("example.test",), True),
        ("notexample.test", ("example.test",), False),
        ("example.test", ("api.example.test",), False),
        ("api.example.test", (".example.test",), True),
        ("example.test", (".example.test",), True),
        ("example.test", ("example.test.",), True),
        ("api.example.test", ("EXAMPLE.Test",), True),
        ("API.example.test", ("example.test",), True),
        ("api.example.test.", ("example.test",), True),
        ("api.example.test", ("*.example.test",), False),
        ("api.example.test", ("*",), True),
        ("api.example.test", ("a.test", "*"), False),
        ("api.example.test", ("api.example.test:443",), False),
        ("api.example.test", ("a.test", "", "example.test"), True),
        ("api.example.test", (".",), False),
        ("api.example.test", ("",), False),
        ("api.example.test", ("foo.test example.test",), False),
        ("api.foo.test", ("foo.test example.test",), True),
        ("api.example.test", ("foo.test bar.test", "example.test"), False),
        ("api.example.test", (), False),
        ("10.1.2.3", ("10.1.2.3",), True),
        ("10.1.2.3", ("10.0.0.0/8",), True),
        ("10.1.2.3", ("10.9.9.9/8",), True),
        ("11.1.2.3", ("10.0.0.0/8",), False),
        ("10.1.2.3", ("10.1.2.3/32",), True),
        ("10.1.2.3", ("0.0.0.0/0",), False),
        ("10.1.2.3", ("10.0.0.0/33",), False),
        ("10.1.2.3", ("10.0.0.0/",), False),
        ("10.1.2.3", ("10.0.0.0/x",), False),
        ("10.1.2.3", ("10.0.0.0/" + "0" * 5_000 + "8",), False),
        ("10.1.2.3", ("10.1.2.3:443",), False),
        ("10.1.2.3", ("3",), False),
        ("10.1.2.3", ("*",), True),
        ("fd00::1", ("fd00::/8",), True),
        ("fd00::1", ("fd00:0:0::1",), True),
        ("fd00::1", ("[fd00::1]",), False),
        ("fd00::1", ("10.0.0.0/8",), False),
        ("10.1.2.3", ("fd00::/8",), False),
    ],
)
def test_exceptions_by_the_rules_of_curl(host: str, exceptions: tuple[str, ...], exempt: bool) -> None:
    assert (curl(host, 443, "https", exceptions) is NoProxyReading.DIRECT) is exempt
