"""Where the aliases of a name lead (CNAME: RFC 1034, section 3.6.2)."""

from diag.model.wire.dns_plain import LONGEST_CHAIN


def canonical(name: str, aliases: dict[str, str]) -> str:
    """Return where the aliases of a name lead; the name itself where it has none."""
    return (name, *chain_of(name, aliases))[-1]


def chain_of(name: str, aliases: dict[str, str]) -> tuple[str, ...]:
    """Return the names that the aliases of a name lead to, one after the other; empty where it has none."""
    chain: list[str] = []
    while name in aliases and len(chain) < LONGEST_CHAIN:
        name = aliases[name]
        chain.append(name)
    return tuple(chain)
