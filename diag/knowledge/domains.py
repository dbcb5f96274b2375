"""Whose a name is: the part of a host that one owner has registered, by the Public Suffix List (publicsuffix.org).

The list comes with the library, so nobody is asked.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from diag.model.address import literal

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def registrable_domain(host: str) -> str:
    """Return the registry's suffix of a host and the label before it, in lower case; the host itself where it is an address.

    Only registries count (the list's ICANN section): hosts below one provider's domain (`github.io`, `blob.core.windows.net`)
    have that provider in common, which presents its own certificates there. A host that is itself a suffix, or a single
    label, has no owner that could be told: it is returned as it is.
    """
    name = host.rstrip(".").lower()
    if literal(name) is not None:
        return name
    return _registries().privatesuffix(name.removeprefix("*.")) or name


@lru_cache(maxsize=8)
def registrable_domains(hosts: frozenset[str]) -> frozenset[str]:
    """Return the registrable domains of many hosts; those of the same hosts are worked out once."""
    return frozenset(map(registrable_domain, hosts))


def same_owner(one: str, other: str) -> bool:
    """Return whether two hosts stand below one registrable domain."""
    return registrable_domain(one) == registrable_domain(other)


def is_shared_suffix(domain: str) -> bool:
    """Return whether strangers may own names right below this one, at a registry or at a provider (`com`, `co.uk`, `github.io`).

    So it is with every single label, too: nobody here says whose it is.
    """
    name = domain.strip(".").lower()
    return not name or _suffixes().is_public(name)


@cache
def _registries() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # as large as its list: only where owners are compared

    return PublicSuffixList(only_icann=True)


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # as above

    return PublicSuffixList()
