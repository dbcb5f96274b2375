"""The helper functions mean what Netscape wrote down and browsers do: tables of calls and what they give."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag.probe.pac import worker

quickjs = pytest.importorskip("quickjs")
HELPERS = Path(worker.__file__).with_name("helpers.js").read_text()
SUNDAY = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
KNOWN = {
    "ten.test": ["10.2.3.4"],
    "both.test": ["2001:db8::7", "198.51.100.7"],
    "six.test": ["2001:db8::6"],
    "none.test": [],
}
OWN = ["10.0.0.9", "2001:db8::9"]


def said(body: str, host: str = "a.test", now: datetime = SUNDAY) -> dict[str, object]:
    script = f"function FindProxyForURL(url, host) {{ {body} }}"
    asked = {"url": f"https://{host}/", "host": host, "known": KNOWN, "own": OWN, "now": int(now.timestamp() * 1000)}
    return worker.evaluate(quickjs, HELPERS, script, asked)


def value(call: str, now: datetime = SUNDAY) -> object:
    answer = said(f"return JSON.stringify([{call}]);", now=now)
    assert answer["failure"] == "", answer
    return json.loads(str(answer["text"]))[0]


HOSTS = [
    ("isPlainHostName('www')", True),
    ("isPlainHostName('www.test')", False),
    ("isPlainHostName('::1')", False),
    ("dnsDomainIs('www.corp.test', '.corp.test')", True),
    ("dnsDomainIs('www', '.corp.test')", False),
    ("dnsDomainIs('corp.test', '.corp.test')", False),
    ("dnsDomainIs('wwwcorp.test', 'corp.test')", True),
    ("localHostOrDomainIs('www.corp.test', 'www.corp.test')", True),
    ("localHostOrDomainIs('www', 'www.corp.test')", True),
    ("localHostOrDomainIs('www.mcom.test', 'www.corp.test')", False),
    ("localHostOrDomainIs('ww', 'www.corp.test')", False),
    ("dnsDomainLevels('www')", 0),
    ("dnsDomainLevels('www.corp.test')", 2),
    ("shExpMatch('http://home.test/people/ari/index.html', '*/ari/*')", True),
    ("shExpMatch('http://home.test/people/montulli/index.html', '*/ari/*')", False),
    ("shExpMatch('a.corp.test', '*.corp.test')", True),
    ("shExpMatch('a-corp.test', '*.corp.test')", False),
    ("shExpMatch('corp.test', '*.corp.test')", False),
    ("shExpMatch('ab', 'a?')", True),
    ("shExpMatch('a', 'a?')", False),
    ("shExpMatch('b.test', '(a|b).test')", True),
    ("shExpMatch('x', '*')", True),
]
ADDRESSES = [
    ("dnsResolve('ten.test')", "10.2.3.4"),
    ("dnsResolve('TEN.test.')", "10.2.3.4"),
    ("dnsResolve('both.test')", "198.51.100.7"),
    ("dnsResolve('six.test')", None),
    ("dnsResolve('none.test')", None),
    ("dnsResolve('192.0.2.1')", "192.0.2.1"),
    ("dnsResolve('not a name')", None),
    ("dnsResolve('')", None),
    ("isResolvable('ten.test')", True),
    ("isResolvable('six.test')", False),
    ("isResolvable('none.test')", False),
    ("isInNet('ten.test', '10.0.0.0', '255.0.0.0')", True),
    ("isInNet('ten.test', '10.3.0.0', '255.255.0.0')", False),
    ("isInNet('none.test', '10.0.0.0', '255.0.0.0')", False),
    ("isInNet('198.95.249.79', '198.95.249.79', '255.255.255.255')", True),
    ("isInNet('198.95.249.78', '198.95.249.79', '255.255.255.255')", False),
    ("isInNet('200.1.2.3', '200.0.0.0', '255.0.0.0')", True),
    ("isInNet('10.2.3.4', '10.0.0.0', '10.0.0')", False),
    ("isInNet('256.2.3.4', '10.0.0.0', '0.0.0.0')", False),
    ("myIpAddress()", "10.0.0.9"),
    ("myIpAddressEx()", "10.0.0.9;2001:db8::9"),
    ("dnsResolveEx('both.test')", "2001:db8::7;198.51.100.7"),
    ("dnsResolveEx('none.test')", ""),
    ("isResolvableEx('six.test')", True),
    ("isResolvableEx('none.test')", False),
    ("isInNetEx('six.test', '2001:db8::/32')", True),
    ("isInNetEx('six.test', '2001:db9::/32')", False),
    ("isInNetEx('ten.test', '10.0.0.0/8')", True),
    ("isInNetEx('ten.test', '10.2.3.0/30')", False),
    ("isInNetEx('ten.test', '2001:db8::/0')", False),
    ("isInNetEx('::ffff:10.2.3.4', '::ffff:10.0.0.0/104')", True),
    ("isInNetEx('ten.test', 'x/8')", False),
    ("sortIpAddressList('10.2.3.9;2001:db8::1;10.2.3.4')", "2001:db8::1;10.2.3.4;10.2.3.9"),
    ("sortIpAddressList('x')", False),
    ("sortIpAddressList('')", False),
    ("getClientVersion()", "1.0"),
    ("alert('seen by nobody')", None),
]
MOMENTS = [  # it is Sunday, 22 November 2026, 09:30:15 GMT
    ("weekdayRange('SUN', 'GMT')", True),
    ("weekdayRange('MON', 'GMT')", False),
    ("weekdayRange('MON', 'FRI', 'GMT')", False),
    ("weekdayRange('SAT', 'MON', 'GMT')", True),
    ("weekdayRange('FRI', 'SAT', 'GMT')", False),
    ("weekdayRange('DIE', 'GMT')", False),
    ("dateRange(22, 'GMT')", True),
    ("dateRange(21, 'GMT')", False),
    ("dateRange(1, 22, 'GMT')", True),
    ("dateRange(23, 31, 'GMT')", False),
    ("dateRange(28, 22, 'GMT')", True),
    ("dateRange('NOV', 'GMT')", True),
    ("dateRange(3, 'MAR')", True),
    ("dateRange(22, 'NOV', 'GMT')", True),
    ("dateRange('DEC', 'GMT')", False),
    ("dateRange('OCT', 'DEC', 'GMT')", True),
    ("dateRange('NOV', 'FEB', 'GMT')", True),
    ("dateRange('DEC', 'FEB', 'GMT')", False),
    ("dateRange(2026, 'GMT')", True),
    ("dateRange(2027, 2028, 'GMT')", False),
    ("dateRange(2025, 2026, 'GMT')", True),
    ("dateRange(24, 'DEC', 22, 'NOV', 'GMT')", True),
    ("dateRange(1, 'JUN', 15, 'AUG', 'GMT')", False),
    ("dateRange('OCT', 2026, 'MAR', 2027, 'GMT')", True),
    ("dateRange('DEC', 2026, 'MAR', 2027, 'GMT')", False),
    ("dateRange(1, 'JUN', 2026, 15, 'AUG', 2027, 'GMT')", True),
    ("dateRange(1, 'JUN', 2027, 15, 'AUG', 2028, 'GMT')", False),
    ("dateRange()", False),
    ("dateRange('GMT')", False),
    ("timeRange(9, 'GMT')", True),
    ("timeRange(10, 'GMT')", False),
    ("timeRange(8, 17, 'GMT')", True),
    ("timeRange(8, 9, 'GMT')", True),
    ("timeRange(10, 17, 'GMT')", False),
    ("timeRange(9, 30, 9, 30, 'GMT')", True),
    ("timeRange(9, 31, 17, 0, 'GMT')", False),
    ("timeRange(22, 0, 9, 30, 'GMT')", True),
    ("timeRange(9, 30, 16, 17, 0, 0, 'GMT')", False),
    ("timeRange(9, 30, 15, 9, 30, 15, 'GMT')", True),
    ("timeRange(1, 2, 3, 'GMT')", False),
]


@pytest.mark.parametrize(("call", "gives"), [*HOSTS, *ADDRESSES, *MOMENTS])
def test_a_call_gives_what_is_written_down(call: str, gives: object) -> None:
    assert value(call) == gives


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "JST-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("call", "gives"),
    [("timeRange(18)", True), ("timeRange(9)", False), ("timeRange(9, 'GMT')", True), ("weekdayRange('SUN')", True)],
)
@pytest.mark.usefixtures("in_tokyo")
def test_the_clock_is_the_local_one_unless_said(call: str, gives: bool) -> None:
    assert value(call) is gives


def test_a_name_that_is_not_known_is_noted_even_where_the_script_catches_the_throw() -> None:
    answer = said("try { dnsResolve('New.test') } catch (e) {} isInNet('other.test', '1.2.3.4', '0.0.0.0'); return 'DIRECT'")
    assert answer["names"] == ["new.test", "other.test"]
    assert answer["failure"] == "threw"
    assert said("try { dnsResolve('new.test') } catch (e) {} return 'DIRECT'")["names"] == ["new.test"]
    assert said("return dnsResolve('ten.test')")["names"] == []


def test_the_own_address_is_noted() -> None:
    assert said("return myIpAddress()")["own"] is True
    assert said("return 'DIRECT'")["own"] is False


def test_a_script_may_bring_its_own_helpers() -> None:
    answer = said("function isInNet() { return true } return isInNet('x', 'y', 'z') ? 'PROXY own:1' : 'DIRECT'")
    assert answer["text"] == "PROXY own:1"


@pytest.mark.parametrize(
    "poison",
    [
        "Array.prototype.toJSON = function () { return 'x' }; Object.prototype.toJSON = function () { return 5 };",
        "Object.prototype.names = ['evil.test']; Array.prototype.push = function () { throw 1 };",
        "Object.defineProperty(Array.prototype, 0, { set: function () { throw 1 } });",
        "JSON.stringify = JSON.parse = null; String.prototype.replace = null; globalThis.Date = null;",
        "Object.prototype['a.test'] = ['10.9.9.9'];",
    ],
)
def test_a_spoiled_language_spoils_no_other_evaluation(poison: str) -> None:
    spoiled = said(poison + "return 'DIRECT'")
    assert spoiled["failure"] == ""
    assert spoiled["text"] == "DIRECT"
    assert value("dnsResolve('ten.test')") == "10.2.3.4"
    assert said("return dnsResolve('a.test')")["names"] == ["a.test"]


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted({call.partition("(")[0] for call, _ in (*HOSTS, *ADDRESSES, *MOMENTS)})),
    arguments=st.lists(st.one_of(st.text(max_size=20), st.integers(-5, 3000), st.booleans(), st.none()), max_size=7),
)
def test_no_argument_breaks_a_helper_worse_than_a_throw(name: str, arguments: list[object]) -> None:
    answer = said(f"return String({name}.apply(null, {json.dumps(arguments)}))")
    assert answer["failure"] in ("", "threw", "nonsense")


@settings(max_examples=100, deadline=None)
@given(address=st.ip_addresses(v=4), net=st.ip_addresses(v=4), bits=st.integers(0, 32))
def test_is_in_net_is_the_arithmetic_of_addresses(address: object, net: object, bits: int) -> None:
    import ipaddress

    whole = ipaddress.ip_network(f"{net}/{bits}", strict=False)
    expected = address in whole
    assert value(f"isInNet('{address}', '{net}', '{whole.netmask}')") is expected
    assert value(f"isInNetEx('{address}', '{net}/{bits}')") is expected


@settings(max_examples=60, deadline=None)
@given(address=st.ip_addresses(v=6), net=st.ip_addresses(v=6), bits=st.integers(0, 128))
def test_is_in_net_ex_knows_the_addresses_of_today(address: object, net: object, bits: int) -> None:
    import ipaddress

    expected = address in ipaddress.ip_network(f"{net}/{bits}", strict=False)
    assert value(f"isInNetEx('{address}', '{net}/{bits}')") is expected


@settings(max_examples=80, deadline=None)
@given(moment=st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))
def test_a_range_from_a_moment_to_itself_holds_it(moment: datetime) -> None:
    day, month = moment.day, moment.strftime("%b").upper()
    assert value(f"dateRange({day}, '{month}', {moment.year}, {day}, '{month}', {moment.year}, 'GMT')", moment) is True
    assert value(f"weekdayRange('{moment.strftime('%a').upper()}', 'GMT')", moment) is True
    assert value(f"timeRange({moment.hour}, {moment.minute}, {moment.hour}, {moment.minute}, 'GMT')", moment) is True
