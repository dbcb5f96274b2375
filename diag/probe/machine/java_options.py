"""The options for every Java program that speak of proxies: system properties, as `JAVA_TOOL_OPTIONS` and its kin set them.

Of those variables nothing else is read: they may hold passwords. (`java.net` properties, in the documentation of the JDK.)
"""

import re
from collections.abc import Mapping

from diag.model.expression import expression
from diag.model.machine import ExceptionList, ProxyVariable
from diag.model.route import ProxyAddress
from diag.model.text import clean
from diag.probe.machine.settings.value import exceptions_in
from diag.probe.machine.trust import JAVA_VARIABLES
from diag.probe.proxy_value import read_proxy

PROXY_HOSTS = {"https.proxyHost": "443", "http.proxyHost": "80", "socksProxyHost": "1080"}
"""The properties that name a proxy, with the port that holds where none is set."""
SWITCH = "http.useProxy"
_LIST = "http.nonProxyHosts"
_NAMES = "|".join(map(re.escape, (*PROXY_HOSTS, "https.proxyPort", "http.proxyPort", "socksProxyPort", _LIST, SWITCH)))
_PROPERTY = expression(rf"(?:^|\s)-D({_NAMES})=(\"[^\"]*\"|'[^']*'|\S*)")


def java_properties(environment: Mapping[str, str]) -> tuple[tuple[ProxyVariable, ...], tuple[ExceptionList, ...]]:
    """Return the proxies that the options name, and the exceptions: of several variables the last that is read wins."""
    told = _told(environment)
    proxies = tuple(_variable(name, host, told) for name in PROXY_HOSTS if (host := told.get(name)))
    entries = told.get(_LIST, "")
    return proxies, (ExceptionList(_LIST, exceptions_in(entries.split("|"))),) if entries else ()


def java_switches(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the properties that switch the reading of proxies on."""
    return (SWITCH,) if _told(environment).get(SWITCH, "").lower() == "true" else ()


def _told(environment: Mapping[str, str]) -> dict[str, str]:
    options = " ".join(environment.get(name, "") for name in JAVA_VARIABLES)
    return {name: value.strip("\"'") for name, value in _PROPERTY.findall(options)} if "-D" in options else {}


def _variable(name: str, host: str, told: Mapping[str, str]) -> ProxyVariable:
    port = told.get(name.replace("Host", "Port")) or PROXY_HOSTS[name]
    read = read_proxy(f"http://{clean(host)}:{port}")
    if read is None:
        return ProxyVariable(name, readable=False)
    address = read[0]
    socks = name.startswith("socks")
    return ProxyVariable(name, ProxyAddress(address.host, address.port, "socks5" if socks else "http", address.login))
