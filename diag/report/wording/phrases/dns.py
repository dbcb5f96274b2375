"""The words of facts that only the family `dns` uses."""

from collections.abc import Mapping

from diag.language import PhraseTable

_ANSWERS: PhraseTable[str] = PhraseTable(
    "dns_answers",
    {
        "addresses": "an address",
        "no_address": "the name has no address",
        "no_such_name": "the name does not exist",
        "broken_alias": "an alias to a name that does not exist",
        "server_failure": "SERVFAIL (server failure)",
        "refused": "REFUSED",
        "nothing": "no reply",
        "cut_short": "a reply that is cut short",
        "unusable": "a reply that is no answer",
        "unclear": "replies that contradict each other",
        "not_asked": "it was not asked",
    },
)
_EXTENDED_ERRORS: PhraseTable[str] = PhraseTable(
    "extended_errors",
    {
        "other": "another reason",
        "dnskey_algorithm": "an unknown signing algorithm",
        "ds_digest": "an unknown digest",
        "stale_answer": "an old answer",
        "forged_answer": "an answer made up by the resolver",
        "indeterminate": "DNSSEC indeterminate",
        "bogus": "DNSSEC bogus",
        "signature_expired": "a signature has expired",
        "signature_not_yet_valid": "a signature is not valid yet",
        "dnskey_missing": "the signing key is missing",
        "signatures_missing": "signatures are missing",
        "no_zone_key": "no key of the zone",
        "absence_unproved": "the proof that the name does not exist is missing",
        "cached_error": "a failure in its cache",
        "not_ready": "the resolver is not ready",
        "blocked": "blocked",
        "censored": "censored",
        "filtered": "filtered",
        "prohibited": "prohibited",
        "stale_denial": "an old answer that there is no such name",
        "not_authoritative": "the resolver does not serve the name",
        "not_supported": "not supported",
        "no_authority_reachable": "no name server of the zone can be reached",
        "network_error": "a network fault behind the resolver",
        "invalid_data": "data that is not valid",
    },
)
PHRASES: dict[str, Mapping[str, str]] = {
    "resolvers_said": _ANSWERS,
    "unchecked": _ANSWERS,
    "denial": _ANSWERS,
    "extended_errors": _EXTENDED_ERRORS,
    "zone": {".": "the root of DNS"},
    "direct": {"everybody_untold": "every program without its own proxy setting, because the proxy is not set on this computer"},
    "quiet": {
        "held_back": "this computer blocked the question",
        "no_way": "this computer has no route",
        "no_neighbour": "the next device on the path did not answer on the local network",
        "rejected": "a firewall or router rejected the question",
        "port_closed": "no program accepts questions there",
        "left_behind": "nothing answers there while the VPN is down",
        "udp_lost": "over UDP no reply came, in several attempts",
        "silent": "no reply came, in several attempts",
    },
    "vpn": {"Tailscale": "Tailscale"},
    "reply": {
        "not_implemented": "it answered that it does not handle such questions (NOTIMP)",
        "format_error": "it answered that it cannot read the question (FORMERR)",
        "other_code": "it answered with an error code that no resolver should give",
        "no_message": "its reply is not a DNS message",
        "no_answer": "its reply is not an answer",
        "stray": "its replies are for another question",
        "referral": "it only names other servers, and does not ask them itself",
    },
    "wait": {
        "for_resolver": "the resolver",
        "for_lost_packet": "a reply that was lost (asked again, the resolver answered at once)",
        "for_search_domain": "a reply about the name with a search domain appended, which is asked for first",
    },
}
