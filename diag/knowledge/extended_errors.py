"""Why a resolver says that it failed or refused, where it says so: extended DNS errors (RFC 8914)."""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.resolver_answers import ResolverAnswer


class ExtendedError(StrEnum):
    """The errors of the registry that RFC 8914 opened, in its order of codes."""

    OTHER = "other"
    """Code 0, and whatever this version does not know."""
    DNSKEY_ALGORITHM = "dnskey_algorithm"
    DS_DIGEST = "ds_digest"
    STALE_ANSWER = "stale_answer"
    FORGED_ANSWER = "forged_answer"
    INDETERMINATE = "indeterminate"
    BOGUS = "bogus"
    SIGNATURE_EXPIRED = "signature_expired"
    SIGNATURE_NOT_YET_VALID = "signature_not_yet_valid"
    DNSKEY_MISSING = "dnskey_missing"
    SIGNATURES_MISSING = "signatures_missing"
    NO_ZONE_KEY = "no_zone_key"
    ABSENCE_UNPROVED = "absence_unproved"
    CACHED_ERROR = "cached_error"
    NOT_READY = "not_ready"
    BLOCKED = "blocked"
    CENSORED = "censored"
    FILTERED = "filtered"
    PROHIBITED = "prohibited"
    STALE_DENIAL = "stale_denial"
    NOT_AUTHORITATIVE = "not_authoritative"
    NOT_SUPPORTED = "not_supported"
    NO_AUTHORITY_REACHABLE = "no_authority_reachable"
    NETWORK_ERROR = "network_error"
    INVALID_DATA = "invalid_data"


BLOCKING = frozenset({ExtendedError.BLOCKED, ExtendedError.CENSORED, ExtendedError.FILTERED})
"""By these a resolver says that it hides a name on purpose (RFC 8914, sections 4.16 to 4.18)."""
VALIDATION = frozenset(
    {
        ExtendedError.DNSKEY_ALGORITHM,
        ExtendedError.DS_DIGEST,
        ExtendedError.INDETERMINATE,
        ExtendedError.BOGUS,
        ExtendedError.SIGNATURE_EXPIRED,
        ExtendedError.SIGNATURE_NOT_YET_VALID,
        ExtendedError.DNSKEY_MISSING,
        ExtendedError.SIGNATURES_MISSING,
        ExtendedError.NO_ZONE_KEY,
        ExtendedError.ABSENCE_UNPROVED,
    }
)
"""Those that are about DNSSEC (RFC 8914, sections 4.2 to 4.13)."""
_IN_ORDER = tuple(ExtendedError)


def extended_error(code: int) -> ExtendedError:
    """Return the word for a code."""
    return _IN_ORDER[code] if 0 <= code < len(_IN_ORDER) else ExtendedError.OTHER


def errors_given(heard: Iterable[ResolverAnswer]) -> tuple[ExtendedError, ...]:
    """Return the extended errors that resolvers gave, each once."""
    codes = (code for voice in heard for message in voice.messages for code in message.extended_errors)
    return tuple(dict.fromkeys(map(extended_error, codes)))
