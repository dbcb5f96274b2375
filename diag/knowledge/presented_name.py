"""Whether the certificate that was presented for a name is a stranger's: none of its names has the owner of that name.

A service that forgot a name in its certificate shows others of its own. A stranger's certificate says that this is another
server: the page of a DNS filter or of a network that wants a sign-in, an old address, or a host that many share.
"""

from diag.knowledge.domains import registrable_domain, same_owner
from diag.model.address import literal
from diag.model.wire.certificate import covers, read_chain
from diag.model.wire.facts import Certificate


def own_comes_later(chain: tuple[bytes, ...], host: str) -> bool:
    """Return whether the first certificate that was sent is not for `host`, and one after it is: the order is wrong."""
    first, *others = read_chain(chain) or (None,)
    return first is not None and not covers(first, host) and any(covers(other, host) for other in others)


def is_strangers(leaf: Certificate, host: str) -> bool:
    """Return whether all names of a certificate belong to others than the owner of `host`; False where that has no owner."""
    if literal(host) is not None or not registrable_domain(host) or covers(leaf, host):
        return False
    names = [name.removeprefix("*.") for name in leaf.names]
    owned = [name for name in names if literal(name) is None and registrable_domain(name)]
    return bool(names) and len(owned) == len(names) and not any(same_owner(name, host) for name in owned)
