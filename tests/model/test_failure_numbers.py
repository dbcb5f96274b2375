"""The words for what systems and protocols tell by number: each number of each table, by the name in its own registry."""

import errno
import socket
import ssl

import dns.rcode
import pytest

from diag.model.failure import (
    ALERTS,
    Failure,
    from_connecting,
    from_errno,
    from_exception,
    from_getaddrinfo,
    from_icmp,
    from_rcode,
)

POSIX = {
    "ECONNREFUSED": Failure.REFUSED,
    "ECONNRESET": Failure.RESET,
    "ECONNABORTED": Failure.RESET,
    "EPIPE": Failure.CUT,
    "ETIMEDOUT": Failure.TIMED_OUT,
    "EHOSTUNREACH": Failure.UNREACHABLE,
    "EHOSTDOWN": Failure.UNREACHABLE,
    "ENETUNREACH": Failure.NO_ROUTE,
    "ENETDOWN": Failure.NO_ROUTE,
    "EPERM": Failure.NOT_PERMITTED,
    "EACCES": Failure.NOT_PERMITTED,
    "EADDRNOTAVAIL": Failure.ADDRESS_NOT_AVAILABLE,
    "EMFILE": Failure.DESCRIPTORS_EXHAUSTED,
    "ENFILE": Failure.DESCRIPTORS_EXHAUSTED,
    "EAFNOSUPPORT": Failure.NOT_SUPPORTED,
    "EPROTONOSUPPORT": Failure.NOT_SUPPORTED,
    "ENOENT": Failure.OTHER,
}
WINSOCK = {
    "WSAEACCES": (10013, Failure.NOT_PERMITTED),
    "WSAEMFILE": (10024, Failure.DESCRIPTORS_EXHAUSTED),
    "WSAEAFNOSUPPORT": (10047, Failure.NOT_SUPPORTED),
    "WSAEADDRNOTAVAIL": (10049, Failure.ADDRESS_NOT_AVAILABLE),
    "WSAENETUNREACH": (10051, Failure.NO_ROUTE),
    "WSAECONNABORTED": (10053, Failure.RESET),
    "WSAECONNRESET": (10054, Failure.RESET),
    "WSAETIMEDOUT": (10060, Failure.TIMED_OUT),
    "WSAECONNREFUSED": (10061, Failure.REFUSED),
    "WSAEHOSTUNREACH": (10065, Failure.UNREACHABLE),
}
RCODES = {
    "NOERROR": None,
    "FORMERR": Failure.MALFORMED,
    "SERVFAIL": Failure.SERVER_FAILURE,
    "NXDOMAIN": Failure.NAME_NOT_FOUND,
    "REFUSED": Failure.QUERY_REFUSED,
    "NOTIMP": Failure.RCODE_OTHER,
}
PROHIBITED = {4: {9, 10, 13}, 6: {1, 5, 6}}
"""Communication administratively prohibited with network, with host, altogether; and of IPv6: that, by policy, route rejected."""
UNREACHABLE = {4: 3, 6: 1}


@pytest.mark.parametrize(("name", "word"), POSIX.items())
def test_each_error_number_of_posix_has_its_word(name: str, word: Failure) -> None:
    assert from_errno(getattr(errno, name)) is word
    assert from_exception(OSError(getattr(errno, name), "")) is word


@pytest.mark.parametrize(("number", "word"), WINSOCK.values(), ids=WINSOCK)
def test_each_error_number_of_winsock_has_its_word(number: int, word: Failure) -> None:
    assert from_errno(number) is word


def test_what_a_blackhole_route_answers_means_that_for_a_connect_alone() -> None:
    assert from_connecting(errno.EINVAL) is Failure.BLACKHOLED
    assert from_errno(errno.EINVAL) is Failure.OTHER
    assert from_connecting(errno.ECONNREFUSED) is Failure.REFUSED


def test_what_getaddrinfo_says_is_told_apart() -> None:
    words = {
        socket.EAI_NONAME: Failure.NAME_NOT_FOUND,
        socket.EAI_AGAIN: Failure.LOOKUP_FAILED,
        socket.EAI_FAIL: Failure.LOOKUP_FAILED,
        getattr(socket, "EAI_NODATA", -5): Failure.NO_DATA,
        getattr(socket, "EAI_ADDRFAMILY", -9): Failure.NO_DATA,
        socket.EAI_SERVICE: Failure.OTHER,
    }
    assert {code: from_getaddrinfo(code) for code in words} == words


@pytest.mark.parametrize(("name", "word"), RCODES.items())
def test_each_rcode_has_its_word(name: str, word: Failure | None) -> None:
    assert from_rcode(int(dns.rcode.from_text(name))) is word


@pytest.mark.parametrize("version", PROHIBITED)
def test_each_message_that_means_a_rule_and_no_other(version: int) -> None:
    told = {code for code in range(32) if from_icmp(version, UNREACHABLE[version], code) is Failure.PROHIBITED}
    assert told == PROHIBITED[version]
    assert {from_icmp(version, kind, code) for kind in range(32) for code in range(32) if kind != UNREACHABLE[version]} == {None}


def test_alerts_have_the_names_that_python_has_for_them() -> None:
    of_python = {int(one): one.name.removeprefix("ALERT_DESCRIPTION_").lower() for one in ssl.AlertDescription}
    of_python[90] = "user_canceled"  # as RFC 8446 spells it
    assert {number: ALERTS.get(number) for number in of_python} == of_python


def test_alerts_have_the_names_of_their_rfcs() -> None:
    """Those that Python has no name for: RFC 8446, section 6, RFC 5246, section 7.2, RFC 7507, RFC 7301 and RFC 9849."""
    named = {
        21: "decryption_failed",
        41: "no_certificate",
        60: "export_restriction",
        86: "inappropriate_fallback",
        109: "missing_extension",
        116: "certificate_required",
        120: "no_application_protocol",
        121: "ech_required",
    }
    assert {number: ALERTS[number] for number in named} == named
