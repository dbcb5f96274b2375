"""Writes the list of public roots that diag ships, anew: the keys of every authority in certifi, as it is installed here.

`python -m tests.public_roots [FOLDER ...]`, with certifi as its makers ship it; the folders hold older versions of it, unpacked,
since a root that has left the list still signs what old machines trust. What it writes is data; a person reads the difference.
"""

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from diag.knowledge.public_roots import ROOTS_FILE

HEAD = """\
# The keys of the roots that public authorities sign with: SHA-256 of the public key (SubjectPublicKeyInfo), and the root's name.
# Source: certifi {versions}, which holds the roots that Mozilla trusts for servers.
# Made on {day} by tests/public_roots.py.
"""


def main(folders: list[Path]) -> None:
    """Writes the list."""
    here = Path(certifi.__file__).parent
    bundles = [here / "cacert.pem", *(folder / "certifi" / "cacert.pem" for folder in folders)]
    versions = [certifi.__version__, *(folder.name for folder in folders)]
    roots = [root for bundle in bundles for root in x509.load_pem_x509_certificates(bundle.read_bytes())]
    lines = sorted({digest_of(root): _title(root) for root in roots}.items(), key=lambda pair: (pair[1], pair[0]))
    head = HEAD.format(versions=", ".join(versions), day=datetime.now(UTC).date())
    ROOTS_FILE.write_text(head + "".join(f"{digest} {title}\n" for digest, title in lines), "utf-8")


def digest_of(root: x509.Certificate) -> str:
    """What names a root: SHA-256 of its public key, in hex."""
    return hashlib.sha256(root.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _title(root: x509.Certificate) -> str:
    for number in ("2.5.4.3", "2.5.4.11", "2.5.4.10"):
        named = root.subject.get_attributes_for_oid(x509.ObjectIdentifier(number))
        if named:
            return str(named[0].value)
    return root.subject.rfc4514_string()


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
