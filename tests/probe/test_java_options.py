"""What the options for every Java program say of proxies, and that nothing else of them is kept."""

import msgspec
import pytest

from diag.model.machine import ExceptionList, Proxies, ProxyVariable
from diag.model.route import ProxyAddress
from diag.probe.machine.java_options import java_properties, java_switches
from diag.probe.machine.proxies import read_proxies


@pytest.mark.parametrize(
    ("options", "proxies", "entries"),
    [
        ("-Dhttps.proxyHost=proxy.test -Dhttps.proxyPort=3128", [("https.proxyHost", "proxy.test", 3128)], ()),
        ("-Dhttps.proxyHost=proxy.test", [("https.proxyHost", "proxy.test", 443)], ()),
        (
            '-Xmx1g -Dhttp.proxyHost="p.test" -Dhttp.nonProxyHosts=localhost|*.a.test',
            [("http.proxyHost", "p.test", 80)],
            ("localhost", "*.a.test"),
        ),
        ("-DsocksProxyHost=s.test", [("socksProxyHost", "s.test", 1080)], ()),
        ("-Dmy.https.proxyHost=proxy.test", [], ()),
        ("", [], ()),
    ],
)
def test_the_properties_are_read(options: str, proxies: list[tuple[str, str, int]], entries: tuple[str, ...]) -> None:
    found, lists = java_properties({"JAVA_TOOL_OPTIONS": options})
    assert [(one.name, one.proxy and one.proxy.host, one.proxy and one.proxy.port) for one in found] == proxies
    assert lists == ((ExceptionList("http.nonProxyHosts", entries),) if entries else ())


def test_a_later_variable_wins() -> None:
    found, _ = java_properties({"JAVA_TOOL_OPTIONS": "-Dhttps.proxyHost=a.test", "_JAVA_OPTIONS": "-Dhttps.proxyHost=b.test"})
    assert found == (ProxyVariable("https.proxyHost", ProxyAddress("b.test", 443)),)


def test_an_address_that_is_none_is_said_to_be_unreadable() -> None:
    found, _ = java_properties({"JAVA_TOOL_OPTIONS": "-Dhttps.proxyHost=a.test -Dhttps.proxyPort=many"})
    assert found == (ProxyVariable("https.proxyHost", readable=False),)


def test_a_switch_counts_where_it_is_on() -> None:
    assert java_switches({"JAVA_TOOL_OPTIONS": "-Dhttp.useProxy=true"}) == ("http.useProxy",)
    assert java_switches({"JAVA_TOOL_OPTIONS": "-Dhttp.useProxy=false"}) == ()


def test_no_password_among_the_options_is_kept() -> None:
    options = "-Dhttps.proxyHost=proxy.test -Dhttps.proxyPassword=Canary1 -Djavax.net.ssl.trustStorePassword=Canary2 -Dx=Canary3"
    found = read_proxies({"JAVA_TOOL_OPTIONS": options, "NODE_USE_ENV_PROXY": "1"})
    assert isinstance(found, Proxies)
    assert found.switches == ("NODE_USE_ENV_PROXY",)
    assert b"Canary" not in msgspec.json.encode(found)
