"""Authorities whose certificates are meant for something else than a service's callers, as data: by how their names begin.

Nobody should add their roots for such a service: whoever runs it has installed the wrong certificate.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.model.wire.facts import Certificate


class MadeFor(StrEnum):
    """What the certificates of such an authority are for."""

    TESTS = "tests"
    """Trying out how certificates are obtained."""
    CONTENT_NETWORK = "content_network"
    """The way between a content network and the server behind it."""
    DEVELOPMENT = "development"
    """The computer of one developer."""


_BY_NAME = (
    ("(staging)", MadeFor.TESTS),
    ("fake le ", MadeFor.TESTS),
    ("pebble ", MadeFor.TESTS),
    ("cloudflare origin", MadeFor.CONTENT_NETWORK),
    ("mkcert development ca", MadeFor.DEVELOPMENT),
    ("caddy local authority", MadeFor.DEVELOPMENT),
    ("minica root ca", MadeFor.DEVELOPMENT),
)


def meant_elsewhere(path: Iterable[Certificate]) -> MadeFor | None:
    """Return what the certificates of this chain are for, where one of its issuers is known for that; None: none is."""
    titles = [title.lower() for certificate in path for title in certificate.issuer_titles]
    return next((kind for beginning, kind in _BY_NAME if any(title.startswith(beginning) for title in titles)), None)


def mark_in(title: str) -> str:
    """Return the beginning of an issuer's name by which it is known here; empty: it is not."""
    length = next((len(beginning) for beginning, _ in _BY_NAME if title.lower().startswith(beginning)), 0)
    return title[:length]
