"""The words of facts that only the family `network` uses."""

from collections.abc import Mapping

PHRASES: dict[str, Mapping[str, str]] = {
    "how_lost": {
        "stuck": "then nothing more could be sent",
        "cut": "then the connection was ended without an answer",
        "unanswered": "all of it was sent, and no answer came",
    },
    "beside": {
        "accepts": "it accepts connections",
        "refuses": "it refuses connections",
        "rejected": "rejected by a firewall or router",
        "silent": "no reply either",
        "unclear": "unclear",
    },
    "filtered": {
        "port": "the port",
        "host_or_down": "the whole host, or it is down",
        "port_or_host": "the port or the whole host",
    },
    "outcomes": {
        "accepted": "accepted",
        "refused": "refused",
        "rejected": "rejected by a firewall or router",
        "silence": "no reply",
        "no_way": "no route",
        "no_neighbour": "no answer on the local network",
        "no_source": "this computer has no address to which an answer could come",
        "held_back": "blocked by this computer",
        "other": "another failure",
    },
    "six_here": {
        "link_local": "an address that is good only on its own link (fe80::/10)",
        "internal": "an internal address (fc00::/7)",
    },
    "stages": {
        "start": "the start",
        "lookup": "the name lookup (DNS)",
        "connect": "the connection",
        "tunnel": "the proxy",
        "upgrade": "the start of TLS (STARTTLS)",
        "handshake": "the TLS handshake",
        "exchange": "the answer",
    },
    "slow_parts": {
        "way": "the network path",
        "lossy_way": "the network path, which loses packets",
        "own_line": "this computer's own link",
        "own_line_out": "this computer's own link to the internet",
        "shared_line": "what all traffic of this computer shares",
        "service": "the service itself",
    },
}
