"""Certificates that the OpenSSL of a run could not check, because it does not know the algorithm of a key or of a signature.

It says of them that no issuer was found, as of one that was not sent or is not trusted. Which algorithms it knows follows from
its version, so that the judgement is the same wherever the evidence is read.
"""

import re
from enum import StrEnum

from msgspec import Struct

from diag.model.endpoint_view import EndpointView
from diag.model.view import remembered
from diag.model.wire.algorithms import known_since
from diag.model.wire.certificate import read_chain
from diag.model.wire.chain import NO_ISSUER, presented
from diag.model.wire.facts import UNREADABLE_KEY, Certificate

_USUAL = frozenset({"RSA", "EC", "Ed25519", "Ed448", "DSA"})


class UnknownPart(StrEnum):
    """What of a certificate is of an algorithm that is not known."""

    KEY = "key"
    SIGNATURE = "signature"


class UnknownAlgorithm(Struct, frozen=True):
    """Where a chain could not be followed any further."""

    depth: int
    """Of the certificate whose issuer was not found."""
    certificate: Certificate
    """That one, or its issuer's, whose key cannot be used."""
    part: UnknownPart
    algorithm: str
    """Its name, or its number; empty: a key of a usual kind that cannot be read."""
    openssl: str
    """The version that does not know it."""

    @property
    def known_later(self) -> bool:
        """Whether a later version of OpenSSL knows it."""
        return bool(known_since(self.algorithm))


@remembered
def unknown_algorithm(view: EndpointView) -> UnknownAlgorithm | None:
    """Return what kept OpenSSL from finding an issuer: the algorithm of a signature, or of the key of an issuer that was sent.

    None: an issuer was found, or there is no such algorithm, or the version that looked is not known.
    """
    seen, system = view.session, view.machine.system
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None or system is None:
        return None
    found = re.search(r"\d+(?:\.\d+)+", system.answer.openssl_own)
    depth = min((error.depth for error in seen.answer.verify_errors if error.code in NO_ISSUER), default=len(chain.path))
    if found is None or depth >= len(chain.path):
        return None
    version, issued = found[0], chain.path[depth]
    if _is_unknown(issued.signature, version):
        return UnknownAlgorithm(depth, issued, UnknownPart.SIGNATURE, issued.signature, version)
    above = (one for one in read_chain(seen.answer.chain) if one.subject == issued.issuer and one != issued)
    issuer = next((one for one in above if one.key == UNREADABLE_KEY or _is_unknown(one.key, version)), None)
    if issuer is None:
        return None
    return UnknownAlgorithm(depth, issuer, UnknownPart.KEY, issuer.key.replace(UNREADABLE_KEY, ""), version)


def _is_unknown(algorithm: str, version: str) -> bool:
    if not algorithm or algorithm in _USUAL or algorithm == UNREADABLE_KEY:
        return False
    known = known_since(algorithm)
    return not known or tuple(map(int, version.split("."))) < known
