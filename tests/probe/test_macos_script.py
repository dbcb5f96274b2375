"""A proxy script that stands inside the settings of macOS, as a company's profile may put it there."""

from diag.model.machine import Proxies, ProxySetting
from diag.model.question import Inspect, Topic
from diag.probe.inspect import Inspector


def macos(text: str) -> tuple[ProxySetting, ...]:
    seen = Inspector({}, system="Darwin", run=lambda command: tuple(text.splitlines())).ask(Inspect(Topic.PROXIES))
    assert isinstance(seen, Proxies)
    return seen.settings


INSIDE = """\
<dictionary> {
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigJavaScript : function FindProxyForURL(url, host) { return "PROXY proxy.corp.test:8080"; }
}
"""


def test_a_script_inside_the_setting_of_macos_is_one_that_cannot_be_read_and_not_none() -> None:
    assert macos(INSIDE) == (ProxySetting("macos", readable=False),)
    assert macos(INSIDE.replace("Enable : 1", "Enable : 0")) == (ProxySetting("macos"),)
