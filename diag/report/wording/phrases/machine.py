"""The words of facts that only the family `machine` uses."""

from collections.abc import Mapping

from diag.report.wording.phrases.tls import STORES

PHRASES: dict[str, Mapping[str, str]] = {
    "store": STORES,
    "other_store": STORES,
    "direction": {"ahead": "ahead of", "behind": "behind"},
    "unit": {"years": "years", "days": "days", "hours": "hours", "minutes": "minutes"},
    "missing": {
        "interface": "no network interface is up",
        "default_route": "there is no default route, so nothing beyond its own network can be reached",
    },
    "told": {"by_message": "with an error message", "at_once": "before a packet left", "in_its_name": "in the host's own name"},
    "route_kinds": {
        "blackhole": "a blackhole route drops them",
        "unreachable": "a route declares them unreachable",
        "prohibit": "a route prohibits them",
        "throw": "a route passes them to another table, which has no route for them",
    },
    "states": {
        "missing": "the file does not exist",
        "unreadable": "the file may not be read",
        "empty": "the file is empty",
        "not_hashed": "the certificates in it are not named by their hashes",
        "der": "it holds a certificate in binary form (DER)",
        "unparsable": "it holds no certificates",
    },
    "heed": {
        "alone": "they trust no certificate authority, and refuse every TLS connection or fail to start",
        "besides": "they use the system's trust store, without any addition",
        "folder_left": "they trust only the system's own certificate folder, and nobody if it is empty",
        "warned": "Node.js warns, and goes on without the additional certificate authorities",
    },
    "fault": {
        "no_resolver": "no line names a resolver",
        "misread": "a line is not valid",
        "nobody_listens": "they name this computer itself, and no resolver runs on it",
        "stub_of_host": "they name the host's own resolver, which a container cannot reach",
    },
    "flaws": {
        "line_end": "the line has a Windows line ending (an invisible carriage return)",
        "encoding": "the file begins with an invisible mark (byte order mark, or UTF-16)",
        "keyword": "the line does not begin with nameserver, search or options",
        "indented": "the line begins with spaces",
        "several": "the line holds several addresses, and only one is read",
        "port": "the line holds a port, which is not allowed in this file",
        "name": "the line holds a name instead of an address",
        "no_value": "the line holds no address",
        "address": "the line holds something that is not an address",
    },
    "difference": {
        "without_dns": "the system does not use DNS to look up names",
        "local_by_multicast": "the system looks names that end in .local up only on the local network (multicast DNS)",
        "stopped_by_files": "the search ends at this computer's own files (/etc/hosts), before DNS",
        "stopped_before": "a service that is asked before DNS ends the search",
        "no_ipv6": "the system does not ask for IPv6 addresses (no-aaaa), and the name has no others",
        "remembered": "a cache keeps lookups for all programs, and may keep a failed one",
    },
}
