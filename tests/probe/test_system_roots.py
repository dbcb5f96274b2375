"""What Windows and macOS say of their stores, in samples shaped as their documentation shows them; neither was asked here."""

import hashlib
import plistlib
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from diag.probe.system_roots import ADDED, OWN_ROOTS, Entry, keychain_roots, run_tool, system_listing, windows_roots
from tests.probe.authority import Credential, issue

SERVER, MAIL = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"
APPLE, APPLE_OLD, CORP, SPARE, BARRED = (
    issue(name, authority=True) for name in ("Apple Root", "Apple Old", "Corp", "Spare", "Barred")
)


def names(pem: bytes) -> set[str]:
    """The samples that a bundle of PEM holds."""
    known = {"apple": APPLE, "old": APPLE_OLD, "corp": CORP, "spare": SPARE, "barred": BARRED}
    ders = {one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(pem)} if pem else set()
    return {name for name, issued in known.items() if issued.der in ders}


def windows(stores: dict[str, list[Entry]]) -> set[str]:
    def listing(name: str) -> list[Entry]:
        if name not in stores:
            raise OSError(2, "there is no such store")
        return stores[name]

    return names(windows_roots(listing))


def test_windows_trusts_what_is_for_servers_and_not_disallowed() -> None:
    root: list[Entry] = [
        (APPLE.der, "x509_asn", True),
        (CORP.der, "x509_asn", frozenset({SERVER, MAIL})),
        (SPARE.der, "x509_asn", frozenset({MAIL})),
        (BARRED.der, "x509_asn", True),
        (APPLE_OLD.der, "pkcs_7_asn", True),
    ]
    assert windows({"ROOT": root, "CA": [], "Disallowed": [(BARRED.der, "x509_asn", True)]}) == {"apple", "corp"}
    assert windows({"ROOT": root}) == {"apple", "corp", "barred"}
    assert windows({}) == set()


def sha1(issued: Credential) -> str:
    return hashlib.sha1(issued.der).hexdigest().upper()


def setting(**what: object) -> dict[str, object]:
    return {f"kSecTrustSettings{name}": value for name, value in what.items()}


MARKS = {
    sha1(CORP): {"trustSettings": [setting(Result=1, PolicyName="sslServer"), setting(Result=1, PolicyName="basicX509")]},
    sha1(BARRED): {"trustSettings": [setting(Result=3, PolicyName="sslServer")]},
    sha1(APPLE_OLD): {"trustSettings": [setting(Result=3)]},
}


def mac(*, marks: object = None, readable: bool = True) -> set[str]:
    """What is read where Apple's own keychain holds two roots, and the administrator's three."""

    def run(command: tuple[str, ...]) -> bytes | None:
        if not readable:
            return None
        if command[1] == "trust-settings-export":
            if marks is None:
                return None
            Path(command[-1]).write_bytes(
                marks if isinstance(marks, bytes) else plistlib.dumps({"trustList": marks, "trustVersion": 1})
            )
            return b"...Trust Settings exported successfully.\n"
        held = {OWN_ROOTS: (APPLE, APPLE_OLD), ADDED: (CORP, SPARE, BARRED)}
        return b"".join(issued.pem for issued in held[command[-1]])

    return names(keychain_roots(run))


def test_macos_trusts_apples_roots_and_what_was_added_and_marked() -> None:
    assert mac(marks=MARKS) == {"apple", "corp"}
    assert mac(marks={sha1(SPARE): {}}) == {"apple", "old", "spare"}  # no setting at all: trusted for everything
    assert mac(marks={sha1(CORP): {"trustSettings": [setting(Result=1, PolicyName="SMIME")]}}) == {"apple", "old"}


@pytest.mark.parametrize("marks", [None, b"no plist", b"<plist>", {"x": 1}], ids=["none", "garbage", "broken", "odd"])
def test_where_the_marks_cannot_be_read_all_that_was_added_counts(marks: object) -> None:
    assert mac(marks=marks) == {"apple", "old", "corp", "spare", "barred"}


def test_keychains_that_cannot_be_read_hold_nothing() -> None:
    assert mac(readable=False) == set()


def test_a_tool_that_is_not_there_says_nothing() -> None:
    assert run_tool(("/no/such/tool",)) is None
    assert run_tool((sys.executable, "-c", "print('here')")) == b"here\n"
    assert run_tool((sys.executable, "-c", "raise SystemExit(1)")) is None
    if sys.platform != "win32":
        assert list(system_listing("ROOT")) == []
