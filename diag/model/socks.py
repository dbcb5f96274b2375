"""What a SOCKS proxy says no to, in words: the numbers of RFC 1928, RFC 1929 and SOCKS4, read in one place."""

from enum import StrEnum


class SocksRefusal(StrEnum):
    """Why a SOCKS proxy did not open the way."""

    LOGIN_REQUIRED = "login_required"
    """It takes nobody without a login, and none was offered (method 255; RFC 1928, section 3)."""
    LOGIN_KIND = "login_kind"
    """A name and a password were on offer, and it takes neither them nor no login at all (method 255)."""
    LOGIN_REJECTED = "login_rejected"
    """The name or the password is not the right one (RFC 1929, section 2; SOCKS4 replies 92 and 93)."""
    FAILED = "failed"
    """It failed, and does not say why (reply 1; SOCKS4 reply 91, which also stands for a rule)."""
    FORBIDDEN = "forbidden"
    """A rule of the proxy forbids it (reply 2)."""
    NETWORK_UNREACHABLE = "network_unreachable"
    """The proxy knows no way to that network (reply 3)."""
    HOST_UNREACHABLE = "host_unreachable"
    """The proxy cannot reach the host (reply 4); most proxies also say so where they find no address for it."""
    CONNECTION_REFUSED = "connection_refused"
    """The host refused the proxy's connection (reply 5)."""
    EXPIRED = "expired"
    """The proxy's packets went astray (reply 6), or its time was up."""
    NOT_SUPPORTED = "not_supported"
    """It does not do this command or this kind of address (replies 7 and 8)."""
    OTHER = "other"
    """A number that no standard knows."""


class SocksStep(StrEnum):
    """How far the talk with a SOCKS proxy came (`TunnelReply.step`)."""

    GREETING = "greeting"
    LOGIN = "login"
    REQUEST = "request"


LOGIN = frozenset({SocksRefusal.LOGIN_REQUIRED, SocksRefusal.LOGIN_KIND, SocksRefusal.LOGIN_REJECTED})
"""Refusals that are about who asks."""
BEHIND = frozenset(
    {
        SocksRefusal.FAILED,
        SocksRefusal.NETWORK_UNREACHABLE,
        SocksRefusal.HOST_UNREACHABLE,
        SocksRefusal.CONNECTION_REFUSED,
        SocksRefusal.EXPIRED,
    }
)
"""Refusals that are about the way behind the proxy."""
_FIVE = {
    1: SocksRefusal.FAILED,
    2: SocksRefusal.FORBIDDEN,
    3: SocksRefusal.NETWORK_UNREACHABLE,
    4: SocksRefusal.HOST_UNREACHABLE,
    5: SocksRefusal.CONNECTION_REFUSED,
    6: SocksRefusal.EXPIRED,
    7: SocksRefusal.NOT_SUPPORTED,
    8: SocksRefusal.NOT_SUPPORTED,
}
_FOUR = {91: SocksRefusal.FAILED, 92: SocksRefusal.LOGIN_REJECTED, 93: SocksRefusal.LOGIN_REJECTED}
NO_METHOD = 255
GRANTED_BY_FOUR = 90


def from_reply(code: int) -> SocksRefusal:
    """Return the word for a SOCKS5 reply other than 0 (RFC 1928, section 6)."""
    return _FIVE.get(code, SocksRefusal.OTHER)


def from_four(code: int) -> SocksRefusal:
    """Return the word for a SOCKS4 reply other than 90."""
    return _FOUR.get(code, SocksRefusal.OTHER)
