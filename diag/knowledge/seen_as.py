"""Under which address others see this computer: what a refusal itself says, where nobody has to be asked for it.

A profile's fingerprint says where the address stands (`address`); of a few common services it is known here.
"""

import re
from functools import lru_cache

from diag.model.address import literal
from diag.model.answer import HttpReply
from diag.model.endpoint_view import EndpointView
from diag.model.expression import expression
from diag.model.fingerprint import ADDRESS_GAP

_ADDRESS = rb"\[?([0-9A-Fa-f:.]{3,45})\]?"
_KNOWN = tuple(
    expression(before + _ADDRESS + after, re.IGNORECASE)
    for before, after in (
        (rb"incoming request with ip/token ", rb" is not allowed"),
        (rb"source ip address: ", rb" is blocked by databricks ip acl"),
        (rb"request originated from ip ", rb""),
        (rb"client address: ", rb""),
        (rb"client with ip address '?", rb"'? is not allowed to access the server"),
    )
)
"""Snowflake, Databricks, Azure Cosmos DB, Azure Key Vault and Azure SQL, as they write it."""
_REFUSED = range(400, 500)


def seen_as(view: EndpointView, reply: HttpReply) -> str:
    """Return the address that an answer which refuses (4xx) names as this client's; empty: it names none."""
    if reply.status not in _REFUSED:
        return ""
    named = (_standing(one.address) for one in view.fingerprints if one.address and one.is_in(reply))
    for pattern in (*named, *_KNOWN):
        found = pattern.search(reply.body)
        address = found[1].decode("ascii").rstrip(".:") if found else ""
        if address and literal(address) is not None:
            return address
    return ""


@lru_cache(maxsize=256)
def _standing(text: str) -> re.Pattern[bytes]:
    """A fingerprint's text, in which `{address}` stands for an address."""
    before, _, after = text.partition(ADDRESS_GAP)
    return re.compile(re.escape(before.encode()) + _ADDRESS + re.escape(after.encode()), re.IGNORECASE)
