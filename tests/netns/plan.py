"""Where everything is in the house: the addresses that tests and their servers speak of."""

from typing import Literal

Place = Literal["client", "router", "server"]
PLACES: tuple[Place, ...] = ("client", "router", "server")

CLIENT, CLIENT6 = "10.77.1.2", "fd77:1::2"
ROUTER, ROUTER6 = "10.77.1.1", "fd77:1::1"  # the side the client sees
ROUTER_FAR, ROUTER_FAR6 = "10.77.2.1", "fd77:2::1"  # the side the server sees
SERVER, SERVER6 = "10.77.2.2", "fd77:2::2"

PRIVATE = ("10.77.2.3", "10.77.2.4", "10.77.2.53", "172.20.7.5", "192.168.77.6", "fd77:2::53")
"""Further addresses of the server, of the kind that private links have."""

PUBLIC = ("198.51.100.10", "198.51.100.11", "198.51.100.53", "203.0.113.10", "2001:db8::10", "2001:db8::53")
"""Further addresses of the server, from the documentation ranges (RFC 5737, RFC 3849): they look public, in here.
Python's `ipaddress` calls them private all the same; a test to which that matters uses `house.also_at`."""

SILENT, SILENT6 = "10.77.9.9", "fd77:9::9"
"""Swallowed by the router without a word."""

EMPTY, EMPTY6 = "10.77.2.99", "fd77:2::99"
"""On the server's wire, but nobody is there: the router looks for it about 3 s, then says host unreachable."""

UNROUTED, UNROUTED6 = "192.0.2.1", "3fff::1"
"""The router knows no way there and says so: network unreachable."""
