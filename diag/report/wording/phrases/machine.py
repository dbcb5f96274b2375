"""The words of facts that only the family `machine` uses."""

from diag.report.wording.phrases.tls import STORES

PHRASES: dict[str, dict[str, str]] = {
    "store": STORES,
    "other_store": STORES,
    "direction": {"ahead": "ahead of", "behind": "behind"},
    "unit": {"years": "years", "days": "days", "hours": "hours", "minutes": "minutes"},
    "missing": {
        "interface": "no network interface is up",
        "default_route": "no default route, so no way out of its own network",
    },
    "told": {"by_message": "with a message of its own", "at_once": "before a packet left"},
    "route_kinds": {
        "blackhole": "swallowed (a blackhole route)",
        "unreachable": "declared unreachable",
        "prohibit": "prohibited",
        "throw": "left to another table, which has no way",
    },
    "states": {
        "missing": "nothing is there",
        "unreadable": "it may not be read",
        "empty": "it is empty",
        "not_hashed": "certificates that are not called by their hashes",
        "der": "a certificate in binary form (DER)",
        "unparsable": "it does not read as certificates",
    },
    "heed": {
        "alone": "they trust nobody, and refuse every secure connection or fail to start",
        "besides": "nothing is added to the system's own list, which is used all the same",
        "folder_left": "only what the system's own folder of certificates holds is trusted, and nobody where it has none",
        "warned": "Node.js warns, and goes on without the additional authorities",
    },
    "fault": {
        "no_resolver": "no line names one",
        "misread": "a line is not understood",
        "nobody_listens": "this computer itself is named, and no resolver runs on it",
        "stub_of_host": "the resolver of the host is named, which a container does not reach",
    },
    "flaws": {
        "line_end": "it ends as lines of Windows do, with an invisible carriage return",
        "encoding": "the file begins with an invisible mark (byte order mark, or UTF-16)",
        "keyword": "it does not begin with a word that is known (nameserver, search, options)",
        "indented": "it begins with blanks",
        "several": "it holds several addresses, where one is read",
        "port": "it holds a port, which this file does not know",
        "name": "it holds a name, where an address is needed",
        "no_value": "it holds no address",
        "address": "what it holds is no address",
    },
    "difference": {
        "without_dns": "DNS is not among the sources of names",
        "local_by_multicast": "names that end in .local are asked for on the own link alone (multicast DNS)",
        "stopped_before": "a source before DNS ends the search",
        "no_ipv6": "IPv6 addresses are not asked for (no-aaaa), and the name has no other",
        "remembered": "a program remembers lookups for all others, and may remember a no",
    },
}
