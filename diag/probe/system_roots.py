"""What Windows and macOS trust: they keep it in no file, so they are asked, Windows by its own call, macOS by its own tool.

Whoever is asked is handed in, so that what they say can be read on any system.
"""

import base64
import contextlib
import hashlib
import re
import ssl
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from diag.model.expression import expression
from diag.model.wire.unreadable import guarded_as

Entry = tuple[bytes, str, frozenset[str] | bool]
"""A certificate of a Windows store: its bytes, their encoding, and the purposes it is kept for (True: all)."""
Listing = Callable[[str], Iterable[Entry]]
"""The entries of a Windows store, by its name."""
_RunProgram = Callable[[tuple[str, ...]], bytes | None]
"""Runs a program; returns what it printed, or None where it cannot be run, fails or takes too long."""

SECURITY = "/usr/bin/security"
OWN_ROOTS = "/System/Library/Keychains/SystemRootCertificates.keychain"
ADDED = "/Library/Keychains/System.keychain"
_PATIENCE = 5.0
DENIED, ROOT, AS_ROOT = 3, 1, 2
"""Results of a trust setting of macOS (SecTrustSettings.h)."""
SERVERS = frozenset({"", "sslServer"})
"""The policies that such a setting may be about and that concern servers; empty: every policy."""
_BLOCK = expression(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


def windows_roots(listing: Listing) -> bytes:
    """Return what Windows trusts for servers, and the intermediates that it keeps, as PEM;
    what it distrusts by name is left out.
    """
    refused = {certificate for certificate, _, _ in _listed(listing, "Disallowed")}
    kept = (entry for name in ("ROOT", "CA") for entry in _listed(listing, name))
    return "".join(
        ssl.DER_cert_to_PEM_cert(certificate)
        for certificate, encoding, purposes in kept
        if encoding == "x509_asn" and certificate not in refused and (purposes is True or _for_servers(purposes))
    ).encode()


def keychain_roots(run: _RunProgram) -> bytes:
    """Return what macOS trusts, as PEM: Apple's roots, and what an administrator added and marked as trusted. Empty: it cannot be
    read.

    Where the marks cannot be read, everything that was added counts.
    """
    own = run((SECURITY, "find-certificate", "-a", "-p", OWN_ROOTS)) or b""
    added = run((SECURITY, "find-certificate", "-a", "-p", ADDED)) or b""
    marks = _marks(run)
    blocks = [block.group(0) for block in _BLOCK.finditer(own) if _mark(block.group(1), marks) is not False]
    blocks += [block.group(0) for block in _BLOCK.finditer(added) if marks is None or _mark(block.group(1), marks)]
    return b"".join(block + b"\n" for block in blocks)


def system_listing(name: str) -> Iterable[Entry]:
    """Return the real listing of Windows. Raises OSError where there is no such store."""
    if sys.platform != "win32":
        return ()
    return ssl.enum_certificates(name)


def run_tool(command: tuple[str, ...]) -> bytes | None:
    """See `_RunProgram`. Blocks; no input, no shell."""
    import subprocess  # only systems without files to read need it

    try:
        done = subprocess.run(  # noqa: S603  (our own commands, never a word from outside)
            command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def _listed(listing: Listing, name: str) -> list[Entry]:
    try:
        return list(listing(name))
    except OSError:
        return []


def _for_servers(purposes: frozenset[str] | bool) -> bool:
    return not isinstance(purposes, bool) and ssl.Purpose.SERVER_AUTH.oid in purposes


def _marks(run: _RunProgram) -> dict[str, bool] | None:
    """Whether the administrator's settings trust a certificate, by the SHA-1 of its DER in capitals; None: unreadable."""
    import tempfile  # only macOS needs it

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "settings.plist"
        if run((SECURITY, "trust-settings-export", "-d", str(file))) is None:
            return None
        return _exported(file)


@guarded_as(None)
def _exported(file: Path) -> dict[str, bool]:
    import plistlib  # only macOS needs it

    listed = plistlib.loads(file.read_bytes())["trustList"]
    return {name: _trusts(entry.get("trustSettings", [])) for name, entry in listed.items()}


def _trusts(settings: list[dict[str, object]]) -> bool:
    """Whether settings about one certificate make it trusted for servers; none at all do, by Apple's documentation."""
    told = [one.get("kSecTrustSettingsResult", ROOT) for one in settings if one.get("kSecTrustSettingsPolicyName", "") in SERVERS]
    return not settings or (DENIED not in told and bool({ROOT, AS_ROOT} & set(told)))


def _mark(block: bytes, marks: dict[str, bool] | None) -> bool | None:
    """What the settings say of a certificate; None: nothing."""
    with contextlib.suppress(ValueError):
        der = base64.b64decode(block)
        return (marks or {}).get(hashlib.sha1(der).hexdigest().upper())  # noqa: S324  (it names, and protects nothing)
    return None
