"""How the service's support takes in what is found: the system that holds its cases, and who may open an encrypted bundle.

recipients = ["age1...", "hpke:..."]    # public keys; only their owners can open what is encrypted to them

[case]
system = "zendesk"                      # upload, zendesk, jira, servicenow or salesforce
url = "https://acme.zendesk.com"
project = "NET"                         # where that system wants one
"""

import re
from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

from diag.language import said
from diag.model.hpke_key import PLAIN, key_in
from diag.profile.errors import shown
from diag.profile.toml_table import Document, TomlTable

_KEYS = ("system", "url", "project")
MOST_RECIPIENTS = 16
PRIVATE_KEYS = ("AGE-SECRET-KEY-", "HPKE-SECRET:")
"""How private keys begin, in capitals."""
_AGE = "age"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class CaseSystem(StrEnum):
    """What support keeps its cases in."""

    UPLOAD = "upload"
    ZENDESK = "zendesk"
    JIRA = "jira"
    SERVICENOW = "servicenow"
    SALESFORCE = "salesforce"


class CaseDesk(Struct, frozen=True):
    """Where cases go."""

    system: CaseSystem
    url: str
    """An https address without user, query and fragment; empty for `upload` alone, whose address comes with each case."""
    project: str = ""


def read_desk(document: Document) -> CaseDesk | None:
    """Return the `[case]` table of a file; None: it has none. Raises UnusableFile."""
    table = document.table("case")
    if table is None:
        return None
    table.refuse_all_but(_KEYS)
    if "system" not in table.values:
        raise table.wrong("", said("has no system: add system, one of {systems}", systems=", ".join(CaseSystem)))
    system, url = table.one_of("system", CaseSystem.UPLOAD), table.text("url")
    if url or system is not CaseSystem.UPLOAD:
        _refuse_bad_url(table, url)
    return CaseDesk(system, url, table.text("project"))


def _refuse_bad_url(table: TomlTable, url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or re.search(r"\s", url):
        raise table.wrong("url", said("url must be the https address of the case system, not {url}", url=shown(url)))
    if parts.username is not None or parts.query or parts.fragment:
        raise table.wrong("url", said("url must hold no user, password, query or fragment: such may open something"))


def read_recipients(top: TomlTable) -> tuple[str, ...]:
    """Return the public keys to encrypt to, each once; empty: none is named.

    Raises UnusableFile for what has not the shape of one.
    """
    recipients = tuple(dict.fromkeys(key.strip() for key in top.texts("recipients")))
    if len(recipients) > MOST_RECIPIENTS:
        raise top.wrong(
            "recipients",
            said(
                "there are {number} recipients: at most {most} can be encrypted to",
                number=len(recipients),
                most=MOST_RECIPIENTS,
            ),
        )
    for key in recipients:
        if key.upper().startswith(PRIVATE_KEYS):
            raise top.wrong("recipients", said("recipients holds a private key: take it out, and give the public one"))
        if not (_is_age(key) or key_in(key) is not None):
            raise top.wrong(
                "recipients",
                said(
                    '{key} is no public key: give one that begins with "age1" (all of it, a letter may be wrong), '
                    'or "{plain}" and the key in Base64',
                    key=shown(key),
                    plain=PLAIN,
                ),
            )
    return recipients


def _is_age(key: str) -> bool:
    """Whether this is an X25519 recipient of age: Bech32 (BIP 173) of 32 bytes, its checksum included."""
    if not re.fullmatch(rf"{_AGE}1[{_BECH32}]{{58}}", key):
        return False
    values = [ord(c) >> 5 for c in _AGE] + [0] + [ord(c) & 31 for c in _AGE] + [_BECH32.index(c) for c in key[len(_AGE) + 1 :]]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check == 1
