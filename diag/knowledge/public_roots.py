"""Whether a root is one of those that public authorities sign with: a property of its key, and not of where a list keeps it.

People add their company's root to whatever list their programs read, certifi's among them. So what a list of this machine accepts
says what programs accept, and no more; who signed is read from the digests that come with diag.
"""

from functools import cache
from pathlib import Path

from diag.model.answer import Trust
from diag.model.wire.chain import Chain, accepts, finds_path

ROOTS_FILE = Path(__file__).with_suffix(".txt")
"""A line a root: the SHA-256 of its public key (SubjectPublicKeyInfo) in hex, and its name. Lines with `#` say whence it is."""


@cache
def digests() -> frozenset[str]:
    """Return the keys of all public roots, as SHA-256 in hex."""
    return frozenset(line.split()[0] for line in ROOTS_FILE.read_text("utf-8").splitlines() if not line.startswith("#"))


def finds_public(said: Trust, chain: Chain) -> bool:
    """Return whether a list finds a path for a chain that ends at a public root, whatever else it complains of."""
    return finds_path(said) and _ends_publicly(said, chain)


def accepts_as_public(said: Trust, chain: Chain) -> bool:
    """Return whether a list accepts a chain, and the path that it found ends at a public root."""
    return accepts(said) and _ends_publicly(said, chain)


def _ends_publicly(said: Trust, chain: Chain) -> bool:
    """Whether the root of the path is a public one. Where the root is not known (older evidence), the list is believed."""
    if not said.root:
        return True
    # A root that is younger than the list that is shipped: what it signs bears the marks of a public one.
    return said.root in digests() or chain.looks_public
