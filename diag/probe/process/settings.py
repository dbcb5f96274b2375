"""Of a process' environment and command line, what decides how its connections go; everything else is passed over unread."""

import re
from collections.abc import Iterable, Mapping, Sequence

from diag.probe.machine.java_options import PROXY_HOSTS, SWITCH
from diag.probe.machine.proxies import SWITCHES
from diag.probe.machine.trust import FILE_VARIABLES, FOLDER_VARIABLE, JAVA_VARIABLES
from diag.probe.proxy_value import EXCEPTIONS, VARIABLES

WANTED = frozenset(
    (
        *VARIABLES,
        *EXCEPTIONS,
        *FILE_VARIABLES,
        FOLDER_VARIABLE,
        *SWITCHES,
        *JAVA_VARIABLES,
        "JAVA_HOME",
        "NODE_OPTIONS",
        "GODEBUG",
    )
)
"""The variables that are taken over from the process."""
PATHS = frozenset((*FILE_VARIABLES, FOLDER_VARIABLE, "JAVA_HOME"))
"""Those that name files, which are the process' own."""
_FIRST_OPTIONS = JAVA_VARIABLES[-1]
"""Of the variables with options for Java the one that is read last, and so wins."""
_PROPERTIES = (
    *PROXY_HOSTS,
    *("https.proxyPort", "http.proxyPort", "socksProxyPort", "http.nonProxyHosts", SWITCH),
    "javax.net.ssl.trustStore",
)
_PROPERTY = re.compile(rf"-D(?:{'|'.join(map(re.escape, _PROPERTIES))})=\S*\Z")
_SWITCHES_SEEN = {
    "NODE_OPTIONS": (
        "--use-openssl-ca",
        "--use-system-ca",
        "--use-bundled-ca",
        "--tls-min-v1.0",
        "--tls-min-v1.1",
        "--tls-min-v1.2",
        "--openssl-legacy-provider",
        "--use-env-proxy",
        "--dns-result-order=ipv4first",
        "--dns-result-order=verbatim",
    ),
    "GODEBUG": (
        "netdns=go",
        "netdns=cgo",
        "http2client=0",
        "x509ignoreCN=0",
        "tlsrsakex=1",
        "tls10server=1",
        "x509usefallbackroots=1",
    ),
}
"""Words of these variables that matter; no other word of them is kept."""


def taken_over(environment: Mapping[str, str], command: Sequence[str]) -> dict[str, str]:
    """Return the settings of a process: variables, with the properties of a Java command line among its options."""
    found = {name: value for name, value in environment.items() if name in WANTED}
    told = " ".join(word for word in command if _PROPERTY.match(word))
    if told:
        found[_FIRST_OPTIONS] = f"{found.get(_FIRST_OPTIONS, '')} {told}".strip()
    return found


def switches_in(environment: Mapping[str, str], command: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the words that switch something about connections in Node or Go."""
    words = {name: re.split(r"[\s,]+", environment.get(name, "")) for name in _SWITCHES_SEEN}
    words["NODE_OPTIONS"] += list(command)
    return tuple(known for name, listed in _SWITCHES_SEEN.items() for known in listed if known in words[name])
