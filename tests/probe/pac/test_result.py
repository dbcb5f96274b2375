"""What a script returned, read as browsers do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.route import ProxyAddress, ScriptWay
from diag.model.script import Flaw
from diag.probe.pac.result import LONGEST_KEPT, MOST_WAYS, Read, kept, read_result

DIRECT = ScriptWay()


def way(host: str, port: int, scheme: str = "http") -> ScriptWay:
    return ScriptWay(ProxyAddress(host, port, scheme))


RESULTS = [
    ("DIRECT", (DIRECT,)),
    ("", (DIRECT,)),
    ("  \n", (DIRECT,)),
    (" direct ; ", (DIRECT,)),
    ("PROXY p.test:3128", (way("p.test", 3128),)),
    ("proxy p.test:3128", (way("p.test", 3128),)),
    ("PROXY\tP.Test:3128", (way("p.test", 3128),)),
    ("HTTP p.test:3128", (way("p.test", 3128),)),
    ("PROXY p.test", (way("p.test", 80),)),
    ("PROXY p.test:", (way("p.test", 80),)),
    ("HTTPS p.test", (way("p.test", 443, "https"),)),
    ("SOCKS p.test", (way("p.test", 1080, "socks4"),)),
    ("SOCKS4 p.test:99", (way("p.test", 99, "socks4"),)),
    ("SOCKS5 p.test:99", (way("p.test", 99, "socks5h"),)),
    ("PROXY [2001:db8::1]:3128", (way("2001:db8::1", 3128),)),
    ("PROXY [2001:db8::1]", (way("2001:db8::1", 80),)),
    ("PROXY a:1; PROXY b:2; DIRECT", (way("a", 1), way("b", 2), DIRECT)),
    ("PROXY a:1;PROXY b:2;", (way("a", 1), way("b", 2))),
]
NONSENSE = [
    "p.test:3128",
    "PROXY",
    "PROXYp.test:3128",
    "PROXY http://p.test:3128",
    "PROXY user:hunter2@p.test:3128",
    "PROXY p.test:port",
    "PROXY p.test:0",
    "PROXY p.test:3128 DIRECT",
    "PROXY p.test:3128, DIRECT",
    "DIRECT p.test",
    "undefined",
    "QUIC p.test:443",
    "PROXY 2001:db8::1",
    "<html>",
]


@pytest.mark.parametrize(("text", "ways"), RESULTS)
def test_a_result_names_its_ways(text: str, ways: tuple[ScriptWay, ...]) -> None:
    assert read_result(text) == Read(ways)


@pytest.mark.parametrize("text", NONSENSE)
def test_a_text_without_a_way_is_nonsense(text: str) -> None:
    assert read_result(text) == Read((), Flaw.NONSENSE, 1)


def test_what_cannot_be_read_is_passed_over_and_counted() -> None:
    assert read_result("PROXY a:1; PORXY b:2; ; DIRECT") == Read((way("a", 1), DIRECT), "", 1)


def test_a_login_is_not_kept() -> None:
    assert kept("PROXY user:hunter2@p.test:3128; SOCKS admin@q:1") == "PROXY ***@p.test:3128; SOCKS ***@q:1"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = read_result(text)
    assert bool(read.ways) != bool(read.flaw)
    assert len(read.ways) <= MOST_WAYS
    assert len(kept(text)) <= LONGEST_KEPT


@given(st.lists(st.sampled_from([text for text, _ in RESULTS[4:16]] + NONSENSE), min_size=1, max_size=8))
def test_parts_are_read_each_by_itself(parts: list[str]) -> None:
    alone = [way for part in parts for way in read_result(part).ways]
    assert read_result("; ".join(parts)).ways == tuple(alone)


@given(user=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1), secret=st.from_regex(r"\A[^\s;,@]{4,20}\Z"))
def test_no_password_of_a_result_is_kept(user: str, secret: str) -> None:
    assert secret not in kept(f"PROXY {user}:{secret}@p:1").partition("@")[0]
