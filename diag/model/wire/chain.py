"""The certificates that a server presented, read from its own upwards: how far they reach, and what a store said of them."""

from functools import lru_cache

from msgspec import Struct

from diag.model.answer import Session, Trust
from diag.model.wire.certificate import read_certificate, read_chain, signed_by
from diag.model.wire.facts import Certificate
from diag.model.wire.unreadable import Unreadable

NOT_YET_VALID = 9
EXPIRED = 10
SELF_SIGNED_LEAF = 18
SELF_SIGNED_ABOVE = 19
NO_ISSUER = frozenset({2, 20, 21})
"""The issuer of the last certificate was not found, neither among those sent nor in the store."""
UNTRUSTED = NO_ISSUER | {SELF_SIGNED_LEAF, SELF_SIGNED_ABOVE, 27}
"""Every number (X509_V_ERR) by which OpenSSL says that no path to a trusted root was found."""
PUBLIC_POLICIES = "2.23.140.1."
"""Below this the CA/Browser Forum numbers the policies of publicly trusted certificates."""
_READ_BEFORE = frozenset(
    {
        *("2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.35", "2.5.29.37"),
        *("2.16.840.1.113730.1.1", "1.3.6.1.5.5.7.1.7", "1.3.6.1.5.5.7.1.8", "1.3.6.1.5.5.7.1.14"),
    }
)
"""The extensions that OpenSSL reads before all else (x509v3_cache_extensions). Others, such as policies, may be broken."""
_LONGEST = 40
"""How many presented certificates are read; what comes after is no chain."""


_MOST_WAYS = 8
"""How many ways through what was presented are looked at."""


class Chain(Struct, frozen=True):
    """The presented certificates that lead upwards from the server's own, each signed by the next."""

    path: tuple[Certificate, ...]
    """The server's own first; never empty."""
    der: tuple[bytes, ...]
    """The same, as presented."""
    sent: int
    """How many certificates were presented, those beside the path included."""

    @property
    def leaf(self) -> Certificate:
        """The server's own."""
        return self.path[0]

    @property
    def top(self) -> Certificate:
        """The last one that was presented on the path."""
        return self.path[-1]

    @property
    def whole(self) -> bool:
        """Whether nothing can be missing: the path ends in a root, or in an authority for which one of the path has signed."""
        return self.top.self_signed or any(signed_by(self.der[-1], der) for der in self.der[:-1])

    @property
    def issuer(self) -> str:
        """By its name, the authority at which what was presented ends: the root, or who issued the last certificate."""
        return self.top.issuer_common_name or self.top.issuer

    @property
    def looks_public(self) -> bool:
        """Whether the server's own bears what public authorities must put in: log receipts (RFC 6962), or a public policy."""
        return self.leaf.has_scts or any(policy.startswith(PUBLIC_POLICIES) for policy in self.leaf.policies)


def presented(session: Session) -> Chain | None:
    """Return what a handshake presented; None where nothing was, or the server's own certificate cannot be read.

    Where several lead upwards, the path is the one that the verification took, as far as that is known.
    """
    path = _path(session.chain[:_LONGEST], session.verified)
    if not path:
        return None
    return Chain(tuple(certificate for _, certificate in path), tuple(der for der, _ in path), len(session.chain))


@lru_cache(256)
def _path(sent: tuple[bytes, ...], verified: tuple[int, ...]) -> tuple[tuple[bytes, Certificate], ...]:
    """The certificates from the server's own upwards, each signed by the next; empty where the first cannot be read.

    They are those that the verification went over. Where it did not end in the store, they go on by who signed.
    """
    known = [(der, certificate) for der in sent if not isinstance(certificate := read_certificate(der), Unreadable)]
    if not known or known[0][0] != sent[0]:
        return ()
    path = [known.pop(0)]
    for place in verified[1:]:
        above = next((pair for pair in known if 0 <= place < len(sent) and pair[0] == sent[place]), None)
        if above is None:
            return tuple(path)
        known.remove(above)
        path.append(above)
    while not path[-1][1].self_signed:
        above = next((pair for pair in known if signed_by(path[-1][0], pair[0])), None)
        if above is None:
            break
        known.remove(above)
        path.append(above)
    return tuple(path)


def places(answer: Session, chain: Chain) -> tuple[int, ...]:
    """Return where the certificates of the path stand among those that were presented."""
    return tuple(answer.chain.index(der) for der in chain.der)


def other_ways(answer: Session) -> tuple[tuple[int, ...], ...]:
    """Return the other ways upwards through what was presented, each as places in it, the server's own first.

    An authority stands on a way once, so that those which sign for each other end it (RFC 4158, section 2.4.2).
    """
    chain = presented(answer)
    if chain is None or chain.sent <= len(chain.path):
        return ()
    taken = places(answer, chain)
    return tuple(way for way in _ways(answer.chain[:_LONGEST]) if way != taken)


@lru_cache(256)
def _ways(sent: tuple[bytes, ...]) -> tuple[tuple[int, ...], ...]:
    read = {place: one for place, der in enumerate(sent) if not isinstance(one := read_certificate(der), Unreadable)}
    found: list[tuple[int, ...]] = []
    open_ways: list[tuple[int, ...]] = [(0,)]
    while open_ways and len(found) < _MOST_WAYS:
        way = open_ways.pop()
        seen = {read[place].key_fingerprint for place in way}
        above = [
            place
            for place, one in read.items()
            if one.subject == read[way[-1]].issuer and one.key_fingerprint not in seen and signed_by(sent[way[-1]], sent[place])
        ]
        open_ways += [(*way, place) for place in reversed(above)]
        if not above:
            found.append(way)
    return tuple(found)


def codes(answer: Session | Trust) -> frozenset[int]:
    """Return the numbers of all complaints."""
    return frozenset(error.code for error in answer.verify_errors)


def untrusted(answer: Session | Trust) -> bool:
    """Return whether the store found no path to a root of its own. Dates, names and purposes are not looked at."""
    return bool(codes(answer) & UNTRUSTED)


def misfit(answer: Session | Trust, chain: Chain) -> int | None:
    """Return the depth of a certificate whose issuer was sent, and is not taken for it; None: there is none.

    It says so of an issuer by another key identifier than the issuer's (RFC 5280, section 4.2.1.1); or a broken extension in one
    of the two keeps the library from looking. The signature is right, so nothing is missing, and no trust is either. Where the
    certificate itself is broken so, or names no issuer, none is looked for, sent or not.
    """
    depth = min((error.depth for error in answer.verify_errors if error.code in NO_ISSUER), default=len(chain.path))
    if depth not in range(len(chain.path)):
        return None
    issued, *above = chain.path[depth : depth + 2]
    if stops_search(issued):
        return depth
    differs = any(
        one.subject_key_id and issued.authority_key_id and issued.authority_key_id != one.subject_key_id for one in above
    )
    return depth if differs or any(map(stops_search, above)) else None


def stops_search(certificate: Certificate) -> bool:
    """Return whether OpenSSL looks for no issuer of this one: it names none, or an extension is broken that is read for that."""
    return not certificate.issuer or not _READ_BEFORE.isdisjoint(certificate.broken)


def namesake(answer: Session, chain: Chain) -> Certificate | None:
    """Return a certificate that was sent, bears the name of the issuer of the last one on the path, and did not sign it.

    None as well where that cannot be known, because the library knows no such signature or key.
    """
    if chain.top.signature:
        return None
    sent = read_chain(answer.chain[:_LONGEST])
    return next((one for one in sent if one.subject == chain.top.issuer and one.key_bits and one not in chain.path), None)


def finds_path(answer: Session | Trust) -> bool:
    """Return whether a store was asked and found a path to a root of its own, whatever else it complained of."""
    return not answer.failure and not untrusted(answer)


def accepts(answer: Trust) -> bool:
    """Return whether a store was asked, found a path to a root of its own, and complained of nothing on it."""
    return not answer.failure and not answer.verify_errors
