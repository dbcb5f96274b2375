"""The words for what systems tell by number, on each of them with its own numbers: Linux', macOS' and Windows'."""

import builtins
import errno
import socket

import pytest

from diag.model.failure import Failure
from diag.model.system_errors import (
    THIS_SYSTEM,
    ErrorNumbers,
    from_connecting,
    from_exception,
    from_getaddrinfo,
    from_number,
    number_of,
    numbers_on,
)

LINUX = numbers_on(
    "linux",
    {
        "EPERM": 1, "EACCES": 13, "EINVAL": 22, "ENFILE": 23, "EMFILE": 24, "EPIPE": 32, "ENONET": 64, "EREMOTEIO": 121,
        "EPROTONOSUPPORT": 93, "ESOCKTNOSUPPORT": 94, "EPFNOSUPPORT": 96, "EAFNOSUPPORT": 97, "EADDRINUSE": 98,
        "EADDRNOTAVAIL": 99, "ENETDOWN": 100, "ENETUNREACH": 101, "ENETRESET": 102, "ECONNABORTED": 103, "ECONNRESET": 104,
        "ENOBUFS": 105, "ESHUTDOWN": 108, "ETIMEDOUT": 110, "ECONNREFUSED": 111, "EHOSTDOWN": 112, "EHOSTUNREACH": 113,
    },
    {"EAI_NONAME": -2, "EAI_AGAIN": -3, "EAI_FAIL": -4, "EAI_NODATA": -5, "EAI_ADDRFAMILY": -9, "EAI_SERVICE": -8},
)  # fmt: skip
MACOS = numbers_on(
    "darwin",
    {
        "EPERM": 1, "EACCES": 13, "EINVAL": 22, "ENFILE": 23, "EMFILE": 24, "EPIPE": 32, "EPROTONOSUPPORT": 43,
        "ESOCKTNOSUPPORT": 44, "EPFNOSUPPORT": 46, "EAFNOSUPPORT": 47, "EADDRINUSE": 48, "EADDRNOTAVAIL": 49, "ENETDOWN": 50,
        "ENETUNREACH": 51, "ENETRESET": 52, "ECONNABORTED": 53, "ECONNRESET": 54, "ENOBUFS": 55, "ESHUTDOWN": 58,
        "ETIMEDOUT": 60, "ECONNREFUSED": 61, "EHOSTDOWN": 64, "EHOSTUNREACH": 65,
    },
    {"EAI_ADDRFAMILY": 1, "EAI_AGAIN": 2, "EAI_FAIL": 4, "EAI_NODATA": 7, "EAI_NONAME": 8, "EAI_SERVICE": 9},
)  # fmt: skip
WINDOWS = numbers_on(
    "win32",
    {
        "EPERM": 1, "EACCES": 13, "EINVAL": 22, "ENFILE": 23, "EMFILE": 24, "EPIPE": 32, "ECONNREFUSED": 10061,
        "ECONNRESET": 10054, "ETIMEDOUT": 10060, "ENETUNREACH": 10051, "EHOSTUNREACH": 10065, "EADDRNOTAVAIL": 10049,
    },
    {"EAI_NONAME": 11001, "EAI_NODATA": 11001, "EAI_AGAIN": 11002, "EAI_FAIL": 11003, "EAI_SERVICE": 10109},
)  # fmt: skip
"""As Python's modules `errno` and `socket` have them there."""
SYSTEMS = {"linux": LINUX, "macos": MACOS, "windows": WINDOWS}

BY_NUMBER = {
    "linux": {
        1: Failure.NOT_PERMITTED, 13: Failure.NOT_PERMITTED, 24: Failure.DESCRIPTORS_EXHAUSTED, 32: Failure.CUT,
        64: Failure.NO_ROUTE, 97: Failure.NOT_SUPPORTED, 98: Failure.ADDRESS_NOT_AVAILABLE, 99: Failure.ADDRESS_NOT_AVAILABLE,
        100: Failure.NO_ROUTE, 101: Failure.NO_ROUTE, 102: Failure.RESET, 103: Failure.RESET, 104: Failure.RESET,
        105: Failure.ADDRESS_NOT_AVAILABLE, 108: Failure.CUT, 110: Failure.TIMED_OUT, 111: Failure.REFUSED,
        112: Failure.UNREACHABLE, 113: Failure.UNREACHABLE, 121: Failure.OTHER, 1225: Failure.OTHER, 2: Failure.OTHER,
    },
    "macos": {
        48: Failure.ADDRESS_NOT_AVAILABLE, 50: Failure.NO_ROUTE, 51: Failure.NO_ROUTE, 54: Failure.RESET,
        60: Failure.TIMED_OUT, 61: Failure.REFUSED, 64: Failure.UNREACHABLE, 65: Failure.UNREACHABLE, 104: Failure.OTHER,
        111: Failure.OTHER,
    },
    "windows": {
        5: Failure.NOT_PERMITTED, 64: Failure.RESET, 109: Failure.CUT, 121: Failure.TIMED_OUT, 1225: Failure.REFUSED,
        1231: Failure.NO_ROUTE, 1232: Failure.UNREACHABLE, 1233: Failure.REFUSED, 1234: Failure.REFUSED, 1236: Failure.RESET,
        1460: Failure.TIMED_OUT, 10013: Failure.NOT_PERMITTED, 10024: Failure.DESCRIPTORS_EXHAUSTED,
        10047: Failure.NOT_SUPPORTED, 10048: Failure.ADDRESS_NOT_AVAILABLE, 10049: Failure.ADDRESS_NOT_AVAILABLE,
        10050: Failure.NO_ROUTE, 10051: Failure.NO_ROUTE, 10053: Failure.RESET, 10054: Failure.RESET,
        10055: Failure.ADDRESS_NOT_AVAILABLE, 10060: Failure.TIMED_OUT, 10061: Failure.REFUSED, 10064: Failure.UNREACHABLE,
        10065: Failure.UNREACHABLE, 22: Failure.OTHER, 111: Failure.OTHER,
    },
}  # fmt: skip


@pytest.mark.parametrize(("system", "number"), [(system, number) for system, words in BY_NUMBER.items() for number in words])
def test_each_number_has_its_word_on_its_own_system(system: str, number: int) -> None:
    assert from_number(number, SYSTEMS[system]) is BY_NUMBER[system][number]


def test_the_numbers_of_this_system_are_those_that_python_names() -> None:
    told = {name: from_number(getattr(errno, name)) for name in ("ECONNREFUSED", "ECONNRESET", "ENETUNREACH", "EMFILE", "ENOENT")}
    assert told == {
        "ECONNREFUSED": Failure.REFUSED,
        "ECONNRESET": Failure.RESET,
        "ENETUNREACH": Failure.NO_ROUTE,
        "EMFILE": Failure.DESCRIPTORS_EXHAUSTED,
        "ENOENT": Failure.OTHER,
    }


def test_a_route_that_swallows_speaks_by_einval_on_linux_alone_and_to_connects_alone() -> None:
    assert {name: from_connecting(22, numbers) for name, numbers in SYSTEMS.items()} == {
        "linux": Failure.BLACKHOLED,
        "macos": Failure.OTHER,
        "windows": Failure.OTHER,
    }
    assert from_number(22, LINUX) is Failure.OTHER
    assert from_connecting(111, LINUX) is Failure.REFUSED
    assert from_connecting(1225, WINDOWS) is Failure.REFUSED


class Overlapped(OSError):
    """An error as Windows' overlapped I/O raises it: errno is 22 whatever happened, and `winerror` says what."""

    def __init__(self, number: int) -> None:
        super().__init__(22, "Invalid argument")
        self.winerror = number


@pytest.mark.parametrize("number", [number for number in BY_NUMBER["windows"] if number not in (22, 111)])
def test_windows_own_number_counts_before_the_one_beside_it(number: int) -> None:
    error = Overlapped(number)
    assert number_of(error) == number
    assert from_exception(error, WINDOWS) is BY_NUMBER["windows"][number]


def test_a_lookup_is_told_apart_on_each_system_though_two_names_have_one_number_there() -> None:
    told = {name: {code: from_getaddrinfo(code, numbers) for code in numbers.lookups} for name, numbers in SYSTEMS.items()}
    assert told == {
        "linux": {
            -2: Failure.NAME_NOT_FOUND,
            -3: Failure.LOOKUP_FAILED,
            -4: Failure.LOOKUP_FAILED,
            -5: Failure.NO_DATA,
            -9: Failure.NO_DATA,
        },
        "macos": {
            1: Failure.NO_DATA,
            2: Failure.LOOKUP_FAILED,
            4: Failure.LOOKUP_FAILED,
            7: Failure.NO_DATA,
            8: Failure.NAME_NOT_FOUND,
        },
        "windows": {
            11001: Failure.NAME_NOT_FOUND,
            11002: Failure.LOOKUP_FAILED,
            11003: Failure.LOOKUP_FAILED,
            11004: Failure.NO_DATA,
        },
    }
    assert from_getaddrinfo(socket.EAI_SERVICE) is Failure.OTHER


def _connection_errors(kind: type[BaseException] = ConnectionError) -> list[type[BaseException]]:
    return [one for name in dir(builtins) if isinstance(one := getattr(builtins, name), type) and issubclass(one, kind)]


@pytest.mark.parametrize("kind", [kind for kind in _connection_errors() if kind is not ConnectionError])
@pytest.mark.parametrize("numbers", SYSTEMS.values(), ids=SYSTEMS)
def test_every_class_of_connection_error_has_a_word_whatever_its_number(kind: type[OSError], numbers: ErrorNumbers) -> None:
    assert from_exception(kind(9_999, "a number that no table knows"), numbers) is not Failure.OTHER


def test_what_no_system_call_raised_has_no_word_and_time_has_one() -> None:
    assert from_exception(ValueError("no system's"), THIS_SYSTEM) is Failure.OTHER
    assert from_exception(TimeoutError(), THIS_SYSTEM) is Failure.TIMED_OUT
    assert from_exception(EOFError(), THIS_SYSTEM) is Failure.CUT
