"""The words for what a system says by number when a socket operation fails: one table for each system, read in one place.

POSIX systems give one name different numbers, and Windows has three sets of its own: those of Winsock (10004 and up), those of
its kernel (which its overlapped I/O reports as they are, with an errno of 22 beside all of them), and the C library's.
"""

import errno
import socket
import sys
from collections.abc import Mapping

from msgspec import Struct

from diag.model.failure import Failure

_POSIX = {
    "EPERM": Failure.NOT_PERMITTED,
    "EACCES": Failure.NOT_PERMITTED,
    "EMFILE": Failure.DESCRIPTORS_EXHAUSTED,
    "ENFILE": Failure.DESCRIPTORS_EXHAUSTED,
    "EPIPE": Failure.CUT,
    "ESHUTDOWN": Failure.CUT,
    "ENONET": Failure.NO_ROUTE,
    "ENETDOWN": Failure.NO_ROUTE,
    "ENETUNREACH": Failure.NO_ROUTE,
    "EHOSTDOWN": Failure.UNREACHABLE,
    "EHOSTUNREACH": Failure.UNREACHABLE,
    "ENETRESET": Failure.RESET,
    "ECONNABORTED": Failure.RESET,
    "ECONNRESET": Failure.RESET,
    "ECONNREFUSED": Failure.REFUSED,
    "ETIMEDOUT": Failure.TIMED_OUT,
    "EADDRINUSE": Failure.ADDRESS_NOT_AVAILABLE,
    "EADDRNOTAVAIL": Failure.ADDRESS_NOT_AVAILABLE,
    "ENOBUFS": Failure.ADDRESS_NOT_AVAILABLE,
    "EAFNOSUPPORT": Failure.NOT_SUPPORTED,
    "EPFNOSUPPORT": Failure.NOT_SUPPORTED,
    "EPROTONOSUPPORT": Failure.NOT_SUPPORTED,
    "ESOCKTNOSUPPORT": Failure.NOT_SUPPORTED,
}
"""By the name in `errno.h` (POSIX.1-2024; ENONET and EHOSTDOWN are Linux' and BSD's)."""
_WINDOWS = {
    # The kernel's (winerror.h), as overlapped operations end with them.
    4: Failure.DESCRIPTORS_EXHAUSTED,  # ERROR_TOO_MANY_OPEN_FILES
    5: Failure.NOT_PERMITTED,  # ERROR_ACCESS_DENIED
    50: Failure.NOT_SUPPORTED,  # ERROR_NOT_SUPPORTED
    64: Failure.RESET,  # ERROR_NETNAME_DELETED: a reset on an open connection
    109: Failure.CUT,  # ERROR_BROKEN_PIPE
    121: Failure.TIMED_OUT,  # ERROR_SEM_TIMEOUT: a connect that nobody answered
    232: Failure.CUT,  # ERROR_NO_DATA
    1225: Failure.REFUSED,  # ERROR_CONNECTION_REFUSED
    1226: Failure.CUT,  # ERROR_GRACEFUL_DISCONNECT
    1231: Failure.NO_ROUTE,  # ERROR_NETWORK_UNREACHABLE
    1232: Failure.UNREACHABLE,  # ERROR_HOST_UNREACHABLE
    1233: Failure.REFUSED,  # ERROR_PROTOCOL_UNREACHABLE
    1234: Failure.REFUSED,  # ERROR_PORT_UNREACHABLE: a datagram to a closed port
    1235: Failure.RESET,  # ERROR_REQUEST_ABORTED
    1236: Failure.RESET,  # ERROR_CONNECTION_ABORTED
    1450: Failure.ADDRESS_NOT_AVAILABLE,  # ERROR_NO_SYSTEM_RESOURCES
    1460: Failure.TIMED_OUT,  # ERROR_TIMEOUT
    # Winsock's (winsock2.h).
    10013: Failure.NOT_PERMITTED,  # WSAEACCES
    10024: Failure.DESCRIPTORS_EXHAUSTED,  # WSAEMFILE
    10043: Failure.NOT_SUPPORTED,  # WSAEPROTONOSUPPORT
    10044: Failure.NOT_SUPPORTED,  # WSAESOCKTNOSUPPORT
    10046: Failure.NOT_SUPPORTED,  # WSAEPFNOSUPPORT
    10047: Failure.NOT_SUPPORTED,  # WSAEAFNOSUPPORT
    10048: Failure.ADDRESS_NOT_AVAILABLE,  # WSAEADDRINUSE: no port is left to send from
    10049: Failure.ADDRESS_NOT_AVAILABLE,  # WSAEADDRNOTAVAIL
    10050: Failure.NO_ROUTE,  # WSAENETDOWN
    10051: Failure.NO_ROUTE,  # WSAENETUNREACH
    10052: Failure.RESET,  # WSAENETRESET
    10053: Failure.RESET,  # WSAECONNABORTED
    10054: Failure.RESET,  # WSAECONNRESET
    10055: Failure.ADDRESS_NOT_AVAILABLE,  # WSAENOBUFS: no port or buffer is left
    10058: Failure.CUT,  # WSAESHUTDOWN
    10060: Failure.TIMED_OUT,  # WSAETIMEDOUT
    10061: Failure.REFUSED,  # WSAECONNREFUSED
    10064: Failure.UNREACHABLE,  # WSAEHOSTDOWN
    10065: Failure.UNREACHABLE,  # WSAEHOSTUNREACH
    10101: Failure.CUT,  # WSAEDISCON
}
_LOOKUP = (
    # Some systems give two names one number: the later line holds there.
    ("EAI_ADDRFAMILY", Failure.NO_DATA),
    ("EAI_NODATA", Failure.NO_DATA),
    ("EAI_AGAIN", Failure.LOOKUP_FAILED),
    ("EAI_FAIL", Failure.LOOKUP_FAILED),
    ("EAI_NONAME", Failure.NAME_NOT_FOUND),
)
"""RFC 3493, section 6.4, and what glibc has beside."""
_WSANO_DATA = 11004
"""Windows has it, and getaddrinfo gives it, though no EAI name stands for it there."""
_CLASSES = (
    (ConnectionRefusedError, Failure.REFUSED),
    (ConnectionResetError, Failure.RESET),
    (ConnectionAbortedError, Failure.RESET),
    (BrokenPipeError, Failure.CUT),
    (PermissionError, Failure.NOT_PERMITTED),
)
"""What Python itself makes of a number: the net beneath the tables."""


class ErrorNumbers(Struct, frozen=True):
    """One system's numbers, each with its word: those of socket operations, of connects alone, and of getaddrinfo."""

    operations: Mapping[int, Failure]
    connects: Mapping[int, Failure]
    lookups: Mapping[int, Failure]


def numbers_on(platform: str, errors: Mapping[str, int], lookups: Mapping[str, int]) -> ErrorNumbers:
    """Return the numbers of the system that is called `platform` in `sys.platform`.

    `errors` are its errno names, `lookups` its EAI names, each with its number there; names that it does not have are missing.
    """
    windows = platform == "win32"
    operations = {errors[name]: word for name, word in _POSIX.items() if name in errors} | (_WINDOWS if windows else {})
    # A route that swallows what goes there makes Linux' connect say "invalid" (ip-route(8)); elsewhere the word means itself.
    connects = {errors["EINVAL"]: Failure.BLACKHOLED} if platform.startswith("linux") else {}
    named = {lookups[name]: word for name, word in _LOOKUP if name in lookups}
    return ErrorNumbers(operations, connects, named | ({_WSANO_DATA: Failure.NO_DATA} if windows else {}))


def _values(module: object, prefix: str) -> dict[str, int]:
    return {name: value for name, value in vars(module).items() if name.startswith(prefix) and isinstance(value, int)}


THIS_SYSTEM = numbers_on(sys.platform, _values(errno, "E"), _values(socket, "EAI_"))
"""The numbers of the system that this process runs on."""


def number_of(error: OSError) -> int:
    """Return the number by which the system itself named the error: Windows' own where there is one, else errno; 0: none."""
    return getattr(error, "winerror", None) or error.errno or 0


def from_number(number: int, numbers: ErrorNumbers = THIS_SYSTEM) -> Failure:
    """Return the word for an error number of a socket operation."""
    return numbers.operations.get(number, Failure.OTHER)


def from_connecting(number: int, numbers: ErrorNumbers = THIS_SYSTEM) -> Failure:
    """Return the word for a connect's error number. A number that means anything elsewhere means one thing there."""
    return numbers.connects.get(number) or from_number(number, numbers)


def from_getaddrinfo(code: int, numbers: ErrorNumbers = THIS_SYSTEM) -> Failure:
    """Return the word for an EAI code (RFC 3493, section 6.4). The system blurs: LOOKUP_FAILED may be any of five things."""
    return numbers.lookups.get(code, Failure.OTHER)


def from_exception(error: BaseException, numbers: ErrorNumbers = THIS_SYSTEM) -> Failure:
    """Return the word for what a socket operation raised; `OTHER` where it is none of the system's."""
    if isinstance(error, TimeoutError):
        return Failure.TIMED_OUT
    if isinstance(error, EOFError):
        return Failure.CUT
    if isinstance(error, socket.gaierror):
        return from_getaddrinfo(error.errno or 0, numbers)
    if not isinstance(error, OSError):
        return Failure.OTHER
    word = from_number(number_of(error), numbers)
    if word is not Failure.OTHER:
        return word
    return next((word for kind, word in _CLASSES if isinstance(error, kind)), Failure.OTHER)
