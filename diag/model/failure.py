"""The closed list of what can go wrong with one operation, and the words for what protocols say by number.

Checks match on these words and never on text: text differs between systems, versions and languages. The numbers of systems are
read in `system_errors`.
"""

from enum import StrEnum


class Failure(StrEnum):
    """What went wrong. A TLS alert is a failure too: its word is `alert:` and the alert's RFC name (see `ALERTS`)."""

    NAME_NOT_FOUND = "name_not_found"
    """NXDOMAIN (RFC 1035 rcode 3), or the system's 'name or service not known'."""
    NO_DATA = "no_data"
    """The name exists and has no record of this kind (RFC 2308, section 2.2)."""
    SERVER_FAILURE = "server_failure"
    """SERVFAIL (rcode 2)."""
    QUERY_REFUSED = "query_refused"
    """REFUSED (rcode 5)."""
    RCODE_OTHER = "rcode_other"
    """Another rcode than the four above; it stands in the message."""
    LOOKUP_FAILED = "lookup_failed"
    """The system's resolver gave up without saying why (EAI_AGAIN, EAI_FAIL)."""
    TIMED_OUT = "timed_out"
    """Nothing came back within the question's time."""
    REFUSED = "refused"
    """A reset or a port-unreachable to the first packet (ECONNREFUSED)."""
    RESET = "reset"
    """A reset on an open connection (ECONNRESET)."""
    CUT = "cut"
    """The other side ended the connection (FIN) before it had answered."""
    UNREACHABLE = "unreachable"
    """A router, or this machine after asking its neighbours, says that the host cannot be reached (EHOSTUNREACH)."""
    NO_ROUTE = "no_route"
    """This machine, or a router, has no way to that network (ENETUNREACH)."""
    PROHIBITED = "prohibited"
    """Something on the way says that it may not be reached (ICMP administratively prohibited)."""
    NOT_PERMITTED = "not_permitted"
    """This machine itself forbids it (EPERM, EACCES), before any packet left."""
    BLACKHOLED = "blackholed"
    """A route of this machine swallows what goes there, which it says at once (EINVAL of a connect, ip-route(8))."""
    ADDRESS_NOT_AVAILABLE = "address_not_available"
    """No local address or port is left to send from (EADDRNOTAVAIL)."""
    DESCRIPTORS_EXHAUSTED = "descriptors_exhausted"
    """This process or machine may open no more files (EMFILE, ENFILE)."""
    TUNNEL_REFUSED = "tunnel_refused"
    """The proxy answered CONNECT with anything but 2xx; its status says more."""
    UPGRADE_REFUSED = "upgrade_refused"
    """The server does not go over to TLS; its refusal says more."""
    NOT_TLS = "not_tls"
    """The bytes that came back are no TLS records."""
    TLS_BROKEN = "tls_broken"
    """TLS records came back that this client's library could not go on with, and no alert says why."""
    MALFORMED = "malformed"
    """The bytes that came back break their protocol (DNS, HTTP)."""
    TOO_LONG = "too_long"
    """More came back than is read."""
    STORE_UNREADABLE = "store_unreadable"
    """The trust store that was named is missing, may not be read, or holds no certificate."""
    NOT_SUPPORTED = "not_supported"
    """This machine or this build cannot ask that."""
    OTHER = "other"
    """The system named an error that has no word here; its number is kept beside it."""


ALERTS = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    111: "certificate_unobtainable",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    114: "bad_certificate_hash_value",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
    121: "ech_required",
}
"""TLS alert descriptions by number (RFC 8446, section 6, RFC 5246, section 7.2, and the registry that they opened)."""

WORDS = frozenset(Failure) | {f"alert:{name}" for name in ALERTS.values()}
"""Every word that this version may write. A newer one may have written another: readers keep it and conclude nothing from it."""

_RCODE = {
    1: Failure.MALFORMED,
    2: Failure.SERVER_FAILURE,
    3: Failure.NAME_NOT_FOUND,
    5: Failure.QUERY_REFUSED,
}
_ICMP_PROHIBITED = {4: {9, 10, 13}, 6: {1, 5, 6}}
"""Codes of 'destination unreachable' that mean a rule and not a road (RFC 1812, section 5.2.7.1; RFC 4443, section 3.1)."""
_ICMP_UNREACHABLE_TYPE = {4: 3, 6: 1}


def from_rcode(rcode: int) -> Failure | None:
    """Return the word for a DNS rcode (RFC 6895, section 2.3); None for NOERROR."""
    return None if rcode == 0 else _RCODE.get(rcode, Failure.RCODE_OTHER)


def from_alert(number: int) -> str:
    """Return the word for a TLS alert description; one that no registry knows is `alert:<number>`."""
    return f"alert:{ALERTS.get(number, number)}"


def from_icmp(version: int, kind: int, code: int) -> Failure | None:
    """Return the word for the ICMP error that refused a packet; None where the system's own number says enough.

    `version` is 4 or 6; `kind` and `code` are the type and code of RFC 792 or RFC 4443.
    """
    if kind == _ICMP_UNREACHABLE_TYPE.get(version) and code in _ICMP_PROHIBITED[version]:
        return Failure.PROHIBITED
    return None
