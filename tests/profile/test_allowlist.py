"""A provider's allowlist: every usable entry is taken, every other one is named, and nothing breaks the reading."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diag.model.endpoint import Endpoint, Expectations, Network
from diag.profile.allowlist import read_allowlist
from diag.profile.errors import UnusableFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "allowlist.json"


def test_hosts_ports_and_roles_become_endpoints(path: Path) -> None:
    entries = [
        {"type": "SNOWFLAKE_DEPLOYMENT", "host": "acme.example.com", "port": 443},
        {"type": "OCSP_CACHE", "host": "ocsp.example.com", "port": 80},
        {"type": "STAGE", "host": "stage.example.com", "port": "443"},
        {"type": "OTHER", "host": "db.example.com", "port": 5432},
        {"type": "STAGE", "host": "stage.example.com", "port": 443},
        {"host": "2001:db8::1"},
    ]
    path.write_text("\ufeff" + json.dumps(entries))
    expects = Expectations(Network.PRIVATE)
    allowlist = read_allowlist(path, expects)
    assert allowlist.notes == ()
    assert allowlist.endpoints == (
        Endpoint("acme.example.com", 443, "https", "SNOWFLAKE_DEPLOYMENT", "/", expects),
        Endpoint("ocsp.example.com", 80, "http", "OCSP_CACHE", "/", expects),
        Endpoint("stage.example.com", 443, "https", "STAGE", "/", expects),
        Endpoint("db.example.com", 5432, "tcp", "OTHER", "/", expects),
        Endpoint("2001:db8::1", 443, "https", "", "/", expects),
    )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("no host at all", "is not an entry"),
        ("192.0.2.0/24", "it is a range of addresses, and names no host"),
        ({"ip_prefix": "192.0.2.0/24"}, "it is a range of addresses, and names no host"),
        ({"port": 443}, 'has no "host"'),
        ({"host": "*.example.com"}, "stands for many names: say which one to ask with --substitute"),
        ({"host": "https://a.example.com"}, "is not a host"),
        ({"host": "a b"}, "a name that DNS does not allow"),
        ({"host": "a", "port": 0}, "'0' is not a port"),
        ({"host": "a", "port": True}, "'True' is not a port"),
        ({"host": "a", "port": "x"}, "'x' is not a port"),
        ({"host": "a", "type": 3}, '"type" is not a text'),
    ],
)
def test_one_bad_entry_costs_itself_only(path: Path, entry: object, said: str) -> None:
    path.write_text(json.dumps([{"host": "good.example.com"}, entry]))
    allowlist = read_allowlist(path)
    assert [endpoint.host for endpoint in allowlist.endpoints] == ["good.example.com"]
    assert len(allowlist.notes) == 1
    assert "entry 2 is left out" in allowlist.notes[0]
    assert said in allowlist.notes[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "it ends in the middle, in line 1: the rest was cut off"),
        ('[{"host": "a.b.c', "it ends in the middle, in line 1: the rest was cut off"),
        ("[{\u201chost\u201d: \u201ca.example.com\u201d}]", "curly quotes where JSON has straight ones"),
        ("192.0.2.0/24\n198.51.100.0/24\n", "it holds ranges of addresses, and no hosts"),
        ('{"web": ["192.0.2.0/24"]}', "it is a range of addresses, and names no host"),
        ('{"hosts": 3}', "there is no list in it. Expected is JSON such as"),
        ("[]", "the list is empty"),
        ('[{"host": ""}]', "entry 1 is left out"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_list_that_gives_nothing_is_an_error(path: Path, text: str, said: str) -> None:
    path.write_text(text)
    with pytest.raises(UnusableFile) as raised:
        read_allowlist(path)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("text", "endpoints"),
    [
        ("https://a.example.com\nhttp://b.example.com/ocsp\n", ["https://a.example.com:443", "http://b.example.com:80"]),
        ("a.example.com\nb.example.com:80\n", ["https://a.example.com:443", "http://b.example.com:80"]),
        ("# ours\na.example.com\n# theirs\nb.example.com\n", ["https://a.example.com:443", "https://b.example.com:443"]),
        ('["https://a.example.com/x", "b.example.com:80"]', ["https://a.example.com:443", "http://b.example.com:80"]),
        (
            '{"web": ["192.0.2.0/24"], "domains": {"website": ["a.example.com"], "actions": ["b.example.com"]}}',
            ["https://a.example.com:443", "https://b.example.com:443"],
        ),
    ],
)
def test_bare_hosts_and_addresses_of_the_web_are_entries(path: Path, text: str, endpoints: list[str]) -> None:
    path.write_text(text)
    allowlist = read_allowlist(path)
    assert [f"{one.scheme}://{one.host}:{one.port}" for one in allowlist.endpoints] == endpoints
    assert allowlist.notes == ()


entries = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("host", "port", "type")), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=st.lists(entries, max_size=5))
def test_whatever_it_holds_every_entry_is_taken_or_named(path: Path, document: list[object]) -> None:
    path.write_text(json.dumps([{"host": "good.example.com"}, *document]))
    allowlist = read_allowlist(path)
    assert allowlist.endpoints[0].host == "good.example.com"
    assert all(note.isprintable() for note in allowlist.notes)
