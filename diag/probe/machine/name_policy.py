"""Windows' name resolution policy: rules by which some names are asked of servers of their own, in place of all others.

[MS-GPNRPT], section 2.2.2. Untried there: written from its documentation.
"""

import re
from collections.abc import Iterator

from diag.model.machine import ScopedResolvers
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.written import MOST_SCOPES, MOST_SERVERS, read_domains, read_server

_RULES = (
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient\DnsPolicyConfig",
    r"HKLM\SYSTEM\CurrentControlSet\Services\Dnscache\Parameters\DnsPolicyConfig",
)
"""Rules of the company come first: where there are any, those of this computer do not count."""
_WITH_SERVERS = 0x8
"""The bit of ConfigOptions by which a rule names servers ([MS-GPNRPT], section 2.2.2.2)."""


def read_policy(run: RunProgram) -> tuple[ScopedResolvers, ...]:
    """The rules of Windows that send names to servers of their own; empty where there are none, or they may not be read."""
    for key in _RULES:
        rules = tuple(_rules(run(("reg", "query", key, "/s"))))
        if rules:
            return rules[:MOST_SCOPES]
    return ()


def _rules(lines: tuple[str, ...] | None) -> Iterator[ScopedResolvers]:
    """Rules as `reg query` prints them: a key's path, then its values, indented: name, type and data, four spaces apart."""
    values: dict[str, str] = {}
    for line in (*(lines or ()), "HKEY_"):
        if line.startswith("HKEY_"):
            yield from _rule(values)
            values = {}
            continue
        name, _, rest = line.strip().partition("    ")
        values[name.lower()] = rest.partition("    ")[2].strip()


def _rule(values: dict[str, str]) -> Iterator[ScopedResolvers]:
    """One rule. A name with a leading dot is a suffix, one without it a single name (of what is below that we take no account);
    `.` alone is every name.
    """
    options = values.get("configoptions", "")
    if not re.fullmatch(r"0x[0-9a-f]{1,8}", options) or not int(options, 16) & _WITH_SERVERS:
        return
    names = values.get("name", "").split(r"\0")
    texts = re.split(r"[;,\s]+", values.get("genericdnsservers", ""))
    servers = tuple(server for text in texts for server in read_server(text))[:MOST_SERVERS]
    domains = tuple(read_domains(name.removeprefix(".") for name in names))
    if servers and (domains or "." in names):
        yield ScopedResolvers(servers, domains, whole="." in names)
