"""The names of an account's private link, as a provider tells them: one object whose keys say what each value is.

The keys are Snowflake's (SYSTEM$GET_PRIVATELINK_CONFIG), among them `privatelink_ocsp-url`, which is misspelt there.
Values are hosts, or lists of hosts written as text: `[a.example.com, b.example.com]`.
"""

import re
from collections.abc import Iterator, Mapping

from diag.profile.allowlist_rows import AllowlistRow
from diag.profile.errors import shown

ROLES = {
    "privatelink-account-url": "SNOWFLAKE_DEPLOYMENT",
    "regionless-privatelink-account-url": "SNOWFLAKE_DEPLOYMENT_REGIONLESS",
    "snowsight-privatelink-url": "SNOWSIGHT_DEPLOYMENT",
    "regionless-snowsight-privatelink-url": "SNOWSIGHT_DEPLOYMENT_REGIONLESS",
    "privatelink-ocsp-url": "OCSP_CACHE",
    "regionless-privatelink-ocsp-url": "OCSP_CACHE_REGIONLESS",
    "privatelink-connection-urls": "CLIENT_FAILOVER",
    "privatelink-connection-ocsp-urls": "OCSP_CLIENT_FAILOVER",
    "privatelink-connection-ocsp-connection-urls": "OCSP_CLIENT_FAILOVER",
    "privatelink-internal-stage": "STAGE",
    "privatelink-dashed-urls-for-duo": "DUO_SECURITY",
}
"""What the values are for, by their keys, with `-` for `_`. Any other key that ends in -url or -urls is a role of its own."""


def read_private_link(values: Mapping[str, object]) -> Iterator[AllowlistRow]:
    """Yield one row a host; what is no host (names, identifiers, attachments) is passed over."""
    for key, value in values.items():
        spelt = key.replace("_", "-")
        role = ROLES.get(spelt, "")
        if not role and not re.search(r"-urls?\Z|-storage-volume", spelt):
            continue
        for text in _each(value):
            if not isinstance(text, str):
                yield AllowlistRow(shown(key), {}, text)
                continue
            host, _, port = text.removeprefix("https://").removeprefix("http://").rstrip("/").partition(":")
            # Lists of OCSP addresses come with the port of the service, though OCSP is asked for over plain HTTP.
            given = port if port and "ocsp" not in spelt else "80" if "ocsp" in spelt else "443"
            # The names for Duo may be public ones; all others lead to the private link.
            private = role != "DUO_SECURITY"
            yield AllowlistRow(shown(key), {"type": role or spelt, "host": host, "port": given}, private=private)


def _each(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    if not isinstance(value, str):
        return [value]
    text = value.strip().removeprefix('"').removesuffix('"').strip().removeprefix("[").removesuffix("]")
    return [part.strip().strip("\"'") for part in text.split(",") if part.strip().strip("\"'")]
