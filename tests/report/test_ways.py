"""The table of the ways: what decides, for whom, why, and what is set besides."""

import msgspec
import pytest

from diag.engine.route import choose_route
from diag.model.endpoint import parse_endpoint
from diag.model.machine import Proxies, ProxySetting, ProxyVariable, ScriptAddress
from diag.model.observation import Observation
from diag.model.question import Inspect, Topic
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Evidence, Limits, Run, Trail
from diag.report.forms.html import write_page
from diag.report.forms.text import write_summary
from diag.report.views.proxy_table import ProxyRow, bypass_line, is_proxy_set, ways
from tests.report import samples

PROXY = ProxyAddress("proxy.corp.test", 3128, login=True)
OTHER = ProxyAddress("other.corp.test", 8080)
SHOWN = "http://proxy.corp.test:3128 (with a login)"


def run(*urls: str, proxies: Proxies | None = None, option: ProxyAddress | None = None) -> Evidence:
    """A run to these endpoints on a machine with these settings, each going as it would."""
    seen = proxies or Proxies()
    endpoints = [parse_endpoint(url) for url in urls]
    trails = tuple(Trail(endpoint, choose_route(endpoint, seen, option)) for endpoint in endpoints)
    inspected = Observation("inspect-1", Inspect(Topic.PROXIES), samples.BEGAN, 0.0, seen)
    return Evidence(Run("0.1.0", samples.BEGAN, samples.BEGAN, Limits(), trails, ("inspect-1",)), (inspected,))


def test_300_endpoints_by_one_way_are_one_line() -> None:
    seen = Proxies((ProxyVariable("HTTPS_PROXY", PROXY),))
    evidence = run(*(f"https://host-{number}.test" for number in range(300)), proxies=seen)
    assert ways(evidence) == (ProxyRow("HTTPS_PROXY", SHOWN, "all 300", "an environment variable says so"),)


def test_what_decides_stands_before_what_does_not() -> None:
    seen = Proxies(
        (ProxyVariable("https_proxy", PROXY), ProxyVariable("HTTPS_PROXY"), ProxyVariable("HTTP_PROXY", OTHER)),
        ("direct.test",),
        "NO_PROXY",
        (ProxySetting("gnome", https=OTHER), ProxySetting("windows_machine", detect=True), ProxySetting("windows_user")),
    )
    assert ways(run("https://a.test", "https://b.test:8443", "https://direct.test", proxies=seen)) == (
        ProxyRow("https_proxy", SHOWN, "a.test:443, b.test:8443", "an environment variable says so"),
        ProxyRow("NO_PROXY", "no proxy", "direct.test:443", "an exception to the proxy covers it"),
        ProxyRow("HTTPS_PROXY", "nothing", "no endpoint", "it is empty, so it counts as not set"),
        ProxyRow("HTTP_PROXY", "http://other.corp.test:8080", "no endpoint", "many programs read http_proxy instead"),
        ProxyRow(
            "the GNOME settings",
            "http://other.corp.test:8080",
            "no endpoint",
            "programs of the desktop use it, command-line programs do not",
        ),
        ProxyRow(
            "the WinHTTP settings", "a script, if one is found (WPAD)", "no endpoint", "services use it, other programs do not"
        ),
    )


def test_what_the_user_said_goes_before_all() -> None:
    seen = Proxies((ProxyVariable("https_proxy", OTHER), ProxyVariable("all_proxy", readable=False)))
    assert ways(run("https://a.test", proxies=seen, option=PROXY)) == (
        ProxyRow("--proxy", SHOWN, "a.test:443", "the command line says so"),
        ProxyRow("https_proxy", "http://other.corp.test:8080", "no endpoint", "the command line is read before it"),
        ProxyRow("all_proxy", "cannot be read", "no endpoint", "the command line is read before it"),
    )


def test_a_script_decides() -> None:
    script = ScriptAddress("http", "pac.corp.test", 80, "/proxy.pac")
    seen = Proxies((ProxyVariable("https_proxy", OTHER),))
    evidence = run("https://a.test", "https://b.test", proxies=seen)
    routes = (
        Route(RouteReason.SCRIPT, PROXY, "--pac", script=script),
        Route(RouteReason.SCRIPT_FAILED, None, "--pac", script=script),
    )
    trails = tuple(msgspec.structs.replace(trail, route=route) for trail, route in zip(evidence.run.trails, routes, strict=True))
    evidence = Evidence(msgspec.structs.replace(evidence.run, trails=trails), evidence.observations)
    assert ways(evidence) == (
        ProxyRow("--pac: http://pac.corp.test/proxy.pac", SHOWN, "a.test:443", "the proxy script says so"),
        ProxyRow(
            "--pac: http://pac.corp.test/proxy.pac",
            "no proxy",
            "b.test:443",
            "the proxy script does not work, and browsers then go direct",
        ),
        ProxyRow("https_proxy", "http://other.corp.test:8080", "no endpoint", "the command line is read before it"),
    )


def test_the_system_s_settings_decide() -> None:
    script = ScriptAddress("http", "pac.corp.test", 80, "/proxy.pac")
    seen = Proxies(settings=(ProxySetting("windows_user", https=PROXY, script=script),))
    assert ways(run("https://a.test", proxies=seen))[0] == ProxyRow(
        "the Windows user settings", SHOWN, "a.test:443", "the system's settings say so"
    )
    (row, idle) = ways(run("tcp://a.test:5432", proxies=seen))
    assert (row.value, idle.value, idle.why) == (
        "no proxy",
        f"{SHOWN} and a http script at pac.corp.test",
        "it names no proxy for these endpoints",
    )


def test_a_script_that_is_set_and_asked_by_browsers_alone() -> None:
    script = ScriptAddress("http", "pac.corp.test", 80, "/proxy.pac")
    (_, idle) = ways(run("https://a.test", proxies=Proxies(settings=(ProxySetting("macos", script=script),))))
    assert (idle.value, idle.why) == ("a http script at pac.corp.test", "browsers use the script, most other programs do not")


def test_a_variable_that_decides_and_cannot_be_read() -> None:
    seen = Proxies((ProxyVariable("https_proxy", readable=False),))
    assert ways(run("https://a.test", proxies=seen))[0].value == "cannot be read"


@pytest.mark.parametrize(
    ("proxies", "is_set"),
    [
        (Proxies(), False),
        (Proxies(settings=(ProxySetting("gnome"), ProxySetting("windows_user"))), False),
        (Proxies(settings=(ProxySetting("gnome", detect=True),)), True),
        (Proxies((ProxyVariable("http_proxy"),)), True),
    ],
)
def test_whether_anything_is_set(proxies: Proxies, is_set: bool) -> None:
    assert is_proxy_set(run("https://a.test", proxies=proxies)) is is_set


def test_a_run_that_ended_before_a_way_was_chosen() -> None:
    evidence = Evidence(msgspec.structs.replace(samples.EVIDENCE.run, trails=(Trail(samples.API, None),), machine=()), ())
    assert ways(evidence) == ()


def exempting(*entries: str) -> Proxies:
    return Proxies((ProxyVariable("https_proxy", PROXY),), entries, "NO_PROXY")


def test_one_value_of_no_proxy_that_all_programs_understand() -> None:
    seen = exempting("*.corp.test", "10.0.0.0/8")
    differing, line = bypass_line(run("https://a.corp.test", "https://10.1.2.3", "https://b.test", proxies=seen))
    assert line == "a.corp.test,10.1.2.3"
    assert differing.startswith(
        "a.corp.test (direct: Go, Java, Node, axios; proxied: curl, Python urllib, Python requests, Python httpx)"
    )
    assert "b.test" not in differing
    for url in ("https://a.corp.test", "https://10.1.2.3", "https://b.test"):
        readings = choose_route(parse_endpoint(url), exempting(*line.split(","))).readings
        assert len({one.reading for one in readings}) == 1


def test_an_address_of_ipv6_in_brackets_would_break_httpx() -> None:
    differing, line = bypass_line(run("https://[fd00::1]", proxies=exempting("fd00::/8")))
    assert "fail: Python httpx" in differing
    assert line == "fd00::1"


def test_where_all_programs_agree_there_is_nothing_to_say() -> None:
    assert bypass_line(run("https://a.corp.test", proxies=exempting("a.corp.test"))) == ("", "")
    assert bypass_line(run("https://a.corp.test", proxies=exempting("b.test"))) == ("", "")
    assert bypass_line(run("https://a.corp.test", proxies=Proxies((ProxyVariable("https_proxy", PROXY),)))) == ("", "")


def test_the_table_is_in_the_summary_and_on_the_page() -> None:
    text = " ".join(write_summary(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE).split())
    assert "Routes ------ - no proxy; endpoints: b.example.com:443, c.example.com:443 (no proxy is set)" in text
    assert "- HTTPS_PROXY: http://proxy.corp.test:3128; endpoints: api.example.com:443 (an environment variable says so)" in text
    page = write_page(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE)
    heads = ("Set by", "Value", "Endpoints", "Why")
    assert "".join(f'<th scope="col">{head}</th>' for head in heads) in page
    assert "<td>HTTPS_PROXY</td><td>http://proxy.corp.test:3128</td><td>api.example.com:443</td>" in page


def test_a_stranger_s_words_are_made_safe() -> None:
    hostile = "\x1b[2J<script>"
    seen = Proxies((ProxyVariable(hostile, ProxyAddress(hostile, 1)),), settings=(ProxySetting(hostile, detect=True),))
    evidence = run("https://a.test", proxies=seen)
    assert all(cell.isprintable() for row in ways(evidence) for cell in (row.place, row.value, row.endpoints, row.why))
    assert "<script>" not in write_page(samples.DIAGNOSIS, samples.CATALOGUE, evidence)
    evidence = Evidence(
        msgspec.structs.replace(evidence.run, trails=(Trail(samples.API, Route(RouteReason.SETTING, None, hostile)),)), ()
    )
    assert ways(evidence)[0].place.isprintable()
