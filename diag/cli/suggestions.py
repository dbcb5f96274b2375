"""What somebody meant who typed something else: the nearest of the words that there are."""

from collections.abc import Iterable, Sequence

from diag.language import PhraseTable, said

SYNONYMS = {
    "check": "run",
    "test": "run",
    "diagnose": "run",
    "probe": "run",
    "log": "read",
    "open": "show",
    "report": "show",
    "compare": "diff",
    "upload": "send",
    "list": "checks",
    "causes": "checks",
    "doc": "explain",
    "docs": "explain",
    "rule": "explain",
    "why": "explain",
    "mock": "lab",
    "ticket": "request",
}
"""Words of other tools, and what they are called here."""
OPTIONS = {
    "--connect-timeout": "--timeout",
    "--dns-servers": "--resolver",
    "--noproxy": "--no-proxy",
    "--ca-bundle": "--trust",
    "--ca-certificate": "--trust",
    "--certificate": "--cert",
    "--private-key": "--key",
    "--private": "--expect",
    "--public": "--expect",
    "--output-format": "--format",
    "--wait": "--every",
    "--yaml": "--format",
    "--markdown": "--format",
    "--text": "--format",
}
"""Options of other tools, and what they are called here."""
NOTHING_LIKE_IT = PhraseTable(
    "nothing_like_it",
    {
        "--insecure": "certificates are looked at, whatever comes of it: there is nothing to switch off",
        "-k": "certificates are looked at, whatever comes of it: there is nothing to switch off",
        "-4": "each address is looked at by itself, those of IPv4 and of IPv6",
        "-6": "each address is looked at by itself, those of IPv4 and of IPv6",
        "--resolve": "diag asks where a name leads, and never takes it as told: name the address as the endpoint",
    },
)
"""Options of other tools for which there is nothing here, and why."""


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return up to `most` of the known words that are spelt much like this one, the likest first; empty: none is."""
    import difflib  # of mistakes alone

    wanted = word.strip().lower()
    among = list(known)
    meant = [other for table in (SYNONYMS, OPTIONS) if (other := table.get(wanted)) in among]
    near = [*meant, *difflib.get_close_matches(wanted, among, most, cutoff=0.5)]
    return list(dict.fromkeys(near))[:most]


def hint(word: str, known: Iterable[str]) -> str:
    """Return the question whether one of the nearest was meant; empty: nothing is near."""
    return asked_whether(nearest(word, known))


def asked_whether(near: Sequence[str]) -> str:
    """Return the question "did you mean a or b?"; empty, where there is nothing to ask about."""
    return said("did you mean {near}?", near=said(" or ", "between two names").join(near)) if near else ""
