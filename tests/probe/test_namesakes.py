"""What a store holds by one name: in a file, in a folder by hashes, among what the system lists; and nothing else of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from OpenSSL import crypto

from diag.lab.authority import IssuedCertificate, Validity, issue, pem
from diag.probe.namesakes import namesakes
from diag.probe.stores import Roots

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = Validity.around(NOW, after=timedelta(days=365))


def authority(name: str) -> IssuedCertificate:
    return issue(name, issuer=None, validity=YEAR)


OLD, NEW, OTHER = authority("Corp Root"), authority("Corp Root"), authority("Other Root")
LEAF = issue("api.example.com", issuer=NEW, validity=YEAR, names=("api.example.com",))
BELOW = crypto.X509.from_cryptography(LEAF.certificate)


def in_file(folder: Path, content: bytes) -> Roots:
    (folder / "roots.pem").write_bytes(content)
    return Roots(files=(str(folder / "roots.pem"), str(folder / "missing.pem")))


def in_folder(folder: Path, content: bytes) -> Roots:
    """As OpenSSL's folders are: each file by the hash of a name, with a number; what is called otherwise it does not open."""
    (folder / "0a1b2c3d.0").write_bytes(pem(OTHER.certificate))
    (folder / "0a1b2c3d.1").write_bytes(content)
    (folder / "roots.pem").write_bytes(pem(OLD.certificate, NEW.certificate))
    return Roots(folders=(str(folder), str(folder / "missing")))


def as_listed(_: Path, content: bytes) -> Roots:
    return Roots(pem=content)


@pytest.mark.parametrize("kept", [in_file, in_folder, as_listed])
@pytest.mark.parametrize(
    ("held", "found"),
    [
        ((OTHER, OLD), [(OLD, False)]),
        ((OLD, NEW), [(OLD, False), (NEW, True)]),
        ((OLD, OLD), [(OLD, False)]),
        ((OTHER,), []),
        ((), []),
    ],
)
def test_the_name_alone_is_looked_for(tmp_path: Path, kept, held, found) -> None:  # type: ignore[no-untyped-def]
    content = b"# a list\n" + pem(*(one.certificate for one in held))
    seen = namesakes(BELOW, (kept(tmp_path, content),))
    wanted = [(one.certificate.fingerprint(SHA256()).hex(), signed) for one, signed in found]
    assert [(one.fingerprint, one.signed) for one in seen] == wanted
    assert all(one.is_root and one.not_after == YEAR.not_after for one in seen)


def test_what_cannot_be_read_costs_itself_alone(tmp_path: Path) -> None:
    broken = b"-----BEGIN CERTIFICATE-----\n@@@\n-----END CERTIFICATE-----\n"
    seen = namesakes(BELOW, (in_file(tmp_path, broken + pem(NEW.certificate)),))
    assert [one.signed for one in seen] == [True]


def test_no_more_than_a_few_are_told(tmp_path: Path) -> None:
    many = pem(*(authority("Corp Root").certificate for _ in range(7)))
    assert len(namesakes(BELOW, (in_file(tmp_path, many),))) == 4
