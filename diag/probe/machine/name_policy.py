"""Windows' name resolution policy: rules by which some names are asked of servers of their own, in place of all others.

[MS-GPNRPT], section 2.2.2.
"""

import re
from collections.abc import Iterator, Mapping

from diag.model.machine import ScopedResolvers
from diag.probe.machine.settings.registry import Registry, RegistryValue
from diag.probe.machine.written import MOST_SCOPES, MOST_SERVERS, read_domains, read_server

COMPANYS = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient\DnsPolicyConfig"
OWN = r"HKLM\SYSTEM\CurrentControlSet\Services\Dnscache\Parameters\DnsPolicyConfig"
_WITH_SERVERS = 0x8
"""The bit of ConfigOptions by which a rule names servers ([MS-GPNRPT], section 2.2.2.2)."""


def read_policy(registry: Registry) -> tuple[ScopedResolvers, ...]:
    """Return the rules of Windows that send names to servers of their own; empty where there are none, or they may not be read.

    Where the company's key is there, this computer's own rules do not count, whether or not a rule stands in it.
    """
    companys = registry.keys(COMPANYS)
    place, names = (OWN, registry.keys(OWN) or ()) if companys is None else (COMPANYS, companys)
    rules = (rule for name in names for rule in _rule(registry.values(rf"{place}\{name}")))
    return tuple(rules)[:MOST_SCOPES]


def _rule(values: Mapping[str, RegistryValue]) -> Iterator[ScopedResolvers]:
    """One rule.

    A name with a leading dot is a suffix, one without it a single name (of what is below that we take no account); `.` alone is
    every name.
    """
    by_name = {name.lower(): value for name, value in values.items()}
    options, names, listed = by_name.get("configoptions"), by_name.get("name"), by_name.get("genericdnsservers")
    if not isinstance(options, int) or not options & _WITH_SERVERS or not isinstance(listed, str):
        return
    written = [name for name in names if isinstance(name, str)] if isinstance(names, list) else [names or ""]
    texts = [text for text in written if isinstance(text, str)]
    servers = tuple(server for text in re.split(r"[;,\s]+", listed) for server in read_server(text))[:MOST_SERVERS]
    domains = tuple(read_domains(text.removeprefix(".") for text in texts))
    if servers and (domains or "." in texts):
        yield ScopedResolvers(servers, domains, whole="." in texts)
