"""How many files this process may hold open, and how they are shared out: every connection is one.

Half go to what is under way, a quarter to connections that wait for their next question; the rest is for all else. The system
is asked: 256 is usual on macOS, 1,024 on Linux. An ordinary process may raise its own limit as far as the hard one, and so this
one does, as far as it is of use.
"""

import sys

_OF_USE = 4_096
"""Files: more are never held open at once."""
_WINDOWS = 2_048
"""Windows sets no limit to sockets; this many are enough."""


def room_for_connections() -> int:
    """Return how many questions that hold a connection open may be under way at once."""
    return max(8, _files() // 2)


def room_for_parked() -> int:
    """Return how many connections may be kept open for their next question."""
    return max(1, _files() // 4)


def _files() -> int:
    if sys.platform == "win32":
        return _WINDOWS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= _OF_USE:
        return _OF_USE
    wanted = _OF_USE if hard == resource.RLIM_INFINITY else min(hard, _OF_USE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return soft  # some systems refuse what they said would be allowed
    return wanted
