"""Where programs take names from, and in which order: the line `hosts:` of nsswitch.conf(5), which glibc alone heeds."""

import re
from collections.abc import Iterable

from diag.model.expression import expression

_MOST = 16
_KNOWN = frozenset(
    {"files", "db", "compat", "dns", "resolve", "myhostname", "mymachines", "libvirt", "libvirt_guest", "hesiod"}
    | {"mdns", "mdns4", "mdns6", "mdns_minimal", "mdns4_minimal", "mdns6_minimal"}
    | {"nis", "nisplus", "ldap", "sss", "winbind", "wins"}
)
"""The sources that distributions ship."""
_ACTION = expression(r"(!?)\s*(SUCCESS|NOTFOUND|UNAVAIL|TRYAGAIN)\s*=\s*(return|continue|merge)\s*", re.IGNORECASE)
"""One status and what follows from it; a bracket holds one or several, in capitals or not."""
_WORD = expression(r"\[[^\]]*\]|[^\s\[\]]+")


def sources_of_hosts(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the words of the last line about hosts: sources, and what follows from their answers, as `[NOTFOUND=return]`.

    One that is not known is `other`; empty: the file does not say.
    """
    found: tuple[str, ...] = ()
    for line in lines:
        database, mark, words = line.partition("#")[0].partition(":")
        if mark and database.strip() == "hosts":
            found = tuple(map(_word, _WORD.findall(words)))[:_MOST]
    return found


def asks_resolved(sources: Iterable[str]) -> bool:
    """Return whether programs ask systemd-resolved for names, whatever resolv.conf says: it stands before `dns`."""
    words = [*sources]
    return "resolve" in words and "dns" not in words[: words.index("resolve")]


def _word(written: str) -> str:
    if written.startswith("["):
        inside = written[1:-1].strip()
        told = [f"{negated}{status.upper()}={action.lower()}" for negated, status, action in _ACTION.findall(inside)]
        return f"[{' '.join(told)}]" if told and not _ACTION.sub("", inside) else "other"
    return written if written in _KNOWN else "other"
