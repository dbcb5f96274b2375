"""The certificates that were seen, as PEM (RFC 7468): each chain once, in the order in which it came, with where it was seen."""

import base64
import textwrap
from collections.abc import Iterator

from diag.model.endpoint_view import RunView
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.wire.certificate import is_described, read_certificate
from diag.model.wire.facts import Certificate

NO_CERTIFICATE = "# No certificate was seen in this run.\n"


def write_pem(evidence: Evidence) -> str:
    """Return the chains as text; lines that begin with # say of each what it is, which readers of PEM pass over."""
    chains: dict[tuple[bytes, ...], list[str]] = {}
    for seen in RunView(evidence).sessions:
        if seen.answer.chain:
            chains.setdefault(tuple(map(bytes, seen.answer.chain)), []).append(
                f"{seen.observation.id}, for {clean(seen.question.server_name, 120) or 'no name'}"
            )
    return "\n".join("\n".join(_chain(chain, places)) + "\n" for chain, places in chains.items()) or NO_CERTIFICATE


def _chain(chain: tuple[bytes, ...], places: list[str]) -> Iterator[str]:
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    yield f"# As sent in {places[0]}{more}"
    for number, content in enumerate(chain, 1):
        read = read_certificate(content)
        if isinstance(read, Certificate):
            yield f"# {number}. {read.subject or 'without a subject'}; issued by {read.issuer}"
        if is_described(content):
            yield "# (not here: names in it were replaced, which leaves no certificate)"
            continue
        yield "-----BEGIN CERTIFICATE-----"
        yield from textwrap.wrap(base64.b64encode(content).decode(), 64)
        yield "-----END CERTIFICATE-----"
