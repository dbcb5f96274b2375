"""The words of facts that only the family `network` uses."""

PHRASES: dict[str, dict[str, str]] = {
    "beside": {
        "accepts": "it accepts",
        "refuses": "it refuses",
        "rejected": "rejected on the way",
        "silent": "silent too",
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
        "rejected": "rejected on the way",
        "silence": "silence",
        "no_way": "no way there",
        "no_neighbour": "no answer on this network",
        "held_back": "held back by this computer",
        "other": "another failure",
    },
    "stages": {
        "start": "the start",
        "lookup": "the lookup of the name",
        "connect": "the connection",
        "tunnel": "the proxy",
        "upgrade": "the start of encryption (STARTTLS)",
        "handshake": "the encryption (TLS)",
        "exchange": "the answer",
    },
    "slow_parts": {
        "way": "the way to it",
        "lossy_way": "the way to it, which loses packets",
        "own_line": "this computer's own line",
        "own_line_out": "this computer's own line to the outside",
        "shared_line": "what all traffic of this computer shares",
        "service": "the service itself",
    },
}
