"""What systems themselves say about proxies, from recorded samples: Windows, macOS."""

import os
import struct

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag.model.machine import Proxies, ProxySetting, ScriptAddress
from diag.model.question import Inspect, Topic
from diag.model.route import ProxyAddress
from diag.model.secret import Secret
from diag.probe.inspect import Inspector
from diag.probe.machine.settings.registry import RegistryValue, WindowsRegistry
from diag.probe.machine.settings.value import proxy_at, proxy_named, script_named
from diag.probe.machine.settings.windows import MACHINE, POLICY, USER
from tests.probe.windows import Keys, written

PROXY = ProxyAddress("proxy.corp.test", 8080)
OTHER = ProxyAddress("other.corp.test", 3129)


def seen(inspector: Inspector) -> tuple[ProxySetting, ...]:
    facts = inspector.ask(Inspect(Topic.PROXIES))
    assert isinstance(facts, Proxies)
    return facts.settings


def windows(keys: Keys) -> tuple[ProxySetting, ...]:
    return seen(Inspector({}, system="Windows", windows=written(keys)))


def windows_user(**values: RegistryValue) -> ProxySetting:
    user, machine = windows({USER: values})
    assert machine == ProxySetting("windows_machine")
    return user


def packed(flags: int, server: str = "", override: str = "", script: str = "", version: int = 0x46) -> bytes:
    """A connection's settings as Windows keeps them."""
    texts = b"".join(struct.pack("<I", len(text.encode())) + text.encode() for text in (server, override, script))
    return struct.pack("<III", version, 17, flags) + texts + b"\0" * 32


def macos(text: str | None) -> tuple[ProxySetting, ...]:
    lines = None if text is None else tuple(text.splitlines())
    return seen(Inspector({}, system="Darwin", run=lambda command: lines))


@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows", "Plan9"])
def test_where_nothing_tells_there_is_no_setting_of_anybody(system: str) -> None:
    inspector = Inspector({}, system=system, run=lambda command: None)
    assert seen(inspector) == ((ProxySetting("windows_user"), ProxySetting("windows_machine")) if system == "Windows" else ())


# Windows


@pytest.mark.parametrize(
    ("server", "http", "https", "socks"),
    [
        ("proxy.corp.test:8080", PROXY, PROXY, None),
        ("http://proxy.corp.test:8080", PROXY, PROXY, None),
        ("https=proxy.corp.test:8080", None, PROXY, None),
        ("http=other.corp.test:3129;https=proxy.corp.test:8080;ftp=x.test:21", OTHER, PROXY, None),
        ("HTTP=other.corp.test:3129 https=http://proxy.corp.test:8080/", OTHER, PROXY, None),
        ("socks=proxy.corp.test", None, None, ProxyAddress("proxy.corp.test", 1080, "socks4")),
        ("http=other.corp.test:3129;proxy.corp.test:8080", OTHER, PROXY, None),
        ("PROXY.corp.test", ProxyAddress("proxy.corp.test", 80), ProxyAddress("proxy.corp.test", 80), None),
        ("[2001:DB8::1]:3128", ProxyAddress("2001:db8::1", 3128), ProxyAddress("2001:db8::1", 3128), None),
        ("", None, None, None),
        (";;", None, None, None),
    ],
)
def test_the_server_of_windows_in_its_two_forms(
    server: str, http: ProxyAddress | None, https: ProxyAddress | None, socks: ProxyAddress | None
) -> None:
    expected = ProxySetting("windows_user", http=http, https=https, socks=socks)
    assert windows_user(ProxyEnable=1, ProxyServer=server) == expected
    assert windows_user(ProxyEnable="1", ProxyServer=server) == expected
    assert windows_user(ProxyEnable=0, ProxyServer=server) == ProxySetting("windows_user")
    assert windows_user(ProxyServer=server) == ProxySetting("windows_user")


def test_exceptions_of_windows() -> None:
    setting = windows_user(
        ProxyEnable=1,
        ProxyServer="proxy.corp.test:8080",
        ProxyOverride="*.corp.test;10.* ;<LOCAL>;https://x.test:8443; ;u:p@y.test",
    )
    assert setting.exceptions == ("*.corp.test", "10.*", "https://x.test:8443", "@")
    assert setting.plain_names_direct


def test_a_script_and_detection_of_windows() -> None:
    url = "http://me:pass@pac.corp.test/proxy.pac?token=t0ken#part"
    keys = {
        USER: {"AutoConfigURL": url, "ProxyEnable": 0},
        rf"{USER}\Connections": {"DefaultConnectionSettings": packed(0x9 | 0x4, script="http://old.test/")},
    }
    inspector = Inspector({}, system="Windows", windows=written(keys))
    script = ScriptAddress("http", "pac.corp.test", 80, "/proxy.pac")
    assert seen(inspector)[0] == ProxySetting("windows_user", script=script, detect=True)
    assert inspector.scripts == {script: Secret(url)}


def test_the_binary_value_counts_where_the_plain_ones_are_missing() -> None:
    def user(value: RegistryValue) -> ProxySetting:
        return windows({rf"{USER}\Connections": {"DefaultConnectionSettings": value}})[0]

    full = ProxySetting(
        "windows_user", http=PROXY, https=PROXY, exceptions=("*.a.test",), script=ScriptAddress("http", "pac.test", 80, "/x")
    )
    whole = packed(0x7, "proxy.corp.test:8080", "*.a.test", "http://pac.test/x")
    assert user(whole) == full
    assert user(packed(0x1, "proxy.corp.test:8080", "*.a.test", "http://pac.test/x")) == ProxySetting("windows_user")
    assert user(packed(0x9)) == ProxySetting("windows_user", detect=True)
    for end in range(len(whole) - 32):
        assert user(whole[:end]).source == "windows_user"
    assert user(whole[:12] + b"\xff" * 4 + whole[16:]) == ProxySetting("windows_user")
    assert user("text") == user(b"") == ProxySetting("windows_user")


@pytest.mark.parametrize("version", [0x18, 0x28])
def test_the_settings_of_winhttp(version: int) -> None:
    def machine(value: bytes) -> ProxySetting:
        return windows({rf"{MACHINE}\Connections": {"WinHttpSettings": value}})[1]

    assert machine(bytes.fromhex("1800000000000000010000000000000000000000")) == ProxySetting("windows_machine")
    assert machine(packed(3, "proxy.corp.test:8080", "<local>;*.corp.test", version=version)) == ProxySetting(
        "windows_machine", http=PROXY, https=PROXY, exceptions=("*.corp.test",), plain_names_direct=True
    )


def test_a_policy_puts_the_machine_s_settings_before_the_user_s() -> None:
    keys: Keys = {
        USER: {"ProxyEnable": 1, "ProxyServer": "other.corp.test:3129"},
        MACHINE: {"ProxyEnable": 1, "ProxyServer": "proxy.corp.test:8080"},
    }
    assert [one.source for one in windows(keys)] == ["windows_user", "windows_machine"]
    assert [one.source for one in windows({**keys, POLICY: {"ProxySettingsPerUser": 1}})] == ["windows_user", "windows_machine"]
    forced = windows({**keys, POLICY: {"ProxySettingsPerUser": 0}})
    assert [(one.source, one.https) for one in forced] == [
        ("windows_policy", PROXY),
        ("windows_user", OTHER),
        ("windows_machine", None),
    ]
    assert windows({**keys, POLICY: {"ProxySettingsPerUser": 0, "ProxyServer": "other.corp.test:3129"}})[0].https == OTHER


def test_values_of_other_kinds_cost_nothing() -> None:
    odd: dict[str, RegistryValue] = {
        "ProxyEnable": b"\x01",
        "ProxyServer": ["a", "b"],
        "ProxyOverride": None,
        "AutoConfigURL": 7,
        "AutoDetect": "x" * 99,
    }
    assert windows_user(**odd) == ProxySetting("windows_user")


def test_there_is_no_registry_elsewhere() -> None:
    if os.name != "nt":
        assert WindowsRegistry().values(USER) == {}
        assert WindowsRegistry().keys(USER) is None


# macOS

SCUTIL = """\
<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
    2 : u:p@x.test
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 8080
  HTTPProxy : proxy.corp.test
  HTTPSEnable : 1
  HTTPSPort : 3129
  HTTPSProxy : other.corp.test
  HTTPSUser : somebody
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : https://pac.corp.test/p.pac?key=hush
  ProxyAutoDiscoveryEnable : 1
  SOCKSEnable : 0
  SOCKSPort : 1080
  SOCKSProxy : socks.corp.test
  __SCOPED__ : <dictionary> {
    en0 : <dictionary> {
      HTTPEnable : 0
      HTTPProxy : scoped.test
      ExceptionsList : <array> {
        0 : scoped
      }
    }
  }
}"""


def test_a_full_answer_of_scutil() -> None:
    assert macos(SCUTIL) == (
        ProxySetting(
            "macos",
            http=PROXY,
            https=OTHER,
            exceptions=("*.local", "169.254/16", "@"),
            plain_names_direct=True,
            script=ScriptAddress("https", "pac.corp.test", 443, "/p.pac"),
            detect=True,
        ),
    )


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("<dictionary> {\n  FTPPassive : 1\n}", ProxySetting("macos")),
        ("", ProxySetting("macos")),
        ("}\n}\n}\nHTTPEnable : 1\nHTTPProxy : a.test\n", ProxySetting("macos", http=ProxyAddress("a.test", 80))),
        ("  SOCKSEnable : 1\n  SOCKSProxy : s.test", ProxySetting("macos", socks=ProxyAddress("s.test", 1080, "socks5h"))),
        ("  HTTPSEnable : 1\n  HTTPSProxy : http://a.test", ProxySetting("macos", readable=False)),
        ("  HTTPSEnable : 1\n  HTTPSProxy : us:word@a.test", ProxySetting("macos", https=ProxyAddress("a.test", 80))),
        (
            "  HTTPSEnable : 1\n  HTTPSPort : 99999999999\n  HTTPSProxy : a.test",
            ProxySetting("macos", https=ProxyAddress("a.test", 80)),
        ),
        ("  ProxyAutoConfigEnable : 0\n  ProxyAutoConfigURLString : http://a.test/", ProxySetting("macos")),
        ("  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : nonsense", ProxySetting("macos", readable=False)),
    ],
)
def test_answers_of_scutil(text: str, setting: ProxySetting) -> None:
    body = text if text.startswith(("<", "}")) or not text else f"<dictionary> {{\n{text}\n}}"
    assert macos(body) == (setting,)


# values


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://pac.test/proxy.pac", ScriptAddress("http", "pac.test", 80, "/proxy.pac")),
        (" HTTPS://PAC.test:8443 ", ScriptAddress("https", "pac.test", 8443, "/")),
        ("http://[2001:DB8::1]/p", ScriptAddress("http", "2001:db8::1", 80, "/p")),
        ("http://hunter:opensesame@pac.test/p?opensesame#opensesame", ScriptAddress("http", "pac.test", 80, "/p")),
        ("http://hunter:open@sesame@pac.test/p", None),
        ("http://hunter:open/sesame@pac.test/p", None),
        ("http://hunter:opensesame@:80/p", None),
        ("file:///etc/proxy.pac", ScriptAddress("file", path="/etc/proxy.pac")),
        ("file://localhost/etc/proxy.pac", ScriptAddress("file", path="/etc/proxy.pac")),
        ("file:///C:/net/proxy.pac", ScriptAddress("file", path="C:/net/proxy.pac")),
        ("file://C:/net/proxy.pac", ScriptAddress("file", path="C:/net/proxy.pac")),
        (r"file://C:\net\proxy.pac", ScriptAddress("file", path="C:/net/proxy.pac")),
        ("file://server/share/p.pac", ScriptAddress("file", path="//server/share/p.pac")),
        ("data:application/x-ns-proxy-autoconfig;base64,b3BlbnNlc2FtZQ==", ScriptAddress("data")),
        ("ftp://pac.test/", None),
        ("pac.test/proxy.pac", None),
        ("", None),
        ("http://pac.test/a\x1b[2Jb", ScriptAddress("http", "pac.test", 80, "/a\ufffd[2Jb")),
        ("http://pac.test/" + "a" * 5_000, None),
    ],
)
def test_the_address_of_a_script(url: str, address: ScriptAddress | None) -> None:
    assert script_named(url) == address


def test_a_login_in_a_setting_comes_out_of_no_field() -> None:
    text = "http=http://hunter:opensesame@proxy.test:1;https=hunter:open@sesame@proxy.test:2"
    found = windows_user(ProxyEnable=1, ProxyServer=text, ProxyOverride="hunter:opensesame@x", AutoConfigURL=f"http://{text}")
    assert found.http == ProxyAddress("proxy.test", 1)
    assert not found.readable
    assert b"sesame" not in msgspec.json.encode(found)
    assert b"hunter" not in msgspec.json.encode(found)


@given(st.text(), st.integers(0, 99_999))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_a_reader(text: str, port: int) -> None:
    for proxy in (proxy_named(text), proxy_at(text, port)):
        assert proxy is None or (0 < proxy.port < 65_536 and proxy.host.isprintable() and not proxy.login)
    script = script_named(text)
    assert script is None or script.path.isprintable()
    assert windows_user(ProxyEnable=1, ProxyServer=text, ProxyOverride=text, AutoConfigURL=text).source == "windows_user"
    assert macos(f"<dictionary> {{\n  HTTPEnable : 1\n  HTTPProxy : {text}\n  HTTPPort : {text}\n}}")[0].source == "macos"


def test_a_demonstration_leaves_the_system_s_settings_alone() -> None:
    inspector = Inspector({"https_proxy": "proxy.corp.test:8080"}, system="Windows", windows=written(), settings=False)
    facts = inspector.ask(Inspect(Topic.PROXIES))
    assert isinstance(facts, Proxies)
    assert (len(facts.variables), facts.settings) == (1, ())
