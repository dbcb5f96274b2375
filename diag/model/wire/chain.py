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
_LONGEST = 16
"""How many presented certificates are read; what comes after is no chain."""


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
        """Whether the path ends in a root, so that nothing can be missing from it."""
        return self.top.self_signed

    @property
    def issuer(self) -> str:
        """By its name, the authority at which what was presented ends: the root, or who issued the last certificate."""
        return self.top.issuer_common_name or self.top.issuer

    @property
    def looks_public(self) -> bool:
        """Whether the server's own bears what public authorities must put in: log receipts (RFC 6962), or a public policy."""
        return self.leaf.has_scts or any(policy.startswith(PUBLIC_POLICIES) for policy in self.leaf.policies)


def presented(session: Session) -> Chain | None:
    """Return what a handshake presented; None where nothing was, or the server's own certificate cannot be read."""
    path = _path(session.chain[:_LONGEST])
    if not path:
        return None
    return Chain(tuple(certificate for _, certificate in path), tuple(der for der, _ in path), len(session.chain))


@lru_cache(256)
def _path(sent: tuple[bytes, ...]) -> tuple[tuple[bytes, Certificate], ...]:
    """The certificates from the server's own upwards, each signed by the next; empty where the first cannot be read."""
    known = [(der, certificate) for der in sent if not isinstance(certificate := read_certificate(der), Unreadable)]
    if not known or known[0][0] != sent[0]:
        return ()
    path = [known.pop(0)]
    while not path[-1][1].self_signed:
        above = next((pair for pair in known if signed_by(path[-1][0], pair[0])), None)
        if above is None:
            break
        known.remove(above)
        path.append(above)
    return tuple(path)


def codes(answer: Session | Trust) -> frozenset[int]:
    """Return the numbers of all complaints."""
    return frozenset(error.code for error in answer.verify_errors)


def untrusted(answer: Session | Trust) -> bool:
    """Return whether the store found no path to a root of its own. Dates, names and purposes are not looked at."""
    return bool(codes(answer) & UNTRUSTED)


def misfit(answer: Session | Trust, chain: Chain) -> int | None:
    """Return the depth of a certificate whose issuer was sent, and is not taken for it; None: there is none.

    It says so of an issuer by another key identifier than the issuer's (RFC 5280, section 4.2.1.1); or a broken extension in one
    of the two keeps the library from looking. The signature is right, so nothing is missing, and no trust is either.
    """
    depth = min((error.depth for error in answer.verify_errors if error.code in NO_ISSUER), default=len(chain.path))
    if depth + 1 >= len(chain.path):
        return None
    issued, issuer = chain.path[depth], chain.path[depth + 1]
    differs = bool(issued.authority_key_id and issuer.subject_key_id) and issued.authority_key_id != issuer.subject_key_id
    return depth if differs or issued.broken or issuer.broken else None


def namesake(answer: Session, chain: Chain) -> Certificate | None:
    """Return a certificate that was sent, bears the name of the issuer of the last one on the path, and did not sign it."""
    sent = read_chain(answer.chain[:_LONGEST])
    return next((one for one in sent if one.subject == chain.top.issuer and one not in chain.path), None)


def finds_path(answer: Session | Trust) -> bool:
    """Return whether a store was asked and found a path to a root of its own, whatever else it complained of."""
    return not answer.failure and not untrusted(answer)


def accepts(answer: Trust) -> bool:
    """Return whether a store was asked, found a path to a root of its own, and complained of nothing on it."""
    return not answer.failure and not answer.verify_errors
